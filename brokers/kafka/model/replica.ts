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

  /** @param log may have batches from an earlier life: what follows from them is known again */
  constructor(nodeId: number, log: RecordLog) {
    this.nodeId = nodeId
    this.log = log
    this.#recover()
    log.keepBeside(() => Buffer.from(JSON.stringify({ producers: this.producers.snapshot() })))
  }

  /** Appends a batch that has its place: the leader's own, or one that came from the leader. */
  append(bytes: Buffer, header: BatchHeader = readBatchHeader(bytes)): void {
    this.log.append(bytes, header)
    this.#fold(header)
  }

  /** From what was kept beside the log, and the batches behind that. */
  #recover(): void {
    const kept = this.log.kept()
    if (kept !== undefined) this.producers.restore(JSON.parse(kept.bytes.toString()).producers)
    for (const batch of this.log.walk(Math.max(kept?.offset ?? 0, this.log.startOffset))) {
      this.#fold(readBatchHeader(batch))
    }
  }

  #fold(header: BatchHeader): void {
    if (header.producerId >= 0) this.producers.add(header, header.baseOffset)
  }
}
