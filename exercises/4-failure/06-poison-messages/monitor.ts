/** The monitor of payments.dlq: three metrics in Prometheus' text format, and the alert that follows from them. */

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
  // TODO failure-06.5: an HTTP server (express) on 127.0.0.1, on any free port, and a registry of prom-client of your own with
  //   dlq_messages             gauge    how many messages are in payments.dlq
  //   dlq_oldest_age_seconds   gauge    how long ago the oldest of them died, by world.clock; 0 when there is none
  //   dlq_arrivals_total       counter  how many have arrived since the monitor started
  //   Each GET looks at the queue. No message may be gone because somebody looked.
  // TODO failure-06.5: the alert "DeadPayments" fires as soon as one message is in payments.dlq, and resolves when it is empty.
  throw new Error('TODO: measure the DLQ, and raise the alert')
}
