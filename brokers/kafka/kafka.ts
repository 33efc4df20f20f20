/**
 * The door to the embedded Kafka: starts a cluster in a worker thread or a child process, and gives a handle to stop, kill,
 * restart and inspect it.
 */
import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { type Host, HostGone, Hosting } from '../hosting.ts'
import type { Commands } from './control.ts'
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
  /** Address to listen on, and the one that clients are told. Loopback unless told otherwise: there is no TLS. */
  host: z.string().min(1).default('127.0.0.1'),
  /** One for each node, whose ids are 0, 1, 2; 0 picks a free one, the handle tells which. */
  ports: z.array(z.int().min(0).max(65_535)).min(1).max(1).default([0]),
  /** Kafka's auto.create.topics.enable. */
  autoCreateTopics: z.boolean().default(true),
  /** Kafka's num.partitions. */
  numPartitions: z.int().min(1).default(1),
  /** Kafka's default.replication.factor. */
  defaultReplicationFactor: z.int().min(1).default(1),
  /** Kafka's group.initial.rebalance.delay.ms: 3000 there, 0 here, since nobody likes to wait in a test. */
  initialRebalanceDelayMs: z.int().min(0).default(0),
  /** Folder for what must survive a restart. Left out: everything is in memory and gone with the cluster. */
  dataDir: z.string().min(1).optional(),
  /**
   * What an answer promises: records with the operating system (Kafka's own default: survives a kill, not a power cut), or
   * on the disk.
   */
  durability: z.enum(['os', 'fsync']).default('os'),
  /** With dataDir, how much of the latest records may be in memory; others are read from their files. */
  memoryBytesMax: z
    .int()
    .min(0)
    .default(64 * 1024 * 1024),
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
  /** Cuts every client off and frees the ports. Without `dataDir` everything is gone. */
  stop(): Promise<void>
  /** SIGKILL; resolves when the process is gone. @throws Error if it runs in a worker. */
  kill(): Promise<void>
  /** Starts again at the same addresses with the same data; resolves when clients can connect. */
  restart(): Promise<void>
  /** The cluster as data: nodes, topics with their offsets, groups with members and commits. */
  inspect(): Promise<ClusterSnapshot>
  /**
   * Moves the cluster's clock ahead, and does what falls due: retention, compaction, expiry of producers. Sessions and
   * rebalances stay on real time.
   */
  elapse(ms: number): Promise<void>
  /** Does now what log.retention.check.interval.ms would do next; gives how many segments were deleted. */
  applyRetention(): Promise<number>
  /**
   * Compacts a topic, or all, now and wholly: the segment that is written to ends, as if segment.ms had passed, and
   * min.cleanable.dirty.ratio does not count. @throws Error if there is no such topic
   */
  compact(topic?: string): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** @throws Error in one sentence: options that make no sense, an address in use; StartError: a dataDir that can't be had. */
export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) throw new Error(`options of startKafka: ${z.prettifyError(parsed.error)}`)
  const { runsIn, seed, ...rest } = parsed.data
  const cluster = new Hosted(runsIn, { ...rest, seed: seed ?? randomInt(0xffff_ffff) })
  await cluster.restart()
  return cluster
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
  applyRetention = () => this.#call('applyRetention', undefined)
  compact = (topic?: string) => this.#call('compact', topic)

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
