/**
 * The door to the embedded RabbitMQ: starts one in a worker thread or a child process, and gives a handle to stop, kill,
 * restart and inspect it.
 */
import { randomInt } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { type Host, HostGone, Hosting } from '../hosting.ts'
import { startAgain } from '../start-again.ts'
import { StartError } from '../start-error.ts'
import { authority } from './authority.ts'
import type { Commands, HostedOptions } from './control.ts'
import type { Permission, User } from './model/definitions.ts'
import { type ProfileName, profileDefault, profileNames } from './profile.ts'
import type { VhostSnapshot } from './snapshot.ts'

export type { Permission, ProfileName, User, VhostSnapshot }
export { StartError }

const hosting = new Hosting<Commands>(new URL('./entry.js', import.meta.url), 'broker')

/**
 * Forks a child process that has loaded the broker and waits, so that the next start in a child takes milliseconds.
 * Resolves when it is ready. Spares end with this process, or by `discardSpares`.
 */
export function prepareSpare(): Promise<void> {
  return hosting.prepareSpare()
}

/** The same in the background, unless one waits already. Without a spare the next start only takes longer. */
export function keepSpare(): void {
  hosting.keepSpare()
}

/** Ends the spares that nobody used. */
export function discardSpares(): Promise<void> {
  return hosting.discardSpares()
}

const portSchema = z.int().min(0).max(65_535)

const optionsSchema = z.strictObject({
  /**
   * Address to listen on, or several; loopback unless told otherwise. Of several, those that this computer does not have
   * (such as `::1` without IPv6) are left out.
   */
  host: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).default('127.0.0.1'),
  /** 0 picks a free one; the handle tells which. */
  port: portSchema.default(0),
  /** A TLS listener besides: certificate and key as PEM, and its port (0, the default, picks a free one). */
  tls: z
    .strictObject({ cert: z.string().min(1), key: z.string().min(1), port: portSchema.default(0) })
    .optional(),
  /** Port of the management HTTP API (0 picks a free one). Left out: there is none. */
  management: portSchema.optional(),
  /** Folder for what must survive a restart. Left out: everything is in memory and gone with the broker. */
  dataDir: z.string().min(1).optional(),
  /** Removes dataDir when the broker is disposed, and from a child also when the process that started it dies. */
  isTemporary: z.boolean().default(false),
  /** What a confirm promises: bytes on the disk, or with the operating system (survives a kill, not a power cut). */
  durability: z.enum(['fsync', 'os']).default('fsync'),
  /** How much of the stored messages may be in memory; beyond that they are in dataDir alone until it is their turn. */
  memoryBytesMax: z
    .int()
    .min(0)
    .default(32 * 1024 * 1024),
  /**
   * Publishers are blocked while the broker's process uses more memory than so many bytes. Left out: only by
   * `setMemoryAlarm`. In a worker thread it is the memory of the whole process.
   */
  memoryHighWatermarkBytes: z.int().min(0).optional(),
  /** The RabbitMQ version whose behaviour is copied, see profile.ts. */
  profile: z.enum(profileNames).default(profileDefault),
  /** Only a process can be killed; a thread starts faster. */
  runsIn: z.enum(['worker', 'child']).default('worker'),
  /** For the names that the broker makes up. Left out: a random one. */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
})
export type RabbitMQOptions = z.input<typeof optionsSchema>

/** A running broker. After `stop` or `kill` only `restart` and dispose make sense. */
export interface RabbitMQ {
  /** The first of `hosts`. */
  readonly host: string
  /** Where it listens. */
  readonly hosts: readonly string[]
  readonly port: number
  /** For the default vhost and user: `amqp://guest:guest@127.0.0.1:5672`. */
  readonly url: string
  /** The same over TLS, if it was asked for: `amqps://guest:guest@127.0.0.1:5671`. */
  readonly tlsUrl: string | undefined
  /** Of the management API, if it was asked for: `http://127.0.0.1:15672`. It takes guest and guest, too. */
  readonly managementUrl: string | undefined
  /** Of the child process, if it runs in one. */
  readonly pid: number | undefined
  /** Product and version, such as `RabbitMQ 4.2.0`. */
  readonly server: string
  /** Resolves with the reason when the broker has ended although nobody here asked it to, as on a full disk. */
  readonly crashed: Promise<string>
  /** Stops as an operator would: clients are told (320), everything durable is kept. */
  stop(): Promise<void>
  /** SIGKILL; resolves when the process is gone. @throws Error if it runs in a worker. */
  kill(): Promise<void>
  /** Starts again at the same address with the same data; resolves when clients can connect. */
  restart(): Promise<void>
  /** One vhost as data. @throws Error if there is no such vhost. */
  inspect(vhost: string): Promise<VhostSnapshot>
  /** Moves the broker's clock ahead and does what falls due: expiry of messages and queues. Heartbeats stay on real time. */
  elapse(ms: number): Promise<void>
  /** Raises or ends a memory alarm: whoever publishes meanwhile gets connection.blocked and is not read until it ends. */
  setMemoryAlarm(isRaised: boolean): Promise<void>
  /** The alarm is also raised while the broker's process uses more than so many bytes; undefined: no longer. */
  setMemoryHighWatermark(bytes: number | undefined): Promise<void>
  /** `guest` may do everything in it. */
  addVhost(name: string): Promise<void>
  /** Closes the vhost's connections and removes everything in it. */
  deleteVhost(name: string): Promise<void>
  /** Adds a user, or gives one another password. */
  addUser(user: User): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** @throws Error in one sentence: options that make no sense; StartError: an address in use, a dataDir that can't be written. */
export async function startRabbitMQ(options: RabbitMQOptions = {}): Promise<RabbitMQ> {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) throw new Error(`options of startRabbitMQ: ${z.prettifyError(parsed.error)}`)
  const { runsIn, seed, host, tls, management, dataDir, ...rest } = parsed.data
  const broker = new Hosted(runsIn, {
    ...rest,
    memoryHighWatermarkBytes: rest.memoryHighWatermarkBytes,
    hosts: typeof host === 'string' ? [host] : host,
    tls,
    management,
    dataDir,
    seed: seed ?? randomInt(0xffff_ffff),
  })
  await broker.start()
  return broker
}

class Hosted implements RabbitMQ {
  readonly #runsIn: 'worker' | 'child'
  /** With the ports that were found at the first start, so that a restart takes them again. */
  #options: HostedOptions
  #server = ''
  #running: Host<Commands> | undefined
  #onCrash: (reason: string) => void = () => {}
  readonly crashed = new Promise<string>((resolve) => {
    this.#onCrash = resolve
  })

  constructor(runsIn: 'worker' | 'child', options: HostedOptions) {
    this.#runsIn = runsIn
    this.#options = options
  }

  get host(): string {
    return this.#options.hosts[0] as string
  }

  get hosts(): readonly string[] {
    return this.#options.hosts
  }

  get port(): number {
    return this.#options.port
  }

  get url(): string {
    return `amqp://guest:guest@${authority(this.host, this.port)}`
  }

  get tlsUrl(): string | undefined {
    const { tls } = this.#options
    return tls === undefined ? undefined : `amqps://guest:guest@${authority(this.host, tls.port)}`
  }

  get managementUrl(): string | undefined {
    const { management } = this.#options
    return management === undefined ? undefined : `http://${authority(this.host, management)}`
  }

  get pid(): number | undefined {
    return this.#running?.pid
  }

  get server(): string {
    return this.#server
  }

  async restart(): Promise<void> {
    if (this.#running !== undefined) await this.stop()
    await startAgain(() => this.start())
  }

  async start(): Promise<void> {
    const host = hosting.start(this.#runsIn)
    host.retain()
    try {
      const { server, hosts, port, tlsPort = 0, managementPort } = await host.call('start', this.#options)
      const { tls } = this.#options
      this.#options = {
        ...this.#options,
        hosts,
        port,
        tls: tls === undefined ? undefined : { ...tls, port: tlsPort },
        management: managementPort,
      }
      this.#server = server
      this.#running = host
      void this.#watch(host)
    } catch (error) {
      await host.end('SIGKILL')
      throw error
    }
  }

  async stop(): Promise<void> {
    const host = this.#running
    this.#running = undefined
    if (host === undefined) return
    try {
      await host.call('stop', undefined)
    } catch (error) {
      // It had ended before: nothing is left to stop.
      if (!(error instanceof HostGone)) throw error
    }
    await host.end('SIGTERM')
  }

  async kill(): Promise<void> {
    if (this.#runsIn === 'worker') {
      throw new Error("a broker in a worker thread can't be killed alone: start it with runsIn: 'child'")
    }
    const host = this.#running
    this.#running = undefined
    await host?.end('SIGKILL')
  }

  inspect = (vhost: string) => this.#call('inspect', vhost)
  elapse = (ms: number) => this.#call('elapse', ms)
  setMemoryAlarm = (isRaised: boolean) => this.#call('setMemoryAlarm', isRaised)
  setMemoryHighWatermark = (bytes: number | undefined) => this.#call('setMemoryHighWatermark', bytes)
  addVhost = (name: string) => this.#call('addVhost', name)
  deleteVhost = (name: string) => this.#call('deleteVhost', name)
  addUser = (user: User) => this.#call('addUser', user)

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    const { dataDir, isTemporary } = this.#options
    if (isTemporary && dataDir !== undefined) await rm(dataDir, { recursive: true, force: true })
  }

  async #watch(host: Host<Commands>): Promise<void> {
    const reason = await host.ended
    if (this.#running === host) this.#onCrash(reason)
  }

  #call<N extends keyof Commands>(
    command: N,
    argument: Commands[N]['argument'],
  ): Promise<Commands[N]['result']> {
    if (this.#running === undefined)
      return Promise.reject(new Error('the broker is stopped: restart it first'))
    return this.#running.call(command, argument)
  }
}
