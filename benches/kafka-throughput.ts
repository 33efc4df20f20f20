/**
 * What the embedded Kafka brings through with the real kafkajs: acks=all with 1, 100 and 1000 records of 1 KB a send and 1
 * and 20 sends in flight, and consuming by eachMessage and eachBatch; with one node, and with three that all keep every
 * record. Beside a null broker, which is the client's ceiling, and beside the real Kafka that KAFKA_BROKERS names, if it
 * names one. Rounds are interleaved, so that what disturbs one disturbs all; the figures are medians over the rounds.
 *
 *     node benches/kafka-throughput.ts [rounds=5] [seconds=1] [messages=100000]
 */
import { median, thousands, word } from './kit/figures.ts'
import { printKafkaMachine, startKafkaField } from './kit/kafka-field.ts'
import { consume, fill, onTopic, produce } from './kit/kafka-load.ts'

const rounds = Number(word('rounds') ?? 5)
const measuredMs = Number(word('seconds') ?? 1) * 1000
const count = Number(word('messages') ?? 100_000)
const WARM_UP_MS = 300
const loads = [1, 100, 1000].flatMap((perSend) => [1, 20].map((inFlight) => ({ perSend, inFlight })))
const ways = ['eachMessage', 'eachBatch'] as const

await using field = await startKafkaField()
printKafkaMachine(
  `median of ${rounds} rounds, ${measuredMs} ms each after ${WARM_UP_MS} ms of warm-up, ${count} records consumed`,
)
const figures = new Map<string, number[]>()
const note = (key: string, figure: number) => figures.set(key, [...(figures.get(key) ?? []), figure])

for (let round = 0; round < rounds; round++) {
  for (const { perSend, inFlight } of loads) {
    for (const contender of field.contenders) {
      const sends = await onTopic(contender, (producer, topic) =>
        produce(producer, topic, { perSend, inFlight, warmUpMs: WARM_UP_MS, measuredMs }),
      )
      const key = `${contender.name} ${perSend} ${inFlight}`
      note(key, sends.recordsPerSecond)
      note(`${key} p50`, sends.p50Ms)
      note(`${key} p99`, sends.p99Ms)
    }
  }
  for (const by of ways) {
    for (const contender of field.contenders) {
      const perSecond = await onTopic(contender, async (producer, topic) => {
        await fill(producer, topic, contender.name === 'null broker' ? 1 : count)
        return consume(contender, topic, { by, count })
      })
      note(`${contender.name} ${by}`, perSecond)
    }
  }
}

const of = (key: string) => median(figures.get(key) ?? [])
const names = field.contenders.map(({ name }) => name)
const rows = [
  ...loads.map(({ perSend, inFlight }) => ({
    title: `${perSend} a send, ${inFlight} in flight`,
    cell: (name: string) => {
      const key = `${name} ${perSend} ${inFlight}`
      return `${thousands(of(key))}; ${of(`${key} p50`).toFixed(1)} / ${of(`${key} p99`).toFixed(1)}`
    },
    share: (name: string) => of(`${name} ${perSend} ${inFlight}`) / of(`null broker ${perSend} ${inFlight}`),
  })),
  ...ways.map((by) => ({
    title: by,
    cell: (name: string) => thousands(of(`${name} ${by}`)),
    share: (name: string) => of(`${name} ${by}`) / of(`null broker ${by}`),
  })),
]
const ours = names.slice(1)
console.log('Records per second; p50 / p99 of a send in ms; then the share of the null broker\n')
console.log(`| | ${[...names, ...ours.map((name) => `${name}, share`)].join(' | ')} |`)
console.log(`|---${'|---'.repeat(names.length + ours.length)}|`)
for (const { title, cell, share } of rows) {
  const shares = ours.map((name) => `${Math.round(100 * share(name))} %`)
  console.log(`| ${[title, ...names.map(cell), ...shares].join(' | ')} |`)
}
// kafkajs keeps a timer going for a while after it has been disconnected.
setImmediate(() => process.exit(0))
