/**
 * A client of all nodes of a cluster that finds out who leads and who coordinates, and that waits for no answer for long. It
 * retries nothing: what came of a request is for its caller to judge.
 */
import type { Random } from '../../random.ts'
import { type Address, type RawClient, rawConnect } from '../raw-client.ts'
import { metadata } from '../wire/messages/03-metadata.ts'
import { findCoordinator } from '../wire/messages/10-find-coordinator.ts'
import type { Message, Read, Rows, Write } from '../wire/schema.ts'

/** Longer than any wait that a request here asks for. */
const ANSWER_MS_MAX = 250

export const CODES = {
  /** Certainly refused before anything happened, and worth another try: loading, no coordinator, too few in sync, 51. */
  tryAgain: new Set([14, 15, 16, 19, 51]),
  /** Nobody knows whether it happened: another leader, time was up, no leader. */
  uncertain: new Set([3, 5, 6, 7]),
}

export interface ClientContext {
  readonly addresses: readonly Address[]
  readonly topic: string
  readonly random: Random
  /** How many of a hundred requests lose their answer, since the client hangs up as soon as it has sent them. */
  readonly dropsOf100: number
}

export class ClusterClient {
  readonly #context: ClientContext
  readonly #connections = new Map<number, RawClient>()
  readonly #known = new Map<string, number>()

  constructor(context: ClientContext) {
    this.#context = context
  }

  /** Asks a partition's leader; undefined if there is none, or no answer. */
  async askLeader<Q extends Rows, A extends Rows>(
    partition: number,
    m: Message<Q, A>,
    version: number,
    fields: Write<Q>,
  ): Promise<Read<A> | undefined> {
    const key = `leader ${partition}`
    const node = this.#known.get(key) ?? (await this.#findLeader(partition))
    return this.#askKnown(key, node, m, version, fields)
  }

  /** Asks the coordinator of a group or of a transactional id. */
  async askCoordinator<Q extends Rows, A extends Rows>(
    of: { readonly group: string } | { readonly transactional: string },
    m: Message<Q, A>,
    version: number,
    fields: Write<Q>,
  ): Promise<Read<A> | undefined> {
    const [name, keyType] = 'group' in of ? [of.group, 0] : [of.transactional, 1]
    const key = `coordinator ${keyType} ${name}`
    const node = this.#known.get(key) ?? (await this.#findCoordinator(name, keyType))
    return this.#askKnown(key, node, m, version, fields)
  }

  /** Asks whichever node answers. */
  async askAnyone<Q extends Rows, A extends Rows>(
    m: Message<Q, A>,
    version: number,
    fields: Write<Q>,
  ): Promise<Read<A> | undefined> {
    const { addresses, random } = this.#context
    const first = random.below(addresses.length)
    for (let at = 0; at < addresses.length; at++) {
      const answer = await this.#ask((first + at) % addresses.length, m, version, fields)
      if (answer !== undefined) return answer
    }
    return undefined
  }

  /** Looks again who leads and coordinates. */
  forget(): void {
    this.#known.clear()
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.cut()
    this.#connections.clear()
  }

  async #askKnown<Q extends Rows, A extends Rows>(
    key: string,
    node: number,
    m: Message<Q, A>,
    version: number,
    fields: Write<Q>,
  ): Promise<Read<A> | undefined> {
    if (node < 0) return undefined
    this.#known.set(key, node)
    const answer = await this.#ask(node, m, version, fields)
    if (answer === undefined) this.#known.delete(key)
    return answer
  }

  async #findLeader(partition: number): Promise<number> {
    const { topic } = this.#context
    const found = await this.askAnyone(metadata, 1, { topics: [{ name: topic }] })
    return found?.topics[0]?.partitions.find(({ index }) => index === partition)?.leaderId ?? -1
  }

  async #findCoordinator(key: string, keyType: number): Promise<number> {
    const found = await this.askAnyone(findCoordinator, 1, { key, keyType })
    return found?.errorCode === 0 ? found.nodeId : -1
  }

  async #ask<Q extends Rows, A extends Rows>(
    node: number,
    m: Message<Q, A>,
    version: number,
    fields: Write<Q>,
  ): Promise<Read<A> | undefined> {
    const connection = await this.#connect(node)
    if (connection === undefined) return undefined
    const { random, dropsOf100 } = this.#context
    const answer = connection.call(m, version, fields)
    const isDropped = random.below(100) < dropsOf100
    // What was written is sent all the same; only nobody is there for the answer.
    if (isDropped) connection.socket.end(() => connection.cut())
    const late = setTimeout(() => connection.cut(), ANSWER_MS_MAX)
    const received = await answer
    clearTimeout(late)
    if (connection.isOver) this.#connections.delete(node)
    return isDropped ? undefined : received
  }

  async #connect(node: number): Promise<RawClient | undefined> {
    const known = this.#connections.get(node)
    if (known !== undefined && !known.isOver) return known
    const address = this.#context.addresses[node] as Address
    const connection = await rawConnect(address).catch(() => undefined)
    if (connection !== undefined) this.#connections.set(node, connection)
    return connection
  }
}
