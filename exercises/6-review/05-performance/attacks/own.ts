/** The learner's own producer (mq-02) and consumer (mq-03), measured each in a process of its own, with what keeps that process busy. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Lab } from '#lab/kit'
import { countIn } from '#lab/kit/queues'
import { repositoryRoot } from '#lab/kit/subject-under-test'
import { Distribution } from '#lab/measure/distribution'
import { flameGraph } from '#lab/measure/flame'
import type { Meter } from '#lab/measure/meter'
import type { Watched } from '#lab/measure/watch'
import type { Lane, Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'

const watchedFile = 'experiments/actors/watched.ts'
const work = 'payments.work'
const key = 'payment.requested'
const warmUp = 200
const burst = 2000
const offered = { perSecond: 50, messages: 150 }
/** What a busy computer may take for all of them. */
const workedMsMax = 120_000

const parts = {
  producer: { task: 'mq-02', folder: 'exercises/3-mq/02-rabbitmq-producer', file: 'producer.ts' },
  consumer: { task: 'mq-03', folder: 'exercises/3-mq/03-rabbitmq-consumer', file: 'consumer.ts' },
} as const
type Part = keyof typeof parts

export async function measureOwn(lab: Lab, meter: Meter): Promise<void> {
  const databases = mkdtempSync(join(tmpdir(), 'mq-review-'))
  lab.defer(async () => rmSync(databases, { recursive: true, force: true }))
  await declareWay(lab)
  const events = eventsOf(lab, warmUp + burst + offered.messages)
  const bytes = Math.round(
    events.reduce((sum, event) => sum + JSON.stringify(event).length, 0) / events.length,
  )
  const way = { exchange: lab.name('payments'), routingKey: key }

  const producer = await lab.start(watchedFile, 'producer')
  await ask(lab, producer, 'producer', ['load', fileOf(lab, 'producer')])
  await ask(lab, producer, 'producer', ['run', databases])
  await producer.call('sendAll', way, events.slice(0, warmUp))
  await producer.call('begin')
  const sentMs = Number(await producer.call('sendAll', way, events.slice(warmUp, warmUp + burst)))
  const sending = (await producer.call('seen')) as Watched

  const consumer = await lab.start(watchedFile, 'consumer')
  await ask(lab, consumer, 'consumer', ['load', fileOf(lab, 'consumer')])
  // Its messages lie there: it works from the moment on in which it starts.
  await consumer.call('begin')
  await ask(lab, consumer, 'consumer', ['run', databases])
  await workedOff(lab)
  const working = (await consumer.call('seen')) as Watched
  const settled = [...(await settledAt(lab)).values()].toSorted((one, other) => one - other)
  const workedMs = (settled.at(-1) ?? 0) - (settled[warmUp - 1] ?? 0)

  await offer(lab, producer, way, events.slice(warmUp + burst))
  const { latency, processing } = await timesOf(lab, events.slice(warmUp + burst))
  await producer.stop()
  await consumer.stop()
  report(meter, { bytes, sentMs, workedMs, latency, processing, sending, working })
  for (const [part, watched] of [
    ['producer', sending],
    ['consumer', working],
  ] as const)
    meter.draw(part, (lang) => flameGraph(watched.stacks, flameOf(lab, part, watched), lang))
}

type Process = Awaited<ReturnType<Lab['start']>>

/** Loads or starts the learner's file in its process. One that is not there yet is told with the command to go on. */
async function ask(
  lab: Lab,
  process: Process,
  part: Part,
  [method, ...args]: readonly [string, ...string[]],
): Promise<void> {
  const { task, folder, file } = parts[part]
  try {
    await process.call(method, ...args)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw lab.breaks(
      text(
        `the ${part} of ${task} could not be measured: ${why} (npm run exercise ${task})`,
        `không đo được ${part} của ${task}: ${why} (npm run exercise ${task})`,
      ),
      { file: lab.subject.spotOf(lab.subject.other(folder), file) },
    )
  }
}

function fileOf(lab: Lab, part: Part): string {
  const { folder, file } = parts[part]
  return lab.subject.other(folder).path(file)
}

/** The way of a payment, as mq-02 and mq-03 have it. */
async function declareWay(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(lab.name(work), { durable: true })
  await channel.bindQueue(lab.name(work), lab.name('payments'), key)
  await channel.close()
}

/** Other payments than those of the slow consumer's load: a ledger books each once. */
function eventsOf(lab: Lab, howMany: number): Envelope[] {
  const seed = lab.run.seed + 1
  return somePayments(howMany, seededSource(seed)).map((payment) => requestedEvent(payment, seed))
}

async function workedOff(lab: Lab): Promise<void> {
  await lab.until(
    text(
      'the consumer of mq-03 did not work off payments.work',
      'consumer của mq-03 không xử lý hết payments.work',
    ),
    async () => (await countIn(lab, work)) === 0,
    { withinMs: workedMsMax },
  )
}

/** Sends at a steady pace, whatever comes of it, and waits until all is worked off. */
async function offer(
  lab: Lab,
  producer: Process,
  way: { readonly exchange: string; readonly routingKey: string },
  events: readonly Envelope[],
): Promise<void> {
  const began = performance.now()
  const sends: Promise<unknown>[] = []
  for (const [nth, event] of events.entries()) {
    const due = began + (nth * 1000) / offered.perSecond
    while (performance.now() < due)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    sends.push(producer.call('send', way, event))
  }
  await lab.finished(Promise.all(sends), text('sendMessage()', 'sendMessage()'), undefined, workedMsMax)
  await workedOff(lab)
}

/** When the consumer acknowledged each message, as the ack came by. */
async function settledAt(lab: Lab): Promise<Map<string, number>> {
  const acks = (await lab.frames('consumer')).filter(
    ({ method, direction }) => method === 'basic.ack' && direction === 'to-broker',
  )
  return new Map(
    acks.flatMap(({ atMs, message, messages }) =>
      (messages ?? (message === undefined ? [] : [message])).map((id) => [id, atMs] as const),
    ),
  )
}

async function timesOf(
  lab: Lab,
  events: readonly Envelope[],
): Promise<{ readonly latency: Distribution; readonly processing: Distribution }> {
  const settled = await settledAt(lab)
  const published = await firstAt(lab, 'producer', 'basic.publish')
  const delivered = await firstAt(lab, 'consumer', 'basic.deliver')
  const [latency, processing] = [new Distribution(), new Distribution()]
  for (const { id } of events) {
    const [sent, got, done] = [published.get(id), delivered.get(id), settled.get(id)]
    if (done === undefined) continue
    if (sent !== undefined) latency.add(Math.max(0, done - sent))
    if (got !== undefined) processing.add(Math.max(0, done - got))
  }
  return { latency, processing }
}

/** When each message came by first, by its id. */
async function firstAt(lab: Lab, lane: Lane, method: string): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const frame of await lab.frames(lane))
    if (frame.method === method && frame.message !== undefined && !found.has(frame.message))
      found.set(frame.message, frame.atMs)
  return found
}

interface Reported {
  readonly bytes: number
  readonly sentMs: number
  readonly workedMs: number
  readonly latency: Distribution
  readonly processing: Distribution
  readonly sending: Watched
  readonly working: Watched
}

function report(meter: Meter, seen: Reported): void {
  const { bytes, sentMs, workedMs, latency, processing, sending, working } = seen
  const messages = {
    en: `${burst} messages of ${bytes} bytes`,
    vi: `${burst} message trung bình ${bytes} byte`,
  }
  meter.rate(
    {
      name: 'own-producer-throughput',
      said: text('sent by your producer (mq-02)', 'producer của bạn (mq-02) gửi'),
      method: text(
        `${messages.en} on average, all called at once, until the last has resolved; a process of its own, durable classic queue, the first ${warmUp} left out`,
        `${messages.vi}, gọi cùng lúc, tới khi cái cuối resolve; process riêng, classic queue durable, bỏ ${warmUp} cái đầu`,
      ),
      item: 'review-05.1',
    },
    { n: burst, ms: sentMs, unit: 'messages/s' },
  )
  meter.rate(
    {
      name: 'own-consumer-throughput',
      said: text('booked by your consumer (mq-03)', 'consumer của bạn (mq-03) ghi sổ'),
      method: text(
        `${messages.en} on average that lie in a durable classic queue, from ack to ack; a process of its own with its database on disk, the first ${warmUp} left out`,
        `${messages.vi} nằm sẵn trong classic queue durable, tính từ ack tới ack; process riêng, database trên đĩa, bỏ ${warmUp} cái đầu`,
      ),
      item: 'review-05.1',
    },
    { n: burst, ms: Math.max(workedMs, 1), unit: 'messages/s' },
  )
  const load = text(
    `${offered.messages} messages, one every ${1000 / offered.perSecond} ms (${offered.perSecond}/s offered)`,
    `${offered.messages} message, cứ ${1000 / offered.perSecond} ms một cái (tải ${offered.perSecond}/giây)`,
  )
  meter.distribution(
    {
      name: 'own-latency',
      said: text('from publish to ack, both your own', 'từ publish tới ack, cả hai của bạn'),
      method: text(
        `${load.en}; from the publish until the consumer's ack comes by, which is after its booking`,
        `${load.vi}; từ lúc publish tới khi ack của consumer đi qua, tức là sau khi ghi sổ`,
      ),
      item: 'review-05.2',
    },
    latency,
  )
  meter.distribution(
    {
      name: 'own-processing',
      said: text('from delivery to ack in your consumer', 'từ lúc giao tới ack trong consumer của bạn'),
      method: text(
        `${load.en}; from the delivery's coming by until its ack, without the wait in the queue`,
        `${load.vi}; từ lúc message được giao tới ack của nó, không tính thời gian chờ trong queue`,
      ),
      item: 'review-05.3',
    },
    processing,
  )
  busy(meter, 'producer', sending)
  busy(meter, 'consumer', working)
}

function busy(meter: Meter, part: Part, { busy: share, lateMs }: Watched): void {
  const whose: Text = text(`your ${part}'s event loop`, `event loop của ${part}`)
  const how = text(
    "Node's perf_hooks in that process, during the messages of its throughput",
    'perf_hooks của Node trong process đó, suốt lúc đo throughput',
  )
  meter.value(
    { name: `own-${part}-busy`, said: text(`${whose.en}: busy`, `${whose.vi}: bận`), method: how },
    { value: Math.round(share * 1000) / 10, unit: '%', n: burst },
  )
  meter.value(
    { name: `own-${part}-late`, said: text(`${whose.en}: late, p99`, `${whose.vi}: trễ, p99`), method: how },
    { value: Math.round(lateMs.p99 * 100) / 100, unit: 'ms', n: burst },
  )
}

function flameOf(lab: Lab, part: Part, { ms, busy: share }: Watched) {
  const { task } = parts[part]
  const percent = Math.round(share * 100)
  const messages = part === 'consumer' ? warmUp + burst : burst
  return {
    title: text(`${part} of ${task}`, `${part} của ${task}`),
    said: text(
      `${messages} messages in ${Math.round(ms)} ms; the event loop was busy for ${percent} % of it`,
      `${messages} message trong ${Math.round(ms)} ms; event loop bận ${percent}% thời gian đó`,
    ),
    root: repositoryRoot,
    own: dirname(fileOf(lab, part)),
  }
}
