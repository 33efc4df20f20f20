/** The dead are sent back after the fix: once each, with their ids, whatever kills the tool; and no message without an end. */
import type { Actor } from '#lab/actors'
import type { Lab } from '#lab/kit'
import { becomes } from '#lab/kit/coming'
import { countsOf } from '#lab/kit/queues'
import { traceStep } from '#lab/kit/trace'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import type { Wallet } from '#payments/wallet'
import {
  bury,
  declare,
  emptied,
  frozenMerchant,
  lane,
  peek,
  publish,
  put,
  resting,
  walletOf,
  workOff,
} from './letters.ts'
import { dlqFile, dlqOf, type Filter, outcome, type Redriven } from './tool.ts'

/** What the task sets: see redrivesMax in dlq.ts. */
export const redrivesMax = 3

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
    work: (await countsOf(lab, 'payments.work')).ready,
    dlq: (await countsOf(lab, 'payments.dlq')).ready,
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
    // A quorum queue of a real broker has confirmed a message a moment before it counts it as ready.
    await becomes(lab, async () => (await countsOf(lab, 'payments.work')).ready >= last.sent.length)
    sends += (await countsOf(lab, 'payments.work')).ready
    await workOff(lab, wallet)
    await becomes(lab, async () => (await countsOf(lab, 'payments.dlq')).ready > 0)
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

type Frames = Awaited<ReturnType<Lab['frames']>>

function traceOf(frames: Frames): TraceStep[] {
  return frames
    .filter(({ method }) => /^basic\.(?:get-ok|publish|return|ack|nack|reject)$/.test(method))
    .map((frame) => traceStep(frame, lane))
}
