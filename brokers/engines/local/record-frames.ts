/**
 * `node brokers/engines/local/record-frames.ts`: has kafkajs, kcat and the Java client talk to a real Kafka, and keeps one
 * exchange of each API and version, for the tests of the codec.
 */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import kafkajs from 'kafkajs'
import { messages } from '../../kafka/wire/messages.ts'
import { freePorts } from './free-port.ts'
import { toolRuns } from './java-tool-runs.ts'
import { runTools, type ToolRun } from './java-tools.ts'
import { startRealKafka } from './kafka-cluster.ts'
import type { KafkaHome } from './kafka-home.ts'
import { bringKafka } from './kafka-install.ts'
import { bodiesOf, type Exchange, startRelay } from './recording-relay.ts'

/** Larger ones say no more, and are cut at every byte. */
const BYTES_MAX = 1_500
const file = new URL('../../kafka/wire/fixtures/recorded-frames.json', import.meta.url)
const run = promisify(execFile)

interface Recorded {
  readonly client: string
  readonly name: string
  readonly key: number
  readonly version: number
  readonly request: string
  readonly response: string
}

const { CompressionTypes, Kafka, Partitioners } = kafkajs

const clients: Readonly<Record<string, (brokers: string, home: KafkaHome) => Promise<unknown>>> = {
  'kafkajs 2.2.4': talkKafkaJS,
  kcat: talkKcat,
  'Java client 4.3.1': async (broker, home) =>
    runTools(toolRuns.filter(isDescribed), { home, brokers: [broker] }),
}

/** The relay lets nothing else through. */
const isDescribed = ({ needs = [] }: ToolRun) => needs.every((key) => messages.some((one) => one.key === key))

async function talkKafkaJS(broker: string): Promise<void> {
  const client = new Kafka({ clientId: 'fixture', brokers: [broker], logCreator: () => () => {} })
  const [admin, producer] = [
    client.admin(),
    client.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      idempotent: true,
      maxInFlightRequests: 1,
    }),
  ]
  await admin.connect()
  await admin.createTopics({
    topics: [{ topic: 'js', numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '100000' }] }],
  })
  await producer.connect()
  const messages = [{ key: 'k', value: 'v', headers: { h: 'x' } }, { value: null }]
  await producer.send({ topic: 'js', messages })
  await producer.send({ topic: 'js', messages, compression: CompressionTypes.GZIP })
  const consumer = client.consumer({ groupId: 'js-group', maxWaitTimeInMs: 50, heartbeatInterval: 100 })
  await consumer.connect()
  await consumer.subscribe({ topics: ['js'], fromBeginning: true })
  let count = 0
  await new Promise<void>((resolve) => {
    void consumer.run({ eachMessage: async () => void (++count === 4 && resolve()) })
  })
  await consumer.commitOffsets([{ topic: 'js', partition: 0, offset: '1', metadata: 'why' }])
  await admin.describeGroups(['js-group'])
  await admin.listGroups()
  await consumer.disconnect()
  await admin.fetchOffsets({ groupId: 'js-group', topics: ['js'] })
  await admin.fetchTopicOffsets('js')
  await admin.describeConfigs({
    includeSynonyms: true,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: 'js', configNames: ['retention.ms'] }],
  })
  await admin.createPartitions({ topicPartitions: [{ topic: 'js', count: 3 }] })
  await admin.deleteTopicRecords({ topic: 'js', partitions: [{ partition: 0, offset: '1' }] })
  await admin.deleteGroups(['js-group'])
  await admin.deleteTopics({ topics: ['js'] })
  await producer.disconnect()
  await admin.disconnect()
}

async function talkKcat(broker: string): Promise<void> {
  const kcat = (...args: string[]) => run('kcat', ['-b', broker, ...args])
  const [words] = await Promise.all([
    run('sh', ['-c', `printf 'k:v\\n' | kcat -b ${broker} -P -t cat -K : -H h=x -X enable.idempotence=true`]),
  ])
  if (words.stderr !== '') throw new Error(`kcat: ${words.stderr}`)
  await kcat('-L')
  await kcat('-C', '-t', 'cat', '-e', '-q')
  await kcat('-Q', '-t', 'cat:0:0')
  await kcat('-G', 'cat-group', '-e', '-q', '-X', 'auto.offset.reset=earliest', 'cat')
}

const home = await bringKafka(console.log)
const [relayPort = 0] = await freePorts(1)
const recorded = new Map<string, Recorded>()
let client = ''

/** The largest that is not too large tells the most. */
function keep(exchange: Exchange): void {
  const { key, version } = exchange.head
  const bodies = bodiesOf(exchange)
  const message = messages.find((one) => one.key === key)
  if (bodies === undefined || message === undefined) return
  const size = bodies.request.length + bodies.response.length
  const place = `${String(key).padStart(2, '0')} ${version} ${client}`
  const before = recorded.get(place)
  if (size > BYTES_MAX && before !== undefined) return
  if (before !== undefined && size * 2 <= before.request.length + before.response.length) return
  recorded.set(place, {
    client,
    name: message.name,
    key,
    version,
    request: bodies.request.toString('hex'),
    response: bodies.response.toString('hex'),
  })
}

await using cluster = await startRealKafka({
  home,
  settings: { 'advertised.listeners': `PLAINTEXT://127.0.0.1:${relayPort}` },
})
const relay = await startRelay(relayPort, cluster.nodes[0]?.port ?? 0, keep)
for (const [name, talk] of Object.entries(clients)) {
  client = name
  await talk(`127.0.0.1:${relayPort}`, home)
}
relay.close()
const rows = [...recorded].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
writeFileSync(file, `${JSON.stringify(rows, null, 1)}\n`)
console.log(
  `${rows.length} exchanges of ${new Set(rows.map(({ key }) => key)).size} APIs, from ${cluster.server}`,
)
