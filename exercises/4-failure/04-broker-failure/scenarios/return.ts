/** The broker is back: what resumes, and what of everything confirmed is there. */
import { setTimeout as sleep } from 'node:timers/promises'
import { History } from '#lab/history'
import type { Lab } from '#lab/kit'
import { takeIds } from '#lab/kit/queues'
import type { TraceStep } from '#lab/verdict'
import type { Payment } from '#payments/events'
import { requestedEvent } from '#payments/fixtures'
import { confirmedIn, deliveredIn, traceOf } from './frames.ts'
import { killedWhileSending } from './outage.ts'
import { ledgerOf, paymentsOf } from './payments.ts'
import { inQueue, isDeclared, withoutQueue } from './queue.ts'
import { backMsMax, becomes, endedOf, lanes, momentMs, send, settledMsMax, started } from './services.ts'

export interface ResumedSeen {
  /** After each outage: connections that are open in each lane, and whether a payment came through. */
  readonly rounds: readonly {
    readonly outage: 'killed' | 'cut' | 'without its queue'
    readonly connections: Readonly<Record<(typeof lanes)[number], number>>
    readonly isSent: boolean
    /** What send() was rejected with, if it was. */
    readonly why: string | undefined
    readonly captures: number
    readonly deliveries: number
  }[]
  readonly ended: readonly { readonly file: string; readonly why: string }[]
  readonly trace: readonly TraceStep[]
}

/** Three outages in a row: the broker is killed, connections are torn, and at last the consumer's is, with its queue gone. */
export async function resumed(lab: Lab): Promise<ResumedSeen> {
  lab.needs('kill')
  const services = await started(lab)
  const payments = paymentsOf(lab, 3)
  const rounds: ResumedSeen['rounds'][number][] = []
  const ledger = ledgerOf(lab)
  for (const [at, outage] of (['killed', 'cut', 'without its queue'] as const).entries()) {
    let bookedMsMax = backMsMax
    if (outage === 'killed') {
      await lab.killBroker()
      await lab.restartBroker()
    } else if (outage === 'cut') {
      for (const lane of lanes) (await lab.proxy(lane)).cut()
    } else {
      // The producer stays connected: the one who needs the queue has to declare it.
      const proxy = await lab.proxy('consumer')
      await withoutQueue(lab)
      proxy.cut()
      const isThere = await becomes(lab, () => isDeclared(lab), settledMsMax, services)
      if (!isThere) bookedMsMax = momentMs
    }
    const payment = payments[at] as Payment
    const event = requestedEvent(payment, lab.run.seed)
    const history = new History()
    const sending = send(lab, services.producer, history, event)
    await becomes(lab, () => ledger.count(payment.payment_id, 'capture') > 0, bookedMsMax, services)
    // One connection too many comes a little later than the first.
    await sleep(momentMs)
    await Promise.race([sending, sleep(momentMs)])
    rounds.push({
      outage,
      connections: Object.fromEntries(
        await Promise.all(
          lanes.map(async (lane) => [lane, (await lab.proxy(lane)).openConnections] as const),
        ),
      ) as Record<(typeof lanes)[number], number>,
      isSent: history.operations.some(({ ending }) => ending === 'ok'),
      why: rejectionIn(history),
      captures: ledger.count(payment.payment_id, 'capture'),
      deliveries: deliveredIn(await lab.frames('consumer')).filter((id) => id === event.id).length,
    })
    if (rounds.at(-1)?.captures === 0) break
  }
  return {
    rounds,
    ended: await endedOf(services),
    trace: traceOf(await lab.frames('consumer'), 'consumer').slice(-12),
  }
}

/** What the first send() that was rejected was rejected with. */
function rejectionIn({ operations }: History): string | undefined {
  return operations.find(({ ending }) => ending === 'fail' || ending === 'unknown')?.reason
}

export interface SurvivedSeen {
  readonly sent: readonly string[]
  /** What the first send() that was rejected was rejected with. */
  readonly why: string | undefined
  readonly confirmedBefore: readonly string[]
  readonly captures: Readonly<Record<string, number>>
  readonly audit: readonly string[]
  readonly dead: readonly string[]
  readonly kills: number
  readonly copies: number
  readonly ended: readonly { readonly file: string; readonly why: string }[]
  readonly left: number
}

/** Sixty payments in a stream; the broker is killed in the middle of it, and started again. */
export async function survived(lab: Lab): Promise<SurvivedSeen> {
  lab.needs('kill')
  const services = await started(lab)
  const payments = paymentsOf(lab, 60)
  const events = payments.map((payment) => requestedEvent(payment, lab.run.seed))
  const { frames } = await lab.proxy('producer')
  const earlier = new History()
  const first = events.slice(0, 20)
  await Promise.all(first.map((event) => send(lab, services.producer, earlier, event)))
  const { sending, history, killed } = await killedWhileSending(lab, services, events.slice(20), 10)
  const confirmedBefore = [...confirmedIn(frames)]
  await lab.restartBroker()
  await becomes(lab, () => sending.isOver, backMsMax, services)
  const ledger = ledgerOf(lab)
  const count = ({ payment_id }: Payment) => ledger.count(payment_id, 'capture')
  await becomes(
    lab,
    async () => (await inQueue(lab)) === 0 && payments.every((each) => count(each) > 0),
    settledMsMax,
    services,
  )
  return {
    sent: [...earlier.operations, ...history.operations].flatMap(({ ending, message }) =>
      ending === 'ok' ? [message] : [],
    ),
    why: rejectionIn(history),
    confirmedBefore,
    captures: Object.fromEntries(payments.map((payment, at) => [events[at]?.id ?? '', count(payment)])),
    audit: ledger.audit(),
    dead: await takeIds(lab, 'payments.dead'),
    kills: killed,
    copies: frames.filter(({ method }) => method === 'basic.publish').length - events.length,
    ended: await endedOf(services),
    left: await inQueue(lab),
  }
}
