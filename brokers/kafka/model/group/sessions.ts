/** The session of each member: who is silent for longer than its timeout is out. */
import type { Clock } from '../../../clock.ts'
import type { Member } from './member.ts'

/** A new member does not know its id before its first JoinGroup is answered; that long its request may wait. */
const NEW_MEMBER_JOIN_MS = 300_000

export class Sessions {
  readonly #clock: Clock
  readonly #onExpired: (member: Member) => void

  constructor(clock: Clock, onExpired: (member: Member) => void) {
    this.#clock = clock
    this.#onExpired = onExpired
  }

  /** Begins it anew. A member that waits for an answer of ours can't heartbeat, so its session does not run meanwhile. */
  renew(member: Member): void {
    this.end(member)
    if (member.isNew) this.#start(member, NEW_MEMBER_JOIN_MS)
    else if (member.onJoined === undefined && member.onSynced === undefined)
      this.#start(member, member.sessionTimeoutMs)
  }

  end(member: Member): void {
    member.session?.cancel()
  }

  #start(member: Member, ms: number): void {
    member.session = this.#clock.at(this.#clock.now() + ms, () => this.#onExpired(member))
  }
}
