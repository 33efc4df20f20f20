/** What a task measures with: names a figure, takes it, and hands it over. */
import type { Language, Text } from '../verdict/verdict.ts'
import { Distribution } from './distribution.ts'
import type { Measured } from './results.ts'

/** What every figure says of itself. */
export interface FigureNamed {
  readonly name: string
  readonly said: Text
  readonly method: Text
  /** The checklist item of evidence `measure` that it proves, if it does. */
  readonly item?: string
}

export class Meter {
  readonly #figures: Measured[] = []
  readonly #drawings = new Map<string, (lang: Language) => string>()

  get figures(): readonly Measured[] {
    return this.#figures
  }

  /** Drawings by name, as SVG. */
  get drawings(): ReadonlyMap<string, (lang: Language) => string> {
    return this.#drawings
  }

  /** A drawing beside the chart of the figures, kept as `<task>.<name>.svg`: what a figure can't say, such as a flame graph. */
  draw(name: string, svg: (lang: Language) => string): void {
    if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error(`${name} names no drawing`)
    this.#drawings.set(name, svg)
  }

  /** A distribution of durations in milliseconds; its value is the median. */
  distribution(named: FigureNamed, distribution: Distribution): void {
    const percentiles = distribution.percentiles()
    this.#keep({ ...named, value: percentiles.p50, unit: 'ms', n: distribution.n, percentiles })
  }

  /** Things done in a span of time, as so many a second. */
  rate(
    named: FigureNamed,
    observed: { readonly n: number; readonly ms: number; readonly unit: string },
  ): void {
    const { n, ms, unit } = observed
    this.#keep({ ...named, value: Math.round((n / ms) * 10_000) / 10, unit, n })
  }

  /** A plain value, such as the fullest moment of a simulation. */
  value(
    named: FigureNamed,
    observed: { readonly value: number; readonly unit: string; readonly n: number },
  ): void {
    this.#keep({ ...named, ...observed })
  }

  /** So many of n, in percent. For none of n, `zeroOf(n)` says how sure that is. */
  share(named: FigureNamed, observed: { readonly count: number; readonly n: number }): void {
    const { count, n } = observed
    this.#keep({ ...named, value: Math.round((count / n) * 100_000) / 1000, unit: '%', n })
  }

  #keep(figure: Measured): void {
    if (this.#figures.some(({ name }) => name === figure.name))
      throw new Error(`the figure ${figure.name} was taken twice`)
    this.#figures.push(figure)
  }
}

/** Times work n times, one after another. */
export async function timed(n: number, work: (nth: number) => Promise<unknown>): Promise<Distribution> {
  const distribution = new Distribution()
  for (let nth = 0; nth < n; nth += 1) await distribution.time(() => work(nth))
  return distribution
}
