/** Finds the file and line that an error or Node's report of it points to. */
import { fileURLToPath } from 'node:url'
import type { SourcePlace } from './failures.ts'

/**
 * What Node prints above the source line of an error: `file:///a/b.ts:12` or `/a/b.ts:12`, alone on its line.
 */
const reportLine = /^(?<file>file:\/\/\S.*|\/.*|[A-Za-z]:\\.*):(?<line>\d+)$/
/** A frame of a stack: `at start (file:///a/b.ts:12:7)`. */
const stackFrame = /^\s*at .*?\(?(?<file>file:\/\/[^()]*?):(?<line>\d+):\d+\)?$/

/** The first place that the stack, then the log names outside Node and outside this folder. */
export function placeOf(error: Error, log: readonly string[]): SourcePlace | undefined {
  const lines = (error.stack ?? '').split('\n')
  const head = reportLine.exec(lines[0] ?? '')
  return toPlace(head) ?? firstPlace(lines, stackFrame) ?? firstPlace(log, reportLine)
}

function firstPlace(lines: readonly string[], pattern: RegExp): SourcePlace | undefined {
  for (const line of lines) {
    const place = toPlace(pattern.exec(line))
    if (place !== undefined && !place.file.startsWith(import.meta.dirname)) return place
  }
  return undefined
}

function toPlace(match: RegExpExecArray | null): SourcePlace | undefined {
  const { file, line } = match?.groups ?? {}
  if (file === undefined || line === undefined) return undefined
  return { file: file.startsWith('file:') ? fileURLToPath(file) : file, line: Number(line) }
}
