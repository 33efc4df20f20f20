/**
 * What a partition remembers of its producers (KIP-98): the last five batches of each, so that a batch sent again is
 * recognised and a lost one is noticed, and where its open transaction begins.
 */
import { refusal } from '../refusal.ts'
import type { Marker } from '../wire/marker.ts'
import { type BatchHeader, isTransactional } from '../wire/record-batch.ts'

const BATCHES_MAX = 5
const SEQUENCE_MAX = 0x7fff_ffff

export interface SeenBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly baseOffset: number
}

/** One producer as data. */
export interface ProducerState {
  readonly producerId: number
  epoch: number
  /** The oldest first; none once a marker has raised the epoch. */
  batches: SeenBatch[]
  lastTimestamp: number
  /** Of the coordinator that wrote the last marker; -1: none has. */
  coordinatorEpoch: number
  /** Where its open transaction begins. */
  openSince: number | undefined
}

/** A transaction on this partition, from its first record to its marker. */
export interface CompletedTransaction {
  readonly producerId: number
  readonly firstOffset: number
  readonly lastOffset: number
}

export class ProducerStates {
  readonly #producers = new Map<number, ProducerState>()
  /** Where each open transaction begins. Each begins behind those before it, so the first entry is the lowest. */
  readonly #open = new Map<number, number>()

  /** Where the oldest open transaction begins. */
  get firstOpenOffset(): number | undefined {
    return this.#open.values().next().value
  }

  /** Whether this producer has an open transaction here that the batch belongs to. */
  isOpen({ producerId, producerEpoch }: Pick<BatchHeader, 'producerId' | 'producerEpoch'>): boolean {
    const producer = this.#producers.get(producerId)
    return producer?.epoch === producerEpoch && producer.openSince !== undefined
  }

  /**
   * Whether the batch may be appended. Gives the offset it was stored at if it was seen before.
   * @throws Refusal for an old epoch (47), a gap in the sequence (45), or a batch outside of its producer's transaction (48)
   */
  check(batch: BatchHeader): number | undefined {
    const producer = this.#producers.get(batch.producerId)
    // After a restart, or once its records were deleted, a producer may go on wherever it is.
    if (producer === undefined) return undefined
    if (batch.producerEpoch < producer.epoch) {
      throw refusal(
        'invalidProducerEpoch',
        `producer ${batch.producerId} has epoch ${producer.epoch}, this batch ${batch.producerEpoch}`,
      )
    }
    const isSameEpoch = batch.producerEpoch === producer.epoch
    const seenAt = isSameEpoch ? seenBatch(producer, batch)?.baseOffset : undefined
    if (seenAt !== undefined) return seenAt
    const last = isSameEpoch ? producer.batches.at(-1) : undefined
    const expected = last === undefined ? 0 : after(last.lastSequence, 1)
    if (batch.baseSequence !== expected) throw outOfOrder(batch, expected)
    if (producer.openSince !== undefined && !isTransactional(batch)) {
      throw refusal(
        'invalidTxnState',
        `producer ${batch.producerId} has an open transaction, and this batch is not part of it`,
      )
    }
    return undefined
  }

  /**
   * Whether a marker may be appended that does not come from the coordinator here.
   * @throws Refusal for an old epoch of the producer (47) or of the coordinator (52)
   */
  checkMarker({ producerId, producerEpoch, coordinatorEpoch }: Marker): void {
    const producer = this.#producers.get(producerId)
    if (producer === undefined) return
    if (producerEpoch < producer.epoch) {
      throw refusal(
        'invalidProducerEpoch',
        `producer ${producerId} has epoch ${producer.epoch}, the marker ${producerEpoch}`,
      )
    }
    if (coordinatorEpoch < producer.coordinatorEpoch) {
      throw refusal(
        'transactionCoordinatorFenced',
        `the last marker was of coordinator epoch ${producer.coordinatorEpoch}, this one is of ${coordinatorEpoch}`,
      )
    }
  }

  /** Remembers a batch that was appended. */
  add(batch: BatchHeader): void {
    const { baseOffset, baseSequence: firstSequence } = batch
    const producer = this.#obtain(batch)
    producer.batches.push({ firstSequence, lastSequence: lastSequenceOf(batch), baseOffset })
    if (producer.batches.length > BATCHES_MAX) producer.batches.shift()
    producer.lastTimestamp = batch.maxTimestamp
    if (!isTransactional(batch) || producer.openSince !== undefined) return
    producer.openSince = baseOffset
    this.#open.set(batch.producerId, baseOffset)
  }

  /** Remembers a marker. Gives the transaction that it ended, if one was open: a marker may come twice. */
  end(marker: BatchHeader, coordinatorEpoch: number): CompletedTransaction | undefined {
    const { producerId, baseOffset: lastOffset } = marker
    const producer = this.#obtain(marker)
    const { openSince } = producer
    producer.lastTimestamp = marker.maxTimestamp
    producer.coordinatorEpoch = coordinatorEpoch
    producer.openSince = undefined
    this.#open.delete(producerId)
    return openSince === undefined ? undefined : { producerId, firstOffset: openSince, lastOffset }
  }

  /** Forgets producers whose last batch is so old (producer.id.expiration.ms); one that goes on may begin anywhere. */
  expire(untilMs: number): void {
    for (const [producerId, { lastTimestamp, openSince }] of this.#producers) {
      if (lastTimestamp <= untilMs && openSince === undefined) this.#producers.delete(producerId)
    }
  }

  has(producerId: number): boolean {
    return this.#producers.has(producerId)
  }

  /** As data, detached. */
  snapshot(): ProducerState[] {
    return [...this.#producers.values()].map((producer) => ({ ...producer, batches: [...producer.batches] }))
  }

  /** Knows what `snapshot` gave, and nothing else. */
  restore(producers: readonly ProducerState[]): void {
    this.#producers.clear()
    this.#open.clear()
    for (const one of producers) this.#producers.set(one.producerId, { ...one, batches: [...one.batches] })
    const open = producers.flatMap(({ producerId, openSince }) =>
      openSince === undefined ? [] : [[producerId, openSince] as const],
    )
    for (const [producerId, offset] of open.sort(([, a], [, b]) => a - b)) this.#open.set(producerId, offset)
  }

  #obtain({ producerId, producerEpoch }: BatchHeader): ProducerState {
    let producer = this.#producers.get(producerId)
    if (producer === undefined) {
      producer = {
        producerId,
        epoch: producerEpoch,
        batches: [],
        lastTimestamp: -1,
        coordinatorEpoch: -1,
        openSince: undefined,
      }
      this.#producers.set(producerId, producer)
    } else if (producer.epoch !== producerEpoch) {
      producer.epoch = producerEpoch
      producer.batches = []
    }
    return producer
  }
}

function seenBatch({ batches }: ProducerState, batch: BatchHeader): SeenBatch | undefined {
  return batches.find(
    (one) => one.firstSequence === batch.baseSequence && one.lastSequence === lastSequenceOf(batch),
  )
}

function lastSequenceOf(batch: BatchHeader): number {
  return after(batch.baseSequence, batch.lastOffsetDelta)
}

/** Sequences start again at 0 behind 2^31 - 1. */
function after(sequence: number, count: number): number {
  return (sequence + count) % (SEQUENCE_MAX + 1)
}

function outOfOrder(batch: BatchHeader, expected: number) {
  return refusal(
    'outOfOrderSequence',
    `producer ${batch.producerId} sent sequence ${batch.baseSequence} where ${expected} comes next`,
  )
}
