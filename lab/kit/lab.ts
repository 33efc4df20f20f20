/**
 * One experiment: a broker of its own (a vhost), a proxy in front of each lane, the subject, and the promises that
 * are held against what was seen. Checks, live runs and benches all work through this.
 */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { type ChannelModel, connect } from 'amqplib'
import type { Database } from 'better-sqlite3'
import type { Capability, RabbitMQEngine, RabbitMQIsolation, RabbitMQSnapshot } from '#brokers/engines'
import type { Random, World } from '#lab/subject'
import { type Actor, startActor } from '../actors/actor.ts'
import { openSqlite } from '../actors/database.ts'
import { ActorFailed } from '../actors/failures.ts'
import { makeRandom } from '../actors/random.ts'
import { makeWorld, type WorldData } from '../actors/world.ts'
import { type AmqpProxy, openAmqpProxy, type SeenFrame } from '../faults/amqp-proxy.ts'
import type { Fault, FaultAction, FrameMatch, PlacedFault } from '../faults/fault.ts'
import type { RunCommand } from '../verdict/events.ts'
import { text } from '../verdict/language.ts'
import type { Figure, Lane, Text } from '../verdict/verdict.ts'
import { startRabbitMQ } from './engine.ts'
import { CannotTell, labDefect, messageOf, PromiseBroken } from './failure.ts'
import { Observer } from './observer.ts'
import type { Promised, Spot } from './promise.ts'
import type { RunContext } from './run-context.ts'
import { SubjectUnderTest } from './subject-under-test.ts'
import { wireEvent } from './wire-event.ts'

export type { PlacedFault } from '../faults/fault.ts'
export type { FoundMessage } from './observer.ts'

/** How a call into the subject ended, or that it has not. */
export type CallOutcome<Value> =
  | { readonly state: 'resolved'; readonly value: Value }
  | { readonly state: 'rejected'; readonly message: string; readonly error: PromiseBroken }
  | { readonly state: 'pending' }

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

/** How long a fact about the subject may take. Generous: a slow computer is no wrong answer. */
const factMsMax = 5000
/** How long something may be on its way that has already happened on the other side of a socket. */
const settleMsMax = 300
/** How often a fact is looked at again. */
const lookAgainMs = 4
/** Between the seeds of two subjects of one run. */
const seedStep = 0x9e37_79b9
/** How long one step of closing a lab may take; a broker's start is the longest of them. */
const closeStepMsMax = 5000

/** Opens a lab: starts the engine if need be and takes a vhost of its own. */
export async function openLab(options: LabOptions): Promise<Lab> {
  const engine = await startRabbitMQ(options.run)
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
  private readonly engine: RabbitMQEngine
  private readonly isolation: RabbitMQIsolation
  private readonly folder: string
  private readonly suffix: string
  private readonly unsubscribe: () => void
  private readonly proxies = new Map<Lane, Promise<AmqpProxy>>()
  private readonly opened: AmqpProxy[] = []
  private readonly faults: PlacedFault[] = []
  private readonly actors: Actor[] = []
  private readonly afterwards: (() => Promise<void>)[] = []
  private readonly remarks = new Map<string, Text>()
  private connections = 0
  private worlds = 0
  private brokerIsUp = true
  private isPaused = false
  /** Kills and restarts of the broker, one after another: one that is still dying holds its port. */
  private brokerWork: Promise<unknown> = Promise.resolve()
  /** What the watcher asked for and is not done yet. */
  private asked: Promise<unknown> = Promise.resolve()
  private closing: Promise<void> | undefined
  private closed = false

  constructor(options: LabOptions, engine: RabbitMQEngine, isolation: RabbitMQIsolation) {
    this.run = options.run
    this.engine = engine
    this.isolation = isolation
    this.subject = new SubjectUnderTest(options.taskFolder)
    this.random = makeRandom(this.run.seed)
    // Not seeded: two runs of one seed may meet on a shared broker.
    // It begins with a letter that no hexadecimal id has, so that `shown` can't mistake a part of an id for it.
    this.suffix = `x${randomBytes(2).toString('hex')}`
    // Made when the first database is opened, so that most labs leave nothing to remove.
    this.folder = join(tmpdir(), `mq-lab-${process.pid}-${this.suffix}`)
    this.observer = new Observer(this.url(engine.address))
    this.run.emit({
      kind: 'run',
      task: this.subject.taskFolder,
      subject: this.subject.shown('.'),
      circumstances: {
        engine: engine.engine,
        servers: [engine.server],
        seed: this.run.seed,
        node: process.versions.node,
      },
    })
    this.unsubscribe = this.run.onCommand((command) => this.obey(command))
  }

  /** Product and version, as the server says. */
  get server(): string {
    return this.engine.server
  }

  /** The world for a subject in one lane: its AMQP address is the lane's proxy. */
  async world(lane: Lane = 'producer'): Promise<World> {
    const log = (line: string): void => {
      if (line !== '') this.run.emit({ kind: 'say', text: text(line, line) })
    }
    return makeWorld(await this.worldData(lane), { log })
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
    const known = this.proxies.get(lane)
    if (known !== undefined) return known
    this.mustBeOpen()
    const opening = openAmqpProxy({
      upstream: () => this.engine.address,
      lane,
      now: () => this.run.now(),
      nextConnection: () => ++this.connections,
      ...(this.run.isWatched ? { onFrame: (frame: SeenFrame) => this.tellFrame(frame, lane) } : {}),
    }).then((proxy) => {
      this.opened.push(proxy)
      if (this.isPaused) proxy.pause()
      return proxy
    })
    this.proxies.set(lane, opening)
    return opening
  }

  /** All frames seen so far in a lane. */
  async frames(lane: Lane = 'producer'): Promise<readonly SeenFrame[]> {
    return (await this.proxy(lane)).frames
  }

  /** A connection of the lab's own through a lane's proxy, to hand a channel of it to the subject. */
  async client(lane: Lane = 'producer'): Promise<ChannelModel> {
    const { address } = await this.proxy(lane)
    const connection = await connect(this.url(address), {
      noDelay: true,
      clientProperties: { connection_name: 'lab client' },
    })
    // The broker may be killed under it: what the subject makes of that is what counts.
    connection.on('error', () => {})
    this.defer(() => connection.close())
    return connection
  }

  /** Starts one of the subject's files as a process of its own, which can be killed. */
  async start(file: string, lane: Lane = 'producer'): Promise<Actor> {
    const name = file.replace(/\.ts$/, '')
    const world = await this.worldData(lane)
    const starting = startActor({
      file: this.subject.path(file),
      name,
      lane,
      world,
      startTimeoutMs: factMsMax,
    })
    const actor = await starting.catch((error: unknown) => {
      throw error instanceof ActorFailed ? this.neverStarted(error, file) : error
    })
    this.actors.push(actor)
    if (this.closed) await actor.kill()
    this.mustBeOpen()
    this.run.emit({ kind: 'subject', name, lane, state: 'started', pid: actor.pid })
    return actor
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
      case 'export':
        return this.breaks(text(`${file} does not export start()`, `${file} chưa export start()`), { file })
      case 'timeout': {
        const seconds = factMsMax / 1000
        const said = text(
          `${file} had not started after ${seconds} s`,
          `sau ${seconds} giây ${file} vẫn chưa khởi động xong`,
        )
        return this.breaks(said, { file, near: ['function start'] })
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

  /** Kills a subject's process (SIGKILL). */
  async killSubject(actor: Actor): Promise<void> {
    await actor.kill()
    this.run.emit({ kind: 'subject', name: actor.name, lane: actor.lane, state: 'killed', pid: actor.pid })
  }

  /** Places a fault in front of a lane. */
  async place(fault: {
    name: string
    text: Text
    lane?: Lane
    when: FrameMatch
    what: FaultAction
  }): Promise<PlacedFault> {
    const proxy = await this.proxy(fault.lane ?? 'producer')
    this.mustBeOpen()
    const placed = proxy.place({
      name: fault.name,
      text: fault.text,
      when: fault.when,
      what: fault.what,
    } satisfies Fault)
    this.faults.push(placed)
    const said = { kind: 'fault', fault: fault.name, text: fault.text } as const
    this.run.emit({ ...said, state: 'placed' })
    void placed.fired.then(() =>
      this.run.emit({ ...said, state: placed.failure === undefined ? 'fired' : 'impossible' }),
    )
    return placed
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
    if (placed.failure === undefined) return
    const { cause } = placed.failure
    throw cause instanceof CannotTell ? cause : labDefect(cause ?? placed.failure)
  }

  /** Ends the broker abruptly. Clients are told nothing; what was not on disk is gone. */
  async killBroker(): Promise<void> {
    this.needs('kill')
    await this.inTurn(async () => {
      this.mustBeOpen()
      this.brokerIsUp = false
      await this.engine.kill()
      this.run.emit({ kind: 'broker', server: this.engine.server, state: 'killed' })
    })
  }

  /** Starts the broker again after `killBroker`, with what it had on disk. */
  async restartBroker(): Promise<void> {
    await this.inTurn(async () => {
      this.mustBeOpen()
      await this.bringBrokerBack()
    })
  }

  private async bringBrokerBack(): Promise<void> {
    const began = performance.now()
    await this.engine.restart()
    this.brokerIsUp = true
    this.run.emit({
      kind: 'broker',
      server: this.engine.server,
      state: 'ready',
      tookMs: Math.round(performance.now() - began),
    })
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.brokerWork.then(work)
    this.brokerWork = done.catch(() => {})
    return done
  }

  /**
   * Whether the broker ended without being told to. What the subject did under it then says nothing about the subject.
   * Closing starts it again for the lab that follows.
   */
  async brokerIsLost(): Promise<boolean> {
    await this.brokerWork
    if (!this.brokerIsUp || !this.engine.capabilities.has('inspect')) return false
    const failure = await failureOf('asking the broker', () => this.engine.inspect(this.isolation.vhost))
    if (failure !== undefined) this.brokerIsUp = false
    return failure !== undefined
  }

  /** The broker's own view of this lab's vhost; the lab's own connection is left out. */
  async inspect(): Promise<RabbitMQSnapshot> {
    this.needs('inspect')
    this.mustBeOpen()
    const snapshot = await this.engine.inspect(this.isolation.vhost)
    return {
      ...snapshot,
      connections: snapshot.connections.filter((connection) => connection.name !== 'lab observer'),
    }
  }

  /** Refuses to judge on an engine that lacks what the check needs. */
  needs(...capabilities: readonly Capability[]): void {
    const missing = capabilities.filter((capability) => !this.engine.capabilities.has(capability))
    if (missing.length === 0) return
    const words = missing.join(', ')
    throw new CannotTell(
      text(
        `this check needs an engine that can: ${words}`,
        `bài kiểm tra này cần một engine làm được: ${words}`,
      ),
      { enginesThatCan: ['embedded'] },
    )
  }

  /** Tells whoever watches what is about to happen. */
  say(en: string, vi: string): void {
    this.run.emit({ kind: 'say', text: text(en, vi) })
  }

  /** Puts a remark beside the next frame of this method, for whoever watches. */
  remark(method: string, en: string, vi: string): void {
    this.remarks.set(method, text(en, vi))
  }

  /** Waits for a call into the subject, but not for ever. A TODO is not an outcome: it is thrown. */
  async outcomeOf<Value>(call: Promise<Value>, withinMs: number = factMsMax): Promise<CallOutcome<Value>> {
    const timer = new AbortController()
    const pending = sleepMs(withinMs, timer.signal).then(() => ({ state: 'pending' }) as const)
    // A subject may well answer no promise at all.
    const ended = Promise.resolve(call).then(
      (value) => ({ state: 'resolved', value }) as const,
      (error: unknown) => {
        if (!(error instanceof PromiseBroken)) throw error
        const message = messageOf(error.cause ?? error)
        if (/^TODO\b/i.test(message)) throw error
        return { state: 'rejected', message, error } as const
      },
    )
    try {
      return await Promise.race([ended, pending])
    } finally {
      timer.abort()
    }
  }

  /** Waits for a call into the subject that the task demands to succeed. */
  async finished<Value>(
    call: Promise<Value>,
    what: Text,
    at?: Spot,
    withinMs: number = factMsMax,
  ): Promise<Value> {
    const outcome = await this.outcomeOf(call, withinMs)
    if (outcome.state === 'resolved') return outcome.value
    if (outcome.state === 'rejected') throw outcome.error
    const seconds = withinMs / 1000
    throw new PromiseBroken({
      said: text(
        `${what.en} did not finish within ${seconds} s`,
        `${what.vi} không xong trong ${seconds} giây`,
      ),
      places: at === undefined ? [] : [this.subject.find(at)],
    })
  }

  /** Waits until a fact is there and answers it. `what` says what never came: "nothing was sent to payments". */
  async until<Fact>(
    what: Text,
    fact: () => Fact | Promise<Fact>,
    options: { withinMs?: number; at?: Spot; whose?: 'subject' | 'lab' } = {},
  ): Promise<Exclude<Fact, undefined | false | null>> {
    const withinMs = options.withinMs ?? factMsMax
    const deadline = performance.now() + withinMs
    const timer = new AbortController()
    // A fact that is asked for may itself never answer.
    const late = sleepMs(withinMs, timer.signal).then(() => undefined)
    try {
      for (;;) {
        this.mustBeOpen()
        const seen = await Promise.race([fact(), late])
        if (seen !== undefined && seen !== false && seen !== null)
          return seen as Exclude<Fact, undefined | false | null>
        if (performance.now() > deadline) break
        await sleepMs(lookAgainMs)
      }
    } finally {
      timer.abort()
    }
    if (options.whose === 'lab') throw new CannotTell(what)
    throw new PromiseBroken({
      said: what,
      places: options.at === undefined ? [] : [this.subject.find(options.at)],
    })
  }

  /** A breach that a scenario finds on its way, to be thrown: the subject did not get as far as the promise. */
  breaks(said: Text, at: Spot): PromiseBroken {
    return new PromiseBroken({ said, places: [this.subject.find(at)] })
  }

  /** Gives a fact that should be there already, such as a socket's end, a moment to arrive. Answers whether it did. */
  async settles(fact: () => boolean): Promise<boolean> {
    const deadline = performance.now() + settleMsMax
    while (!fact() && performance.now() < deadline) await sleepMs(lookAgainMs)
    return fact()
  }

  /** Holds a promise against what was seen: passes on, or throws the breach with its place in the subject's code. */
  hold<Facts>(promise: Promised<Facts>, facts: Facts): void {
    const judgement = promise.judge(facts)
    const said = { kind: 'promise', item: promise.item, text: promise.text } as const
    if ('broken' in judgement) {
      this.run.emit({ ...said, state: 'broken' })
      throw new PromiseBroken({
        said: judgement.broken,
        places: judgement.at.map((spot) => this.subject.find(spot)),
        trace: judgement.trace,
        messages: judgement.messages,
      })
    }
    const unseen = judgement.held.filter((figure) => !(figure.value > 0))
    if (unseen.length > 0 || judgement.held.length === 0) {
      const names = unseen.map(({ name, value }) => `${name}: ${value}`).join(', ')
      const which = names === '' ? text('no witness', 'không có bằng chứng nào') : text(names, names)
      throw new CannotTell(
        text(
          `a defect of the check: it saw nothing that it could judge by (${which.en})`,
          `lỗi của chính bài kiểm tra: nó không thấy gì để dựa vào mà đánh giá (${which.vi})`,
        ),
      )
    }
    this.run.emit({ ...said, state: 'held' })
    for (const figure of judgement.held) {
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
    this.unsubscribe()
    // Nothing is held back any more, and nothing fires while the subject is stopped.
    for (const placed of this.faults) placed.lift()
    for (const placed of this.faults) placed.release()
    this.isPaused = false
    for (const proxy of this.opened) proxy.resume()
    for (const work of this.afterwards.reverse()) await this.briefly(work)
    this.closed = true
    await this.briefly(() => this.observer.close())
    const failures = [
      await failureOf('ending the subjects', () => Promise.all(this.actors.map((actor) => actor.kill()))),
      await failureOf('starting the broker again', () =>
        this.brokerWork.then(() => (this.brokerIsUp ? undefined : this.bringBrokerBack())),
      ),
      // The vhost goes before the proxies: its clients are told (320), instead of finding their sockets torn.
      await failureOf('removing the vhost', () => this.isolation[Symbol.asyncDispose]()),
    ]
    await this.settles(() => this.opened.every((proxy) => proxy.openConnections === 0))
    failures.push(
      await failureOf('closing the proxies', () => Promise.all([...this.proxies.values()].map(closeProxy))),
      await failureOf('removing the databases', () => rm(this.folder, { recursive: true, force: true })),
    )
    const failure = failures.find((each) => each !== undefined)
    if (failure !== undefined) throw failure
  }

  /** A scenario that was given up goes on in the background; it must not act on the broker of the next lab. */
  private mustBeOpen(): void {
    if (this.closed) throw new CannotTell(text('the lab is closed already', 'lab đã đóng rồi'))
  }

  private tellFrame(frame: SeenFrame, lane: Lane): void {
    const remark = this.remarks.get(frame.method)
    this.remarks.delete(frame.method)
    this.run.emit(wireEvent(frame, lane, (name) => this.shown(name), remark))
  }

  /** Runs work that may never end: a client whose socket was torn waits for ever for its close-ok. */
  private async briefly(work: () => Promise<void>): Promise<void> {
    const timer = new AbortController()
    const done = Promise.resolve()
      .then(work)
      .catch(() => {})
    await Promise.race([done, sleepMs(settleMsMax, timer.signal)])
    timer.abort()
  }

  private async worldData(lane: Lane): Promise<WorldData> {
    const proxy = await this.proxy(lane)
    return {
      amqpUrl: this.url(proxy.address),
      kafkaBrokers: [],
      nameSuffix: this.suffix,
      databaseDir: this.folder,
      // Each subject draws numbers of its own, the first one those of the run's seed.
      seed: (this.run.seed + seedStep * this.worlds++) % 2 ** 32,
    }
  }

  private url(address: { host: string; port: number }): string {
    const { username, password, vhost } = this.isolation
    const credentials = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`
    return `amqp://${credentials}@${address.host}:${address.port}/${encodeURIComponent(vhost)}`
  }

  private obey(command: RunCommand): void {
    switch (command.command) {
      case 'pause':
        this.pause()
        return
      case 'resume':
        this.resume()
        return
      case 'step':
        this.step()
        return
      case 'elapse':
        this.attempt(() => this.engine.elapse(command.ms))
        return
      case 'fault':
        this.attempt(() => this.fireNow(command.fault))
        return
      case 'stop':
        return
      default:
        command satisfies never
    }
  }

  private pause(): void {
    this.isPaused = true
    for (const proxy of this.opened) proxy.pause()
  }

  private resume(): void {
    this.isPaused = false
    for (const proxy of this.opened) proxy.resume()
  }

  /** One frame of one lane: the first lane in which any waits. */
  private step(): void {
    for (const proxy of this.opened) {
      const before = proxy.frames.at(-1)
      proxy.step()
      if (proxy.frames.at(-1) !== before) return
    }
  }

  /**
   * Does what the watcher asked for, one after another; what can't be done is said, for it is no error of the
   * subject's.
   */
  private attempt(work: () => Promise<void>): void {
    this.asked = this.asked.then(work).catch((error: unknown) => {
      const what = messageOf(error)
      this.say(`That could not be done: ${what}`, `Không làm được: ${what}`)
    })
  }

  private async fireNow(fault: Extract<RunCommand, { command: 'fault' }>['fault']): Promise<void> {
    const said = text(`${fault}, asked for by hand`, `${fault}, do người xem yêu cầu`)
    switch (fault) {
      case 'cut':
        for (const proxy of this.opened) proxy.cut()
        break
      case 'hold':
        this.pause()
        break
      case 'release':
        this.resume()
        break
      case 'kill-broker':
        if (this.brokerIsUp) await this.killBroker()
        break
      case 'restart-broker':
        if (!this.brokerIsUp) await this.restartBroker()
        break
      case 'kill-subject':
        for (const actor of this.actors) if (actor.state === 'running') await this.killSubject(actor)
        break
      default:
        fault satisfies never
    }
    this.run.emit({ kind: 'fault', state: 'fired', fault, text: said })
  }
}

async function closeProxy(opening: Promise<AmqpProxy>): Promise<void> {
  const proxy = await opening.catch(() => undefined)
  await proxy?.[Symbol.asyncDispose]()
}

/** Does one step of closing in bounded time and answers what went wrong, if anything did. */
async function failureOf(doing: string, work: () => Promise<unknown>): Promise<Error | undefined> {
  const timer = new AbortController()
  const late = sleepMs(closeStepMsMax, timer.signal).then(() => `not done after ${closeStepMsMax} ms`)
  try {
    const trouble = await Promise.race([work().then(() => undefined), late])
    return trouble === undefined ? undefined : new Error(`${doing}: ${trouble}`)
  } catch (error) {
    return new Error(`${doing}: ${messageOf(error)}`, { cause: error })
  } finally {
    timer.abort()
  }
}

function sleepMs(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    signal?.addEventListener('abort', done, { once: true })
  })
}
