/** mq-09 measured: one partition against six, with a handler that takes its time, and against six with a busy wallet. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { Distribution } from '#lab/measure/distribution'
import type { Meter } from '#lab/measure/meter'
import { text } from '#lab/verdict/language'
import { walletEvents } from './scenarios/events.ts'
import { consuming } from './scenarios/services.ts'
import { createTopic, put } from './scenarios/topics.ts'

/** What a handler takes that asks a database or a card network. */
const handlerMs = 5
const wallets = 60
const versions = 4
/** The kinds take turns, so that what else the computer does meets all of them alike. */
const rounds = 3

interface Kind {
  readonly name: string
  readonly partitions: number
  /** The share of all events that one wallet has. */
  readonly busy: number
  readonly waited: Distribution
  readonly tookMs: number[]
}

export const measurement: Measurement = {
  brokers: { kafka: 1 },
  libraries: ['kafkajs'],
  async measure(lab: Lab, meter: Meter) {
    const kinds = [
      kindOf('one-partition', 1, 0),
      kindOf('six-partitions', 6, 0),
      kindOf('six-partitions-one-busy-wallet', 6, 0.5),
    ]
    for (let round = 1; round <= rounds; round += 1) for (const kind of kinds) await play(lab, kind, round)
    for (const kind of kinds) tell(meter, kind)
  },
}

function kindOf(name: string, partitions: number, busy: number): Kind {
  return { name, partitions, busy, waited: new Distribution(), tookMs: [] }
}

/** All events are there before anybody works on them; timed from the first handler's begin to the last one's end. */
async function play(
  lab: Lab,
  { name, partitions, busy, waited, tookMs }: Kind,
  round: number,
): Promise<void> {
  const topic = `wallet.${name}-${round}`
  await createTopic(lab, topic, partitions)
  // The busy wallet takes the place of so many others.
  const events = walletEvents(lab, { wallets, versions }).map((event, at) =>
    at % 100 < busy * 100 ? { ...event, partitionkey: 'wallet-busy' } : event,
  )
  await put(lab, topic, events)
  let done = 0
  let began = 0
  const finished = Promise.withResolvers<number>()
  const handle = async () => {
    if (began === 0) began = performance.now()
    await sleep(handlerMs)
    waited.add(performance.now() - began)
    done += 1
    if (done === events.length) finished.resolve(performance.now() - began)
  }
  const running = await consuming(lab, topic, handle, `group-${name}-${round}`)
  tookMs.push(await finished.promise)
  await running.stop()
}

function tell(meter: Meter, { name, partitions, busy, waited, tookMs }: Kind): void {
  const n = wallets * versions
  const method = text(
    `${n} events of ${wallets} wallets lie in the topic; one consumer, a handler of ${handlerMs} ms; from the first handler's begin; ${rounds} rounds by turns`,
    `${n} event của ${wallets} ví nằm sẵn trong topic; một consumer, handler ${handlerMs} ms; tính từ lúc handler đầu tiên bắt đầu; ${rounds} vòng luân phiên`,
  )
  const said =
    busy > 0
      ? text(
          `${partitions} partitions, one wallet with ${busy * 100} % of the events`,
          `${partitions} partition, một ví chiếm ${busy * 100} % event`,
        )
      : text(partitions === 1 ? '1 partition' : `${partitions} partitions`, `${partitions} partition`)
  const ms = tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length / 2)] ?? Number.NaN
  meter.rate({ name: `${name}-throughput`, said, method }, { n, ms, unit: 'events/s' })
  meter.distribution(
    {
      name: `${name}-wait`,
      said: text(`${said.en}: until an event is done`, `${said.vi}: tới khi một event xong`),
      method,
    },
    waited,
  )
}
