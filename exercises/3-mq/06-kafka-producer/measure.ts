/** mq-06 measured: what waiting for one replica or for all of them costs a send, and what comes through one at a time. */
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { type Meter, timed } from '#lab/measure/meter'
import { text } from '#lab/verdict/language'
import { type Acks, declare, requested, started } from './run.ts'

const warmUp = 100
const oneByOne = 400
const burst = 2000

export const measurement: Measurement = {
  brokers: { kafka: 3 },
  libraries: ['kafkajs'],
  async measure(lab: Lab, meter: Meter) {
    for (const acks of [0, 1, -1] as const) await oneRun(lab, meter, acks)
  },
}

async function oneRun(lab: Lab, meter: Meter, acks: Acks): Promise<void> {
  const name = acks === -1 ? 'all' : String(acks)
  const topic = await declare(lab, { name: `payments.acks-${name}` })
  const producer = await started(lab, { acks })
  const events = requested(lab, warmUp + oneByOne + burst)
  const send = (nth: number): Promise<unknown> => {
    const event = events[nth]
    if (event === undefined) throw new Error(`there is no payment ${nth}`)
    return producer.sendMessage(topic, event.subject ?? '', event)
  }
  for (let nth = 0; nth < warmUp; nth += 1) await send(nth)
  meter.distribution(
    {
      name: `acks-${name}-latency`,
      said: text(`acks=${name}, one at a time`, `acks=${name}, từng cái một`),
      method: text(
        'from the call until it resolves, each after the one before; 3 nodes, min.insync.replicas 2',
        'từ lúc gọi tới lúc resolve, cái sau đợi cái trước; 3 node, min.insync.replicas 2',
      ),
    },
    await timed(oneByOne, (nth) => send(warmUp + nth)),
  )
  const began = performance.now()
  await Promise.all(Array.from({ length: burst }, (_, nth) => send(warmUp + oneByOne + nth)))
  meter.rate(
    {
      name: `acks-${name}-burst`,
      said: text(`acks=${name}, a burst of 2,000`, `acks=${name}, một loạt 2.000`),
      method: text(
        'all called at once, until the last has resolved',
        'gọi cùng lúc, tính tới khi cái cuối resolve',
      ),
    },
    { n: burst, ms: performance.now() - began, unit: 'messages/s' },
  )
  await producer.stop()
}
