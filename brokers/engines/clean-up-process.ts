/** A process that clears away when we are gone, however we went, and outlives whoever ends us with all that we have started. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

const apart = fileURLToPath(new URL('./apart.ts', import.meta.url))

export class CleanUpProcess {
  /**
   * Resolves when it would clear away even if we were ended now. Ctrl-C that comes earlier ends it as well, so nothing that must not be left
   * behind may be made before.
   */
  readonly ready: Promise<void>
  /** Not its standard input: Node tears that when the process that it started itself, which starts the real one, has ended. */
  readonly #line: Socket
  readonly #gone: Promise<unknown>

  /** @param program reads lines at its descriptor 3, which end when we do. @param args what it is started with */
  constructor(program: URL, ...args: readonly string[]) {
    // Also in a process group of its own, so that Ctrl-C in a terminal leaves it to its work.
    const starter: ChildProcess = spawn(process.execPath, [apart, fileURLToPath(program), ...args], {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
      detached: true,
    })
    this.#line = starter.stdio[3] as Socket
    // The line ends when it has ended, who alone holds the other end by then.
    this.#gone = new Promise((resolve) => this.#line.once('close', resolve))
    // All that it ever says is that it listens (told-lines.ts).
    const listens = new Promise<void>((resolve) => this.#line.once('data', () => resolve()))
    this.ready = Promise.race([listens, this.#gone.then(() => {})])
    // Whatever ends it before we do: what is written to it then is lost, and no error of ours.
    this.#line.on('error', () => {})
  }

  /** After `end` there is nobody left to tell, such as of a process that it has ended itself. */
  tell(line: string): void {
    if (this.#line.writable) this.#line.write(`${line}\n`)
  }

  /** Lets it do its work; resolves when it has. Safe to call twice. */
  async end(lastLine?: string): Promise<void> {
    if (lastLine !== undefined) this.tell(lastLine)
    this.#line.end()
    await this.#gone
  }
}
