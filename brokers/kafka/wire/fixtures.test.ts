/** Real bytes: what kafkajs sends is read whole, written back as the same bytes, and located when cut. */
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../bytes.ts'
import { MessageError, readRequest, writeRequest } from './codec.ts'
import { recordedRequests } from './fixtures/kafkajs-requests.ts'
import { FrameParser, readClientId, readRequestHead } from './frame.ts'
import { produce } from './messages/00-produce.ts'
import { messages } from './messages.ts'
import { checkBatch, recordsOf } from './record-batch.ts'
import type { Message } from './schema.ts'

const messageOf = (key: number) => messages.find((one) => one.key === key) as Message

/** The reader stands behind the header. */
function open(hex: string) {
  const [frame] = new FrameParser().push(Buffer.from(hex, 'hex'))
  const reader = new ByteReader(frame as Buffer)
  const head = readRequestHead(reader)
  const message = messageOf(head.key)
  const clientId = readClientId(reader, message, head.version)
  return { reader, head, message, clientId, bodyAt: reader.position }
}

/** What kafkajs has no code for. */
const unknownToKafkajs = (key: number) => [23, 27, 34, 35, 38, 39, 40, 41, 43, 44].includes(key) || key >= 47

test('kafkajs has sent every API that is described and that it knows, once', () => {
  const known = messages.map(({ key }) => key).filter((key) => !unknownToKafkajs(key))
  expect(recordedRequests.map(({ key }) => key)).toEqual(known)
})

test.each(recordedRequests)(
  '$name v$version is read from kafkajs and written as the same bytes',
  (recorded) => {
    const { reader, head, message, clientId, bodyAt } = open(recorded.hex)
    const fields = readRequest(message, head.version, reader)

    expect(clientId).toBe('fixture')
    expect(reader.left).toBe(0)
    const writer = new ByteWriter(1)
    writeRequest(message, head.version, writer, fields)
    expect(writer.take().toString('hex')).toBe(reader.buffer.subarray(bodyAt).toString('hex'))
  },
)

test.each(recordedRequests)('$name v$version cut anywhere says where', ({ hex }) => {
  const { reader, head, message, bodyAt } = open(hex)
  for (let size = bodyAt; size < reader.buffer.length; size++) {
    const cut = new ByteReader(reader.buffer, bodyAt, size)
    expect(() => readRequest(message, head.version, cut)).toThrow(MessageError)
  }
})

test('the record batch of kafkajs is whole', () => {
  const recorded = recordedRequests[0]
  const { reader, head } = open(recorded.hex)
  const records = readRequest(produce, head.version, reader).topics[0]?.partitions[0]?.records as Buffer

  expect(checkBatch(records)).toMatchObject({ count: 1, producerEpoch: 0, baseSequence: 0 })
  const [record] = recordsOf(records)
  expect([String(record?.key), String(record?.value), String(record?.headers[0]?.value)]).toEqual([
    'k',
    'v',
    'x',
  ])
})

test('frames split anywhere come out whole and in order', () => {
  const bytes = Buffer.concat(recordedRequests.slice(0, 3).map(({ hex }) => Buffer.from(hex, 'hex')))
  const whole = recordedRequests.slice(0, 3).map(({ hex }) => hex.slice(8))
  for (let at = 0; at <= bytes.length; at++) {
    const parser = new FrameParser()
    const frames = [...parser.push(bytes.subarray(0, at)), ...parser.push(bytes.subarray(at))]
    expect(frames.map((frame) => frame.toString('hex'))).toEqual(whole)
  }
})
