/**
 * One experiment: a broker of its own (a vhost), a proxy in front of each lane, the subject, and the promises that
 * are held against what was seen. Checks, live runs, the explorer and benches all work through this; each noun has a
 * file of its own beside it.
 */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChannelModel, connect } from 'amqplib'
import type { Database } from 'better-sqlite3'
import type { Capability, RabbitMQEngine, RabbitMQIsolation, RabbitMQSnapshot } from '#brokers/engines'
import type { Random, World } from '#lab/subject'
import type { Actor } from '../actors/actor.ts'
import { openSqlite } from '../actors/database.ts'
import { makeRandom } from '../actors/random.ts'
import { makeWorld, type WorldData } from '../actors/world.ts'
import type { AmqpProxy, SeenFrame } from '../faults/amqp-proxy.ts'
import type { PlacedFault } from '../faults/fault.ts'
import type { Point } from '../faults/points.ts'
import { text } from '../verdict/language.ts'
import type { Figure, Lane, Text } from '../verdict/verdict.ts'
import { briefly, failureOf } from './closing.ts'
import { startRabbitMQ } from './engine.ts'
import { CannotTell, PromiseBroken } from './failure.ts'
import { heldBy } from './holding.ts'
import { LabBroker } from './lab-broker.ts'
import { LabCommands } from './lab-commands.ts'
import { type LabFault, LabFaults, type SeenPoint, throwIfImpossible } from './lab-faults.ts'
import { LabLanes } from './lab-lanes.ts'
import { LabSubjects } from './lab-subjects.ts'
import { Observer } from './observer.ts'
import type { Promised, Spot } from './promise.ts'
import type { RunContext } from './run-context.ts'
import { SubjectUnderTest } from './subject-under-test.ts'
import { type CallOutcome, type Present, settles, type UntilOptions, Waiting } from './waiting.ts'

export type { PlacedFault } from '../faults/fault.ts'
export type { Point } from '../faults/points.ts'
export type { SeenPoint } from './lab-faults.ts'
export type { FoundMessage } from './observer.ts'
export type { CallOutcome } from './waiting.ts'

/** One act of a live run: what the audience is told, and the scenario that plays. Each act gets a lab of its own. */
export interface Act {
  readonly title: Text
  readonly scenario: (lab: Lab) => Promise<unknown>
}

export interface LabOptions {
  /** The task's folder, absolute or relative to the repository. */
  readonly taskFolder: string
  readonly run: RunContext
}

/** Between the seeds of two subjects of one run. */
const seedStep = 0x9e37_79b9

/** How often the broker is asked for its queues while they are waited for. */
const inspectEveryMs = 15

/** Opens a lab: starts the engine if need be and takes a vhost of its own. */
export async function openLab(options: LabOptions): Promise<Lab> {
  return await openLabOn(await startRabbitMQ(options.run), options)
}

/** Opens a lab on a broker that is already there: several labs, or several brokers, at a time. */
export async function openLabOn(engine: RabbitMQEngine, options: LabOptions): Promise<Lab> {
  const isolation = await engine.isolate(options.taskFolder.split(/[\\/]/).at(-1) || 'lab')
  return new Lab(options, engine, isolation)
}

export class Lab {
  readonly run: RunContext
  readonly subject: SubjectUnderTest
  readonly random: Random
  /** The lab's own client, past the proxies. */
  readonly observer: Observer
  /** What held promises rest on, in the order in which they were held. */
  readonly figures: Figure[] = []
  /** Errors that the subject let loose outside of any call: unawaited rejections, exceptions in callbacks. */
  readonly strayErrors: unknown[] = []
  private readonly broker: LabBroker
  private readonly lanes: LabLanes
  private readonly faults: LabFaults
  private readonly subjects: LabSubjects
  private readonly commands: LabCommands
  private readonly waiting: Waiting
  private readonly folder: string
  private readonly suffix: string
  private readonly afterwards: (() => Promise<void>)[] = []
  private worlds = 0
  private closing: Promise<void> | undefined
  private closed = false

  constructor(options: LabOptions, engine: RabbitMQEngine, isolation: RabbitMQIsolation) {
    const { run } = options
    const mustBeOpen = (): void => this.mustBeOpen()
    this.run = run
    this.subject = new SubjectUnderTest(options.taskFolder)
    this.random = makeRandom(run.seed)
    // Not seeded: two runs of one seed may meet on a shared broker.
    // It begins with a letter that no hexadecimal id has, so that `shown` can't mistake a part of an id for it.
    this.suffix = `x${randomBytes(2).toString('hex')}`
    // Made when the first database is opened, so that most labs leave nothing to remove.
    this.folder = join(tmpdir(), `mq-lab-${process.pid}-${this.suffix}`)
    this.broker = new LabBroker({ engine, isolation, run, mustBeOpen })
    this.lanes = new LabLanes({ broker: this.broker, run, shown: (name) => this.shown(name), mustBeOpen })
    this.subjects = new LabSubjects({ subject: this.subject, run })
    const { broker, lanes, subjects } = this
    this.faults = new LabFaults({ broker, lanes, subjects, run, mustBeOpen })
    this.commands = new LabCommands({ broker, lanes, subjects, run })
    this.waiting = new Waiting(this.subject, mustBeOpen)
    this.observer = new Observer(this.broker.url(engine.address))
    run.emit({
      kind: 'run',
      task: this.subject.taskFolder,
      subject: this.subject.shown('.'),
      circumstances: {
        engine: engine.engine,
        servers: [engine.server],
        seed: run.seed,
        node: process.versions.node,
      },
    })
  }

  /** Product and version, as the server says. */
  get server(): string {
    return this.broker.server
  }

  /** The world for a subject in one lane: its AMQP address is the lane's proxy. */
  async world(lane: Lane = 'producer'): Promise<World> {
    const log = (line: string): void => {
      if (line !== '') this.run.emit({ kind: 'say', text: text(line, line) })
    }
    const announce = (point: Point): void => this.faults.passBy(point, lane)
    return makeWorld(await this.worldData(lane), { log, announce })
  }

  /** A database of the subject's, as `world.openDatabase` gives it; closed with the lab. */
  openDatabase(name: string): Database {
    const database = openSqlite(this.folder, name)
    this.defer(async () => void database.close())
    return database
  }

  /** A broker-wide name as the subject gets it from `world.name`. */
  name(name: string): string {
    return `${name}-${this.suffix}`
  }

  /** A text with its names as the learner wrote them: without what `world.name` added. */
  shown(text: string): string {
    return text.replaceAll(`-${this.suffix}`, '')
  }

  /** The proxy in front of a lane, opened when first asked for. */
  proxy(lane: Lane = 'producer'): Promise<AmqpProxy> {
    return this.lanes.proxy(lane)
  }

  /** All frames seen so far in a lane. */
  async frames(lane: Lane = 'producer'): Promise<readonly SeenFrame[]> {
    return (await this.proxy(lane)).frames
  }

  /** A connection of the lab's own through a lane's proxy, to hand a channel of it to the subject. */
  async client(lane: Lane = 'producer'): Promise<ChannelModel> {
    const { address } = await this.proxy(lane)
    const connection = await connect(this.broker.url(address), {
      noDelay: true,
      clientProperties: { connection_name: 'lab client' },
    })
    // The broker may be killed under it: what the subject makes of that is what counts.
    connection.on('error', () => {})
    this.defer(() => connection.close())
    return connection
  }

  /**
   * Starts one of the subject's files as a process of its own, which can be killed.
   * @param onSpawn is told as soon as there is a process, long before it has started
   */
  async start(file: string, lane: Lane = 'producer', onSpawn?: (actor: Actor) => void): Promise<Actor> {
    const world = await this.worldData(lane)
    const onPoint = (point: Point): Promise<void> => this.reach(point, lane)
    const actor = await this.subjects
      .start({ file, lane, world, onPoint, onSpawn })
      .catch((error: unknown) => {
        // Closing kills whatever is just starting: that is no error of the subject's.
        this.mustBeOpen()
        throw error
      })
    if (this.closed) await actor.kill()
    this.mustBeOpen()
    this.subjects.tellStarted(actor)
    return actor
  }

  /** Kills a subject's process (SIGKILL). */
  killSubject(actor: Actor): Promise<void> {
    return this.subjects.kill(actor)
  }

  /** Stops a subject's process without ending it (SIGSTOP). @throws FreezeUnsupported where that does not exist */
  freezeSubject(actor: Actor): void {
    this.subjects.freeze(actor)
  }

  /** Lets a frozen subject go on. */
  thawSubject(actor: Actor): void {
    this.subjects.thaw(actor)
  }

  /** Places a fault in front of a lane, or at a point. */
  place(fault: LabFault): Promise<PlacedFault> {
    return this.faults.place(fault)
  }

  /** Waits until a placed fault fired. A subject that never does what the fault waits for has broken its promise. */
  async fired(placed: PlacedFault, unless: Text, at?: Spot): Promise<void> {
    await this.until(unless, () => placed.state === 'fired', at === undefined ? {} : { at })
    let isDone = false
    void placed.fired.then(() => {
      isDone = true
    })
    const { name } = placed.fault
    await this.until(
      text(`the fault "${name}" did not end`, `fault "${name}" không kết thúc`),
      () => isDone,
      { whose: 'lab' },
    )
    throwIfImpossible(placed)
  }

  /**
   * Announces a point that something in the lab has reached, such as a call at the card gateway; it goes on when this
   * resolves. Commits of a subject's databases announce themselves (`commit`).
   */
  reach(point: Point, lane: Lane = 'lab'): Promise<void> {
    return this.faults.reach(point, lane)
  }

  /** Points reached so far, oldest first. */
  get points(): readonly SeenPoint[] {
    return this.faults.seenPoints
  }

  /** Ends the broker abruptly. Clients are told nothing; what was not on disk is gone. */
  killBroker(): Promise<void> {
    return this.broker.kill()
  }

  /** Starts the broker again after `killBroker`, with what it had on disk. */
  restartBroker(): Promise<void> {
    return this.broker.restart()
  }

  /** Moves the broker's clock ahead, for time-to-live and delays; waits that long where the engine has only real time. */
  async elapse(ms: number): Promise<void> {
    this.mustBeOpen()
    await this.broker.elapse(ms)
  }

  /**
   * Whether the broker ended without being told to. What the subject did under it then says nothing about the subject.
   * Closing starts it again for the lab that follows.
   */
  brokerIsLost(): Promise<boolean> {
    return this.broker.isLost()
  }

  /** The broker's own view of this lab's vhost; the lab's own connection is left out. */
  inspect(): Promise<RabbitMQSnapshot> {
    return this.broker.inspect()
  }

  /** Refuses to judge on an engine that lacks what the check needs. */
  needs(...capabilities: readonly Capability[]): void {
    this.broker.needs(capabilities)
  }

  /** Tells whoever watches what is about to happen. */
  say(en: string, vi: string): void {
    this.run.emit({ kind: 'say', text: text(en, vi) })
  }

  /** Puts a remark beside the next frame of this method, for whoever watches. */
  remark(method: string, en: string, vi: string): void {
    this.lanes.remark(method, text(en, vi))
  }

  /** Waits for a call into the subject, but not for ever. A TODO is not an outcome: it is thrown. */
  outcomeOf<Value>(call: Promise<Value>, withinMs?: number): Promise<CallOutcome<Value>> {
    return this.waiting.outcomeOf(call, withinMs)
  }

  /** Waits for a call into the subject that the task demands to succeed. */
  finished<Value>(call: Promise<Value>, what: Text, at?: Spot, withinMs?: number): Promise<Value> {
    return this.waiting.finished(call, what, at, withinMs)
  }

  /** Waits until a fact is there and answers it. `what` says what never came: "nothing was sent to payments". */
  until<Fact>(
    what: Text,
    fact: () => Fact | Promise<Fact>,
    options: UntilOptions = {},
  ): Promise<Present<Fact>> {
    return this.waiting.until(what, fact, options)
  }

  /**
   * Waits until no queue holds a message, ready or unacknowledged. The subject has broken its promise when one stays.
   * With `queues` only these count, named as the learner does.
   */
  async settled({
    queues,
    ...options
  }: UntilOptions & { readonly queues?: readonly string[] } = {}): Promise<void> {
    const what = text(
      'a message stayed in its queue, or was never acknowledged',
      'một message nằm lại trong queue, hoặc không bao giờ được ack',
    )
    const isEmpty = async (): Promise<boolean> => {
      const snapshot = await this.inspect()
      const counted = snapshot.queues.filter(
        ({ name }) => queues === undefined || queues.includes(this.shown(name)),
      )
      return counted.every(({ ready, unacked }) => ready + unacked === 0)
    }
    await this.until(what, isEmpty, { everyMs: inspectEveryMs, ...options })
  }

  /** A breach that a scenario finds on its way, to be thrown: the subject did not get as far as the promise. */
  breaks(said: Text, at: Spot): PromiseBroken {
    return new PromiseBroken({ said, places: [this.subject.find(at)] })
  }

  /** Gives a fact that should be there already, such as a socket's end, a moment to arrive. Answers whether it did. */
  settles(fact: () => boolean): Promise<boolean> {
    return settles(fact)
  }

  /** Holds a promise against what was seen: passes on, or throws the breach with its place in the subject's code. */
  hold<Facts>(promise: Promised<Facts>, facts: Facts): void {
    const said = { kind: 'promise', item: promise.item, text: promise.text } as const
    let held: Figure[]
    try {
      held = heldBy(promise, facts, this.subject)
    } catch (error) {
      if (error instanceof PromiseBroken) this.run.emit({ ...said, state: 'broken' })
      throw error
    }
    this.run.emit({ ...said, state: 'held' })
    for (const figure of held) {
      this.figures.push(figure)
      this.run.emit({ kind: 'figure', figure })
    }
  }

  /** Runs when the lab closes, before the broker's vhost goes. */
  defer(work: () => Promise<void>): void {
    this.afterwards.push(work)
  }

  /**
   * Ends subjects, proxies and the vhost; brings a killed broker back for the next lab. Safe to call twice. Each step
   * is bounded and a failing one keeps no other from being done; the first failure is thrown at the end.
   */
  [Symbol.asyncDispose](): Promise<void> {
    this.closing ??= this.close()
    return this.closing
  }

  private async close(): Promise<void> {
    this.commands.close()
    // Nothing is held back any more, and nothing fires while the subject is stopped.
    this.faults.liftAll()
    this.lanes.resume()
    for (const work of this.afterwards.reverse()) await briefly(work)
    this.closed = true
    await briefly(() => this.observer.close())
    const failures = [
      await failureOf('ending the subjects', () => this.subjects.close()),
      await failureOf('starting the broker again', () => this.broker.standUp()),
      // The vhost goes before the proxies: its clients are told (320), instead of finding their sockets torn.
      await failureOf('removing the vhost', () => this.broker.removeVhost()),
    ]
    await this.lanes.untilQuiet()
    failures.push(
      await failureOf('closing the proxies', () => this.lanes.close()),
      await failureOf('removing the databases', () => rm(this.folder, { recursive: true, force: true })),
    )
    const failure = failures.find((each) => each !== undefined)
    if (failure !== undefined) throw failure
  }

  /** A scenario that was given up goes on in the background; it must not act on the broker of the next lab. */
  private mustBeOpen(): void {
    if (this.closed) throw new CannotTell(text('the lab is closed already', 'lab đã đóng rồi'))
  }

  private async worldData(lane: Lane): Promise<WorldData> {
    const proxy = await this.proxy(lane)
    return {
      amqpUrl: this.broker.url(proxy.address),
      kafkaBrokers: [],
      nameSuffix: this.suffix,
      databaseDir: this.folder,
      // Each subject draws numbers of its own, the first one those of the run's seed.
      seed: (this.run.seed + seedStep * this.worlds++) % 2 ** 32,
    }
  }
}
