/** The broker is killed under load, and started again. */
import { History } from '#lab/history'
import type { Lab } from '#lab/kit'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { confirmedIn, deliveredIn, traceOf } from './frames.ts'
import { eventsOf } from './payments.ts'
import {
  backMsMax,
  becomes,
  consumerFile,
  endedOf,
  illnessOf,
  neverConsumed,
  producerFile,
  type Services,
  send,
  started,
} from './services.ts'

export interface OutageSeen {
  /** What was on its way when the broker was killed: into it, and out of it. */
  readonly unconfirmed: number
  readonly unacked: number
  readonly ended: readonly { readonly file: string; readonly why: string }[]
  readonly kills: number
  readonly isBack: boolean
  readonly trace: readonly TraceStep[]
}

/** Twenty payments, of which the first are in work; then the broker is killed under both services, and started again. */
export async function killedUnderLoad(lab: Lab): Promise<OutageSeen> {
  lab.needs('kill')
  const services = await started(lab)
  const events = eventsOf(lab, 20)
  const illness = illnessOf(lab)
  illness.begin()
  const { frames: consumerFrames } = await lab.proxy('consumer')
  const history = new History()
  await Promise.all(events.slice(0, 3).map((event) => send(lab, services.producer, history, event)))
  await lab.until(neverConsumed, () => deliveredIn(consumerFrames).length >= 3, {
    at: { file: consumerFile, near: ['.consume('] },
  })
  const { killed, sending } = await killedWhileSending(lab, services, events.slice(3), 12)
  const producerFrames = await lab.frames('producer')
  const seen = {
    unconfirmed: events.length - confirmedIn(producerFrames).size,
    unacked: deliveredIn(consumerFrames).length,
    trace: [...traceOf(producerFrames, 'producer'), ...traceOf(consumerFrames, 'consumer')]
      .sort((a, b) => a.atMs - b.atMs)
      .slice(-14),
  }
  illness.end()
  await lab.restartBroker()
  const isBack = await becomes(lab, () => sending.isOver, backMsMax, services)
  return { ...seen, ended: await endedOf(services), kills: killed, isBack }
}

/** Sends everything at once, and kills the broker at the nth publish; it stays away. */
export async function killedWhileSending(
  lab: Lab,
  { producer }: Services,
  events: readonly Envelope[],
  nth: number,
) {
  const kill = await lab.place({
    name: 'kill broker',
    text: text('the broker is killed here (SIGKILL)', 'broker bị kill tại đây (SIGKILL)'),
    when: { direction: 'to-broker', method: 'basic.publish', nth },
    what: { kind: 'kill-broker' },
  })
  const history = new History()
  const sending = { isOver: false }
  const all = Promise.all(events.map((event) => send(lab, producer, history, event)))
  const done = all.then(() => {
    sending.isOver = true
  })
  // A TODO is told at once.
  await Promise.race([kill.fired, done])
  await lab.fired(
    kill,
    text(
      `${events.length} payments were to be sent, and fewer than ${nth} were ever published`,
      `có ${events.length} thanh toán cần gửi mà chưa tới ${nth} cái được publish`,
    ),
    { file: producerFile, near: ['.publish(', 'send('] },
  )
  return { history, sending, killed: 1 }
}
