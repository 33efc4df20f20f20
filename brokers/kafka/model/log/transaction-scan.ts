/** What the batches of a log say of its transactions and producers, for whoever goes through all of them. */
import { type BatchHeader, isControl, isTransactional, recordsOf } from '../../wire/record-batch.ts'

/** The type of a control record stands behind a version in its key: 0 aborts, 1 commits. */
const TYPE_AT = 2
const ABORT = 0

interface Ended {
  readonly firstOffset: number
  readonly markerOffset: number
}

export class TransactionScan {
  /** First offsets of what is open, by producer. */
  readonly #open = new Map<number, number>()
  readonly #aborted = new Map<number, Ended[]>()
  /** Of each producer's last records, or of its marker if it has no records. */
  readonly #last = new Map<number, { readonly offset: number; readonly isMarker: boolean }>()

  /** In the order of offsets. */
  add(header: BatchHeader, batch: Buffer): void {
    const { producerId, baseOffset, lastOffsetDelta } = header
    if (producerId < 0) return
    const offset = baseOffset + lastOffsetDelta
    if (!isControl(header)) {
      this.#last.set(producerId, { offset, isMarker: false })
      if (isTransactional(header) && !this.#open.has(producerId)) this.#open.set(producerId, baseOffset)
      return
    }
    if (this.#last.get(producerId)?.isMarker !== false) this.#last.set(producerId, { offset, isMarker: true })
    const firstOffset = this.#open.get(producerId)
    this.#open.delete(producerId)
    if (firstOffset === undefined || !isAbort(batch, header)) return
    const aborted = this.#aborted.get(producerId)
    if (aborted === undefined) this.#aborted.set(producerId, [{ firstOffset, markerOffset: offset }])
    else aborted.push({ firstOffset, markerOffset: offset })
  }

  isAborted(header: BatchHeader): boolean {
    if (!isTransactional(header) || isControl(header)) return false
    const { producerId, baseOffset } = header
    return (this.#aborted.get(producerId) ?? []).some(
      ({ firstOffset, markerOffset }) => firstOffset <= baseOffset && baseOffset < markerOffset,
    )
  }

  /** Whether it is the last batch that its producer wrote. */
  isLastOf({ producerId, baseOffset, lastOffsetDelta }: BatchHeader): boolean {
    return this.#last.get(producerId)?.offset === baseOffset + lastOffsetDelta
  }
}

function isAbort(batch: Buffer, header: BatchHeader): boolean {
  // A marker that a cleaning emptied says nothing any more.
  return recordsOf(batch, header)[0]?.key?.readInt16BE(TYPE_AT) === ABORT
}
