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

const width = 720
/** Of the face that names are set in, pixels: as wide as it gets on any system. */
const letterWidth = 6.9
/** A curve is told by colour and by how it is dashed; more than this share both. */
const looks = 6
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
  const box = { left: 64, right: 260, top: 18, bottom: 46, height: 340 }
  const values = figures.flatMap(({ percentiles }) => stops.flatMap(([name]) => percentiles?.[name] ?? []))
  const highest = Math.max(...values, Number.MIN_VALUE)
  const lowest = Math.min(...values.filter((value) => value > 0), highest)
  const isLog = highest / lowest > linearRatioMax
  const span: [number, number] = [box.height - box.bottom, box.top]
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
  const names = spreadOut(
    figures.map((figure) => y(Math.max(figure.percentiles?.max ?? 0, isLog ? lowest : 0))),
    15,
    [box.top, box.height - 8],
  )
  const title = titleOf(resultTexts.distributions[lang], figures, lang)
  const ticks = isLog ? (y as ReturnType<typeof scaleLog>).ticks(4) : y.ticks(5)
  const shown = isLog ? ticks.filter((tick) => /^[1]/.test(tick.toExponential())) : ticks
  const svg = drawing(
    box.height,
    title,
    html`${shown.map((tick) => html`<line class="grid" x1="${box.left}" x2="${width - box.right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/><text class="tick" x="${box.left - 8}" y="${round(y(tick) + 4)}" text-anchor="end">${short(tick, lang)}</text>`)}
<text class="axis" x="${box.left - 8}" y="${box.top - 6}" text-anchor="start">${unit}${isLog ? `, ${resultTexts.logarithmic[lang]}` : ''}</text>
${stops.map(([, at, label]) => html`<text class="tick" x="${round(x(at))}" y="${box.height - box.bottom + 18}" text-anchor="middle">${label}</text>`)}
<text class="axis" x="${(box.left + width - box.right) / 2}" y="${box.height - 8}" text-anchor="middle">${resultTexts.percentile[lang]}</text>
${figures.map((figure, index) => {
  const points = stops.flatMap(([name, at]) => {
    const value = figure.percentiles?.[name]
    return value === undefined ? [] : [[at, value] as const]
  })
  const label = `${labelOf(figure, figures, lang)} (n ${formatNumber(figure.n, lang)})`
  return html`<g class="series s${index % looks}"><title>${hover(figure, lang)}</title><path d="${draw(points) ?? ''}"/>${points.map(([at, value]) => html`<circle cx="${round(x(at))}" cy="${round(y(Math.max(value, isLog ? lowest : 0)))}" r="2.5"/>`)}<text x="${width - box.right + 12}" y="${round((names[index] ?? 0) + 4)}">${cut(label, 38)}</text></g>`
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
  const row = 24
  const named = figures.map((figure) => cut(labelOf(figure, figures, lang), 48).length)
  // As much room for names as they take, so that bars have the rest.
  const left = Math.min(330, Math.max(120, Math.ceil(Math.max(...named) * letterWidth) + 18))
  const box = { left, right: 110, top: 26 }
  const height = box.top + figures.length * row + 10
  const x = scaleLinear()
    .domain([0, Math.max(...figures.map(({ value }) => value), Number.MIN_VALUE)])
    .range([box.left, width - box.right])
  const ordered = figures.toSorted((a, b) =>
    `${a.name} ${a.whose} ${a.engine}`.localeCompare(`${b.name} ${b.whose} ${b.engine}`),
  )
  const svg = drawing(
    height,
    title,
    html`<line class="grid" x1="${box.left}" x2="${box.left}" y1="${box.top - 6}" y2="${height - 6}"/><text class="axis" x="${box.left}" y="14">${unit}</text>
${ordered.map((figure, index) => {
  const at = box.top + index * row
  return html`<g class="bar ${figure.whose}"><title>${hover(figure, lang)}</title><text x="${box.left - 10}" y="${at + 14}" text-anchor="end">${cut(labelOf(figure, figures, lang), 48)}</text><rect x="${box.left}" y="${at + 2}" width="${round(Math.max(1, x(figure.value) - box.left))}" height="${row - 8}"/><text class="number" x="${round(x(figure.value) + 8)}" y="${at + 14}">${short(figure.value, lang)}</text></g>`
})}`,
  )
  return { name, title, svg }
}

/** The same drawing by itself, in ink on paper, for a document. */
export function standalone(svg: Html): string {
  const style =
    '<style>text{font:12px sans-serif;fill:#1b2422}.grid{stroke:#ccd4d1}.tick,.axis{fill:#56615e}.series path{fill:none;stroke-width:2}.s0{stroke:#1d6f63;color:#1d6f63}.s1{stroke:#a6501d}.s2{stroke:#3a5fb5}.s3{stroke:#8a3d8f}.s4{stroke:#6b6f12}.s5{stroke:#b0304a}.series text,.series circle{stroke:none}.bar rect{fill:#1d6f63}.bar.reference rect{fill:#9fb8b2}</style><rect width="100%" height="100%" fill="#fff"/>'
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

function cut(words: string, letters: number): string {
  return words.length <= letters ? words : `${words.slice(0, letters - 1)}…`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** Moves labels apart that would stand on each other, and keeps them inside. */
function spreadOut(
  wanted: readonly number[],
  gap: number,
  [top, bottom]: readonly [number, number],
): number[] {
  const order = wanted.map((at, index) => ({ at, index })).toSorted((a, b) => a.at - b.at)
  let last = top - gap
  for (const each of order) {
    each.at = Math.max(each.at, last + gap)
    last = each.at
  }
  const over = Math.max(0, last - bottom)
  const placed = Array.from({ length: wanted.length }, () => 0)
  for (const { at, index } of order) placed[index] = at - over
  return placed
}
