/**
 * What the embedded RabbitMQ brings through with the real amqplib: confirms at windows of 1, 100, 300 and 1000, and consuming
 * with prefetch 100 and an ack each. 1 KB persistent messages, durable queues, classic and quorum, fsync and os; beside a
 * null server, which is the client's ceiling, and beside the real RabbitMQ 3.10 and 4.0 where they can be had. Rounds are
 * interleaved, so that what disturbs one disturbs all; the figures are medians over the rounds. Prints Markdown.
 *
 *     node benches/broker-throughput.ts [rounds=3] [seconds=1] [messages=30000] [real=3.10,4.0|none] [durability=fsync,os] [type=classic,quorum]
 */
import { CEILING, type Contender, type QueueType, realWord, startField } from './kit/contenders.ts'
import { printMachine, printTable, rounded, Samples, thousands, word, words } from './kit/figures.ts'
import { consume, fill, onQueue, publish } from './kit/load.ts'

const rounds = Number(word('rounds') ?? 3)
const measuredMs = Number(word('seconds') ?? 1) * 1000
const messages = Number(word('messages') ?? 30_000)
const windows = [1, 100, 300, 1000]
const columns = [...windows.map((window) => `window ${window}`), 'consume']
const P50 = 'p50 ms at 300'
const P99 = 'p99 ms at 300'
/** Where latency is looked at: enough to keep a broker busy, and few enough that it need not queue. */
const LATENCY_WINDOW = 300
const WARM_UP_MS = 500

await using field = await startField({
  durabilities: words('durability', ['fsync', 'os']),
  types: words<QueueType>('type', ['classic', 'quorum']),
  real: realWord(),
})
const { contenders } = field
const samples = new Samples()
for (let round = 0; round < rounds; round++) {
  for (const window of windows) for (const contender of contenders) await measurePublish(contender, window)
  for (const contender of contenders) await measureConsume(contender)
}
printMachine(
  `1 KB persistent messages, medians of ${rounds} interleaved rounds, ${measuredMs} ms each after ${WARM_UP_MS} ms of ` +
    `warm-up, ${messages} messages consumed with prefetch 100 and an ack each`,
)
printFigures()
printRatios()
printSpread()

async function measurePublish(contender: Contender, window: number): Promise<void> {
  const figure = await onQueue(contender, (channel, queue) =>
    publish(channel, queue, { window, warmUpMs: WARM_UP_MS, measuredMs }),
  )
  samples.add(contender.name, `window ${window}`, figure.perSecond)
  if (window !== LATENCY_WINDOW) return
  samples.add(contender.name, P50, figure.p50Ms)
  samples.add(contender.name, P99, figure.p99Ms)
}

async function measureConsume(contender: Contender): Promise<void> {
  const perSecond = await onQueue(contender, async (channel, queue) => {
    if (contender.type !== undefined) await fill(channel, queue, messages)
    return consume(channel, queue, messages)
  })
  samples.add(contender.name, 'consume', perSecond)
}

function printFigures(): void {
  printTable(
    ['messages a second', ...columns, 'p50 / p99 ms at 300'],
    contenders.map(({ name }) => [
      name,
      ...columns.map((column) => rounded(samples.median(name, column))),
      `${samples.median(name, P50).toFixed(1)} / ${samples.median(name, P99).toFixed(1)}`,
    ]),
  )
}

/** Like with like: of a real one, the classic queue confirms as `os` does and the quorum queue as `fsync`. */
function printRatios(): void {
  const ours = ['embedded fsync quorum', 'embedded os classic'].filter((name) =>
    contenders.some((one) => one.name === name),
  )
  const pairs = ours.flatMap((name) => {
    const type = name.split(' ').at(-1)
    const reals = contenders.filter((one) => one.name.startsWith('RabbitMQ') && one.type === type)
    return [...reals.map((real) => real.name), CEILING].map((other) => ({ name, other }))
  })
  console.log('To the other in the same round (median of the ratios); for the p99, below 1 is better\n')
  printTable(
    ['', ...columns, P99],
    pairs.map(({ name, other }) => [
      `${name} to ${other}`,
      ...[...columns, P99].map((column) => samples.ratio(name, other, column).toFixed(2)),
    ]),
  )
}

function printSpread(): void {
  console.log('Lowest and highest round\n')
  const span = (values: readonly number[], shown: (value: number) => string) =>
    `${shown(Math.min(...values))}–${shown(Math.max(...values))}`
  printTable(
    ['messages a second', ...columns, P99],
    contenders.map(({ name }) => [
      name,
      ...columns.map((column) => span(samples.of(name, column), thousands)),
      span(samples.of(name, P99), (ms) => ms.toFixed(1)),
    ]),
  )
}
