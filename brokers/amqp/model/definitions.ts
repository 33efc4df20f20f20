/** Durable definitions as the store keeps them: users, vhosts, exchanges, queues, bindings. */
import type { Store } from '../../store/store.ts'
import { decodeTable, encodeTable, type FieldTable } from '../wire/field-table.ts'
import type { Binding } from './binding.ts'
import type { Exchange, ExchangeType } from './exchange/exchange.ts'
import type { Policy, PolicyKind } from './policy.ts'
import type { Queue } from './queue/queue.ts'

/** A user as it is given. */
export interface User {
  readonly name: string
  readonly password: string
  /** Vhosts in which the user may do everything; all of them, if this and `permissions` are left out. */
  readonly vhosts?: readonly string[] | undefined
  /** Patterns by vhost, of which queues and exchanges the user may configure, write and read. */
  readonly permissions?: Readonly<Record<string, Permission>> | undefined
  /** What the user may do over HTTP: `administrator`, `monitoring`, `policymaker`, `management`; nothing if left out. */
  readonly tags?: readonly string[] | undefined
}

/** Regular expressions over the names of queues and exchanges; an empty one allows nothing. */
export interface Permission {
  readonly configure: string
  readonly write: string
  readonly read: string
}

/** Regular expressions over routing keys, with `{username}` and `{vhost}` replaced. */
export type TopicPermission = Omit<Permission, 'configure'>

/** How many there may be; -1 or left out: as many as come. Users have no queues, and vhosts no channels. */
export interface Limits {
  readonly 'max-connections'?: number
  readonly 'max-channels'?: number
  readonly 'max-queues'?: number
}

/** A user as the broker keeps it: without the password, which can only be tried. */
export interface Account {
  readonly name: string
  /** See password.ts; empty for a user who can't log in with a password. */
  readonly passwordHash: string
  /** By vhost; undefined for everything everywhere. */
  readonly permissions?: Readonly<Record<string, Permission>> | undefined
  /** By vhost and exchange. */
  readonly topicPermissions?: Readonly<Record<string, Readonly<Record<string, TopicPermission>>>> | undefined
  readonly tags: readonly string[]
  readonly limits?: Limits | undefined
}

/** What an operator says of a vhost, for people. */
export interface VhostNotes {
  readonly description: string
  readonly tags: readonly string[]
}

export interface VhostDefinition {
  readonly name: string
  readonly limits: Limits
  readonly notes: VhostNotes
}

export interface PolicyDefinitionRow {
  readonly vhost: string
  readonly kind: PolicyKind
  readonly policy: Policy
}

export interface ExchangeDefinition {
  readonly vhost: string
  readonly name: string
  readonly type: ExchangeType
  readonly isAutoDelete: boolean
  readonly isInternal: boolean
  readonly arguments: FieldTable
}

export interface QueueDefinition {
  readonly vhost: string
  readonly name: string
  readonly isAutoDelete: boolean
  readonly arguments: FieldTable
  readonly logId: number
}

export interface BindingDefinition {
  readonly vhost: string
  readonly source: string
  readonly destination: string
  readonly destinationType: 'queue' | 'exchange'
  readonly routingKey: string
  readonly arguments: FieldTable
}

/** Keys are `<kind>/<JSON of what identifies it>`. */
const key = (kind: string, ...identity: readonly string[]) => `${kind}/${JSON.stringify(identity)}`

type Written = Readonly<Record<string, unknown>>

export class Definitions {
  readonly #store: Store
  /** Whether something was written since the flag was last taken: a declare-ok waits for the disk. */
  hasChanged = false

  constructor(store: Store) {
    this.#store = store
  }

  putUser(user: Account): void {
    this.#put(key('user', user.name), { ...user })
  }

  deleteUser(name: string): void {
    this.#delete(key('user', name))
  }

  putVhost({ name, limits, notes }: VhostDefinition): void {
    this.#put(key('vhost', name), { name, limits, notes })
  }

  putPolicy(vhost: string, kind: PolicyKind, policy: Policy): void {
    this.#put(key('policy', vhost, kind, policy.name), { vhost, kind, policy })
  }

  deletePolicy(vhost: string, kind: PolicyKind, name: string): void {
    this.#delete(key('policy', vhost, kind, name))
  }

  deleteVhost(name: string): void {
    this.#delete(key('vhost', name))
  }

  putExchange(vhost: string, exchange: Exchange): void {
    const { name, type, isAutoDelete, isInternal } = exchange
    this.#put(key('exchange', vhost, name), {
      vhost,
      name,
      type,
      isAutoDelete,
      isInternal,
      ...args(exchange.arguments),
    })
  }

  deleteExchange(vhost: string, exchange: Exchange): void {
    this.#delete(key('exchange', vhost, exchange.name))
  }

  putQueue(vhost: string, queue: Queue): void {
    const { name, isAutoDelete, logId } = queue
    this.#put(key('queue', vhost, name), { vhost, name, isAutoDelete, logId, ...args(queue.arguments) })
  }

  deleteQueue(vhost: string, queue: Queue): void {
    this.#delete(key('queue', vhost, queue.name))
  }

  putBinding(vhost: string, binding: Binding): void {
    const { routingKey } = binding
    const ends = { source: binding.source.name, destination: binding.destination.name }
    const destinationType = binding.destination.kind
    this.#put(bindingKey(vhost, binding), {
      vhost,
      ...ends,
      destinationType,
      routingKey,
      ...args(binding.arguments),
    })
  }

  deleteBinding(vhost: string, binding: Binding): void {
    this.#delete(bindingKey(vhost, binding))
  }

  users(): Account[] {
    return this.#all('user')
  }

  vhosts(): VhostDefinition[] {
    return this.#all('vhost')
  }

  policies(): PolicyDefinitionRow[] {
    return this.#all('policy')
  }

  exchanges(): ExchangeDefinition[] {
    return this.#all('exchange')
  }

  queues(): QueueDefinition[] {
    return this.#all('queue')
  }

  bindings(): BindingDefinition[] {
    return this.#all('binding')
  }

  #put(at: string, value: Written): void {
    this.#store.put(at, Buffer.from(JSON.stringify(value)))
    this.hasChanged = true
  }

  #delete(at: string): void {
    this.#store.delete(at)
    this.hasChanged = true
  }

  /** What this class has written, so its form is known. */
  #all<T>(kind: string): T[] {
    return [...this.#store.read(`${kind}/`).values()].map((bytes) => {
      const value = JSON.parse(bytes.toString()) as Record<string, unknown>
      if (typeof value['arguments'] === 'string')
        value['arguments'] = decodeTable(Buffer.from(value['arguments'], 'base64'))
      return value as T
    })
  }
}

/** Arguments are kept as the bytes that came, since some error texts name their wire types. */
function args(table: FieldTable): { arguments: string } {
  return { arguments: encodeTable(table).toString('base64') }
}

function bindingKey(vhost: string, binding: Binding): string {
  const { source, destination, routingKey } = binding
  const hex = encodeTable(binding.arguments).toString('hex')
  return key('binding', vhost, source.name, destination.kind, destination.name, routingKey, hex)
}
