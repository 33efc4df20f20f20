/** mq-09 measured: one partition against six, with a handler that takes its time. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { Distribution } from '#lab/measure/distribution'
import type { Meter } from '#lab/measure/meter'
import { text } from '#lab/verdict/language'
import { consuming, createTopic, put, walletEvents } from './run.ts'

/** What a handler takes that asks a database or a card network. */
const handlerMs = 5
const wallets = 60
const versions = 8

export const measurement: Measurement = {
  brokers: { kafka: 1 },
  libraries: ['kafkajs'],
  async measure(lab: Lab, meter: Meter) {
    for (const [partitions, name, busy] of [
      [1, 'one-partition', 0],
      [6, 'six-partitions', 0],
      [6, 'six-partitions-one-busy-wallet', 0.5],
    ] as const) {
      await oneRun(lab, meter, { partitions, name, busy })
    }
  },
}

async function oneRun(
  lab: Lab,
  meter: Meter,
  { partitions, name, busy }: { partitions: number; name: string; busy: number },
): Promise<void> {
  const topic = `wallet.${name}`
  await createTopic(lab, topic, partitions)
  const even = walletEvents(lab, { wallets, versions })
  // The busy wallet takes the place of so many others.
  const events = even.map((event, at) =>
    at % 100 < busy * 100 ? { ...event, partitionkey: 'wallet-busy' } : event,
  )
  const waited = new Distribution()
  let done = 0
  let began = 0
  const finished = Promise.withResolvers<number>()
  await put(lab, topic, events)
  const running = await consuming(
    lab,
    topic,
    async () => {
      if (began === 0) began = performance.now()
      await sleep(handlerMs)
      waited.add(performance.now() - began)
      done += 1
      if (done === events.length) finished.resolve(performance.now() - began)
    },
    `group-${name}`,
  )
  const ms = await finished.promise
  await running.stop()
  const method = text(
    `${events.length} events of ${wallets} wallets wait in the topic; one consumer, a handler of ${handlerMs} ms; from the first handler's begin`,
    `${events.length} event của ${wallets} ví nằm sẵn trong topic; một consumer, handler ${handlerMs} ms; tính từ lúc handler đầu tiên bắt đầu`,
  )
  const said = saidOf(partitions, busy)
  meter.rate({ name: `${name}-throughput`, said, method }, { n: events.length, ms, unit: 'events/s' })
  meter.distribution(
    {
      name: `${name}-wait`,
      said: text(`${said.en}: until an event is done`, `${said.vi}: tới khi một event xong`),
      method,
    },
    waited,
  )
}

function saidOf(partitions: number, busy: number) {
  const more = text(
    busy === 0 ? '' : `, one wallet with ${busy * 100} % of the events`,
    busy === 0 ? '' : `, một ví chiếm ${busy * 100} % event`,
  )
  return text(
    `${partitions} ${partitions === 1 ? 'partition' : 'partitions'}${more.en}`,
    `${partitions} partition${more.vi}`,
  )
}
