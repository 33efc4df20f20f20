/**
 * What a user may do in a vhost (rabbitmq.md 2.3): three patterns say which queues and exchanges may be configured, written
 * and read, and further ones, which routing keys of a topic exchange. A pattern matches anywhere in a name.
 *
 * Patterns are JavaScript's regular expressions; what only PCRE knows, as possessive quantifiers, is refused.
 */
import type { Profile } from '../profile.ts'
import { refusal } from '../refusal.ts'
import type { Account, Permission, TopicPermission } from './definitions.ts'

export type Access = keyof Permission
type Kind = 'queue' | 'exchange'

/** How the default exchange, whose name is empty, is named where rights are asked for. */
const DEFAULT_EXCHANGE = 'amq.default'
/** RabbitMQ's channels remember so many rights, and notice only then that one was taken away. */
const REMEMBERED_MAX = 12
export const EVERYTHING: Permission = { configure: '.*', write: '.*', read: '.*' }

/** What a user may do in a vhost; undefined if the user may not open it. */
export function permissionOf(account: Account, vhost: string): Permission | undefined {
  return account.permissions === undefined ? EVERYTHING : account.permissions[vhost]
}

export interface RightsContext {
  readonly users: ReadonlyMap<string, Account>
  readonly profile: Profile
}

/** One user's rights in one vhost, as a channel remembers them. */
export class Rights {
  readonly #context: RightsContext
  readonly #user: string
  readonly #vhost: string
  readonly #remembered = { configure: names(), write: names(), read: names() }
  /** The oldest first. */
  readonly #order: { readonly names: Set<string>; readonly name: string }[] = []

  constructor(context: RightsContext, of: { user: string; vhost: string }) {
    this.#context = context
    this.#user = of.user
    this.#vhost = of.vhost
  }

  /** @throws Refusal */
  require(access: Access, kind: Kind, name: string): void {
    const remembered = this.#remembered[access][kind]
    if (remembered.has(name)) return
    const asked = kind === 'exchange' && name === '' ? DEFAULT_EXCHANGE : name
    if (!this.#may(access, asked)) throw this.#refused(access, `${kind} '${asked}' in vhost '${this.#vhost}'`)
    remembered.add(name)
    this.#order.push({ names: remembered, name })
    const oldest = this.#order.length > REMEMBERED_MAX ? this.#order.shift() : undefined
    oldest?.names.delete(oldest.name)
  }

  /** For a topic exchange: without a pattern for that exchange every routing key is allowed. @throws Refusal */
  requireTopic(access: keyof TopicPermission, exchange: string, routingKey: string): void {
    const account = this.#context.users.get(this.#user)
    const patterns = account?.topicPermissions?.[this.#vhost]?.[exchange]
    if (patterns === undefined) return
    const pattern = patterns[access].replaceAll('{username}', this.#user).replaceAll('{vhost}', this.#vhost)
    if (matches(pattern, routingKey)) return
    throw this.#refused(access, `topic '${routingKey}' in exchange '${exchange}' in vhost '${this.#vhost}'`)
  }

  #may(access: Access, name: string): boolean {
    const account = this.#context.users.get(this.#user)
    const permission = account === undefined ? undefined : permissionOf(account, this.#vhost)
    return permission !== undefined && matches(permission[access], name)
  }

  #refused(access: Access, place: string) {
    const what = this.#context.profile.namesRefusedAccess ? `${access} access` : 'access'
    return refusal('accessRefused', `${what} to ${place} refused for user '${this.#user}'`)
  }
}

function names(): Readonly<Record<Kind, Set<string>>> {
  return { queue: new Set(), exchange: new Set() }
}

/** An empty pattern matches nothing but an empty name. */
function matches(pattern: string, name: string): boolean {
  return pattern === '' ? name === '' : compile(pattern).test(name)
}

const compiled = new Map<string, RegExp>()
const COMPILED_MAX = 1_000

/** @throws SyntaxError for one that is none. */
export function compile(pattern: string): RegExp {
  const current = compiled.get(pattern)
  if (current !== undefined) return current
  // PCRE's options at any place, of which those at the beginning are the usual ones, are flags in JavaScript.
  const [, start = '', flags = '', rest = pattern] = /^(\^?)\(\?([ims]+)\)(.*)$/s.exec(pattern) ?? []
  const regex = new RegExp(start + rest, flags)
  if (compiled.size >= COMPILED_MAX) compiled.clear()
  compiled.set(pattern, regex)
  return regex
}
