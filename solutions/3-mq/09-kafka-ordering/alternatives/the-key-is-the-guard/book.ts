// way: enters each version once by its key alone, and ignores what is there

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
    event_id TEXT    NOT NULL,
    UNIQUE (wallet, version)
  )`)
  const insert = database.prepare(
    'INSERT OR IGNORE INTO applied (wallet, version, event_id) VALUES (?, ?, ?)',
  )

  const running = await consume(world, {
    topic: events,
    group: 'wallets',
    handle: async ({ envelope }) => {
      insert.run(envelope.partitionkey ?? '', envelope.aggregateversion ?? 0, envelope.id)
    },
  })
  return {
    async stop() {
      await running.stop()
      database.close()
    },
  }
}
