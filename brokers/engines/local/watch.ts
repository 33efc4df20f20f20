/** Sees to it that processes that we started and their folder go with us, however we end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export class Watch {
  readonly #process: ChildProcess
  readonly #gone: Promise<unknown>

  constructor(folder: string) {
    const program = fileURLToPath(new URL('./clean-up.ts', import.meta.url))
    // In a process group of its own, so that Ctrl-C leaves it to its work.
    this.#process = spawn(process.execPath, [program, folder], {
      stdio: ['pipe', 'ignore', 'inherit'],
      detached: true,
    })
    this.#gone = once(this.#process, 'exit')
    // Whatever ends it before we do: what is written to it then is lost, and no error of ours.
    this.#process.stdin?.on('error', () => {})
  }

  started(pid: number): void {
    this.#process.stdin?.write(`+${pid}\n`)
  }

  ended(pid: number): void {
    this.#process.stdin?.write(`-${pid}\n`)
  }

  /** Ends what still runs and removes the folder. Safe to call twice. */
  async end(): Promise<void> {
    this.#process.stdin?.end()
    await this.#gone
  }
}
