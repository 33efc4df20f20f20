/**
 * How long a consumer group makes one wait: from connecting the first consumer of a fresh group to its first record, which lies
 * there already; from starting a second member until both have their partitions; and from the leaving of one until the other
 * has all partitions. Six partitions, kafkajs with a heartbeat every 50 ms and fetches of 50 ms, so that it is the broker that is waited for; with one node
 * and with three, beside a real Kafka where it can be had. Rounds are interleaved. Prints Markdown.
 *
 *     node benches/kafka-groups.ts [rounds=15] [nodes=1,3] [real=1,3|none]
 */
import { performance } from 'node:perf_hooks'
import type { Consumer } from 'kafkajs'
import { percentile, printTable, Samples, word } from './kit/figures.ts'
import {
  CEILING,
  inTurn,
  type KafkaContender,
  pairsOf,
  printKafkaMachine,
  startKafkaField,
} from './kit/kafka-field.ts'
import { clientOf, onTopic } from './kit/kafka-load.ts'

const PARTITIONS = 6
const FETCH_MS = 50
const rounds = Number(word('rounds') ?? 15)

const field = await startKafkaField()
const contenders = field.contenders.filter(({ name }) => name !== CEILING)
const samples = new Samples()
const titles = ['first record of a fresh group', 'a second member joins', 'a member leaves'] as const
// The first round warms up.
for (let round = 0; round < rounds + 1; round++) {
  for (const contender of inTurn(contenders, round)) {
    const took = await onTopic(contender, (_, topic) => measure(contender, topic), {
      partitions: PARTITIONS,
    })
    if (round > 0)
      for (const [at, title] of titles.entries()) samples.add(contender.name, title, took[at] ?? 0)
  }
}

printKafkaMachine(
  `milliseconds, median (lowest–highest) of ${rounds} interleaved rounds behind one that does not count`,
)
const names = contenders.map(({ name }) => name)
const pairs = pairsOf(contenders)
printTable(
  ['milliseconds', ...names, ...pairs.map(([one, other]) => `${one}, to ${other}`)],
  titles.map((title) => [
    title,
    ...names.map((name) => cell(samples.of(name, title))),
    ...pairs.map(([one, other]) => samples.ratio(one, other, title).toFixed(2)),
  ]),
)
// kafkajs keeps a timer going for a while after it has been disconnected.
await field[Symbol.asyncDispose]()
process.exit(0)

function cell(tookMs: readonly number[]): string {
  const [median, lowest, highest] = [percentile(tookMs, 0.5), Math.min(...tookMs), Math.max(...tookMs)]
  return `${median.toFixed(0)} (${lowest.toFixed(0)}–${highest.toFixed(0)})`
}

/** A consumer of the group, and how many partitions it was given last. */
interface Member {
  readonly consumer: Consumer
  partitions: number
}

async function measure(contender: KafkaContender, topic: string): Promise<number[]> {
  const members: Member[] = []
  let [onRecord, onAssigned] = [() => {}, () => {}]
  const start = async () => {
    const consumer = clientOf(contender).consumer({
      groupId: topic,
      maxWaitTimeInMs: FETCH_MS,
      heartbeatInterval: FETCH_MS,
    })
    const member = { consumer, partitions: 0 }
    members.push(member)
    consumer.on('consumer.group_join', ({ payload }) => {
      member.partitions = payload.memberAssignment[topic]?.length ?? 0
      onAssigned()
    })
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({ eachMessage: async () => onRecord() })
  }
  const timed = async (act: () => Promise<unknown>, happened: Promise<void>) => {
    const began = performance.now()
    await Promise.all([act(), happened])
    return performance.now() - began
  }
  const shared = (count: number) =>
    new Promise<void>((resolve) => {
      onAssigned = () => {
        const having = members.filter(({ partitions }) => partitions === PARTITIONS / count)
        if (having.length === count) resolve()
      }
    })
  const first = await timed(
    start,
    new Promise((resolve) => {
      onRecord = resolve
    }),
  )
  const joined = await timed(start, shared(2))
  const leaving = members.pop() as Member
  const left = await timed(() => leaving.consumer.disconnect(), shared(1))
  await members[0]?.consumer.disconnect()
  return [first, joined, left]
}
