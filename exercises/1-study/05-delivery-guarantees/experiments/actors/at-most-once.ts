/** The wallet that acknowledges by taking. */
import type { Running, World } from '#lab/subject'
import { startWallet } from './wallet.ts'

export function start(world: World): Promise<Running> {
  return startWallet(world, { noAck: true })
}
