/**
 * The command-line tools of Kafka's Java client, one after the other against one cluster: what each prints, as lines that can
 * be compared. Each is a process of its own, as whoever types its name has it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { classPathOf, type KafkaHome } from './kafka-home.ts'

const RUN_MS_MAX = 60_000
/** Small and quick to start; what it logs is no part of what it prints. */
const javaOptions = [
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:-UsePerfData',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=off',
]

/** The class behind each tool's name. */
const tools = {
  topics: 'org.apache.kafka.tools.TopicCommand',
  configs: 'kafka.admin.ConfigCommand',
  groups: 'org.apache.kafka.tools.GroupsCommand',
  'consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
  transactions: 'org.apache.kafka.tools.TransactionsCommand',
  cluster: 'org.apache.kafka.tools.ClusterTool',
  'console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'verifiable-producer': 'org.apache.kafka.tools.VerifiableProducer',
  'verifiable-consumer': 'org.apache.kafka.tools.VerifiableConsumer',
  'producer-perf': 'org.apache.kafka.tools.ProducerPerformance',
  'consumer-perf': 'org.apache.kafka.tools.ConsumerPerformance',
  'transactional-copier': 'org.apache.kafka.tools.TransactionalMessageCopier',
} as const
export type Tool = keyof typeof tools

export interface ToolRun {
  /** A claim that what is printed bears out. */
  readonly name: string
  readonly tool: Tool
  /** `BROKERS` stands for the cluster's addresses, `FOLDER` for a folder of the run's own. */
  readonly args: readonly string[]
  readonly input?: string
  /** Ends it as soon as it has printed this: some tools go on for ever. */
  readonly until?: RegExp
  /** What the comparison looks at, if not all lines. */
  readonly keep?: RegExp
  /** What else differs from run to run, and prints as N. */
  readonly mask?: RegExp
  /** Lines whose order has no meaning. */
  readonly isSorted?: boolean
  /** What the embedded Kafka has not yet: the key of an API. */
  readonly needs?: readonly number[]
}

/** Runs them in their order. @throws Error if a tool can't be started or does not end */
export async function runTools(
  runs: readonly ToolRun[],
  { home, brokers }: { home: KafkaHome; brokers: readonly string[] },
): Promise<Record<string, readonly string[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'mq-workbook-tools-'))
  try {
    await writeFile(join(folder, 'offsets.json'), offsetsToDelete)
    const printed: Record<string, readonly string[]> = {}
    for (const one of runs) {
      const args = one.args.map((arg) => arg.replace('BROKERS', brokers.join()).replace('FOLDER', folder))
      printed[one.name] = linesOf(await runTool(home, one, args), one)
    }
    return printed
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Input of delete-records. */
const offsetsToDelete = JSON.stringify({
  version: 1,
  partitions: [{ topic: 'plain', partition: 0, offset: 2 }],
})

async function runTool(
  home: KafkaHome,
  { tool, input = '', until }: ToolRun,
  args: readonly string[],
): Promise<string> {
  const command = [...javaOptions, '-cp', classPathOf(home), tools[tool], ...args]
  const child = spawn(home.java, command, { stdio: 'pipe' })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const late = setTimeout(kill, RUN_MS_MAX)
  let output = ''
  let wasEnough = false
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk)
      if (wasEnough || until?.test(output) !== true) return
      wasEnough = true
      child.kill('SIGTERM')
    })
  }
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [code, signal] = await once(child, 'close')
  clearTimeout(late)
  process.off('exit', kill)
  if (signal === 'SIGKILL') throw new Error(`${tool} did not end in ${RUN_MS_MAX / 1000} s:\n${output}`)
  return wasEnough ? output : `${output}\nexit code ${code}`
}

function linesOf(output: string, { keep, mask, isSorted = false }: ToolRun): string[] {
  const lines = output
    .split('\n')
    .map(normalise)
    .map((line) => (mask === undefined ? line : line.replaceAll(mask, 'N')))
    .filter((line) => line !== '' && (keep === undefined || keep.test(line)))
  return isSorted ? lines.sort() : lines
}

/** Without what differs from run to run: addresses, ids, times, speeds, and how wide columns are. */
function normalise(line: string): string {
  return line
    .replaceAll(/127\.0\.0\.1:\d+/g, 'ADDRESS')
    .replaceAll(/\/127\.0\.0\.1/g, 'HOST')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/(TopicId: |Cluster ID: )[\w-]{22}/g, '$1ID')
    .replaceAll(/console-consumer-\d+/g, 'console-consumer-N')
    .replaceAll(/\b1[0-9]{12}\b/g, 'TIME')
    .replaceAll(/\b20\d\d-\d\d-\d\d[ T][\d:.,]+Z?/g, 'TIME')
    .replaceAll(/[\d.]+ (records\/sec|MB\/sec|ms)/g, 'N $1')
    .replaceAll(/"(avg_throughput|target_throughput)":[\d.]+/g, '"$1":N')
    .replaceAll(/[ \t]+/g, ' ')
    .trim()
}
