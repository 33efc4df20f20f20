/**
 * What all labs of one process share: the settings they were started with, the clock of the run, and the line to
 * whoever watches.
 */
import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import { connectRun, type RunClient } from '../verdict/channel.ts'
import type { RunCommand, RunEvent } from '../verdict/events.ts'
import { languageOf, text } from '../verdict/language.ts'
import type { Circumstances, Language } from '../verdict/verdict.ts'
import { CannotTell } from './failure.ts'
import { askedPaceMax, pace } from './pace.ts'

/** The settings of a run, out of the environment; an empty variable counts as unset. */
const settingsSchema = z.object({
  MQ_ENGINE: z.enum(['embedded', 'local', 'docker', 'url']).default('embedded'),
  MQ_SEED: z.coerce.number().int().nonnegative().max(0xffff_ffff).default(seedOfToday),
  MQ_PACE: z.coerce.number().min(1).max(askedPaceMax).optional(),
  MQ_RUN: z
    .string()
    .regex(/^[\w.]+:\d+$/)
    .optional(),
})

/** An event without its time, which the run fills in. */
export type UntimedEvent = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'atMs'>
    : never
  : never

export class RunContext {
  readonly engine: Circumstances['engine']
  readonly seed: number
  readonly language: Language
  private readonly askedPace: number | undefined
  private readonly began = performance.now()
  private client: RunClient | undefined
  private readonly listeners = new Set<(command: RunCommand) => void>()
  private hasEnded = false

  /** @throws CannotTell when the settings make no sense */
  constructor(client?: RunClient) {
    const settings = settingsSchema.safeParse(variablesSet(process.env))
    if (!settings.success) {
      const what = settings.error.issues
        .map(({ path, message }) => `${path.join('.')}: ${message}`)
        .join('; ')
      throw new CannotTell(
        text(`the run's settings are not valid: ${what}`, `thiết lập của lần chạy không hợp lệ: ${what}`),
      )
    }
    this.engine = settings.data.MQ_ENGINE
    this.seed = settings.data.MQ_SEED
    this.askedPace = settings.data.MQ_PACE
    this.language = languageOf(process.env)
    this.client =
      client ?? (settings.data.MQ_RUN === undefined ? undefined : connectRun(settings.data.MQ_RUN))
    this.client?.onCommand((command) => {
      for (const listener of [...this.listeners]) listener(command)
    })
  }

  /** Milliseconds since the run began, monotonic, to a tenth. */
  now(): number {
    return Math.round((performance.now() - this.began) * 10) / 10
  }

  /** By which factor limits are longer now than on a computer that does nothing else. */
  get pace(): number {
    return this.askedPace ?? pace()
  }

  /** Whether somebody watches: events that nobody reads need not be made. */
  get isWatched(): boolean {
    return this.client !== undefined
  }

  /** Tells whoever watches. After `end` nothing follows, whatever is still on its way in the background. */
  emit(event: UntimedEvent): void {
    if (this.hasEnded) return
    this.hasEnded = event.kind === 'end'
    this.client?.send({ ...event, atMs: this.now() } as RunEvent)
  }

  /** Returns what stops the listening. */
  onCommand(listener: (command: RunCommand) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  async close(): Promise<void> {
    await this.client?.close()
    this.client = undefined
  }
}

function variablesSet(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
}

/** A day's seed, such as 20260719: runs of one day repeat each other, and the next day tries another. */
function seedOfToday(): number {
  return Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''))
}
