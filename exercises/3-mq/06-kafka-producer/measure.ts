/** mq-06 measured: what waiting for one replica or for all of them costs a send, and what comes through one at a time. */
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { Distribution } from '#lab/measure/distribution'
import type { Meter } from '#lab/measure/meter'
import { text } from '#lab/verdict/language'
import { type Acks, started } from './scenarios/producer.ts'
import { declare, requested } from './scenarios/topic.ts'

/** The three kinds of acks take turns, so that what else the computer does meets all of them alike. */
const rounds = 6
const warmUp = 50
const oneByOne = 100
const burst = 500

export const measurement: Measurement = {
  brokers: { kafka: 3 },
  libraries: ['kafkajs'],
  async measure(lab: Lab, meter: Meter) {
    const kinds = await Promise.all(([0, 1, -1] as const).map((acks) => prepare(lab, acks)))
    for (let round = 0; round < rounds; round += 1) {
      // Each kind comes behind each other one equally often.
      for (const [at] of kinds.entries()) await kinds[(at + round) % kinds.length]?.round(round)
    }
    for (const kind of kinds) await kind.finish(meter)
  },
}

async function prepare(lab: Lab, acks: Acks) {
  const name = acks === -1 ? 'all' : String(acks)
  const topic = await declare(lab, { name: `payments.acks-${name}` })
  const producer = await started(lab, { acks })
  const perRound = oneByOne + burst
  const events = requested(lab, warmUp + rounds * perRound)
  const latency = new Distribution()
  const burstMs: number[] = []
  const send = async (nth: number): Promise<void> => {
    const event = events[nth]
    if (event === undefined) throw new Error(`there is no payment ${nth}`)
    await producer.sendMessage(topic, event.subject ?? '', event)
  }
  for (let nth = 0; nth < warmUp; nth += 1) await send(nth)

  return {
    async round(round: number): Promise<void> {
      const from = warmUp + round * perRound
      for (let nth = 0; nth < oneByOne; nth += 1) await latency.time(() => send(from + nth))
      const began = performance.now()
      await Promise.all(Array.from({ length: burst }, (_, nth) => send(from + oneByOne + nth)))
      burstMs.push(performance.now() - began)
      await stored(lab, topic, from + perRound)
    },
    async finish(meter: Meter): Promise<void> {
      meter.distribution(
        {
          name: `acks-${name}-latency`,
          said: text(`acks=${name}, one at a time`, `acks=${name}, từng cái một`),
          method: text(
            `from the call until it resolves, each after the one before; 3 nodes, min.insync.replicas 2; ${rounds} rounds by turns`,
            `từ lúc gọi tới lúc resolve, cái sau đợi cái trước; 3 node, min.insync.replicas 2; ${rounds} vòng luân phiên`,
          ),
        },
        latency,
      )
      meter.rate(
        {
          name: `acks-${name}-burst`,
          said: text(`acks=${name}, a burst of ${burst}`, `acks=${name}, một loạt ${burst}`),
          method: text(
            `all called at once, until the last has resolved; median of ${rounds} rounds by turns`,
            `gọi cùng lúc, tính tới khi cái cuối resolve; trung vị của ${rounds} vòng luân phiên`,
          ),
        },
        { n: burst, ms: median(burstMs), unit: 'messages/s' },
      )
      await producer.stop()
    },
  }
}

/** With acks 0 the broker is still busy when the last send has resolved: the next kind must not pay for it. */
async function stored(lab: Lab, topic: string, records: number): Promise<void> {
  await lab.until(
    text('what was sent never arrived', 'thứ đã gửi mãi không tới nơi'),
    async () => {
      const { topics } = await lab.kafka.inspect()
      const partitions = topics.find(({ name }) => name === topic)?.partitions ?? []
      return partitions.reduce((sum, { highWatermark }) => sum + highWatermark, 0) >= records
    },
    { everyMs: 20, withinMs: 30_000 },
  )
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
