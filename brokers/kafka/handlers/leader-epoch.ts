/** Clients that know of a leader change prove it with the epoch they have heard of (KIP-320). */
import type { Partition } from '../model/partition.ts'
import { refusal } from '../refusal.ts'

/** -1 means that the client does not know it. @throws Refusal */
export function refuseLeaderEpoch({ leaderEpoch }: Partition, claimed: number): void {
  if (claimed === -1 || claimed === leaderEpoch) return
  const errorName = claimed < leaderEpoch ? 'fencedLeaderEpoch' : 'unknownLeaderEpoch'
  throw refusal(errorName, `the leader epoch is ${leaderEpoch}, not ${claimed}`)
}

/** A leader that is new can't say for a moment how far clients may read (KIP-207). @throws Refusal */
export function refuseUnknownHighWatermark(partition: Partition, knowsItsError = true): void {
  if (partition.isHighWatermarkKnown) return
  throw refusal(
    knowsItsError ? 'offsetNotAvailable' : 'leaderNotAvailable',
    `the high watermark of ${partition.topicName}-${partition.index} is not known yet`,
  )
}
