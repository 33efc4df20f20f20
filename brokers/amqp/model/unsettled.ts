/** What a channel was given and has not settled: delivery tags and the messages behind them. */
import { refusal } from '../refusal.ts'
import type { Consumer } from './consumer.ts'
import type { Entry } from './queue/entry.ts'
import type { Queue } from './queue/queue.ts'

export interface Delivery {
  readonly tag: number
  readonly entry: Entry
  readonly queue: Queue
  /** None for what was fetched by basic.get. */
  readonly consumer: Consumer | undefined
  /** When it must have been settled, in the broker's milliseconds. */
  readonly deadlineMs: number
}

export class Unsettled {
  /** In tag order, since tags only grow. */
  readonly #deliveries = new Map<number, Delivery>()
  #tag = 0

  get size(): number {
    return this.#deliveries.size
  }

  /** The next delivery tag. Tags count from 1 and are used up by deliveries that need no ack, too. */
  nextTag(): number {
    return ++this.#tag
  }

  add(delivery: Delivery): void {
    this.#deliveries.set(delivery.tag, delivery)
  }

  /**
   * Takes out one tag, or all up to it; tag 0 with `isMultiple` means all there are, and may be none.
   * @throws Refusal for a tag that is not outstanding.
   */
  settle(tag: number, isMultiple: boolean): Delivery[] {
    if (!isMultiple) return [this.#takeOne(tag)]
    if (tag === 0) return this.settleAll()
    // The last of them must be outstanding itself.
    if (!this.#deliveries.has(tag)) throw unknownTag(tag)
    const taken: Delivery[] = []
    for (const delivery of this.#deliveries.values()) {
      if (delivery.tag > tag) break
      taken.push(delivery)
    }
    for (const delivery of taken) this.#deliveries.delete(delivery.tag)
    return taken
  }

  /** Makes deliveries outstanding again that had been taken out. */
  restore(deliveries: readonly Delivery[]): void {
    const all = [...this.settleAll(), ...deliveries].sort((a, b) => a.tag - b.tag)
    for (const delivery of all) this.add(delivery)
  }

  /** One that has been outstanding for too long. */
  late(nowMs: number): Delivery | undefined {
    for (const delivery of this.#deliveries.values()) if (delivery.deadlineMs <= nowMs) return delivery
    return undefined
  }

  earliestDeadlineMs(): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const { deadlineMs } of this.#deliveries.values()) if (deadlineMs < earliest) earliest = deadlineMs
    return earliest
  }

  /** Takes out everything that a consumer holds. */
  settleOf(consumer: Consumer): Delivery[] {
    const taken = [...this.#deliveries.values()].filter((delivery) => delivery.consumer === consumer)
    for (const delivery of taken) this.#deliveries.delete(delivery.tag)
    return taken
  }

  settleAll(): Delivery[] {
    const taken = [...this.#deliveries.values()]
    this.#deliveries.clear()
    return taken
  }

  #takeOne(tag: number): Delivery {
    const delivery = this.#deliveries.get(tag)
    if (delivery === undefined) throw unknownTag(tag)
    this.#deliveries.delete(tag)
    return delivery
  }
}

function unknownTag(tag: number) {
  return refusal('preconditionFailed', `unknown delivery tag ${tag}`)
}
