/** Probes over transactions (KIP-98): ids and epochs, partitions, markers, offsets, what readers are shown. */
import { fetch } from '../wire/messages/01-fetch.ts'
import { offsetFetch } from '../wire/messages/09-offset-fetch.ts'
import { findCoordinator } from '../wire/messages/10-find-coordinator.ts'
import { initProducerId } from '../wire/messages/22-init-producer-id.ts'
import { addPartitionsToTxn } from '../wire/messages/24-add-partitions-to-txn.ts'
import { addOffsetsToTxn } from '../wire/messages/25-add-offsets-to-txn.ts'
import { endTxn } from '../wire/messages/26-end-txn.ts'
import { txnOffsetCommit } from '../wire/messages/28-txn-offset-commit.ts'
import { newGroup } from './group-requests.ts'
import type { ProbeWorld, Programs } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'
import { batchOf, fetchRequest, offsetAt, read, send } from './requests.ts'

const TRANSACTIONAL = 0b1_0000
const CONCURRENT = 51
const READ_COMMITTED = { isolationLevel: 1 }

interface Producer {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
}

const begin = (c: ProbeClient, transactionalId: string, transactionTimeoutMs = 60_000, version = 1) =>
  c.call(initProducerId, version, { transactionalId, transactionTimeoutMs })

/** A transactional id of its own, whose coordinator serves. */
async function newId(world: ProbeWorld): Promise<string> {
  const transactionalId = world.name('x')
  await world.coordinator(transactionalId, 'transaction')
  return transactionalId
}

/** A producer that may begin. Kafka answers 51 as long as the last transaction of the id is being ended. */
async function producerOf(c: ProbeClient, transactionalId: string): Promise<Producer> {
  const { producerId, producerEpoch } = await c.until(
    initProducerId,
    1,
    { transactionalId, transactionTimeoutMs: 60_000 },
    ({ errorCode }) => errorCode !== CONCURRENT,
  )
  return { transactionalId, producerId, producerEpoch }
}

const newProducer = async (c: ProbeClient, world: ProbeWorld) => producerOf(c, await newId(world))

const add = (
  c: ProbeClient,
  producer: Producer,
  name: string,
  partitions: readonly number[] = [0],
  version = 3,
) => c.call(addPartitionsToTxn, version, { ...producer, topics: [{ name, partitions }] })

/** Adds without a note, once the transaction before is over. */
const added = (c: ProbeClient, producer: Producer, name: string) =>
  c.until(
    addPartitionsToTxn,
    3,
    { ...producer, topics: [{ name, partitions: [0] }] },
    ({ topics }) => topics[0]?.partitions[0]?.errorCode !== CONCURRENT,
  )

const end = (c: ProbeClient, producer: Producer, committed: boolean, version = 3) =>
  c.call(endTxn, version, { ...producer, committed })

/** `sequence` is the first of the batch. */
const write = (c: ProbeClient, producer: Producer, name: string, sequence: number, value = 'a') =>
  send(c, name, transactionalBatch(producer, sequence, value), { transactionalId: producer.transactionalId })

const transactionalBatch = ({ producerId, producerEpoch }: Producer, baseSequence: number, value: string) =>
  batchOf([value], { attributes: TRANSACTIONAL, producerId, producerEpoch, baseSequence })

/** Waits for the markers, so that what is read afterwards is settled. */
async function settled(c: ProbeClient, name: string, highWatermark: number): Promise<void> {
  await c.until(fetch, 11, fetchRequest(name, 0, READ_COMMITTED), ({ topics }) => {
    const partition = topics[0]?.partitions[0]
    return partition?.highWatermark === highWatermark && partition.lastStableOffset === highWatermark
  })
}

const commitOffset = (c: ProbeClient, producer: Producer, groupId: string, name: string, version = 3) =>
  c.call(txnOffsetCommit, version, {
    ...producer,
    groupId,
    topics: [{ name, partitions: [{ index: 0, committedOffset: 7, committedMetadata: 'm' }] }],
  })

const committed = (c: ProbeClient, groupId: string, name: string, requireStable = false) =>
  c.call(offsetFetch, 7, { groupId, topics: [{ name, partitions: [0] }], requireStable })

export const transactionProbes: Programs = {
  'transactions: a new id begins with epoch 0, then 1': async (c, world) => {
    const id = await newId(world)
    for (let version = 0; version <= 4; version++) await begin(c, id, 60_000, version)
  },
  'transactions: the coordinator, told by version': async (c, world) => {
    const key = await newId(world)
    for (const version of [1, 2, 3]) await c.call(findCoordinator, version, { key, keyType: 1 })
    await c.call(findCoordinator, 4, { coordinatorKeys: [key], keyType: 1 })
  },
  'transactions: an empty id': async (c, world) => {
    await newId(world)
    await begin(c, '')
  },
  'transactions: a time that is too long, or none': async (c, world) => {
    const id = await newId(world)
    for (const ms of [900_001, 900_000, 0, -1]) await begin(c, `${id}${ms}`, ms)
  },
  'transactions: commit, and what the log then has': async (c, world) => {
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await add(c, producer, name)
    await write(c, producer, name, 0)
    await end(c, producer, true)
    await settled(c, name, 2)
    const answer = await c.ask(fetch, 11, fetchRequest(name, 0, READ_COMMITTED))
    c.note(`aborted: ${answer.topics[0]?.partitions[0]?.abortedTransactions?.length}`)
    await read(c, name, 0, READ_COMMITTED)
  },
  'transactions: abort, and what readers are told': async (c, world) => {
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await add(c, producer, name)
    await write(c, producer, name, 0)
    await end(c, producer, false)
    await settled(c, name, 2)
    await read(c, name, 0, READ_COMMITTED)
    await read(c, name, 0)
  },
  'transactions: what is open is not shown to who reads committed': async (c, world) => {
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await send(c, name, batchOf(['before']))
    await add(c, producer, name)
    await write(c, producer, name, 0)
    await send(c, name, batchOf(['after']))
    await read(c, name, 0, READ_COMMITTED)
    await read(c, name, 0)
    await offsetAt(c, name, -1, READ_COMMITTED)
    await offsetAt(c, name, -1)
    await end(c, producer, true)
    await settled(c, name, 4)
    await offsetAt(c, name, -1, READ_COMMITTED)
  },
  'transactions: who reads committed waits for the end': async (c, world) => {
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await add(c, producer, name)
    await write(c, producer, name, 0)
    const reader = await world.connect('reader')
    reader.send(fetch, 11, fetchRequest(name, 0, { ...READ_COMMITTED, maxWaitMs: 10_000 }))
    await reader.silence()
    await end(c, producer, true)
    await reader.arrives()
  },
  'transactions: aborted ones are told only where they overlap': async (c, world) => {
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    for (const [at, isCommitted] of [false, true, false].entries()) {
      await added(c, producer, name)
      await write(c, producer, name, at)
      await c.until(
        endTxn,
        3,
        { ...producer, committed: isCommitted },
        ({ errorCode }) => errorCode !== CONCURRENT,
      )
      await settled(c, name, 2 * at + 2)
    }
    for (const offset of [0, 1, 2, 3, 4, 5, 6]) await read(c, name, offset, READ_COMMITTED)
  },
  'transactions: an end without a beginning': async (c, world) => {
    const producer = await newProducer(c, world)
    await end(c, producer, true)
    await end(c, producer, false)
  },
  'transactions: the same end again, and the other one': async (c, world) => {
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await add(c, producer, name)
    await write(c, producer, name, 0)
    await end(c, producer, true)
    await settled(c, name, 2)
    await c.until(endTxn, 3, { ...producer, committed: true }, ({ errorCode }) => errorCode !== CONCURRENT)
    await end(c, producer, true)
    await end(c, producer, false)
  },
  'transactions: an empty one': async (c, world) => {
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await add(c, producer, name)
    await end(c, producer, true)
    await settled(c, name, 1)
    await read(c, name, 0)
  },
  'transactions: a write to a partition that was not added': async (c, world) => {
    const name = await world.topic('t')
    await write(c, await newProducer(c, world), name, 0)
  },
  'transactions: a write without its id': async (c, world) => {
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await add(c, producer, name)
    await send(c, name, transactionalBatch(producer, 0, 'a'))
  },
  "transactions: a write with an id that is another's": async (c, world) => {
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await add(c, producer, name)
    await send(c, name, transactionalBatch(producer, 0, 'a'), { transactionalId: 'other' })
  },
  'transactions: a plain batch inside of one': async (c, world) => {
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await add(c, producer, name)
    await write(c, producer, name, 0)
    const { producerId, producerEpoch } = producer
    await send(c, name, batchOf(['b'], { producerId, producerEpoch, baseSequence: 1 }))
    await send(c, name, batchOf(['c']))
  },
  'transactions: a batch that says it is of one, of a producer that is not': async (c, world) => {
    const name = await world.topic('t')
    const { producerId } = await c.until(
      initProducerId,
      1,
      { transactionalId: null, transactionTimeoutMs: 60_000 },
      ({ errorCode }) => errorCode === 0,
    )
    const attributes = TRANSACTIONAL
    await send(c, name, batchOf(['a'], { attributes, producerId, producerEpoch: 0, baseSequence: 0 }))
  },
  'transactions: partitions, told by version': async (c, world) => {
    const name = await world.topic('t', { partitions: 2 })
    const producer = await newProducer(c, world)
    for (let version = 0; version <= 3; version++) await add(c, producer, name, [0, 1], version)
  },
  'transactions: partitions that are not there': async (c, world) => {
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await add(c, producer, world.name('unknown'))
    await add(c, producer, name, [0, 5])
    await write(c, producer, name, 0)
  },
  'transactions: an id that nobody has, and a producer that is not its own': async (c, world) => {
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    for (const one of [
      { ...producer, transactionalId: world.name('nobody') },
      { ...producer, producerId: producer.producerId + 1_000_000 },
      { ...producer, transactionalId: '' },
    ]) {
      await add(c, one, name)
      await end(c, one, true)
    }
  },
  'transactions: a newer producer fences the older one': async (c, world) => {
    const name = await world.topic('t')
    const older = await newProducer(c, world)
    await add(c, older, name)
    await write(c, older, name, 0)
    const newer = await producerOf(c, older.transactionalId)
    c.note(`the same id: ${newer.producerId === older.producerId}`)
    for (const version of [0, 3]) await add(c, older, name, [0], version)
    for (const version of [0, 3]) await end(c, older, true, version)
    await write(c, older, name, 1)
    await settled(c, name, 2)
    await read(c, name, 0, READ_COMMITTED)
    await added(c, newer, name)
    await write(c, newer, name, 0, 'b')
    await end(c, newer, true)
  },
  'transactions: an epoch of the future': async (c, world) => {
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await add(c, { ...producer, producerEpoch: 9 }, name)
    await end(c, { ...producer, producerEpoch: 9 }, true)
  },
  'transactions: one that takes too long is aborted, and its producer fenced': async (c, world) => {
    const name = await world.topic('t')
    const transactionalId = await newId(world)
    const { producerId, producerEpoch } = await c.ask(initProducerId, 1, {
      transactionalId,
      transactionTimeoutMs: 500,
    })
    const producer = { transactionalId, producerId, producerEpoch }
    await add(c, producer, name)
    await write(c, producer, name, 0)
    await settled(c, name, 2)
    await read(c, name, 0, READ_COMMITTED)
    await end(c, producer, true)
    await write(c, producer, name, 1)
  },
  'transactions: who knows its id and epoch goes on with them': async (c, world) => {
    const producer = await newProducer(c, world)
    const { transactionalId, producerId, producerEpoch } = producer
    const ask = (id: number, epoch: number) =>
      c.call(initProducerId, 3, {
        transactionalId,
        transactionTimeoutMs: 60_000,
        producerId: id,
        producerEpoch: epoch,
      })
    await ask(producerId, producerEpoch)
    await ask(producerId, producerEpoch + 1)
    await ask(producerId, producerEpoch + 7)
    await ask(producerId + 1_000_000, producerEpoch)
  },
  'transactions: offsets of a group are committed with it': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await c.call(addOffsetsToTxn, 3, { ...producer, groupId })
    await commitOffset(c, producer, groupId, name)
    await committed(c, groupId, name)
    await committed(c, groupId, name, true)
    await end(c, producer, true)
    await c.until(
      offsetFetch,
      7,
      { groupId, topics: [{ name, partitions: [0] }], requireStable: true },
      ({ topics }) => topics[0]?.partitions[0]?.errorCode === 0,
    )
    await committed(c, groupId, name)
  },
  'transactions: offsets of a group are dropped with it': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await c.call(addOffsetsToTxn, 3, { ...producer, groupId })
    await commitOffset(c, producer, groupId, name)
    await end(c, producer, false)
    await c.until(
      offsetFetch,
      7,
      { groupId, topics: [{ name, partitions: [0] }], requireStable: true },
      ({ topics }) => topics[0]?.partitions[0]?.errorCode === 0,
    )
    await committed(c, groupId, name)
  },
  'transactions: offsets, told by version': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    for (let version = 0; version <= 3; version++)
      await c.call(addOffsetsToTxn, version, { ...producer, groupId })
    for (let version = 0; version <= 3; version++) await commitOffset(c, producer, groupId, name, version)
  },
  'transactions: offsets of a group that was not added': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    await commitOffset(c, await newProducer(c, world), groupId, name)
  },
  'transactions: offsets of a member that the group has not': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    const producer = await newProducer(c, world)
    await c.call(addOffsetsToTxn, 3, { ...producer, groupId })
    const topics = [{ name, partitions: [{ index: 0, committedOffset: 7, committedMetadata: '' }] }]
    await c.call(txnOffsetCommit, 3, { ...producer, groupId, memberId: 'made-up', generationId: 1, topics })
    await c.call(txnOffsetCommit, 3, { ...producer, groupId, memberId: '', generationId: 1, topics })
  },
  'transactions: offsets for a group without a name, and of a topic that is not there': async (c, world) => {
    const groupId = await newGroup(world)
    const producer = await newProducer(c, world)
    await c.call(addOffsetsToTxn, 3, { ...producer, groupId: '' })
    await c.call(addOffsetsToTxn, 3, { ...producer, groupId })
    await commitOffset(c, producer, groupId, world.name('unknown'))
  },
}
