/** The monitor of the DLQ: what it tells while messages arrive, grow old and leave. */
import { setImmediate as turn } from 'node:timers/promises'
import { z } from 'zod'
import type { Lab } from '#lab/kit'
import { becomes } from '#lab/kit/coming'
import { readSamples, totalOf } from '#lab/kit/metrics'
import type { Running, World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { declare, lane, publishDead, rejectedFromWork } from './letters.ts'

/** What monitor.ts exports. */
interface MonitorModule {
  start(world: World): Promise<Running & { readonly url: string }>
}

const monitorFile = 'monitor.ts'
/** How far the monitor's clock is moved on: further than the broker's own may be ahead, which other scenarios move. */
export const agedSeconds = 3600
/** So many different texts of one kind of error. */
const differentTexts = 20

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
    // Whoever looks at the oldest message may have it in hand while the alerts are asked for.
    return oneLeft.depth === 1 && oneLeft.alerts > 0
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
