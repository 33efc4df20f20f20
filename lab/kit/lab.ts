/**
 * One experiment: brokers of its own (a vhost, names with a prefix), a proxy in front of each lane, the subject, and the
 * promises that are held against what was seen. Checks, live runs, the explorer and benches all work through this; each noun has a
 * file of its own beside it.
 */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChannelModel, connect } from 'amqplib'
import type { Database } from 'better-sqlite3'
import type {
  Capability,
  KafkaEngine,
  KafkaIsolation,
  KafkaSnapshot,
  RabbitMQEngine,
  RabbitMQIsolation,
  RabbitMQSnapshot,
} from '#brokers/engines'
import type { Random, World } from '#lab/subject'
import type { Actor } from '../actors/actor.ts'
import { openSqlite } from '../actors/database.ts'
import { makeRandom } from '../actors/random.ts'
import { makeWorld, type WorldData } from '../actors/world.ts'
import type { AmqpProxy, SeenFrame } from '../faults/amqp-proxy.ts'
import type { PlacedFault } from '../faults/fault.ts'
import type { KafkaProxy, SeenRequest } from '../faults/kafka-proxy.ts'
import type { Point } from '../faults/points.ts'
import { text } from '../verdict/language.ts'
import type { Figure, Lane, Text, TraceStep } from '../verdict/verdict.ts'
import { briefly, brieflyAll, failureOf } from './closing.ts'
import { startRabbitMQ } from './engine.ts'
import { CannotTell, labDefect, PromiseBroken } from './failure.ts'
import { heldBy } from './holding.ts'
import { startKafka } from './kafka-engine.ts'
import { LabBroker } from './lab-broker.ts'
import { LabCommands } from './lab-commands.ts'
import { type LabFault, LabFaults, type SeenPoint, throwIfImpossible } from './lab-faults.ts'
import { LabKafka } from './lab-kafka.ts'
import { LabLanes } from './lab-lanes.ts'
import type { LabServer, Protocol } from './lab-server.ts'
import { LabSubjects } from './lab-subjects.ts'
import { limitsOf, slownessOf } from './launch.ts'
import { Observer } from './observer.ts'
import type { Promised, Spot } from './promise.ts'
import type { RunContext } from './run-context.ts'
import { type Brokers, rabbitMQAlone, type Scenario } from './stage.ts'
import { SubjectUnderTest } from './subject-under-test.ts'
import {
  type CallOutcome,
  factMsMax,
  type Present,
  patientFactMsMax,
  settleMsMax,
  settles,
  type UntilOptions,
  Waiting,
} from './waiting.ts'

export type { PlacedFault } from '../faults/fault.ts'
export type { SeenRequest } from '../faults/kafka-proxy.ts'
export type { Point } from '../faults/points.ts'
export type { NewRecord } from './kafka-observer.ts'
export type { FoundRecord } from './kafka-reader.ts'
export type { SeenPoint } from './lab-faults.ts'
export type { FoundMessage } from './observer.ts'
export type { CallOutcome } from './waiting.ts'

/** One act of a live run: what the audience is told, and the scenario that plays. Each act gets a lab of its own. */
export interface Act {
  readonly title: Text
  readonly scenario: Scenario<unknown>
}

export interface LabOptions {
  /** The task's folder, absolute or relative to the repository. */
  readonly taskFolder: string
  readonly run: RunContext
  /** What the scenario needs. Default: RabbitMQ alone. */
  readonly brokers?: Brokers | undefined
  /** Facts may take longer: only the lab acts. */
  readonly isPatient?: true | undefined
  /** How long a subject's start may take. Default: as a fact, and longer on Kafka or where many start at a time. */
  readonly startMsMax?: number
}

/** The engines of a lab; none where nothing is sent. */
export interface LabEngines {
  readonly rabbitmq?: RabbitMQEngine | undefined
  readonly kafka?: KafkaEngine | undefined
}

/** Between the seeds of two subjects of one run. */
const seedStep = 0x9e37_79b9

/**
 * How long a start may take on Kafka, where whoever joins a group waits until its other members have noticed, and where many
 * processes start at a time.
 */
const joinMsMax = 12_000

/** How often the broker is asked for its queues while they are waited for. */
const inspectEveryMs = 15

/** A prefix may have 40 characters, a counter and a dot included. */
const labelLengthMax = 30

/** Opens a lab: starts what is not running yet of the brokers that it needs, and takes names of its own on each. */
export async function openLab(options: LabOptions): Promise<Lab> {
  const { run, brokers = rabbitMQAlone } = options
  const [rabbitmq, kafka] = await Promise.all([
    brokers.rabbitmq === undefined ? undefined : startRabbitMQ(run),
    brokers.kafka === undefined ? undefined : startKafka(run, brokers.kafka),
  ])
  return await openLabOn({ rabbitmq, kafka }, options)
}

/** Opens a lab on brokers that are already there: several labs, or several brokers, at a time. */
export async function openLabOn({ rabbitmq, kafka }: LabEngines, options: LabOptions): Promise<Lab> {
  const label = (options.taskFolder.split(/[\\/]/).at(-1) || 'lab').slice(0, labelLengthMax)
  return new Lab(options, {
    rabbitmq: rabbitmq && { engine: rabbitmq, isolation: await rabbitmq.isolate(label) },
    kafka: kafka && { engine: kafka, isolation: await kafka.isolate(label) },
  })
}

interface Places {
  readonly rabbitmq: { readonly engine: RabbitMQEngine; readonly isolation: RabbitMQIsolation } | undefined
  readonly kafka: { readonly engine: KafkaEngine; readonly isolation: KafkaIsolation } | undefined
}

export class Lab {
  readonly run: RunContext
  readonly subject: SubjectUnderTest
  readonly random: Random
  /** What held promises rest on, in the order in which they were held. */
  readonly figures: Figure[] = []
  /** Errors that the subject let loose outside of any call: unawaited rejections, exceptions in callbacks. */
  readonly strayErrors: unknown[] = []
  private readonly rabbitmq: { readonly broker: LabBroker; readonly observer: Observer } | undefined
  private readonly cluster: LabKafka | undefined
  private readonly servers: readonly LabServer[]
  private readonly lanes: LabLanes
  private readonly faults: LabFaults
  private readonly subjects: LabSubjects
  private readonly commands: LabCommands
  private readonly waiting: Waiting
  private readonly folder: string
  private readonly suffix: string
  private readonly prefix: string
  private readonly afterwards: (() => Promise<void>)[] = []
  private worlds = 0
  private closing: Promise<void> | undefined
  private closed = false
  /** By which factor what scenarios allow is longer here. */
  private readonly slower: number

  constructor(options: LabOptions, { rabbitmq, kafka }: Places) {
    const { run } = options
    const mustBeOpen = (): void => this.mustBeOpen()
    this.run = run
    this.subject = new SubjectUnderTest(options.taskFolder)
    this.random = makeRandom(run.seed)
    // Not seeded: two runs of one seed may meet on a shared broker.
    // It begins with a letter that no hexadecimal id has, so that `shown` can't mistake a part of an id for it.
    this.suffix = `x${randomBytes(2).toString('hex')}`
    this.prefix = kafka?.isolation.prefix ?? ''
    // Made when the first database is opened, so that most labs leave nothing to remove.
    this.folder = join(tmpdir(), `mq-lab-${process.pid}-${this.suffix}`)
    const factMs = options.isPatient ? patientFactMsMax : factMsMax
    this.slower = slownessOf(run)
    const { slower } = this
    this.waiting = new Waiting({ subject: this.subject, mustBeOpen, factMs, slower })
    if (rabbitmq !== undefined) {
      const broker = new LabBroker({ ...rabbitmq, run, mustBeOpen })
      this.rabbitmq = { broker, observer: new Observer(broker.url(rabbitmq.engine.address)) }
    }
    if (kafka !== undefined) {
      const goneMembers = () => this.lanes.goneMembers()
      this.cluster = new LabKafka({ ...kafka, run, waiting: this.waiting, mustBeOpen, goneMembers })
    }
    const broker = this.rabbitmq?.broker
    const servers = [broker, this.cluster].filter((server) => server !== undefined)
    this.servers = servers
    this.lanes = new LabLanes({
      rabbitmq: broker,
      kafka: this.cluster,
      run,
      shown: (name) => this.shown(name),
      mustBeOpen,
    })
    const isSlow = kafka !== undefined || options.brokers?.processes !== undefined
    const startMsMax = options.startMsMax ?? (isSlow ? Math.max(factMs, joinMsMax) : factMs)
    this.subjects = new LabSubjects({ subject: this.subject, run, startMsMax: startMsMax * slower })
    const { lanes, subjects } = this
    this.faults = new LabFaults({ servers, lanes, subjects, run, mustBeOpen })
    this.commands = new LabCommands({ servers, lanes, subjects, run })
    run.emit({
      kind: 'run',
      task: this.subject.taskFolder,
      subject: this.subject.shown('.'),
      circumstances: {
        engine: run.engine,
        servers: servers.map(({ server }) => server),
        seed: run.seed,
        node: process.versions.node,
      },
    })
  }

  /** Product and version, as the server says; of two, both. */
  get server(): string {
    return this.servers.map(({ server }) => server).join(', ')
  }

  /** The lab's own client of RabbitMQ, past the proxies. */
  get observer(): Observer {
    return this.onRabbitMQ.observer
  }

  /** The Kafka cluster, for a scenario that plays on one (`onKafka`, `onBoth`). */
  get kafka(): LabKafka {
    if (this.cluster === undefined) throw labDefect('this scenario plays without Kafka: wrap it in onKafka')
    return this.cluster
  }

  /** Whether the scenario plays on a Kafka. */
  get hasKafka(): boolean {
    return this.cluster !== undefined
  }

  /** Whether it plays on nothing else. */
  get hasOnlyKafka(): boolean {
    return this.hasKafka && this.rabbitmq === undefined
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
    return `${this.prefix}${name}-${this.suffix}`
  }

  /** A text with its names as the learner wrote them: without what `world.name` added. */
  shown(text: string): string {
    const shorter = text.replaceAll(`-${this.suffix}`, '')
    return this.prefix === '' ? shorter : shorter.replaceAll(this.prefix, '')
  }

  /** The proxy between RabbitMQ and a lane, opened when first asked for. */
  proxy(lane: Lane = 'producer'): Promise<AmqpProxy> {
    return this.lanes.amqp(lane)
  }

  /** All AMQP frames seen so far in a lane. */
  async frames(lane: Lane = 'producer'): Promise<readonly SeenFrame[]> {
    return (await this.proxy(lane)).frames
  }

  /** The proxy between Kafka and a lane, opened when first asked for. */
  kafkaProxy(lane: Lane = 'producer'): Promise<KafkaProxy> {
    return this.lanes.kafkaProxy(lane)
  }

  /** All that a lane has exchanged with Kafka so far, requests and responses. */
  async requests(lane: Lane = 'producer'): Promise<readonly SeenRequest[]> {
    return (await this.lanes.kafkaProxy(lane)).requests
  }

  /** The same as steps of a trace, without what tells a reader nothing: finding one's way, heartbeats, empty fetches. */
  async requestSteps(lane: Lane = 'producer'): Promise<TraceStep[]> {
    const { isQuiet, requestStep } = await import('./kafka-event.ts')
    const telling = (await this.requests(lane)).filter((seen) => !isQuiet(seen))
    return telling.map((seen) => requestStep(seen, lane, (name) => this.shown(name)))
  }

  /** All that has passed in a lane so far, of either protocol. */
  async traffic(
    lane: Lane,
  ): Promise<{ readonly frames: readonly SeenFrame[]; readonly requests: readonly SeenRequest[] }> {
    return {
      frames: this.rabbitmq === undefined ? [] : await this.frames(lane),
      requests: this.cluster === undefined ? [] : await this.requests(lane),
    }
  }

  /** Tears all connections of all lanes; both sides live on. */
  cutConnections(): void {
    this.lanes.cut()
  }

  /** A connection of the lab's own through a lane's proxy, to hand a channel of it to the subject. */
  async client(lane: Lane = 'producer'): Promise<ChannelModel> {
    const { address } = await this.proxy(lane)
    const connection = await connect(this.onRabbitMQ.broker.url(address), {
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

  /** Ends the broker abruptly, a Kafka with all its nodes. Clients are told nothing; what was not on disk is gone. */
  killBroker(which?: Protocol): Promise<void> {
    return this.serverOf(which).kill(true)
  }

  /** Starts the broker again after `killBroker`, with what it had on disk. */
  restartBroker(which?: Protocol): Promise<void> {
    return this.serverOf(which).restart()
  }

  /** Moves the broker's clock ahead, for time-to-live and delays; waits that long where the engine has only real time. */
  async elapse(ms: number): Promise<void> {
    this.mustBeOpen()
    await Promise.all(this.servers.map((server) => server.elapse(ms)))
  }

  /**
   * Whether the broker ended without being told to. What the subject did under it then says nothing about the subject.
   * Closing starts it again for the lab that follows.
   */
  async brokerIsLost(): Promise<boolean> {
    const lost = await Promise.all(this.servers.map((server) => server.isLost()))
    return lost.includes(true)
  }

  /** RabbitMQ's own view of this lab's vhost; the lab's own connection is left out. For Kafka: `lab.kafka.inspect()`. */
  inspect(): Promise<RabbitMQSnapshot> {
    return this.onRabbitMQ.broker.inspect()
  }

  /** The view of each broker that is up and can be asked, its names as the learner wrote them. */
  async snapshots(): Promise<{ server: string; snapshot: RabbitMQSnapshot | KafkaSnapshot }[]> {
    return await Promise.all(
      this.servers
        .filter(({ isUp }) => isUp)
        .map(async (server) => {
          const seen = this.shown(JSON.stringify(await server.inspect()))
          return { server: server.server, snapshot: JSON.parse(seen) as RabbitMQSnapshot | KafkaSnapshot }
        }),
    )
  }

  /** Refuses to judge on an engine that lacks what the check needs. */
  needs(...capabilities: readonly Capability[]): void {
    for (const server of this.servers) server.needs(capabilities)
  }

  /**
   * How long something may take in this run that may take so long on the embedded brokers of a computer that does nothing else: a real
   * broker needs seconds to elect, to start again, to miss somebody. `until`, `outcomeOf` and `finished` reckon with it themselves.
   */
  allowed(ms: number): number {
    return ms * this.slower
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
   * Waits until no queue of RabbitMQ holds a message, ready or unacknowledged; for Kafka: `lab.kafka.settled(group, topic)`. The subject has broken its promise when one stays.
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
    // Also waited for where nothing shall come: no longer than it must be.
    return settles(fact, this.run.engine === 'embedded' ? settleMsMax : this.allowed(settleMsMax))
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

  /** Begins when the lab closes, before the broker's vhost goes: what was deferred last first, and all of it at the same time. */
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
    // Clients of a subject take a tenth of a second to leave, and none waits for another.
    await brieflyAll(this.afterwards.reverse())
    this.closed = true
    await briefly(async () => this.rabbitmq?.observer.close())
    await briefly(async () => this.cluster?.observer.close())
    const failures = [await failureOf('ending the subjects', () => this.subjects.close())]
    for (const server of this.servers) {
      failures.push(
        await failureOf('starting the broker again', () => server.standUp(), limitsOf(this.run).openMs),
        // A vhost goes before the proxies: its clients are told (320), instead of finding their sockets torn.
        await failureOf("removing the lab's names", () => server.leave()),
      )
    }
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

  private get onRabbitMQ(): { readonly broker: LabBroker; readonly observer: Observer } {
    if (this.rabbitmq === undefined)
      throw labDefect('this scenario plays without RabbitMQ: wrap it in onBoth')
    return this.rabbitmq
  }

  private serverOf(which: Protocol | undefined): LabServer {
    const [server, other] = this.servers.filter(({ protocol }) => which === undefined || protocol === which)
    if (server === undefined || other !== undefined) throw labDefect('say which broker: amqp or kafka')
    return server
  }

  private async worldData(lane: Lane): Promise<WorldData> {
    const { rabbitmq } = this
    const amqpUrl = rabbitmq === undefined ? '' : rabbitmq.broker.url((await this.proxy(lane)).address)
    const kafkaBrokers = this.cluster === undefined ? [] : (await this.lanes.kafkaProxy(lane)).brokers
    return {
      amqpUrl,
      kafkaBrokers,
      namePrefix: this.prefix,
      nameSuffix: this.suffix,
      databaseDir: this.folder,
      // Each subject draws numbers of its own, the first one those of the run's seed.
      seed: (this.run.seed + seedStep * this.worlds++) % 2 ** 32,
    }
  }
}
