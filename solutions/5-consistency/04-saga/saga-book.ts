/** The sagas of the payment service, on disk: how each stands, which steps are done and undone, and until when an answer is due. */
import type { Database, Statement } from 'better-sqlite3'
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

// UNIQUE (payment_id, step, deed): a step is done once and undone once, whatever an answer that comes twice makes us believe.
const schema = `
CREATE TABLE IF NOT EXISTS saga (
  payment_id  TEXT PRIMARY KEY,
  payment     TEXT NOT NULL,
  status      TEXT NOT NULL,
  step        INTEGER NOT NULL,
  attempts    INTEGER NOT NULL,
  deadline    INTEGER NOT NULL,
  patience_ms INTEGER,
  reason      TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS saga_due ON saga (deadline) WHERE status IN ('running', 'compensating');
CREATE TABLE IF NOT EXISTS saga_step (
  position   INTEGER PRIMARY KEY AUTOINCREMENT,
  payment_id TEXT NOT NULL REFERENCES saga,
  step       TEXT NOT NULL,
  deed       TEXT NOT NULL CHECK (deed IN ('completed', 'compensated')),
  UNIQUE (payment_id, step, deed)
) STRICT`

interface Row {
  payment: string
  status: SagaStatus
  step: number
  attempts: number
  patience_ms: number | null
  reason: string | null
}

export class SagaBook {
  readonly #insert: Statement
  readonly #find: Statement
  readonly #update: Statement
  readonly #because: Statement
  readonly #note: Statement
  readonly #steps: Statement
  readonly #overdue: Statement

  constructor(database: Database) {
    database.exec(schema)
    this.#insert = database.prepare(
      `INSERT INTO saga (payment_id, payment, status, step, attempts, deadline, patience_ms)
       VALUES (?, ?, 'running', 0, 0, 0, ?) ON CONFLICT DO NOTHING`,
    )
    this.#find = database.prepare('SELECT * FROM saga WHERE payment_id = ?')
    this.#update = database.prepare(
      'UPDATE saga SET status = ?, step = ?, attempts = ?, deadline = ? WHERE payment_id = ?',
    )
    this.#because = database.prepare('UPDATE saga SET reason = ? WHERE payment_id = ?')
    this.#note = database.prepare(
      'INSERT INTO saga_step (payment_id, step, deed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    )
    this.#steps = database
      .prepare('SELECT step FROM saga_step WHERE payment_id = ? AND deed = ? ORDER BY position')
      .pluck()
    this.#overdue = database
      .prepare("SELECT payment_id FROM saga WHERE status IN ('running', 'compensating') AND deadline <= ?")
      .pluck()
  }

  /** Begins the saga of a payment; answers whether there was none. The payment's id is its key: a second request finds the first. */
  begin(payment: Payment, patienceMs: number | undefined): boolean {
    const { payment_id, merchant_id, amount } = payment
    const text = JSON.stringify({ payment_id, merchant_id, amount: toWire(amount) })
    return this.#insert.run(payment_id, text, patienceMs ?? null).changes === 1
  }

  find(paymentId: string): Saga | undefined {
    const row = this.#find.get(paymentId) as Row | undefined
    if (row === undefined) return undefined
    const { payment, status, step, attempts, patience_ms } = row
    const { payment_id, merchant_id, amount } = JSON.parse(payment)
    return {
      payment: { payment_id, merchant_id, amount: fromWire(amount) },
      status,
      step,
      attempts,
      patienceMs: patience_ms ?? undefined,
    }
  }

  move(paymentId: string, { status, step, attempts, deadline }: Move): void {
    this.#update.run(status, step, attempts, deadline, paymentId)
  }

  because(paymentId: string, reason: string | undefined): void {
    this.#because.run(reason ?? null, paymentId)
  }

  /** Notes that a step is done, or undone. */
  note(paymentId: string, step: string, deed: 'completed' | 'compensated'): void {
    this.#note.run(paymentId, step, deed)
  }

  isDone(paymentId: string, step: string): boolean {
    return this.#steps.all(paymentId, 'completed').includes(step)
  }

  /** Ids of the sagas whose answer should be here by now. */
  overdue(now: number): readonly string[] {
    return this.#overdue.all(now) as string[]
  }

  state(paymentId: string): SagaState | undefined {
    const row = this.#find.get(paymentId) as Row | undefined
    if (row === undefined) return undefined
    return {
      status: row.status,
      completed: this.#steps.all(paymentId, 'completed') as string[],
      compensated: this.#steps.all(paymentId, 'compensated') as string[],
      ...(row.reason === null ? {} : { reason: row.reason }),
    }
  }
}
