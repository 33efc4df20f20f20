/**
 * What real servers answered to the probes, as it was last recorded: the embedded broker is held against it wherever no real
 * one is at hand. `npm run test:real rabbitmq record` records anew.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Replies } from './probe.ts'

/** The versions that are had as real servers. */
export const recordedVersions = ['3.10', '4.0'] as const
export type RecordedVersion = (typeof recordedVersions)[number]

interface File {
  readonly servers: Readonly<Record<RecordedVersion, { readonly server: string; readonly date: string }>>
  /** Lines of a probe; by version where the servers differ. */
  readonly replies: Readonly<Record<string, readonly string[] | Readonly<Record<string, readonly string[]>>>>
}

const file = new URL('./recorded.json', import.meta.url)

export function readRecording(version: RecordedVersion): { server: string; date: string; replies: Replies } {
  const { servers, replies } = JSON.parse(readFileSync(file, 'utf8')) as File
  const mine = Object.entries(replies).map(([name, lines]): [string, readonly string[]] => [
    name,
    Array.isArray(lines) ? lines : ((lines as Readonly<Record<string, readonly string[]>>)[version] ?? []),
  ])
  return { ...servers[version], replies: Object.fromEntries(mine) }
}

export function writeRecordings(
  recordings: Readonly<Record<RecordedVersion, { server: string; date: string; replies: Replies }>>,
): void {
  const servers = Object.fromEntries(
    recordedVersions.map((version) => {
      const { server, date } = recordings[version]
      return [version, { server, date }]
    }),
  )
  const names = Object.keys(recordings['4.0'].replies)
  const replies = names.map((name) => {
    const lines = recordedVersions.map((version) => recordings[version].replies[name] ?? [])
    const isSame = lines.every((one) => isSameReply(one, lines[0]))
    const byVersion = Object.fromEntries(recordedVersions.map((version, at) => [version, lines[at]]))
    return [name, isSame ? lines[0] : byVersion]
  })
  writeFileSync(file, `${JSON.stringify({ servers, replies: Object.fromEntries(replies) }, null, 1)}\n`)
}

export function isSameReply(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
