/**
 * The door to the embedded Kafka: starts a cluster in a worker thread or a child process, and gives a handle to stop, kill,
 * restart and inspect it.
 */
import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { type Host, HostGone, Hosting } from '../hosting.ts'
import type { Commands } from './control.ts'
import { BrokerConfig } from './model/broker-config.ts'
import { aclOptions, saslOptions } from './security/security.ts'
import type { ServerOptions } from './server.ts'
import type { ClusterSnapshot } from './snapshot.ts'

export type { ClusterSnapshot }

const hosting = new Hosting<Commands>(new URL('./entry.js', import.meta.url), 'cluster')

/**
 * Forks a child process that has loaded the cluster and waits, so that the next start in a child takes milliseconds.
 * Resolves when it is ready. Spares end with this process, or by `discardSpares`.
 */
export function prepareSpare(): Promise<void> {
  return hosting.prepareSpare()
}

/** Ends the spares that nobody used. */
export function discardSpares(): Promise<void> {
  return hosting.discardSpares()
}

const optionsSchema = z.strictObject({
  /** Address to listen on, and the one that clients are told. Loopback unless told otherwise. */
  host: z.string().min(1).default('127.0.0.1'),
  /** One for each node, whose ids are 0, 1, 2; 0 picks a free one, the handle tells which. */
  ports: z.array(z.int().min(0).max(65_535)).min(1).max(1).default([0]),
  /**
   * Certificate and key as PEM: clients connect with TLS then. They are not asked for a certificate of their own.
   */
  tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }).optional(),
  /** Clients log in with SASL then: mechanisms, and users with their passwords. */
  sasl: saslOptions.optional(),
  /** Clients may do only what access rules allow then: super users, and what holds where there is no rule. */
  acl: aclOptions.optional(),
  /** Kafka's num.partitions, for short. */
  numPartitions: z.int().min(1).optional(),
  /**
   * What the brokers are set to, by Kafka's own names: `{ 'log.retention.ms': 1000 }`. group.initial.rebalance.delay.ms is 0
   * unless it is set, since nobody likes to wait in a test.
   */
  config: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** Only a process can be killed; a thread starts faster. */
  runsIn: z.enum(['worker', 'child']).default('worker'),
  /** For the ids that the broker makes up. Left out: a random one. */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
})
export type KafkaOptions = z.input<typeof optionsSchema>

/** A running cluster. After `stop` or `kill` only `restart` and dispose make sense. */
export interface Kafka {
  /** What a client takes as its bootstrap servers: `127.0.0.1:9092`. */
  readonly brokers: readonly string[]
  /** Of the child process, if it runs in one. */
  readonly pid: number | undefined
  /** Cuts every client off and frees the ports. Everything is in memory, so it is gone with the cluster. */
  stop(): Promise<void>
  /** SIGKILL; resolves when the process is gone. @throws Error if it runs in a worker. */
  kill(): Promise<void>
  /** Starts again at the same addresses; resolves when clients can connect. */
  restart(): Promise<void>
  /** The cluster as data: nodes, topics with their offsets, groups with members and commits. */
  inspect(): Promise<ClusterSnapshot>
  /** Moves the cluster's clock ahead: the time of append. Sessions and rebalances stay on real time. */
  elapse(ms: number): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** @throws Error in one sentence: options that make no sense, an address in use. */
export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) throw new Error(`options of startKafka: ${z.prettifyError(parsed.error)}`)
  const { runsIn, seed, host, ports, tls, sasl, acl } = parsed.data
  const cluster = new Hosted(runsIn, {
    host,
    ports,
    config: configOf(parsed.data),
    tls,
    sasl,
    acl,
    seed: seed ?? randomInt(0xffff_ffff),
  })
  await cluster.restart()
  return cluster
}

/** As text, as Kafka's own files have them. @throws Error in one sentence for a setting that Kafka has not */
function configOf(options: z.output<typeof optionsSchema>): Record<string, string> {
  const config = Object.entries({
    'group.initial.rebalance.delay.ms': 0,
    ...(options.numPartitions === undefined ? {} : { 'num.partitions': options.numPartitions }),
    ...options.config,
  }).map(([name, value]) => [name, String(value)] as const)
  try {
    new BrokerConfig(Object.fromEntries(config))
  } catch (error) {
    throw new Error(`options of startKafka: config: ${(error as Error).message}`, { cause: error })
  }
  return Object.fromEntries(config)
}

class Hosted implements Kafka {
  readonly #runsIn: 'worker' | 'child'
  readonly #options: ServerOptions
  #ports: readonly number[]
  #running: Host<Commands> | undefined

  constructor(runsIn: 'worker' | 'child', options: ServerOptions) {
    this.#runsIn = runsIn
    this.#options = options
    this.#ports = options.ports
  }

  get brokers(): readonly string[] {
    const { host } = this.#options
    return this.#ports.map((port) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
  }

  get pid(): number | undefined {
    return this.#running?.pid
  }

  async restart(): Promise<void> {
    if (this.#running !== undefined) await this.stop()
    const host = hosting.start(this.#runsIn)
    host.retain()
    try {
      const { ports } = await host.call('start', { ...this.#options, ports: this.#ports })
      this.#ports = ports
      this.#running = host
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
      throw new Error("a cluster in a worker thread can't be killed alone: start it with runsIn: 'child'")
    }
    const host = this.#running
    this.#running = undefined
    await host?.end('SIGKILL')
  }

  inspect = () => this.#call('inspect', undefined)
  elapse = (ms: number) => this.#call('elapse', ms)

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #call<N extends keyof Commands>(
    command: N,
    argument: Commands[N]['argument'],
  ): Promise<Commands[N]['result']> {
    if (this.#running === undefined)
      return Promise.reject(new Error('the cluster is stopped: restart it first'))
    return this.#running.call(command, argument)
  }
}
