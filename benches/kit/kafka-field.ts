/**
 * Who takes part in a bench of Kafkas: a null broker, the embedded one, and a real Apache Kafka where it can be had, each with
 * one node and with three. All of them are started here and end with the bench, also on Ctrl-C.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startRealKafka } from '#brokers/engines/local/kafka-cluster'
import { bringKafka } from '#brokers/engines/local/kafka-install'
import { type Kafka, type KafkaOptions, startKafka } from '#brokers/kafka'
import { endOnSignals } from './contenders.ts'
import { words } from './figures.ts'

export const CEILING = 'null broker'

export interface KafkaContender {
  readonly name: string
  readonly brokers: readonly string[]
  /** Of the topics that it is measured with: as many as there are nodes. */
  readonly replicationFactor: number
  /** Its processes. */
  pids(): readonly (number | undefined)[]
}

export interface KafkaField {
  /** The null broker first, then for each number of nodes the embedded one, and the real one behind it. */
  readonly contenders: readonly KafkaContender[]
  [Symbol.asyncDispose](): Promise<void>
}

export type NodeCount = 1 | 3

const nullKafka = fileURLToPath(new URL('./null-kafka.ts', import.meta.url))

/** What `nodes=1,3` asks for. */
export const nodesWord = (): NodeCount[] =>
  words('nodes', ['1', '3']).map((text) => Number(text) as NodeCount)

/** What `real=1,3` asks for; `real=none` measures the embedded one alone. */
export function realWord(): NodeCount[] {
  const asked = words('real', ['1', '3', 'none'], ['1', '3'])
  return asked.filter((text) => text !== 'none').map((text) => Number(text) as NodeCount)
}

/** Starts them, each in a process of its own; what they keep is on disk, with the operating system before it is answered. */
export async function startKafkaField(): Promise<KafkaField> {
  endOnSignals()
  const ends = new AsyncDisposableStack()
  const ceiling = fork(nullKafka, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  ends.defer(() => void ceiling.kill('SIGKILL'))
  const [port] = (await once(ceiling, 'message')) as [number]
  const contenders: KafkaContender[] = [
    { name: CEILING, brokers: [`127.0.0.1:${port}`], replicationFactor: 1, pids: () => [ceiling.pid] },
  ]
  const [counts, reals] = [nodesWord(), realWord()]
  for (const nodes of counts) {
    const cluster = ends.use(await startEmbedded({ nodes }))
    contenders.push({
      name: nameOf('embedded', nodes),
      brokers: cluster.brokers,
      replicationFactor: nodes,
      pids: () => [cluster.pid],
    })
    if (!reals.includes(nodes)) continue
    const real = await startReal(nodes)
    if (real === undefined) continue
    ends.use(real)
    contenders.push({
      name: nameOf(real.server, nodes),
      brokers: real.brokers,
      replicationFactor: nodes,
      pids: () => real.nodes.map(({ pid }) => pid),
    })
  }
  return { contenders, [Symbol.asyncDispose]: () => ends.disposeAsync() }
}

/** The embedded one as a child with data of its own, which go with it. */
export async function startEmbedded(options: KafkaOptions = {}): Promise<Kafka> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kafka-bench-'))
  return startKafka({ runsIn: 'child', ...options, dataDir, isTemporary: true })
}

/** Kafka's own, where tests have less: a busy computer is no dead node. */
const patience = { 'broker.session.timeout.ms': 9000, 'broker.heartbeat.interval.ms': 2000 }

/** As it comes, but for the Java options of its own scripts; says so if it can't be had. */
export async function startReal(nodes: NodeCount) {
  try {
    const home = await bringKafka(console.log)
    return await startRealKafka({ home, nodes, isForSpeed: true, settings: patience })
  } catch (error) {
    console.log(`Only the embedded Kafka is measured, no real one: ${(error as Error).message}`)
    return undefined
  }
}

export function nameOf(server: string, nodes: NodeCount): string {
  return `${server}, ${nodes} ${nodes === 1 ? 'node' : 'nodes'}`
}

/** Pairs of an embedded one and the real one with as many nodes. */
export function pairsOf(contenders: readonly KafkaContender[]): [embedded: string, real: string][] {
  return contenders.flatMap(({ name, replicationFactor }, at) => {
    const next = contenders[at + 1]
    const isPair = name.startsWith('embedded') && next?.replicationFactor === replicationFactor
    return isPair ? [[name, next.name] as [string, string]] : []
  })
}

/** In another order each round, so that nobody always comes behind the same one. */
export function inTurn<T>(all: readonly T[], round: number): readonly T[] {
  const first = round % all.length
  return [...all.slice(first), ...all.slice(0, first)]
}

/** What every figure stands beside. */
export function printKafkaMachine(samples: string): void {
  console.log(
    `Node ${process.version}, kafkajs 2.2.4, everybody on disk without fsync, in processes of their own`,
  )
  console.log(
    `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), client and broker share them; ${samples}\n`,
  )
}
