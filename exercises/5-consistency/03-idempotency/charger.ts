/** The charging service: it takes the money for a payment once, however often and wherever its event comes. */

import type { Start } from '#lab/subject'

export const start: Start = async (world) => {
  // TODO consistency-03.4: take events PaymentRequested from payments.charge (world.name). Charge the card (Cards of cards.ts) and,
  //   if that was approved, book a 'capture' from 'customers' to 'merchant:<merchant_id>' in the ledger (#payments/ledger) of the
  //   database "charger". Which key does the gateway get? Where is the inbox (#payments/inbox), and what stands in its transaction?
  // TODO consistency-03.5: this runs as several processes with one database, and two of them may hold the same event at once.
  // TODO consistency-03.6: an outcome that is not known is neither "approved" nor "declined". The process is killed at a call.
  // TODO consistency-03.6: what can't be read, or comes with another payload under a known id, is rejected (it goes to payments.dead).
  throw new Error('TODO: charge each payment once')
}
