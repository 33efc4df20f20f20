/** A topology as nodes and edges, laid out once for each shape: numbers change in place, nothing jumps. */
import { graphlib, layout } from '@dagrejs/dagre'
import type { RabbitMQPicture } from '#lab/verdict/picture'
import { type Consumer, deliverWay, type Publisher } from './clients.ts'

export interface GraphNode {
  readonly id: string
  readonly kind: 'publisher' | 'exchange' | 'queue' | 'consumer'
  readonly title: string
}

export interface GraphEdge {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly kind: 'publish' | 'binding' | 'dead-letter' | 'deliver'
  readonly label: string
}

export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export interface PlacedNode extends GraphNode {
  /** Its middle. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface PlacedEdge extends GraphEdge {
  readonly points: readonly { readonly x: number; readonly y: number }[]
  /** Where its label stands. */
  readonly x: number
  readonly y: number
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
}

const letterWidth = 7.2
const nodeHeight = { publisher: 30, exchange: 44, queue: 44, consumer: 44 } as const
const nodeWidthMin = 96

export function graphOf(
  picture: RabbitMQPicture | undefined,
  {
    consumers,
    publishers,
  }: { readonly consumers: readonly Consumer[]; readonly publishers: readonly Publisher[] },
): Graph {
  const { exchanges = [], queues = [], bindings = [] } = picture ?? {}
  const queueNames = new Set(queues.map(({ name }) => name))
  const named = [
    ...exchanges.map(({ name }) => name),
    ...publishers.map(({ exchange }) => exchange),
    ...queues.flatMap(({ deadLetterExchange }) => deadLetterExchange ?? []),
  ].filter((name) => name !== '')
  const types = new Map(exchanges.map(({ name, type }) => [name, type]))
  const lanes = [...new Set(publishers.map(({ lane }) => lane))]
  const nodes: GraphNode[] = [
    ...lanes.map((lane) => ({ id: `lane ${lane}`, kind: 'publisher' as const, title: lane })),
    ...[...new Set(named)].map((name) => ({
      id: `exchange ${name}`,
      kind: 'exchange' as const,
      title: types.has(name) ? `${name} (${types.get(name)})` : name,
    })),
    ...queues.map(({ name }) => ({ id: `queue ${name}`, kind: 'queue' as const, title: name })),
    ...consumers
      .filter(({ queue }) => queueNames.has(queue))
      .map(({ id, lane }) => ({ id: `consumer ${id}`, kind: 'consumer' as const, title: `${lane} ${id}` })),
  ]
  const edges: GraphEdge[] = [
    ...publishers
      .filter(({ exchange }) => exchange !== '')
      .map(({ lane, exchange }) => ({
        id: `publish ${lane} > exchange ${exchange}`,
        from: `lane ${lane}`,
        to: `exchange ${exchange}`,
        kind: 'publish' as const,
        label: '',
      })),
    ...bindings
      .filter(({ source }) => source !== '')
      .map(({ source, destination, destinationType, routingKey }) => ({
        id: `binding ${source} > ${destinationType} ${destination} ${routingKey}`,
        from: `exchange ${source}`,
        to: `${destinationType} ${destination}`,
        kind: 'binding' as const,
        label: routingKey,
      })),
    ...queues.flatMap(({ name, deadLetterExchange, deadLetterRoutingKey }) => {
      if (deadLetterExchange === undefined) return []
      const to =
        deadLetterExchange === '' ? `queue ${deadLetterRoutingKey ?? name}` : `exchange ${deadLetterExchange}`
      return [
        { id: `dead ${name}`, from: `queue ${name}`, to, kind: 'dead-letter' as const, label: 'dead-letter' },
      ]
    }),
    ...consumers.map(({ id, queue }) => ({
      id: deliverWay(queue, id),
      from: `queue ${queue}`,
      to: `consumer ${id}`,
      kind: 'deliver' as const,
      label: '',
    })),
  ]
  const known = new Set(nodes.map(({ id }) => id))
  return { nodes, edges: edges.filter(({ from, to }) => known.has(from) && known.has(to)) }
}

/** Two graphs of one shape are laid out alike. */
export function shapeOf({ nodes, edges }: Graph): string {
  return JSON.stringify([nodes.map(({ id, title }) => [id, title]), edges.map(({ id }) => id)])
}

/** Which way messages go: `across` a wide screen, `down` a phone. */
export type Direction = 'across' | 'down'

export function layOut({ nodes, edges }: Graph, direction: Direction = 'across'): Layout {
  const graph = new graphlib.Graph({ multigraph: true })
  const isAcross = direction === 'across'
  graph.setGraph({
    rankdir: isAcross ? 'LR' : 'TB',
    nodesep: isAcross ? 22 : 12,
    ranksep: isAcross ? 46 : 24,
    edgesep: 14,
    marginx: 10,
    marginy: 10,
  })
  for (const { id, kind, title } of nodes) {
    // A queue's numbers need their room.
    const letters = Math.max(title.length, kind === 'queue' ? 20 : kind === 'consumer' ? 22 : 0)
    graph.setNode(id, { width: Math.max(nodeWidthMin, letters * letterWidth + 22), height: nodeHeight[kind] })
  }
  for (const { id, from, to, label } of edges)
    graph.setEdge(
      { v: from, w: to, name: id },
      { width: label.length * letterWidth + 10, height: label === '' ? 0 : 18, labelpos: 'c' },
    )
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    nodes: nodes.map((node) => {
      const { x, y, width: own, height: tall } = graph.node(node.id)
      return { ...node, x, y, width: own, height: tall }
    }),
    edges: edges.map((edge) => {
      const { points = [], x = 0, y = 0 } = graph.edge({ v: edge.from, w: edge.to, name: edge.id })
      return { ...edge, points, x, y }
    }),
  }
}
