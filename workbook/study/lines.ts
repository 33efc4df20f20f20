/** Lines that are typed as answers. Ctrl-C and Ctrl-D leave without losing anything. */
import { createInterface } from 'node:readline/promises'

export interface Lines {
  /** The line that was typed; nothing when the learner left. */
  ask(prompt: string): Promise<string | undefined>
  close(): void
}

/** Takes over stdin until it is closed. */
export function openLines(): Lines {
  const reader = createInterface({ input: process.stdin, output: process.stdout })
  const left = new Promise<undefined>((resolve) => {
    reader.once('SIGINT', () => resolve(undefined))
    reader.once('close', () => resolve(undefined))
  })
  return {
    ask: (prompt) => Promise.race([reader.question(prompt).catch(() => undefined), left]),
    close: () => reader.close(),
  }
}
