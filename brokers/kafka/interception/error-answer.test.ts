/** An answer that refuses everything can be made for every API in every version, and a client reads the error in it. */
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../bytes.ts'
import { handlers } from '../handlers/handlers.ts'
import { readResponse, writeResponse } from '../wire/codec.ts'
import { errorAnswer } from './error-answer.ts'

const asked = {
  topics: [{ name: 't', partitions: [{ index: 3 }], assignments: [], configs: [] }],
  topicNames: ['t'],
  groups: [{ groupId: 'g', topics: [] }],
  resources: [{ resourceType: 2, resourceName: 't' }],
  members: [{ memberId: 'm', groupInstanceId: null }],
  coordinatorKeys: ['g'],
  markers: [{ producerId: 1, topics: [{ name: 't', partitions: [0] }] }],
}
const every = handlers.flatMap((handler) => {
  const [first, last] = handler.versions
  return Array.from({ length: last - first + 1 }, (_, at) => ({
    handler,
    api: handler.message.name,
    version: first + at,
  }))
})

test.each(every)('$api v$version', ({ handler: { message }, version }) => {
  const writer = new ByteWriter()
  writeResponse(message, version, writer, errorAnswer(message, version, asked, 16))
  const answer = readResponse(message, version, new ByteReader(writer.take()))
  expect(JSON.stringify(answer)).toContain('"errorCode":16')
})

test('stands beside the names that were asked for', () => {
  const produce = handlers.find(({ message }) => message.name === 'Produce')?.message
  if (produce === undefined) throw new Error('no Produce')
  expect(errorAnswer(produce, 9, asked, 6)).toMatchObject({
    topics: [{ name: 't', partitions: [{ index: 3, errorCode: 6, baseOffset: -1 }] }],
    throttleTimeMs: 0,
  })
})
