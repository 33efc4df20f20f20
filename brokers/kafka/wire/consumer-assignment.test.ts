/** Assignments as kafkajs writes them, and as nobody should. */
import kafkajs from 'kafkajs'
import { expect, it } from 'vitest'
import { readAssignment } from './consumer-assignment.ts'

const { MemberAssignment } = kafkajs.AssignerProtocol

const written = MemberAssignment.encode({
  version: 1,
  assignment: { payments: [0, 2], 'ví-điện-tử': [7] },
  userData: Buffer.from('whatever'),
})

it('reads what a client wrote, topic by topic', () => {
  expect(readAssignment(written)).toEqual([
    { topic: 'payments', partition: 0 },
    { topic: 'payments', partition: 2 },
    { topic: 'ví-điện-tử', partition: 7 },
  ])
})

it('finds nothing in the assignment of a member that got nothing, nor in no bytes at all', () => {
  expect(
    readAssignment(MemberAssignment.encode({ version: 1, assignment: {}, userData: Buffer.alloc(0) })),
  ).toEqual([])
  expect(readAssignment(Buffer.alloc(0))).toEqual([])
})

it('finds nothing in bytes that end too early, wherever they do', () => {
  const end = written.length - 'whatever'.length - 4
  for (let length = 0; length < end; length += 1)
    expect(readAssignment(written.subarray(0, length))).toEqual([])
})

it('takes bytes of another kind for none, however many partitions they seem to promise', () => {
  expect(readAssignment(Buffer.from('{"connectors":["sink"]}'))).toEqual([])
  expect(readAssignment(Buffer.alloc(64, 0x7f))).toEqual([])
})
