/** Direct: a message follows the bindings whose key is its routing key (AMQP 0-9-1 section 3.1.3.1). */
import type { FieldTable } from '../../wire/field-table.ts'
import type { Binding } from '../binding.ts'
import type { Router } from './exchange.ts'

export class DirectRouter implements Router {
  readonly #byKey = new Map<string, Set<Binding>>()

  add(binding: Binding): void {
    const same = this.#byKey.get(binding.routingKey)
    if (same === undefined) this.#byKey.set(binding.routingKey, new Set([binding]))
    else same.add(binding)
  }

  remove(binding: Binding): void {
    const same = this.#byKey.get(binding.routingKey)
    same?.delete(binding)
    if (same?.size === 0) this.#byKey.delete(binding.routingKey)
  }

  route(routingKey: string, _headers: FieldTable, follow: (binding: Binding) => void): void {
    this.#byKey.get(routingKey)?.forEach(follow)
  }
}
