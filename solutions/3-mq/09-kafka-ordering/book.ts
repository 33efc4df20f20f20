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
  const last = database.prepare('SELECT max(version) FROM applied WHERE wallet = ?').pluck()
  const insert = database.prepare('INSERT INTO applied (wallet, version, event_id) VALUES (?, ?, ?)')
  // IMMEDIATE: between the look and the entry nobody else writes, a former owner of the partition included.
  const apply = database.transaction((wallet: string, version: number, id: string) => {
    const applied = Number(last.get(wallet) ?? 0)
    // It came before: after a crash, or because somebody who lost the partition was not quite done.
    if (version <= applied) return
    if (version > applied + 1) throw new Error(`${wallet} is at ${applied}, and ${version} comes next`)
    insert.run(wallet, version, id)
  }).immediate

  const running = await consume(world, {
    topic: events,
    group: 'wallets',
    handle: async ({ envelope }) => {
      apply(envelope.partitionkey ?? '', envelope.aggregateversion ?? 0, envelope.id)
    },
  })
  return {
    async stop() {
      await running.stop()
      database.close()
    },
  }
}
