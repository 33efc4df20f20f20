/**
 * Which messages are in memory. Those that arrive while the stored ones take up more than they may are in the store only, and
 * read back when somebody needs them: a queue is worked off from its head, so what came last is needed last.
 */
import type { Message } from './message.ts'
import type { Entry, Pages } from './queue/entry.ts'

/** What a message takes up besides its bytes: its objects, and the views of those bytes. */
const OVERHEAD_BYTES = 500
/** A message that keeps alive so many times its own bytes is copied out of them. */
const PINNED_SHARE_MAX = 4
const PINNED_BYTES_MIN = 16 * 1024

export class Paging implements Pages {
  readonly #bytesMax: number
  readonly #fetch: (position: number) => Message
  #bytes = 0
  /** Who delivers a message looks at it several times. */
  #latest: { readonly position: number; readonly message: Message } | undefined

  /** `fetch` gives the message of a record. */
  constructor(options: { bytesMax: number; fetch: (position: number) => Message }) {
    this.#bytesMax = options.bytesMax
    this.#fetch = options.fetch
  }

  /** Bytes of the stored messages that are in memory. */
  get bytes(): number {
    return this.#bytes
  }

  read({ position }: Entry): Message {
    if (this.#latest?.position !== position) this.#latest = { position, message: this.#fetch(position) }
    return this.#latest.message
  }

  /** A message that stays: in memory if there is room, and otherwise, if it is stored, in the store alone. Gives which. */
  admit(entry: Entry): boolean {
    if (!entry.isStored) {
      if (entry.isWaiting) ownBytes(entry.message)
      return true
    }
    if (this.#bytes >= this.#bytesMax) {
      entry.leaveMemory()
      return false
    }
    if (entry.isWaiting) ownBytes(entry.message)
    entry.heldBytes = entry.bodyBytes + entry.message.header.length + OVERHEAD_BYTES
    this.#bytes += entry.heldBytes
    return true
  }

  /** It is not stored any more. */
  release(entry: Entry): void {
    this.#bytes -= entry.heldBytes
    entry.heldBytes = 0
  }
}

/**
 * What was read from a socket lies in pieces that hold many messages. One small message that stays would keep its whole
 * piece, so it gets bytes of its own.
 */
function ownBytes(message: { header: Buffer; body: Buffer }): void {
  const pinned = message.body.length > 0 ? message.body.buffer.byteLength : message.header.buffer.byteLength
  const needed = message.body.length + message.header.length
  if (pinned < PINNED_BYTES_MIN || pinned <= needed * PINNED_SHARE_MAX) return
  message.header = Buffer.from(message.header)
  message.body = Buffer.from(message.body)
}
