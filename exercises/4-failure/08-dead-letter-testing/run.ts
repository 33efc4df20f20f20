/** The scenarios of failure-08: messages die in several ways, are looked at, sent back, counted; each answers where they are in the end. */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type { Channel } from 'amqplib'
import { z } from 'zod'
import type { Actor } from '#lab/actors'
import type { Act, FoundMessage, Lab } from '#lab/kit'
import { readSamples, totalOf } from '#lab/kit/metrics'
import { traceStep } from '#lab/kit/trace'
import type { Running, World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { openEvent, type Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import type { IdSource } from '#payments/ids'
import { MerchantFrozen, Wallet } from '#payments/wallet'

/** What the subject's files export. */
interface BatchMessage {
  readonly id: string
  readonly body: string
  readonly fails?: string
}
interface BatchModule {
  makeBatch(source: IdSource, size: number): readonly BatchMessage[]
}
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
interface DeadMessage {
  readonly id: string
  readonly reason: string
  readonly attempts: number
  readonly exchange: string
  readonly routingKey: string
  readonly redrives: number
}
interface Filter {
  readonly reason?: string
  readonly ids?: readonly string[]
}
export interface Redriven {
  readonly sent: readonly string[]
  readonly refused: readonly string[]
  readonly failed: readonly string[]
}
interface Dlq extends Running {
  list(filter?: Filter): Promise<readonly DeadMessage[]>
  redrive(order: Filter & { readonly dryRun: boolean }): Promise<Redriven>
}
interface DlqModule {
  start(world: World): Promise<Dlq>
}
interface MonitorModule {
  start(world: World): Promise<Running & { readonly url: string }>
}

export const dlqFile = 'dlq.ts'
const monitorFile = 'monitor.ts'
export const lane = 'consumer'
const key = 'payment.requested'
const frozenMerchant = 'frozen-corner'
/** What our consumer allows: a frozen account may be thawed, the rest stays as it is. */
export const attemptsMax = 4
/** What the task sets: see redrivesMax in dlq.ts. */
export const redrivesMax = 3
const batchSize = 24
/** Whoever leaves the messages where they are can be asked any number of times. */
const lists = 8
/** How far the monitor's clock is moved on: further than the broker's own may be ahead, which other scenarios move. */
export const agedSeconds = 3600
/** So many different texts of one kind of error. */
const differentTexts = 20

export interface BatchSeen {
  readonly size: number
  readonly wanted: number
  readonly good: number
  readonly failing: number
  /** Ways to fail that are in the batch. */
  readonly ways: readonly string[]
  /** Messages that did not end as they say, three attempts each. */
  readonly otherwise: readonly { readonly id: string; readonly says: string; readonly ended: string }[]
  readonly differentIds: number
  /** How often a failing message follows a good one in the batch, or the other way round. */
  readonly changes: number
  readonly sameAgain: boolean
  readonly otherSeedDiffers: boolean
}

/** The same batch is made twice, and another one from another seed; a faithful consumer tries each message three times. */
export async function batchMade(lab: Lab): Promise<BatchSeen> {
  const { makeBatch } = await lab.subject.load<BatchModule>('batch.ts', ['makeBatch'])
  const { seed } = lab.run
  const batch = makeBatch(seededSource(seed), batchSize)
  // Whoever looks at the clock of the computer is to see another time.
  const madeAt = Date.now()
  while (Date.now() === madeAt) await turn()
  const again = makeBatch(seededSource(seed), batchSize)
  const other = makeBatch(seededSource(seed + 1), batchSize)
  const wallet = walletOf(lab)
  wallet.freeze(frozenMerchant)
  const otherwise = batch.flatMap(({ id, body, fails = 'good' }) => {
    const ends = new Set(Array.from({ length: 3 }, () => endOf(wallet, body)))
    return ends.size === 1 && ends.has(fails) ? [] : [{ id, says: fails, ended: [...ends].join(', ') }]
  })
  const failing = batch.filter(({ fails }) => fails !== undefined)
  return {
    size: batch.length,
    wanted: batchSize,
    good: batch.length - failing.length,
    failing: failing.length,
    ways: [...new Set(failing.map(({ fails = '' }) => fails))].sort(),
    otherwise,
    differentIds: new Set(batch.map(({ id }) => id)).size,
    changes: batch.filter(
      ({ fails }, at) => at > 0 && (fails === undefined) !== (batch[at - 1]?.fails === undefined),
    ).length,
    sameAgain: JSON.stringify(again) === JSON.stringify(batch),
    otherSeedDiffers: JSON.stringify(other) !== JSON.stringify(batch),
  }
}

/** How one attempt at a body ends, in the words of the task. */
function endOf(wallet: Wallet, body: Buffer | string): string {
  try {
    JSON.parse(body.toString())
  } catch {
    return 'unreadable'
  }
  try {
    wallet.book(openEvent(body).data)
    return 'good'
  } catch (error) {
    return error instanceof MerchantFrozen ? 'frozen' : 'invalid'
  }
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

export interface ListedSeen {
  readonly lists: number
  /** What is in payments.dlq, from its head, as it should be listed. */
  readonly wanted: readonly DeadMessage[]
  readonly first: readonly DeadMessage[]
  readonly last: readonly DeadMessage[]
  readonly frozenOnly: readonly string[]
  readonly byId: readonly string[]
  readonly askedFor: string
  /** What the lab finds in payments.dlq afterwards, and what is not acknowledged. */
  readonly after: readonly string[]
  readonly unacked: number
}

/** Six messages lie in the DLQ: buried by a consumer, by the broker, redriven before. They are listed again and again. */
export async function listed(lab: Lab): Promise<ListedSeen> {
  await declare(lab)
  const wallet = walletOf(lab)
  wallet.freeze(frozenMerchant)
  const payments = somePayments(6, seededSource(lab.run.seed))
  const [a, b, c, torn, d, e] = payments as [Payment, Payment, Payment, Payment, Payment, Payment]
  const frozen = [a, b].map((payment) => ({ ...payment, merchant_id: frozenMerchant }))
  for (const payment of frozen) await publish(lab, payment)
  const unreadable = requestedEvent(torn, lab.run.seed)
  await put(lab, unreadable.id, JSON.stringify(unreadable).slice(0, -1))
  await workOff(lab, wallet)
  const rejectedIds: string[] = []
  for (const payment of [c, d]) rejectedIds.push(await rejectedFromWork(lab, payment))
  const redriven = requestedEvent(e, lab.run.seed)
  await bury(lab, {
    id: redriven.id,
    body: JSON.stringify(redriven),
    reason: 'the ledger is closed',
    attempts: 2,
    redrives: 2,
  })

  const origin = { exchange: 'payments', routingKey: key }
  const reason = `the account of ${frozenMerchant} is frozen`
  const stories = await peek(lab, 'payments.dlq')
  const wanted = stories.map(({ messageId = '', headers }) => {
    const isRejected = rejectedIds.includes(messageId)
    const own = String(headers['x-reason'] ?? '')
    return {
      id: messageId,
      reason: isRejected ? 'rejected' : own,
      attempts: isRejected ? 1 : own === reason ? attemptsMax : messageId === redriven.id ? 2 : 1,
      ...origin,
      redrives: messageId === redriven.id ? 2 : 0,
    }
  })
  const dlq = await dlqOf(lab)
  const list = async (filter?: Filter): Promise<readonly DeadMessage[]> => {
    const found = await lab.finished(dlq.list(filter), text('list()', 'list()'), {
      file: dlqFile,
      near: ['list'],
    })
    return read(lab, found)
  }
  const first = await list()
  let last = first
  for (let each = 1; each < lists; each += 1) last = await list()
  const askedFor = wanted[2]?.id ?? ''
  const frozenOnly = (await list({ reason: 'frozen' })).map(({ id }) => id)
  const byId = (await list({ ids: [askedFor] })).map(({ id }) => id)
  await becomes(lab, async () => (await inQueue(lab, 'payments.dlq')).unacked === 0)
  const { unacked } = await inQueue(lab, 'payments.dlq')
  return {
    lists: lists + 2,
    wanted,
    first,
    last,
    frozenOnly,
    byId,
    askedFor,
    after: (await peek(lab, 'payments.dlq')).map(({ messageId = '' }) => messageId),
    unacked,
  }
}

const deadSchema = z.array(
  z.object({
    id: z.string(),
    reason: z.string(),
    attempts: z.number(),
    exchange: z.string(),
    routingKey: z.string(),
    redrives: z.number(),
  }),
)

function read(lab: Lab, answered: unknown): readonly DeadMessage[] {
  const found = deadSchema.safeParse(answered)
  if (found.success)
    return found.data.map((dead) => ({
      ...dead,
      exchange: lab.shown(dead.exchange),
      reason: lab.shown(dead.reason),
    }))
  const [issue] = found.error.issues
  const path = issue?.path.join('.') ?? ''
  throw lab.breaks(
    text(
      `list() answers something else than dead messages: ${path === '' ? 'no array' : `${path} is not what DeadMessage says`}`,
      `list() trả về thứ không phải danh sách message chết: ${path === '' ? 'không phải mảng' : `${path} không đúng như DeadMessage`}`,
    ),
    { file: dlqFile, near: ['list'] },
  )
}

export interface RedrivenSeen {
  readonly dead: readonly string[]
  /** What the dry run answered, and what it left in payments.work and in the DLQ. */
  readonly dry: Redriven
  readonly afterDry: { readonly work: number; readonly dlq: number }
  /** As they lay in payments.work after the redrive. */
  readonly atWork: readonly {
    readonly id: string
    readonly exchange: string
    readonly routingKey: string
    readonly hasOldCounts: boolean
    readonly redrives: number
    readonly sameBody: boolean
  }[]
  readonly redriven: Redriven
  /** The other dead message, which the filter did not mean. */
  readonly spared: string
  readonly sparedStays: boolean
  /** Payments of the redriven that are booked exactly once. */
  readonly booked: number
  /** Two payments whose redrive was killed twice: what became of them in the end. */
  readonly killed: {
    readonly kills: number
    readonly produced: readonly string[]
    readonly booked: readonly string[]
    readonly left: readonly string[]
  }
  /** A payment that dies again each time: how often it was sent back, and what the last answer was. */
  readonly hopeless: {
    readonly id: string
    readonly sends: number
    readonly rounds: number
    readonly stays: boolean
    readonly refused: boolean
  }
  /** A message whose routing key leads to no queue any more. */
  readonly unroutable: { readonly id: string; readonly stays: boolean; readonly failed: boolean }
  readonly trace: readonly TraceStep[]
}

/** The account is thawed and its payments are sent back; the tool is killed in between; one payment dies again each time. */
export async function redriven(lab: Lab): Promise<RedrivenSeen> {
  await declare(lab)
  const wallet = walletOf(lab)
  const made = somePayments(8, seededSource(lab.run.seed))
  const [torn, other, ...rest] = made as [Payment, Payment, ...Payment[]]
  const frozen = rest.slice(0, 3).map((payment) => ({ ...payment, merchant_id: frozenMerchant }))
  const twoMore = rest.slice(3, 5).map((payment) => ({ ...payment, merchant_id: frozenMerchant }))
  const hopelessOne = { ...other, merchant_id: 'closed-for-good' }

  // The fix: an account is thawed. A message that can't be read lies between the payments, and is not meant.
  wallet.freeze(frozenMerchant)
  const bodies = new Map<string, string>()
  const dead: string[] = []
  for (const payment of frozen) {
    const event = requestedEvent(payment, lab.run.seed)
    bodies.set(event.id, JSON.stringify(event))
    dead.push(await publish(lab, payment))
  }
  const unreadable = requestedEvent(torn, lab.run.seed)
  await put(lab, unreadable.id, JSON.stringify(unreadable).slice(0, -1))
  await workOff(lab, wallet)
  wallet.thaw(frozenMerchant)
  const dlq = await dlqOf(lab)
  const redrive = async (order: Filter & { readonly dryRun: boolean }): Promise<Redriven> => {
    const answered = await lab.finished(dlq.redrive(order), text('redrive()', 'redrive()'), {
      file: dlqFile,
      near: ['redrive'],
    })
    return outcome(lab, answered)
  }
  lab.say('The account is thawed. First a dry run.', 'Tài khoản được mở khoá. Trước hết chạy thử (dry run).')
  const dry = await redrive({ dryRun: true, reason: 'frozen' })
  await resting(lab)
  const afterDry = {
    work: (await inQueue(lab, 'payments.work')).ready,
    dlq: (await inQueue(lab, 'payments.dlq')).ready,
  }
  const answered = await redrive({ dryRun: false, reason: 'frozen' })
  await resting(lab)
  const atWork = (await peek(lab, 'payments.work')).map((found) => ({
    id: found.messageId ?? '',
    exchange: lab.shown(found.exchange),
    routingKey: found.routingKey,
    hasOldCounts: found.headers['x-attempts'] !== undefined || found.headers['x-death'] !== undefined,
    redrives: Number(found.headers['x-redrives'] ?? 0),
    sameBody: bodies.get(found.messageId ?? '') === found.body.toString(),
  }))
  const isRight = atWork.every(
    ({ id, exchange, hasOldCounts, redrives, sameBody }) =>
      dead.includes(id) && exchange === 'payments' && !hasOldCounts && redrives === 1 && sameBody,
  )
  await workOff(lab, wallet)
  const booked = frozen.filter(({ payment_id }) => wallet.ledger.count(payment_id, 'capture') === 1).length
  const sparedStays = (await peek(lab, 'payments.dlq')).some(({ messageId }) => messageId === unreadable.id)
  const trace = async () => traceOf(await lab.frames(lane)).slice(-16)
  const first = {
    dead,
    dry,
    afterDry,
    atWork,
    redriven: answered,
    spared: unreadable.id,
    sparedStays,
    booked,
  }
  // Whoever sends back something else than what died is not shown the rest.
  if (
    !isRight ||
    afterDry.work > 0 ||
    atWork.length !== dead.length ||
    !sparedStays ||
    booked !== dead.length
  ) {
    return { ...first, ...notShown, trace: await trace() }
  }
  await emptied(lab)

  const killed = await killedOnTheWay(lab, wallet, twoMore, redrive)
  await emptied(lab)

  wallet.freeze(hopelessOne.merchant_id)
  const hopelessId = await publish(lab, hopelessOne)
  await workOff(lab, wallet)
  let sends = 0
  let last: Redriven = { sent: [], refused: [], failed: [] }
  const rounds = redrivesMax + 2
  for (let round = 0; round < rounds; round += 1) {
    last = await redrive({ dryRun: false })
    await resting(lab)
    sends += (await inQueue(lab, 'payments.work')).ready
    await workOff(lab, wallet)
  }
  const hopeless = {
    id: hopelessId,
    sends,
    rounds,
    stays: (await peek(lab, 'payments.dlq')).some(({ messageId }) => messageId === hopelessId),
    refused: last.refused.includes(hopelessId),
  }
  await emptied(lab)

  const astray = requestedEvent(other, lab.run.seed + 1).id
  await bury(lab, { id: astray, body: '{}', reason: 'the queue is gone', routingKey: 'payment.of.yesterday' })
  const tried = await redrive({ dryRun: false })
  await resting(lab)
  return {
    ...first,
    killed,
    hopeless,
    unroutable: {
      id: astray,
      stays: (await peek(lab, 'payments.dlq')).some(({ messageId }) => messageId === astray),
      failed: tried.failed.includes(astray),
    },
    trace: await trace(),
  }
}

const notShown = {
  killed: { kills: 0, produced: [], booked: [], left: [] },
  hopeless: { id: '', sends: 0, rounds: 0, stays: false, refused: false },
  unroutable: { id: '', stays: false, failed: false },
} as const

const outcomeSchema = z.object({
  sent: z.array(z.string()),
  refused: z.array(z.string()),
  failed: z.array(z.string()),
})

function outcome(lab: Lab, answered: unknown): Redriven {
  const found = outcomeSchema.safeParse(answered)
  if (found.success) return found.data
  throw lab.breaks(
    text(
      'redrive() does not answer lists of ids under sent, refused and failed',
      'redrive() không trả về các danh sách id sent, refused và failed',
    ),
    { file: dlqFile, near: ['redrive'] },
  )
}

/** The tool is killed as its first message is on its way to work, then as its first acknowledgement is; then it gets to its end. */
async function killedOnTheWay(
  lab: Lab,
  wallet: Wallet,
  payments: readonly Payment[],
  redrive: (order: { readonly dryRun: boolean }) => Promise<unknown>,
): Promise<RedrivenSeen['killed']> {
  wallet.freeze(frozenMerchant)
  const produced: string[] = []
  for (const payment of payments) produced.push(await publish(lab, payment))
  await workOff(lab, wallet)
  wallet.thaw(frozenMerchant)
  for (const method of ['basic.publish', 'basic.ack'] as const) {
    const actor = await lab.start(dlqFile, lane)
    await killedAt(lab, actor, method)
    await resting(lab)
  }
  await redrive({ dryRun: false })
  await resting(lab)
  await workOff(lab, wallet)
  const left = [...(await peek(lab, 'payments.dlq')), ...(await peek(lab, 'payments.work'))]
  return {
    kills: 2,
    produced,
    booked: produced.filter((_, at) => wallet.ledger.count(payments[at]?.payment_id ?? '', 'capture') === 1),
    left: left.map(({ messageId = '' }) => messageId),
  }
}

async function killedAt(lab: Lab, actor: Actor, method: 'basic.publish' | 'basic.ack'): Promise<void> {
  const isPublish = method === 'basic.publish'
  const kill = await lab.place({
    name: `kill the tool at ${method}`,
    lane,
    text: isPublish
      ? text(
          'the tool is killed as it sends a message back (SIGKILL)',
          'công cụ bị kill khi đang gửi lại một message (SIGKILL)',
        )
      : text('the tool is killed as it acknowledges (SIGKILL)', 'công cụ bị kill khi đang ack (SIGKILL)'),
    when: { direction: 'to-broker', method },
    what: { kind: 'kill-subject', subject: actor },
  })
  // It dies of it: what it answers is not asked for.
  actor.call('redrive', { dryRun: false }).catch(() => undefined)
  await lab.fired(
    kill,
    isPublish
      ? text('redrive() published nothing', 'redrive() không publish gì')
      : text(
          'redrive() sent a message back and never acknowledged the dead one: it stays in the DLQ as well',
          'redrive() gửi lại message mà không bao giờ ack bản chết: nó vẫn nằm trong DLQ',
        ),
    { file: dlqFile, near: isPublish ? ['.publish('] : ['.ack('] },
  )
}

/** What the monitor told at one moment; undefined where a metric is missing. */
export interface Look {
  readonly depth: number | undefined
  readonly ageSeconds: number | undefined
  readonly arrivals: number | undefined
  /** Values of the label `reason` of dlq_arrivals_total, with their counts. */
  readonly byReason: Readonly<Record<string, number>>
  readonly alerts: number
}

export interface MonitoredSeen {
  readonly empty: Look
  /** Some died of a frozen account, each with a text of its own, some were rejected. */
  readonly frozen: number
  readonly rejected: number
  readonly full: Look
  readonly aged: Look
  /** All but one were sent back. */
  readonly oneLeft: Look
  readonly emptied: Look
}

/** Two dozen payments die in two ways; the clock moves on; all but one leave; then the last. */
export async function monitored(lab: Lab): Promise<MonitoredSeen> {
  await declare(lab)
  let offsetMs = 0
  const { start } = await lab.subject.load<MonitorModule>(monitorFile, ['start'])
  const world = await lab.world(lane)
  const clock = { ...world.clock, now: () => world.clock.now() + offsetMs }
  const answered = await lab.finished(start({ ...world, clock }), text('start()', 'start()'), {
    file: monitorFile,
  })
  const { stop } = lab.subject.guard(answered, ['stop'], monitorFile)
  lab.defer(() => stop())
  const look = () => lookAt(lab, String(answered.url))

  const empty = await look()
  const payments = somePayments(differentTexts + 3, seededSource(lab.run.seed))
  const channel = await lab.observer.channel()
  for (const [at, payment] of payments.entries()) {
    const event = requestedEvent(payment, lab.run.seed)
    const body = JSON.stringify(event)
    if (at < differentTexts) {
      publishDead(lab, channel, {
        id: event.id,
        body,
        reason: `the account of shop-${payment.payment_id} is frozen`,
      })
    } else await rejectedFromWork(lab, payment)
  }
  await channel.checkExchange(lab.name('payments.dlx'))
  await channel.close()
  let full = empty
  await becomes(lab, async () => {
    full = await look()
    return full.depth === payments.length && full.arrivals === payments.length
  })
  offsetMs += agedSeconds * 1000
  const aged = await look()
  lab.say('All but one are taken out.', 'Lấy ra hết, chỉ chừa lại một.')
  await takeOut(lab, payments.length - 1)
  let oneLeft = aged
  await becomes(lab, async () => {
    oneLeft = await look()
    return oneLeft.depth === 1
  })
  await takeOut(lab, 1)
  let emptiedLook = oneLeft
  await becomes(lab, async () => {
    emptiedLook = await look()
    return emptiedLook.depth === 0 && emptiedLook.alerts === 0
  })
  return {
    empty,
    frozen: differentTexts,
    rejected: payments.length - differentTexts,
    full,
    aged,
    oneLeft,
    emptied: emptiedLook,
  }
}

/** Played by `npm run exercise failure-08 live`. */
export const live: readonly Act[] = [
  {
    title: text('What does the audit find?', 'Đối soát tìm ra gì?'),
    scenario: audited,
  },
  {
    title: text(
      'Sent back after the fix, killed on the way, refused in the end.',
      'Gửi lại sau khi sửa, bị kill giữa đường, cuối cùng bị từ chối.',
    ),
    scenario: redriven,
  },
  { title: text('The monitor.', 'Màn theo dõi.'), scenario: monitored },
]

/** The topology belongs to the lab here. A classic DLQ, without a delivery limit: whoever looks into it lets everything come back. */
export async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  const [payments, dlx, work, dlq] = ['payments', 'payments.dlx', 'payments.work', 'payments.dlq'].map(
    (name) => lab.name(name),
  ) as [string, string, string, string]
  await channel.assertExchange(dlx, 'fanout', { durable: true })
  await channel.assertQueue(dlq, { durable: true })
  await channel.bindQueue(dlq, dlx, '')
  await channel.assertExchange(payments, 'direct', { durable: true })
  await channel.assertQueue(work, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': -1, 'x-dead-letter-exchange': dlx },
  })
  await channel.bindQueue(work, payments, key)
  await channel.close()
}

/** What our consumer does wrong on purpose. */
interface Plan {
  /** Acknowledged, and not booked. */
  readonly lost: readonly string[]
  /** Other limits than the right ones. */
  readonly limits: Readonly<Record<string, number>>
}

/** Our own consumer: works until payments.work is empty, within its limits; answers how often it attempted each message. */
async function workOff(
  lab: Lab,
  wallet: Wallet,
  { lost, limits }: Plan = { lost: [], limits: {} },
): Promise<Record<string, number>> {
  const channel = await lab.observer.channel()
  const attempts: Record<string, number> = {}
  for (;;) {
    const message = await channel.get(lab.name('payments.work'))
    if (message === false) break
    const id: string = message.properties.messageId ?? ''
    const made = (attempts[id] ?? 0) + 1
    attempts[id] = made
    if (lost.includes(id)) {
      channel.ack(message)
      continue
    }
    try {
      wallet.book(openEvent(message.content).data)
      channel.ack(message)
    } catch (error) {
      const limit = limits[id] ?? (error instanceof MerchantFrozen ? attemptsMax : 1)
      if (made < limit) {
        channel.reject(message, true)
        continue
      }
      publishDead(lab, channel, {
        id,
        body: message.content,
        reason: error instanceof Error ? error.message : String(error),
        attempts: made,
        redrives: Number(message.properties.headers?.['x-redrives'] ?? 0),
      })
      // One channel is handled in order: the copy is there before this.
      channel.ack(message)
    }
  }
  await channel.close()
  return attempts
}

interface Burial {
  readonly id: string
  readonly body: Buffer | string
  readonly reason: string
  readonly attempts?: number
  readonly redrives?: number
  readonly routingKey?: string
}

/** Into the DLX, and there when this resolves. */
export async function bury(lab: Lab, burial: Burial): Promise<void> {
  const channel = await lab.observer.channel()
  publishDead(lab, channel, burial)
  await channel.checkExchange(lab.name('payments.dlx'))
  await channel.close()
}

/** As our consumer of failure-06 does it: with the story in headers. */
function publishDead(lab: Lab, channel: Channel, burial: Burial): void {
  const { id, body, reason, attempts = 1, redrives = 0, routingKey = key } = burial
  channel.publish(lab.name('payments.dlx'), routingKey, Buffer.from(body), {
    messageId: id,
    persistent: true,
    headers: {
      'x-reason': reason,
      'x-attempts': attempts,
      'x-origin-exchange': lab.name('payments'),
      'x-origin-routing-key': routingKey,
      'x-died-at': Date.now(),
      ...(redrives === 0 ? {} : { 'x-redrives': redrives }),
    },
  })
}

/** A payment is rejected from payments.work: the broker buries it, and says so in x-death. Answers its id. */
async function rejectedFromWork(lab: Lab, payment: Payment): Promise<string> {
  const before = (await inQueue(lab, 'payments.dlq')).ready
  const id = await publish(lab, payment)
  const channel = await lab.observer.channel()
  const message = await channel.get(lab.name('payments.work'))
  if (message !== false) channel.reject(message, false)
  await channel.close()
  await lab.until(
    text('a rejected message did not arrive in the DLQ', 'message bị reject không tới được DLQ'),
    async () => (await inQueue(lab, 'payments.dlq')).ready > before,
    { whose: 'lab' },
  )
  return id
}

async function dlqOf(lab: Lab): Promise<Dlq> {
  const { start } = await lab.subject.load<DlqModule>(dlqFile, ['start'])
  const answered = await lab.finished(start(await lab.world(lane)), text('start()', 'start()'), {
    file: dlqFile,
  })
  const dlq = lab.subject.guard<Dlq>(answered, ['stop', 'list', 'redrive'], dlqFile)
  lab.defer(() => dlq.stop())
  return dlq
}

/** What is in a queue, in its order; it stays there. */
async function peek(lab: Lab, queue: string): Promise<FoundMessage[]> {
  const channel = await lab.observer.channel()
  const found: FoundMessage[] = []
  for (;;) {
    const got = await channel.get(lab.name(queue))
    if (got === false) break
    const { properties, fields, content } = got
    found.push({
      body: content,
      exchange: fields.exchange,
      routingKey: fields.routingKey,
      redelivered: fields.redelivered,
      messageId: properties.messageId,
      correlationId: properties.correlationId,
      type: properties.type,
      contentType: properties.contentType,
      timestamp: properties.timestamp,
      deliveryMode: properties.deliveryMode,
      headers: properties.headers ?? {},
    })
  }
  if (found.length > 0) channel.nackAll(true)
  await channel.close()
  return found
}

async function takeOut(lab: Lab, howMany: number): Promise<void> {
  const channel = await lab.observer.channel()
  for (let each = 0; each < howMany; ) {
    const got = await channel.get(lab.name('payments.dlq'), { noAck: true })
    // One may be out for a moment, because somebody looks at it.
    if (got === false) await turn()
    else each += 1
  }
  await channel.close()
}

async function emptied(lab: Lab): Promise<void> {
  await resting(lab)
  for (const queue of ['payments.work', 'payments.dlq']) await lab.observer.takeAll(lab.name(queue))
}

/** Waits until nobody holds a message of the DLQ or of work. */
async function resting(lab: Lab): Promise<void> {
  await becomes(lab, async () => {
    const both = [await inQueue(lab, 'payments.dlq'), await inQueue(lab, 'payments.work')]
    return both.every(({ unacked }) => unacked === 0)
  })
}

async function inQueue(lab: Lab, queue: string): Promise<{ ready: number; unacked: number }> {
  const { queues } = await lab.inspect()
  const found = queues.find(({ name }) => name === lab.name(queue))
  return { ready: found?.ready ?? 0, unacked: found?.unacked ?? 0 }
}

/** Asks the monitor for its metrics, then for its alerts. */
async function lookAt(lab: Lab, url: string): Promise<Look> {
  const samples = readSamples(await ask(lab, `${url}/metrics`))
  const arrivals = samples.filter(({ name }) => name === 'dlq_arrivals_total')
  const byReason = arrivals.map(({ labels, value }) => [labels['reason'] ?? '', value] as const)
  return {
    depth: totalOf(samples, 'dlq_messages'),
    ageSeconds: totalOf(samples, 'dlq_oldest_age_seconds'),
    arrivals: totalOf(samples, 'dlq_arrivals_total'),
    byReason: Object.fromEntries(byReason),
    alerts: alertsIn(lab, await ask(lab, `${url}/alerts`)),
  }
}

async function ask(lab: Lab, url: string): Promise<string> {
  const path = url.slice(url.lastIndexOf('/'))
  const refused = (why: string) =>
    lab.breaks(text(`GET ${path} of the monitor: ${why}`, `GET ${path} của monitor: ${why}`), {
      file: monitorFile,
      near: [`'${path}'`, '.listen('],
    })
  const answer = await fetch(url, { signal: AbortSignal.timeout(answerMsMax) }).catch((error: unknown) => {
    throw refused(error instanceof Error ? error.message : String(error))
  })
  const body = await answer.text()
  if (!answer.ok) throw refused(`status ${answer.status}, ${body.slice(0, 80)}`)
  return body
}
const answerMsMax = 3000

function alertsIn(lab: Lab, body: string): number {
  try {
    return z.array(z.looseObject({ name: z.string() })).parse(JSON.parse(body)).length
  } catch {
    throw lab.breaks(
      text(
        `GET /alerts of the monitor answers "${body.slice(0, 60)}", which is no JSON array of alerts with a name`,
        `GET /alerts của monitor trả về "${body.slice(0, 60)}", không phải một mảng JSON các cảnh báo có name`,
      ),
      { file: monitorFile, near: ["'/alerts'"] },
    )
  }
}

/** Gives something that may never come a moment to happen. */
async function becomes(lab: Lab, fact: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = lab.run.now() + momentMs
  while (!(await fact()) && lab.run.now() < deadline) await pause(lookAgainMs)
}
/** Only what never comes is waited for so long. */
const momentMs = 1500
/** The broker's own state is the fact that is waited for, and nobody announces it; asking without a pause would keep it from its work. */
const lookAgainMs = 10

function walletOf(lab: Lab): Wallet {
  return new Wallet(lab.openDatabase('wallet'), seededSource(lab.run.seed))
}

/** Publishes the payment's event; answers its id. */
async function publish(lab: Lab, payment: Payment): Promise<string> {
  const event = requestedEvent(payment, lab.run.seed)
  await put(lab, event.id, JSON.stringify(event))
  return event.id
}

async function put(lab: Lab, messageId: string, body: string): Promise<void> {
  await lab.observer.publish({ exchange: lab.name('payments'), routingKey: key, messageId, body })
}

type Frames = Awaited<ReturnType<Lab['frames']>>

function traceOf(frames: Frames): TraceStep[] {
  return frames
    .filter(({ method }) => /^basic\.(?:get-ok|publish|return|ack|nack|reject)$/.test(method))
    .map((frame) => traceStep(frame, lane))
}
