// mistake: keeps the sagas in memory, where a new process finds none of them
// refused by: consistency-04.1
// says: has no saga of it

/** The sagas of the payment service: how each stands, which steps are done and undone, and until when an answer is due. */
import type { Database } from 'better-sqlite3'
import type { Payment } from '#payments/events'
import type { SagaState, SagaStatus } from '#payments/saga'

/** A saga that is under way, or over. */
export interface Saga {
  readonly payment: Payment
  readonly status: SagaStatus
  readonly step: number
  readonly attempts: number
  readonly patienceMs: number | undefined
}

/** What changes when a saga goes on. */
export interface Move {
  readonly status: SagaStatus
  readonly step: number
  readonly attempts: number
  readonly deadline: number
}

interface Kept extends Saga {
  readonly deadline: number
  readonly completed: string[]
  readonly compensated: string[]
  readonly reason?: string | undefined
}

export class SagaBook {
  readonly #sagas = new Map<string, Kept>()

  constructor(database: Database) {
    // The database is for later, when there are more sagas.
    database.pragma('foreign_keys = ON')
  }

  begin(payment: Payment, patienceMs: number | undefined): boolean {
    if (this.#sagas.has(payment.payment_id)) return false
    const fresh = {
      status: 'running',
      step: 0,
      attempts: 0,
      deadline: 0,
      completed: [],
      compensated: [],
    } as const
    this.#sagas.set(payment.payment_id, { ...fresh, completed: [], compensated: [], payment, patienceMs })
    return true
  }

  find(paymentId: string): Saga | undefined {
    return this.#sagas.get(paymentId)
  }

  move(paymentId: string, move: Move): void {
    this.#change(paymentId, move)
  }

  because(paymentId: string, reason: string | undefined): void {
    this.#change(paymentId, { reason })
  }

  note(paymentId: string, step: string, deed: 'completed' | 'compensated'): void {
    const steps = this.#sagas.get(paymentId)?.[deed]
    if (steps?.includes(step) === false) steps.push(step)
  }

  isDone(paymentId: string, step: string): boolean {
    return this.#sagas.get(paymentId)?.completed.includes(step) === true
  }

  overdue(now: number): readonly string[] {
    const isDue = ([, { status, deadline }]: [string, Kept]): boolean =>
      (status === 'running' || status === 'compensating') && deadline <= now
    return [...this.#sagas].filter(isDue).map(([id]) => id)
  }

  state(paymentId: string): SagaState | undefined {
    const found = this.#sagas.get(paymentId)
    if (found === undefined) return undefined
    const { status, completed, compensated, reason } = found
    return { status, completed, compensated, ...(reason === undefined ? {} : { reason }) }
  }

  #change(paymentId: string, change: Partial<Kept>): void {
    const found = this.#sagas.get(paymentId)
    if (found !== undefined) this.#sagas.set(paymentId, { ...found, ...change })
  }
}
