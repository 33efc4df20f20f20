/**
 * The end of an event-loop turn: everything that the clients sent in it is committed at once, then confirmed, then what has
 * gathered for each client is written with one call. Nothing leaves for a client before what it tells of has been kept.
 *
 * Departures. With durability fsync a confirm from a classic queue means that the message is on the disk; RabbitMQ 4 confirms
 * once the operating system has it. A store that can no longer be written (a full disk) ends the broker; RabbitMQ blocks
 * publishers before that.
 */
import type { Broker } from '../model/broker.ts'

/** A channel with publishes to confirm. */
export interface Confirming {
  writeConfirms(): void
}

/** A connection with bytes to send. */
export interface Flushing {
  flush(): void
}

export class Turn {
  readonly #broker: Broker
  readonly #confirming = new Set<Confirming>()
  readonly #flushing = new Set<Flushing>()
  #isScheduled = false
  #isAwaited = false

  constructor(broker: Broker) {
    this.#broker = broker
  }

  /** Something happened that has to be kept; the turn will end with a commit. */
  touch(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    // The check phase comes right after the poll phase, in which every readable socket has been read.
    setImmediate(() => this.end())
  }

  confirmLater(channel: Confirming): void {
    this.#confirming.add(channel)
    this.touch()
  }

  /** The channel is about to close: what it published is confirmed now, since nothing may follow the close. */
  confirmNow(channel: Confirming): void {
    if (this.#confirming.has(channel)) this.end()
  }

  /** Somebody waits to hear that what they did is safe. */
  awaitCommit(): void {
    this.#isAwaited = true
    this.touch()
  }

  flushLater(connection: Flushing): void {
    this.#flushing.add(connection)
    this.touch()
  }

  /** Ends the turn now. */
  end(): void {
    this.#isScheduled = false
    this.#broker.commit({ isAwaited: this.#isAwaited || this.#confirming.size > 0 })
    this.#isAwaited = false
    for (const channel of this.#confirming) channel.writeConfirms()
    this.#confirming.clear()
    for (const connection of this.#flushing) connection.flush()
    this.#flushing.clear()
  }
}
