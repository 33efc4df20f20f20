/** Sees to it that processes that we started and their folder go with us, however we end. */
import { CleanUpProcess } from '../clean-up-process.ts'

export class Watch {
  readonly #process: CleanUpProcess

  /** Over a folder that need not be there yet: once this resolves, nothing in it outlives us. */
  static async over(folder: string): Promise<Watch> {
    const watch = new Watch(folder)
    await watch.#process.ready
    return watch
  }

  private constructor(folder: string) {
    this.#process = new CleanUpProcess(new URL('./clean-up.ts', import.meta.url), folder)
  }

  started(pid: number): void {
    this.#process.tell(`+${pid}`)
  }

  ended(pid: number): void {
    this.#process.tell(`-${pid}`)
  }

  /** Ends what still runs and removes the folder. Safe to call twice. */
  end(): Promise<void> {
    return this.#process.end()
  }
}
