/** Probes over records: producing them, plain and idempotent, fetching them, finding and deleting them. */
import { gzipSync } from 'node:zlib'
import { crc32c } from '../wire/crc32c.ts'
import { produce } from '../wire/messages/00-produce.ts'
import { fetch } from '../wire/messages/01-fetch.ts'
import { listOffsets } from '../wire/messages/02-list-offsets.ts'
import { deleteRecords } from '../wire/messages/21-delete-records.ts'
import { initProducerId } from '../wire/messages/22-init-producer-id.ts'
import { BATCH_HEADER_BYTES } from '../wire/record-batch.ts'
import type { ProbeWorld, Programs } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'
import { batchOf, fetchRequest, fill, offsetAt, produceRequest, read, send } from './requests.ts'

const HOUR_MS = 3_600_000
const GZIP = 1

/** With a true checksum again. */
function changed(batch: Buffer, change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(batch)
  change(bytes)
  bytes.writeUInt32BE(crc32c(bytes, 21), 17)
  return bytes
}

/** The records part as other bytes, with a codec. */
function packed(batch: Buffer, codec: number, body: Buffer): Buffer {
  const bytes = Buffer.concat([batch.subarray(0, BATCH_HEADER_BYTES), body])
  return changed(bytes, (all) => {
    all.writeInt32BE(all.length - 12, 8)
    all.writeInt16BE(codec, 21)
  })
}

const gzipped = (batch: Buffer) => packed(batch, GZIP, gzipSync(batch.subarray(BATCH_HEADER_BYTES)))

/** A message set of the oldest format with one message. */
function oldMessageSet(magic: number): Buffer {
  const value = Buffer.from('old')
  const bytes = Buffer.alloc(12 + 4 + 1 + 1 + (magic === 1 ? 8 : 0) + 4 + 4 + value.length)
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes.writeInt8(magic, 16)
  const at = magic === 1 ? 26 : 18
  bytes.writeInt32BE(-1, at)
  bytes.writeInt32BE(value.length, at + 4)
  value.copy(bytes, at + 8)
  return bytes
}

/** A batch of a producer with that id; `from` is its first sequence. */
const numbered = (producerId: number, from: number, values: readonly string[] = ['a'], producerEpoch = 0) =>
  batchOf(values, { producerId, producerEpoch, baseSequence: from })

async function newProducerId(c: ProbeClient): Promise<number> {
  const answer = await c.until(
    initProducerId,
    1,
    { transactionalId: null, transactionTimeoutMs: 60_000 },
    ({ errorCode }) => errorCode === 0,
  )
  return answer.producerId
}

/** Three batches: offsets 0-1, 2, 3-5. */
async function threeBatches(
  c: ProbeClient,
  world: ProbeWorld,
  configs: Readonly<Record<string, string>> = {},
) {
  const name = await world.topic('t', { configs })
  for (const values of [['a', 'b'], ['c'], ['d', 'e', 'f']]) await fill(c, name, batchOf(values))
  return name
}

const cutRecords = (c: ProbeClient, name: string, offset: number, index = 0) =>
  c.call(deleteRecords, 2, { topics: [{ name, partitions: [{ index, offset }] }], timeoutMs: 5_000 })

/** With times 1000, 2000 and 3000 before now, in this order. */
async function timed(c: ProbeClient, world: ProbeWorld) {
  const name = await world.topic('t')
  const nowMs = Date.now()
  for (const ago of [3000, 2000, 1000])
    await fill(c, name, batchOf([`${ago}`], { baseTimestamp: nowMs - ago }))
  return { name, nowMs }
}

export const produceProbes: Programs = {
  'produce: what every version answers': async (c, world) => {
    const name = await world.topic('t')
    for (let version = 3; version <= 9; version++) await send(c, name, batchOf(['a']), { version })
  },
  'produce: with acks 1': async (c, world) => {
    await send(c, await world.topic('t'), batchOf(['a', 'b']), { acks: 1 })
  },
  'produce: with acks 0 there is no answer': async (c, world) => {
    const name = await world.topic('t')
    c.write(Buffer.alloc(0))
    c.raw.send(produce, 8, produceRequest(name, batchOf(['a']), { acks: 0 }))
    await c.silence()
    await c.until(
      listOffsets,
      5,
      { topics: [{ name, partitions: [{ index: 0, timestamp: -1 }] }] },
      ({ topics }) => topics[0]?.partitions[0]?.offset === 1,
    )
    await read(c, name, 0)
  },
  'produce: with acks 0 an error ends the connection': async (c, world) => {
    c.raw.send(produce, 8, produceRequest(world.name('t'), batchOf(['a']), { acks: 0 }))
    await c.closed()
  },
  'produce: with acks 0 and a false checksum': async (c, world) => {
    const batch = batchOf(['a'])
    batch.writeUInt32BE(1, 17)
    c.raw.send(produce, 8, produceRequest(await world.topic('t'), batch, { acks: 0 }))
    await c.closed()
  },
  'produce: with other acks': async (c, world) => {
    const name = await world.topic('t')
    for (const acks of [2, -2]) await send(c, name, batchOf(['a']), { acks })
  },
  'produce: to an unknown topic': (c, world) => send(c, world.name('t'), batchOf(['a'])),
  'produce: to an unknown partition': async (c, world) => {
    const name = await world.topic('t')
    await send(c, name, batchOf(['a']), { index: 1 })
    await send(c, name, batchOf(['a']), { index: -1 })
  },
  'produce: to no topic': (c) =>
    c.call(produce, 8, { transactionalId: null, acks: -1, timeoutMs: 100, topics: [] }),
  'produce: to several partitions, one of them unknown': async (c, world) => {
    const name = await world.topic('t', { partitions: 2 })
    const partitions = [0, 5, 1].map((index) => ({ index, records: batchOf([`${index}`]) }))
    await c.call(produce, 8, {
      transactionalId: null,
      acks: -1,
      timeoutMs: 5_000,
      topics: [{ name, partitions }],
    })
  },
  'produce: to an internal topic': async (c, world) => {
    await world.coordinator(world.name('g'))
    await send(c, '__consumer_offsets', batchOf(['a']))
  },
  'produce: nothing': async (_c, world) => {
    const name = await world.topic('t')
    for (const [label, records] of [
      ['null', null],
      ['empty', Buffer.alloc(0)],
    ] as const) {
      const one = await world.connect(label)
      one.raw.send(produce, 8, produceRequest(name, records))
      await one.silence()
    }
  },
  'produce: a batch without records': async (c, world) => {
    await send(c, await world.topic('t'), batchOf([]))
  },
  'produce: two batches for one partition': async (c, world) => {
    await send(c, await world.topic('t'), Buffer.concat([batchOf(['a']), batchOf(['b'])]))
  },
  'produce: a false checksum': async (c, world) => {
    const batch = batchOf(['a'])
    batch.writeUInt32BE(1, 17)
    await send(c, await world.topic('t'), batch)
  },
  'produce: a batch that is cut short': async (c, world) => {
    const name = await world.topic('t')
    await send(c, name, batchOf(['abcdef']).subarray(0, -3))
  },
  'produce: less than the header of a batch': async (c, world) => {
    await send(c, await world.topic('t'), batchOf(['a']).subarray(0, 40))
  },
  'produce: bytes behind the batch': async (c, world) => {
    await send(c, await world.topic('t'), Buffer.concat([batchOf(['a']), Buffer.from('zz')]))
  },
  'produce: messages of formats 0 and 1': async (_c, world) => {
    for (const magic of [0, 1]) {
      const one = await world.connect(`format ${magic}`)
      await send(one, await world.topic(`t${magic}`), oldMessageSet(magic))
    }
  },
  'produce: a format that nobody knows': async (c, world) => {
    const batch = changed(batchOf(['a']), (bytes) => bytes.writeInt8(3, 16))
    await send(c, await world.topic('t'), batch)
  },
  'produce: a count that is not true': async (c, world) => {
    const name = await world.topic('t')
    await send(
      c,
      name,
      changed(batchOf(['a', 'b']), (bytes) => bytes.writeInt32BE(3, 57)),
    )
    await send(
      c,
      name,
      changed(batchOf(['a', 'b']), (bytes) => bytes.writeInt32BE(1, 57)),
    )
  },
  'produce: a last offset that is not true': async (c, world) => {
    await send(
      c,
      await world.topic('t'),
      changed(batchOf(['a', 'b']), (bytes) => bytes.writeInt32BE(5, 23)),
    )
  },
  'produce: offsets with a gap inside': async (c, world) => {
    const records = [0, 2].map((offsetDelta) => ({ offsetDelta, value: Buffer.from('a') }))
    await send(c, await world.topic('t'), batchOf(records))
  },
  'produce: a batch that does not begin at 0 is given its place': async (c, world) => {
    const name = await world.topic('t')
    await send(c, name, batchOf(['a'], { baseOffset: 77 }))
    await read(c, name, 0)
  },
  'produce: a control batch': async (c, world) => {
    await send(c, await world.topic('t'), batchOf(['a'], { attributes: 0b10_0000 }))
  },
  'produce: a batch larger than max.message.bytes': async (c, world) => {
    const name = await world.topic('t', { configs: { 'max.message.bytes': '200' } })
    await send(c, name, batchOf(['x'.repeat(300)]))
    await send(c, name, batchOf(['x'.repeat(50)]))
  },
  'produce: exactly max.message.bytes, and one more': async (c, world) => {
    const batch = batchOf(['x'.repeat(30)])
    const exact = await world.topic('exact', { configs: { 'max.message.bytes': String(batch.length) } })
    const less = await world.topic('less', { configs: { 'max.message.bytes': String(batch.length - 1) } })
    await send(c, exact, batch)
    await send(c, less, batch)
  },
  'produce: the time of a record far from now': async (c, world) => {
    const name = await world.topic('t')
    const at = (baseTimestamp: number) => send(c, name, batchOf(['a'], { baseTimestamp }))
    await at(Date.now() + HOUR_MS / 2)
    await at(Date.now() + 3 * HOUR_MS)
    await at(1000)
  },
  'produce: no time at all': async (c, world) => {
    await send(c, await world.topic('t'), batchOf(['a'], { baseTimestamp: -1, maxTimestamp: -1 }))
  },
  'produce: a largest time that is not true': async (c, world) => {
    const name = await world.topic('t')
    await send(c, name, batchOf(['a'], { maxTimestamp: Date.now() + 1000 }))
    await offsetAt(c, name, -3)
  },
  'produce: the limits on the time of a record': async (c, world) => {
    const name = await world.topic('t', {
      configs: { 'message.timestamp.before.max.ms': '1000', 'message.timestamp.after.max.ms': '1000' },
    })
    await send(c, name, batchOf(['a', 'b'], { baseTimestamp: Date.now() - 60_000 }))
    await send(c, name, batchOf(['a'], { baseTimestamp: Date.now() + 60_000 }))
    await send(c, name, batchOf(['a']))
  },
  'produce: with the time of the log': async (c, world) => {
    const name = await world.topic('t', { configs: { 'message.timestamp.type': 'LogAppendTime' } })
    await send(c, name, batchOf(['a'], { baseTimestamp: 1000 }))
    await read(c, name, 0)
    await offsetAt(c, name, -3)
  },
  'produce: a record without a key to a compacted topic': async (c, world) => {
    const name = await world.topic('t', { configs: { 'cleanup.policy': 'compact' } })
    const value = Buffer.from('v')
    await send(c, name, batchOf([{ key: Buffer.from('k'), value }, { value }, { value }]))
    await send(c, name, batchOf([{ key: Buffer.from('k'), value: null }]))
  },
  'produce: to fewer replicas in sync than wanted': async (c, world) => {
    const name = await world.topic('t', { configs: { 'min.insync.replicas': '2' } })
    await send(c, name, batchOf(['a']))
    await send(c, name, batchOf(['b']), { acks: 1 })
  },
  'produce: a null value, a null key, headers': async (c, world) => {
    const name = await world.topic('t')
    const headers = [
      { key: 'h', value: Buffer.from('x') },
      { key: 'h', value: null },
    ]
    await send(
      c,
      name,
      batchOf([{ value: null }, { key: Buffer.from('k'), value: Buffer.from('v'), headers }]),
    )
    await read(c, name, 0)
  },
  'produce: gzip is kept as it is': async (c, world) => {
    const name = await world.topic('t')
    await send(c, name, gzipped(batchOf(['a', 'b'])))
    await read(c, name, 0)
  },
  'produce: gzip that is none': async (c, world) => {
    await send(c, await world.topic('t'), packed(batchOf(['a']), GZIP, Buffer.from('not gzip')))
  },
  'produce: a codec that nobody has': async (_c, world) => {
    for (const codec of [5, 7]) {
      const one = await world.connect(`codec ${codec}`)
      await send(one, await world.topic(`t${codec}`), packed(batchOf(['a']), codec, Buffer.from('aaaa')))
    }
  },
  'produce: zstd before version 7': async (c, world) => {
    await send(c, await world.topic('t'), packed(batchOf(['a']), 4, Buffer.from('aaaa')), { version: 6 })
  },
  'produce: snappy, lz4 and zstd that are none': async (_c, world) => {
    for (const codec of [2, 3, 4]) {
      const one = await world.connect(`codec ${codec}`)
      await send(one, await world.topic(`t${codec}`), packed(batchOf(['a']), codec, Buffer.from('aaaa')))
    }
  },
  'produce: to a topic that is to be compressed': async (c, world) => {
    const name = await world.topic('t', { configs: { 'compression.type': 'gzip' } })
    await send(c, name, batchOf(['a', 'b']))
    await read(c, name, 0)
  },
  'produce: gzip to a topic that is not to be compressed': async (c, world) => {
    const name = await world.topic('t', { configs: { 'compression.type': 'uncompressed' } })
    await send(c, name, gzipped(batchOf(['a', 'b'])))
    await read(c, name, 0)
  },
}

export const idempotenceProbes: Programs = {
  'idempotence: a new id begins with epoch 0, in every version': async (c) => {
    await newProducerId(c)
    for (let version = 0; version <= 4; version++)
      await c.call(initProducerId, version, { transactionalId: null, transactionTimeoutMs: 60_000 })
  },
  'idempotence: an id that one has is not kept': async (c) => {
    const producerId = await newProducerId(c)
    const answer = await c.ask(initProducerId, 4, {
      transactionalId: null,
      transactionTimeoutMs: 60_000,
      producerId,
      producerEpoch: 0,
    })
    c.note(
      `error ${answer.errorCode}, another id: ${answer.producerId !== producerId}, epoch ${answer.producerEpoch}`,
    )
  },
  'idempotence: batches in order': async (c, world) => {
    const name = await world.topic('t')
    const id = await newProducerId(c)
    await send(c, name, numbered(id, 0, ['a', 'b']))
    await send(c, name, numbered(id, 2))
    await read(c, name, 0)
  },
  'idempotence: the same batch again is answered with its offset': async (c, world) => {
    const name = await world.topic('t')
    const id = await newProducerId(c)
    await send(c, name, numbered(id, 0))
    await send(c, name, numbered(id, 1))
    await send(c, name, numbered(id, 0))
    await send(c, name, numbered(id, 1))
    await offsetAt(c, name, -1)
  },
  'idempotence: a gap': async (c, world) => {
    const name = await world.topic('t')
    const id = await newProducerId(c)
    await send(c, name, numbered(id, 0))
    await send(c, name, numbered(id, 2))
  },
  'idempotence: a batch that is older than the last five': async (c, world) => {
    const name = await world.topic('t')
    const id = await newProducerId(c)
    for (let sequence = 0; sequence < 6; sequence++) await fill(c, name, numbered(id, sequence))
    await send(c, name, numbered(id, 0))
    await send(c, name, numbered(id, 1))
  },
  'idempotence: part of a batch again': async (c, world) => {
    const name = await world.topic('t')
    const id = await newProducerId(c)
    await send(c, name, numbered(id, 0, ['a', 'b', 'c']))
    await send(c, name, numbered(id, 0, ['a']))
    await send(c, name, numbered(id, 1, ['b', 'c']))
    await send(c, name, numbered(id, 2, ['c', 'd']))
  },
  'idempotence: a first batch that does not begin at 0': async (c, world) => {
    const name = await world.topic('t')
    await send(c, name, numbered(await newProducerId(c), 5))
  },
  'idempotence: an id that nobody was given': async (c, world) => {
    await send(c, await world.topic('t'), numbered(987_654_321, 0))
  },
  'idempotence: a higher epoch begins at 0': async (c, world) => {
    const name = await world.topic('t')
    const id = await newProducerId(c)
    await send(c, name, numbered(id, 0))
    await send(c, name, numbered(id, 1, ['a'], 1))
    await send(c, name, numbered(id, 0, ['a'], 1))
  },
  'idempotence: an epoch that is over': async (c, world) => {
    const name = await world.topic('t')
    const id = await newProducerId(c)
    await send(c, name, numbered(id, 0, ['a'], 3))
    await send(c, name, numbered(id, 1, ['a'], 2))
  },
  'idempotence: sequences go on behind the largest with 0': async (c, world) => {
    const name = await world.topic('t')
    const id = await newProducerId(c)
    await send(c, name, numbered(id, 2_147_483_646, ['a', 'b']))
    await send(c, name, numbered(id, 0))
  },
  'idempotence: a batch that goes over the largest sequence': async (c, world) => {
    const name = await world.topic('t')
    const id = await newProducerId(c)
    await send(c, name, numbered(id, 2_147_483_647, ['a', 'b', 'c']))
    await send(c, name, numbered(id, 2))
  },
  'idempotence: an id without a sequence': async (c, world) => {
    const id = await newProducerId(c)
    await send(
      c,
      await world.topic('t'),
      batchOf(['a'], { producerId: id, producerEpoch: 0, baseSequence: -1 }),
    )
  },
  'idempotence: an epoch below 0': async (c, world) => {
    const id = await newProducerId(c)
    await send(
      c,
      await world.topic('t'),
      batchOf(['a'], { producerId: id, producerEpoch: -1, baseSequence: 0 }),
    )
  },
  'idempotence: with acks 1': async (c, world) => {
    await send(c, await world.topic('t'), numbered(await newProducerId(c), 0), { acks: 1 })
  },
  'idempotence: partitions are numbered each for itself': async (c, world) => {
    const name = await world.topic('t', { partitions: 2 })
    const id = await newProducerId(c)
    await send(c, name, numbered(id, 0))
    await send(c, name, numbered(id, 0), { index: 1 })
  },
  'idempotence: after the records were deleted it goes on': async (c, world) => {
    const name = await world.topic('t')
    const id = await newProducerId(c)
    await fill(c, name, numbered(id, 0))
    await cutRecords(c, name, -1)
    await send(c, name, numbered(id, 0))
    await send(c, name, numbered(id, 1))
  },
}

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
