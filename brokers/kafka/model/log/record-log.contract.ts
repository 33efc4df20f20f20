/** What every log promises, wherever it keeps its batches: a suite that each of them passes. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeBatch, readBatchHeader } from '../../wire/record-batch.ts'
import type { RecordLog } from '../record-log.ts'
import { TopicConfig } from '../topic-config.ts'
import type { LogSettings } from './settings.ts'

/** A log in a place of its own. */
export interface LogUnderTest {
  readonly log: RecordLog
  /** The end of a turn. */
  commit(): void
  /** Ends it and opens what it has kept, after a commit as a SIGKILL would find it, or closed; a memory log stays as it is. */
  reopen(how: 'killed' | 'closed'): Promise<LogUnderTest>
  end(): Promise<void>
}

/** Small segments, which a topic can't have, so that a test meets many of them. */
export function smallSegments(config: Record<string, string> = {}, segmentBytes = 600): LogSettings {
  return {
    ...new TopicConfig(Object.entries(config)).log,
    segmentBytes,
    indexIntervalBytes: 100,
    fileDeleteDelayMs: 0,
  }
}

export function append(log: RecordLog, times: readonly number[], bytes = 20): void {
  const baseTimestamp = times[0] as number
  const records = times.map((time) => ({
    value: Buffer.alloc(bytes, 'v'),
    timestampDelta: time - baseTimestamp,
  }))
  const maxTimestamp = Math.max(...times)
  const batch = encodeBatch(records, { baseOffset: log.endOffset, baseTimestamp, maxTimestamp })
  log.append(batch, readBatchHeader(batch))
}

/** Base offset and last offset of each. */
export const spans = (batches: Iterable<Buffer>) =>
  [...batches].map((batch) => {
    const { baseOffset, lastOffsetDelta } = readBatchHeader(batch)
    return [baseOffset, baseOffset + lastOffsetDelta]
  })

type Step =
  | { readonly do: 'append'; readonly times: readonly number[]; readonly bytes: number }
  | { readonly do: 'read'; readonly at: number; readonly bytesMax: number; readonly evenOne: boolean }
  | { readonly do: 'findTime'; readonly time: number }
  | { readonly do: 'deleteBefore' | 'truncate'; readonly at: number }
  | { readonly do: 'findLatestTime' | 'roll' | 'commit' | 'kill' | 'close' }

const time = fc.nat(60)
const at = fc.double({ min: 0, max: 1.1, noNaN: true })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('append' as const),
        times: fc.array(time, { minLength: 1, maxLength: 4 }),
        bytes: fc.nat(150),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('read' as const),
        at,
        bytesMax: fc.nat(1500),
        evenOne: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('findTime' as const), time }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('deleteBefore', 'truncate' as const), at }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom('findLatestTime', 'roll', 'commit', 'commit', 'kill', 'close' as const),
      }),
    },
  ),
  { maxLength: 60, size: 'max' },
)

interface ModelBatch {
  readonly base: number
  readonly times: readonly number[]
  readonly bytes: number
}

/** What a log should hold: a plain array. */
class Model {
  batches: ModelBatch[] = []
  start = 0
  end = 0

  lastOf({ base, times }: ModelBatch): number {
    return base + times.length - 1
  }

  read(offset: number, bytesMax: number, evenOne: boolean): number[][] {
    const found: number[][] = []
    let left = bytesMax
    for (const batch of this.batches.filter((one) => this.lastOf(one) >= offset)) {
      if (batch.bytes > left && !(evenOne && found.length === 0)) break
      found.push([batch.base, this.lastOf(batch)])
      left -= batch.bytes
    }
    return found
  }

  positions(): { offset: number; timestamp: number }[] {
    return this.batches
      .flatMap(({ base, times }) => times.map((timestamp, index) => ({ offset: base + index, timestamp })))
      .filter(({ offset }) => offset >= this.start)
  }

  findLatestTime() {
    const all = this.positions()
    const latest = Math.max(...all.map(({ timestamp }) => timestamp))
    return all.find(({ timestamp }) => timestamp === latest)
  }

  deleteBefore(offset: number): void {
    if (offset <= this.start) return
    this.start = offset
    this.end = Math.max(this.end, offset)
    this.batches = this.batches.filter((one) => this.lastOf(one) >= offset)
  }

  truncate(offset: number): void {
    if (offset >= this.end) return
    const first = this.batches.find((one) => this.lastOf(one) >= offset)
    this.batches = this.batches.filter((one) => this.lastOf(one) < offset)
    if (offset <= this.start) this.batches = []
    this.end = Math.max(this.start, Math.min(offset, first?.base ?? offset))
  }
}

/** The suite, for a log that is opened with these settings. */
export function behavesLikeAnArray(open: (settings: LogSettings) => LogUnderTest): void {
  test('reads whole batches across segments, from the one that holds the offset', async () => {
    const under = open(smallSegments())
    for (let batch = 0; batch < 30; batch++) append(under.log, [1, 2, 3])
    const read = (offset: number, bytesMax: number) =>
      spans(under.log.read({ offset, endOffset: 90, bytesMax, evenOne: true }))
    expect(read(0, 100_000)).toHaveLength(30)
    expect(read(31, 100_000)).toHaveLength(20)
    expect(read(31, 1)).toEqual([[30, 32]])
    expect(spans(under.log.read({ offset: 0, endOffset: 90, bytesMax: 1, evenOne: false }))).toEqual([])
    expect(spans(under.log.read({ offset: 0, endOffset: 5, bytesMax: 9999, evenOne: false }))).toEqual([
      [0, 2],
    ])
    await under.end()
  })

  test('begins a new segment where one is full, or segment.ms have passed between records', async () => {
    const settings = { ...smallSegments({ 'segment.ms': '1000', 'retention.ms': '0' }), segmentBytes: 10_000 }
    const under = open(settings)
    for (const ms of [0, 500, 1000, 1001, 2001, 2003]) append(under.log, [ms])
    const applied = under.log.applyRetention({ nowMs: 1002, highWatermark: 6 })
    expect([applied, under.log.startOffset]).toEqual([1, 3])
    await under.end()
  })

  test('holds what a plain array would, for any history', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        let under = open(smallSegments())
        const model = new Model()
        try {
          for (const step of history) under = await take(step, under, model)
          expect(spans(under.log.walk(model.start))).toEqual(model.read(model.start, 1e9, true))
        } finally {
          await under.end()
        }
      }),
      { numRuns: 150 },
    )
  })
}

async function take(step: Step, under: LogUnderTest, model: Model): Promise<LogUnderTest> {
  const { log } = under
  const offsetAt = (share: number) => model.start + Math.round((model.end - model.start) * share)
  switch (step.do) {
    case 'append': {
      const [base, before] = [log.endOffset, log.bytes]
      append(log, step.times, step.bytes)
      model.batches.push({ base, times: step.times, bytes: log.bytes - before })
      model.end = base + step.times.length
      break
    }
    case 'read': {
      const { bytesMax, evenOne } = step
      const offset = Math.min(offsetAt(step.at), model.end)
      const found = log.read({ offset, endOffset: model.end, bytesMax, evenOne })
      expect(spans(found)).toEqual(model.read(offset, bytesMax, evenOne))
      break
    }
    case 'findTime':
      expect(log.findTime(step.time)).toEqual(
        model.positions().find(({ timestamp }) => timestamp >= step.time),
      )
      break
    case 'findLatestTime':
      expect(log.findLatestTime()).toEqual(model.findLatestTime())
      break
    case 'deleteBefore':
    case 'truncate':
      log[step.do](offsetAt(step.at))
      model[step.do](offsetAt(step.at))
      break
    case 'roll':
      log.roll()
      break
    case 'commit':
      under.commit()
      break
    case 'kill':
      under.commit()
      return take({ do: 'findLatestTime' }, await under.reopen('killed'), model)
    case 'close':
      return take({ do: 'findLatestTime' }, await under.reopen('closed'), model)
  }
  expect([log.startOffset, log.endOffset]).toEqual([model.start, model.end])
  return under
}
