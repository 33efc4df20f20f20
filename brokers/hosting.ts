/** The threads and processes that brokers run in, how they are talked to, and the spares that wait for one. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { CommandTable, Reply, Request } from './commands.ts'
import { StartError } from './start-error.ts'

/**
 * V8 begins with half-spaces of a megabyte for what is young, and collects garbage many times while a broker's modules are being loaded: a
 * fifth of what its start costs.
 */
const roomToLoad = '--min-semi-space-size=16'

/** The thread or process of one broker. */
export interface Host<Commands extends CommandTable> {
  readonly pid: number | undefined
  readonly ready: Promise<void>
  /** Resolves with the reason when it has ended, however it did. */
  readonly ended: Promise<string>
  call<N extends keyof Commands>(
    command: N,
    argument: Commands[N]['argument'],
  ): Promise<Commands[N]['result']>
  /** Calls `listener` with what it tells by itself. */
  onEvent(listener: (event: unknown) => void): void
  /** Ends it and resolves when it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Lets this process end while it runs (a spare), or not (a broker). */
  release(): void
  retain(): void
}

/** What a call ends with when the thread or process has ended. */
export class HostGone extends Error {}

/** Starts the threads and processes of one kind of broker, and keeps its spares. */
export class Hosting<Commands extends CommandTable> {
  readonly #entry: URL
  readonly #noun: string
  readonly #spares: Host<Commands>[] = []

  /**
   * @param entry the script that a thread or process begins with; it serves the commands
   * @param noun what runs in it, for errors: `broker`
   */
  constructor(entry: URL, noun: string) {
    this.#entry = entry
    this.#noun = noun
  }

  /**
   * Forks a child process that has loaded the broker and waits, so that the next start in a child takes milliseconds.
   * Resolves when it is ready. Spares end with this process, or by `discardSpares`.
   */
  async prepareSpare(): Promise<void> {
    const spare = this.#fork()
    this.#spares.push(spare)
    await spare.ready
    // It may have become a broker meanwhile.
    if (this.#spares.includes(spare)) spare.release()
  }

  /** Forks one in the background, unless one waits. Without it the next start only takes longer. */
  keepSpare(): void {
    if (this.#spares.length === 0) this.prepareSpare().catch(() => {})
  }

  /** Ends the spares that nobody used. */
  async discardSpares(): Promise<void> {
    await Promise.all(this.#spares.splice(0).map((spare) => spare.end('SIGKILL')))
  }

  /** A thread, or a process: a spare one if there is any, which may still be loading; a call simply waits for that. */
  start(runsIn: 'worker' | 'child'): Host<Commands> {
    return runsIn === 'worker' ? this.#startWorker() : (this.#spares.shift() ?? this.#fork())
  }

  #startWorker(): Host<Commands> {
    const worker = new Worker(this.#entry, { execArgv: [] })
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    const calls = new Calls<Commands>(
      (request) => worker.postMessage(request),
      `the ${this.#noun}'s worker thread`,
    )
    worker.on('message', (reply: Reply) => calls.onReply(reply))
    worker.on('error', (error) => calls.fail(error.message))
    worker.on('exit', (code) => calls.fail(`it ended with code ${code}`))
    return {
      pid: undefined,
      ready: calls.ready,
      ended: calls.ended,
      call: (command, argument) => calls.call(command, argument),
      onEvent: (listener) => calls.onEvent(listener),
      async end() {
        await worker.terminate()
        await gone
      },
      release: () => worker.unref(),
      retain: () => worker.ref(),
    }
  }

  #fork(): Host<Commands> {
    const child: ChildProcess = fork(fileURLToPath(this.#entry), {
      execArgv: [roomToLoad],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const calls = new Calls<Commands>(
      (request) => void child.send(request),
      `the ${this.#noun}'s child process`,
    )
    child.on('message', (reply) => calls.onReply(reply as Reply))
    child.on('error', (error) => calls.fail(error.message))
    child.on('exit', (code, signal) => {
      calls.fail(`it ended with ${signal ?? `code ${code}`}`)
      const at = this.#spares.findIndex((spare) => spare.pid === child.pid)
      if (at !== -1) this.#spares.splice(at, 1)
    })
    return {
      pid: child.pid,
      ready: calls.ready,
      ended: calls.ended,
      call: (command, argument) => calls.call(command, argument),
      onEvent: (listener) => calls.onEvent(listener),
      async end(signal) {
        child.kill(signal)
        await gone
      },
      release() {
        child.unref()
        child.channel?.unref()
      },
      retain() {
        child.ref()
        child.channel?.ref()
      },
    }
  }
}

function errorFrom({ error, start }: Extract<Reply, { error: string }>): Error {
  return start === undefined ? new Error(error) : new StartError(start.problem, start.subject, error)
}

/** Requests under way to one host, and their replies. */
class Calls<Commands extends CommandTable> {
  readonly ready: Promise<void>
  readonly ended: Promise<string>
  readonly #post: (request: object) => void
  readonly #whose: string
  readonly #waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>()
  #id = 0
  #failure: string | undefined
  #tell: (event: unknown) => void = () => {}
  #onReady = () => {}
  #onFailure: (error: Error) => void = () => {}
  #onEnded: (reason: string) => void = () => {}

  constructor(post: (request: object) => void, whose: string) {
    this.#post = post
    this.#whose = whose
    this.ready = new Promise((resolve, reject) => {
      this.#onReady = resolve
      this.#onFailure = reject
    })
    this.ended = new Promise((resolve) => {
      this.#onEnded = resolve
    })
    // Whoever waits hears of a failure; nobody has to wait.
    this.ready.catch(() => {})
  }

  call<N extends keyof Commands>(
    command: N,
    argument: Commands[N]['argument'],
  ): Promise<Commands[N]['result']> {
    if (this.#failure !== undefined) return Promise.reject(this.#error(this.#failure))
    const id = ++this.#id
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#post({ id, command, argument } satisfies Request<Commands, N>)
    })
  }

  onEvent(listener: (event: unknown) => void): void {
    this.#tell = listener
  }

  onReply(reply: Reply): void {
    if ('ready' in reply) return this.#onReady()
    if ('event' in reply) return this.#tell(reply.event)
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('error' in reply) waiting?.reject(errorFrom(reply))
    else waiting?.resolve(reply.result as never)
  }

  fail(reason: string): void {
    this.#failure ??= reason
    this.#onEnded(reason)
    this.#onFailure(this.#error(reason))
    for (const { reject } of this.#waiting.values()) reject(this.#error(reason))
    this.#waiting.clear()
  }

  #error(reason: string): HostGone {
    return new HostGone(`${this.#whose} is gone: ${reason}`)
  }
}
