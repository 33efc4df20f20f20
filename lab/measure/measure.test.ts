/** Figures: percentiles that are right, files that keep what they should, tables and charts that say it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { text } from '../verdict/language.ts'
import { chartOf } from './chart.ts'
import { Distribution } from './distribution.ts'
import { Meter, timed } from './meter.ts'
import { type CircumstancesOfFigures, keepResults, readResults } from './results.ts'
import { tableOf } from './table.ts'

const folder = mkdtempSync(join(tmpdir(), 'measure-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const circumstances: CircumstancesOfFigures = {
  engine: 'embedded',
  server: 'RabbitMQ 4.2.0',
  seed: 7,
  versions: { node: '24.21.0', amqplib: '2.3.1' },
  machine: '2 cores, <test>',
  subject: 'solutions/3-mq/02',
  at: '2026-11-24T12:00:00.000Z',
}
const named = (name: string) => ({
  name,
  said: text(`the ${name}`, `${name} (vi)`),
  method: text('one after another', 'lần lượt'),
})

describe('a distribution', () => {
  it('has the percentiles of its observations, to three digits', () => {
    const durations = fc.array(fc.double({ min: 0.01, max: 10_000, noNaN: true }), {
      minLength: 1,
      maxLength: 100,
    })
    fc.assert(
      fc.property(durations, (all) => {
        const distribution = new Distribution()
        for (const ms of all) distribution.add(ms)
        const sorted = all.toSorted((a, b) => a - b)
        const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
        const { p50, p99, max } = distribution.percentiles()

        for (const [found, wanted] of [
          [p50, at(0.5)],
          [p99, at(0.99)],
          [max, at(1)],
        ] as const)
          expect(Math.abs(found - wanted)).toBeLessThanOrEqual(wanted * 0.002 + 0.001)
        expect(distribution.n).toBe(all.length)
      }),
      { numRuns: 30 },
    )
  })

  it('refuses what is no duration, and says nothing about nothing', () => {
    const distribution = new Distribution()
    expect(() => distribution.add(-1)).toThrow(RangeError)
    expect(() => distribution.add(Number.NaN)).toThrow(RangeError)
    expect(() => distribution.percentiles()).toThrow(/distribution of nothing/)
  })

  it('takes the time of work that fails too', async () => {
    const distribution = await timed(2, async () => undefined)
    await expect(distribution.time(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(distribution.n).toBe(3)
  })
})

describe('results', () => {
  it('keep figures by name: a new one replaces its own kind only', async () => {
    const path = join(folder, 'deep', 'mq-02.json')
    const meter = new Meter()
    meter.distribution(named('latency'), await timed(5, async () => undefined))
    meter.rate(named('throughput'), { n: 500, ms: 250, unit: 'messages/s' })
    keepResults(path, 'mq-02', meter.figures, circumstances)
    const again = new Meter()
    again.share(named('throughput'), { count: 1, n: 8 })
    keepResults(path, 'mq-02', again.figures, { ...circumstances, seed: 8 })

    const figures = readResults(path)?.figures ?? []
    expect(figures.map(({ name, seed }) => [name, seed])).toEqual([
      ['latency', 7],
      ['throughput', 8],
    ])
    expect(figures[1]).toMatchObject({ value: 12.5, unit: '%', n: 8, versions: { amqplib: '2.3.1' } })
  })

  it('are refused when they are not what they should be, and never overwritten then', () => {
    const path = join(folder, 'broken.json')
    writeFileSync(path, '{}')
    expect(() => keepResults(path, 'mq-02', [], circumstances)).toThrow(/move it away/)
    expect(readFileSync(path, 'utf8')).toBe('{}')
    expect(readResults(join(folder, 'none.json'))).toBeUndefined()
  })

  it('take no figure twice in one run', () => {
    const meter = new Meter()
    meter.share(named('loss'), { count: 0, n: 10 })
    expect(() => meter.share(named('loss'), { count: 0, n: 10 })).toThrow(/taken twice/)
  })
})

describe('what is shown', () => {
  const results = keepResults(
    join(folder, 'shown.json'),
    'mq-02',
    [
      {
        ...named('latency'),
        value: 0.31415,
        unit: 'ms',
        n: 1234,
        percentiles: { min: 0.1, p50: 0.31415, p90: 1, p99: 2, p999: 3, max: 4 },
      },
      { ...named('throughput'), value: 12345.6, unit: 'messages/s', n: 5000 },
    ],
    circumstances,
  )

  it('is a table with units, sample sizes and circumstances, in both languages', () => {
    expect(tableOf(results, 'en').split('\n')).toEqual([
      '| figure | value | n | p50 | p90 | p99 | p99.9 | max | how it was taken |',
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
      '| the latency | 0.314 ms | 1,234 | 0.314 | 1 | 2 | 3 | 4 | one after another |',
      '| the throughput | 12,300 messages/s | 5,000 |  |  |  |  |  | one after another |',
      '',
      'solutions/3-mq/02: engine embedded, RabbitMQ 4.2.0, seed 7, node 24.21.0, amqplib 2.3.1, 2 cores, <test>, 2026-11-24',
    ])
    expect(tableOf(results, 'vi')).toContain('| latency (vi) | 0,314 ms | 1.234 |')
  })

  it('is a chart whose bars share a scale within their unit, and nothing in it is markup of others', () => {
    const svg = chartOf(results, 'en')
    expect(svg.match(/<rect x=/g)).toHaveLength(2)
    expect(svg).toContain('2 cores, &#60;test&#62;')
    // p99 of the only figure in ms ends at the right edge of the scale.
    expect(svg).toContain('<line x1="610.0"')
  })
})
