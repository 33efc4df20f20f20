/** One command of the workbook as a process: what it says is kept and told, what is clicked is typed into it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Circumstances } from '#lab/verdict'
import { type RunCommand, type RunEvent, runEventSchema } from '#lab/verdict/events'
import { programRoot, root } from '#workbook/root'
import type { Hub } from '../stream/hub.ts'
import { endingOf } from './ending.ts'
import { lineOf, type ShownLine } from './shown-event.ts'

/** Older entries are forgotten: a run that goes on for hours must not fill the memory. */
const entriesMax = 20_000
/** What a process may say on stderr before the rest is dropped, bytes. */
const troubleBytesMax = 64_000
/** How long a run may take to end by itself before it is killed. */
const graceMs = 5000

export type RunKind = 'check' | 'live' | 'explore' | 'measure'

export interface RunRequest {
  readonly kind: RunKind
  readonly task: string
  /** Words of the command line, the command first. Never from a request as they are. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** One thing that a run said, numbered from 1. */
export interface Entry {
  readonly n: number
  readonly event: RunEvent
  readonly line?: ShownLine
}

export type RunState = 'running' | 'ended'

/** How a run stands, for whoever looks at it. */
export interface RunStatus {
  readonly id: string
  readonly kind: RunKind
  readonly task: string
  readonly command: string
  readonly state: RunState
  readonly began: string
  readonly exitCode?: number
  /** The last sentence on stderr, when it ended badly. */
  readonly trouble?: string
  /** How many entries were forgotten. */
  readonly forgotten: number
}

export class Run {
  readonly id = randomUUID()
  readonly request: RunRequest
  readonly ended: Promise<void>
  readonly #hub: Hub
  readonly #child: ChildProcess
  readonly #began = new Date()
  readonly #listeners: ((event: RunEvent) => void)[] = []
  #entries: Entry[] = []
  #said = 0
  #trouble = ''
  #exitCode: number | undefined
  #circumstances: Circumstances | undefined

  constructor(request: RunRequest, hub: Hub) {
    this.request = request
    this.#hub = hub
    this.#child = spawn(process.execPath, [join(programRoot, 'workbook', 'main.js'), ...request.args], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', ...request.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
    // What is typed into a run that has just ended is lost, as it should be.
    this.#child.stdin?.on('error', () => {})
    if (this.#child.stdout !== null)
      createInterface({ input: this.#child.stdout }).on('line', (line) => this.#hear(line))
    this.#child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      if (this.#trouble.length < troubleBytesMax) this.#trouble += chunk
    })
    this.ended = this.#untilEnded()
  }

  get status(): RunStatus {
    const trouble = this.#trouble.split('\n').findLast((line) => /\p{L}/u.test(line))
    const isBad = this.#exitCode !== undefined && this.#exitCode > 1
    return {
      id: this.id,
      kind: this.request.kind,
      task: this.request.task,
      command: `npm run ${this.request.args.join(' ')}`.replace(/ (?:events|json)\b/, ''),
      state: this.#exitCode === undefined ? 'running' : 'ended',
      began: this.#began.toISOString(),
      forgotten: Math.max(0, this.#said - this.#entries.length),
      ...(this.#exitCode === undefined ? {} : { exitCode: this.#exitCode }),
      ...(isBad && trouble !== undefined ? { trouble: trouble.trim() } : {}),
    }
  }

  /** Engine, servers and seed, once the run has told them. */
  get circumstances(): Circumstances | undefined {
    return this.#circumstances
  }

  get isRunning(): boolean {
    return this.#exitCode === undefined
  }

  /** What was said behind entry `n`; 0 for all that is remembered. */
  after(n: number): readonly Entry[] {
    return this.#entries.filter((entry) => entry.n > n)
  }

  /** Hears each event from now on. */
  onEvent(listener: (event: RunEvent) => void): void {
    this.#listeners.push(listener)
  }

  send(command: RunCommand): void {
    if (this.isRunning) this.#child.stdin?.write(`${JSON.stringify(command)}\n`)
  }

  /** Ends it as Ctrl-C would, and for good if that does not help. */
  async stop(): Promise<void> {
    if (!this.isRunning) return
    this.send({ command: 'stop' })
    if (this.request.kind !== 'live') this.#end('SIGINT')
    const timer = setTimeout(() => this.#end('SIGTERM'), graceMs)
    const last = setTimeout(() => this.#end('SIGKILL'), graceMs * 2)
    await this.ended
    clearTimeout(timer)
    clearTimeout(last)
  }

  #end(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.#child
    const ending = pid === undefined ? undefined : endingOf(pid, process.platform, process.env)
    if (ending === undefined) this.#child.kill(signal)
    else
      spawn(ending.command, ending.args, { stdio: 'ignore', windowsHide: true }).on('error', () =>
        this.#child.kill(signal),
      )
  }

  #hear(line: string): void {
    const event = readEvent(line)
    if (event === undefined) return
    if (event.kind === 'run') {
      this.#circumstances = event.circumstances
      this.#hub.tell({ kind: 'brokers' })
    }
    const shown = lineOf(event)
    this.#said += 1
    const entry: Entry = { n: this.#said, event, ...(shown === undefined ? {} : { line: shown }) }
    this.#entries.push(entry)
    if (this.#entries.length > entriesMax * 1.1) this.#entries = this.#entries.slice(-entriesMax)
    for (const listener of this.#listeners) listener(event)
    this.#tell('entry', { entry })
  }

  async #untilEnded(): Promise<void> {
    this.#exitCode = await new Promise<number>((resolve) => {
      this.#child.once('error', (error) => {
        this.#trouble += `\n${error.message}`
        resolve(3)
      })
      this.#child.once('close', (code) => resolve(code ?? 130))
    })
    this.#tell('run', { status: this.status })
  }

  #tell(kind: string, what: object): void {
    this.#hub.tell({ kind, run: this.id, ...what } as { kind: string })
  }
}

function readEvent(line: string): RunEvent | undefined {
  try {
    return runEventSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
