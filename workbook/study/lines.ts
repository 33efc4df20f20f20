/** Lines that are typed or pasted as answers. Ctrl-C and Ctrl-D leave without losing anything. */
import { createInterface } from 'node:readline'

export interface Lines {
  /** The line that was typed; nothing when the learner left. A line that came before it was asked for is answered at once. */
  ask(prompt: string): Promise<string | undefined>
  close(): void
}

/** Takes over stdin until it is closed. */
export function openLines(
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stdout,
): Lines {
  const reader = createInterface({ input, output })
  // A paste brings several lines at once, and all but the first come while nobody asks.
  const early: string[] = []
  let waiting: ((line: string | undefined) => void) | undefined
  let hasLeft = false
  reader.on('line', (line) => {
    const answer = waiting
    waiting = undefined
    if (answer === undefined) early.push(line)
    else answer(line)
  })
  const leave = (): void => {
    hasLeft = true
    waiting?.(undefined)
    waiting = undefined
  }
  reader.once('SIGINT', leave)
  reader.once('close', leave)
  return {
    ask(prompt) {
      const next = early.shift()
      if (next !== undefined || hasLeft) return Promise.resolve(next)
      reader.setPrompt(prompt)
      reader.prompt()
      return new Promise((resolve) => {
        waiting = resolve
      })
    },
    close: () => reader.close(),
  }
}
