/** The broker as a page shows it: a laid out topology with its numbers, or topics as bars with who reads them how far. */
import { curveBasis, line } from 'd3-shape'
import type { Language } from '#lab/verdict'
import { formatNumber } from '#lab/verdict/language'
import type { KafkaPicture, RabbitMQPicture } from '#lab/verdict/picture'
import { type Html, html } from '../html.ts'
import { liveTexts } from '../texts/live.ts'
import type { Consumer } from './clients.ts'
import type { Layout, PlacedEdge, PlacedNode } from './graph.ts'

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

export function drawTopology({ width, height, nodes, edges }: Layout, numbers: Numbers, label: string): Html {
  return html`<svg class="topology" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}"><title>${label}: ${nodes.map(({ title }) => title).join(', ')}</title>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8Z"/></marker></defs>
${edges.map(drawEdge)}${nodes.map((node) => drawNode(node, numbers[node.id]))}</svg>`
}

function drawEdge({ id, kind, label, points, x, y }: PlacedEdge): Html {
  return html`<g class="edge ${kind}"><path data-edge="${id}" d="${draw(points) ?? ''}" marker-end="url(#tip)"/>${label === '' ? '' : html`<text x="${Math.round(x)}" y="${Math.round(y) - 3}" text-anchor="middle">${label}</text>`}</g>`
}

function drawNode({ id, kind, title, x, y, width, height }: PlacedNode, number: string | undefined): Html {
  const round = kind === 'exchange' ? height / 2 : kind === 'queue' ? 3 : 8
  const hasNumber = kind === 'queue' || kind === 'consumer'
  return html`<g class="node ${kind}" transform="translate(${Math.round(x - width / 2)} ${Math.round(y - height / 2)})"><rect width="${Math.round(width)}" height="${height}" rx="${round}"/><text x="${Math.round(width / 2)}" y="${hasNumber ? 18 : height / 2 + 4}" text-anchor="middle">${title}</text>${hasNumber ? html`<text class="number" data-number="${id}" x="${Math.round(width / 2)}" y="35" text-anchor="middle">${number ?? ''}</text>` : ''}</g>`
}

const barWidth = 380

/** Topics with their partitions as bars from the log's start to its high watermark, and each group's place in them. */
export function drawKafka({ topics, groups, nodes }: KafkaPicture, lang: Language): Html {
  const say = (words: { en: string; vi: string }): string => words[lang]
  const longest = Math.max(
    1,
    ...topics.flatMap(({ partitions }) => partitions.map(({ highWatermark }) => highWatermark)),
  )
  const at = (offset: number): number => Math.round((Math.max(0, offset) / longest) * barWidth)
  return html`<div class="kafka">${topics.map(
    ({ name, partitions }) =>
      html`<section aria-label="${name}"><h3>${name}</h3><table><thead><tr><th scope="col">${say(liveTexts.partition)}</th><th scope="col">${say(liveTexts.leader)}</th><th scope="col">ISR</th><th scope="col">${say(liveTexts.start0)} – ${say(liveTexts.end)}</th>${groups.map(({ id }) => html`<th scope="col">${id}: ${say(liveTexts.committed)} / ${say(liveTexts.lag)}</th>`)}</tr></thead><tbody>${partitions.map(
        (partition) => {
          const { index, leader, replicas, isr, start, highWatermark } = partition
          const commits = groups.map(({ id, committed }) => ({
            id,
            offset: committed.find((each) => each.topic === name && each.partition === index)?.offset,
          }))
          return html`<tr><th scope="row">${index}</th><td>${leader < 0 ? say(liveTexts.noLeader) : leader}</td><td>${replicas.map((node) => html`<span title="${node}: ${say(isr.includes(node) ? liveTexts.inSync : liveTexts.outOfSync)}">${isr.includes(node) ? '■' : '□'}${node}</span> `)}</td><td><svg width="${barWidth + 8}" height="18" role="img" aria-label="${start} – ${highWatermark}"><rect class="log" x="${at(start)}" y="3" width="${Math.max(1, at(highWatermark) - at(start))}" height="12"/>${commits.map(({ offset }, order) => (offset === undefined ? '' : html`<path class="commit s${order % 6}" d="M${at(offset)} 0V18"/>`))}</svg> <span class="number">${formatNumber(start, lang)} – ${formatNumber(highWatermark, lang)}</span></td>${commits.map(({ offset }) => html`<td class="number">${offset === undefined ? '–' : `${formatNumber(offset, lang)} / ${formatNumber(highWatermark - offset, lang)}`}</td>`)}</tr>`
        },
      )}</tbody></table></section>`,
  )}
<ul>${groups.map(({ id, state, members }) => html`<li>${say(liveTexts.group)} <code>${id}</code> ${state} · ${say(liveTexts.members)}: ${members.length === 0 ? say(liveTexts.none) : members.join(', ')}</li>`)}</ul><p class="quiet">${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}: ${nodes.join(', ')}</p></div>`
}
