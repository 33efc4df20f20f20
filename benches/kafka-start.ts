/**
 * How long until the embedded Kafka accepts clients, with one node and with three: in a worker thread, in a child process, from
 * a pre-forked spare, with everything in memory and with a fresh folder on disk; beside a real Kafka where it can be had (fewer
 * starts, since one takes seconds; its folders are made before). The compile cache is warm: two starts are made and not counted.
 * Prints Markdown.
 *
 *     node benches/kafka-start.ts [n=20] [realn=3] [nodes=1,3] [real=1,3|none]
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { startRealKafka } from '#brokers/engines/local/kafka-cluster'
import { bringKafka } from '#brokers/engines/local/kafka-install'
import { discardSpares, type KafkaOptions, prepareSpare, startKafka } from '#brokers/kafka'
import { endOnSignals } from './kit/contenders.ts'
import { percentile, printTable, word } from './kit/figures.ts'
import { type NodeCount, nameOf, nodesWord, printKafkaMachine, realWord } from './kit/kafka-field.ts'

const WARM_UPS = 2
const times = Number(word('n') ?? 20)
const realTimes = Number(word('realn') ?? 3)

interface Case {
  readonly title: string
  readonly options: KafkaOptions
  readonly isOnDisk: boolean
  readonly hasSpare?: boolean
}

endOnSignals()
const rows: string[][] = []
for (const nodes of nodesWord()) {
  const cases: readonly Case[] = [
    { title: 'worker, in memory', options: { nodes, runsIn: 'worker' }, isOnDisk: false },
    { title: 'worker, on disk', options: { nodes, runsIn: 'worker' }, isOnDisk: true },
    { title: 'child, in memory', options: { nodes, runsIn: 'child' }, isOnDisk: false },
    { title: 'child, on disk', options: { nodes, runsIn: 'child' }, isOnDisk: true },
    { title: 'spare, on disk', options: { nodes, runsIn: 'child' }, isOnDisk: true, hasSpare: true },
  ]
  const tookMs = new Map<Case, number[]>(cases.map((one) => [one, []]))
  for (let round = 0; round < times + WARM_UPS; round++) {
    for (const one of cases) {
      const ms = await startMs(one)
      if (round >= WARM_UPS) tookMs.get(one)?.push(ms)
    }
  }
  for (const [{ title }, all] of tookMs) rows.push(rowOf(`${nameOf('embedded', nodes)}, ${title}`, all))
  if (realWord().includes(nodes)) await measureReal(nodes)
}
await discardSpares()
printKafkaMachine(`n=${times} (real ones ${realTimes}), milliseconds until clients are accepted`)
printTable(['how', 'median', 'lowest', 'highest'], rows)

async function startMs({ options, isOnDisk, hasSpare = false }: Case): Promise<number> {
  if (hasSpare) await prepareSpare()
  const folder = isOnDisk ? await mkdtemp(join(tmpdir(), 'kafka-start-')) : undefined
  const began = performance.now()
  await using _ = await startKafka(
    folder === undefined ? options : { ...options, dataDir: folder, isTemporary: true },
  )
  return performance.now() - began
}

/** From starting its processes until each node says that all of them can be used. */
async function measureReal(nodes: NodeCount): Promise<void> {
  try {
    await using cluster = await startRealKafka({ home: await bringKafka(console.log), nodes })
    const ids = cluster.nodes.map(({ id }) => id)
    const tookMs: number[] = []
    for (let start = 0; start < realTimes; start++) {
      await Promise.all(cluster.nodes.map((node) => node.kill()))
      const began = performance.now()
      for (const node of cluster.nodes) node.start()
      await Promise.all(cluster.nodes.map((node) => node.ready(ids)))
      tookMs.push(performance.now() - began)
    }
    rows.push(rowOf(nameOf(cluster.server, nodes), tookMs))
  } catch (error) {
    console.log(`No real Kafka is measured: ${(error as Error).message}`)
  }
}

function rowOf(name: string, tookMs: readonly number[]): string[] {
  const figures = [percentile(tookMs, 0.5), Math.min(...tookMs), Math.max(...tookMs)]
  return [name, ...figures.map((ms) => ms.toFixed(0))]
}
