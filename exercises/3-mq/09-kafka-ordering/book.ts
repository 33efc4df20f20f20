/** The wallets' book: a service that writes down each event of each wallet, in order and once. */

import type { Start } from '#lab/subject'
import { consume } from './consumer.ts'
import { events } from './topics.ts'

export const start: Start = async (world) => {
  const database = world.openDatabase('wallets')
  database.exec(`CREATE TABLE IF NOT EXISTS applied (
    position INTEGER PRIMARY KEY,
    wallet   TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    event_id TEXT    NOT NULL
  )`)
  // TODO mq-09.5: consume wallet.events as the group "wallets"; one row for each event: wallet (partitionkey), version
  //   (aggregateversion), id. The same event may come twice, and two instances share this database.
  throw new Error('TODO: write the events down')
}
