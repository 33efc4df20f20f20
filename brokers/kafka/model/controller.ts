/**
 * The controller: which nodes are live, and what that means for leaders, in-sync replicas and coordinators.
 *
 * The controller is not one of the nodes: it is always there, so a cluster that has lost two of three nodes still elects
 * leaders. What the controller decides all nodes know at once; in Kafka some of them answer by what they knew before for a moment.
 */
import type { Clock, Timer } from '../../clock.ts'
import { refusal } from '../refusal.ts'
import type { Coordinators } from './coordinators.ts'
import type { Node } from './node.ts'
import type { Partition } from './partition.ts'
import type { Replication } from './replication.ts'

export interface ControllerContext {
  /** Liveness is about real time: it can't be moved ahead. */
  readonly realClock: Clock
  /** broker.session.timeout.ms */
  readonly brokerSessionTimeoutMs: number
  /** replica.lag.time.max.ms */
  readonly replicaLagTimeMaxMs: number
  readonly replication: Replication
  readonly coordinators: readonly Coordinators[]
  partitions(): Iterable<Partition>
  onNodeChange(node: Node): void
}

export class Controller {
  readonly #nodes: ReadonlyMap<number, Node>
  readonly #context: ControllerContext
  /** Of frozen nodes: when they are fenced, and when their replicas have lagged for too long. */
  readonly #timers = new Map<number, readonly Timer[]>()

  constructor(nodes: readonly Node[], context: ControllerContext) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]))
    this.#context = context
  }

  /** The node that clients send to what only the controller does: a live one, which passes it on; -1 if none is. */
  get id(): number {
    return [...this.#nodes.values()].find(({ isFenced }) => !isFenced)?.id ?? -1
  }

  /** A clean end (controlled shutdown): its followers get everything, its leaders move, then it is gone. */
  shutDown(node: Node): void {
    this.#context.replication.finish()
    this.#lose(node, 'stopped')
  }

  /**
   * An abrupt end: what it had not handed on stays on its own log. The controller hears of a killed node at once; Kafka's
   * waits until broker.session.timeout.ms is over, and clients meet nobody for so long.
   */
  bury(node: Node): void {
    this.#lose(node, 'stopped')
  }

  /**
   * It stands still. Nobody knows, until it has not been heard of for too long. The sessions of groups run on while their
   * coordinator is frozen.
   */
  freeze(node: Node): void {
    node.state = 'frozen'
    const { realClock, brokerSessionTimeoutMs, replicaLagTimeMaxMs } = this.#context
    const now = realClock.now()
    const checkLag = () => {
      for (const partition of this.#context.partitions()) this.#dropLaggard(partition, node)
      const again = realClock.at(realClock.now() + replicaLagTimeMaxMs / 2, checkLag)
      this.#timers.set(node.id, [fence, again])
    }
    const fence = realClock.at(now + brokerSessionTimeoutMs, () => this.fence(node))
    this.#timers.set(node.id, [fence, realClock.at(now + replicaLagTimeMaxMs, checkLag)])
    this.#context.onNodeChange(node)
  }

  /** As if a frozen node had not been heard of for broker.session.timeout.ms. */
  fence(node: Node): void {
    if (!node.isFenced) this.#lose(node, node.state)
  }

  /** It goes on, or is back: it follows where others lead by now, and leads where nobody else can. */
  start(node: Node): void {
    this.#cancelTimers(node)
    node.state = 'running'
    node.isFenced = false
    this.#context.onNodeChange(node)
    for (const partition of this.#context.partitions()) {
      if (!partition.replicas.includes(node.id)) continue
      partition.elect()
      this.#context.replication.soon(partition)
    }
    for (const coordinators of this.#context.coordinators) coordinators.regain(node.id)
  }

  /** As if every replica that is behind and not copying had lagged for replica.lag.time.max.ms. Gives those that went. */
  shrinkIsr(partition: Partition): number[] {
    const silent = [...this.#nodes.values()].filter(({ state }) => state !== 'running')
    return silent.filter((node) => this.#dropLaggard(partition, node)).map(({ id }) => id)
  }

  /**
   * Gives the leadership back to the first replica. Leadership goes back to the preferred replica only when asked; Kafka looks after that every
   * five minutes by itself (auto.leader.rebalance.enable).
   * @throws Refusal if it leads already, or can't
   */
  electPreferred(partition: Partition): void {
    const [preferred = -1] = partition.replicas
    if (partition.leaderId === preferred)
      throw refusal('electionNotNeeded', 'Leader election not needed for topic partition.')
    if (!partition.isr.includes(preferred) || !this.#isLive(preferred))
      throw refusal('preferredLeaderNotAvailable', 'The preferred leader was not available.')
    partition.lead(preferred)
  }

  /** Finds a leader for a partition that has none, in sync or not. @throws Refusal if there is one, or nobody can */
  electUnclean(partition: Partition): void {
    if (partition.leaderId !== -1)
      throw refusal('electionNotNeeded', 'Leader election not needed for topic partition.')
    partition.elect({ mayBeUnclean: true })
    if (partition.leaderId === -1)
      throw refusal('eligibleLeadersNotAvailable', 'Eligible topic partition leaders are not available.')
  }

  close(): void {
    for (const node of this.#nodes.values()) this.#cancelTimers(node)
  }

  #lose(node: Node, state: Node['state']): void {
    this.#cancelTimers(node)
    node.state = state
    node.isFenced = true
    this.#context.onNodeChange(node)
    for (const partition of this.#context.partitions()) partition.lose(node.id)
    for (const coordinators of this.#context.coordinators) coordinators.lose(node.id)
  }

  /** Only a leader that runs notices. */
  #dropLaggard(partition: Partition, node: Node): boolean {
    const leader = this.#nodes.get(partition.leaderId)
    return leader?.state === 'running' && partition.dropLaggard(node.id)
  }

  #isLive(nodeId: number): boolean {
    return this.#nodes.get(nodeId)?.isFenced === false
  }

  #cancelTimers(node: Node): void {
    for (const timer of this.#timers.get(node.id) ?? []) timer.cancel()
    this.#timers.delete(node.id)
  }
}
