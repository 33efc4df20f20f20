/** The metrics of the DLQ, and its alert. */
import { z } from 'zod'
import type { Lab } from '#lab/kit'
import { becomes } from '#lab/kit/coming'
import { readSamples, totalOf } from '#lab/kit/metrics'
import { countsOf } from '#lab/kit/queues'
import type { Running, World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { seededSource, somePayments } from '#payments/fixtures'
import { die } from './letters.ts'
import { buried, takeOne } from './messages.ts'
import { declared, lane } from './operator.ts'

interface MonitorModule {
  start(world: World): Promise<Running & { readonly url: string }>
}

/** A broker with a default delivery limit (20) has dropped by now what its monitor takes out and puts back. */
const looks = 30
/** How far the monitor's clock is moved on: further than the broker's own may be ahead, which other scenarios move. */
export const agedSeconds = 3600

/** What the monitor told at one moment; undefined where a metric is missing. */
export interface Look {
  readonly depth: number | undefined
  readonly ageSeconds: number | undefined
  readonly arrivals: number | undefined
  /** The names of the alerts that fire. */
  readonly alerts: readonly string[]
}

export interface MonitoredSeen {
  readonly empty: Look
  readonly one: Look
  /** A second one has died, and the first was taken out before anybody looked again. */
  readonly two: Look
  readonly looks: number
  /** What is in payments.dlq after so many looks. */
  readonly stillThere: number
  /** `agedSeconds` later, after two more have died: asked several times, then of a monitor that was just started. */
  readonly aged: readonly Look[]
  readonly agedAfterRestart: Look
  readonly emptied: Look
}

/** Payments die and are taken out, while somebody keeps looking at the monitor. */
export async function monitored(lab: Lab): Promise<MonitoredSeen> {
  await declared(lab)
  const [first, second, third, fourth] = somePayments(4, seededSource(lab.run.seed)) as [
    Payment,
    Payment,
    Payment,
    Payment,
  ]
  let offsetMs = 0
  const { start } = await lab.subject.load<MonitorModule>('monitor.ts', ['start'])
  const world = await lab.world(lane)
  const clock = { ...world.clock, now: () => world.clock.now() + offsetMs }
  const monitoring = async () => {
    const answered = await lab.finished(start({ ...world, clock }), text('start()', 'start()'), {
      file: 'monitor.ts',
    })
    const monitor = lab.subject.guard(answered, ['stop'], 'monitor.ts')
    return { url: String(answered.url), stop: monitor.stop }
  }
  let monitor = await monitoring()
  lab.defer(() => monitor.stop())
  const look = () => lookAt(lab, monitor.url)

  const empty = await look()
  lab.say('A payment dies.', 'Một thanh toán chết.')
  await die(lab, first)
  let one = empty
  await becomes(lab, async () => {
    one = await look()
    return one.depth === 1 && one.arrivals === 1 && one.alerts.length > 0
  })
  // Whoever doesn't see the first one need not be shown a second.
  if (one.depth !== 1 || one.alerts.length === 0) {
    return { empty, one, two: one, looks, stillThere: 1, aged: [one], agedAfterRestart: one, emptied: one }
  }
  lab.say(
    'Another one dies, and before anybody looks, the first is taken out.',
    'Thêm một cái nữa chết, và trước khi có ai kịp nhìn, cái đầu đã được lấy ra.',
  )
  await die(lab, second)
  await takeOne(lab)
  let two = one
  await becomes(lab, async () => {
    two = await look()
    return two.depth === 1 && two.arrivals === 2
  })
  for (let each = 0; each < looks; each += 1) await look()
  // What was taken out to be looked at is back in a moment.
  await becomes(lab, async () => (await countsOf(lab, 'payments.dlq')).ready === 1)
  const stillThere = (await countsOf(lab, 'payments.dlq')).ready
  offsetMs += agedSeconds * 1000
  // Three in all: each look takes the first one out twice, and two would only change places.
  for (const payment of [third, fourth]) await buried(lab, payment, clock.now())
  const aged = [await look(), await look(), await look()]
  await lab.finished(monitor.stop(), text('stop()', 'stop()'), { file: 'monitor.ts', near: ['stop()'] })
  monitor = await monitoring()
  const agedAfterRestart = await look()
  lab.say('The DLQ is emptied.', 'DLQ được dọn trống.')
  for (const _ of [second, third, fourth]) await takeOne(lab)
  let emptied = agedAfterRestart
  await becomes(lab, async () => {
    emptied = await look()
    return emptied.depth === 0 && emptied.alerts.length === 0
  })
  return { empty, one, two, looks, stillThere, aged, agedAfterRestart, emptied }
}

/** Asks the monitor for its metrics, then for its alerts. */
async function lookAt(lab: Lab, url: string): Promise<Look> {
  const [metrics, alerts] = [await ask(lab, `${url}/metrics`), await ask(lab, `${url}/alerts`)]
  const samples = readSamples(metrics)
  return {
    depth: totalOf(samples, 'dlq_messages'),
    ageSeconds: totalOf(samples, 'dlq_oldest_age_seconds'),
    arrivals: totalOf(samples, 'dlq_arrivals_total'),
    alerts: namesIn(lab, alerts),
  }
}

async function ask(lab: Lab, url: string): Promise<string> {
  const path = url.slice(url.lastIndexOf('/'))
  const refused = (why: string) =>
    lab.breaks(text(`GET ${path} of the monitor: ${why}`, `GET ${path} của monitor: ${why}`), {
      file: 'monitor.ts',
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

function namesIn(lab: Lab, body: string): readonly string[] {
  const parsed = alertsSchema.safeParse(tried(() => JSON.parse(body)))
  if (parsed.success) return parsed.data.map(({ name }) => name)
  throw lab.breaks(
    text(
      `GET /alerts of the monitor answers "${body.slice(0, 60)}", which is no JSON array of alerts with a name`,
      `GET /alerts của monitor trả về "${body.slice(0, 60)}", không phải một mảng JSON các cảnh báo có name`,
    ),
    { file: 'monitor.ts', near: ["'/alerts'"] },
  )
}

const alertsSchema = z.array(z.looseObject({ name: z.string() }))

function tried(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return undefined
  }
}
