/**
 * Publisher confirms of one channel (rabbitmq.md 2.7). All publishes of a turn are settled by the commit that ends it, so
 * one `basic.ack multiple=true` tells of all of them; only refusals are told one by one, between acks.
 */

export interface ConfirmSender {
  ack(deliveryTag: number, multiple: boolean): void
  nack(deliveryTag: number): void
}

export class Confirms {
  /** Tag of the latest publish; the first has 1. */
  #published = 0
  /** All tags up to this have been told. */
  #told = 0
  #refused: number[] = []

  /** Counts a publish; it is told of by the next `send`. */
  add(options: { isRefused: boolean }): void {
    this.#published++
    if (options.isRefused) this.#refused.push(this.#published)
  }

  send(to: ConfirmSender): void {
    for (const tag of this.#refused) {
      this.#ackUpTo(tag - 1, to)
      to.nack(tag)
      this.#told = tag
    }
    this.#refused = []
    this.#ackUpTo(this.#published, to)
  }

  #ackUpTo(tag: number, to: ConfirmSender): void {
    if (tag <= this.#told) return
    to.ack(tag, tag > this.#told + 1)
    this.#told = tag
  }
}
