/** Single requests to one node of a Kafka, many ahead of their answers: for what kafkajs would hide, or not be quick enough for. */
import { createConnection, type Socket } from 'node:net'
import { encodeBatch } from '#brokers/kafka/batch'
import {
  apiName,
  decodeResponse,
  encodeRequest,
  FrameParser,
  type RequestHead,
  readBatchHeader,
} from '#brokers/kafka/wire'

type Fields = Readonly<Record<string, unknown>>

export const loads = ['produce', 'fetch 16 KB', 'offset by time'] as const
export type Load = (typeof loads)[number]

/** Between the times of two records that were filled in. */
export const STEP_MS = 10
const TOPIC = 'growth'
const FILL_IN_FLIGHT = 100
const FETCH_BYTES = 16_384
const [PRODUCE, FETCH, LIST_OFFSETS, CREATE_TOPICS] = [0, 1, 2, 19] as const
const versions = { [PRODUCE]: 7, [FETCH]: 11, [LIST_OFFSETS]: 5, [CREATE_TOPICS]: 4 } as const

export interface Requests {
  /** Writes so many batches to each partition. */
  fill(batches: number, batchOf: (at: number) => Buffer): Promise<void>
  /** Sends requests, each to any of the partitions, until it is over; gives how many were answered. */
  run(load: Load, options: { inFlight: number; isOver(): boolean }): Promise<number>
  close(): void
}

/** Connects and makes the topic. @throws Error for an answer with an error */
export async function openRequests(broker: string, partitions: number): Promise<Requests> {
  const [host = '', port = ''] = broker.split(':')
  const connection = new Pipeline(createConnection(Number(port), host))
  await connection.call(CREATE_TOPICS, {
    topics: [{ name: TOPIC, numPartitions: partitions, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 30_000,
    validateOnly: false,
  })
  /** What was filled in, in each partition. */
  let records = 0
  const any = () => Math.floor(Math.random() * partitions)
  const anyRecord = () => Math.floor(Math.random() * records)
  const one = encodeBatch([{ value: Buffer.alloc(100, 'x') }])
  const produce = (index: number, bytes: Buffer) =>
    connection.call(PRODUCE, {
      transactionalId: null,
      acks: -1,
      timeoutMs: 30_000,
      topics: [{ name: TOPIC, partitions: [{ index, records: bytes }] }],
    })
  const requests: Readonly<Record<Load, () => Promise<void>>> = {
    produce: () => produce(any(), one),
    'fetch 16 KB': () =>
      connection.call(FETCH, {
        replicaId: -1,
        maxWaitMs: 0,
        minBytes: 1,
        maxBytes: FETCH_BYTES,
        isolationLevel: 0,
        sessionId: 0,
        sessionEpoch: -1,
        topics: [
          {
            name: TOPIC,
            partitions: [
              { index: any(), fetchOffset: anyRecord(), maxBytes: FETCH_BYTES, currentLeaderEpoch: -1 },
            ],
          },
        ],
        forgottenTopics: [],
        rackId: '',
      }),
    'offset by time': () =>
      connection.call(LIST_OFFSETS, {
        replicaId: -1,
        isolationLevel: 0,
        topics: [
          {
            name: TOPIC,
            partitions: [{ index: any(), currentLeaderEpoch: -1, timestamp: anyRecord() * STEP_MS }],
          },
        ],
      }),
  }
  return {
    async fill(batches, batchOf) {
      let last = Promise.resolve()
      for (let at = 0; at < batches; at++) {
        const bytes = batchOf(at)
        for (let index = 0; index < partitions; index++) {
          last = produce(index, bytes)
          if (connection.waiting >= FILL_IN_FLIGHT) await last
        }
        records += readBatchHeader(bytes).count
      }
      // Answers come in the order of the requests.
      await last
    },
    async run(load, { inFlight, isOver }) {
      let count = 0
      const send = requests[load]
      const goOn = async () => {
        for (; !isOver(); count++) await send()
      }
      await Promise.all(Array.from({ length: inFlight }, goOn))
      return count
    },
    close: () => connection.close(),
  }
}

interface Waiting {
  readonly head: RequestHead
  resolve(): void
  reject(error: Error): void
}

/** One connection; answers come in the order of the requests. */
class Pipeline {
  readonly #socket: Socket
  readonly #frames = new FrameParser()
  readonly #waiting: Waiting[] = []
  #correlationId = 0

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      for (const frame of this.#frames.push(chunk)) this.#onFrame(frame)
    })
    socket.on('close', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error('the broker closed the connection'))
    })
    socket.on('error', () => {})
  }

  get waiting(): number {
    return this.#waiting.length
  }

  call(key: keyof typeof versions, fields: Fields): Promise<void> {
    const head = { key, version: versions[key], correlationId: ++this.#correlationId }
    this.#socket.write(encodeRequest(head, 'bench', fields))
    return new Promise((resolve, reject) => this.#waiting.push({ head, resolve, reject }))
  }

  close(): void {
    this.#socket.destroy()
  }

  #onFrame(frame: Buffer): void {
    const { head, resolve, reject } = this.#waiting.shift() as Waiting
    const error = errorIn(decodeResponse(head, frame))
    if (error === undefined) resolve()
    else reject(new Error(`${apiName(head.key)} was answered with ${error}`))
  }
}

/** The first error code that is not 0, however deep it lies. */
function errorIn(value: unknown): number | undefined {
  if (Array.isArray(value)) {
    for (const one of value) {
      const found = errorIn(one)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return undefined
  for (const [name, field] of Object.entries(value)) {
    if (name === 'errorCode' && field !== 0) return field as number
    const found = errorIn(field)
    if (found !== undefined) return found
  }
  return undefined
}
