/**
 * What a partition remembers of idempotent producers (KIP-98): the last five batches of each, so that a batch sent again is
 * recognised and a lost one is noticed.
 */
import { refusal } from '../refusal.ts'
import type { BatchHeader } from '../wire/record-batch.ts'

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
  /** The oldest first. */
  batches: SeenBatch[]
  lastTimestamp: number
}

export class ProducerStates {
  readonly #producers = new Map<number, ProducerState>()

  /**
   * Whether the batch may be appended. Gives the offset it was stored at if it was seen before.
   * @throws Refusal for an old epoch (47) or a gap in the sequence (45)
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
    if (batch.producerEpoch > producer.epoch) {
      if (batch.baseSequence !== 0) throw outOfOrder(batch, 0)
      return undefined
    }
    const seen = producer.batches.find(
      (one) => one.firstSequence === batch.baseSequence && one.lastSequence === lastSequenceOf(batch),
    )
    if (seen !== undefined) return seen.baseOffset
    const last = producer.batches.at(-1)
    const expected = last === undefined ? 0 : after(last.lastSequence, 1)
    if (batch.baseSequence !== expected) throw outOfOrder(batch, expected)
    return undefined
  }

  /** Remembers a batch that was appended. */
  add(batch: BatchHeader, baseOffset: number): void {
    let producer = this.#producers.get(batch.producerId)
    if (producer === undefined || producer.epoch !== batch.producerEpoch) {
      const { producerId, producerEpoch: epoch } = batch
      producer = { producerId, epoch, batches: [], lastTimestamp: -1 }
      this.#producers.set(batch.producerId, producer)
    }
    const { baseSequence: firstSequence } = batch
    producer.batches.push({ firstSequence, lastSequence: lastSequenceOf(batch), baseOffset })
    if (producer.batches.length > BATCHES_MAX) producer.batches.shift()
    producer.lastTimestamp = batch.maxTimestamp
  }

  /** Forgets producers whose last batch is so old (producer.id.expiration.ms); one that goes on may begin anywhere. */
  expire(untilMs: number): void {
    for (const [producerId, { lastTimestamp }] of this.#producers) {
      if (lastTimestamp <= untilMs) this.#producers.delete(producerId)
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
    for (const one of producers) this.#producers.set(one.producerId, { ...one, batches: [...one.batches] })
  }
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
