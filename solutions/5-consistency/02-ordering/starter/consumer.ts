/** The consumer of a wallet's events on Kafka: a partition keeps their order, and nothing that goes wrong may spoil it. */

import type { Start } from '#lab/subject'

export const start: Start = async (world) => {
  // TODO consistency-02.5: topic wallets.events, group wallets (world.name), from the beginning; database "wallets", projector.ts.
  //   kafkajs wants logCreator: kafkaLog(world.log) (#payments/kafka-log). Its fetch waits up to 5 s for records, and disconnect() waits for
  //   the fetch: maxWaitTimeInMs: 100 is enough here.
  // TODO consistency-02.5: a wallet that is out of service (WalletUnavailable) comes back. Until then nothing of it may be lost, and
  //   the other partition goes on. This process may be killed, and some records come twice.
  throw new Error('TODO: take records, in order, through retries and restarts')
}
