/** Commands for a run, read from stdin as one JSON object a line. */
import { createInterface } from 'node:readline'
import { type RunCommand, runCommandSchema } from '#lab/verdict/events'

/** Hands each valid line on. A reader must not keep the program alive. */
export function relayCommands(send: (command: RunCommand) => unknown): void {
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    try {
      send(runCommandSchema.parse(JSON.parse(line)))
    } catch {
      process.stderr.write(`not a command: ${line}\n`)
    }
  })
  if ('unref' in process.stdin) process.stdin.unref()
}
