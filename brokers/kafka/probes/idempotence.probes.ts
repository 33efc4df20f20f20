/** Probes over idempotent producers (KIP-98): sequences, epochs, batches that come again. */
import { initProducerId } from '../wire/messages/22-init-producer-id.ts'
import type { Programs } from './probe.ts'
import { batchOf, cutRecords, fill, newProducerId, offsetAt, read, send } from './requests.ts'

/** A batch of a producer with that id; `from` is its first sequence. */
const numbered = (producerId: number, from: number, values: readonly string[] = ['a'], producerEpoch = 0) =>
  batchOf(values, { producerId, producerEpoch, baseSequence: from })

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
