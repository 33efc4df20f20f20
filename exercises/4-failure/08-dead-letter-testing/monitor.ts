/** The monitor of payments.dlq: how full, how old, what arrived and why, and an alert until it is empty. */

import type { Running, Start } from '#lab/subject'

/** An alert that is firing. */
export interface Alert {
  readonly name: string
  /** When it began to fire, in milliseconds since the Unix epoch. */
  readonly since: number
  /** What it says to whoever is on call. */
  readonly summary: string
}

export interface Monitor extends Running {
  /** Where it answers `GET /metrics` (Prometheus' text) and `GET /alerts` (a JSON array of `Alert`). */
  readonly url: string
}

export const start: Start<Monitor> = async (world) => {
  // TODO failure-08.6: bring along your monitor of failure-06: dlq_messages, dlq_oldest_age_seconds, dlq_arrivals_total, and the alert,
  //   which fires until payments.dlq is empty. The exchange payments.dlx and the queue are there already.
  // TODO failure-08.6: dlq_arrivals_total gets a label, reason. How many values may a label have?
  throw new Error('TODO: measure the DLQ by reason')
}
