/**
 * Stands between clients and a real Kafka and notes what both say, frame by frame. It tells clients only of the APIs and
 * versions that are described here, so that all that they say can be read.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { ByteReader, ByteWriter } from '../../bytes.ts'
import { isFlexible, readResponse, skipTags, writeResponse } from '../../kafka/wire/codec.ts'
import { API_VERSIONS, FrameParser, type RequestHead, readRequestHead } from '../../kafka/wire/frame.ts'
import { apiVersions } from '../../kafka/wire/messages/18-api-versions.ts'
import { messages } from '../../kafka/wire/messages.ts'
import { includes } from '../../kafka/wire/schema.ts'

/** A request and its answer, without their sizes. */
export interface Exchange {
  readonly head: RequestHead
  readonly request: Buffer
  readonly response: Buffer
}

/** `port` is the relay's own, `target` the node's; both on loopback. */
export async function startRelay(
  port: number,
  target: number,
  note: (exchange: Exchange) => void,
): Promise<{ close(): void }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((client) => relay(client, connect(target, '127.0.0.1'), note, sockets))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function relay(
  client: Socket,
  broker: Socket,
  note: (exchange: Exchange) => void,
  sockets: Set<Socket>,
): void {
  const asked = new Map<number, { head: RequestHead; request: Buffer }>()
  const [requests, responses] = [new FrameParser(), new FrameParser()]
  client.on('data', (chunk) => {
    for (const frame of requests.push(chunk)) {
      const request = Buffer.from(frame)
      const head = readRequestHead(new ByteReader(request))
      asked.set(head.correlationId, { head, request })
    }
    broker.write(chunk)
  })
  broker.on('data', (chunk) => {
    for (const frame of responses.push(chunk)) {
      const found = asked.get(frame.readInt32BE(0))
      if (found === undefined) continue
      asked.delete(found.head.correlationId)
      const response =
        found.head.key === API_VERSIONS ? withKnownVersions(found.head, frame) : Buffer.from(frame)
      note({ ...found, response })
      const size = Buffer.alloc(4)
      size.writeInt32BE(response.length)
      client.write(Buffer.concat([size, response]))
    }
  })
  for (const [one, other] of [
    [client, broker],
    [broker, client],
  ] as const) {
    sockets.add(one)
    one.on('error', () => {})
    one.on('close', () => {
      sockets.delete(one)
      other.destroy()
    })
  }
}

/** The answer to ApiVersions, cut down to what is described here. */
function withKnownVersions({ version }: RequestHead, frame: Buffer): Buffer {
  if (!includes(apiVersions.versions, version)) return Buffer.from(frame)
  const answer = readResponse(apiVersions, version, new ByteReader(frame, 4))
  const writer = new ByteWriter()
  writer.int32(frame.readInt32BE(0))
  writeResponse(apiVersions, version, writer, {
    ...answer,
    apiKeys: answer.apiKeys.flatMap(({ apiKey, minVersion, maxVersion }) => {
      const known = messages.find(({ key }) => key === apiKey)
      if (known === undefined) return []
      return [{ apiKey, minVersion, maxVersion: Math.min(maxVersion, known.versions[1]) }]
    }),
  })
  return writer.take()
}

/** The message itself, behind the header. */
export function bodiesOf({
  head,
  request,
  response,
}: Exchange): { request: Buffer; response: Buffer } | undefined {
  const message = messages.find(({ key }) => key === head.key)
  if (message === undefined || !includes(message.versions, head.version)) return undefined
  const isCompact = isFlexible(message, head.version)
  const asked = new ByteReader(request)
  readRequestHead(asked)
  asked.skip(Math.max(0, asked.int16()))
  if (isCompact) skipTags(asked)
  const answered = new ByteReader(response, 4)
  if (isCompact && head.key !== API_VERSIONS) skipTags(answered)
  return { request: asked.bytes(asked.left), response: answered.bytes(answered.left) }
}
