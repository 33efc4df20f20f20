/**
 * Where brokers come from. One contract, so that a check, a fault schedule or a bench runs unchanged on the embedded
 * brokers, on servers found on this computer, in Docker, or on a cluster given by URL.
 */
import type { Socket } from 'node:net'

export type EngineName = 'embedded' | 'local' | 'docker' | 'url'

/**
 * What an engine can do beyond serving clients. A check that needs a missing one is inconclusive.
 * - `kill`: end the broker abruptly; what was not synced is lost
 * - `freeze`: stop the broker's process without ending it
 * - `nodes`: more than one node, stopped and started one by one
 * - `inspect`: read the broker's own view of its objects
 * - `virtual-time`: move the broker's clock, see `elapse`
 * - `tidies`: a Kafka's retention and compaction come within seconds, or as soon as its clock is moved
 * - `tls`: a TLS listener
 */
export type Capability = 'kill' | 'freeze' | 'nodes' | 'inspect' | 'virtual-time' | 'tidies' | 'tls'

/** Where a server listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** A part of the broker that belongs to one check alone: a vhost of its own. */
export interface RabbitMQIsolation {
  readonly vhost: string
  readonly username: string
  readonly password: string
  /** Removes the vhost and all in it. */
  [Symbol.asyncDispose](): Promise<void>
}

/** A broker as data, readonly and detached: what RabbitMQ's management API tells of one vhost. */
export interface RabbitMQSnapshot {
  readonly exchanges: readonly ExchangeSnapshot[]
  readonly queues: readonly QueueSnapshot[]
  readonly bindings: readonly BindingSnapshot[]
  readonly connections: readonly ConnectionSnapshot[]
}

export interface ExchangeSnapshot {
  readonly name: string
  readonly type: string
  readonly durable: boolean
  readonly autoDelete: boolean
  readonly internal: boolean
  readonly arguments: Readonly<Record<string, unknown>>
}

export interface QueueSnapshot {
  readonly name: string
  /** `classic` or `quorum`. */
  readonly type: string
  readonly durable: boolean
  readonly exclusive: boolean
  readonly autoDelete: boolean
  readonly arguments: Readonly<Record<string, unknown>>
  /** Messages that could be delivered now. */
  readonly ready: number
  /** Messages delivered and not settled yet. */
  readonly unacked: number
  readonly consumers: number
}

/** Bindings to the default exchange, which every queue has by itself, are left out. */
export interface BindingSnapshot {
  readonly source: string
  readonly destination: string
  readonly destinationType: 'queue' | 'exchange'
  readonly routingKey: string
  readonly arguments: Readonly<Record<string, unknown>>
}

export interface ConnectionSnapshot {
  /** The client's own name for the connection (`connection_name` in its properties), if it gave one. */
  readonly name: string | undefined
  readonly user: string
  readonly vhost: string
  /** Negotiated heartbeat in seconds; 0 means none. */
  readonly heartbeatSeconds: number
  readonly clientProperties: Readonly<Record<string, unknown>>
  readonly channels: number
}

/** A part of a Kafka cluster that belongs to one check alone: names that begin with its prefix. */
export interface KafkaIsolation {
  /** What names of topics, groups and transactional ids begin with: `check-1.`. */
  readonly prefix: string
  /** Removes the topics and groups whose names begin so. */
  [Symbol.asyncDispose](): Promise<void>
}

/** A cluster as data, readonly and detached: what Kafka's admin APIs tell of the names with one prefix. */
export interface KafkaSnapshot {
  readonly nodes: readonly KafkaNodeSnapshot[]
  readonly topics: readonly TopicSnapshot[]
  readonly groups: readonly GroupSnapshot[]
}

export interface KafkaNodeSnapshot extends Address {
  readonly id: number
}

export interface TopicSnapshot {
  readonly name: string
  readonly partitions: readonly PartitionSnapshot[]
}

export interface PartitionSnapshot {
  readonly index: number
  /** -1: there is none just now. */
  readonly leaderId: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  /** The first offset that can be read. */
  readonly startOffset: number
  /** The offset behind the last record that consumers may read. */
  readonly highWatermark: number
  /** The offset behind the last record that the leader has. Only where the engine can see it: no client is told. */
  readonly endOffset?: number
}

export interface GroupSnapshot {
  readonly id: string
  /** As Kafka's tools show it: `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Stable`. */
  readonly state: string
  readonly members: readonly MemberSnapshot[]
  readonly offsets: readonly {
    readonly topic: string
    readonly partition: number
    readonly offset: number
  }[]
}

export interface MemberSnapshot {
  readonly memberId: string
  readonly clientId: string
  /** What it was assigned last; while the group rebalances it may own less. */
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[]
}

/** Kafka from any engine. Calls for single nodes stand in `KafkaNodes`, for engines that can do `nodes`. */
export interface KafkaEngine {
  readonly engine: EngineName
  readonly capabilities: ReadonlySet<Capability>
  /** Product and version whose behaviour is served, such as `Kafka 4.3.1`. */
  readonly server: string
  /** One for each node. A client takes them as its bootstrap servers. */
  readonly addresses: readonly Address[]
  /**
   * A connection to the node that advertises this address, ready for a client's first request. Only where a plain one is not
   * enough: the engine then does what the cluster asks for, TLS and SASL.
   */
  connect?(node: Address): Promise<Socket>
  /** Names of its own for one check. */
  isolate(label: string): Promise<KafkaIsolation>
  /** The cluster's own view of what belongs to one isolation. */
  inspect(prefix: string): Promise<KafkaSnapshot>
  /** Moves the cluster's clock forward where the engine can; waits that long where it cannot. */
  elapse(ms: number): Promise<void>
  /** Stops all nodes as an operator would. */
  stop(): Promise<void>
  /** It will be killed: what the start after that needs can be made ready. Only where that takes a while and can be. */
  expectsKill?(): void
  /** Ends all nodes abruptly (SIGKILL). */
  kill(): Promise<void>
  /** Starts again after `stop` or `kill`, at the same addresses. Resolves when it accepts clients. */
  restart(): Promise<void>
  /** Ends everything this engine started and removes its data. Safe to call twice. */
  [Symbol.asyncDispose](): Promise<void>
}

/** What an engine with the capability `freeze` can do. */
export interface Freezable {
  /** Stops all its processes without ending them (SIGSTOP). @throws Error where that does not exist. */
  freeze(): Promise<void>
  /** Lets them go on. */
  thaw(): Promise<void>
}

/** What an engine with the capability `nodes` can do with one of them, by its id. */
export interface KafkaNodes {
  /** Ends a node cleanly: its leaders move before clients are cut off. */
  stopNode(node: number): Promise<void>
  /** Ends a node abruptly. */
  killNode(node: number): Promise<void>
  /** Starts a node that was stopped or killed, at its address. */
  startNode(node: number): Promise<void>
  /** Its connections stay open and nothing answers; the others miss it after broker.session.timeout.ms. */
  freezeNode(node: number): Promise<void>
  /** Lets a frozen node go on. */
  thawNode(node: number): Promise<void>
}

/** RabbitMQ from any engine. */
export interface RabbitMQEngine {
  readonly engine: EngineName
  readonly capabilities: ReadonlySet<Capability>
  /** Product and version as the server itself says, such as `RabbitMQ 4.2.0`. */
  readonly server: string
  readonly address: Address
  /** A vhost of its own for one check. */
  isolate(label: string): Promise<RabbitMQIsolation>
  /** The broker's own view of one vhost. */
  inspect(vhost: string): Promise<RabbitMQSnapshot>
  /** Moves the broker's clock forward where the engine can; waits that long where it cannot. */
  elapse(ms: number): Promise<void>
  /**
   * Resolves when what has been declared so far survives a kill. Only where that takes a while: a real RabbitMQ writes where its
   * quorum queues are some time after it has said that they are declared.
   */
  settled?(): Promise<void>
  /** Stops as an operator would: clients are told, everything durable is kept. */
  stop(): Promise<void>
  /** It will be killed: what the start after that needs can be made ready. Only where that takes a while and can be. */
  expectsKill?(): void
  /** Ends the broker abruptly (SIGKILL): clients are told nothing. */
  kill(): Promise<void>
  /** Starts again after `stop` or `kill`, at the same address and with the same data. Resolves when it accepts clients. */
  restart(): Promise<void>
  /** Ends everything this engine started and removes its data. Safe to call twice. */
  [Symbol.asyncDispose](): Promise<void>
}
