/** A projection: it keeps a copy of the balances, made of the events that the wallet publishes. Two replicas of it run: a and b. */

import type { Running, World } from '#lab/subject'

/** Each has a queue, balances-a or balances-b, and a database of the same name. */
export const replicas = ['a', 'b'] as const
export type Replica = (typeof replicas)[number]

/** Started as a process of its own it is replica a. */
export async function start(world: World, replica: Replica = 'a'): Promise<Running> {
  // TODO consistency-01.1: take events (readBalanceChanged of #payments/balance-changed) from the queue balances-<replica>
  //   (world.name) and keep each balance in the database balances-<replica>. What stands beside the amount, so that you
  //   know how far you are, and in which transaction? The process is killed before and after a commit.
  // TODO consistency-01.4: the broker may deliver an old event once more, behind newer ones.
  throw new Error('TODO: keep a copy of the balances')
}
