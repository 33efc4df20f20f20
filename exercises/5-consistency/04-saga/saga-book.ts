/** The sagas of the payment service, on disk: how each stands, which steps are done and undone, and until when an answer is due. */
import type { Database } from 'better-sqlite3'
import type { Payment } from '#payments/events'
import type { SagaState } from '#payments/saga'

// What else a saga has to remember, and how it is changed, is yours to design.
export class SagaBook {
  constructor(database: Database) {
    // TODO consistency-04.1: the tables. What must survive a SIGKILL in the middle of a saga?
    throw new Error('TODO: the tables of the sagas')
  }

  /** Begins the saga of a payment; answers whether there was none. */
  begin(payment: Payment): boolean {
    throw new Error('TODO: one saga for each payment, however often it is asked for')
  }

  state(paymentId: string): SagaState | undefined {
    throw new Error('TODO: status, completed and compensated steps')
  }
}
