/** Clients that are no Node at all: kcat (librdkafka) and kafka-python, as Debian packs them. Skipped where they are not installed. */
import { type ExecFileException, execFile, execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Kafka, startKafka } from '../kafka.ts'

let cluster: Kafka
beforeAll(async () => {
  cluster = await startKafka({ numPartitions: 1 })
})
afterAll(() => cluster.stop())

function answers(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, [...args], { stdio: 'ignore', timeout: 10_000 })
    return true
  } catch {
    return false
  }
}

/** Runs a program to its end, with the text as its input. */
function run(program: string, args: readonly string[], input = '') {
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      program,
      [...args],
      { timeout: 15_000 },
      (error: ExecFileException | null, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
      },
    )
    child.stdin?.end(input)
  })
}

const endOf = async (topic: string) =>
  (await cluster.inspect()).topics.find(({ name }) => name === topic)?.partitions[0]?.endOffset

// Side by side, since kcat mostly waits.
describe.concurrent('kcat (librdkafka)', () => {
  const isThere = answers('kcat', ['-V'])
  const why = 'kcat is not installed: apt-get install kcat'
  const kcat = (args: readonly string[], input?: string) =>
    run(
      'kcat',
      ['-b', cluster.brokers.join(), '-X', 'topic.metadata.refresh.fast.interval.ms=20', ...args],
      input,
    )

  test('lists brokers and topics', async ({ skip }) => {
    skip(!isThere, why)
    await kcat(['-P', '-t', 'listed'], 'a\n')
    const { exitCode, stdout } = await kcat(['-L'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`broker 0 at ${cluster.brokers[0]} (controller)`)
    expect(stdout).toContain(
      'topic "listed" with 1 partitions:\n    partition 0, leader 0, replicas: 0, isrs: 0',
    )
  })

  test.for(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    'writes and reads with %s, keys and headers',
    async (codec, { skip }) => {
      skip(!isThere, why)
      const topic = `kcat-${codec}`
      const sent = await kcat(['-P', '-t', topic, '-K', ':', '-z', codec, '-H', 'h=x'], 'k1:một\nk2:hai\n')
      expect(sent).toMatchObject({ exitCode: 0, stderr: '' })
      const read = await kcat(['-C', '-t', topic, '-e', '-q', '-f', '%o %k %s %h\\n'])
      expect(read).toMatchObject({ exitCode: 0, stdout: '0 k1 một h=x\n1 k2 hai h=x\n' })
    },
  )

  test.for(['0', '1', 'all'])('writes with acks %s', async (acks, { skip }) => {
    skip(!isThere, why)
    const topic = `kcat-acks-${acks}`
    expect(await kcat(['-P', '-t', topic, '-X', `acks=${acks}`], 'a\nb\nc\n')).toMatchObject({ exitCode: 0 })
    const read = await kcat(['-C', '-t', topic, '-c', '3', '-q'])
    expect(read.stdout).toBe('a\nb\nc\n')
  })

  test('writes idempotently', async ({ skip }) => {
    skip(!isThere, why)
    const lines = Array.from({ length: 200 }, (_, at) => `${at}`)
    const sent = await kcat(
      ['-P', '-t', 'kcat-idempotent', '-X', 'enable.idempotence=true'],
      `${lines.join('\n')}\n`,
    )
    expect(sent).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await endOf('kcat-idempotent')).toBe(200)
  })

  test('reads from an offset, from the end, and at a time', async ({ skip }) => {
    skip(!isThere, why)
    await kcat(['-P', '-t', 'kcat-offsets'], 'a\nb\nc\n')
    const from = async (offset: string) =>
      (await kcat(['-C', '-t', 'kcat-offsets', '-o', offset, '-e', '-q'])).stdout
    expect(await from('1')).toBe('b\nc\n')
    expect(await from('-1')).toBe('c\n')
    expect(await from('s@0')).toBe('a\nb\nc\n')
    const asked = await kcat(['-Q', '-t', 'kcat-offsets:0:-1'])
    expect(asked.stdout).toBe('kcat-offsets [0] offset 3\n')
  })

  test('reads as a group and goes on behind what it committed', async ({ skip }) => {
    skip(!isThere, why)
    await kcat(['-P', '-t', 'kcat-group'], 'a\nb\n')
    const member = ['-G', 'kcat-members', '-e', '-q', '-X', 'auto.offset.reset=earliest', 'kcat-group']
    expect((await kcat(member)).stdout).toBe('a\nb\n')
    await kcat(['-P', '-t', 'kcat-group'], 'c\n')
    expect((await kcat(member)).stdout).toBe('c\n')
  })
})

describe.concurrent('kafka-python', () => {
  // A python of the user's own before Debian's on the PATH would not find Debian's packages.
  const python = '/usr/bin/python3'
  const isThere = answers(python, ['-c', 'import kafka'])
  const why = 'kafka-python is not installed: apt-get install python3-kafka'
  const py = (program: string) => run(python, ['-c', `servers = '${cluster.brokers.join()}'\n${program}`])

  test('makes a topic, writes with keys and headers, and reads them', async ({ skip }) => {
    skip(!isThere, why)
    const { exitCode, stdout, stderr } = await py(`
from kafka import KafkaProducer, KafkaConsumer
from kafka.admin import KafkaAdminClient, NewTopic
admin = KafkaAdminClient(bootstrap_servers=servers)
admin.create_topics([NewTopic('py', num_partitions=2, replication_factor=1)])
producer = KafkaProducer(bootstrap_servers=servers, acks='all', compression_type='gzip')
for i in range(5):
    meta = producer.send('py', key=b'k', value=b'v%d' % i, headers=[('h', b'x')]).get(timeout=5)
print(meta.topic, meta.offset)
producer.close()
consumer = KafkaConsumer('py', bootstrap_servers=servers, auto_offset_reset='earliest', consumer_timeout_ms=1000)
for m in consumer:
    print(m.offset, m.key, m.value, m.headers)
print(sorted(consumer.topics()), consumer.partitions_for_topic('py'))
consumer.close()
`)
    expect(`${stderr}`).toBe('')
    expect(exitCode).toBe(0)
    const lines = stdout.trim().split('\n')
    expect(lines[0]).toBe('py 4')
    expect(lines.slice(1, 6)).toEqual([0, 1, 2, 3, 4].map((at) => `${at} b'k' b'v${at}' [('h', b'x')]`))
    expect(lines[6]).toContain("'py'")
    expect(lines[6]).toContain('{0, 1}')
  })

  test('reads as a group, commits, and shows what it committed', async ({ skip }) => {
    skip(!isThere, why)
    const { stdout, stderr } = await py(`
from kafka import KafkaProducer, KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient
producer = KafkaProducer(bootstrap_servers=servers)
for i in range(3):
    producer.send('py-group', b'v%d' % i).get(timeout=5)
def read():
    consumer = KafkaConsumer('py-group', bootstrap_servers=servers, group_id='py-members', auto_offset_reset='earliest', consumer_timeout_ms=1500, enable_auto_commit=False)
    values = [m.value for m in consumer]
    consumer.commit()
    consumer.close()
    return values
print(read())
producer.send('py-group', b'later').get(timeout=5)
print(read())
admin = KafkaAdminClient(bootstrap_servers=servers)
print({tp.partition: o.offset for tp, o in admin.list_consumer_group_offsets('py-members').items()})
print([g for g in admin.list_consumer_groups() if g[0] == 'py-members'])
consumer = KafkaConsumer(bootstrap_servers=servers)
tp = TopicPartition('py-group', 0)
print(consumer.beginning_offsets([tp])[tp], consumer.end_offsets([tp])[tp], consumer.offsets_for_times({tp: 0})[tp].offset)
`)
    expect(stderr).toBe('')
    expect(stdout.trim().split('\n')).toEqual([
      "[b'v0', b'v1', b'v2']",
      "[b'later']",
      '{0: 4}',
      "[('py-members', 'consumer')]",
      '0 4 0',
    ])
  })
})
