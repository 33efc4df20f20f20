/** The card service: it has the card gateway take money and give it back, once each, whatever becomes of an answer. */
import type { Start } from '#lab/subject'
import { CardClient } from '#payments/saga-card'

export const start: Start = async (world) => {
  const database = world.openDatabase('card')
  const gateway = new CardClient(world.openDatabase('addresses'))
  // TODO consistency-04.2: charge-card. Which key does it have at its second attempt?
  // TODO consistency-04.4: refund-card, once, also for a charge whose outcome nobody knows yet, or that has not come yet.
  // TODO consistency-04.5: "unknown" is an outcome of its own.
  throw new Error('TODO: work on the commands for the card')
}
