/** Fanout: a message follows every binding (AMQP 0-9-1 section 3.1.3.2). */
import type { FieldTable } from '../../wire/field-table.ts'
import type { Binding } from '../binding.ts'
import type { Router } from './exchange.ts'

export class FanoutRouter implements Router {
  readonly #bindings = new Set<Binding>()

  add(binding: Binding): void {
    this.#bindings.add(binding)
  }

  remove(binding: Binding): void {
    this.#bindings.delete(binding)
  }

  route(_routingKey: string, _headers: FieldTable, follow: (binding: Binding) => void): void {
    this.#bindings.forEach(follow)
  }
}
