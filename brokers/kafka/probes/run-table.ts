import { type Login, logIn, type RawClient, rawConnect } from '../raw-client.ts'
import { listOffsets } from '../wire/messages/02-list-offsets.ts'
import { metadata } from '../wire/messages/03-metadata.ts'
import { offsetFetch } from '../wire/messages/09-offset-fetch.ts'
import { findCoordinator } from '../wire/messages/10-find-coordinator.ts'
import { createTopics } from '../wire/messages/19-create-topics.ts'
import { initProducerId } from '../wire/messages/22-init-producer-id.ts'
import { Printer } from './print.ts'
import type {
  ConnectOptions,
  CoordinatorType,
  PartitionView,
  ProbeTarget,
  ProbeWorld,
  Program,
  Programs,
  Replies,
  TopicOptions,
} from './probe.ts'
import { ProbeClient, type ProbeLog } from './probe-client.ts'

const CREATE_MS_MAX = 15_000
/** What a coordinator answers while it is not there yet: 14, 15, 16. */
const isComing = (errorCode: number) => errorCode >= 14 && errorCode <= 16

export async function runTable(probes: Programs, target: ProbeTarget, first = 1): Promise<Replies> {
  const replies: Record<string, readonly string[]> = {}
  let number = first
  for (const [name, run] of Object.entries(probes)) {
    const room = new Room(target, number++)
    await room.play(run)
    replies[name] = room.leave()
  }
  return replies
}

/** What one probe has: its connections, its names and its lines. */
class Room implements ProbeWorld {
  readonly brokers: readonly string[]
  readonly nodes: ProbeTarget['nodes']
  readonly #log: ProbeLog
  readonly #suffix: string
  readonly #login: Login | undefined
  readonly #open: RawClient[] = []

  constructor({ brokers, nodes, silenceMs, login }: ProbeTarget, number: number) {
    this.brokers = brokers
    this.nodes = nodes
    this.#login = login
    this.#suffix = `-p${number}-`
    this.#log = { lines: [], printer: new Printer(this.#suffix), silenceMs }
  }

  /** A program that breaks off is a line, too. */
  async play(program: Program): Promise<void> {
    try {
      await program(await this.connect(''), this)
    } catch (error) {
      this.note(`the probe broke off: ${this.print(error instanceof Error ? error.message : error)}`)
    }
  }

  leave(): readonly string[] {
    for (const client of this.#open) client.cut()
    return this.#log.lines
  }

  async connect(label: string, options: ConnectOptions = {}): Promise<ProbeClient> {
    const { clientId = 'probe', node = 0, as = this.#login } = options
    const [host = '', port = ''] = (this.brokers[node] ?? '').split(':')
    const raw = await rawConnect({ host, port: Number(port) }, clientId)
    this.#open.push(raw)
    if (as !== undefined && as !== null) await logIn(raw, as)
    return new ProbeClient(raw, this.#log, label)
  }

  name(label: string): string {
    return `${label}${this.#suffix}`
  }

  async topic(
    label: string,
    { partitions = 1, configs = {}, replicas = [] }: TopicOptions = {},
  ): Promise<string> {
    const name = this.name(label)
    const client = await this.connect('')
    const answer = await client.ask(createTopics, 5, {
      topics: [
        {
          name,
          numPartitions: replicas.length > 0 ? -1 : partitions,
          replicationFactor: -1,
          assignments: replicas.map((brokerIds, index) => ({ index, brokerIds })),
          configs: Object.entries(configs).map((one) => ({ name: one[0], value: one[1] })),
        },
      ],
      timeoutMs: CREATE_MS_MAX,
      validateOnly: false,
    })
    const [{ errorCode, errorMessage } = {}] = answer.topics
    if (errorCode !== 0) throw new Error(`could not create ${label}: ${errorCode} ${errorMessage}`)
    const count = replicas.length > 0 ? replicas.length : partitions
    for (const node of this.brokers.keys()) await this.#leadersServe(name, count, node)
    return name
  }

  /** Metadata knows of a leader before it leads. */
  async #leadersServe(name: string, count: number, node: number): Promise<void> {
    const asked = await this.connect('', { node })
    const { topics } = await asked.until(
      metadata,
      7,
      { topics: [{ name }], allowAutoTopicCreation: false },
      ({ topics: [topic] }) =>
        topic?.partitions.length === count && topic.partitions.every((one) => one.errorCode === 0),
    )
    const led = topics[0]?.partitions.filter(({ leaderId }) => leaderId === node) ?? []
    if (led.length === 0) return
    const wanted = { topics: [{ name, partitions: led.map(({ index }) => ({ index, timestamp: -1 })) }] }
    await asked.until(listOffsets, 5, wanted, ({ topics: [topic] }) =>
      Boolean(topic?.partitions.every(({ errorCode }) => errorCode === 0)),
    )
  }

  async coordinator(key: string, type: CoordinatorType = 'group'): Promise<number> {
    const client = await this.connect('')
    const keyType = type === 'group' ? 0 : 1
    const { nodeId } = await client.until(
      findCoordinator,
      2,
      { key, keyType },
      (found) => !isComing(found.errorCode),
    )
    // Found is not yet loaded.
    const served = await this.connect('', { node: nodeId })
    if (type === 'group') {
      await served.until(
        offsetFetch,
        5,
        { groupId: key, topics: [], groups: [] },
        ({ errorCode }) => !isComing(errorCode),
      )
    } else {
      await served.until(
        initProducerId,
        1,
        { transactionalId: `${key}-loaded`, transactionTimeoutMs: 60_000 },
        ({ errorCode }) => !isComing(errorCode),
      )
    }
    return nodeId
  }

  async leader(
    topic: string,
    wanted: (partition: PartitionView) => boolean = () => true,
    from = 0,
  ): Promise<number> {
    const client = await this.connect('', { node: from })
    const { topics } = await client.until(
      metadata,
      7,
      { topics: [{ name: topic }], allowAutoTopicCreation: false },
      (answer) => {
        const partition = answer.topics[0]?.partitions[0]
        return partition !== undefined && partition.leaderId !== -1 && wanted(partition)
      },
    )
    return topics[0]?.partitions[0]?.leaderId ?? -1
  }

  note(line: string): void {
    this.#log.lines.push(line)
  }

  print(value: unknown): string {
    return this.#log.printer.value(value)
  }
}
