/** A binding: what its source exchange sends on, and to where. */
import { encodeTable, type FieldTable } from '../wire/field-table.ts'
import type { Exchange } from './exchange/exchange.ts'
import type { Queue } from './queue/queue.ts'

export interface Binding {
  readonly source: Exchange
  readonly destination: Queue | Exchange
  readonly routingKey: string
  readonly arguments: FieldTable
}

/** Two bindings with the same identity are one: destination, routing key and arguments. */
export function bindingIdentity(binding: Omit<Binding, 'source'>): string {
  const { destination, routingKey } = binding
  return JSON.stringify([
    destination.kind,
    destination.name,
    routingKey,
    encodeTable(binding.arguments).toString('hex'),
  ])
}

/** A binding survives a restart when both of its ends do. */
export function isDurable(binding: Binding): boolean {
  return binding.source.isDurable && binding.destination.isDurable
}
