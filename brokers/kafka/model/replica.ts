/**
 * A node's copy of a partition: a log, and what follows from the log alone. Whatever it knows of producers is a fold over its
 * batches, so a follower that copies batches, and a node that reads them back from disk, know the same as the leader did.
 */
import type { BatchHeader } from '../wire/record-batch.ts'
import { readBatchHeader } from '../wire/record-batch.ts'
import { ProducerStates } from './producer-state.ts'
import type { RecordLog } from './record-log.ts'

export class Replica {
  readonly nodeId: number
  readonly log: RecordLog
  readonly producers = new ProducerStates()

  constructor(nodeId: number, log: RecordLog) {
    this.nodeId = nodeId
    this.log = log
  }

  /** Appends a batch that has its place: the leader's own, or one that came from the leader. */
  append(bytes: Buffer, header: BatchHeader = readBatchHeader(bytes)): void {
    this.log.append(bytes, header)
    this.#fold(header)
  }

  #fold(header: BatchHeader): void {
    if (header.producerId >= 0) this.producers.add(header, header.baseOffset)
  }
}
