/** review-05 measured: the learner's own producer and consumer, then their faster consumer beside the slow one, in one run. */
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { Distribution } from '#lab/measure/distribution'
import type { Meter } from '#lab/measure/meter'
import type { Running, World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import { measureOwn } from './attacks/own.ts'
import {
  Bench,
  declare,
  findMs,
  type Load,
  loadOf,
  type Played,
  play,
  type Stages,
  startSlow,
  subjectStart,
  work,
} from './run.ts'

const messages = 150
const rounds = 3
const offered = { perSecond: 25, messages: 100 }
/** What a busy computer may take for all of them. */
const workedMsMax = 120_000
/** From here on it counts as optimized. */
const ratioMin = 2

type Start = (world: World, stages: Stages) => Promise<Running>

export const measurement: Measurement = {
  libraries: ['amqplib'],
  async measure(lab: Lab, meter: Meter) {
    await measureOwn(lab, meter)
    await declare(lab)
    const own = await subjectStart(lab)
    const load = loadOf(lab, messages)
    const bytes = Math.round(load.bodies.reduce((sum, { body }) => sum + body.length, 0) / load.bodies.length)
    // The first of each warms up.
    await run(lab, load, startSlow, 'lab')
    await run(lab, load, own, 'consumer')
    const [slowRuns, ownRuns]: [Played[], Played[]] = [[], []]
    for (let round = 0; round < rounds; round += 1) {
      slowRuns.push(await run(lab, load, startSlow, 'lab'))
      ownRuns.push(await run(lab, load, own, 'consumer'))
    }
    const [slow, fast] = [median(slowRuns), median(ownRuns)]
    const ratio = slow.ms / fast.ms
    const isOptimized = ratio >= ratioMin
    const how = text(
      `${messages} messages of ${bytes} bytes on average wait in a durable classic queue; the directory answers after ${findMs} ms; median of ${rounds} rounds, the two consumers in turns`,
      `${messages} message trung bình ${bytes} byte nằm sẵn trong classic queue durable; danh bạ trả lời sau ${findMs} ms; trung vị của ${rounds} vòng, hai consumer thay phiên`,
    )
    meter.rate(
      {
        name: 'throughput',
        said: text('processed by your consumer', 'consumer của bạn xử lý'),
        method: how,
      },
      { n: messages, ms: fast.ms, unit: 'messages/s' },
    )
    meter.rate(
      {
        name: 'slow-throughput',
        said: text('processed by the slow consumer', 'consumer chậm xử lý'),
        method: how,
        ...(isOptimized ? { item: 'review-05.5' } : {}),
      },
      { n: messages, ms: slow.ms, unit: 'messages/s' },
    )
    meter.value(
      {
        name: 'gain',
        said: text('times as fast as the slow consumer', 'lần nhanh hơn consumer chậm'),
        method: how,
        ...(isOptimized ? { item: 'review-05.5' } : {}),
      },
      { value: Math.round(ratio * 10) / 10, unit: 'times', n: rounds },
    )
    meter.distribution(
      {
        name: 'processing',
        said: text('from reading a message to having booked it', 'từ lúc đọc message tới khi ghi sổ xong'),
        method: text(
          'within the runs of your consumer: read() to book(), without the wait in the queue',
          'trong các lần chạy consumer của bạn: từ read() tới book(), không tính thời gian chờ trong queue',
        ),
      },
      processingOf(ownRuns),
    )
    const offeredHow = text(
      `${offered.messages} messages, one every ${1000 / offered.perSecond} ms (${offered.perSecond}/s offered), from the publish to book(); the same load and seed for both`,
      `${offered.messages} message, cứ ${1000 / offered.perSecond} ms một cái (tải ${offered.perSecond}/giây), từ lúc publish tới book(); cùng tải cùng seed cho cả hai`,
    )
    meter.distribution(
      {
        name: 'latency',
        said: text('from publish to booking', 'từ publish tới khi ghi sổ'),
        method: offeredHow,
      },
      await latency(lab, own, 'consumer'),
    )
    meter.distribution(
      {
        name: 'slow-latency',
        said: text('from publish to booking, slow consumer', 'từ publish tới khi ghi sổ, consumer chậm'),
        method: offeredHow,
        ...(isOptimized ? { item: 'review-05.6' } : {}),
      },
      await latency(lab, startSlow, 'lab'),
    )
    meter.rate(
      {
        name: 'repeated-throughput',
        said: text(
          'processed by your consumer, measured again at the end',
          'consumer của bạn xử lý, đo lại lúc cuối',
        ),
        method: how,
        ...(isOptimized ? { item: 'review-05.6' } : {}),
      },
      { n: messages, ms: (await run(lab, load, own, 'consumer')).ms, unit: 'messages/s' },
    )
  },
}

function run(lab: Lab, load: Load, start: Start, lane: 'consumer' | 'lab'): Promise<Played> {
  return play(lab, load, new Bench(lab), start, lane, workedMsMax)
}

function median(runs: readonly Played[]): Played {
  return runs.toSorted((a, b) => a.ms - b.ms)[Math.floor(runs.length / 2)] as Played
}

function processingOf(runs: readonly Played[]): Distribution {
  const all = new Distribution()
  for (const { bookedAt, readAt } of runs)
    for (const [id, at] of bookedAt) all.add(at - (readAt.get(id) ?? at))
  return all
}

/** Messages that come one after another at a steady pace, each timed on its own. */
async function latency(lab: Lab, start: Start, lane: 'consumer' | 'lab'): Promise<Distribution> {
  const load = loadOf(lab, offered.messages)
  const bench = new Bench(lab)
  const running = await start(await lab.world(lane), bench.stages)
  const sent = new Map<string, number>()
  const began = performance.now()
  for (const [nth, { id, body }] of load.bodies.entries()) {
    const due = began + (nth * 1000) / offered.perSecond
    // An offered load does not wait for answers: a late one is sent at once, and its lateness counts from when it was due.
    while (performance.now() < due)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    sent.set(load.payments[nth]?.payment_id ?? id, due)
    void lab.observer.publish({ exchange: '', routingKey: lab.name(work), messageId: id, body })
  }
  await lab.until(
    text('not all payments were booked', 'chưa ghi sổ đủ thanh toán'),
    () => bench.booked.length >= offered.messages,
    { withinMs: workedMsMax },
  )
  await running.stop()
  const all = new Distribution()
  for (const [id, at] of bench.bookedAt) all.add(at - (sent.get(id) ?? at))
  return all
}
