/** What a probe is: a small program on connections of its own, and the lines that a broker answered. */
import type { Login } from '../raw-client.ts'
import type { ProbeClient } from './probe-client.ts'

/** Asks one thing of a broker. The names that it uses are its own. */
export type Program = (client: ProbeClient, world: ProbeWorld) => Promise<unknown>

/** Programs by name, a claim that the replies bear out or refute. */
export type Programs = Readonly<Record<string, Program>>

/** What a probe needs of a broker besides the APIs that are always there: a key, or a feature that has none. */
export type Need = number | 'transactions' | 'three nodes'

export interface ProbeGroup {
  readonly probes: Programs
  readonly needs: readonly Need[]
}

/** What a probe may use besides its connection. */
export interface ProbeWorld {
  /** Another connection; its lines begin with the label. */
  connect(label: string, options?: ConnectOptions): Promise<ProbeClient>
  /** A name that no other probe has; it prints as given. */
  name(label: string): string
  /** A new topic that is ready to be written to; gives its name. */
  topic(label: string, options?: TopicOptions): Promise<string>
  /** Waits until the coordinator of this group or transactional id serves, and gives its node. */
  coordinator(key: string, type?: CoordinatorType): Promise<number>
  /** Waits until a partition is as wanted, as this node sees it; gives its leader. */
  leader(topic: string, wanted?: (partition: PartitionView) => boolean, from?: number): Promise<number>
  /** `host:port` of each node, in the order of their ids. */
  readonly brokers: readonly string[]
  readonly nodes: ProbeTarget['nodes']
  /** Adds a line of the probe's own. */
  note(line: string): void
  /** A value as it prints: made-up names, ids and times replaced. */
  print(value: unknown): string
}

export type CoordinatorType = 'group' | 'transaction'

export interface ConnectOptions {
  readonly clientId?: string | null
  /** The node; the first if left out. */
  readonly node?: number
  /** Who logs in, where one has to; the admin if left out, null for nobody. */
  readonly as?: Login | null
}

export interface TopicOptions {
  readonly partitions?: number
  readonly configs?: Readonly<Record<string, string>>
  /** The nodes of each partition, leader first; on one node there is no choice. */
  readonly replicas?: readonly (readonly number[])[]
}

export interface PartitionView {
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly isrNodes: readonly number[]
}

/** A broker under test. */
export interface ProbeTarget {
  /** `host:port` of each node, in the order of their ids. */
  readonly brokers: readonly string[]
  /** After so long without an answer it counts as silent. */
  readonly silenceMs: number
  /** Where clients have to log in: who may do anything. */
  readonly login?: Login | undefined
  readonly nodes: readonly ProbeNode[]
}

export interface ProbeNode {
  stop(): Promise<void>
  kill(): Promise<void>
  /** Resolves when it is one of the cluster again. */
  start(): Promise<void>
  freeze(): Promise<void>
  thaw(): Promise<void>
}

/** A broker that was started for the probes. */
export interface RunningTarget extends ProbeTarget, AsyncDisposable {
  /** Product and version. */
  readonly server: string
}

/** What a broker answered: the lines of each probe by its name. */
export type Replies = Readonly<Record<string, readonly string[]>>
