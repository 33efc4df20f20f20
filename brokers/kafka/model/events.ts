/** What happens in a cluster, told to whoever listens. */
import type { NodeState } from './node.ts'

export type ModelEvent =
  | { readonly type: 'node'; readonly nodeId: number; readonly state: NodeState; readonly isFenced: boolean }
  | {
      readonly type: 'leader'
      readonly topic: string
      readonly partition: number
      /** -1: there is none. */
      readonly leaderId: number
      readonly leaderEpoch: number
    }
  | {
      readonly type: 'isr'
      readonly topic: string
      readonly partition: number
      readonly isr: readonly number[]
    }
  | {
      readonly type: 'group'
      readonly groupId: string
      /** As Kafka's tools show it; `Dead` once it is deleted. */
      readonly state: string
      readonly generationId: number
      readonly memberIds: readonly string[]
    }
  | {
      readonly type: 'coordinator'
      readonly of: 'groups' | 'transactions'
      /** Of __consumer_offsets or __transaction_state. */
      readonly partition: number
      /** -1: there is none. */
      readonly nodeId: number
    }

/** Tells every listener, in the order in which they came. */
export class Listeners<Event> {
  readonly #listeners = new Set<(event: Event) => void>()

  get isEmpty(): boolean {
    return this.#listeners.size === 0
  }

  /** Gives a way to hear no more. */
  on(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  emit(event: Event): void {
    for (const listener of [...this.#listeners]) listener(event)
  }
}
