/**
 * tx (AMQP 0-9-1 section 1.9 of the reference; rabbitmq.md 2.7): what a channel holds back until tx.commit. Publishes are
 * checked when they arrive and routed at the commit; settled tags are taken at once and come back with a rollback.
 */
import type { Delivery } from '../model/unsettled.ts'

export class Transaction {
  #publishes: (() => void)[] = []
  #settles: { readonly deliveries: readonly Delivery[]; readonly settle: () => void }[] = []

  publishLater(publish: () => void): void {
    this.#publishes.push(publish)
  }

  settleLater(deliveries: readonly Delivery[], settle: () => void): void {
    this.#settles.push({ deliveries, settle })
  }

  commit(): void {
    const [publishes, settles] = [this.#publishes, this.#settles]
    this.rollBack()
    for (const publish of publishes) publish()
    for (const { settle } of settles) settle()
  }

  /** Forgets what was held back; gives the deliveries that are outstanding again. */
  rollBack(): Delivery[] {
    const deliveries = this.#settles.flatMap((one) => one.deliveries)
    this.#publishes = []
    this.#settles = []
    return deliveries
  }
}
