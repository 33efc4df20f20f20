/**
 * `npm run test:real rabbitmq [record]`: runs the probes against real RabbitMQs on loopback and against the embedded broker in
 * the same profiles, and compares reply by reply: the real server with its recording, and the embedded one with the real one.
 * Then the contract of engines, over real servers; it counts as one.
 */
import { embeddedTarget } from '../../amqp/probes/embedded-target.ts'
import { isKnownDifference } from '../../amqp/probes/known-differences.ts'
import type { Replies, RunningTarget } from '../../amqp/probes/probe.ts'
import {
  isSameReply,
  type RecordedVersion,
  readRecording,
  recordedVersions,
  writeRecordings,
} from '../../amqp/probes/recordings.ts'
import { runTable } from '../../amqp/probes/run-table.ts'
import { table } from '../../amqp/probes/table.ts'
import { bringRabbitMQ } from './debian-tree.ts'
import { realTarget } from './real-target.ts'
import { runRealTests } from './real-tests.ts'

interface Run {
  readonly server: string
  readonly date: string
  readonly replies: Replies
  readonly seconds: number
}

const print = (...lines: readonly string[]) => process.stdout.write(`${lines.join('\n')}\n`)

async function run(start: () => Promise<RunningTarget>): Promise<Run> {
  const startedMs = Date.now()
  await using target = await start()
  const replies = await runTable(table, target)
  const date = new Date().toISOString().slice(0, 10)
  return { server: target.server, date, replies, seconds: (Date.now() - startedMs) / 1000 }
}

/** What is wrong with a probe, or nothing. */
function compare(
  name: string,
  version: RecordedVersion,
  real: Replies,
  embedded: Replies,
  recorded: Replies,
) {
  const isKnown = isKnownDifference(name, version)
  const wrong: string[] = []
  if (!isSameReply(real[name], recorded[name]))
    wrong.push(difference('recorded', recorded[name], 'real', real[name]))
  const isSame = isSameReply(real[name], embedded[name])
  if (!isSame && !isKnown) wrong.push(difference('real', real[name], 'embedded', embedded[name]))
  if (isSame && isKnown) wrong.push('  listed as a known difference, but both answer the same')
  return { wrong, isDeparture: !isSame && isKnown }
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

async function main(words: readonly string[]): Promise<number> {
  const isRecording = words.includes('record')
  const reals: Partial<Record<RecordedVersion, Run>> = {}
  const rows: string[][] = [
    ['server', 'probes', 'as recorded', 'embedded agrees', 'departs knowingly', 'seconds'],
  ]
  let [passed, failed] = [0, 0]
  // Side by side: most of their time is silence that is waited for.
  await Promise.all(
    recordedVersions.map(async (version) => {
      try {
        const home = await bringRabbitMQ(version, (line) => print(line))
        reals[version] = await run(() => realTarget(home))
      } catch (error) {
        failed++
        print(`RabbitMQ ${version}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }),
  )
  const { '3.10': one, '4.0': two } = reals
  if (isRecording && one !== undefined && two !== undefined) writeRecordings({ '3.10': one, '4.0': two })
  for (const version of recordedVersions) {
    const real = reals[version]
    if (real === undefined) continue
    const embedded = await run(() => embeddedTarget(version))
    const recording = readRecording(version)
    const names = Object.keys(real.replies)
    let departures = 0
    const bad = names.flatMap((name) => {
      const { wrong, isDeparture } = compare(name, version, real.replies, embedded.replies, recording.replies)
      if (isDeparture) departures++
      return wrong.length === 0 ? [] : [`${real.server}, ${name}\n${wrong.join('\n')}`]
    })
    if (bad.length > 0) print('', ...bad)
    passed += names.length - bad.length
    failed += bad.length
    const count = (a: Replies, b: Replies) => names.filter((name) => isSameReply(a[name], b[name])).length
    rows.push([
      real.server,
      String(names.length),
      `${count(real.replies, recording.replies)} (${recording.date})`,
      String(count(real.replies, embedded.replies)),
      String(departures),
      `${real.seconds.toFixed(0)} (embedded ${embedded.seconds.toFixed(0)})`,
    ])
  }
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  print(
    '',
    ...rows.map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
  )
  const contract = await runRealTests(new URL('./local-rabbitmq.real.test.ts', import.meta.url))
  passed += contract.passed
  failed += contract.failed
  print('', `${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

// So that what was started is cleared away.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

process.exitCode = await main(process.argv.slice(2))
