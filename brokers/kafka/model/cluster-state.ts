/**
 * What of a cluster outlives its process, by keys of the small state: its id, topics, groups and their commits, transactions,
 * and what brokers were set to while they ran.
 */
import type { BrokerConfig } from './broker-config.ts'
import type { Group } from './group/group.ts'
import { type KeptGroup, keptGroup } from './group/kept-group.ts'
import type { CommittedOffset, OffsetsKeeper, PendingOffset } from './group/offsets.ts'
import type { KeptLeadership } from './leadership.ts'
import type { SmallState } from './small-state.ts'
import type { Topic } from './topic.ts'
import type { TransactionCoordinator } from './transactions/coordinator.ts'
import type { Transaction } from './transactions/transaction.ts'

/** A topic as it is kept. */
export interface KeptTopic {
  readonly name: string
  readonly id: string
  readonly configs: readonly (readonly [name: string, value: string])[]
  readonly partitions: readonly KeptLeadership[]
}

const CLUSTER_ID = 'cluster-id'
const PRODUCER_IDS = 'producer-ids'
const TOPIC = 'topic/'
const GROUP = 'group/'
const OFFSET = 'offset/'
const PENDING = 'pending-offsets/'
const TRANSACTION = 'transaction/'
/** By the id of the node; without one: of the whole cluster. */
const BROKER_CONFIG = 'broker-config/'

export class ClusterState {
  readonly #state: SmallState

  constructor(state: SmallState) {
    this.#state = state
  }

  /** The id of an earlier life, or else `fresh` from now on. */
  clusterId(fresh: string): string {
    const known = this.#state.all<string>(CLUSTER_ID).get('')
    if (known === undefined) this.#state.put(CLUSTER_ID, () => fresh)
    return known ?? fresh
  }

  topics(): Iterable<KeptTopic> {
    return this.#state.all<KeptTopic>(TOPIC).values()
  }

  keepTopic(topic: Topic): void {
    this.#state.put(`${TOPIC}${topic.name}`, (): KeptTopic => {
      const { name, id, config, partitions } = topic
      const kept = partitions.map(({ replicas, leaderId, leaderEpoch, isr }) => ({
        replicas,
        leaderId,
        leaderEpoch,
        isr,
      }))
      return { name, id, configs: [...config.own], partitions: kept }
    })
  }

  dropTopic({ name }: Topic): void {
    this.#state.delete(`${TOPIC}${name}`)
  }

  groups(): Iterable<readonly [groupId: string, KeptGroup]> {
    return this.#state.all<KeptGroup>(GROUP)
  }

  keepGroup(group: Group): void {
    // Now, and not when the turn ends: by then its members may be joining anew.
    const kept = keptGroup(group)
    this.#state.put(`${GROUP}${group.id}`, () => kept)
  }

  dropGroup({ id }: Group): void {
    this.#state.delete(`${GROUP}${id}`)
  }

  /** Calls `act` for everything that was committed, then for what waits for the end of a transaction. */
  offsets(act: {
    committed(groupId: string, topic: string, partition: number, committed: CommittedOffset): void
    pending(groupId: string, pending: readonly PendingOffset[]): void
  }): void {
    for (const [key, committed] of this.#state.all<CommittedOffset>(OFFSET)) {
      const [groupId, topic, partition] = JSON.parse(key) as [string, string, number]
      act.committed(groupId, topic, partition, committed)
    }
    for (const [groupId, pending] of this.#state.all<PendingOffset[]>(PENDING)) act.pending(groupId, pending)
  }

  keeperOf(groupId: string): OffsetsKeeper {
    return {
      keep: (topic, partition, committed) => {
        const key = `${OFFSET}${JSON.stringify([groupId, topic, partition])}`
        if (committed === undefined) this.#state.delete(key)
        else this.#state.put(key, () => committed)
      },
      keepPending: (pending) => {
        const key = `${PENDING}${groupId}`
        if (pending.length === 0) this.#state.delete(key)
        else this.#state.put(key, () => pending)
      },
    }
  }

  /** Gives the settings what was kept, and keeps what is set from now on. */
  followConfig(config: BrokerConfig): void {
    for (const [node, values] of this.#state.all<[string, string][]>(BROKER_CONFIG))
      config.setDynamic(node === '' ? undefined : Number(node), new Map(values))
    config.onDynamic = (nodeId) =>
      this.#state.put(`${BROKER_CONFIG}${nodeId ?? ''}`, () => [...config.dynamic(nodeId)])
  }

  /** Gives a coordinator what was kept, and keeps what it changes from now on. */
  follow(coordinator: TransactionCoordinator): void {
    coordinator.onChange((change) => {
      if ('removed' in change) return this.#state.delete(`${TRANSACTION}${change.removed}`)
      if ('producerIdsBelow' in change) return this.#state.put(PRODUCER_IDS, () => change.producerIdsBelow)
      const { transaction } = change
      this.#state.put(`${TRANSACTION}${transaction.transactionalId}`, () => transaction)
    })
    const transactions = [...this.#state.all<Transaction>(TRANSACTION).values()]
    const producerIdsBelow = this.#state.all<number>(PRODUCER_IDS).get('') ?? 0
    coordinator.restore({ producerIdsBelow, transactions })
  }
}
