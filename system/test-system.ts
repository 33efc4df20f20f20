/** For tests: the payment system as a process, what it prints, and how it ends. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const main = join(import.meta.dirname, 'main.ts')
/** Brokers, gateway and five services start one after another; a busy computer takes its time. */
export const testMsMax = 120_000

interface Running {
  readonly output: () => string
  /** Resolves with the first match of what it prints. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  stop(signal: NodeJS.Signals): void
  readonly exit: Promise<number | null>
}

export function run(...words: readonly string[]): Running {
  const { MQ_SUBJECT: _, MQ_RUN: __, ...env } = process.env
  const flags = ['--disable-warning=TimeoutNegativeWarning']
  const child = spawn(process.execPath, [...flags, main, 'port=0', ...words], {
    env: { ...env, MQ_ENGINE: 'embedded', MQ_SEED: '7', MQ_LANG: 'en' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const hearers = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8')
      for (const hear of hearers) hear()
    })
  }
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    output: () => output,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(output)
          if (found === null) return
          hearers.delete(look)
          resolve(found)
        }
        hearers.add(look)
        look()
        void exit.then(() => reject(new Error(`it ended and never printed ${pattern}:\n${output}`)))
      }),
    stop: (signal) => void child.kill(signal),
    exit,
  }
}
