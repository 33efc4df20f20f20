/** A distribution of durations: observations in, percentiles out. By HDR histogram, so that a million cost no more than ten. */
import { build, type Histogram } from 'hdr-histogram-js'
import type { Percentiles } from './results.ts'

/** Observations are kept in microseconds, to three digits, up to an hour; what is longer counts as that. */
const microsPerMs = 1000
const highestMicros = 3_600_000_000

export class Distribution {
  readonly #histogram: Histogram = build({
    bitBucketSize: 'packed',
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestMicros,
    numberOfSignificantValueDigits: 3,
  })

  get n(): number {
    return this.#histogram.totalCount
  }

  /** @throws RangeError for what is no duration */
  add(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`${ms} ms is no duration`)
    this.#histogram.recordValue(Math.min(highestMicros, Math.max(1, Math.round(ms * microsPerMs))))
  }

  /** Runs the work and adds how long it took, whether it succeeds or not. */
  async time<Result>(work: () => Promise<Result>): Promise<Result> {
    const began = performance.now()
    try {
      return await work()
    } finally {
      this.add(performance.now() - began)
    }
  }

  /** In milliseconds. @throws RangeError when nothing was observed */
  percentiles(): Percentiles {
    if (this.n === 0) throw new RangeError('a distribution of nothing has no percentiles')
    const at = (percentile: number): number => toMs(this.#histogram.getValueAtPercentile(percentile))
    return {
      min: toMs(this.#histogram.minNonZeroValue),
      p50: at(50),
      p90: at(90),
      p99: at(99),
      p999: at(99.9),
      max: toMs(this.#histogram.maxValue),
    }
  }
}

function toMs(micros: number): number {
  return micros / microsPerMs
}
