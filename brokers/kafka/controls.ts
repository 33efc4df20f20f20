/**
 * What whoever started a cluster may do to it and wait for, besides what clients do: nodes, leaders, groups. A wait looks
 * again at every event, never at the clock.
 */
import type { Cluster } from './model/cluster.ts'
import type { Group } from './model/group/group.ts'
import { NO_LEADER } from './model/leadership.ts'
import type { Node } from './model/node.ts'
import type { Partition } from './model/partition.ts'
import type { NodeServer } from './node-server.ts'

export interface PartitionName {
  readonly topic: string
  readonly partition: number
}

export class Controls {
  readonly #cluster: Cluster
  readonly #servers: ReadonlyMap<number, NodeServer>

  constructor(cluster: Cluster, servers: readonly NodeServer[]) {
    this.#cluster = cluster
    this.#servers = new Map(servers.map((server) => [server.node.id, server]))
  }

  /** Removes the topics and groups whose names begin so. */
  remove(prefix: string): void {
    const { topics, groups } = this.#cluster
    for (const name of [...topics.keys()]) if (name.startsWith(prefix)) this.#cluster.deleteTopic(name)
    groups.removeAll((id) => id.startsWith(prefix))
  }

  async stopNode(id: number): Promise<void> {
    const server = this.#running(id, 'stop')
    this.#cluster.controller.shutDown(server.node)
    await server.close()
  }

  async killNode(id: number): Promise<void> {
    const server = this.#server(id)
    if (server.node.state === 'stopped') throw new Error(`node ${id} is stopped already`)
    const closed = server.close()
    this.#cluster.controller.bury(server.node)
    await closed
  }

  freezeNode(id: number): void {
    const server = this.#running(id, 'freeze')
    server.freeze()
    this.#cluster.controller.freeze(server.node)
  }

  thawNode(id: number): void {
    const server = this.#server(id)
    if (server.node.state !== 'frozen')
      throw new Error(`node ${id} is not frozen: it is ${server.node.state}`)
    this.#cluster.controller.start(server.node)
    server.thaw()
  }

  fenceNode(id: number): void {
    const { node } = this.#server(id)
    if (node.state !== 'frozen')
      throw new Error(`node ${id} is heard of: freeze it first (freezeNode), or kill it (killNode)`)
    this.#cluster.controller.fence(node)
  }

  async startNode(id: number): Promise<void> {
    const server = this.#server(id)
    if (server.node.state !== 'stopped')
      throw new Error(`node ${id} is ${server.node.state}: only a stopped node can be started`)
    await server.listen()
    this.#cluster.controller.start(server.node)
  }

  moveLeader({ node, ...name }: PartitionName & { node: number }): void {
    this.#partition(name).lead(node)
  }

  electPreferred(name: PartitionName): void {
    this.#cluster.controller.electPreferred(this.#partition(name))
  }

  shrinkIsr(name: PartitionName): readonly number[] {
    return this.#cluster.controller.shrinkIsr(this.#partition(name))
  }

  moveCoordinator({ groupId, transactionalId, node }: CoordinatorMove): void {
    const [kind, key] =
      groupId === undefined ? (['transaction', transactionalId] as const) : (['group', groupId] as const)
    if (key === undefined) throw new Error('say whose coordinator is to move: groupId or transactionalId')
    if (!this.#cluster.coordinators[kind].move(key, node))
      throw new Error(`node ${node} can't coordinate '${key}': it is not live, or keeps nothing of it`)
  }

  gather({ groupId, members, delayMs }: { groupId: string; members: number; delayMs: number }): void {
    if (this.#cluster.groups.get(groupId) !== undefined)
      throw new Error(
        `there is a group '${groupId}' already: only the first members of a new one can be gathered`,
      )
    this.#cluster.groups.gather(groupId, members, delayMs)
  }

  forceRebalance(groupId: string): void {
    this.#group(groupId).rebalance()
  }

  evictMember({ groupId, memberId }: MemberName): void {
    const [error] = this.#group(groupId).leave([{ memberId, groupInstanceId: null }])
    if (error !== 'none') throw noMember(groupId, memberId)
  }

  expireSession({ groupId, memberId }: MemberName): void {
    if (!this.#group(groupId).expire(memberId)) throw noMember(groupId, memberId)
  }

  waitForStable(wanted: { groupId: string; members: number; timeoutMs: number }): Promise<void> {
    const { groupId, members, timeoutMs } = wanted
    const group = () => this.#cluster.groups.get(groupId)
    return this.#until(`group '${groupId}' is stable with ${members} members`, timeoutMs, {
      holds: () => group()?.state === 'Stable' && group()?.members.size === members,
      seen: () => {
        const now = group()
        return now === undefined ? 'no such group' : `${now.state} with ${now.members.size} members`
      },
    })
  }

  waitForIsr(wanted: PartitionName & { isr: readonly number[]; timeoutMs: number }): Promise<void> {
    const { topic, partition, isr, timeoutMs } = wanted
    const inSync = () => this.#cluster.topics.get(topic)?.partitions[partition]?.isr
    const sorted = (ids: readonly number[] | undefined) => [...(ids ?? [])].sort().join(', ')
    return this.#until(`[${sorted(isr)}] are in sync for ${topic}-${partition}`, timeoutMs, {
      holds: () => sorted(inSync()) === sorted(isr),
      seen: () => `[${sorted(inSync())}]`,
    })
  }

  /** Any leader if `node` is left out. */
  async waitForLeader(
    wanted: PartitionName & { node?: number | undefined; timeoutMs: number },
  ): Promise<{ leaderId: number; leaderEpoch: number }> {
    const { topic, partition, node, timeoutMs } = wanted
    const found = () => this.#cluster.topics.get(topic)?.partitions[partition]
    const leaderId = () => found()?.leaderId ?? NO_LEADER
    await this.#until(
      `${node === undefined ? 'a node' : `node ${node}`} leads ${topic}-${partition}`,
      timeoutMs,
      {
        holds: () => (node === undefined ? leaderId() !== NO_LEADER : leaderId() === node),
        seen: () => (found() === undefined ? 'no such partition' : `the leader is ${leaderId()}`),
      },
    )
    return { leaderId: leaderId(), leaderEpoch: found()?.leaderEpoch ?? 0 }
  }

  #until(
    fact: string,
    timeoutMs: number,
    { holds, seen }: { holds(): boolean; seen(): string },
  ): Promise<void> {
    if (holds()) return Promise.resolve()
    const { realClock, events } = this.#cluster
    return new Promise((resolve, reject) => {
      const forget = events.on(() => {
        if (!holds()) return
        forget()
        timer.cancel()
        resolve()
      })
      const timer = realClock.at(realClock.now() + timeoutMs, () => {
        forget()
        reject(new Error(`waited ${timeoutMs} ms in vain until ${fact}; now: ${seen()}`))
      })
    })
  }

  #server(id: number): NodeServer {
    const server = this.#servers.get(id)
    if (server === undefined)
      throw new Error(`no node ${id}: the nodes are ${[...this.#servers.keys()].join(', ')}`)
    return server
  }

  #running(id: number, to: string): NodeServer {
    const server = this.#server(id)
    const { state } = server.node satisfies Node
    if (state === 'running') return server
    const step =
      state === 'frozen' ? 'thaw it first (thawNode), or kill it (killNode)' : 'start it first (startNode)'
    throw new Error(`can't ${to} node ${id}, which is ${state}: ${step}`)
  }

  #partition({ topic, partition }: PartitionName): Partition {
    const found = this.#cluster.topics.get(topic)?.partitions[partition]
    if (found === undefined) throw new Error(`no partition ${partition} of a topic '${topic}'`)
    return found
  }

  #group(id: string): Group {
    const group = this.#cluster.groups.get(id)
    if (group === undefined) throw new Error(`no group '${id}'`)
    return group
  }
}

export interface MemberName {
  readonly groupId: string
  readonly memberId: string
}

export interface CoordinatorMove {
  readonly groupId?: string | undefined
  readonly transactionalId?: string | undefined
  readonly node: number
}

function noMember(groupId: string, memberId: string): Error {
  return new Error(`no member '${memberId}' in group '${groupId}'`)
}
