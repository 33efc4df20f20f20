/** Figures as charts and as a file for a spreadsheet. */
import { expect, it } from 'vitest'
import type { Task } from '#workbook/registry'
import { chartsOf, standalone } from './charts.ts'
import { csvOf, type Figure } from './figures.ts'

const common = {
  method: { en: 'one after another', vi: 'lần lượt' },
  engine: 'embedded',
  server: 'RabbitMQ 4.2.0',
  seed: 7,
  versions: { node: '24.21.0' },
  machine: '2 cores',
  subject: 'solutions/3-mq/02',
  at: '2026-11-24T12:00:00.000Z',
} as const
const figures: Figure[] = [
  {
    ...common,
    name: 'latency',
    said: { en: 'latency <b>', vi: 'độ trễ' },
    value: 2,
    unit: 'ms',
    n: 500,
    percentiles: { min: 1, p50: 2, p90: 4, p99: 8, p999: 16, max: 20 },
    whose: 'yours',
  },
  {
    ...common,
    name: 'rate',
    said: { en: 'rate', vi: 'tốc độ' },
    value: 100,
    unit: 'messages/s',
    n: 5,
    whose: 'yours',
  },
  {
    ...common,
    name: 'rate',
    said: { en: 'rate', vi: 'tốc độ' },
    value: 200,
    unit: 'messages/s',
    n: 5,
    whose: 'reference',
  },
]

it('draws distributions as curves over percentiles and the rest as bars, yours beside the reference', () => {
  const [curves, bars] = chartsOf(figures, 'en')
  expect(curves?.svg.source).toContain('latency &lt;b&gt;')
  expect(curves?.svg.source.match(/<circle/g)).toHaveLength(6)
  const widths = [
    ...(bars?.svg.source.matchAll(/class="bar (\w+)".*?<rect[^>]* width="([\d.]+)"/g) ?? []),
  ].map(([, whose, width]) => [whose, Number(width)])
  // Bars begin at zero, so twice the value is twice the length.
  expect(widths.map(([whose]) => whose)).toEqual(['reference', 'yours'])
  const [longer = 0, shorter = 0] = widths.map(([, bar]) => Number(bar))
  expect(longer).toBeGreaterThan(200)
  expect(longer / shorter).toBeCloseTo(2, 1)
})

it('tells on hover how a figure was taken', () => {
  expect(chartsOf(figures, 'en')[1]?.svg.source).toContain('seed 7, n 5')
})

it('is whole by itself, with its colours in it', () => {
  const svg = standalone(chartsOf(figures, 'en')[0]?.svg ?? expect.fail())
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/)
  expect(svg).toContain('<style>')
})

it('says when an axis is logarithmic, and draws zeros on it too', () => {
  const wide = {
    ...figures[0],
    percentiles: { min: 0, p50: 1, p90: 10, p99: 1000, p999: 9000, max: 9999 },
  } as Figure
  const svg = chartsOf([wide], 'en')[0]?.svg.source ?? ''
  expect(svg).toContain('logarithmic')
  expect(svg).not.toContain('NaN')
})

it('is a table for a spreadsheet that runs nothing', () => {
  const bad = { ...figures[1], name: '=cmd()', server: 'a "quoted", one' } as Figure
  const [head, row] = csvOf({ task: {} as Task, figures: [bad] }).split('\r\n')
  expect(head).toMatch(/^figure,whose,value,unit,n,min/)
  expect(row).toMatch(/^'=cmd\(\),yours,100,messages\/s,5,/)
  expect(row).toContain('"a ""quoted"", one"')
})

it('puts a real broker’s figure beside the embedded one’s, each with its engine in its name and its method at hand', () => {
  const [, rate] = figures
  if (rate === undefined) throw new Error('there is no rate')
  const real: Figure = { ...rate, value: 50, engine: 'local', server: 'RabbitMQ 3.10.8' }
  const [bars] = chartsOf([rate, real], 'en')
  const names = [...(bars?.svg.source.matchAll(/class="name"[^>]*>([^<]*)<\/text><rect/g) ?? [])].map(
    ([, name]) => name,
  )
  expect(names).toEqual(['rate · yours, embedded', 'rate · yours, local'])
  expect(bars?.svg.source).toContain('one after another local, RabbitMQ 3.10.8, seed 7, n 5')
})

it('breaks names that are longer than a chart is wide into lines, and cuts none', () => {
  const name =
    'handled with a prefetch of one hundred while every tenth message is refused and comes again later'
  const long = { ...figures[1], said: { en: name, vi: name } } as Figure
  const [bars] = chartsOf([long], 'en')
  const lines = [...(bars?.svg.source.matchAll(/class="name"[^>]*>([^<]*)</g) ?? [])].map(([, line]) => line)
  expect(lines.length).toBeGreaterThan(1)
  expect(lines.join(' ')).toBe(name)
})
