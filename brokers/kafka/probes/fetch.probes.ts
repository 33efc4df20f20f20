/** Probes over fetching records: offsets, limits, waiting, sessions. */
import { fetch } from '../wire/messages/01-fetch.ts'
import type { Programs } from './probe.ts'
import { batchOf, cutRecords, fetchRequest, fill, read, send, threeBatches } from './requests.ts'

export const fetchProbes: Programs = {
  'fetch: what every version answers': async (c, world) => {
    const name = await world.topic('t')
    await fill(c, name, batchOf(['a']))
    for (let version = 4; version <= 12; version++) await read(c, name, 0, { version })
  },
  'fetch: from within a batch, from its last, from the end': async (c, world) => {
    const name = await threeBatches(c, world)
    for (const offset of [1, 2, 4, 6]) await read(c, name, offset)
  },
  'fetch: beyond the end and before the start': async (c, world) => {
    const name = await threeBatches(c, world)
    for (const offset of [7, 1000, -1, -2]) await read(c, name, offset)
  },
  'fetch: below what was deleted': async (c, world) => {
    const name = await threeBatches(c, world)
    await cutRecords(c, name, 4)
    for (const offset of [0, 3, 4]) await read(c, name, offset)
  },
  'fetch: an unknown topic and an unknown partition': async (c, world) => {
    await read(c, world.name('unknown'), 0)
    await read(c, await world.topic('t'), 0, { index: 3 })
  },
  'fetch: nothing': (c) => c.call(fetch, 11, { maxWaitMs: 0, minBytes: 1, isolationLevel: 0, topics: [] }),
  'fetch: the first batch comes even if it is too large': async (c, world) => {
    const name = await threeBatches(c, world)
    await read(c, name, 0, { partitionBytes: 1 })
    await read(c, name, 0, { maxBytes: 1 })
    await read(c, name, 0, { maxBytes: 0, partitionBytes: 0 })
  },
  'fetch: whole batches up to a limit': async (c, world) => {
    const name = await threeBatches(c, world)
    const first = batchOf(['a', 'b']).length
    for (const more of [0, 10, batchOf(['c']).length])
      await read(c, name, 0, { partitionBytes: first + more })
  },
  'fetch: a limit over several partitions': async (c, world) => {
    const name = await world.topic('t', { partitions: 3 })
    for (const index of [0, 1, 2]) await fill(c, name, batchOf([`${index}`]), { index })
    const partitions = [0, 1, 2].map((index) => ({ index, fetchOffset: 0, maxBytes: 1000 }))
    const ask = (maxBytes: number) =>
      c.call(fetch, 11, {
        maxWaitMs: 0,
        minBytes: 1,
        maxBytes,
        isolationLevel: 0,
        topics: [{ name, partitions }],
      })
    await ask(1000)
    await ask(100)
    await ask(1)
  },
  'fetch: an error of one partition beside records of another': async (c, world) => {
    const name = await world.topic('t')
    await fill(c, name, batchOf(['a']))
    const partitions = [0, 9].map((index) => ({ index, fetchOffset: 0, maxBytes: 1000 }))
    await c.call(fetch, 11, {
      maxWaitMs: 5_000,
      minBytes: 100_000,
      isolationLevel: 0,
      topics: [{ name, partitions }],
    })
  },
  'fetch: waits until a record comes': async (c, world) => {
    const name = await world.topic('t')
    c.send(fetch, 11, fetchRequest(name, 0, { maxWaitMs: 10_000 }))
    await c.silence()
    const producer = await world.connect('producer')
    await send(producer, name, batchOf(['a']))
    await c.arrives()
  },
  'fetch: waits for as many bytes as it wants': async (c, world) => {
    const name = await world.topic('t')
    c.send(fetch, 11, fetchRequest(name, 0, { maxWaitMs: 10_000, minBytes: 150 }))
    const producer = await world.connect('producer')
    await send(producer, name, batchOf(['a']))
    await c.silence()
    await send(producer, name, batchOf(['b'.repeat(100)]))
    await c.arrives()
  },
  'fetch: gives up after its time': async (c, world) => {
    await read(c, await world.topic('t'), 0, { maxWaitMs: 100 })
  },
  'fetch: does not wait with an offset out of range': async (c, world) => {
    await read(c, await world.topic('t'), 5, { maxWaitMs: 10_000 })
  },
  'fetch: nothing is wanted, nothing is waited for': async (c, world) => {
    await read(c, await world.topic('t'), 0, { maxWaitMs: 10_000, minBytes: 0 })
  },
  'fetch: wakes when its topic is deleted or its log is cut': async (c, world) => {
    const name = await world.topic('t')
    await fill(c, name, batchOf(['a', 'b']))
    c.send(fetch, 11, fetchRequest(name, 2, { maxWaitMs: 400 }))
    const admin = await world.connect('admin')
    await cutRecords(admin, name, -1)
    await c.arrives()
  },
  'fetch: with an epoch of the leader': async (c, world) => {
    const name = await threeBatches(c, world)
    for (const leaderEpoch of [0, 1, -1, -2]) await read(c, name, 5, { leaderEpoch })
  },
  'fetch: of committed records without any transaction': async (c, world) => {
    await read(c, await threeBatches(c, world), 0, { isolationLevel: 1 })
  },
  'fetch: with an isolation that nobody knows': async (c, world) => {
    await read(c, await threeBatches(c, world), 0, { isolationLevel: 2 })
  },
  'fetch: the same partition twice': async (c, world) => {
    const name = await threeBatches(c, world)
    const partition = { index: 0, fetchOffset: 0, maxBytes: 1000 }
    await c.call(fetch, 11, {
      maxWaitMs: 0,
      minBytes: 1,
      isolationLevel: 0,
      topics: [{ name, partitions: [partition, partition] }],
    })
  },
  'fetch: as a follower that is none': async (c, world) => {
    await read(c, await threeBatches(c, world), 0, { replicaId: 5 })
  },
  'fetch: a session that nobody has begun': async (c, world) => {
    await read(c, await threeBatches(c, world), 0, { sessionId: 12_345, sessionEpoch: 1 })
  },
  'fetch: a session is begun': async (c, world) => {
    const name = await threeBatches(c, world)
    const answer = await c.ask(fetch, 11, fetchRequest(name, 0, { sessionEpoch: 0 }))
    c.note(`${answer.sessionId === 0 ? 'no session' : 'a session'}, error ${answer.errorCode}`)
  },
  'fetch: an epoch of a session without a session': async (c, world) => {
    await read(c, await threeBatches(c, world), 0, { sessionId: 0, sessionEpoch: 5 })
  },
}
