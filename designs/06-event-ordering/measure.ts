/**
 * design-06 measured: what the strategy costs in throughput and latency, beside a single consumer of a single partition, with an even load,
 * with a hot wallet, with records that fail, and when a consumer dies; what happens when partitions are added. That is a simulation in virtual
 * time; the partitions are those of kafkajs' partitioner. What a killed consumer leaves to be done again is counted on a Kafka.
 */
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { Distribution } from '#lab/measure/distribution'
import type { Meter } from '#lab/measure/meter'
import { makeRandom } from '#lab/random'
import { type ConsumptionPlan, consume, type Effect, type SimulatedRecord } from '#lab/simulate/consumption'
import { text } from '#lab/verdict/language'
import { moved } from './attacks/moved.ts'
import { history } from './attacks/rules.ts'
import { loadSequencer, type SequencerOf } from './attacks/sequencing.ts'
import { loadStrategy, type PartitionOf, partitioner, type Strategy } from './attacks/strategy.ts'
import { playOut } from './run.ts'

const events = 4000
const wallets = 200
const handlingMs = 5
const retryMs = 200
/** For latency: so many events arrive a second on average, at random. A single consumer could take 200. */
const arrivalsPerSecond = 150
/** The load of each situation: the share of events that belong to one wallet, and of those that fail at first. */
const situations = {
  even: { hotShare: 0, failing: 0 },
  'hot-wallet': { hotShare: 0.3, failing: 0 },
  retries: { hotShare: 0, failing: 0.01 },
} as const
type Situation = keyof typeof situations

/** A consumer dies in the middle, and is missed when Kafka's least session is over. */
const crash = { consumer: 0, atMs: 10_000, noticedMs: 6000 } as const
/** So many partitions more, in the middle of what is waiting to be read. */
const addedPartitions = 4

/** How late an event may be, in places among all events. */
const distances = [0, 10, 50, 200] as const
const walletsOfDisorder = 20

const single: Strategy = {
  depends: [],
  key: 'walletId',
  partitions: 1,
  consumers: 1,
  within: 'one after another',
  retry: 'in place',
  resequence: false,
}

export const measurement: Measurement = {
  libraries: ['kafkajs'],
  brokers: { kafka: 1 },
  async measure(lab: Lab, meter: Meter) {
    const strategy = await loadStrategy(lab.subject)
    for (const situation of Object.keys(situations) as Situation[]) {
      measureOne(meter, lab.run.seed, situation, 'strategy', strategy)
      measureOne(meter, lab.run.seed, situation, 'single', single)
    }
    const sequencerOf = await loadSequencer(lab.subject)
    for (const distance of distances) measureDisorder(meter, lab.run.seed, distance, sequencerOf)
    measureCrash(meter, lab.run.seed, 'strategy', strategy)
    measureCrash(meter, lab.run.seed, 'single', single)
    measureGrowth(meter, lab.run.seed, strategy, sequencerOf)
    await measureKill(lab, meter)
  },
}

/** How many events wait, and at most how many at once, when each is late by up to so many places among all of them. */
function measureDisorder(meter: Meter, seed: number, distance: number, sequencerOf: SequencerOf): void {
  const random = makeRandom(seed)
  const all = history(random, { events, wallets: walletsOfDisorder, hotShare: 0 })
  const arriving = all
    .map((event, at) => ({ event, due: at + random.next() * distance }))
    .toSorted((one, other) => one.due - other.due)
  const sequencer = sequencerOf(all)
  let held = 0
  let peak = 0
  for (const { event } of arriving) {
    // Its own effect comes first, if it has one now.
    if (sequencer.take(event, 0)[0]?.eventId !== event.eventId) held += 1
    peak = Math.max(peak, sequencer.waiting)
  }
  const method = text(
    `${events} events of ${walletsOfDisorder} wallets through the sequencer, each late by up to ${distance} places, seeded`,
    `${events} event của ${walletsOfDisorder} ví đi qua sequencer, mỗi cái muộn tối đa ${distance} chỗ`,
  )
  meter.value(
    {
      name: `waiting-peak-distance-${distance}`,
      said: text(
        `most events waiting, up to ${distance} places late`,
        `số event chờ nhiều nhất, muộn tối đa ${distance} chỗ`,
      ),
      method,
    },
    { value: peak, unit: 'events', n: events },
  )
  meter.share(
    {
      name: `held-distance-${distance}`,
      said: text(
        `events that had to wait, up to ${distance} places late`,
        `event phải chờ, muộn tối đa ${distance} chỗ`,
      ),
      method,
    },
    { count: held, n: events },
  )
}

function measureOne(
  meter: Meter,
  seed: number,
  situation: Situation,
  who: 'strategy' | 'single',
  plan: Strategy,
): void {
  const whose =
    who === 'strategy'
      ? text('this strategy', 'chiến lược này')
      : text('a single consumer', 'một consumer duy nhất')
  const load = {
    even: text('even load', 'tải đều'),
    'hot-wallet': text('30 % on one wallet', '30% dồn vào một ví'),
    retries: text('1 % fail 3 times', '1% lỗi 3 lần'),
  }[situation]
  const how = `${events} events of ${wallets} wallets, ${handlingMs} ms each, seeded`
  const full = played(seed, situation, plan, 0)
  meter.rate(
    {
      item: 'design-06.3',
      name: `throughput-${situation}-${who}`,
      said: text(`throughput, ${load.en}, ${whose.en}`, `throughput, ${load.vi}, ${whose.vi}`),
      method: text(
        `simulation in virtual time: ${how}, all there at the beginning, until the last effect`,
        `mô phỏng theo thời gian ảo: ${events} event của ${wallets} ví, mỗi event ${handlingMs} ms, có sẵn từ đầu, tới hiệu lực cuối cùng`,
      ),
    },
    { n: events, ms: full.endedAtMs, unit: 'events/s' },
  )
  const { effects } = played(seed, situation, plan, 1000 / arrivalsPerSecond)
  meter.distribution(
    {
      item: 'design-06.3',
      name: `latency-${situation}-${who}`,
      said: text(
        `arrival to effect, ${load.en}, ${whose.en}`,
        `từ lúc tới tới hiệu lực, ${load.vi}, ${whose.vi}`,
      ),
      method: text(
        `simulation in virtual time: ${how}, ${arrivalsPerSecond} arriving a second at random; a failing one is tried again after ${retryMs} ms`,
        `mô phỏng theo thời gian ảo: ${events} event của ${wallets} ví, mỗi event ${handlingMs} ms, mỗi giây trung bình tới ${arrivalsPerSecond} cách nhau ngẫu nhiên; cái lỗi được thử lại sau ${retryMs} ms`,
      ),
    },
    latencyOf(effects),
  )
}

function latencyOf(effects: readonly Effect[]): Distribution {
  const latency = new Distribution()
  for (const { record, atMs } of effects) latency.add(atMs - record.arrivesAt)
  return latency
}

/** How long events take while a consumer is dead and nobody knows. */
function measureCrash(meter: Meter, seed: number, who: 'strategy' | 'single', plan: Strategy): void {
  const whose =
    who === 'strategy'
      ? text('this strategy', 'chiến lược này')
      : text('a single consumer', 'một consumer duy nhất')
  const { effects } = played(seed, 'even', plan, 1000 / arrivalsPerSecond, crash)
  const method = text(
    `simulation in virtual time: ${events} events of ${wallets} wallets, ${handlingMs} ms each, seeded, ${arrivalsPerSecond} arriving a second at random; a consumer dies after ${crash.atMs / 1000} s and is missed ${crash.noticedMs / 1000} s later, when everybody begins where it was committed`,
    `mô phỏng theo thời gian ảo: ${events} event của ${wallets} ví, mỗi event ${handlingMs} ms, mỗi giây trung bình tới ${arrivalsPerSecond} cách nhau ngẫu nhiên; một consumer chết sau ${crash.atMs / 1000} giây, ${crash.noticedMs / 1000} giây sau mới bị phát hiện, rồi ai cũng đọc tiếp từ chỗ đã commit`,
  )
  meter.distribution(
    {
      name: `latency-crash-${who}`,
      said: text(
        `arrival to effect, a consumer dies, ${whose.en}`,
        `từ lúc tới tới hiệu lực, một consumer chết, ${whose.vi}`,
      ),
      method,
    },
    latencyOf(effects),
  )
}

/** Partitions are added while half of the events wait to be read: the other half finds its partition among more of them. */
function measureGrowth(meter: Meter, seed: number, strategy: Strategy, sequencerOf: SequencerOf): void {
  const random = makeRandom(seed)
  const all = history(random, { events, wallets, hotShare: 0 })
  const [before, behind] = [strategy.partitions, strategy.partitions + addedPartitions].map((count) =>
    partitioner(strategy, count),
  ) as [PartitionOf, PartitionOf]
  const records = all.map((event, at) => ({
    id: event.eventId,
    key: event[strategy.key],
    partition: (at < events / 2 ? before : behind)(event),
    arrivesAt: 0,
  }))
  const without = playOut(all, records, strategy, { handlingMs, retryMs }, makeRandom(seed), undefined)
  const { effects } = consume(records, strategy, { handlingMs, retryMs }, makeRandom(seed))
  const byId = new Map(all.map((event) => [event.eventId, event]))
  const sequencer = sequencerOf(all)
  let held = 0
  for (const { record, atMs } of effects) {
    const event = byId.get(record.id)
    if (event !== undefined && sequencer.take(event, atMs)[0]?.eventId !== event.eventId) held += 1
  }
  const method = text(
    `simulation in virtual time: ${events} events of ${wallets} wallets, seeded, all there at the beginning; the second half was written when there were ${addedPartitions} partitions more`,
    `mô phỏng theo thời gian ảo: ${events} event của ${wallets} ví, có sẵn từ đầu; nửa sau được ghi khi đã thêm ${addedPartitions} partition`,
  )
  meter.share(
    {
      name: 'held-growth',
      said: text('events that had to wait, partitions added', 'event phải chờ, khi thêm partition'),
      method,
    },
    { count: held, n: events },
  )
  meter.value(
    {
      name: 'wrong-growth-without-sequencer',
      said: text(
        'wallets that end otherwise without the sequencer, partitions added',
        'ví kết thúc sai khi không có sequencer, khi thêm partition',
      ),
      method,
    },
    { value: without.wrongWallets, unit: 'wallets', n: wallets },
  )
}

/** What a consumer leaves behind that is killed between effect and commit. */
async function measureKill(lab: Lab, meter: Meter): Promise<void> {
  const seen = await moved(lab)
  const method = text(
    `on a Kafka: ${seen.readers} consumers as processes, one killed (SIGKILL) before a commit, one started later; ${seen.events} events`,
    `trên một Kafka: ${seen.readers} consumer là process riêng, một cái bị kill (SIGKILL) ngay trước lúc commit, một cái chạy lên sau; ${seen.events} event`,
  )
  meter.value(
    {
      name: 'repeated-kafka-kill',
      said: text('deliveries that came again after a kill', 'lần giao lặp lại sau một lần kill'),
      method,
    },
    { value: seen.repeated, unit: 'deliveries', n: seen.events },
  )
  meter.value(
    {
      name: 'wrong-kafka-kill',
      said: text('wallets that ended otherwise after a kill', 'ví kết thúc sai sau một lần kill'),
      method,
    },
    { value: seen.wrong?.wallets ?? 0, unit: 'wallets', n: seen.wallets },
  )
}

function played(
  seed: number,
  situation: Situation,
  plan: Strategy & ConsumptionPlan,
  everyMs: number,
  death?: typeof crash,
) {
  const random = makeRandom(seed)
  const { hotShare, failing } = situations[situation]
  const partitionOf = partitioner(plan, plan.partitions)
  let clock = 0
  // Independent arrivals: the time to the next one is exponential.
  const times = Array.from({ length: events }, () => {
    clock -= Math.log(1 - random.next()) * everyMs
    return clock
  })
  const records: SimulatedRecord[] = history(random, { events, wallets, hotShare }).map((event, at) => ({
    id: event.eventId,
    key: event[plan.key],
    partition: partitionOf(event),
    arrivesAt: times[at] ?? 0,
    failures: random.next() < failing ? 3 : 0,
  }))
  const circumstances = { handlingMs, retryMs, ...(death === undefined ? {} : { crash: death }) }
  return consume(records, plan, circumstances, random)
}
