/**
 * What the proxy between a client and its broker costs: the same load directly and through it. Nothing armed is what a check does all
 * the time; decoding everything is what a live run does, which shows each frame. 1 KB messages, a confirm or an acks=all each, one at
 * a time (milliseconds) and a hundred at a time (messages a second). Rounds are interleaved; prints Markdown.
 *
 *     node benches/proxy-cost.ts [rounds=3] [ms=1500] [real=local|none] [protocol=amqp,kafka]
 */
import { performance } from 'node:perf_hooks'
import type { KafkaEngine, RabbitMQEngine } from '#brokers/engines'
import { startKafkaEngine, startRabbitMQEngine } from '#brokers/engines/start'
import { openAmqpProxy } from '#lab/faults/amqp-proxy'
import { openKafkaProxy } from '#lab/faults/kafka-proxy'
import { endOnSignals } from './kit/contenders.ts'
import { printMachine, printTable, Samples, word, words } from './kit/figures.ts'
import { onTopic, produce } from './kit/kafka-load.ts'
import { onQueue, publish } from './kit/load.ts'

const rounds = Number(word('rounds') ?? 3)
const measuredMs = Number(word('ms') ?? 1500)
const warmUpMs = 300
const protocols = words('protocol', ['amqp', 'kafka'])
const reals = words('real', ['local', 'none'], ['local']).filter((one) => one !== 'none')
const ways = ['direct', 'through the proxy', 'decoding everything'] as const
type Way = (typeof ways)[number]

endOnSignals()
const now = () => performance.now()
const samples = new Samples()
const rows: string[] = []
const servers: string[] = []

for (const engine of ['embedded', ...reals] as const) {
  if (protocols.includes('amqp')) await measureAmqp(await startRabbitMQEngine(engine))
  if (protocols.includes('kafka')) await measureKafka(await startKafkaEngine(engine))
}
printMachine(
  `${servers.join(', ')}; 1 KB messages, medians of ${rounds} interleaved rounds of ${measuredMs} ms`,
)
printTable(
  ['broker, way', 'one at a time: p50 ms', 'to direct', '100 at a time: msg/s', 'to direct'],
  rows.map((row) => {
    const direct = row.replace(/, [^,]*$/, ', direct')
    return [
      row,
      samples.median(row, 'p50').toFixed(3),
      samples.ratio(row, direct, 'p50').toFixed(2),
      Math.round(samples.median(row, 'rate')).toLocaleString('en'),
      samples.ratio(row, direct, 'rate').toFixed(2),
    ]
  }),
)
process.exit()

/** What a watched run does with each frame: it reads all of its fields. */
function look(seen: { readonly fields?: unknown }): void {
  if (JSON.stringify(seen.fields ?? {}, plain).length === 0) throw new Error('a frame without fields')
}

function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

async function measureAmqp(engine: RabbitMQEngine): Promise<void> {
  await using broker = engine
  servers.push(`${broker.engine} ${broker.server}`)
  await using isolation = await broker.isolate('bench')
  const { vhost, username, password } = isolation
  const options = { upstream: () => broker.address, lane: 'producer', now } as const
  await using silent = await openAmqpProxy(options)
  await using watched = await openAmqpProxy({ ...options, onFrame: look })
  const at: Record<Way, { host: string; port: number }> = {
    direct: broker.address,
    'through the proxy': silent.address,
    'decoding everything': watched.address,
  }
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) {
      const { host, port } = at[way]
      const url = `amqp://${username}:${password}@${host}:${port}/${encodeURIComponent(vhost)}`
      const row = `${broker.engine} ${broker.server}, ${way}`
      await onQueue({ name: way, url, type: 'classic' }, async (channel, queue) => {
        const one = await publish(channel, queue, { window: 1, warmUpMs, measuredMs })
        const many = await publish(channel, queue, { window: 100, warmUpMs, measuredMs })
        add(row, one.p50Ms, many.perSecond)
      })
    }
  }
}

async function measureKafka(engine: KafkaEngine): Promise<void> {
  await using cluster = engine
  servers.push(`${cluster.engine} ${cluster.server}`)
  const options = { nodes: cluster.addresses, lane: 'producer', now } as const
  await using silent = await openKafkaProxy(options)
  await using watched = await openKafkaProxy({ ...options, onRequest: look })
  const at: Record<Way, readonly string[]> = {
    direct: cluster.addresses.map(({ host, port }) => `${host}:${port}`),
    'through the proxy': silent.brokers,
    'decoding everything': watched.brokers,
  }
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) {
      const row = `${cluster.engine} ${cluster.server}, ${way}`
      await onTopic(
        { name: way, brokers: at[way], replicationFactor: 1, pids: () => [] },
        async (producer, topic) => {
          const one = await produce(producer, topic, { perSend: 1, inFlight: 1, warmUpMs, measuredMs })
          const many = await produce(producer, topic, { perSend: 1, inFlight: 100, warmUpMs, measuredMs })
          add(row, one.p50Ms, many.recordsPerSecond)
        },
      )
    }
  }
}

function add(row: string, p50Ms: number, rate: number): void {
  if (!rows.includes(row)) rows.push(row)
  samples.add(row, 'p50', p50Ms)
  samples.add(row, 'rate', rate)
}
