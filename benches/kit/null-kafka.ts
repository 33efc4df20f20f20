/**
 * A server that only looks like a Kafka: it takes whatever is produced, and gives the last batch back for ever, at whichever
 * offset it is asked for. What a client reaches against it is the client's own ceiling. Runs as a child process and sends
 * its port.
 */
import { createServer, type Socket } from 'node:net'
import { apiName, decodeRequest, encodeResponsePieces, FrameParser, knownVersions } from '#brokers/kafka/wire'

type Fields = Readonly<Record<string, unknown>>
interface Partition extends Fields {
  readonly index: number
}
interface Topic extends Fields {
  readonly name: string
  readonly partitions: readonly Partition[]
}

const KEY_MAX = 100
const FAR_AWAY = 2 ** 40
let port = 0
let batch = Buffer.alloc(0)

/** The same for every partition that is asked about. */
const perPartition =
  (answer: (partition: Partition) => Fields) =>
  ({ topics }: Fields) => ({
    topics: (topics as readonly Topic[]).map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((partition) => ({
        index: partition.index,
        errorCode: 0,
        ...answer(partition),
      })),
    })),
  })

const node = () => ({ nodeId: 0, host: '127.0.0.1', port })
const member = { memberId: 'null', generationId: 1, errorCode: 0 }

const answers: Readonly<Record<string, (request: Fields) => Fields>> = {
  ApiVersions: () => ({
    errorCode: 0,
    apiKeys: Array.from({ length: KEY_MAX }, (_, key) => key).flatMap(apiKey),
  }),
  Metadata: ({ topics }) => ({
    brokers: [node()],
    clusterId: 'null',
    controllerId: 0,
    topics: ((topics ?? []) as readonly Topic[]).map(({ name }) => ({
      errorCode: 0,
      name,
      partitions: [{ errorCode: 0, index: 0, leaderId: 0, replicaNodes: [0], isrNodes: [0] }],
    })),
  }),
  Produce: perPartition(({ records }) => {
    batch = Buffer.from(records as Buffer)
    return { baseOffset: 0 }
  }),
  Fetch: perPartition(({ fetchOffset }) => {
    const place = Buffer.alloc(8)
    place.writeBigInt64BE(BigInt(fetchOffset as number))
    const records = [place, batch.subarray(8)]
    return { highWatermark: FAR_AWAY, lastStableOffset: FAR_AWAY, abortedTransactions: null, records }
  }),
  ListOffsets: perPartition(() => ({ timestamp: -1, offset: 0, leaderEpoch: 0 })),
  OffsetCommit: perPartition(() => ({})),
  OffsetFetch: ({ topics }) => ({
    errorCode: 0,
    topics: ((topics ?? []) as readonly { name: string; partitions: readonly number[] }[]).map((topic) => ({
      name: topic.name,
      partitions: topic.partitions.map((index) => ({
        index,
        committedOffset: -1,
        committedLeaderEpoch: -1,
        metadata: '',
        errorCode: 0,
      })),
    })),
  }),
  FindCoordinator: () => ({ errorCode: 0, errorMessage: null, ...node() }),
  JoinGroup: ({ protocols }) => {
    const [first] = protocols as readonly { name: string; metadata: Buffer }[]
    const members = [{ memberId: member.memberId, metadata: first?.metadata ?? Buffer.alloc(0) }]
    return { ...member, protocolType: 'consumer', protocolName: first?.name ?? '', leader: 'null', members }
  },
  SyncGroup: ({ assignments }) => {
    const [first] = assignments as readonly { assignment: Buffer }[]
    return {
      errorCode: 0,
      protocolType: null,
      protocolName: null,
      assignment: first?.assignment ?? Buffer.alloc(0),
    }
  },
  Heartbeat: () => ({ errorCode: 0 }),
  LeaveGroup: () => ({ errorCode: 0, members: [] }),
  InitProducerId: () => ({ errorCode: 0, producerId: 1, producerEpoch: 0 }),
  AddPartitionsToTxn: ({ topics }) => ({
    topics: (topics as readonly { name: string; partitions: readonly number[] }[]).map((topic) => ({
      name: topic.name,
      partitions: topic.partitions.map((index) => ({ index, errorCode: 0 })),
    })),
  }),
  AddOffsetsToTxn: () => ({ errorCode: 0 }),
  TxnOffsetCommit: perPartition(() => ({})),
  EndTxn: () => ({ errorCode: 0 }),
  CreateTopics: () => ({ topics: [] }),
  DeleteTopics: () => ({ topics: [] }),
}

function apiKey(key: number): Fields[] {
  const [minVersion, maxVersion] = knownVersions(key) ?? []
  return minVersion === undefined ? [] : [{ apiKey: key, minVersion, maxVersion }]
}

function answer(socket: Socket, frame: Buffer): void {
  const { head, fields } = decodeRequest(frame)
  const act = answers[apiName(head.key)]
  if (act === undefined || fields === undefined) {
    socket.destroy()
    return
  }
  socket.cork()
  for (const piece of encodeResponsePieces(head, act(fields))) socket.write(piece)
  socket.uncork()
}

const server = createServer((socket) => {
  const frames = new FrameParser()
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    for (const frame of frames.push(chunk)) answer(socket, frame)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
  process.send?.(port)
})
process.on('disconnect', () => process.exit(0))
