/** The payment service: it runs the saga of each payment, and keeps on disk how far it has come. */
import type { World } from '#lab/subject'
import type { SagaState } from '#payments/saga'

/** What the rest of the system uses. */
export interface Payments {
  /** How the saga of a payment stands; nothing for a payment that was never asked for. */
  state(paymentId: string): Promise<SagaState | undefined>
  stop(): Promise<void>
}

export async function start(world: World): Promise<Payments> {
  // TODO consistency-04.1: a service "payments" (startSagaService) that hears "payment-requested" and every answer in sagaSteps,
  //   with its sagas in the database "payments" (saga-book.ts): command and state in one commit.
  // TODO consistency-04.2: the answer that is due moves a saga on, each step once; the last one settles it.
  // TODO consistency-04.3: a refusal ends it, unless the step is retriable. No answer in time is no refusal: ask again.
  // TODO consistency-04.4: undo what is done, in reverse; one that is over is moved by nothing any more.
  throw new Error('TODO: run the saga of each payment')
}
