/**
 * Reads a topic to its end with requests of the lab's own, so that reading joins no group, commits nothing and sees what a
 * consumer does not: the offsets that markers take, and the batches of aborted transactions.
 */
import { connect, type Socket } from 'node:net'
import type { Address } from '#brokers/engines'
import {
  type BatchHeader,
  decodeResponse,
  encodeRequest,
  FrameParser,
  isControl,
  isTransactional,
  type RequestHead,
  readBatchHeader,
  recordsOf,
} from '#brokers/kafka/wire'

/** A record as it stands in its partition's log. */
export interface FoundRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly value: Buffer | null
  /** As text, the last of each name. */
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  /** -1: the producer was neither idempotent nor transactional. */
  readonly producerId: number
  readonly isTransactional: boolean
}

export interface ReadOptions {
  /** Leaves out what an open or aborted transaction wrote, as `read_committed` does. Default: all is read. */
  readonly committedOnly?: boolean
}

const METADATA = { key: 3, version: 4 }
const FETCH = { key: 1, version: 5 }
const LIST_OFFSETS = { key: 2, version: 1 }
const EARLIEST = -2
const fetchBytesMax = 4 * 1024 * 1024
const READ_COMMITTED = 1

/** All records of a topic by partition and offset. @throws Error when it does not exist, or a partition has no leader */
export async function readTopic(
  bootstrap: Address,
  topic: string,
  options: ReadOptions = {},
): Promise<FoundRecord[]> {
  const leaders = await leadersOf(bootstrap, topic)
  const records: FoundRecord[] = []
  for (const [partition, address] of leaders) {
    using connection = await Connection.open(address)
    records.push(...(await readPartition(connection, { topic, partition, ...options })))
  }
  return records
}

async function leadersOf(bootstrap: Address, topic: string): Promise<[partition: number, leader: Address][]> {
  using connection = await Connection.open(bootstrap)
  const { brokers, topics } = (await connection.ask(METADATA, {
    topics: [{ name: topic }],
    allowAutoTopicCreation: false,
  })) as {
    brokers: (Address & { nodeId: number })[]
    topics: { errorCode: number; partitions: { index: number; leaderId: number }[] }[]
  }
  const [found] = topics
  if (found === undefined || found.errorCode !== 0) throw new Error(`there is no topic ${topic}`)
  return found.partitions
    .sort((a, b) => a.index - b.index)
    .map(({ index, leaderId }) => {
      const leader = brokers.find(({ nodeId }) => nodeId === leaderId)
      if (leader === undefined) throw new Error(`nobody leads ${topic}/${index} just now`)
      return [index, { host: leader.host, port: leader.port }]
    })
}

interface Place extends ReadOptions {
  readonly topic: string
  readonly partition: number
}

interface Fetched {
  readonly errorCode: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly abortedTransactions:
    | readonly { readonly producerId: number; readonly firstOffset: number }[]
    | null
  readonly records: Buffer | null
}

async function readPartition(connection: Connection, place: Place): Promise<FoundRecord[]> {
  const { topic, partition, committedOnly = false } = place
  const records: FoundRecord[] = []
  let next = await earliest(connection, place)
  for (;;) {
    const fetched = await fetchFrom(connection, place, next)
    const end = committedOnly ? fetched.lastStableOffset : fetched.highWatermark
    const aborted = new AbortedRanges(fetched.abortedTransactions ?? [])
    for (const { header, bytes } of batchesIn(fetched.records ?? Buffer.alloc(0))) {
      const isAborted = committedOnly && aborted.has(header, bytes)
      if (!isAborted && !isControl(header)) records.push(...found(header, bytes, { topic, partition }, next))
      next = header.baseOffset + header.lastOffsetDelta + 1
    }
    if (next >= end) return records
  }
}

async function earliest(connection: Connection, { topic, partition }: Place): Promise<number> {
  const answer = (await connection.ask(LIST_OFFSETS, {
    topics: [{ name: topic, partitions: [{ index: partition, timestamp: EARLIEST }] }],
  })) as { topics: { partitions: { errorCode: number; offset: number }[] }[] }
  const [found] = answer.topics[0]?.partitions ?? []
  if (found === undefined || found.errorCode !== 0)
    throw new Error(`${topic}/${partition} could not be read: error ${found?.errorCode}`)
  return found.offset
}

async function fetchFrom(connection: Connection, place: Place, fetchOffset: number): Promise<Fetched> {
  const { topic, partition, committedOnly = false } = place
  const answer = (await connection.ask(FETCH, {
    maxWaitMs: 0,
    minBytes: 0,
    isolationLevel: committedOnly ? READ_COMMITTED : 0,
    topics: [{ name: topic, partitions: [{ index: partition, fetchOffset, maxBytes: fetchBytesMax }] }],
  })) as { topics: { partitions: Fetched[] }[] }
  const [fetched] = answer.topics[0]?.partitions ?? []
  if (fetched === undefined || fetched.errorCode !== 0)
    throw new Error(
      `${topic}/${partition} could not be read from ${fetchOffset}: error ${fetched?.errorCode}`,
    )
  return fetched
}

/** @param from a batch may begin before the offset that was asked for */
function found(
  header: BatchHeader,
  bytes: Buffer,
  place: { topic: string; partition: number },
  from: number,
): FoundRecord[] {
  return recordsOf(bytes, header)
    .map(({ offsetDelta, timestampDelta, key, value, headers }) => ({
      ...place,
      offset: header.baseOffset + offsetDelta,
      key: key?.toString() ?? null,
      value,
      headers: Object.fromEntries(headers.map((each) => [each.key, each.value?.toString() ?? ''])),
      timestamp: header.baseTimestamp + timestampDelta,
      producerId: header.producerId,
      isTransactional: isTransactional(header),
    }))
    .filter(({ offset }) => offset >= from)
}

/** Which batches belong to aborted transactions: from the first offset of each on, until the producer's marker. */
class AbortedRanges {
  readonly #open: { readonly producerId: number; readonly firstOffset: number }[]

  constructor(aborted: readonly { readonly producerId: number; readonly firstOffset: number }[]) {
    this.#open = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  has(header: BatchHeader, bytes: Buffer): boolean {
    const at = this.#open.findIndex(
      ({ producerId, firstOffset }) => producerId === header.producerId && firstOffset <= header.baseOffset,
    )
    if (at < 0 || !isTransactional(header)) return false
    if (isControl(header) && isAbort(bytes, header)) this.#open.splice(at, 1)
    return true
  }
}

/** A marker's key is its version and its type, of which 0 is an abort. */
function isAbort(bytes: Buffer, header: BatchHeader): boolean {
  return recordsOf(bytes, header)[0]?.key?.readInt16BE(2) === 0
}

function batchesIn(records: Buffer): { header: BatchHeader; bytes: Buffer }[] {
  const batches: { header: BatchHeader; bytes: Buffer }[] = []
  // The last one may have been cut short by a limit.
  for (let at = 0; records.length - at >= 61; ) {
    const header = readBatchHeader(records, at)
    if (header.bytes > records.length - at) break
    batches.push({ header, bytes: records.subarray(at, at + header.bytes) })
    at += header.bytes
  }
  return batches
}

/** One connection for one question after another. */
class Connection implements Disposable {
  readonly #socket: Socket
  readonly #parser = new FrameParser()
  #correlationId = 0
  #answer: { resolve(frame: Buffer): void; reject(error: Error): void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    const fail = (error?: Error): void => this.#answer?.reject(error ?? new Error('the broker hung up'))
    socket.on('error', fail)
    socket.on('close', () => fail())
    socket.on('data', (chunk) => {
      for (const frame of this.#parser.push(chunk)) this.#answer?.resolve(frame)
    })
  }

  static async open({ host, port }: Address): Promise<Connection> {
    const socket = connect({ host, port, noDelay: true })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new Connection(socket)
  }

  async ask(
    api: { readonly key: number; readonly version: number },
    fields: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    const head: RequestHead = { ...api, correlationId: ++this.#correlationId }
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
    this.#answer = { resolve, reject }
    this.#socket.write(encodeRequest(head, 'lab', fields))
    return decodeResponse(head, await promise)
  }

  [Symbol.dispose](): void {
    this.#answer = undefined
    this.#socket.destroy()
  }
}
