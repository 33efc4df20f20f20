/** The wallet service: it takes commands, and a relay publishes what came of them, after the commit and until it is confirmed. */

import type { Running, Start } from '#lab/subject'
import type { WalletCommand } from './wallet.ts'

export interface WalletService extends Running {
  /** Answers the version of the wallet's stream after the command; rejects with WalletRefused. */
  handle(walletId: string, command: WalletCommand): Promise<number>
}

export const start: Start<WalletService> = async (world) => {
  // TODO mq-10.2: open the database "wallets" (world.openDatabase), its event store and its wallets, and handle commands.
  // TODO mq-10.2: publish each event to the exchange world.name('wallets'), which is there: its envelope as the body, its id as
  //   messageId. After its commit, again until it is confirmed, and whoever was killed in between.
  throw new Error('TODO: handle commands and publish events')
}
