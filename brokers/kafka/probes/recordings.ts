/**
 * What a real Kafka answered to the probes, as it was last recorded: the embedded one is held against it wherever no real one
 * is at hand. `npm run test:real kafka record` records anew.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Replies } from './probe.ts'

export interface Recording {
  /** Product and version. */
  readonly server: string
  readonly date: string
  readonly replies: Replies
}

const file = new URL('./recorded.json', import.meta.url)

export function readRecording(): Recording {
  return JSON.parse(readFileSync(file, 'utf8')) as Recording
}

export function writeRecording(recording: Recording): void {
  writeFileSync(file, `${JSON.stringify(recording, null, 1)}\n`)
}

export function isSameReply(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
