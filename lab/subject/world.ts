/**
 * What a subject (the code under test) is given from outside, as its first argument.
 * Names, clocks, randomness and addresses come from here, so that runs never meet and every run can be repeated.
 */
import type { Database } from 'better-sqlite3'

/** Time as the subject sees it: real time, or virtual time where a check moves it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Resolves after `ms` milliseconds of this clock; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Seeded randomness: the same seed gives the same sequence. */
export interface Random {
  /** A number from 0 (inclusive) to 1 (exclusive). */
  next(): number
  /** A whole number from `min` to `max`, both inclusive. */
  integer(min: number, max: number): number
}

/** Where a subject tells what it does. Lines appear in `exercise live`; checks do not read them. */
export type Log = (line: string) => void

/** Everything a subject needs from outside. */
export interface World {
  /** Where RabbitMQ listens: `amqp://user:password@host:port/vhost`. Use it as it is. */
  readonly amqpUrl: string
  /** Bootstrap addresses of Kafka, `host:port` each. Empty where a task has no Kafka. */
  readonly kafkaBrokers: readonly string[]
  /** Makes a broker-wide name of yours unique to this run. Pass every exchange, queue, topic and group name through it. */
  name(name: string): string
  /** Opens (creating it when missing) a SQLite database of this run that outlives the process. */
  openDatabase(name: string): Database
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** What a running subject answers: `stop()` finishes work in hand, closes cleanly and resolves when all is closed. */
export interface Running {
  stop(): Promise<void>
}

/** A subject that runs on. Every file that `lab.start` can start exports `start` of this shape. */
export type Start<Service extends Running = Running> = (world: World) => Promise<Service>
