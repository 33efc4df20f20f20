// way: nobody conducts: each service reacts to what the others say has happened, and the payment service only listens

/** The payment service: it accepts payments, and notes what the other services say of them. It asks nobody for anything. */
import type { World } from '#lab/subject'
import type { SagaState } from '#payments/saga'
import type { SagaMessage } from '#payments/saga-message'
import { startSagaService } from '#payments/saga-service'
import { SagaBook } from './saga-book.ts'

/** What the rest of the system uses. */
export interface Payments {
  state(paymentId: string): Promise<SagaState | undefined>
  stop(): Promise<void>
}

/** What an event says of the saga: a step that is done or undone, and, where it is the last one, the end. */
const meanings: Readonly<
  Record<
    string,
    {
      readonly completed?: string
      readonly compensated?: string
      readonly status?: 'compensating' | 'cancelled' | 'settled'
    }
  >
> = {
  'payment-validated': { completed: 'validate' },
  'payment-refused': { status: 'cancelled' },
  'card-charged': { completed: 'charge' },
  'card-declined': { status: 'compensating' },
  'balance-updated': { completed: 'update-balance' },
  'balance-refused': { status: 'compensating' },
  'card-refunded': { compensated: 'charge' },
  'hold-released': { compensated: 'validate', status: 'cancelled' },
  'customer-notified': { completed: 'notify', status: 'settled' },
  'notification-failed': { status: 'settled' },
}

export async function start(world: World): Promise<Payments> {
  const database = world.openDatabase('payments')
  const book = new SagaBook(database)

  function note({ name, payment, reason }: SagaMessage): void {
    const { payment_id } = payment
    const status = book.state(payment_id)?.status
    if (status !== 'running' && status !== 'compensating') return
    const meaning = meanings[name] ?? {}
    if (meaning.completed !== undefined) book.note(payment_id, meaning.completed, 'completed')
    if (meaning.compensated !== undefined) book.note(payment_id, meaning.compensated, 'compensated')
    if (reason !== undefined) book.because(payment_id, reason)
    if (meaning.status !== undefined)
      book.move(payment_id, { status: meaning.status, step: 0, attempts: 0, deadline: 0 })
  }

  const service = await startSagaService(world, {
    name: 'payments',
    database,
    hears: ['payment-requested', ...Object.keys(meanings)],
    handle(message, { commit }) {
      commit((tell) => {
        if (message.name !== 'payment-requested') return note(message)
        if (book.begin(message.payment, undefined)) tell('payment-accepted', message.payment)
      })
    },
  })
  return {
    async state(paymentId) {
      return book.state(paymentId)
    },
    async stop() {
      await service.stop()
      database.close()
    },
  }
}
