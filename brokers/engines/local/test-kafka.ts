/**
 * `npm run test:real kafka [record] [probes] [contract] [one|three|secured …]`: runs the probes against a real Apache Kafka on
 * loopback, of one node, of three, and of one that clients log in to, and against the embedded one, and compares reply by reply:
 * the real one with its recording, and the embedded one with the real one. Then the tools of the Java client, in the same way, and
 * the contract of engines over the real one, which counts as one; `probes` leaves both out, `contract` leaves out everything
 * else, and naming some of the three leaves the other ones out.
 */
import { handlerOf } from '../../kafka/handlers/handlers.ts'
import { startKafka } from '../../kafka/kafka.ts'
import { embeddedTarget } from '../../kafka/probes/embedded-target.ts'
import { isKnownDifference } from '../../kafka/probes/known-differences.ts'
import { isPending } from '../../kafka/probes/pending.ts'
import type { Replies, RunningTarget } from '../../kafka/probes/probe.ts'
import { isSameReply, readRecording, writeRecording } from '../../kafka/probes/recordings.ts'
import { runTable } from '../../kafka/probes/run-table.ts'
import { type Layout, layouts, programsOf, tables } from '../../kafka/probes/table.ts'
import { knownToolDifferences, toolRuns } from './java-tool-runs.ts'
import { runTools, type ToolRun } from './java-tools.ts'
import { startRealKafka } from './kafka-cluster.ts'
import type { KafkaHome } from './kafka-home.ts'
import { bringKafka } from './kafka-install.ts'
import { realKafkaTarget } from './kafka-target.ts'
import { runRealTests } from './real-tests.ts'

interface Run {
  readonly server: string
  readonly replies: Replies
  readonly seconds: number
}

const print = (...lines: readonly string[]) => process.stdout.write(`${lines.join('\n')}\n`)

async function run(start: () => Promise<RunningTarget>, layout: Layout, withPending: boolean): Promise<Run> {
  const startedMs = Date.now()
  const groups = tables[layout].filter((group) => withPending || !isPending(group))
  if (groups.length === 0) return { server: '', replies: {}, seconds: 0 }
  await using target = await start()
  const replies = await runTable(programsOf(groups), target)
  return { server: target.server, replies, seconds: (Date.now() - startedMs) / 1000 }
}

/** What is wrong with a probe, or nothing. A probe that the embedded one can't answer yet is held against the record only. */
function compare(name: string, real: Replies, embedded: Replies, recorded: Replies): string[] {
  const wrong: string[] = []
  if (!isSameReply(real[name], recorded[name]))
    wrong.push(difference('recorded', recorded[name], 'real', real[name]))
  if (embedded[name] === undefined) return wrong
  const isSame = isSameReply(real[name], embedded[name])
  if (!isSame && !isKnownDifference(name))
    wrong.push(difference('real', real[name], 'embedded', embedded[name]))
  if (isSame && isKnownDifference(name))
    wrong.push('  listed as a known difference, but both answer the same')
  return wrong
}

function difference(
  one: string,
  lines: readonly string[] = [],
  other: string,
  others: readonly string[] = [],
): string {
  const rows = Array.from({ length: Math.max(lines.length, others.length) }, (_, at) => at)
  return rows
    .filter((at) => lines[at] !== others[at])
    .map((at) => `  ${one}: ${lines[at] ?? '(nothing)'}\n  ${other}: ${others[at] ?? '(nothing)'}`)
    .join('\n')
}

interface Counts {
  passed: number
  failed: number
}

const titles: Readonly<Record<Layout, string>> = {
  1: 'one node:   ',
  3: 'three nodes:',
  secured: 'secured:    ',
}

const layoutWords: Readonly<Record<string, Layout>> = { one: 1, three: 3, secured: 'secured' }

/** Those that are named, or all. */
function layoutsOf(words: readonly string[]): readonly Layout[] {
  const named = words.flatMap((word) => layoutWords[word] ?? [])
  return named.length === 0 ? layouts : named
}

/** What was recorded before stays where it was not asked again. */
function record(replies: Replies, server: string): void {
  const all = { ...readRecording().replies, ...replies }
  const asked = Object.keys(programsOf(layouts.flatMap((layout) => tables[layout])))
  const date = new Date().toISOString().slice(0, 10)
  writeRecording({
    server,
    date,
    replies: Object.fromEntries(
      asked.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])),
    ),
  })
}

async function compareProbes(home: KafkaHome, words: readonly string[], counts: Counts): Promise<void> {
  const reals = new Map<Layout, Run>()
  for (const layout of layoutsOf(words))
    reals.set(layout, await run(() => realKafkaTarget(home, layout), layout, true))
  if (words.includes('record')) {
    const replies = Object.assign({}, ...[...reals.values()].map((run) => run.replies)) as Replies
    record(replies, `Kafka ${home.version}`)
  }
  const recording = readRecording()
  print(`the probes, recorded from ${recording.server} on ${recording.date}`)
  for (const [layout, real] of reals) {
    const embedded = await run(() => embeddedTarget(layout), layout, false)
    const names = Object.keys(real.replies)
    const bad = names.flatMap((name) => {
      const wrong = compare(name, real.replies, embedded.replies, recording.replies)
      return wrong.length === 0 ? [] : [`${real.server}, ${name}\n${wrong.join('\n')}`]
    })
    if (bad.length > 0) print('', ...bad, '')
    counts.passed += names.length - bad.length
    counts.failed += bad.length
    const count = (is: (name: string) => boolean) => names.filter(is).length
    print(
      `  ${titles[layout]} ${names.length} probes in ${real.seconds.toFixed(0)} s (embedded ${embedded.seconds.toFixed(0)} s), ` +
        `${count((name) => isSameReply(real.replies[name], recording.replies[name]))} as recorded, ` +
        `${count((name) => isSameReply(real.replies[name], embedded.replies[name]))} answered alike, ` +
        `${count(isKnownDifference)} differ knowingly, ` +
        `${count((name) => embedded.replies[name] === undefined)} not there yet`,
    )
  }
}

/** Both at once, since a tool mostly waits. */
async function compareTools(home: KafkaHome, counts: Counts): Promise<void> {
  const startedMs = Date.now()
  const isReady = ({ needs = [] }: ToolRun) => needs.every((key) => handlerOf(key) !== undefined)
  await using real = await startRealKafka({ home })
  await using embedded = await startKafka()
  const [one, other] = await Promise.all([
    runTools(toolRuns, { home, brokers: real.brokers }),
    runTools(toolRuns.filter(isReady), { home, brokers: embedded.brokers }),
  ])
  const bad = Object.keys(other).flatMap((name) => {
    const isSame = isSameReply(one[name], other[name])
    const isKnown = knownToolDifferences[name] !== undefined
    if (isSame && isKnown) return [`${name}\n  listed as a known difference, but both print the same`]
    return isSame || isKnown ? [] : [`${name}\n${difference('real', one[name], 'embedded', other[name])}`]
  })
  if (bad.length > 0) print('', ...bad, '')
  const names = Object.keys(other)
  counts.passed += names.length - bad.length
  counts.failed += bad.length
  const alike = names.filter((name) => isSameReply(one[name], other[name])).length
  print(
    `the tools of the Java client ${home.version}: ${toolRuns.length} runs in ${((Date.now() - startedMs) / 1000).toFixed(0)} s, ${alike} print alike, ` +
      `${Object.keys(knownToolDifferences).length} differ knowingly, ${toolRuns.length - names.length} need what is not there yet`,
  )
}

async function main(words: readonly string[]): Promise<number> {
  const counts: Counts = { passed: 0, failed: 0 }
  try {
    const home = await bringKafka((line) => print(line))
    const [onlyProbes, onlyContract] = [words.includes('probes'), words.includes('contract')]
    if (!onlyContract) await compareProbes(home, words, counts)
    if (!onlyProbes && !onlyContract) await compareTools(home, counts)
    const suite = new URL('./local-kafka.real.test.ts', import.meta.url)
    if (!onlyProbes) {
      const { passed, failed } = await runRealTests(suite)
      counts.passed += passed
      counts.failed += failed
    }
  } catch (error) {
    counts.failed++
    print(`Kafka: ${error instanceof Error ? error.message : String(error)}`)
  }
  print('', `${counts.passed} passed, ${counts.failed} failed`)
  return counts.failed === 0 ? 0 : 1
}

// So that what was started is cleared away.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

process.exitCode = await main(process.argv.slice(2))
