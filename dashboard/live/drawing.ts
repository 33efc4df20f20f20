/** RabbitMQ as a page shows it: a laid out topology with its numbers. */
import { curveBasis, line } from 'd3-shape'
import type { Language } from '#lab/verdict'
import type { RabbitMQPicture } from '#lab/verdict/picture'
import { type Html, html } from '../html.ts'
import { liveTexts } from '../texts/live.ts'
import type { Consumer } from './clients.ts'
import type { Direction, Layout, PlacedEdge, PlacedNode } from './graph.ts'

/** What stands in the second line of a node, by its id. */
export type Numbers = Readonly<Record<string, string>>

export function numbersOf(
  picture: RabbitMQPicture | undefined,
  consumers: readonly Consumer[],
  lang: Language,
): Numbers {
  return Object.fromEntries([
    ...(picture?.queues ?? []).map(({ name, ready, unacked }) => [
      `queue ${name}`,
      liveTexts.ready(ready, unacked)[lang],
    ]),
    ...consumers.map(({ id, prefetch, unacked }) => [
      `consumer ${id}`,
      `${liveTexts.prefetch(prefetch)[lang]} · ${liveTexts.unacked(unacked)[lang]}`,
    ]),
  ])
}

const draw = line<{ readonly x: number; readonly y: number }>()
  .x(({ x }) => x)
  .y(({ y }) => y)
  .curve(curveBasis)

/** Both ways: the style sheet shows the one that the screen has room for. */
export function drawTopology(layouts: Layouts, numbers: Numbers, label: string): Html {
  return html`${directions.map((direction) => drawLayout(layouts[direction], { direction, numbers, label }))}`
}

export type Layouts = Readonly<Record<Direction, Layout>>

const directions = ['across', 'down'] as const
/** What a small topology is enlarged by, as far as the stage of a usual screen has room. */
const scaleMax = 1.3
const stageWidth = 1100
/** What a phone has room for, and by how much a drawing is reduced for it before it has to be pushed sideways. */
const phoneWidth = 312
const scaleMin = 0.7

function scaleOf(width: number, direction: Direction): number {
  if (direction === 'across') return Math.max(1, Math.min(scaleMax, stageWidth / width))
  return Math.max(scaleMin, Math.min(1, phoneWidth / width))
}

function drawLayout(
  { width, height, nodes, edges }: Layout,
  {
    direction,
    numbers,
    label,
  }: { readonly direction: Direction; readonly numbers: Numbers; readonly label: string },
): Html {
  const scale = scaleOf(width, direction)
  const tip = `tip-${direction}`
  return html`<svg class="topology ${direction}" viewBox="0 0 ${width} ${height}" width="${Math.round(width * scale)}" height="${Math.round(height * scale)}" role="img" aria-label="${label}"><title>${label}: ${nodes.map(({ title }) => title).join(', ')}</title>
<defs><marker id="${tip}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8Z"/></marker></defs>
${edges.map((edge) => drawEdge(edge, tip))}${nodes.map((node) => drawNode(node, numbers[node.id]))}</svg>`
}

function drawEdge({ id, kind, label, points, x, y }: PlacedEdge, tip: string): Html {
  return html`<g class="edge ${kind}"><path data-edge="${id}" d="${draw(points) ?? ''}" marker-end="url(#${tip})"/>${label === '' ? '' : html`<text x="${Math.round(x)}" y="${Math.round(y) - 3}" text-anchor="middle">${label}</text>`}</g>`
}

function drawNode({ id, kind, title, x, y, width, height }: PlacedNode, number: string | undefined): Html {
  const round = kind === 'exchange' ? height / 2 : kind === 'queue' ? 3 : 8
  const hasNumber = kind === 'queue' || kind === 'consumer'
  return html`<g class="node ${kind}" transform="translate(${Math.round(x - width / 2)} ${Math.round(y - height / 2)})"><rect width="${Math.round(width)}" height="${height}" rx="${round}"/><text x="${Math.round(width / 2)}" y="${hasNumber ? 18 : height / 2 + 4}" text-anchor="middle">${title}</text>${hasNumber ? html`<text class="number" data-number="${id}" x="${Math.round(width / 2)}" y="35" text-anchor="middle">${number ?? ''}</text>` : ''}</g>`
}
