/**
 * Judges a history: what of it can't be, if the cluster keeps what Kafka promises with acks=all, min.insync.replicas below
 * the number of replicas, and no unclean elections. Pure: the same history gets the same findings.
 */
import { offsetFindings } from './check-offsets.ts'
import { readFindings } from './check-reads.ts'
import { transactionFindings } from './check-transactions.ts'
import { writeFindings } from './check-writes.ts'
import type { History } from './history.ts'

export type Anomaly =
  /** Confirmed, and not there in the end. */
  | 'lost'
  /** Refused for good, and there all the same. */
  | 'failed-write-seen'
  /** There twice, though it was sent once, or its producer is idempotent. */
  | 'duplicated'
  /** Confirmed before another was sent, and behind it in the log. */
  | 'reordered'
  /** Somebody was told of another value at that offset. */
  | 'inconsistent-offset'
  /** Read, and nobody ever wrote it. */
  | 'phantom'
  /** Read, and not there in the end. */
  | 'vanished'
  /** In a stretch of the log that a consumer has read, and not handed to it. */
  | 'skipped'
  /** A consumer was handed records out of order, or from before where it had asked. */
  | 'non-monotonic'
  /** A consumer of committed records saw one of an aborted transaction. */
  | 'aborted-read'
  /** A consumer of committed records saw one before its producer had asked for the commit. */
  | 'early-read'
  /** Committed, and consumers of committed records don't see it in the end. */
  | 'invisible'
  /** Of one transaction some records are there in the end and others are not. */
  | 'torn-transaction'
  /** A group's offset is none of those that may count. */
  | 'wrong-offset'

export interface Finding {
  readonly anomaly: Anomaly
  /** What was seen, with its values. */
  readonly message: string
}

export function check(history: History): Finding[] {
  return [
    ...writeFindings(history),
    ...readFindings(history),
    ...transactionFindings(history),
    ...offsetFindings(history),
  ]
}
