/** The notifications: a customer hears of a settled payment, once; that one can't be told is nobody's loss but theirs. */
import type { Start } from '#lab/subject'
import { refusedByMailbox } from '#payments/saga'
import { Mailbox } from '#payments/saga-mailbox'
import { startSagaService } from '#payments/saga-service'

export const start: Start = async (world) => {
  const database = world.openDatabase('notifications')
  const mailbox = new Mailbox(database)
  const service = await startSagaService(world, {
    name: 'notifications',
    database,
    hears: ['notify-customer'],
    handle({ payment }, { commit }) {
      commit((tell) => {
        const refusal = refusedByMailbox(payment)
        if (refusal !== undefined) return tell('notification-failed', payment, { reason: refusal })
        // Looked up and sent in one transaction: a second delivery waits for it, and then finds the mail.
        if (mailbox.countOf(payment.payment_id) === 0) mailbox.send(payment.payment_id)
        tell('customer-notified', payment)
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
