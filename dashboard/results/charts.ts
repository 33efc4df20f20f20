/** Figures as drawings: curves over percentiles for what has a distribution, bars that begin at zero for what has not. */
import { scaleLinear, scaleLog } from 'd3-scale'
import { curveMonotoneX, line } from 'd3-shape'
import { short } from '#lab/measure/table'
import type { Language } from '#lab/verdict'
import { formatNumber } from '#lab/verdict/language'
import { type Html, html } from '../html.ts'
import { resultTexts } from '../texts/results.ts'
import type { Figure } from './figures.ts'

export interface Chart {
  readonly name: string
  readonly title: string
  readonly svg: Html
}

/** As wide as a phone, so that letters stay letters there; a wide screen shows several charts in a row. */
const width = 400
/** Of the face that names are set in, pixels: as wide as it gets on any system. */
const letterWidth = 6.9
/** Names stand in lines of their own, and are never cut: what tells two of them apart is often at their end. */
const nameHeight = 16
/** A curve is told by colour and by how it is dashed; more than this share both. */
const looks = 6
/** Beside a name, how its curve is drawn. */
const keyWidth = 36
/** Beyond this ratio small values can't be told apart on a linear axis. */
const linearRatioMax = 60

/** One chart for all distributions, and one for the bars of each unit. */
export function chartsOf(figures: readonly Figure[], lang: Language): Chart[] {
  const spread = figures.filter(({ percentiles }) => percentiles !== undefined)
  const plain = Map.groupBy(
    figures.filter(({ percentiles }) => percentiles === undefined),
    ({ unit }) => unit,
  )
  return [
    ...(spread.length === 0 ? [] : [curves(spread, lang)]),
    ...[...plain].map(([unit, own], index) => bars(unit, own, { lang, name: `bars-${index + 1}` })),
  ]
}

/** Where a percentile stands: each nine as far from the one before. */
const stops = [
  ['min', 0, '0'],
  ['p50', 0.301, '50'],
  ['p90', 1, '90'],
  ['p99', 2, '99'],
  ['p999', 3, '99.9'],
  ['max', 3.7, 'max'],
] as const

function curves(figures: readonly Figure[], lang: Language): Chart {
  const labels = figures.map((figure) =>
    linesOf(`${labelOf(figure, figures, lang)} (n ${formatNumber(figure.n, lang)})`, width - keyWidth - 8),
  )
  const box = { left: 60, right: 14, top: 22, bottom: 222 }
  const below = box.bottom + 50
  const height = below + labels.flat().length * nameHeight
  const values = figures.flatMap(({ percentiles }) => stops.flatMap(([name]) => percentiles?.[name] ?? []))
  const highest = Math.max(...values, Number.MIN_VALUE)
  const lowest = Math.min(...values.filter((value) => value > 0), highest)
  const isLog = highest / lowest > linearRatioMax
  const span: [number, number] = [box.bottom, box.top]
  const y = isLog
    ? scaleLog().domain([lowest, highest]).range(span).nice().clamp(true)
    : scaleLinear().domain([0, highest]).range(span).nice()
  const x = scaleLinear()
    .domain([0, 3.7])
    .range([box.left, width - box.right])
  const unit = figures[0]?.unit ?? ''
  const draw = line<readonly [number, number]>()
    .x(([at]) => x(at))
    .y(([, value]) => y(Math.max(value, isLog ? lowest : 0)))
    .curve(curveMonotoneX)
  const title = titleOf(resultTexts.distributions[lang], figures, lang)
  const ticks = isLog ? (y as ReturnType<typeof scaleLog>).ticks(4) : y.ticks(5)
  const shown = isLog ? ticks.filter((tick) => /^[1]/.test(tick.toExponential())) : ticks
  const svg = drawing(
    height,
    title,
    html`${shown.map((tick) => html`<line class="grid" x1="${box.left}" x2="${width - box.right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/><text class="tick" x="${box.left - 8}" y="${round(y(tick) + 4)}" text-anchor="end">${short(tick, lang)}</text>`)}
<text class="axis" x="0" y="${box.top - 10}">${unit}${isLog ? `, ${resultTexts.logarithmic[lang]}` : ''}</text>
${stops.map(([, at, label]) => html`<text class="tick" x="${round(x(at))}" y="${box.bottom + 17}" text-anchor="${label === 'max' ? 'end' : 'middle'}">${label}</text>`)}
<text class="axis" x="${(box.left + width - box.right) / 2}" y="${box.bottom + 33}" text-anchor="middle">${resultTexts.percentile[lang]}</text>
${figures.map((figure, index) => {
  const points = stops.flatMap(([name, at]) => {
    const value = figure.percentiles?.[name]
    return value === undefined ? [] : [[at, value] as const]
  })
  const at = below + labels.slice(0, index).flat().length * nameHeight
  return html`<g class="series s${index % looks}"><title>${hover(figure, lang)}</title><path d="${draw(points) ?? ''}"/>${points.map(([each, value]) => html`<circle cx="${round(x(each))}" cy="${round(y(Math.max(value, isLog ? lowest : 0)))}" r="2.5"/>`)}<path d="M0 ${at + 8}H${keyWidth - 8}"/>${namesAt(labels[index] ?? [], keyWidth, at + 12)}</g>`
})}`,
  )
  return { name: 'percentiles', title, svg }
}

function bars(
  unit: string,
  figures: readonly Figure[],
  { lang, name }: { readonly lang: Language; readonly name: string },
): Chart {
  const title = titleOf(unit, figures, lang)
  const ordered = figures.toSorted((a, b) =>
    `${a.name} ${a.whose} ${a.engine}`.localeCompare(`${b.name} ${b.whose} ${b.engine}`),
  )
  const labels = ordered.map((figure) => linesOf(labelOf(figure, figures, lang), width))
  const top = 22
  const bar = 12
  const x = scaleLinear()
    .domain([0, Math.max(...figures.map(({ value }) => value), Number.MIN_VALUE)])
    .range([0, width - 70])
  const heights = labels.map((lines) => lines.length * nameHeight + bar + 14)
  const height = top + heights.reduce((all, each) => all + each, 0)
  const svg = drawing(
    height,
    title,
    html`<text class="axis" x="0" y="12">${unit}</text>
${ordered.map((figure, index) => {
  const lines = labels[index] ?? []
  const at = top + heights.slice(0, index).reduce((all, each) => all + each, 0)
  const under = at + lines.length * nameHeight + 4
  return html`<g class="bar ${figure.whose}"><title>${hover(figure, lang)}</title>${namesAt(lines, 0, at + 14)}<rect x="0" y="${under}" width="${round(Math.max(1, x(figure.value)))}" height="${bar}" rx="2"/><text class="number" x="${round(x(figure.value) + 7)}" y="${under + 10}">${short(figure.value, lang)}</text></g>`
})}`,
  )
  return { name, title, svg }
}

/** The same drawing by itself, in ink on paper, for a document. */
export function standalone(svg: Html): string {
  const style =
    '<style>text{font:12px sans-serif;fill:#1b2422}.grid{stroke:#ccd4d1}.tick,.axis{fill:#56615e}.series path{fill:none;stroke-width:2}.s0{stroke:#1d6f63;color:#1d6f63}.s1{stroke:#a6501d}.s2{stroke:#3a5fb5}.s3{stroke:#8a3d8f}.s4{stroke:#6b6f12}.s5{stroke:#b0304a}.series text,.series circle{stroke:none}.bar rect{fill:#1d6f63}.bar.reference rect{fill:#9fb8b2}.s1 path{stroke-dasharray:7 3}.s2 path{stroke-dasharray:2 3}.s3 path{stroke-dasharray:9 3 2 3}.s4 path{stroke-dasharray:12 4}.s5 path{stroke-dasharray:4 4}</style><rect width="100%" height="100%" fill="#fff"/>'
  return svg.source.replace(/(<title>)/, `${style}$1`)
}

function drawing(height: number, title: string, inside: Html): Html {
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}"><title>${title}</title>${inside}</svg>`
}

function nameOf(figure: Figure, lang: Language): string {
  return `${figure.said[lang]} · ${originOf(figure, lang)}`
}

function originOf({ whose, engine }: Figure, lang: Language): string {
  return `${resultTexts[whose][lang]}, ${engine}`
}

/** Whose figures they all are and from which engine; nothing when they differ. */
function commonOrigin(figures: readonly Figure[], lang: Language): string | undefined {
  const origins = new Set(figures.map((figure) => originOf(figure, lang)))
  return origins.size === 1 ? [...origins][0] : undefined
}

/** The name on the drawing: what all have in common stands in its title. */
function labelOf(figure: Figure, all: readonly Figure[], lang: Language): string {
  return commonOrigin(all, lang) === undefined ? nameOf(figure, lang) : figure.said[lang]
}

function titleOf(title: string, figures: readonly Figure[], lang: Language): string {
  const origin = commonOrigin(figures, lang)
  return origin === undefined ? title : `${title} · ${origin}`
}

/** How it was taken, on hover. */
function hover(figure: Figure, lang: Language): string {
  const { engine, server, seed, n, method, value, unit } = figure
  return `${nameOf(figure, lang)}: ${short(value, lang)} ${unit}. ${method[lang]} ${engine}, ${server}, seed ${seed}, n ${formatNumber(n, lang)}`
}

/** Words in lines that are no wider than this, pixels. */
function linesOf(words: string, room: number): string[] {
  const letters = Math.floor(room / letterWidth)
  const lines: string[] = []
  for (const word of words.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= letters)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function namesAt(lines: readonly string[], x: number, y: number): Html {
  return html`${lines.map((each, nth) => html`<text class="name" x="${x}" y="${y + nth * nameHeight}">${each}</text>`)}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
