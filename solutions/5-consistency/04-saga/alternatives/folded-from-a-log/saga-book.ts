// way: a log of what happened to each saga, never changed; how it stands is counted from it each time

/** The sagas of the payment service, on disk: how each stands, which steps are done and undone, and until when an answer is due. */
import type { Database } from 'better-sqlite3'
import type { Payment } from '#payments/events'
import { fromWire, toWire } from '#payments/money'
import type { SagaState, SagaStatus } from '#payments/saga'

/** A saga that is under way, or over. */
export interface Saga {
  readonly payment: Payment
  readonly status: SagaStatus
  /** Index of the step whose answer is due. */
  readonly step: number
  readonly attempts: number
  /** How long the customer waits for an answer, if the request said it. */
  readonly patienceMs: number | undefined
}

/** What changes when a saga goes on. */
export interface Move {
  readonly status: SagaStatus
  readonly step: number
  readonly attempts: number
  /** Milliseconds since the epoch; from then on the answer is overdue. */
  readonly deadline: number
}

const schema = `
CREATE TABLE IF NOT EXISTS saga_log (
  position   INTEGER PRIMARY KEY AUTOINCREMENT,
  payment_id TEXT NOT NULL,
  entry      TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS saga_log_by_payment ON saga_log (payment_id)`

type Entry =
  | { readonly kind: 'begun'; readonly payment: unknown; readonly patienceMs: number | undefined }
  | ({ readonly kind: 'moved' } & Move)
  | { readonly kind: 'completed' | 'compensated'; readonly step: string }
  | { readonly kind: 'because'; readonly reason: string | undefined }

interface Folded extends Saga {
  readonly deadline: number
  readonly completed: readonly string[]
  readonly compensated: readonly string[]
  readonly reason: string | undefined
}

export class SagaBook {
  readonly #database: Database

  constructor(database: Database) {
    database.exec(schema)
    this.#database = database
  }

  begin({ payment_id, merchant_id, amount }: Payment, patienceMs: number | undefined): boolean {
    if (this.#fold(payment_id) !== undefined) return false
    this.#add(payment_id, {
      kind: 'begun',
      payment: { payment_id, merchant_id, amount: toWire(amount) },
      patienceMs,
    })
    return true
  }

  find(paymentId: string): Saga | undefined {
    return this.#fold(paymentId)
  }

  move(paymentId: string, move: Move): void {
    this.#add(paymentId, { kind: 'moved', ...move })
  }

  because(paymentId: string, reason: string | undefined): void {
    this.#add(paymentId, { kind: 'because', reason })
  }

  note(paymentId: string, step: string, deed: 'completed' | 'compensated'): void {
    if (this.#fold(paymentId)?.[deed].includes(step) === false) this.#add(paymentId, { kind: deed, step })
  }

  isDone(paymentId: string, step: string): boolean {
    return this.#fold(paymentId)?.completed.includes(step) === true
  }

  overdue(now: number): readonly string[] {
    const ids = this.#database.prepare('SELECT DISTINCT payment_id FROM saga_log').pluck().all() as string[]
    return ids.filter((id) => {
      const { status, deadline } = this.#fold(id) as Folded
      return (status === 'running' || status === 'compensating') && deadline <= now
    })
  }

  state(paymentId: string): SagaState | undefined {
    const folded = this.#fold(paymentId)
    if (folded === undefined) return undefined
    const { status, completed, compensated, reason } = folded
    return { status, completed, compensated, ...(reason === undefined ? {} : { reason }) }
  }

  #add(paymentId: string, entry: Entry): void {
    this.#database
      .prepare('INSERT INTO saga_log (payment_id, entry) VALUES (?, ?)')
      .run(paymentId, JSON.stringify(entry))
  }

  #fold(paymentId: string): Folded | undefined {
    const rows = this.#database
      .prepare('SELECT entry FROM saga_log WHERE payment_id = ? ORDER BY position')
      .pluck()
      .all(paymentId) as string[]
    return rows
      .map((row) => JSON.parse(row) as Entry)
      .reduce<Folded | undefined>((folded, entry) => evolve(folded, entry), undefined)
  }
}

function evolve(folded: Folded | undefined, entry: Entry): Folded | undefined {
  if (entry.kind === 'begun') {
    const { payment_id, merchant_id, amount } = entry.payment as Payment
    return {
      payment: { payment_id, merchant_id, amount: fromWire(amount) },
      status: 'running',
      step: 0,
      attempts: 0,
      deadline: 0,
      patienceMs: entry.patienceMs,
      completed: [],
      compensated: [],
      reason: undefined,
    }
  }
  if (folded === undefined) return undefined
  switch (entry.kind) {
    case 'moved': {
      const { status, step, attempts, deadline } = entry
      return { ...folded, status, step, attempts, deadline }
    }
    case 'because':
      return { ...folded, reason: entry.reason }
    default:
      return { ...folded, [entry.kind]: [...folded[entry.kind], entry.step] }
  }
}
