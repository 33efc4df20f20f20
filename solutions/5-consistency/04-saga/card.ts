/** The card service: it has the card gateway take money and give it back, once each, whatever becomes of an answer. */
import type { Start } from '#lab/subject'
import { CardClient } from '#payments/saga-card'
import type { SagaMessage } from '#payments/saga-message'
import { type SagaService, startSagaService } from '#payments/saga-service'

/**
 * - `charging`: the gateway was, or is about to be, asked; what came of it is not known yet
 * - `cancelled`: to be refunded before it was ever charged; now it never will be
 */
type ChargeState = 'charging' | 'charged' | 'declined' | 'cancelled' | 'refunded'

const schema = 'CREATE TABLE IF NOT EXISTS charge (payment_id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT'

export const start: Start = async (world) => {
  const database = world.openDatabase('card')
  database.exec(schema)
  const gateway = new CardClient(world.openDatabase('addresses'))
  const insert = database.prepare('INSERT INTO charge VALUES (?, ?) ON CONFLICT DO NOTHING')
  const update = database.prepare('UPDATE charge SET state = ? WHERE payment_id = ?')
  const find = database.prepare('SELECT state FROM charge WHERE payment_id = ?').pluck()

  /** The state of a charge; one that is new is in the state given. */
  function beginAs(state: ChargeState, paymentId: string): ChargeState {
    insert.run(paymentId, state)
    return find.get(paymentId) as ChargeState
  }

  /** Asks the gateway until it is known what became of the charge: here, or with the next delivery of this message. */
  async function outcomeOf({ payment }: SagaMessage): Promise<'charged' | 'declined'> {
    // The same key for each attempt. Asked again, the gateway says what it did the first time; it is question and order in one.
    const outcome = await gateway.charge(`${payment.payment_id}:charge`, payment)
    if (outcome === 'unknown') throw new Error('the gateway has not said what became of the charge')
    return outcome === 'approved' ? 'charged' : 'declined'
  }

  async function charge(message: SagaMessage, { commit }: SagaService): Promise<void> {
    const { payment } = message
    // On disk before anybody is asked: who comes after a crash must know that money may have moved.
    const before = beginAs('charging', payment.payment_id)
    const after = before === 'charging' ? await outcomeOf(message) : before
    commit((tell) => {
      update.run(after, payment.payment_id)
      if (after === 'charged' || after === 'refunded') tell('card-charged', payment)
      else tell('card-declined', payment, { reason: after === 'declined' ? 'declined' : 'given up' })
    })
  }

  async function refund(message: SagaMessage, { commit }: SagaService): Promise<void> {
    const { payment } = message
    const before = beginAs('cancelled', payment.payment_id)
    const known = before === 'charging' ? await outcomeOf(message) : before
    if (known === 'charged' && (await gateway.refund(`${payment.payment_id}:refund`, payment)) !== 'approved')
      throw new Error('the gateway has not said what became of the refund')
    commit((tell) => {
      update.run(known === 'charged' ? 'refunded' : known, payment.payment_id)
      tell('card-refunded', payment)
    })
  }

  const service = await startSagaService(world, {
    name: 'card',
    database,
    hears: ['charge-card', 'refund-card'],
    handle: (message, saga) =>
      message.name === 'charge-card' ? charge(message, saga) : refund(message, saga),
  })
  return {
    async stop() {
      await service.stop()
      database.close()
    },
  }
}
