/** The broker as a whole: users and vhosts, the store behind them, and coming back after a stop or a crash. */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { Random } from '../../random.ts'
import type { Store } from '../../store/store.ts'
import type { Profile } from '../profile.ts'
import { type Account, Definitions, type Permission, type TopicPermission, type User } from './definitions.ts'
import { entryFrom, MessageLog } from './message-log.ts'
import { Paging } from './paging.ts'
import { hashPassword, SALT_BYTES } from './password.ts'
import type { Queue } from './queue/queue.ts'
import { EVERYTHING } from './rights.ts'
import { Vhost, type VhostContext } from './vhost.ts'

export interface BrokerOptions {
  readonly clock: Clock
  readonly random: Random
  readonly store: Store
  readonly profile: Profile
  /** How much of the stored messages may be in memory. Left out: all of them. */
  readonly memoryBytesMax?: number
}

/** Also its password. */
export const DEFAULT_USER = 'guest'

/** Set by a clean stop and taken away by the next start: missing after a crash. */
const CLEAN_STOP_KEY = 'clean-stop'

export class Broker {
  readonly clock: Clock
  readonly random: Random
  readonly profile: Profile
  readonly vhosts = new Map<string, Vhost>()
  readonly users = new Map<string, Account>()
  readonly #store: Store
  readonly #log: MessageLog
  readonly #paging: Paging
  readonly #definitions: Definitions
  readonly #context: VhostContext
  #position = 0
  #logId = 0

  constructor(options: BrokerOptions) {
    this.clock = options.clock
    this.random = options.random
    this.profile = options.profile
    this.#store = options.store
    this.#log = new MessageLog(options.store)
    this.#paging = new Paging({
      bytesMax: options.store.keepsRecords
        ? (options.memoryBytesMax ?? Number.POSITIVE_INFINITY)
        : Number.POSITIVE_INFINITY,
      fetch: (position) => this.#log.fetch(position),
    })
    this.#definitions = new Definitions(options.store)
    this.#context = {
      clock: options.clock,
      profile: options.profile,
      log: this.#log,
      paging: this.#paging,
      definitions: this.#definitions,
      nextPosition: () => ++this.#position,
      nextLogId: () => ++this.#logId,
    }
    this.#recover()
    if (this.vhosts.size === 0) this.addVhost('/')
    if (this.users.size === 0)
      this.addUser({ name: DEFAULT_USER, password: DEFAULT_USER, tags: ['administrator'], vhosts: ['/'] })
    this.commit({ isAwaited: true })
  }

  /** The vhost of that name, made now if there was none; whoever makes it may do everything in it. */
  addVhost(name: string, maker?: string): Vhost {
    const current = this.vhosts.get(name)
    if (current !== undefined) return current
    const vhost = new Vhost(name, this.#context)
    this.vhosts.set(name, vhost)
    this.#definitions.putVhost(vhost)
    if (maker !== undefined) this.permit(maker, name, EVERYTHING)
    return vhost
  }

  /** Says what a user may do in a vhost; undefined: not even open it. A user who may do everything everywhere goes on so. */
  permit(name: string, vhost: string, permission: Permission | undefined): void {
    const account = this.users.get(name)
    if (account?.permissions === undefined) return
    const { [vhost]: _, ...others } = account.permissions
    const permissions = permission === undefined ? others : { ...others, [vhost]: permission }
    this.putAccount({ ...account, permissions })
  }

  deleteVhost(name: string): void {
    const vhost = this.vhosts.get(name)
    if (vhost === undefined) return
    vhost.delete()
    this.vhosts.delete(name)
    this.#definitions.deleteVhost(name)
    for (const account of [...this.users.values()]) this.#forgetVhost(account, name)
  }

  /** Adds a user, or replaces the one of that name. */
  addUser({ name, password, tags = [], vhosts, permissions }: User): void {
    const everywhere = vhosts?.map((vhost) => [vhost, EVERYTHING] as const)
    const all = { ...(everywhere === undefined ? {} : Object.fromEntries(everywhere)), ...permissions }
    this.putAccount({
      name,
      tags,
      passwordHash: hashPassword(password, randomBytes(SALT_BYTES)),
      permissions: vhosts === undefined && permissions === undefined ? undefined : all,
    })
  }

  /** Adds a user whose password is known as a hash only, or changes one. */
  putAccount(account: Account): void {
    this.users.set(account.name, account)
    this.#definitions.putUser(account)
  }

  #forgetVhost(account: Account, vhost: string): void {
    this.permit(account.name, vhost, undefined)
    this.putTopicPermissions(account.name, vhost, {})
  }

  /** Says which routing keys a user may write and read, by topic exchange, in place of what was said before. */
  putTopicPermissions(
    name: string,
    vhost: string,
    patterns: Readonly<Record<string, TopicPermission>>,
  ): void {
    const account = this.users.get(name)
    const isAny = Object.keys(patterns).length > 0
    if (account === undefined || (!isAny && account.topicPermissions?.[vhost] === undefined)) return
    const { [vhost]: _, ...others } = account.topicPermissions ?? {}
    this.putAccount({ ...account, topicPermissions: isAny ? { ...others, [vhost]: patterns } : others })
  }

  deleteUser(name: string): void {
    if (this.users.delete(name)) this.#definitions.deleteUser(name)
  }

  /**
   * Keeps what has changed since the last commit.
   * `isAwaited`: a client is waiting to hear that its messages are safe. What a declaration changed is always waited for.
   */
  commit(options: { isAwaited: boolean }): void {
    this.#log.settle()
    this.#store.commit({ isAwaited: options.isAwaited || this.#definitions.hasChanged })
    this.#definitions.hasChanged = false
  }

  /** Writes what only a clean stop knows, and closes the store. */
  stop(): void {
    for (const vhost of this.vhosts.values()) {
      for (const queue of vhost.queues.values()) if (queue.isDurable) this.#log.writeDelivered(queue)
    }
    // Only once all of it is kept may the next start rely on it.
    this.commit({ isAwaited: true })
    this.#store.put(CLEAN_STOP_KEY, Buffer.from('1'))
    this.commit({ isAwaited: true })
    this.#store.close()
  }

  #recover(): void {
    const wasClean = this.#store.read(CLEAN_STOP_KEY).size > 0
    this.#store.delete(CLEAN_STOP_KEY)
    for (const user of this.#definitions.users()) this.users.set(user.name, user)
    for (const { name, ...kept } of this.#definitions.vhosts())
      this.vhosts.set(name, new Vhost(name, this.#context, kept))
    // Before the queues, which would expire or drop messages without them.
    for (const { vhost, kind, policy } of this.#definitions.policies())
      this.vhosts.get(vhost)?.policies.set(kind, policy)
    for (const exchange of this.#definitions.exchanges()) {
      this.vhosts.get(exchange.vhost)?.restoreExchange({ ...exchange, isDurable: true })
    }
    const queues = this.#recoverQueues()
    for (const binding of this.#definitions.bindings())
      this.vhosts.get(binding.vhost)?.restoreBinding(binding)
    this.#recoverMessages(queues, wasClean)
  }

  #recoverQueues(): Map<number, Queue> {
    const queues = new Map<number, Queue>()
    for (const definition of this.#definitions.queues()) {
      const queue = this.vhosts.get(definition.vhost)?.restoreQueue(definition)
      if (queue === undefined) continue
      queues.set(definition.logId, queue)
      this.#logId = Math.max(this.#logId, definition.logId)
    }
    return queues
  }

  /**
   * Which messages come back as redelivered: after a clean stop those that had been delivered. After a crash a classic queue
   * takes all of them for delivered, and a quorum queue knows, and counts the crash as a return.
   *
   * A message that had come back to a quorum queue lies at its original place after a restart; in RabbitMQ it stays where it
   * was. In a queue with x-max-priority a clean stop may mark messages as redelivered that were not delivered yet; RabbitMQ
   * keeps count per priority.
   */
  #recoverMessages(queues: ReadonlyMap<number, Queue>, wasClean: boolean): void {
    const delivered = this.#store.marks()
    for (const [logId, position] of delivered) {
      this.#position = Math.max(this.#position, position)
      this.#logId = Math.max(this.#logId, logId)
      if (!queues.has(logId)) this.#store.mark(logId, 0)
    }
    for (const record of this.#store.recover()) {
      this.#position = Math.max(this.#position, record.id)
      this.#logId = Math.max(this.#logId, record.log)
      const queue = queues.get(record.log)
      // Its queue was deleted, and the crash came before its messages were.
      if (queue === undefined) {
        this.#store.remove(record.id)
        continue
      }
      const isKnown = wasClean || queue.isQuorum
      const wasDelivered = isKnown ? record.id <= (delivered.get(record.log) ?? 0) : true
      const { priorities } = queue
      const options = { wasDelivered, countsCrash: queue.isQuorum, priorities, pages: this.#paging }
      queue.restore(entryFrom(record, options))
    }
    for (const queue of queues.values()) queue.restored()
  }
}
