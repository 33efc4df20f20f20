/** Who belongs to a group: its members, who leads them, which protocol they have in common. */
import type { ErrorName } from '../../wire/error-code.ts'
import type { Member, MemberIdentity, Protocol } from './member.ts'

export class Membership {
  readonly #members = new Map<string, Member>()
  /** From the instance id of a static member to its member id. */
  readonly #static = new Map<string, string>()
  #leaderId: string | undefined

  get size(): number {
    return this.#members.size
  }

  get leaderId(): string {
    return this.#leaderId ?? ''
  }

  get(id: string): Member | undefined {
    return this.#members.get(id)
  }

  /** The static member with this instance id. */
  withInstance(groupInstanceId: string): Member | undefined {
    const id = this.#static.get(groupInstanceId)
    return id === undefined ? undefined : this.#members.get(id)
  }

  [Symbol.iterator](): Iterator<Member> {
    return this.#members.values()
  }

  /** The first one leads. */
  add(member: Member): void {
    this.#members.set(member.id, member)
    if (member.groupInstanceId !== null) this.#static.set(member.groupInstanceId, member.id)
    this.#leaderId ??= member.id
  }

  /** These, and nobody else. */
  restore(members: readonly Member[], leaderId: string): void {
    for (const member of members) this.add(member)
    if (this.#members.has(leaderId)) this.#leaderId = leaderId
  }

  remove(member: Member): void {
    this.#members.delete(member.id)
    // Another may have taken the instance id over.
    if (member.groupInstanceId !== null && this.#static.get(member.groupInstanceId) === member.id)
      this.#static.delete(member.groupInstanceId)
    if (this.#leaderId === member.id) this.#leaderId = this.#members.keys().next().value
  }

  /** A static member comes back under a new id: it keeps its place, and leads if it led. */
  replace(old: Member, by: Member): void {
    const wasLeader = this.#leaderId === old.id
    this.remove(old)
    this.add(by)
    if (wasLeader) this.#leaderId = by.id
  }

  /** A leader that has not joined anew hands over to one that has; whether there is any. */
  electJoined(): boolean {
    if (this.get(this.leaderId)?.onJoined !== undefined) return true
    const joined = [...this].find((member) => member.onJoined !== undefined)
    if (joined === undefined) return false
    this.#leaderId = joined.id
    return true
  }

  /** Whether this member may speak: 25 for a stranger, 82 for one whose instance id another has taken over. */
  errorOf({ memberId, groupInstanceId }: MemberIdentity): ErrorName {
    if (groupInstanceId !== null) {
      const id = this.#static.get(groupInstanceId)
      if (id !== undefined && id !== memberId) return 'fencedInstanceId'
      if (id === undefined) return 'unknownMemberId'
    }
    return this.#members.has(memberId) ? 'none' : 'unknownMemberId'
  }

  /** Whether one of these protocols is known to every member. */
  hasInCommon(protocols: readonly Protocol[]): boolean {
    return protocols.some(({ name }) => [...this].every((member) => supports(member, name)))
  }

  /** Each member votes for the first of its protocols that all support; the most votes win. */
  chooseProtocol(): string {
    const votes = new Map<string, number>()
    for (const member of this) {
      const choice = member.protocols.find(({ name }) => [...this].every((other) => supports(other, name)))
      if (choice !== undefined) votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1)
    }
    return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ''
  }

  /** The slowest member sets how long a rebalance waits. */
  get rebalanceTimeoutMs(): number {
    return Math.max(0, ...[...this].map((member) => member.rebalanceTimeoutMs))
  }
}

function supports(member: Member, name: string): boolean {
  return member.protocols.some((protocol) => protocol.name === name)
}
