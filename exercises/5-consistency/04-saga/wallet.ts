/** The wallet: it holds the amount while a payment is on its way, and books it on the merchant's account. */
import type { Start } from '#lab/subject'
import { Ledger } from '#payments/ledger'
import { Holds } from '#payments/saga-holds'

export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  const ledger = new Ledger(database, world)
  const holds = new Holds(database)
  // TODO consistency-04.2: validate-payment (refusedByLimit, then a hold), update-balance (refusedByAccount, then a capture from
  //   "customers" to "merchant:<id>", the hold is used). The answers stand in sagaSteps.
  // TODO consistency-04.4: release-hold, and every command once, however often it comes.
  throw new Error('TODO: work on the commands for the wallet')
}
