/** Turns what a process prints into lines. */
import type { Readable } from 'node:stream'

/** The most lines that are kept of one process; the oldest go first. */
export const logLinesMax = 10_000

/** A line longer than this is broken in two. */
const lineCharactersMax = 8_192

/** Appends every line of the streams to `log` as it comes. Resolves when all streams have ended. */
export async function keepLines(
  streams: readonly (Readable | null)[],
  log: string[],
  onLine: (line: string) => void,
): Promise<void> {
  const keep = (line: string): void => {
    log.push(line)
    if (log.length > logLinesMax) log.shift()
    onLine(line)
  }
  await Promise.all(streams.map((stream) => (stream === null ? undefined : eachLine(stream, keep))))
}

function eachLine(stream: Readable, keep: (line: string) => void): Promise<void> {
  stream.setEncoding('utf8')
  let rest = ''
  return new Promise((resolve) => {
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) keep(line.replace(/\r$/, ''))
      while (rest.length > lineCharactersMax) {
        keep(rest.slice(0, lineCharactersMax))
        rest = rest.slice(lineCharactersMax)
      }
    })
    const end = (): void => {
      if (rest !== '') keep(rest)
      rest = ''
      resolve()
    }
    stream.on('end', end).on('error', end).on('close', end)
  })
}
