/** A consumer that outlives its broker: it consumes again on the next connection, and settles each message where it came from. */

import type { Start } from '#lab/subject'
import { Ledger } from '#payments/ledger'
import { keepLine } from './line.ts'
import { Screening } from './screening.ts'
import { declareTopology } from './topology.ts'

export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  const ledger = new Ledger(database, world)
  const screening = new Screening(world)
  // TODO failure-04.5: on each connection: the topology, a prefetch, and consume from payments.work.
  // TODO failure-04.3: await screening.clear(), book ('capture' from 'customers' to 'merchant:<merchant_id>'), acknowledge. On which channel?
  throw new Error('TODO: consume, and consume again')
}
