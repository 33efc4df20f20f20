/** The notifications: a customer hears of a settled payment, once. */
import type { Start } from '#lab/subject'
import { Mailbox } from '#payments/saga-mailbox'

export const start: Start = async (world) => {
  const database = world.openDatabase('notifications')
  const mailbox = new Mailbox(database)
  // TODO consistency-04.2: notify-customer; refusedByMailbox says who can't be told.
  throw new Error('TODO: work on the commands for the notifications')
}
