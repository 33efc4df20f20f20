/**
 * What the embedded Kafka brings through with the real kafkajs: acks=all with 1, 100 and 1000 records of 1 KB a send and 1
 * and 20 sends in flight, and consuming by eachMessage and eachBatch; with one node, and with three that all keep every
 * record. Beside a null broker, which is the client's ceiling, and beside a real Kafka, which the bench starts itself where it
 * can be had. Rounds are interleaved, so that what disturbs one disturbs all; the figures are medians over the rounds, and
 * medians of the ratios within a round. Beside the rates stands the processor time that a record takes in the broker's
 * processes: what else the computer does is not in that. Prints Markdown.
 *
 *     node benches/kafka-throughput.ts [rounds=5] [seconds=1] [messages=100000] [nodes=1,3] [real=1,3|none]
 */
import { printTable, processorMs, rounded, Samples, word } from './kit/figures.ts'
import { CEILING, inTurn, pairsOf, printKafkaMachine, startKafkaField } from './kit/kafka-field.ts'
import { consume, fill, onTopic, produce } from './kit/kafka-load.ts'

const WARM_UP_MS = 300
const rounds = Number(word('rounds') ?? 5)
const measuredMs = Number(word('seconds') ?? 1) * 1000
const count = Number(word('messages') ?? 100_000)
const loads = [1, 100, 1000].flatMap((perSend) =>
  [1, 20].map((inFlight) => ({ perSend, inFlight, title: `${perSend} a send, ${inFlight} in flight` })),
)
const ways = ['eachMessage', 'eachBatch'] as const

const field = await startKafkaField()
const { contenders } = field
const [rates, p50s, p99s, costs] = [new Samples(), new Samples(), new Samples(), new Samples()]
// The first round warms up, Java's compiler most of all.
for (let round = 0; round < rounds + 1; round++) {
  for (const { perSend, inFlight, title } of loads) {
    for (const contender of inTurn(contenders, round)) {
      const sends = await onTopic(contender, async (producer, topic) => {
        const before = processorMs(contender.pids())
        const done = await produce(producer, topic, { perSend, inFlight, warmUpMs: WARM_UP_MS, measuredMs })
        return { ...done, brokerUs: ((processorMs(contender.pids()) - before) * 1000) / done.records }
      })
      if (round === 0) continue
      costs.add(contender.name, title, sends.brokerUs)
      rates.add(contender.name, title, sends.recordsPerSecond)
      p50s.add(contender.name, title, sends.p50Ms)
      p99s.add(contender.name, title, sends.p99Ms)
    }
  }
  for (const by of ways) {
    for (const contender of inTurn(contenders, round)) {
      const { perSecond, brokerUs } = await onTopic(contender, async (producer, topic) => {
        await fill(producer, topic, contender.name === CEILING ? 1 : count)
        const before = processorMs(contender.pids())
        const rate = await consume(contender, topic, { by, count })
        return { perSecond: rate, brokerUs: ((processorMs(contender.pids()) - before) * 1000) / count }
      })
      if (round === 0) continue
      rates.add(contender.name, by, perSecond)
      costs.add(contender.name, by, brokerUs)
    }
  }
}

const names = contenders.map(({ name }) => name)
const embedded = names.filter((name) => name.startsWith('embedded'))
const pairs = pairsOf(contenders)
const titles = [...loads.map(({ title }) => title), ...ways]
const cell = (name: string, title: string) => {
  const latency = [p50s, p99s].map((samples) => samples.median(name, title).toFixed(1)).join(' / ')
  const rate = rounded(rates.median(name, title))
  return p50s.of(name, title).length === 0 ? rate : `${rate}; ${latency}`
}
const times = (figure: number) => figure.toFixed(2)
printKafkaMachine(
  `records a second; p50 / p99 of a send in ms; median of ${rounds} interleaved rounds behind one that does not count, ${measuredMs} ms each after ${WARM_UP_MS} ms, ${count} records consumed`,
)
printTable(
  ['acks=all, 1 KB', ...names],
  titles.map((title) => [title, ...names.map((name) => cell(name, title))]),
)
console.log('Microseconds of processor time that a record takes in the broker’s processes, median.\n')
printTable(
  ['acks=all, 1 KB', ...names],
  titles.map((title) => [title, ...names.map((name) => costs.median(name, title).toFixed(1))]),
)
console.log(
  'Ratios of the same round, median: its rate to that of the other; behind the real Kafka its p99 to the other’s.\n',
)
printTable(
  [
    'acks=all, 1 KB',
    ...embedded.map((name) => `${name}, to the null broker`),
    ...pairs.flatMap(([one, other]) => [`${one}, to ${other}`, 'p99']),
  ],
  titles.map((title) => [
    title,
    ...embedded.map((name) => times(rates.ratio(name, CEILING, title))),
    ...pairs.flatMap(([one, other]) => [
      times(rates.ratio(one, other, title)),
      p99s.of(one, title).length === 0 ? '' : times(p99s.ratio(one, other, title)),
    ]),
  ]),
)
// kafkajs keeps a timer going for a while after it has been disconnected.
await field[Symbol.asyncDispose]()
process.exit(0)
