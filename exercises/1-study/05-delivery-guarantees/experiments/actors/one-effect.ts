/** The wallet that acknowledges after the commit, and knows a repeat. */
import type { Running, World } from '#lab/subject'
import { startWallet } from './wallet.ts'

export function start(world: World): Promise<Running> {
  return startWallet(world, { remembers: true })
}
