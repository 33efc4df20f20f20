/** Draws figures as an SVG chart: one bar each, grouped by unit, percentiles as ticks on it. No scripts, no fonts. */
import type { Language } from '../verdict/verdict.ts'
import type { KeptFigure, Results } from './results.ts'
import { escaped } from './svg.ts'

const size = { width: 720, label: 260, bar: 22, gap: 14, top: 44, right: 110 } as const
/** Told apart without colour too: the median ends the bar, higher percentiles are ticks with their names. */
const ticks = ['p90', 'p99'] as const

export function chartOf({ task, figures }: Results, lang: Language): string {
  const rows = figures.toSorted((a, b) => (a.unit === b.unit ? 0 : a.unit < b.unit ? -1 : 1))
  const height = size.top + rows.length * (size.bar + size.gap) + 40
  const [first] = figures
  const below =
    first === undefined ? '' : `${first.engine}, ${first.server}, seed ${first.seed}, ${first.machine}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" font-family="sans-serif" font-size="13" role="img">`,
    `<title>${escaped(task)}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="12" y="24" font-size="15" fill="#1f2328">${escaped(task)}</text>`,
    ...rows.map((figure, index) => drawFigure(figure, rows, index, lang)),
    `<text x="12" y="${height - 12}" font-size="11" fill="#59636e">${escaped(below)}</text>`,
    '</svg>',
    '',
  ].join('\n')
}

function drawFigure(figure: KeptFigure, all: readonly KeptFigure[], index: number, lang: Language): string {
  const y = size.top + index * (size.bar + size.gap)
  const highest = Math.max(...all.filter(({ unit }) => unit === figure.unit).map(highestOf), Number.MIN_VALUE)
  const scale = (size.width - size.label - size.right) / highest
  const x = (value: number): string => (size.label + value * scale).toFixed(1)
  const middle = y + size.bar / 2 + 5
  const width = (figure.value * scale).toFixed(1)
  const percentiles = ticks.flatMap((name) => {
    const value = figure.percentiles?.[name]
    if (value === undefined) return []
    return [
      `<line x1="${x(value)}" x2="${x(value)}" y1="${y - 2}" y2="${y + size.bar + 2}" stroke="#1f2328"/>`,
      `<text x="${x(value)}" y="${y - 4}" font-size="10" text-anchor="middle" fill="#59636e">${name}</text>`,
    ]
  })
  return [
    `<text x="12" y="${middle}" fill="#1f2328">${escaped(figure.said[lang])}</text>`,
    `<rect x="${size.label}" y="${y}" width="${width}" height="${size.bar}" fill="#0969da"/>`,
    ...percentiles,
    `<text x="${x(highestOf(figure))}" y="${middle}" dx="8" fill="#1f2328">${escaped(`${Number(figure.value.toPrecision(3))} ${figure.unit}`)}</text>`,
  ].join('\n')
}

function highestOf({ value, percentiles }: KeptFigure): number {
  return Math.max(value, ...ticks.map((name) => percentiles?.[name] ?? 0))
}
