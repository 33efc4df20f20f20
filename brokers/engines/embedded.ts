/** The engine that needs nothing but npm: the embedded RabbitMQ in a child process, or in a worker thread. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keepSpare, type ProfileName, type RabbitMQ, startRabbitMQ } from '../amqp/rabbitmq.ts'
import type {
  Address,
  Capability,
  Freezable,
  RabbitMQEngine,
  RabbitMQIsolation,
  RabbitMQSnapshot,
} from './engine.ts'

export interface EmbeddedRabbitMQOptions {
  readonly host?: string
  /** 0, the default, picks a free one. */
  readonly port?: number
  readonly durability?: 'fsync' | 'os'
  readonly profile?: ProfileName
  /** `child`, the default, can be killed and frozen; `worker` starts faster and can't. */
  readonly runsIn?: 'worker' | 'child'
  /** Keeps its data here and leaves it there. Left out: a temporary folder that goes with the engine. */
  readonly dataDir?: string
  readonly seed?: number
  /** Whether a spare process is kept ready, so that `restart` takes milliseconds. */
  readonly hasSpare?: boolean
}

/** What else the embedded engine can do, beyond the contract. */
export interface EmbeddedRabbitMQ extends RabbitMQEngine, Freezable {
  readonly pid: number | undefined
}

/** Starts a broker; dispose it when done. @throws Error in one sentence if it can't start. */
export async function embeddedRabbitMQ(options: EmbeddedRabbitMQOptions = {}): Promise<EmbeddedRabbitMQ> {
  const { hasSpare = false, runsIn = 'child', dataDir, ...rest } = options
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'mq-workbook-rabbitmq-')))
  try {
    const broker = await startRabbitMQ({
      ...rest,
      runsIn,
      dataDir: folder,
      isTemporary: dataDir === undefined,
    })
    if (hasSpare && runsIn === 'child') keepSpare()
    return new Embedded(broker, { runsIn, hasSpare })
  } catch (error) {
    if (dataDir === undefined) await rm(folder, { recursive: true, force: true })
    throw error
  }
}

const PASSWORD = 'isolated'

class Embedded implements EmbeddedRabbitMQ {
  readonly engine = 'embedded'
  readonly capabilities: ReadonlySet<Capability>
  readonly #broker: RabbitMQ
  readonly #options: { runsIn: 'worker' | 'child'; hasSpare: boolean }
  #isolations = 0
  #isFrozen = false
  #isRunning = true
  readonly #leftOver = new Set<string>()

  constructor(broker: RabbitMQ, options: { runsIn: 'worker' | 'child'; hasSpare: boolean }) {
    this.#broker = broker
    this.#options = options
    this.capabilities = capabilitiesOf(options.runsIn)
  }

  get server(): string {
    return this.#broker.server
  }

  get address(): Address {
    return { host: this.#broker.host, port: this.#broker.port }
  }

  get pid(): number | undefined {
    return this.#broker.pid
  }

  async isolate(label: string): Promise<RabbitMQIsolation> {
    const vhost = `${label}-${++this.#isolations}`
    const username = vhost
    await this.#broker.addVhost(vhost)
    await this.#broker.addUser({ name: username, password: PASSWORD, vhosts: [vhost] })
    return { vhost, username, password: PASSWORD, [Symbol.asyncDispose]: () => this.#removeVhost(vhost) }
  }

  /** A broker that is stopped or killed just now removes it when it comes back. */
  async #removeVhost(vhost: string): Promise<void> {
    if (this.#isRunning) await this.#broker.deleteVhost(vhost)
    else this.#leftOver.add(vhost)
  }

  inspect(vhost: string): Promise<RabbitMQSnapshot> {
    return this.#broker.inspect(vhost)
  }

  elapse(ms: number): Promise<void> {
    return this.#broker.elapse(ms)
  }

  async stop(): Promise<void> {
    await this.thaw()
    this.#isRunning = false
    await this.#broker.stop()
  }

  expectsKill(): void {
    if (this.capabilities.has('kill')) keepSpare()
  }

  async kill(): Promise<void> {
    this.#isFrozen = false
    this.#isRunning = false
    await this.#broker.kill()
  }

  async restart(): Promise<void> {
    await this.thaw()
    await this.#broker.restart()
    this.#isRunning = true
    for (const vhost of this.#leftOver) await this.#broker.deleteVhost(vhost)
    this.#leftOver.clear()
    if (this.#options.hasSpare && this.#options.runsIn === 'child') keepSpare()
  }

  async freeze(): Promise<void> {
    if (!this.capabilities.has('freeze') || this.pid === undefined) {
      throw new Error(
        "freezing needs a broker in a child process on Linux or macOS: start the engine with runsIn: 'child'",
      )
    }
    process.kill(this.pid, 'SIGSTOP')
    this.#isFrozen = true
  }

  async thaw(): Promise<void> {
    if (this.#isFrozen && this.pid !== undefined) process.kill(this.pid, 'SIGCONT')
    this.#isFrozen = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.thaw()
    this.#isRunning = false
    await this.#broker[Symbol.asyncDispose]()
  }
}

function capabilitiesOf(runsIn: 'worker' | 'child'): ReadonlySet<Capability> {
  const capabilities = new Set<Capability>(['inspect', 'virtual-time'])
  if (runsIn === 'worker') return capabilities
  capabilities.add('kill')
  if (process.platform === 'linux' || process.platform === 'darwin') capabilities.add('freeze')
  return capabilities
}
