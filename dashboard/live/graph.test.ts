/** Topologies as drawings: all that is there, and nothing that moves when only numbers change. */
import { expect, it } from 'vitest'
import type { RabbitMQPicture } from '#lab/verdict/picture'
import { drawTopology, numbersOf } from './drawing.ts'
import { graphOf, layOut, shapeOf } from './graph.ts'

const picture: RabbitMQPicture = {
  product: 'rabbitmq',
  exchanges: [
    { name: 'payments', type: 'direct' },
    { name: 'dead', type: 'fanout' },
  ],
  queues: [
    { name: 'work', type: 'quorum', ready: 12, unacked: 3, consumers: 1, deadLetterExchange: 'dead' },
    { name: 'work.dlq', type: 'classic', ready: 1, unacked: 0, consumers: 0 },
  ],
  bindings: [
    { source: 'payments', destination: 'work', destinationType: 'queue', routingKey: 'payment.<b>' },
    { source: 'dead', destination: 'work.dlq', destinationType: 'queue', routingKey: '' },
  ],
}
const consumer = { id: '2.1.1', lane: 'consumer', connection: 2, queue: 'work', prefetch: 3, unacked: 3 }
const clients = { consumers: [consumer], publishers: [{ lane: 'producer', exchange: 'payments' }] }

it('has a node for each exchange, queue and client, and an edge for each way of a message', () => {
  const { nodes, edges } = graphOf(picture, clients)
  expect(nodes.map(({ id }) => id).sort()).toEqual([
    'consumer 2.1.1',
    'exchange dead',
    'exchange payments',
    'lane producer',
    'queue work',
    'queue work.dlq',
  ])
  expect(edges.map(({ kind, from, to }) => `${kind}: ${from} > ${to}`).sort()).toEqual([
    'binding: exchange dead > queue work.dlq',
    'binding: exchange payments > queue work',
    'dead-letter: queue work > exchange dead',
    'deliver: queue work > consumer 2.1.1',
    'publish: lane producer > exchange payments',
  ])
})

it('keeps its shape when only numbers change', () => {
  const queues = picture.queues.map((queue) => ({ ...queue, ready: 99 }))
  const busy = { ...clients, consumers: [{ ...consumer, unacked: 0 }] }
  expect(shapeOf(graphOf({ ...picture, queues }, busy))).toBe(shapeOf(graphOf(picture, clients)))
  expect(shapeOf(graphOf(picture, { ...clients, consumers: [] }))).not.toBe(
    shapeOf(graphOf(picture, clients)),
  )
})

it('is laid out inside its frame, names escaped, numbers where they can change', () => {
  const graph = graphOf(picture, clients)
  const layouts = { across: layOut(graph, 'across'), down: layOut(graph, 'down') }
  for (const layout of Object.values(layouts))
    for (const { x, y, width, height } of layout.nodes) {
      expect(x - width / 2).toBeGreaterThanOrEqual(0)
      expect(x + width / 2).toBeLessThanOrEqual(layout.width)
      expect(y - height / 2).toBeGreaterThanOrEqual(0)
      expect(y + height / 2).toBeLessThanOrEqual(layout.height)
    }
  // Along the screen's longer side.
  expect(layouts.across.width).toBeGreaterThan(layouts.across.height)
  expect(layouts.down.height).toBeGreaterThan(layouts.down.width)
  const { source } = drawTopology(layouts, numbersOf(picture, [consumer], 'en'), 'Topology')
  expect(source).toContain('payment.&lt;b&gt;')
  expect(source).toMatch(/data-number="queue work"[^>]*>12 ready, 3 unacked</)
  expect(source).toMatch(/data-number="consumer 2.1.1"[^>]*>prefetch 3 · 3 unacked</)
})

it('shows a broker before anything is declared', () => {
  expect(graphOf(undefined, { consumers: [], publishers: [] })).toEqual({ nodes: [], edges: [] })
})
