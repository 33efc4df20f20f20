/**
 * What the embedded RabbitMQ brings through with the real amqplib: confirms at windows of 1, 100, 300 and 1000, and consuming
 * with prefetch 100 and an ack each. 1 KB persistent messages, durable queues, classic and quorum, fsync and os; beside a
 * null server, which is the client's ceiling, and beside the real RabbitMQ that AMQP_URL names, if it names one. Rounds are
 * interleaved, so that what disturbs one disturbs all; the figures are medians over the rounds.
 *
 *     node benches/broker-throughput.ts [rounds=3] [seconds=1] [messages=30000] [durability=fsync,os] [type=classic,quorum]
 */
import { median, printMachine, startField, thousands, word } from './kit/contenders.ts'
import { consume, fill, onQueue, publish } from './kit/load.ts'

const rounds = Number(word('rounds') ?? 3)
const measuredMs = Number(word('seconds') ?? 1) * 1000
const messages = Number(word('messages') ?? 30_000)
const durabilities = (word('durability') ?? 'fsync,os').split(',') as ('fsync' | 'os')[]
const types = (word('type') ?? 'classic,quorum').split(',') as ('classic' | 'quorum')[]
const windows = [1, 100, 300, 1000]
const WARM_UP_MS = 500

await using field = await startField({ durabilities, types })
printMachine(
  `median of ${rounds} rounds, ${measuredMs} ms each after ${WARM_UP_MS} ms of warm-up, ${messages} messages consumed`,
)
const rates = new Map<string, number[]>()
const p50s = new Map<string, number[]>()
const p99s = new Map<string, number[]>()
const note = (map: Map<string, number[]>, key: string, value: number) =>
  map.set(key, [...(map.get(key) ?? []), value])

for (let round = 0; round < rounds; round++) {
  for (const window of windows) {
    for (const contender of field.contenders) {
      const figure = await onQueue(contender, (channel, queue) =>
        publish(channel, queue, { window, warmUpMs: WARM_UP_MS, measuredMs }),
      )
      const key = `${contender.name} ${window}`
      note(rates, key, figure.perSecond)
      note(p50s, key, figure.p50Ms)
      note(p99s, key, figure.p99Ms)
    }
  }
  for (const contender of field.contenders) {
    const perSecond = await onQueue(contender, async (channel, queue) => {
      if (contender.type !== undefined) await fill(channel, queue, messages)
      return consume(channel, queue, messages)
    })
    note(rates, `${contender.name} consume`, perSecond)
  }
}

const rate = (name: string, what: string | number) => median(rates.get(`${name} ${what}`) ?? [])
const span = (name: string, what: string | number) => {
  const all = rates.get(`${name} ${what}`) ?? []
  return `${thousands(Math.min(...all))}–${thousands(Math.max(...all))}`
}
console.log('Messages per second (lowest–highest round); p50 / p99 of the confirm in ms\n')
console.log(
  `| | ${windows.map((window) => `window ${window}`).join(' | ')} | consume |\n|---|---|---|---|---|---|`,
)
for (const { name } of field.contenders) {
  const cells = windows.map((window) => {
    const key = `${name} ${window}`
    const latency = `${median(p50s.get(key) ?? []).toFixed(1)} / ${median(p99s.get(key) ?? []).toFixed(1)}`
    return `${thousands(rate(name, window))} (${span(name, window)}); ${latency}`
  })
  console.log(
    `| ${name} | ${cells.join(' | ')} | ${thousands(rate(name, 'consume'))} (${span(name, 'consume')}) |`,
  )
}

console.log('\nShare of the null server, the ceiling of this client\n')
console.log(
  `| | ${windows.map((window) => `window ${window}`).join(' | ')} | consume |\n|---|---|---|---|---|---|`,
)
for (const { name } of field.contenders.slice(1)) {
  const cells = [...windows, 'consume'].map((what) => {
    return `${Math.round((100 * rate(name, what)) / rate('null server', what))} %`
  })
  console.log(`| ${name} | ${cells.join(' | ')} |`)
}
