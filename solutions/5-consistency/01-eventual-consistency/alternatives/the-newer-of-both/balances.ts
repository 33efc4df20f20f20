// way: looks at both replicas each time and takes the newer one, so there is nothing to remember while both are there

/** What the app asks for a balance: it reads the copies, never the wallet's own database, and says what the answer is worth. */

import type { Running, Start } from '#lab/subject'
import { openCopy, replicas } from './projection.ts'

/** A balance as it is shown. */
export interface Balance {
  /** In the smallest unit. Undefined when the copy has never heard of this wallet. */
  readonly balance_minor: number | undefined
  /** The last change that it contains; 0 when there is none. */
  readonly version: number
  /**
   * Up to this moment no change of this wallet is missing, milliseconds since the Unix epoch; 0 when the wallet is unknown. What the
   * screen calls "as of 14:03:27".
   */
  readonly as_of: number
  /** Whether it is older than what was asked for. */
  readonly is_behind: boolean
}

/** "I have written version 7: show me nothing older, and wait for it no longer than that." */
export interface Asked {
  /** `Written.version` of the wallet. */
  readonly atLeast: number
  /** By world.clock. */
  readonly withinMs: number
}

/** One customer's visit. */
export interface Session {
  /** Answers at once with what there is, unless it is asked for a version. What this session has seen, it never takes back. */
  read(walletId: string, asked?: Asked): Promise<Balance>
}

export interface Balances extends Running {
  session(): Session
}

type Shown = Omit<Balance, 'is_behind'>

/** How often a copy is looked at while a version is waited for. */
const lookAgainMs = 5

export const start: Start<Balances> = async (world) => {
  const copies = replicas.map((replica) => openCopy(world, replica))
  // The commit time of the last change that is in here is the honest "as of". The time of the read would say that nothing has
  // happened since, and that is the one thing that a copy can't know.
  const finds = copies.map((copy) =>
    copy.prepare('SELECT balance_minor, version, committed_at AS as_of FROM balance WHERE wallet_id = ?'),
  )
  const unknown: Shown = { balance_minor: undefined, version: 0, as_of: 0 }

  function look(walletId: string): Shown {
    const found = finds.map((find) => (find.get(walletId) ?? unknown) as Shown)
    return found.reduce((best, other) => (other.version > best.version ? other : best), unknown)
  }

  return {
    session() {
      return {
        async read(walletId, asked) {
          const needed = asked?.atLeast ?? 0
          const deadline = world.clock.now() + (asked?.withinMs ?? 0)
          let found = look(walletId)
          // Waiting is for the version, not for some time: it ends when it is there.
          while (found.version < needed && world.clock.now() < deadline) {
            await world.clock.sleep(Math.min(lookAgainMs, deadline - world.clock.now()))
            found = look(walletId)
          }
          return { ...found, is_behind: found.version < needed }
        },
      }
    },
    async stop() {
      for (const copy of copies) copy.close()
    },
  }
}
