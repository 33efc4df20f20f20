/**
 * The contract of engine.ts over a RabbitMQ that is another program: one that somebody runs (a process of ours, a container), or
 * one that is just there.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type {
  Address,
  Capability,
  EngineName,
  Freezable,
  RabbitMQEngine,
  RabbitMQIsolation,
  RabbitMQSnapshot,
} from './engine.ts'
import type { Sentence } from './engine-error.ts'
import { ISOLATED_PASSWORD, type ManagementLogin, RabbitMQManagement } from './rabbitmq-management.ts'

/** A RabbitMQ that somebody runs, with the management plugin. */
export interface RunningRabbitMQ extends Address, AsyncDisposable {
  /** Product and version as the server itself says. */
  readonly server: string
  readonly managementUrl: string | undefined
  /** Resolves, with the end of its log, when it ends without being told to; left out where nobody here would notice. */
  readonly crashed?: Promise<Sentence>
  stop(): Promise<void>
  kill(): Promise<void>
  /** Starts again with the same data at the same address. @throws Error with the end of its log. */
  restart(): Promise<void>
  freeze(): Promise<void> | void
  thaw(): Promise<void> | void
}

export interface RealRabbitMQ extends RabbitMQEngine, Freezable, Pick<RunningRabbitMQ, 'crashed'> {
  readonly managementUrl: string
}

const guest: ManagementLogin = { username: 'guest', password: 'guest' }

/** A broker that can be stopped, killed and frozen. It is disposed with the engine. */
export function runningRabbitMQ(engine: EngineName, broker: RunningRabbitMQ): RealRabbitMQ {
  const { managementUrl } = broker
  if (managementUrl === undefined) throw new Error('an engine needs the management plugin')
  return new RunningEngine(engine, broker, managementUrl)
}

/** A broker that only serves: nobody here can stop it. */
export interface ServedRabbitMQ {
  readonly engine: EngineName
  readonly server: string
  readonly address: Address
  /** Makes vhosts and looks into them; without it everything happens in `own`, told apart by names. */
  readonly management: RabbitMQManagement | undefined
  readonly own: { readonly vhost: string; readonly username: string; readonly password: string }
  /** What goes with the engine. */
  readonly dispose?: () => Promise<void>
}

export function servedRabbitMQ(served: ServedRabbitMQ): RabbitMQEngine {
  return new ServedEngine(served)
}

/** A real broker's timers are late by some milliseconds, on a busy computer by more: what ms were to bring has then come. */
const LATE_MS = 250
/**
 * Nothing tells when a definition is written. 3.10.8 and 4.0.5 lost a quorum queue that was killed within 0.4 s of its
 * declaration, never one after 2 s.
 */
const SETTLED_MS = 2_500

/** Names that no other run on the same broker has. */
class VhostNames {
  readonly #run = randomBytes(3).toString('hex')
  #count = 0

  next(label: string): string {
    return `${label}-${this.#run}-${++this.#count}`
  }
}

class RunningEngine implements RealRabbitMQ {
  readonly engine: EngineName
  readonly managementUrl: string
  readonly crashed?: Promise<Sentence>
  readonly capabilities: ReadonlySet<Capability> = new Set(capabilities())
  readonly #broker: RunningRabbitMQ
  readonly #management: RabbitMQManagement
  readonly #names = new VhostNames()
  #state: 'up' | 'frozen' | 'down' = 'up'
  readonly #leftOver = new Set<string>()

  constructor(engine: EngineName, broker: RunningRabbitMQ, managementUrl: string) {
    this.engine = engine
    this.managementUrl = managementUrl
    this.#broker = broker
    if (broker.crashed !== undefined) this.crashed = broker.crashed
    this.#management = new RabbitMQManagement(managementUrl, guest)
  }

  get server(): string {
    return this.#broker.server
  }

  get address(): Address {
    return { host: this.#broker.host, port: this.#broker.port }
  }

  async isolate(label: string): Promise<RabbitMQIsolation> {
    const vhost = this.#names.next(label)
    await this.#management.addVhost(vhost)
    return {
      vhost,
      username: vhost,
      password: ISOLATED_PASSWORD,
      [Symbol.asyncDispose]: () => this.#remove(vhost),
    }
  }

  inspect(vhost: string): Promise<RabbitMQSnapshot> {
    return this.#management.inspect(vhost)
  }

  async elapse(ms: number): Promise<void> {
    await pause(ms + LATE_MS)
  }

  async settled(): Promise<void> {
    await pause(SETTLED_MS)
  }

  async stop(): Promise<void> {
    await this.thaw()
    this.#state = 'down'
    await this.#broker.stop()
  }

  async kill(): Promise<void> {
    this.#state = 'down'
    await this.#broker.kill()
  }

  async restart(): Promise<void> {
    await this.thaw()
    await this.#broker.restart()
    await this.#management.untilQueuesServe()
    this.#state = 'up'
    for (const vhost of this.#leftOver) await this.#management.removeVhost(vhost)
    this.#leftOver.clear()
  }

  async freeze(): Promise<void> {
    if (this.#state !== 'up') return
    await this.#broker.freeze()
    this.#state = 'frozen'
  }

  async thaw(): Promise<void> {
    if (this.#state !== 'frozen') return
    await this.#broker.thaw()
    this.#state = 'up'
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'down'
    await this.#broker[Symbol.asyncDispose]()
  }

  /** A broker that is down just now removes it when it comes back. */
  async #remove(vhost: string): Promise<void> {
    if (this.#state === 'up') await this.#management.removeVhost(vhost)
    else this.#leftOver.add(vhost)
  }
}

class ServedEngine implements RabbitMQEngine {
  readonly engine: EngineName
  readonly server: string
  readonly address: Address
  readonly capabilities: ReadonlySet<Capability>
  readonly #served: ServedRabbitMQ
  readonly #names = new VhostNames()

  constructor(served: ServedRabbitMQ) {
    this.engine = served.engine
    this.server = served.server
    this.address = served.address
    this.capabilities = new Set(served.management === undefined ? [] : ['inspect'])
    this.#served = served
  }

  async isolate(label: string): Promise<RabbitMQIsolation> {
    const { management, own } = this.#served
    if (management === undefined) return { ...own, async [Symbol.asyncDispose]() {} }
    const vhost = this.#names.next(label)
    await management.addVhost(vhost)
    return {
      vhost,
      username: vhost,
      password: ISOLATED_PASSWORD,
      [Symbol.asyncDispose]: () => management.removeVhost(vhost),
    }
  }

  async inspect(vhost: string): Promise<RabbitMQSnapshot> {
    const { management } = this.#served
    if (management === undefined) return this.#cannot('look into a broker without its management API')
    return management.inspect(vhost)
  }

  async elapse(ms: number): Promise<void> {
    await pause(ms + LATE_MS)
  }

  stop(): Promise<void> {
    return this.#cannot('stop a broker that it did not start')
  }

  kill(): Promise<void> {
    return this.#cannot('kill a broker that it did not start')
  }

  restart(): Promise<void> {
    return this.#cannot('restart a broker that it did not start')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#served.dispose?.()
  }

  async #cannot(what: string): Promise<never> {
    throw new Error(`engine=${this.engine} can't ${what}`)
  }
}

function capabilities(): readonly Capability[] {
  return process.platform === 'win32' ? ['kill', 'inspect'] : ['kill', 'inspect', 'freeze']
}
