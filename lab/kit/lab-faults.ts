/** The faults that have been placed in one lab, and the points that its subjects have reached. */
import { type Actor, prepareSpareActors } from '../actors/actor.ts'
import { FreezeUnsupported } from '../actors/failures.ts'
import type { AmqpProxy } from '../faults/amqp-proxy.ts'
import type { Fault, FaultAction, PlacedFault, PointMatch, Side, WireFault } from '../faults/fault.ts'
import type { KafkaProxy } from '../faults/kafka-proxy.ts'
import { type Point, Points } from '../faults/points.ts'
import { text } from '../verdict/language.ts'
import type { Lane } from '../verdict/verdict.ts'
import { CannotTell, labDefect } from './failure.ts'
import type { LabLanes } from './lab-lanes.ts'
import type { LabServer, Protocol } from './lab-server.ts'
import type { LabSubjects } from './lab-subjects.ts'
import type { RunContext } from './run-context.ts'

/**
 * What a lab can do beyond what a proxy can.
 * - `kill-subject`: SIGKILL of its process, before (default) or after what is named. What it sent before is handled,
 *   a frame that waited never arrives
 * - `freeze-subject`: its process is stopped (SIGSTOP) until `release()`; frames pass. Not on Windows
 * - `kill-broker`: SIGKILL of the broker's process, a Kafka with all its nodes; start it again with `lab.restartBroker()`
 */
export type LabAction =
  | FaultAction
  | { readonly kind: 'kill-subject'; readonly subject: Actor; readonly side?: Side }
  | { readonly kind: 'freeze-subject'; readonly subject: Actor; readonly side?: Side }
  | { readonly kind: 'kill-broker'; readonly side?: Side }

/** A fault, and in front of which lane it stands. */
export interface LabFault extends Omit<Fault, 'what'> {
  /** Default `producer`. At a point it means nothing: name the lane or the database in its `fields`. */
  readonly lane?: Lane
  /**
   * Which broker is meant where two play and the fault does not say it: a frame's method does (`basic.publish`,
   * `Produce`), a byte of a stream or a point does not.
   */
  readonly protocol?: Protocol
  readonly what: LabAction
}

/** A point that was reached, and when. */
export interface SeenPoint extends Point {
  readonly atMs: number
  readonly lane: Lane
}

export class LabFaults {
  /** Points reached so far, oldest first. */
  readonly seenPoints: SeenPoint[] = []
  private readonly servers: readonly LabServer[]
  private readonly lanes: LabLanes
  private readonly subjects: LabSubjects
  private readonly run: RunContext
  private readonly mustBeOpen: () => void
  private readonly points = new Points()
  private readonly placed: PlacedFault[] = []

  constructor(options: {
    servers: readonly LabServer[]
    lanes: LabLanes
    subjects: LabSubjects
    run: RunContext
    mustBeOpen: () => void
  }) {
    this.servers = options.servers
    this.lanes = options.lanes
    this.subjects = options.subjects
    this.run = options.run
    this.mustBeOpen = options.mustBeOpen
  }

  /** Places a fault in front of a lane, or at a point. */
  async place(asked: LabFault): Promise<PlacedFault> {
    const { lane = 'producer', protocol: _, ...rest } = asked
    const fault: Fault = { ...rest, what: this.actionOf(asked) }
    const proxy = 'point' in fault.when ? undefined : await this.proxyOf(asked, lane)
    // It happens between two frames, where nobody can wait for what was declared before.
    if (asked.what.kind === 'kill-broker') await this.serverOf(asked).untilWritten()
    this.mustBeOpen()
    const placed =
      proxy === undefined ? this.points.place(fault as Fault<PointMatch>) : proxy.place(fault as WireFault)
    if (asked.what.kind === 'freeze-subject') this.thawOnRelease(placed, asked.what.subject)
    this.placed.push(placed)
    const said = { kind: 'fault', fault: fault.name, text: fault.text } as const
    this.run.emit({ ...said, state: 'placed' })
    void placed.fired.then(() =>
      this.run.emit({ ...said, state: placed.failure === undefined ? 'fired' : 'impossible' }),
    )
    return placed
  }

  /** A point is reached; whoever reached it goes on when this resolves. */
  reach(point: Point, lane: Lane): Promise<void> {
    this.see(point, lane)
    return this.points.reach(inLane(point, lane))
  }

  /** A point is reached by a subject that runs in this very process, where nothing can keep it waiting. */
  passBy(point: Point, lane: Lane): void {
    this.see(point, lane)
    const said = text(
      `a fault at ${point.name} needs a subject with a process of its own`,
      `fault tại ${point.name} cần một subject chạy trong process riêng`,
    )
    this.points.refuse(inLane(point, lane), new CannotTell(said))
  }

  /** Nothing fires any more, and nothing is held back. */
  liftAll(): void {
    for (const placed of this.placed) placed.lift()
    for (const placed of this.placed) placed.release()
  }

  private see(point: Point, lane: Lane): void {
    this.seenPoints.push({ ...point, lane, atMs: this.run.now() })
    const { name, side, fields } = point
    this.run.emit({ kind: 'point', lane, point: name, side, fields: { ...fields } })
  }

  private proxyOf(asked: LabFault, lane: Lane): Promise<AmqpProxy | KafkaProxy> {
    return this.serverOf(asked).protocol === 'kafka' ? this.lanes.kafkaProxy(lane) : this.lanes.amqp(lane)
  }

  /** The broker that a fault is about. */
  private serverOf({ name, when, protocol }: LabFault): LabServer {
    const meant = protocol ?? ('method' in when ? protocolOf(when.method) : undefined)
    const fitting = this.servers.filter((server) => meant === undefined || server.protocol === meant)
    const [server] = fitting
    if (server === undefined || fitting.length > 1) {
      const playing = this.servers.map((each) => each.protocol).join(' and ')
      throw labDefect(`the fault "${name}" does not fit what plays here (${playing}): name its protocol`)
    }
    return server
  }

  private actionOf(asked: LabFault): FaultAction {
    const { what } = asked
    switch (what.kind) {
      case 'kill-subject':
        // Who kills one will start another; its process boots while the first still lives.
        prepareSpareActors()
        return {
          kind: 'do',
          action: () => this.subjects.kill(what.subject),
          // It must not get any further while the broker's handling of its frame is proven.
          ...(what.side === 'after' ? { atOnce: () => what.subject.pause() } : {}),
          ...sideOf(what),
        }
      case 'freeze-subject':
        return { kind: 'do', fate: 'pass', action: () => this.freeze(what.subject), ...sideOf(what) }
      case 'kill-broker': {
        const server = this.serverOf(asked)
        server.needs(['kill'])
        return { kind: 'do', action: () => server.kill(), ...sideOf(what) }
      }
      default:
        return what
    }
  }

  private async freeze(subject: Actor): Promise<void> {
    try {
      this.subjects.freeze(subject)
    } catch (error) {
      if (!(error instanceof FreezeUnsupported)) throw error
      throw new CannotTell(
        text(
          `this check stops a process without ending it (SIGSTOP), which ${process.platform} can't`,
          `bài kiểm tra này tạm dừng một process mà không kết thúc nó (SIGSTOP), ${process.platform} không làm được`,
        ),
      )
    }
  }

  private thawOnRelease(placed: PlacedFault, subject: Actor): void {
    const release = placed.release.bind(placed)
    placed.release = () => {
      release()
      this.subjects.thaw(subject)
    }
  }
}

/** Methods of AMQP are `class.method`, APIs of Kafka are one word. */
const protocolOf = (method: string): Protocol => (/^[A-Z][A-Za-z]+$/.test(method) ? 'kafka' : 'amqp')

/** As a fault may name it: by its lane, too. */
const inLane = (point: Point, lane: Lane): Point => ({ ...point, fields: { ...point.fields, lane } })

const sideOf = ({ side }: { readonly side?: Side }): { side?: Side } => (side === undefined ? {} : { side })

/** Throws why a fault's action could not be done: a cause in the lab, never the subject's. */
export function throwIfImpossible(placed: PlacedFault): void {
  if (placed.failure === undefined) return
  if (placed.failure instanceof CannotTell) throw placed.failure
  const { cause } = placed.failure
  throw cause instanceof CannotTell ? cause : labDefect(cause ?? placed.failure)
}
