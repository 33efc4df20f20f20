/** Draws herds as an SVG: a panel for each strategy, calls over time, on one scale. No scripts, no fonts. */
import { escaped } from '../measure/svg.ts'
import type { Herd } from './herd.ts'

export interface HerdPanel {
  readonly name: string
  readonly herd: Herd
}

const size = { width: 760, panel: 84, left: 118, right: 190, top: 44, gap: 14, bottom: 46 } as const

/** `binMs` is how much time a bar holds, `untilMs` where the picture ends. */
export function herdChart(
  panels: readonly HerdPanel[],
  {
    title,
    below,
    slotMs,
    binMs,
    untilMs,
  }: { title: string; below: string; slotMs: number; binMs: number; untilMs: number },
): string {
  const binned = panels.map(({ herd }) => binsOf(herd, { slotMs, binMs, untilMs }))
  const highest = Math.max(1, ...binned.flat())
  const height = size.top + panels.length * (size.panel + size.gap) + size.bottom
  const plot = size.width - size.left - size.right
  const x = (ms: number): string => (size.left + (ms / untilMs) * plot).toFixed(1)
  const drawn = panels.map(({ name, herd }, at) => {
    const base = size.top + at * (size.panel + size.gap) + size.panel
    const width = (plot * binMs) / untilMs
    const bars = (binned[at] ?? []).flatMap((calls, bin) => {
      if (calls === 0) return []
      const tall = Math.max(1, (calls / highest) * size.panel)
      return [
        `<rect x="${x(bin * binMs)}" y="${(base - tall).toFixed(1)}" width="${Math.max(0.8, width - 0.4).toFixed(1)}" height="${tall.toFixed(1)}"/>`,
      ]
    })
    const aside = [
      `fullest ${slotMs} ms: ${herd.peak} calls`,
      `${herd.retries} calls after the first`,
      `last one done at ${(herd.lastMs / 1000).toFixed(1)} s`,
    ]
    return [
      `<text x="12" y="${base - size.panel / 2 + 5}" font-size="14">${escaped(name)}</text>`,
      `<line x1="${size.left}" x2="${size.left + plot}" y1="${base}" y2="${base}" stroke="#8c959f"/>`,
      `<g fill="#0969da">${bars.join('')}</g>`,
      ...aside.map(
        (text, row) =>
          `<text x="${size.left + plot + 14}" y="${base - size.panel + 22 + row * 20}" font-size="12" fill="#59636e">${escaped(text)}</text>`,
      ),
    ].join('\n')
  })
  const axis = size.top + panels.length * (size.panel + size.gap) + 6
  const ticks = Array.from({ length: 6 }, (_, at) => (untilMs / 5) * at)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" font-family="sans-serif" role="img" fill="#1f2328">`,
    `<title>${escaped(title)}</title>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    `<text x="12" y="24" font-size="15">${escaped(title)}</text>`,
    ...drawn,
    ...ticks.map(
      (ms) =>
        `<text x="${x(ms)}" y="${axis}" font-size="11" text-anchor="middle" fill="#59636e">${ms / 1000} s</text>`,
    ),
    `<text x="12" y="${height - 12}" font-size="11" fill="#59636e">${escaped(below)}</text>`,
    '</svg>',
    '',
  ].join('\n')
}

/** Calls in each bin; the first calls, which all meet the outage, are left out. */
function binsOf(
  { arrivals }: Herd,
  { slotMs, binMs, untilMs }: { slotMs: number; binMs: number; untilMs: number },
): number[] {
  const bins = new Array<number>(Math.ceil(untilMs / binMs)).fill(0)
  for (const [slot, calls] of arrivals.entries()) {
    const bin = Math.floor((slot * slotMs) / binMs)
    if (slot > 0 && bin < bins.length) bins[bin] = (bins[bin] ?? 0) + calls
  }
  return bins
}
