/** The subjects that run as processes of their own in one lab. */
import { type Actor, startActor } from '../actors/actor.ts'
import { ActorFailed } from '../actors/failures.ts'
import type { WorldData } from '../actors/world.ts'
import type { Point } from '../faults/points.ts'
import { text } from '../verdict/language.ts'
import type { Lane } from '../verdict/verdict.ts'
import { labDefect, PromiseBroken } from './failure.ts'
import type { RunContext } from './run-context.ts'
import type { SubjectUnderTest } from './subject-under-test.ts'

export class LabSubjects {
  private readonly subject: SubjectUnderTest
  private readonly run: RunContext
  private readonly startMsMax: number
  private readonly actors: Actor[] = []

  /** @param startMsMax how long a start may take */
  constructor(options: { subject: SubjectUnderTest; run: RunContext; startMsMax: number }) {
    this.subject = options.subject
    this.run = options.run
    this.startMsMax = options.startMsMax
  }

  /** Starts one of the subject's files as a process of its own, which can be killed. */
  async start(options: {
    file: string
    lane: Lane
    world: WorldData
    onPoint: (point: Point) => Promise<void>
    onSpawn?: ((actor: Actor) => void) | undefined
  }): Promise<Actor> {
    const { file, lane, world, onPoint, onSpawn } = options
    const name = file.replace(/^(?:experiments\/actors|attacks)\//, '').replace(/\.ts$/, '')
    const starting = startActor({
      file: this.subject.path(file),
      name,
      lane,
      world,
      onPoint,
      // From here on closing the lab ends it, whatever becomes of its start.
      onSpawn: (actor) => {
        this.actors.push(actor)
        onSpawn?.(actor)
      },
      startTimeoutMs: this.startMsMax,
    })
    return await starting.catch((error: unknown) => {
      throw error instanceof ActorFailed ? this.neverStarted(error, file) : error
    })
  }

  /** Tells whoever watches that it runs. */
  tellStarted(actor: Actor): void {
    const { name, lane, pid } = actor
    this.run.emit({ kind: 'subject', name, lane, state: 'started', pid })
    // A kill is told by whoever killed it.
    void actor.ended.then(() => {
      if (actor.state === 'exited') this.run.emit({ kind: 'subject', name, lane, state: 'exited', pid })
    })
  }

  /** SIGKILL. */
  async kill(actor: Actor): Promise<void> {
    await actor.kill()
    this.run.emit({ kind: 'subject', name: actor.name, lane: actor.lane, state: 'killed', pid: actor.pid })
  }

  /** SIGSTOP. @throws FreezeUnsupported where the system has none */
  freeze(actor: Actor): void {
    actor.freeze()
    this.run.emit({ kind: 'subject', name: actor.name, lane: actor.lane, state: 'frozen', pid: actor.pid })
  }

  /** Lets a frozen one go on; does nothing to one that is gone. */
  thaw(actor: Actor): void {
    if (process.platform === 'win32' || actor.state !== 'running') return
    actor.thaw()
    this.run.emit({ kind: 'subject', name: actor.name, lane: actor.lane, state: 'resumed', pid: actor.pid })
  }

  /** Does to one of them what whoever watches asks for. @throws Error when no process with this pid runs */
  async obey(pid: number, action: 'kill' | 'freeze' | 'thaw'): Promise<void> {
    const actor = this.actors.find((each) => each.pid === pid && each.state === 'running')
    if (actor === undefined) throw new Error(`process ${pid} does not run`)
    if (action === 'kill') await this.kill(actor)
    else if (action === 'freeze') this.freeze(actor)
    else this.thaw(actor)
  }

  /** Kills those that still run, as whoever watches asked for. */
  async killRunning(): Promise<void> {
    for (const actor of this.actors) if (actor.state === 'running') await this.kill(actor)
  }

  async close(): Promise<void> {
    await Promise.all(this.actors.map((actor) => actor.kill()))
  }

  /** Why a file could not be started: the subject's doing, unless there was no process to begin with. */
  private neverStarted({ stage, error, place }: ActorFailed, file: string): Error {
    const found = place === undefined ? undefined : this.subject.placeAt(place)
    switch (stage) {
      case 'spawn':
      case 'stop':
        return labDefect(error)
      case 'import':
        return this.subject.unloadable(error, file, found)
      case 'export': {
        const said = text(`${file} does not export start()`, `${file} chưa export start()`)
        return new PromiseBroken({ said, places: [this.subject.find({ file })] })
      }
      case 'timeout': {
        const seconds = Math.round(this.startMsMax / 1000)
        const said = text(
          `${file} had not started after ${seconds} s`,
          `sau ${seconds} giây ${file} vẫn chưa khởi động xong`,
        )
        return new PromiseBroken({ said, places: [this.subject.find({ file, near: ['function start'] })] })
      }
      case 'start':
      case 'exit': {
        const doing = text(`start() in ${file}`, `start() trong ${file}`)
        return this.subject.brokenBy(error, { file, doing, place: found })
      }
      default:
        return stage satisfies never
    }
  }
}
