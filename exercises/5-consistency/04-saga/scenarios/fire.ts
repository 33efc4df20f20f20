/** Many sagas at a time, while services die. */
import { setTimeout as sleep } from 'node:timers/promises'
import { takeIds } from '#lab/kit/queues'
import { withProcesses } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { sagaDeadQueue } from '#payments/saga-service'
import { paymentsOf, withClosedAccount } from './payments.ts'
import {
  fileOf,
  givenUpMsMax,
  impatienceMs,
  lookAgainMs,
  processes,
  type Reckoned,
  request,
  Shop,
} from './shop.ts'

export interface BooksSeen {
  readonly payments: readonly Reckoned[]
  /** What happened to each. */
  readonly faults: readonly string[]
  readonly dead: readonly string[]
  readonly audit: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Payments under fire: an answer is lost, services die beside their commits, and one is frozen until the customer has given up. */
export const underFire = withProcesses(processes, async (lab): Promise<BooksSeen> => {
  const shop = await Shop.open(lab)
  const [one, two, three, four] = paymentsOf(lab, 4) as [Payment, Payment, Payment, Payment]
  const faults: string[] = []
  const payments: Payment[] = []

  lab.say('The gateway charges, and its answer is lost.', 'Gateway đã trừ tiền mà trả lời bị mất.')
  shop.gateway.script({ does: 'lose-answer' })
  faults.push('the answer to the charge was lost')
  payments.push(withClosedAccount(one))
  await request(lab, withClosedAccount(one))
  await shop.ended(payments)

  for (const [payment, database, nth] of [
    [withClosedAccount(two), 'wallet', 2],
    [three, 'card', 2],
  ] as const) {
    lab.say(
      `The ${database} service dies in the middle of its work.`,
      `Service ${database} chết giữa lúc đang làm.`,
    )
    const kill = await lab.place({
      name: `kill ${database}`,
      text: text(
        `the ${database} service is killed beside a commit (SIGKILL)`,
        `service ${database} bị kill cạnh một commit (SIGKILL)`,
      ),
      when: { point: 'commit', side: 'before', nth, fields: { database } },
      what: { kind: 'kill-subject', subject: await shop.alive(database) },
    })
    payments.push(payment)
    await request(lab, payment)
    await lab.fired(
      kill,
      text(
        `the ${database} service never committed ${nth} times`,
        `service ${database} không commit đủ ${nth} lần`,
      ),
      { file: fileOf(database), near: ['handle', 'commit('] },
    )
    faults.push(`the ${database} service was killed`)
    await shop.ended(payments)
  }

  if (process.platform !== 'win32') {
    lab.say(
      'The card service freezes, and the customer gives up.',
      'Service card đứng hình, khách hết kiên nhẫn.',
    )
    const card = await shop.alive('card')
    lab.freezeSubject(card)
    payments.push(four)
    await request(lab, four, { patienceMs: impatienceMs })
    const deadline = performance.now() + givenUpMsMax
    const isGivenUp = async () => (await shop.stateOf(four.payment_id))?.status === 'compensating'
    // Nobody has to give up: who has no timeouts waits, and must be right all the same.
    while (!(await isGivenUp()) && performance.now() < deadline) await sleep(lookAgainMs)
    lab.thawSubject(card)
    faults.push('the card service was frozen, and answered late')
    await shop.ended(payments)
  }
  await shop.quiet()
  return {
    payments: await Promise.all(payments.map((payment) => shop.reckon(payment))),
    faults,
    dead: await takeIds(lab, sagaDeadQueue),
    audit: shop.ledger.audit(),
    trace: await shop.trace(),
  }
})
