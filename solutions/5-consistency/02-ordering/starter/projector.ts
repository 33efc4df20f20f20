/** The projector: it gives each event its effect at the moment that its strategy allows, however the events arrive. */
import type { Database } from 'better-sqlite3'
import type { LogEvent } from '#payments/wallet-log'

export interface Projector {
  /**
   * An event has arrived: it takes effect, or waits, or was here before. When this returns it may be acknowledged, so what
   * waits is in the database.
   * @throws WalletUnavailable when the wallet is out of service; then nothing has changed
   */
  take(event: LogEvent): void
}

export function projector(database: Database): Projector {
  // TODO consistency-02.6: WalletBook (#payments/wallet-log) over this database applies an event. By `strategies` (strategies.ts), and
  //   in one transaction: the effect, and what you have to remember of a wallet to know the next one.
  // TODO consistency-02.5: the same event may arrive twice, and the process may be killed at any commit.
  throw new Error('TODO: take events in any order')
}
