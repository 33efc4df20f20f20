/**
 * A checker that finds nothing proves nothing. So mistakes are planted in the broker, each of a kind that brokers have had,
 * and the checker has to find each of them, in a handful of runs.
 */
import { afterEach, expect, test, vi } from 'vitest'
import { GroupOffsets } from '../model/group/offsets.ts'
import { Partition } from '../model/partition.ts'
import { ProducerStates } from '../model/producer-state.ts'
import { MemoryRecordLog } from '../model/record-log.ts'
import { Replica } from '../model/replica.ts'
import { TransactionIndex } from '../model/transaction-index.ts'
import { TransactionCoordinator } from '../model/transactions/coordinator.ts'
import { type Anomaly, check } from './check.ts'
import { recordedRun } from './recorded-run.ts'

const RUNS_MAX = 15

interface Planted {
  readonly mistake: string
  readonly plant: () => void
  /** Any of these gives it away. */
  readonly anomalies: readonly Anomaly[]
}

/** True once in `count` calls. */
function everyNth(count: number): () => boolean {
  let calls = 0
  return () => ++calls % count === 0
}

const planted: readonly Planted[] = [
  {
    mistake: 'confirms records that only the leader has',
    plant: () => void vi.spyOn(Partition.prototype, 'replicationOf').mockReturnValue('none'),
    anomalies: ['lost'],
  },
  {
    mistake: 'forgets the sequences of producers',
    plant: () => void vi.spyOn(ProducerStates.prototype, 'check').mockReturnValue(undefined),
    anomalies: ['duplicated'],
  },
  {
    mistake: 'answers before it appends, and then does not',
    plant() {
      const { append } = Partition.prototype
      const isNow = everyNth(20)
      vi.spyOn(Partition.prototype, 'append').mockImplementation(function (
        this: Partition,
        records,
        options,
      ) {
        if (!isNow()) return append.call(this, records, options)
        const { endOffset } = this.log
        return { baseOffset: endOffset, endOffset, leaderEpoch: this.leaderEpoch, logAppendTimeMs: -1 }
      })
    },
    anomalies: ['lost'],
  },
  {
    mistake: 'confirms another offset than it wrote to',
    plant() {
      const { append } = Partition.prototype
      const isNow = everyNth(20)
      vi.spyOn(Partition.prototype, 'append').mockImplementation(function (
        this: Partition,
        records,
        options,
      ) {
        const appended = append.call(this, records, options)
        return isNow() ? { ...appended, baseOffset: appended.baseOffset + 1 } : appended
      })
    },
    anomalies: ['inconsistent-offset'],
  },
  {
    mistake: 'writes a batch in front of what was confirmed before',
    plant() {
      const { append } = Partition.prototype
      const isNow = everyNth(10)
      let held: (() => void) | undefined
      vi.spyOn(Partition.prototype, 'append').mockImplementation(function (
        this: Partition,
        records,
        options,
      ) {
        if (held === undefined && isNow()) {
          const kept = Buffer.from(records)
          held = () => append.call(this, kept, { ...options, verify: () => {} })
          const { endOffset } = this.log
          return { baseOffset: endOffset, endOffset, leaderEpoch: this.leaderEpoch, logAppendTimeMs: -1 }
        }
        const appended = append.call(this, records, options)
        const late = held
        held = undefined
        try {
          late?.()
        } catch {
          // Its transaction is over: it is lost altogether.
        }
        return appended
      })
    },
    anomalies: ['inconsistent-offset', 'lost'],
  },
  {
    mistake: 'does not say which transactions were aborted',
    plant: () => void vi.spyOn(TransactionIndex.prototype, 'abortedBetween').mockReturnValue([]),
    anomalies: ['aborted-read'],
  },
  {
    mistake: 'moves the last stable offset too early',
    plant() {
      vi.spyOn(Replica.prototype, 'lastStableOffset', 'get').mockImplementation(function (this: Replica) {
        return this.highWatermark
      })
    },
    anomalies: ['early-read'],
  },
  {
    mistake: 'writes the marker of an abort for some commits',
    plant() {
      const { appendMarker } = Partition.prototype
      const isNow = everyNth(5)
      vi.spyOn(Partition.prototype, 'appendMarker').mockImplementation(function (
        this: Partition,
        marker,
        nowMs,
      ) {
        return appendMarker.call(this, isNow() ? { ...marker, isCommit: false } : marker, nowMs)
      })
    },
    anomalies: ['invisible'],
  },
  {
    mistake: 'commits what was to be aborted',
    plant() {
      const { appendMarker } = Partition.prototype
      vi.spyOn(Partition.prototype, 'appendMarker').mockImplementation(function (
        this: Partition,
        marker,
        nowMs,
      ) {
        return appendMarker.call(this, { ...marker, isCommit: true }, nowMs)
      })
    },
    anomalies: ['aborted-read'],
  },
  {
    mistake: 'lets producers write that another has fenced',
    plant() {
      const { check: checkBatch } = ProducerStates.prototype
      vi.spyOn(TransactionCoordinator.prototype, 'verify').mockReturnValue()
      vi.spyOn(ProducerStates.prototype, 'check').mockImplementation(function (this: ProducerStates, batch) {
        try {
          return checkBatch.call(this, batch)
        } catch {
          return undefined
        }
      })
    },
    anomalies: ['aborted-read', 'duplicated'],
  },
  {
    mistake: "loses some of a group's commits",
    plant() {
      const { commit } = GroupOffsets.prototype
      const isNow = everyNth(4)
      vi.spyOn(GroupOffsets.prototype, 'commit').mockImplementation(function (this: GroupOffsets, ...args) {
        if (!isNow()) commit.apply(this, args)
      })
    },
    anomalies: ['wrong-offset'],
  },
  {
    mistake: 'drops the offsets of committed transactions',
    plant() {
      const { end } = GroupOffsets.prototype
      vi.spyOn(GroupOffsets.prototype, 'end').mockImplementation(function (this: GroupOffsets, outcome) {
        end.call(this, { ...outcome, isCommit: false })
      })
    },
    anomalies: ['wrong-offset'],
  },
  {
    mistake: 'keeps the offsets of aborted transactions',
    plant() {
      const { end } = GroupOffsets.prototype
      vi.spyOn(GroupOffsets.prototype, 'end').mockImplementation(function (this: GroupOffsets, outcome) {
        end.call(this, { ...outcome, isCommit: true })
      })
    },
    anomalies: ['wrong-offset'],
  },
  {
    mistake: 'shows records that the followers do not have yet',
    plant() {
      vi.spyOn(Partition.prototype, 'highWatermark', 'get').mockImplementation(function (this: Partition) {
        return this.log.endOffset
      })
    },
    anomalies: ['vanished', 'lost', 'inconsistent-offset'],
  },
  {
    mistake: 'leaves a batch out of what it reads',
    plant() {
      const { read } = MemoryRecordLog.prototype
      const isNow = everyNth(5)
      vi.spyOn(MemoryRecordLog.prototype, 'read').mockImplementation(function (
        this: MemoryRecordLog,
        options,
      ) {
        const batches = read.call(this, options)
        // Followers read without a limit to speak of: their copies stay whole.
        return options.bytesMax <= 1_000_000 && batches.length > 2 && isNow()
          ? batches.toSpliced(1, 1)
          : batches
      })
    },
    anomalies: ['skipped'],
  },
  {
    mistake: 'hands batches over in the wrong order',
    plant() {
      const { read } = MemoryRecordLog.prototype
      const isNow = everyNth(5)
      vi.spyOn(MemoryRecordLog.prototype, 'read').mockImplementation(function (
        this: MemoryRecordLog,
        options,
      ) {
        const batches = read.call(this, options)
        return options.bytesMax <= 1_000_000 && isNow() ? batches.toReversed() : batches
      })
    },
    anomalies: ['non-monotonic'],
  },
  {
    mistake: 'deletes what nobody has asked to delete',
    plant() {
      const { append } = Partition.prototype
      const isNow = everyNth(60)
      vi.spyOn(Partition.prototype, 'append').mockImplementation(function (
        this: Partition,
        records,
        options,
      ) {
        if (isNow()) this.leader.deleteBefore(this.highWatermark)
        return append.call(this, records, options)
      })
    },
    anomalies: ['lost'],
  },
]

afterEach(() => void vi.restoreAllMocks())

test.each(planted)('a broker that $mistake is found out', async ({ plant, anomalies }) => {
  plant()
  const seen = new Set<Anomaly>()
  for (let seed = 1; seed <= RUNS_MAX && !anomalies.some((one) => seen.has(one)); seed++) {
    for (const { anomaly } of check(await recordedRun({ seed }))) seen.add(anomaly)
  }
  expect(anomalies.filter((one) => seen.has(one))).not.toEqual([])
})

test('a broker without mistakes is not accused', async () => {
  for (let seed = 1; seed <= 3; seed++) expect(check(await recordedRun({ seed }))).toEqual([])
})
