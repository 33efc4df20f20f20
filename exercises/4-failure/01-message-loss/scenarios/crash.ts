/** The point at which a service is killed: the learner's, and others. */
import { History } from '#lab/history'
import type { Lab } from '#lab/kit'
import type { Text, TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { confirmedIn, traceOf } from './frames.ts'
import { committed, paymentsOf } from './payments.ts'
import { declare } from './queues.ts'
import { naiveFile, Service } from './services.ts'

/** What crash-point.ts answers. */
export type CrashPoint =
  | { readonly side: 'before' | 'after'; readonly commit: string }
  | { readonly side: 'before' | 'after'; readonly frame: string; readonly to: 'broker' | 'client' }

interface CrashPointModule {
  lossPoint(): CrashPoint
}

type Fault = Parameters<Lab['place']>[0]

const pointFile = 'crash-point.ts'

export interface KilledSeen {
  readonly point: CrashPoint
  readonly payment: Payment
  readonly committed: boolean
  readonly confirmed: boolean
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** One payment; the naive service is killed at the point that the learner names. */
export async function killedAtThePoint(lab: Lab): Promise<KilledSeen> {
  await declare(lab)
  const point = await pointOf(lab)
  const [payment] = paymentsOf(lab, 1) as [Payment]
  const service = await Service.start(lab, naiveFile)
  await killedAt(lab, service, { ...faultAt(point), history: new History(), payment })
  const frames = await lab.frames()
  return {
    point,
    payment,
    committed: committed(lab).includes(payment.payment_id),
    confirmed: confirmedIn(frames).has(payment.payment_id),
    kills: 1,
    trace: traceOf(frames),
  }
}

/** Validated, since a learner wrote it. */
export async function pointOf(lab: Lab): Promise<CrashPoint> {
  const { lossPoint } = await lab.subject.load<CrashPointModule>(pointFile, ['lossPoint'])
  const point: unknown = lossPoint()
  if (isCrashPoint(point)) return point
  throw lab.breaks(
    text(
      `lossPoint() answers ${JSON.stringify(point)}, which is no point: { side, commit } or { side, frame, to }`,
      `lossPoint() trả về ${JSON.stringify(point)}, không phải một điểm: { side, commit } hoặc { side, frame, to }`,
    ),
    { file: pointFile, near: ['return'] },
  )
}

function isCrashPoint(value: unknown): value is CrashPoint {
  if (typeof value !== 'object' || value === null) return false
  const { side, commit, frame, to } = value as Record<string, unknown>
  if (side !== 'before' && side !== 'after') return false
  return typeof commit === 'string' || (typeof frame === 'string' && (to === 'broker' || to === 'client'))
}

/** The point as a learner reads it: `after the commit of "payments"`. */
export function shown(point: CrashPoint): Text {
  const side = point.side === 'before' ? text('before', 'trước') : text('after', 'sau')
  return 'commit' in point
    ? text(`${side.en} the commit of "${point.commit}"`, `${side.vi} commit của "${point.commit}"`)
    : text(`${side.en} ${point.frame} to the ${point.to}`, `${side.vi} ${point.frame} gửi tới ${point.to}`)
}

/** When the fault of a crash point fires, and on which side of it. */
export function faultAt(point: CrashPoint): { when: Fault['when']; side?: 'before' | 'after' } {
  if ('commit' in point)
    return { when: { point: 'commit', side: point.side, fields: { database: point.commit } } }
  return { when: { direction: `to-${point.to}`, method: point.frame }, side: point.side }
}

/** Asks the service to accept a payment, and kills it where it is said. */
export async function killedAt(
  lab: Lab,
  service: Service,
  {
    when,
    side,
    history,
    payment,
  }: { when: Fault['when']; side?: 'before' | 'after'; history: History; payment: Payment },
): Promise<void> {
  const subject = await service.alive()
  const kill = await lab.place({
    name: 'kill the service',
    text: text('the service is killed here (SIGKILL)', 'service bị kill tại đây (SIGKILL)'),
    when,
    what: { kind: 'kill-subject', subject, ...(side === undefined ? {} : { side }) },
  })
  const asking = service.accept(history, payment)
  // A TODO is told at once.
  await Promise.race([kill.fired, asking])
  const where =
    'point' in when ? `${when.side} commit` : `${side} ${'method' in when ? when.method : 'bytes'}`
  await lab.fired(
    kill,
    text(
      `a payment was accepted, and the service never came to the point of the kill: ${where}`,
      `một thanh toán được nhận mà service không hề tới điểm kill: ${where}`,
    ),
    { file: service.file, near: ['accept('] },
  )
  await asking
}
