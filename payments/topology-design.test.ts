/** The reference of the topology design speaks the language of this folder's topologies, and routes this folder's events by their keys. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { arrivalsOf } from '#lab/lint/routing'
import { paymentEvents } from './events.ts'
import { entitiesOf, type Topology, topologySchema } from './topology.ts'

const path = join(import.meta.dirname, '..', 'solutions', 'designs', '05-queue-topology', 'topology.ts')
const { topology } = (await import(pathToFileURL(path).href)) as {
  topology: Topology & {
    readonly publishers: readonly { readonly exchange: string; readonly keys: readonly string[] }[]
  }
}
const { exchanges, queues, bindings, publishers } = topology

describe('the reference of design-05', () => {
  test('is a topology of payments: every name is declared, and every declaration is one that a broker takes', () => {
    const read = topologySchema.parse({ exchanges, queues, bindings })

    expect(entitiesOf(read)).toHaveLength(exchanges.length + queues.length + bindings.length)
  })

  test('uses the routing keys of the events that payments has', () => {
    const ours = Object.values(paymentEvents).map(({ routingKey }) => routingKey as string)
    const published = publishers
      .filter(({ exchange }) => exchange === 'payments')
      .flatMap(({ exchange, keys }) =>
        keys.filter((key) => ours.includes(key)).map((key) => ({ exchange, key })),
      )

    expect(published.map(({ key }) => key)).toEqual([
      'payment.captured',
      'payment.declined',
      'payment.refunded',
    ])
    for (const each of published) expect(arrivalsOf(topology, [each])).not.toEqual([])
  })
})
