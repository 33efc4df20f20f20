/**
 * design-06 measured: what the strategy costs in throughput and latency, beside a single consumer of a single partition, with an even load,
 * with a hot wallet, and with records that fail. All of it is a simulation in virtual time; the partitions are those of kafkajs' partitioner.
 */
import kafkajs from 'kafkajs'
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { Distribution } from '#lab/measure/distribution'
import type { Meter } from '#lab/measure/meter'
import { makeRandom } from '#lab/random'
import { type ConsumptionPlan, consume, type SimulatedRecord } from '#lab/simulate/consumption'
import { text } from '#lab/verdict/language'
import { history } from './attacks/rules.ts'
import { loadSequencer, type SequencerOf } from './attacks/sequencing.ts'
import { loadStrategy, type Strategy } from './attacks/strategy.ts'

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
  brokers: {},
  async measure(lab: Lab, meter: Meter) {
    const strategy = await loadStrategy(lab.subject)
    for (const situation of Object.keys(situations) as Situation[]) {
      measureOne(meter, lab.run.seed, situation, 'strategy', strategy)
      measureOne(meter, lab.run.seed, situation, 'single', single)
    }
    const sequencerOf = await loadSequencer(lab.subject)
    for (const distance of distances) measureDisorder(meter, lab.run.seed, distance, sequencerOf)
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
  const arriving = played(seed, situation, plan, 1000 / arrivalsPerSecond)
  const latency = new Distribution()
  for (const { record, atMs } of arriving.effects) latency.add(atMs - record.arrivesAt)
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
    latency,
  )
}

function played(seed: number, situation: Situation, plan: Strategy & ConsumptionPlan, everyMs: number) {
  const random = makeRandom(seed)
  const { hotShare, failing } = situations[situation]
  const partitionMetadata = Array.from({ length: plan.partitions }, (_, partitionId) => ({
    partitionId,
    leader: 0,
  }))
  const partitionOf = kafkajs.Partitioners.DefaultPartitioner()
  let clock = 0
  // Independent arrivals: the time to the next one is exponential.
  const times = Array.from({ length: events }, () => {
    clock -= Math.log(1 - random.next()) * everyMs
    return clock
  })
  const records: SimulatedRecord[] = history(random, { events, wallets, hotShare }).map((event, at) => ({
    id: event.eventId,
    key: event[plan.key],
    partition: partitionOf({
      topic: 'wallets',
      partitionMetadata: partitionMetadata as never,
      message: { key: event[plan.key], value: '' },
    }),
    arrivesAt: times[at] ?? 0,
    failures: random.next() < failing ? 3 : 0,
  }))
  return consume(records, plan, { handlingMs, retryMs }, random)
}
