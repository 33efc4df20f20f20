/**
 * How many transactions a second kafkajs brings through: begin, one record of 1 KB, commit, one after the other; the same with
 * a group's offset in each; and with a hundred records in one send. With one node, and with three that all keep every record;
 * beside a null broker that takes every transaction and keeps nothing, and a real Kafka where it can be had. Rounds are
 * interleaved, so that what disturbs one disturbs all; the figures are medians over the rounds, and medians of the ratios within
 * a round. Beside them stands the processor time that a transaction takes in the broker's processes. Prints Markdown.
 *
 *     node benches/kafka-transactions.ts [rounds=5] [seconds=2] [nodes=1,3] [real=1,3|none]
 */
import { performance } from 'node:perf_hooks'
import kafkajs, { type Producer } from 'kafkajs'
import { printTable, processorMs, Samples, word } from './kit/figures.ts'
import {
  CEILING,
  inTurn,
  type KafkaContender,
  pairsOf,
  printKafkaMachine,
  startKafkaField,
} from './kit/kafka-field.ts'
import { clientOf, onTopic } from './kit/kafka-load.ts'

const { Partitioners } = kafkajs

const rounds = Number(word('rounds') ?? 5)
const measuredMs = Number(word('seconds') ?? 2) * 1000
/** What is not counted: the coordinator is found, the producer gets its id. */
const WARM_UPS = 3
const value = Buffer.alloc(1024, 'x')

interface Load {
  readonly title: string
  readonly records: number
  readonly hasOffsets: boolean
}

const loads: readonly Load[] = [
  { title: 'one record', records: 1, hasOffsets: false },
  { title: 'one record and an offset', records: 1, hasOffsets: true },
  { title: 'a hundred records', records: 100, hasOffsets: false },
]

const field = await startKafkaField()
const { contenders } = field
const [samples, costs] = [new Samples(), new Samples()]
// The first round warms up.
for (let round = 0; round < rounds + 1; round++) {
  for (const load of loads) {
    for (const contender of inTurn(contenders, round)) {
      const { perSecond, brokerUs } = await onTopic(contender, (_, topic) => transact(contender, topic, load))
      if (round === 0) continue
      samples.add(contender.name, load.title, perSecond)
      costs.add(contender.name, load.title, brokerUs)
    }
  }
}

const names = contenders.map(({ name }) => name)
printKafkaMachine(
  `transactions a second, median (lowest–highest) of ${rounds} interleaved rounds of ${measuredMs} ms, after ${WARM_UPS} transactions and one round that do not count; ratios of the same round, median`,
)
const pairs = pairsOf(contenders)
const embedded = names.filter((name) => name.startsWith('embedded'))
printTable(
  [
    'in each',
    ...names,
    ...embedded.map((name) => `${name}, to the null broker`),
    ...pairs.map(([one, other]) => `${one}, to ${other}`),
  ],
  loads.map(({ title }) => [
    title,
    ...names.map((name) => cell(name, title)),
    ...embedded.map((name) => samples.ratio(name, CEILING, title).toFixed(2)),
    ...pairs.map(([one, other]) => samples.ratio(one, other, title).toFixed(0)),
  ]),
)
console.log('Microseconds of processor time that a transaction takes in the broker’s processes, median.\n')
printTable(
  ['in each', ...names],
  loads.map(({ title }) => [title, ...names.map((name) => costs.median(name, title).toFixed(0))]),
)
// kafkajs keeps a timer going for a while after it has been disconnected.
await field[Symbol.asyncDispose]()
process.exit(0)

function cell(name: string, title: string): string {
  const all = samples.of(name, title)
  const show = (figure: number) => String(Number(figure.toPrecision(3)))
  return `${show(samples.median(name, title))} (${show(Math.min(...all))}–${show(Math.max(...all))})`
}

/** Of a producer that is new: transactions a second, and what one takes of the broker's processor time. */
async function transact(
  contender: KafkaContender,
  topic: string,
  load: Load,
): Promise<{ perSecond: number; brokerUs: number }> {
  const producer = clientOf(contender).producer({
    transactionalId: topic,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  try {
    for (let count = 0; count < WARM_UPS; count++) await once(producer, topic, load)
    const before = processorMs(contender.pids())
    const began = performance.now()
    let done = 0
    for (; performance.now() - began < measuredMs; done++) await once(producer, topic, load)
    const tookMs = performance.now() - began
    const brokerUs = ((processorMs(contender.pids()) - before) * 1000) / done
    return { perSecond: (done * 1000) / tookMs, brokerUs }
  } finally {
    await producer.disconnect()
  }
}

async function once(producer: Producer, topic: string, { records, hasOffsets }: Load): Promise<void> {
  const transaction = await producer.transaction()
  await transaction.send({ topic, messages: Array.from({ length: records }, () => ({ value })) })
  if (hasOffsets) {
    const partitions = [{ partition: 0, offset: '1' }]
    await transaction.sendOffsets({ consumerGroupId: topic, topics: [{ topic, partitions }] })
  }
  await transaction.commit()
}
