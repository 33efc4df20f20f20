/** Probes over finding offsets by time, and deleting records. */
import { listOffsets } from '../wire/messages/02-list-offsets.ts'
import { deleteRecords } from '../wire/messages/21-delete-records.ts'
import type { ProbeWorld, Programs } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'
import { batchOf, cutRecords, fill, gzipped, offsetAt, read, threeBatches } from './requests.ts'

/** With times 1000, 2000 and 3000 before now, in this order. */
async function timed(c: ProbeClient, world: ProbeWorld) {
  const name = await world.topic('t')
  const nowMs = Date.now()
  for (const ago of [3000, 2000, 1000])
    await fill(c, name, batchOf([`${ago}`], { baseTimestamp: nowMs - ago }))
  return { name, nowMs }
}

export const offsetsProbes: Programs = {
  'offsets: both ends, in every version': async (c, world) => {
    const name = await threeBatches(c, world)
    for (let version = 1; version <= 7; version++) {
      await offsetAt(c, name, -1, { version })
      await offsetAt(c, name, -2, { version })
    }
  },
  'offsets: of an empty log': async (c, world) => {
    const name = await world.topic('t')
    for (const timestamp of [-1, -2, -3, 0, Date.now()]) await offsetAt(c, name, timestamp)
  },
  'offsets: at a time': async (c, world) => {
    const { name, nowMs } = await timed(c, world)
    for (const ago of [5000, 3000, 2999, 2000, 1000, 999, 0]) {
      const answer = await c.ask(listOffsets, 7, {
        topics: [{ name, partitions: [{ index: 0, timestamp: nowMs - ago }] }],
      })
      const { offset, timestamp, leaderEpoch } = answer.topics[0]?.partitions[0] ?? {}
      c.note(
        `${ago} ms ago: offset ${offset}, ${timestamp === -1 ? 'no time' : `${nowMs - Number(timestamp)} ms ago`}, epoch ${leaderEpoch}`,
      )
    }
  },
  'offsets: at a time within a batch': async (c, world) => {
    const name = await world.topic('t')
    const records = [0, 10, 20].map((timestampDelta) => ({ timestampDelta, value: Buffer.from('a') }))
    await fill(c, name, batchOf(records, { baseTimestamp: 1000 }))
    for (const timestamp of [999, 1000, 1001, 1010, 1020, 1021]) await offsetAt(c, name, timestamp)
  },
  'offsets: at a time within a gzipped batch': async (c, world) => {
    const name = await world.topic('t')
    const records = [0, 10, 20].map((timestampDelta) => ({ timestampDelta, value: Buffer.from('a') }))
    await fill(c, name, gzipped(batchOf(records, { baseTimestamp: 1000 })))
    for (const timestamp of [1001, 1020]) await offsetAt(c, name, timestamp)
  },
  'offsets: of the latest time': async (c, world) => {
    const name = await world.topic('t')
    for (const baseTimestamp of [1000, 3000, 2000, 3000])
      await fill(c, name, batchOf(['a'], { baseTimestamp }))
    await offsetAt(c, name, -3)
  },
  'offsets: of the latest time before version 7': async (c, world) => {
    await offsetAt(c, await threeBatches(c, world), -3, { version: 6 })
  },
  'offsets: of times that mean nothing': async (c, world) => {
    const name = await threeBatches(c, world)
    for (const timestamp of [-4, -5, -6, -10]) await offsetAt(c, name, timestamp)
  },
  'offsets: after records were deleted': async (c, world) => {
    const { name, nowMs } = await timed(c, world)
    await cutRecords(c, name, 2)
    await offsetAt(c, name, -2)
    const answer = await c.ask(listOffsets, 7, {
      topics: [{ name, partitions: [{ index: 0, timestamp: nowMs - 5000 }] }],
    })
    c.note(`offset ${answer.topics[0]?.partitions[0]?.offset}`)
    await cutRecords(c, name, -1)
    await offsetAt(c, name, 0)
    await offsetAt(c, name, -3)
  },
  'offsets: of an unknown topic and an unknown partition': async (c, world) => {
    await offsetAt(c, world.name('unknown'), -1)
    await offsetAt(c, await world.topic('t'), -1, { index: 4 })
  },
  'offsets: of the same partition twice': async (c, world) => {
    const name = await world.topic('t')
    const partition = { index: 0, timestamp: -1 }
    await c.call(listOffsets, 7, { topics: [{ name, partitions: [partition, partition] }] })
  },
  'offsets: with an epoch of the leader': async (c, world) => {
    const name = await world.topic('t')
    for (const leaderEpoch of [0, 1, -1, -2]) await offsetAt(c, name, -1, { leaderEpoch })
  },
  'offsets: of what is committed without any transaction': async (c, world) => {
    await offsetAt(c, await threeBatches(c, world), -1, { isolationLevel: 1 })
  },
  'delete records: up to an offset, told by version': async (c, world) => {
    const name = await threeBatches(c, world)
    for (const [version, offset] of [
      [0, 1],
      [1, 3],
      [2, 5],
    ] as const)
      await c.call(deleteRecords, version, {
        topics: [{ name, partitions: [{ index: 0, offset }] }],
        timeoutMs: 5_000,
      })
    await read(c, name, 5)
  },
  'delete records: below the start, to the end, beyond it': async (c, world) => {
    const name = await threeBatches(c, world)
    await cutRecords(c, name, 4)
    for (const offset of [2, -2, 7, -1, 6]) await cutRecords(c, name, offset)
    await read(c, name, 6)
  },
  'delete records: of an unknown topic and an unknown partition': async (c, world) => {
    await cutRecords(c, world.name('unknown'), 0)
    await cutRecords(c, await world.topic('t'), 0, 4)
  },
  'delete records: of a compacted topic': async (c, world) => {
    const name = await threeBatches(c, world, { 'cleanup.policy': 'compact' })
    await cutRecords(c, name, 2)
  },
  'delete records: of an internal topic': async (c, world) => {
    await world.coordinator(world.name('g'))
    await cutRecords(c, '__consumer_offsets', 0)
  },
}
