/** Probes over what stands around every message: versions, frames, the order of answers. */
import { ByteWriter } from '../../bytes.ts'
import { requestFrame } from '../raw-client.ts'
import { fetch } from '../wire/messages/01-fetch.ts'
import { metadata } from '../wire/messages/03-metadata.ts'
import { heartbeat } from '../wire/messages/12-heartbeat.ts'
import { apiVersions } from '../wire/messages/18-api-versions.ts'
import { messages } from '../wire/messages.ts'
import type { Message } from '../wire/schema.ts'
import type { Program, Programs } from './probe.ts'

/** A request whose body is given as bytes: of a version that no codec knows, say. */
function frame(key: number, version: number, body = '', clientId: string | null = 'probe'): Buffer {
  const writer = new ByteWriter()
  writer.int32(0)
  writer.int16(key)
  writer.int16(version)
  writer.int32(7)
  writer.int16(clientId === null ? -1 : clientId.length)
  writer.utf8(clientId ?? '')
  writer.bytes(Buffer.from(body, 'hex'))
  const bytes = writer.take()
  bytes.writeInt32BE(bytes.length - 4, 0)
  return bytes
}

const untyped = (m: unknown, version: number) => ({ message: m as Message, version })
const NO_TOPICS = requestFrame(metadata, 1, { topics: [] }, { correlationId: 7, clientId: 'probe' })

/** What is sent, and what becomes of the connection. */
const cutsOff =
  (bytes: Buffer): Program =>
  async (c) => {
    c.write(bytes)
    await c.closed()
  }
const isAnswered =
  (bytes: Buffer): Program =>
  async (c) => {
    c.write(bytes, untyped(metadata, 1))
    await c.arrives()
  }

/** What every broker for consumers and producers speaks. */
const keys = [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 20, 21, 22, 32, 37, 42]
/** Produce and ApiVersions are asked about apart, and Metadata begins at 0 with a body. */
const belowFirst = messages.filter(({ key }) => keys.includes(key) && ![0, 3, 18].includes(key))

export const protocolProbes: Programs = {
  'versions: every API that is spoken here, in the order of its key': async (c) => {
    const { apiKeys } = await c.ask(apiVersions, 0, {})
    c.note(
      apiKeys.map(({ apiKey, minVersion, maxVersion }) => `${apiKey}:${minVersion}-${maxVersion}`).join(' '),
    )
  },
  'versions: where each API begins that both speak': async (c) => {
    const { apiKeys } = await c.ask(apiVersions, 0, {})
    c.note(
      apiKeys
        .filter(({ apiKey }) => keys.includes(apiKey))
        .map(({ apiKey, minVersion }) => `${apiKey}:${minVersion}`)
        .join(' '),
    )
  },
  'versions: of 3, with the name of the client': async (c) => {
    const answer = await c.ask(apiVersions, 3, { clientSoftwareName: 'probe', clientSoftwareVersion: '1.0' })
    c.note(`error ${answer.errorCode}, throttle ${answer.throttleTimeMs}`)
  },
  'versions: a name of the client that is none': async (c) => {
    const answer = await c.ask(apiVersions, 3, { clientSoftwareName: '', clientSoftwareVersion: '1.0' })
    c.note(`error ${answer.errorCode}, ${answer.apiKeys.length} keys`)
  },
  'versions: a name of the client with a space': async (c) => {
    const answer = await c.ask(apiVersions, 3, { clientSoftwareName: 'a b', clientSoftwareVersion: '1.0' })
    c.note(`error ${answer.errorCode}, ${answer.apiKeys.length} keys`)
  },
  'versions: of a version that nobody knows are told in the oldest form': async (c) => {
    c.write(frame(18, 99, '00'), untyped(apiVersions, 0))
    await c.arrives()
  },
  'versions: of a version that nobody knows, with a header of the old form': cutsOff(frame(18, 99)),
  'versions: of a version below 0': async (c) => {
    c.write(frame(18, -1), untyped(apiVersions, 0))
    await c.arrives()
  },
  'versions: may be asked for again on the same connection': async (c) => {
    for (const version of [0, 1, 2]) {
      const answer = await c.ask(apiVersions, version, {})
      c.note(`error ${answer.errorCode}`)
    }
  },
  'a key that nobody has': cutsOff(frame(999, 0)),
  'a key below 0': cutsOff(frame(-1, 0)),
  'a version above the last': cutsOff(frame(3, 99)),
  'a version below 0': cutsOff(frame(3, -1)),
  'the version below the first of each API': async (c, world) => {
    for (const { key, name } of belowFirst) {
      const { apiKeys } = await c.ask(apiVersions, 0, {})
      const first = apiKeys.find(({ apiKey }) => apiKey === key)?.minVersion ?? 0
      const one = await world.connect(name)
      one.write(frame(key, first - 1))
      await one.closed()
    }
  },
  'Produce 0, 1 and 2 are advertised and end the connection': async (c, world) => {
    const { apiKeys } = await c.ask(apiVersions, 0, {})
    c.note(`Produce begins at ${apiKeys.find(({ apiKey }) => apiKey === 0)?.minVersion}`)
    for (const version of [0, 1, 2]) {
      const one = await world.connect(`version ${version}`)
      one.write(frame(0, version))
      await one.closed()
    }
  },
  'a size of 0': cutsOff(Buffer.from('00000000', 'hex')),
  'a size below 0': cutsOff(Buffer.from('ffffffff', 'hex')),
  'a size above 100 MB': cutsOff(Buffer.from('7fffffff', 'hex')),
  'a header that is cut short': cutsOff(Buffer.from('00000006000300010000', 'hex')),
  'half a message': cutsOff(frame(3, 1, '00000001')),
  'an array of a thousand million elements': cutsOff(frame(3, 1, '3b9aca00')),
  'a string that is longer than the message': cutsOff(frame(3, 1, '000000017fff61')),
  'a text that is not UTF-8': async (c) => {
    c.write(frame(3, 5, '000000010002c32800'), untyped(metadata, 5))
    await c.arrives()
  },
  'bytes behind the message': isAnswered(frame(3, 1, '00000000ffff')),
  'no client id': isAnswered(frame(3, 1, '00000000', null)),
  'an empty client id': isAnswered(frame(3, 1, '00000000', '')),
  'an HTTP request': cutsOff(Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')),
  'a TLS hello': cutsOff(Buffer.from('16030100f8010000f40303', 'hex')),
  'a tagged field that nobody knows': async (c, world) => {
    await world.coordinator('g')
    const body = ['00', '0267', '00000001', '026d', '00', '01', '7f', '02', 'aabb'].join('')
    c.write(frame(12, 4, body), untyped(heartbeat, 4))
    await c.arrives()
  },
  'a request in two pieces': async (c, world) => {
    c.write(NO_TOPICS.subarray(0, 6), untyped(metadata, 1))
    // The other side must have had the chance to read the first half alone.
    await (await world.connect('')).ask(apiVersions, 0, {})
    c.write(NO_TOPICS.subarray(6))
    await c.arrives()
  },
  'two requests in one piece': async (c) => {
    c.write(Buffer.concat([NO_TOPICS, NO_TOPICS]), untyped(metadata, 1))
    c.write(Buffer.alloc(0), untyped(metadata, 1))
    await c.arrives()
    await c.arrives()
  },
  'a request behind a fetch that waits is answered behind it': async (c, world) => {
    const name = await world.topic('t')
    c.send(fetch, 4, {
      maxWaitMs: 1_000,
      minBytes: 1,
      isolationLevel: 0,
      topics: [{ name, partitions: [{ index: 0, fetchOffset: 0, maxBytes: 1000 }] }],
    })
    c.send(metadata, 1, { topics: [] })
    await c.silence()
    await c.arrives()
    await c.arrives()
  },
  'after half a message others are served on': async (c, world) => {
    c.write(frame(3, 1, '00000001'))
    await c.closed()
    const other = await world.connect('other')
    await other.call(metadata, 1, { topics: [] })
  },
}
