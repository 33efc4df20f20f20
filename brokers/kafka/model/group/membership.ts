/** Who belongs to a group: its members, who leads them, which protocol they have in common. */
import type { Member, Protocol } from './member.ts'

export class Membership {
  readonly #members = new Map<string, Member>()
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

  has(id: string): boolean {
    return this.#members.has(id)
  }

  [Symbol.iterator](): Iterator<Member> {
    return this.#members.values()
  }

  /** The first one leads. */
  add(member: Member): void {
    this.#members.set(member.id, member)
    this.#leaderId ??= member.id
  }

  remove(id: string): void {
    this.#members.delete(id)
    if (this.#leaderId === id) this.#leaderId = this.#members.keys().next().value
  }

  /** Whether one of these protocols is known to every member besides `except`. */
  hasInCommon(protocols: readonly Protocol[], except?: string): boolean {
    const others = [...this].filter((member) => member.id !== except)
    return protocols.some(({ name }) => others.every((member) => supports(member, name)))
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

export function metadataOf(member: Member, protocolName: string): Buffer {
  return member.protocols.find(({ name }) => name === protocolName)?.metadata ?? Buffer.alloc(0)
}
