/** The producer whose confirms are lost with the connection. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Operation } from '#lab/history'
import type { Lab } from '#lab/kit'
import type { TraceStep } from '#lab/verdict'
import { confirmedIn, traceOf } from './frames.ts'
import { killedWhileSending } from './outage.ts'
import { eventsOf, idIn } from './payments.ts'
import { backMsMax, becomes, endedOf, momentMs, started } from './services.ts'

export interface ProducerSeen {
  readonly operations: readonly Operation[]
  /** How many sends had resolved while the broker was away, without a confirm for them. */
  readonly resolvedUnconfirmed: readonly string[]
  /** Ids of messages under which each event was sent. */
  readonly renamed: number
  readonly ended: readonly { readonly file: string; readonly why: string }[]
  readonly outstanding: number
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** Twenty payments; the broker is killed when it has confirmed some of them, stays away for a while, and comes back. */
export async function confirmsAway(lab: Lab): Promise<ProducerSeen> {
  lab.needs('kill')
  const services = await started(lab)
  const events = eventsOf(lab, 20)
  const { sending, history, killed } = await killedWhileSending(lab, services, events, 10)
  const { frames } = await lab.proxy('producer')
  // Away for a moment: whoever takes its own buffer for the broker says "sent" now.
  await sleep(momentMs)
  const confirmed = confirmedIn(frames)
  const early = history.operations.flatMap(({ ending, message }) =>
    ending === 'ok' && !confirmed.has(message) ? [message] : [],
  )
  const outstanding = events.length - confirmed.size
  await lab.restartBroker()
  await becomes(lab, () => sending.isOver, backMsMax, services)
  const published = frames.filter(({ method }) => method === 'basic.publish')
  return {
    operations: history.operations,
    resolvedUnconfirmed: early,
    renamed: published.filter(({ message, body }) => idIn(body) !== message).length,
    ended: await endedOf(services),
    outstanding,
    kills: killed,
    trace: traceOf(frames, 'producer').slice(-16),
  }
}
