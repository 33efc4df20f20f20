/** The wallet: it holds the amount while a payment is on its way, and books it on the merchant's account. */
import type { Start } from '#lab/subject'
import { Ledger, transfer } from '#payments/ledger'
import { refusedByAccount, refusedByLimit } from '#payments/saga'
import { Holds } from '#payments/saga-holds'
import type { SagaMessage } from '#payments/saga-message'
import { startSagaService, type Tell } from '#payments/saga-service'

export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  const ledger = new Ledger(database, world)
  const holds = new Holds(database)

  function validate(tell: Tell, { payment }: SagaMessage): void {
    const refusal = refusedByLimit(payment)
    if (refusal !== undefined) return tell('payment-refused', payment, { reason: refusal })
    // A payment whose hold was released before it came gets none: whoever released it has given the payment up.
    if (holds.hold(payment) === 'released') return tell('payment-refused', payment, { reason: 'given up' })
    tell('payment-validated', payment)
  }

  function updateBalance(tell: Tell, { payment }: SagaMessage): void {
    const refusal = refusedByAccount(payment)
    if (refusal !== undefined) return tell('balance-refused', payment, { reason: refusal })
    const { payment_id, merchant_id, amount } = payment
    // 'repeated' for a command that comes again: the ledger has at most one capture of a payment.
    ledger.post({
      payment_id,
      kind: 'capture',
      legs: transfer('customers', `merchant:${merchant_id}`, amount),
    })
    holds.use(payment)
    tell('balance-updated', payment)
  }

  const service = await startSagaService(world, {
    name: 'wallet',
    database,
    hears: ['validate-payment', 'release-hold', 'update-balance'],
    handle(message, { commit }) {
      commit((tell) => {
        switch (message.name) {
          case 'validate-payment':
            return validate(tell, message)
          case 'update-balance':
            return updateBalance(tell, message)
          case 'release-hold':
            holds.release(message.payment)
            return tell('hold-released', message.payment)
        }
      })
    },
  })
  return {
    async stop() {
      await service.stop()
      database.close()
    },
  }
}
