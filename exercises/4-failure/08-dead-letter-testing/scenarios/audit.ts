/** An audit over two runs: one in which all is right, one whose consumer makes mistakes on purpose. */
import { z } from 'zod'
import type { Lab } from '#lab/kit'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import type { Wallet } from '#payments/wallet'
import {
  attemptsMax,
  bury,
  declare,
  emptied,
  frozenMerchant,
  type Plan,
  peek,
  put,
  walletOf,
  workOff,
} from './letters.ts'

/** What audit.ts exports. */
export interface Audit {
  readonly tooOften: readonly string[]
  readonly tooSeldom: readonly string[]
  readonly missing: readonly string[]
  readonly invented: readonly string[]
  readonly twice: readonly string[]
}
interface Evidence {
  readonly published: readonly string[]
  readonly processed: readonly string[]
  readonly dead: readonly string[]
  readonly inFlight: readonly string[]
  readonly attempts: Readonly<Record<string, number>>
  readonly wanted: Readonly<Record<string, number>>
}
interface AuditModule {
  audit(evidence: Evidence): Audit
}

export interface AuditedSeen {
  /** What the audit said of a run in which nothing was wrong. */
  readonly sound: Audit
  /** What was done wrong in a second run, and what the audit said of it. */
  readonly planted: Audit
  readonly found: Audit
  readonly failing: number
  readonly published: number
  /** The same for the planted run: published, and in all places together. */
  readonly plantedCounts: { readonly published: number; readonly inPlaces: number }
}

/** Two runs over the broker: one in which our consumer does all right, one in which it makes five mistakes on purpose. */
export async function audited(lab: Lab): Promise<AuditedSeen> {
  await declare(lab)
  const { audit } = await lab.subject.load<AuditModule>('audit.ts', ['audit'])
  const wallet = walletOf(lab)
  wallet.freeze(frozenMerchant)
  lab.say('A run in which all is right.', 'Một lần chạy mà mọi thứ đều đúng.')
  const first = await runOf(lab, wallet, lab.run.seed)
  const sound = audit(first.evidence)
  lab.say(
    'A run in which the consumer makes mistakes; the numbers come out even.',
    'Một lần chạy mà consumer phạm lỗi; cộng số lượng thì vẫn khớp.',
  )
  await emptied(lab)
  const second = await runOf(lab, wallet, lab.run.seed + 1, true)
  const { published, processed, dead, inFlight } = second.evidence
  return {
    sound: complete(lab, sound),
    planted: second.planted,
    found: complete(lab, audit(second.evidence)),
    failing: Object.keys(first.evidence.wanted).length,
    published: first.evidence.published.length,
    plantedCounts: {
      published: published.length,
      inPlaces: processed.length + dead.length + inFlight.length,
    },
  }
}

const auditSchema = z.object({
  tooOften: z.array(z.string()),
  tooSeldom: z.array(z.string()),
  missing: z.array(z.string()),
  invented: z.array(z.string()),
  twice: z.array(z.string()),
})

function complete(lab: Lab, answered: unknown): Audit {
  const audit = auditSchema.safeParse(answered)
  if (audit.success) return audit.data
  const [issue] = audit.error.issues
  const path = issue?.path.join('.') ?? ''
  throw lab.breaks(
    text(`audit() answers no list of ids under "${path}"`, `audit() không trả về danh sách id ở "${path}"`),
    { file: 'audit.ts', near: ['function audit'] },
  )
}

/** Twelve messages go through our consumer. With `isPlanted` it makes five mistakes, each about another message. */
async function runOf(
  lab: Lab,
  wallet: Wallet,
  seed: number,
  isPlanted = false,
): Promise<{ evidence: Evidence; planted: Audit }> {
  const payments = somePayments(12, seededSource(seed)).map((payment, at) =>
    at % 4 === 3 ? { ...payment, merchant_id: frozenMerchant } : payment,
  )
  const paymentOf = new Map<string, Payment>()
  const wanted: Record<string, number> = {}
  const ids: string[] = []
  for (const [at, payment] of payments.entries()) {
    const event = requestedEvent(payment, seed)
    const isTorn = at % 4 === 1
    ids.push(event.id)
    paymentOf.set(event.id, payment)
    if (at % 4 === 3) wanted[event.id] = attemptsMax
    if (isTorn) wanted[event.id] = 1
    await put(lab, event.id, isTorn ? JSON.stringify(event).slice(0, -1) : JSON.stringify(event))
  }
  const [lostOne, , lostTwo, often, doubled, , , seldom] = ids as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  const invented = requestedEvent(somePayments(1, seededSource(seed ^ 0x5eed))[0] as Payment, seed).id
  const plan: Plan = isPlanted
    ? { lost: [lostOne, lostTwo], limits: { [often]: attemptsMax + 1, [seldom]: attemptsMax - 2 } }
    : { lost: [], limits: {} }
  const attempts = await workOff(lab, wallet, plan)
  if (isPlanted) {
    await bury(lab, { id: doubled, body: 'a copy', reason: 'copied' })
    await bury(lab, { id: invented, body: 'from nowhere', reason: 'made up' })
  }
  const isBooked = (id: string) => wallet.ledger.count(paymentOf.get(id)?.payment_id ?? '', 'capture') === 1
  return {
    evidence: {
      published: ids,
      processed: ids.filter(isBooked),
      dead: (await peek(lab, 'payments.dlq')).map(({ messageId = '' }) => messageId),
      inFlight: (await peek(lab, 'payments.work')).map(({ messageId = '' }) => messageId),
      attempts,
      wanted,
    },
    planted: {
      tooOften: [often],
      tooSeldom: [seldom],
      missing: [lostOne, lostTwo],
      invented: [invented],
      twice: [doubled],
    },
  }
}
