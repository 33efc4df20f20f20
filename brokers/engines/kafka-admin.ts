/**
 * What a Kafka tells of itself, asked over its own protocol: for engines whose cluster is another program. Nodes that do not
 * answer in time are left out, since a cluster with a dead or frozen node is what many want to look at.
 */
import { connect, type Socket } from 'node:net'
import { RawClient } from '../kafka/raw-client.ts'
import { readAssignment } from '../kafka/wire/consumer-assignment.ts'
import { listOffsets } from '../kafka/wire/messages/02-list-offsets.ts'
import { metadata } from '../kafka/wire/messages/03-metadata.ts'
import { offsetFetch } from '../kafka/wire/messages/09-offset-fetch.ts'
import { describeGroups } from '../kafka/wire/messages/15-describe-groups.ts'
import { listGroups } from '../kafka/wire/messages/16-list-groups.ts'
import { deleteTopics } from '../kafka/wire/messages/20-delete-topics.ts'
import { deleteGroups } from '../kafka/wire/messages/42-delete-groups.ts'
import type { Message, Read, Rows, Write } from '../kafka/wire/schema.ts'
import type { Address, GroupSnapshot, KafkaSnapshot, PartitionSnapshot, TopicSnapshot } from './engine.ts'

/** The newest versions without tagged fields, which every Kafka since 2.4 speaks. */
const versions = {
  metadata: 5,
  listOffsets: 5,
  offsetFetch: 5,
  describeGroups: 4,
  listGroups: 2,
  deleteTopics: 3,
  deleteGroups: 1,
} as const

const EARLIEST = -2
const LATEST = -1
const NONE = -1
const ANSWER_MS_MAX = 2_000
const GONE_MS_MAX = 5_000
const GONE_STEP_MS = 50
const UNKNOWN_TOPIC_OR_PARTITION = 3
const TOPIC_DELETE_MS_MAX = 5_000

/** Gives a connection that is ready for requests. */
export type Dial = (node: Address) => Promise<Socket>

/** A plain connection. @throws Error if nobody accepts it in time. */
export async function dialPlain({ host, port }: Address): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true, timeout: ANSWER_MS_MAX })
  return opened(socket, 'connect', `${host}:${port} did not accept a connection in ${ANSWER_MS_MAX / 1000} s`)
}

/** The socket once it is open; its timeout, which is lifted then, says how long that may take. @throws Error that says `late` */
export async function opened<Opened extends Socket>(
  socket: Opened,
  event: 'connect' | 'secureConnect',
  late: string,
): Promise<Opened> {
  await new Promise<void>((resolve, reject) => {
    socket.once(event, resolve)
    socket.once('error', reject)
    socket.once('timeout', () => {
      socket.destroy()
      reject(new Error(late))
    })
  })
  socket.setTimeout(0)
  socket.removeAllListeners('timeout')
  return socket
}

interface Node extends Address {
  readonly id: number
}

type Answers = Read<typeof metadata.response>

/** Asks the nodes behind some bootstrap addresses. */
export class KafkaAdmin {
  readonly #bootstrap: () => readonly Address[]
  readonly #dial: Dial

  constructor(bootstrap: () => readonly Address[], dial: Dial = dialPlain) {
    this.#bootstrap = bootstrap
    this.#dial = dial
  }

  /** The nodes that the cluster counts on. @throws Error if no bootstrap address answers. */
  async nodes(): Promise<readonly Node[]> {
    await using session = new Session(this.#dial)
    return (await this.#metadata(session, [])).nodes
  }

  /** Everything whose name begins with the prefix. @throws Error if no node answers. */
  async inspect(prefix: string): Promise<KafkaSnapshot> {
    await using session = new Session(this.#dial)
    const { nodes, topics } = await this.#metadata(session, null)
    const [described, groups] = await Promise.all([
      this.#topics(session, nodes, ours(topics, prefix)),
      this.#groups(session, nodes, prefix),
    ])
    return { nodes, topics: described, groups }
  }

  /**
   * Deletes topics and groups whose names begin with the prefix, and waits until no node knows such a topic. A group that
   * somebody is still in stays, and goes by itself some time after the last member.
   */
  async remove(prefix: string): Promise<void> {
    await using session = new Session(this.#dial)
    const { nodes, topics, controllerId } = await this.#metadata(session, null)
    const topicNames = ours(topics, prefix).map(({ name }) => name)
    const controller = nodes.find(({ id }) => id === controllerId) ?? nodes[0]
    if (topicNames.length > 0 && controller !== undefined) {
      const request = { topicNames, timeoutMs: TOPIC_DELETE_MS_MAX }
      await session.ask(controller, deleteTopics, versions.deleteTopics, request)
    }
    await Promise.all(
      nodes.map(async (node) => {
        const groups = await this.#groupIds(session, node, prefix)
        if (groups.length > 0) await session.ask(node, deleteGroups, versions.deleteGroups, { groups })
      }),
    )
    if (topicNames.length > 0) await this.#untilGone(session, nodes, topicNames)
  }

  /** A node hears of it a moment after the controller has answered. */
  async #untilGone(session: Session, nodes: readonly Node[], names: readonly string[]): Promise<void> {
    const topics = names.map((name) => ({ name }))
    for (const deadline = Date.now() + GONE_MS_MAX; Date.now() < deadline; ) {
      const answers = await Promise.all(
        nodes.map((node) =>
          session.ask(node, metadata, versions.metadata, { topics, allowAutoTopicCreation: false }),
        ),
      )
      const known = answers.flatMap((answer) => answer?.topics ?? [])
      if (known.every(({ errorCode }) => errorCode === UNKNOWN_TOPIC_OR_PARTITION)) return
      await new Promise((resolve) => setTimeout(resolve, GONE_STEP_MS))
    }
  }

  /** From the first bootstrap address that answers. `null` asks for all topics. */
  async #metadata(session: Session, topics: [] | null) {
    const addresses = this.#bootstrap()
    for (const address of addresses) {
      const answer = await session.ask(address, metadata, versions.metadata, {
        topics,
        allowAutoTopicCreation: false,
      })
      if (answer === undefined || answer.brokers.length === 0) continue
      const nodes = answer.brokers.map(({ nodeId: id, host, port }) => ({ id, host, port }))
      return { nodes, topics: answer.topics, controllerId: answer.controllerId }
    }
    const names = addresses.map(({ host, port }) => `${host}:${port}`).join(', ')
    throw new Error(`no node of the Kafka answers: ${names}`)
  }

  async #topics(
    session: Session,
    nodes: readonly Node[],
    topics: readonly NamedTopic[],
  ): Promise<TopicSnapshot[]> {
    const starts = await this.#offsets(session, nodes, topics, EARLIEST)
    const ends = await this.#offsets(session, nodes, topics, LATEST)
    return topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions
        .map(
          ({ index, leaderId, replicaNodes, isrNodes }): PartitionSnapshot => ({
            index,
            leaderId,
            replicas: replicaNodes,
            isr: isrNodes,
            startOffset: starts.get(`${name}/${index}`) ?? NONE,
            highWatermark: ends.get(`${name}/${index}`) ?? NONE,
          }),
        )
        .sort((a, b) => a.index - b.index),
    }))
  }

  /** By `topic/partition`; one whose leader does not answer is left out. */
  async #offsets(
    session: Session,
    nodes: readonly Node[],
    topics: readonly NamedTopic[],
    timestamp: number,
  ): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>()
    await Promise.all(
      nodes.map(async (node) => {
        const led = topics.flatMap(({ name, partitions }) => {
          const own = partitions.filter(({ leaderId }) => leaderId === node.id)
          return own.length === 0
            ? []
            : [{ name, partitions: own.map(({ index }) => ({ index, timestamp })) }]
        })
        if (led.length === 0) return
        const answer = await session.ask(node, listOffsets, versions.listOffsets, { topics: led })
        for (const { name, partitions } of answer?.topics ?? []) {
          for (const { index, errorCode, offset } of partitions)
            if (errorCode === 0) found.set(`${name}/${index}`, offset)
        }
      }),
    )
    return found
  }

  async #groups(session: Session, nodes: readonly Node[], prefix: string): Promise<GroupSnapshot[]> {
    const groups = await Promise.all(
      nodes.map(async (node) => {
        const ids = await this.#groupIds(session, node, prefix)
        if (ids.length === 0) return []
        const answer = await session.ask(node, describeGroups, versions.describeGroups, { groups: ids })
        return Promise.all(
          (answer?.groups ?? []).map(async ({ groupId, groupState, members }) => ({
            id: groupId,
            state: groupState,
            members: members.map(({ memberId, clientId, memberAssignment }) => ({
              memberId,
              clientId,
              partitions: readAssignment(memberAssignment),
            })),
            offsets: await this.#committed(session, node, groupId),
          })),
        )
      }),
    )
    return groups.flat().sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  async #groupIds(session: Session, node: Node, prefix: string): Promise<string[]> {
    const answer = await session.ask(node, listGroups, versions.listGroups, {})
    return (answer?.groups ?? []).map(({ groupId }) => groupId).filter((id) => id.startsWith(prefix))
  }

  async #committed(session: Session, node: Node, groupId: string): Promise<GroupSnapshot['offsets']> {
    const answer = await session.ask(node, offsetFetch, versions.offsetFetch, { groupId, topics: null })
    return (answer?.topics ?? []).flatMap(({ name: topic, partitions }) =>
      partitions.map(({ index: partition, committedOffset }) => ({
        topic,
        partition,
        offset: committedOffset,
      })),
    )
  }
}

type NamedTopic = Answers['topics'][number] & { readonly name: string }

function ours(topics: Answers['topics'], prefix: string): NamedTopic[] {
  return topics
    .filter((topic): topic is NamedTopic => topic.name?.startsWith(prefix) === true && topic.errorCode === 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The connections of one look, one for each address; each answers one question after another. */
class Session implements AsyncDisposable {
  readonly #dial: Dial
  readonly #clients = new Map<string, Promise<RawClient | undefined>>()
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(dial: Dial) {
    this.#dial = dial
  }

  /** Undefined if the node does not answer in time. */
  ask<Q extends Rows, A extends Rows>(
    node: Address,
    message: Message<Q, A>,
    version: number,
    fields: Write<Q>,
  ): Promise<Read<A> | undefined> {
    const key = `${node.host}:${node.port}`
    const turn = this.#turns.get(key) ?? Promise.resolve()
    const answer = turn.then(async () => {
      const client = await this.#client(node)
      if (client === undefined) return undefined
      // One that is late has nothing more to say, for a node answers in order.
      const late = setTimeout(() => client.cut(), ANSWER_MS_MAX)
      return client.call(message, version, fields).finally(() => clearTimeout(late))
    })
    this.#turns.set(
      key,
      answer.catch(() => {}),
    )
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of await Promise.all(this.#clients.values())) client?.cut()
  }

  #client(node: Address): Promise<RawClient | undefined> {
    const key = `${node.host}:${node.port}`
    const known = this.#clients.get(key)
    if (known !== undefined) return known
    const opening = this.#dial(node).then(
      (socket) => new RawClient(socket, 'engine'),
      () => undefined,
    )
    this.#clients.set(key, opening)
    return opening
  }
}
