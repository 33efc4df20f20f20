/** A member of the group wallet: it books payments of the partitions that are its own, and says which those are. */

import { Kafka } from 'kafkajs'
import type { Running, Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { kafkaLog } from '#payments/kafka-log'
import { Ledger, transfer } from '#payments/ledger'

/** What a running member can be asked. */
export interface Member extends Running {
  /** The partitions that it owns just now, ascending; none while the group is being rebalanced. */
  owned(): readonly number[]
}

export const start: Start<Member> = async (world) => {
  // TODO mq-08.1: join the group wallet, read the topic payments from the beginning, book each payment in the database "wallet",
  //   and commit what is booked (as in mq-07). stop() leaves the group.
  // TODO mq-08.2 mq-08.4: owned() says what this member owns now: kafkajs tells of each generation of the group (consumer.events).
  // TODO mq-08.3: choose sessionTimeout, heartbeatInterval and rebalanceTimeout. The partitions of a dead member must not wait longer
  //   than 10 s.
  throw new Error('TODO: join the group, and say what you own')
}
