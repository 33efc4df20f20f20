/** The way of a message from an exchange to queues (rabbitmq.md 2.4): bindings, exchange to exchange, alternates, CC and BCC. */
import type { FieldTable } from '../wire/field-table.ts'
import type { Exchange } from './exchange/exchange.ts'
import { ccKeysOf, keysOf, type Message } from './message.ts'
import type { Queue } from './queue/queue.ts'

export interface Topology {
  readonly exchanges: ReadonlyMap<string, Exchange>
  readonly queues: ReadonlyMap<string, Queue>
}

const noHeaders: FieldTable = {}

/** The queues that a message reaches, each once. */
export function routeMessage(topology: Topology, exchange: Exchange, message: Message): Set<Queue> {
  const found = new Set<Queue>()
  const headers = message.properties.headers ?? noHeaders
  follow(exchange, message.routingKey, undefined)
  if (headers['CC'] !== undefined || headers['BCC'] !== undefined) {
    for (const key of [...ccKeysOf(message), ...keysOf(headers, 'BCC')]) follow(exchange, key, undefined)
  }
  return found

  /** `visited` ends circles of exchanges. */
  function follow(from: Exchange, routingKey: string, visited: Set<Exchange> | undefined): void {
    if (from.name === '') {
      const queue = topology.queues.get(routingKey)
      if (queue !== undefined) found.add(queue)
      return
    }
    const seen = (visited ?? new Set<Exchange>()).add(from)
    let isMatched = false
    from.router.route(routingKey, headers, ({ destination }) => {
      isMatched = true
      if (destination.kind === 'queue') found.add(destination)
      else if (!seen.has(destination)) follow(destination, routingKey, seen)
    })
    const alternate =
      isMatched || from.alternate === undefined ? undefined : topology.exchanges.get(from.alternate)
    if (alternate !== undefined && !seen.has(alternate)) follow(alternate, routingKey, seen)
  }
}
