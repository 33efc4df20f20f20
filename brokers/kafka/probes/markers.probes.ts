/** Probes over WriteTxnMarkers: an admin ends a transaction by hand, as for one that hangs. */
import { writeTxnMarkers } from '../wire/messages/27-write-txn-markers.ts'
import { describeProducers } from '../wire/messages/61-describe-producers.ts'
import type { Programs } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'
import { batchOf, fill, read, send } from './requests.ts'

const TRANSACTIONAL = 0b1_0000
const PRODUCER = { producerId: 424_242, producerEpoch: 3 }

interface MarkerOptions {
  readonly isCommit?: boolean
  readonly producerEpoch?: number
  readonly coordinatorEpoch?: number
  readonly partitions?: readonly number[]
}

const mark = (c: ProbeClient, name: string, options: MarkerOptions = {}) =>
  c.call(writeTxnMarkers, 1, {
    markers: [
      {
        ...PRODUCER,
        producerEpoch: options.producerEpoch ?? PRODUCER.producerEpoch,
        transactionResult: options.isCommit ?? false,
        topics: [{ name, partitions: options.partitions ?? [0] }],
        coordinatorEpoch: options.coordinatorEpoch ?? 0,
      },
    ],
  })

const producers = async (c: ProbeClient, name: string) => {
  const answer = await c.ask(describeProducers, 0, { topics: [{ name, partitions: [0] }] })
  for (const { lastTimestamp: _, ...rest } of answer.topics[0]?.partitions[0]?.activeProducers ?? [])
    c.note(JSON.stringify(rest))
}

export const markerProbes: Programs = {
  'markers: where no transaction is open': async (c, world) => {
    const name = await world.topic('t')
    for (const isCommit of [true, false]) await mark(c, name, { isCommit })
    await read(c, name, 0)
    await producers(c, name)
  },
  'markers: of an old epoch': async (c, world) => {
    const name = await world.topic('t')
    await mark(c, name)
    await mark(c, name, { producerEpoch: PRODUCER.producerEpoch - 1 })
    await mark(c, name, { producerEpoch: PRODUCER.producerEpoch + 1 })
    await producers(c, name)
  },
  'markers: of an old coordinator': async (c, world) => {
    const name = await world.topic('t')
    for (const coordinatorEpoch of [5, 4, 5, 6, -1]) await mark(c, name, { coordinatorEpoch })
    await producers(c, name)
  },
  'markers: for what is not there': async (c, world) => {
    await mark(c, world.name('unknown'))
    await mark(c, await world.topic('t'), { partitions: [0, 7] })
    await c.call(writeTxnMarkers, 1, { markers: [] })
  },
  'markers: a batch of the producer goes on behind one': async (c, world) => {
    const name = await world.topic('t')
    await fill(c, name, batchOf(['a', 'b'], { ...PRODUCER, baseSequence: 0 }))
    await mark(c, name)
    await send(c, name, batchOf(['c'], { ...PRODUCER, baseSequence: 2 }))
    await producers(c, name)
  },
  'markers: a batch in a transaction that nobody began': async (c, world) => {
    const [name, transactionalId] = [await world.topic('t'), world.name('x')]
    await world.coordinator(transactionalId, 'transaction')
    await send(c, name, batchOf(['a'], { ...PRODUCER, baseSequence: 0, attributes: TRANSACTIONAL }), {
      transactionalId,
    })
    await mark(c, name)
    await read(c, name, 0)
  },
}
