/** The same wallet on Kafka, where nobody counts deliveries and nobody buries: a record that can't be done holds up its partition. */

import type { Start } from '#lab/subject'

export const start: Start = async (world) => {
  // TODO failure-06.4: consume the topic "payments" as a member of the group "wallet" (both by world.name), book each payment with
  //   the Wallet over the database "wallet", and commit its offset when it is done with.
  // TODO failure-06.4: three attempts at most (attemptsMax in topology.ts), also for a payment that kills this process. Where is a
  //   count that a dead process can't forget, and when do you write it?
  // TODO failure-06.4: what is given up goes to "payments.dead": its key and value, and in headers x-reason, x-attempts and
  //   x-origin ("topic/partition/offset"). Then, and not before, its offset is committed.
  throw new Error('TODO: book, count, bury')
}
