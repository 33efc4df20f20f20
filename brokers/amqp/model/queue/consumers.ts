/** The consumers of one queue, and whose turn it is: highest priority first, round robin among equals (rabbitmq.md 2.8). */
import type { Consumer } from '../consumer.ts'

interface Level {
  readonly priority: number
  readonly consumers: Consumer[]
  /** Index of the one whose turn is next. */
  turn: number
}

export class Consumers {
  /** Highest priority first. */
  readonly #levels: Level[] = []
  /** In the order they came, for x-single-active-consumer. */
  readonly #inOrder = new Set<Consumer>()
  readonly #isSingleActive: boolean
  readonly #prefersHigh: boolean
  #active: Consumer | undefined

  /** `prefersHigh`: the single active one is the first with the highest priority, not simply the first. */
  constructor(options: { isSingleActive: boolean; prefersHigh: boolean }) {
    this.#isSingleActive = options.isSingleActive
    this.#prefersHigh = options.prefersHigh
  }

  get size(): number {
    return this.#inOrder.size
  }

  get hasExclusive(): boolean {
    for (const consumer of this.#inOrder) if (consumer.isExclusive) return true
    return false
  }

  [Symbol.iterator](): Iterator<Consumer> {
    return this.#inOrder.values()
  }

  add(consumer: Consumer): void {
    this.#inOrder.add(consumer)
    let level = this.#levels.find((one) => one.priority === consumer.priority)
    if (level === undefined) {
      level = { priority: consumer.priority, consumers: [], turn: 0 }
      this.#levels.push(level)
      this.#levels.sort((a, b) => b.priority - a.priority)
    }
    level.consumers.push(consumer)
  }

  /** False if it was not there. */
  remove(consumer: Consumer): boolean {
    if (!this.#inOrder.delete(consumer)) return false
    const at = this.#levels.findIndex((one) => one.priority === consumer.priority)
    const level = this.#levels[at] as Level
    const index = level.consumers.indexOf(consumer)
    level.consumers.splice(index, 1)
    if (index < level.turn) level.turn--
    if (level.consumers.length === 0) this.#levels.splice(at, 1)
    return true
  }

  /**
   * The one that takes the next message, if any can. Whose turn it is after a global prefetch limit has held up several
   * consumers can differ from RabbitMQ, which goes by who was held up first.
   */
  next(): Consumer | undefined {
    if (this.#isSingleActive) return this.#nextSingleActive()
    for (const level of this.#levels) {
      const { consumers } = level
      for (let step = 0; step < consumers.length; step++) {
        const index = (level.turn + step) % consumers.length
        const consumer = consumers[index] as Consumer
        if (!consumer.canTake) continue
        level.turn = index + 1
        return consumer
      }
    }
    return undefined
  }

  #nextSingleActive(): Consumer | undefined {
    const active = this.#prefersHigh ? this.#highestActive() : this.#inOrder.values().next().value
    return active?.canTake ? active : undefined
  }

  /** One with a higher priority takes over once the active one has settled what it holds; until then nobody gets more. */
  #highestActive(): Consumer | undefined {
    const highest = this.#levels[0]?.consumers[0]
    const active = this.#active
    const isHolding = active !== undefined && this.#inOrder.has(active) && active.credit.unsettled > 0
    if (isHolding && active !== highest && active.priority < (highest?.priority ?? 0)) return undefined
    if (!isHolding) this.#active = highest
    return this.#active
  }
}
