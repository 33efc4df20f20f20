/** Probes over producing records: acks, batches that are none, limits, compression. */
import { produce } from '../wire/messages/00-produce.ts'
import { listOffsets } from '../wire/messages/02-list-offsets.ts'
import type { Programs } from './probe.ts'
import { batchOf, changed, gzipped, offsetAt, packed, produceRequest, read, send } from './requests.ts'

const HOUR_MS = 3_600_000
const GZIP = 1

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
