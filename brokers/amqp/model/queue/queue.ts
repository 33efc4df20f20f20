/**
 * A queue (rabbitmq.md 2.5): what it holds, who consumes it, and what happens to a message from publish to settle. Classic
 * and quorum queues differ in where a returned message goes, in counting returns, and in what is kept on disk.
 *
 * Departures. Of each waiting message a queue keeps its place in memory, and of one that is not stored everything; RabbitMQ keeps
 * most of both on disk.
 * A quorum queue has one member and no Raft log; it differs from a classic one in what a learner can see: returns, limits,
 * durability.
 */
import type { Clock, Timer } from '../../../clock.ts'
import { invariant } from '../../../invariant.ts'
import type { Profile } from '../../profile.ts'
import type { FieldTable } from '../../wire/field-table.ts'
import type { Consumer } from '../consumer.ts'
import { isPersistent, type Message } from '../message.ts'
import type { MessageLog } from '../message-log.ts'
import type { Paging } from '../paging.ts'
import type { AppliedPolicies } from '../policy.ts'
import type { QueueSettings } from './arguments.ts'
import { Consumers } from './consumers.ts'
import type { DeathReason } from './death.ts'
import { Entry } from './entry.ts'
import { HeadExpiry } from './expiry.ts'
import { levelOf, type Priorities, prioritiesOf } from './priority.ts'
import { ReadyList } from './ready-list.ts'

/** What a queue needs from outside. */
export interface QueueContext {
  readonly clock: Clock
  readonly profile: Profile
  readonly log: MessageLog
  readonly paging: Paging
  /** The next position: grows by one with every message of the broker. */
  nextPosition(): number
  /** Sends a dead message on; does nothing for a queue without a dead letter exchange. */
  deadLetter(queue: Queue, entry: Entry, reason: DeathReason): void
  /** The queue has been idle for as long as x-expires says, or its last consumer has left an auto-delete queue. */
  expired(queue: Queue): void
}

export interface QueueProperties {
  readonly name: string
  readonly isDurable: boolean
  readonly isAutoDelete: boolean
  /** The connection that declared it exclusive. */
  readonly owner: object | undefined
  readonly arguments: FieldTable
  /** What the arguments mean together with the policies. */
  readonly settings: QueueSettings
  readonly policies: AppliedPolicies
  /** Its number in the store. */
  readonly logId: number
}

/** How a message came back: what counts toward a delivery limit depends on it. */
export type ReturnCause = 'nack' | 'reject' | 'lost' | 'timeout'

export class Queue {
  readonly kind = 'queue'
  readonly name: string
  readonly isDurable: boolean
  readonly isAutoDelete: boolean
  readonly owner: object | undefined
  readonly arguments: FieldTable
  settings: QueueSettings
  policies: AppliedPolicies
  readonly logId: number
  readonly consumers: Consumers
  readonly priorities: Priorities
  isDeleted = false
  /** Highest position that was ever handed out. */
  deliveredUpTo = 0
  readonly #context: QueueContext
  readonly #ready: ReadyList
  #deliveryLimit: number
  readonly #unsettled = new Set<Entry>()
  /** Those of them that basic.get gave, of a quorum queue. */
  readonly #got = new Set<Entry>()
  /** What came back and is not to be delivered again yet. */
  readonly #heldBack = new Map<Entry, Timer>()
  readonly #expiry: HeadExpiry
  /** What a restart found beyond the delivery limit. */
  #overLimit: Entry[] = []
  #idle: Timer | undefined

  constructor(properties: QueueProperties, context: QueueContext) {
    this.name = properties.name
    this.isDurable = properties.isDurable
    this.isAutoDelete = properties.isAutoDelete
    this.owner = properties.owner
    this.arguments = properties.arguments
    this.settings = properties.settings
    this.policies = properties.policies
    this.logId = properties.logId
    this.#context = context
    const prefersHigh = this.isQuorum && context.profile.prefersHighSingleActive
    this.consumers = new Consumers({ isSingleActive: this.settings.isSingleActive, prefersHigh })
    this.#expiry = new HeadExpiry(context.clock, () => this.#dropExpired())
    this.#deliveryLimit = this.#deliveryLimitOf(this.settings)
    this.priorities = prioritiesOf(this.settings, context.profile)
    const quorumPlace = this.#deliveryLimit < 0 ? 'back' : 'before-others'
    this.#ready = new ReadyList({
      priorities: this.priorities,
      returnPlace: this.isQuorum ? quorumPlace : 'original-place',
      pages: context.paging,
    })
    this.touch()
  }

  get isQuorum(): boolean {
    return this.settings.type === 'quorum'
  }

  get readyCount(): number {
    return this.#ready.length
  }

  /** A quorum queue counts whoever has not settled what basic.get gave, too. */
  get consumerCount(): number {
    return this.consumers.size + this.#got.size
  }

  get unsettledCount(): number {
    return this.#unsettled.size
  }

  /** Takes a message in, and hands on what can be handed on. `rejected` only for a full queue with reject-publish. */
  publish(message: Message): 'accepted' | 'rejected' {
    const entry = this.#entryOf(message)
    // reject-publish is exact on quorum queues, too; RabbitMQ lets a few messages over the limit there.
    if (this.settings.overflow !== 'drop-head' && this.#isFullFor(entry)) {
      if (this.settings.overflow === 'reject-publish-dlx') this.#context.deadLetter(this, entry, 'maxlen')
      return 'rejected'
    }
    if (entry.isStored) this.#context.log.append(this, entry)
    this.#enter(entry)
    this.#dispatch(entry)
    this.#dropOverflow()
    this.#dropExpired()
    if (entry.isStored || entry.isWaiting) this.#admit(entry)
    return 'accepted'
  }

  /** Takes back in what was stored, in order of position, before anything else happens to the queue. */
  restore(entry: Entry): void {
    this.deliveredUpTo = Math.max(this.deliveredUpTo, entry.wasDelivered ? entry.position : 0)
    if (this.#deliveryLimit >= 0 && entry.returns > this.#deliveryLimit) this.#overLimit.push(entry)
    else this.#enter(entry)
    this.#admit(entry)
  }

  /** Once all queues have taken back what was stored: drops what died meanwhile. */
  restored(): void {
    for (const entry of this.#overLimit) this.#bury(entry, 'delivery_limit')
    this.#overLimit = []
    this.#dropExpired()
  }

  /** The next message for basic.get; it is outstanding until settled, unless no ack is needed. */
  get(needsAck: boolean): Entry | undefined {
    this.touch()
    this.#dropExpired()
    const entry = this.#shift()
    if (entry === undefined) return undefined
    this.#handOut(entry, needsAck)
    if (needsAck && this.isQuorum) this.#got.add(entry)
    // The next one may expire before this one would have.
    this.#dropExpired()
    return entry
  }

  addConsumer(consumer: Consumer): void {
    this.consumers.add(consumer)
    this.touch()
  }

  /** Other policies hold for it now: what is too much goes at once, what is there already expires as it would have before. */
  govern(policies: AppliedPolicies, settings: QueueSettings): void {
    this.policies = policies
    this.settings = settings
    this.#deliveryLimit = this.#deliveryLimitOf(settings)
    this.touch()
    this.#dropOverflow()
  }

  /** Its unsettled messages stay with its channel. Call `dispatch` once everything that ends with it is done. */
  removeConsumer(consumer: Consumer): void {
    if (!this.consumers.remove(consumer) || this.consumers.size > 0) return
    this.touch()
    if (this.isAutoDelete) this.#context.expired(this)
  }

  /** Hands messages to consumers until one of both runs out. */
  dispatch(): void {
    this.#dispatch()
  }

  /** It was processed: gone for good. */
  acknowledge(entry: Entry): void {
    if (!this.#release(entry)) return
    this.#erase(entry)
  }

  /** It was refused and not put back: dead-lettered if the queue has an exchange for that. */
  discard(entry: Entry): void {
    if (!this.#release(entry)) return
    this.#bury(entry, 'rejected')
  }

  /** It comes back; call `dispatch` once all that came back together are in. */
  putBack(entry: Entry, cause: ReturnCause): void {
    if (!this.#release(entry)) return
    entry.acquisitions++
    if (this.isQuorum && this.#countsAsReturn(cause)) entry.returns++
    if (this.#deliveryLimit >= 0 && entry.returns > this.#deliveryLimit) {
      this.#bury(entry, 'delivery_limit')
      return
    }
    if (this.isQuorum && entry.isStored) this.#context.log.amend(entry, { isOut: false })
    const delayMs = this.#retryDelayMs(entry, cause)
    if (delayMs > 0) this.#holdBack(entry, delayMs)
    else this.#takeBack(entry)
  }

  /** Drops the ready messages; gives how many. */
  purge(): number {
    this.#dropExpired()
    const count = this.#ready.length
    for (let entry = this.#shift(); entry !== undefined; entry = this.#shift()) this.#erase(entry)
    return count
  }

  /** Drops everything; consumers are told. The queue is of no use afterwards. */
  delete(): void {
    this.isDeleted = true
    this.#expiry.cancel()
    this.#idle?.cancel()
    for (const entry of this.#ready) this.#erase(entry)
    for (const entry of this.#unsettled) this.#erase(entry)
    this.#unsettled.clear()
    for (const [entry, timer] of this.#heldBack) {
      timer.cancel()
      this.#erase(entry)
    }
    this.#heldBack.clear()
    for (const consumer of [...this.consumers]) {
      this.consumers.remove(consumer)
      consumer.cancelled()
    }
    if (this.isDurable) this.#context.log.forget(this)
  }

  /** It is in use: x-expires counts from now, or not at all while there are consumers. */
  touch(): void {
    this.#idle?.cancel()
    this.#idle = undefined
    if (this.settings.expiresMs === Number.POSITIVE_INFINITY) return
    if (this.isDeleted || this.consumers.size > 0) return
    const { clock } = this.#context
    this.#idle = clock.at(clock.now() + this.settings.expiresMs, () => this.#context.expired(this))
  }

  #takeBack(entry: Entry): void {
    this.#ready.putBack(entry)
    entry.isWaiting = true
    this.#expiry.entered(entry)
    this.#dropOverflow()
  }

  /** It grows with every return that counted. What was held back when the broker ends is ready again at once. */
  #retryDelayMs(entry: Entry, cause: ReturnCause): number {
    const { type, minMs, maxMs } = this.settings.retries
    if (type === 'disabled' || !this.isQuorum || !this.#context.profile.delaysRetries) return 0
    const kind = this.#countsAsReturn(cause) ? 'failed' : 'returned'
    return type === 'all' || type === kind ? Math.min(minMs * Math.max(1, entry.returns), maxMs) : 0
  }

  #holdBack(entry: Entry, delayMs: number): void {
    const { clock } = this.#context
    const timer = clock.at(clock.now() + delayMs, () => {
      this.#heldBack.delete(entry)
      this.#takeBack(entry)
      this.dispatch()
    })
    this.#heldBack.set(entry, timer)
  }

  #deliveryLimitOf({ deliveryLimit }: QueueSettings): number {
    return this.isQuorum ? (deliveryLimit ?? this.#context.profile.quorumDeliveryLimit) : -1
  }

  #countsAsReturn(cause: ReturnCause): boolean {
    return cause === 'reject' || cause === 'lost' || this.#context.profile.nackCountsAsDelivery
  }

  #entryOf(message: Message): Entry {
    const { messageTtlMs } = this.settings
    const { expiration, priority } = message.properties
    const ttlMs = expiration === undefined ? messageTtlMs : Math.min(messageTtlMs, Number(expiration))
    return new Entry(message, {
      position: this.#context.nextPosition(),
      expiresAtMs: ttlMs === Number.POSITIVE_INFINITY ? ttlMs : this.#context.clock.now() + ttlMs,
      priority: levelOf(priority, this.priorities),
      bodyBytes: message.body.length,
      isStored: this.isDurable && (this.isQuorum || isPersistent(message)),
      pages: this.#context.paging,
    })
  }

  #isFullFor(entry: Entry): boolean {
    const { lengthMax, bytesMax } = this.settings
    return this.#ready.length + 1 > lengthMax || this.#ready.bytes + entry.bodyBytes > bytesMax
  }

  /** Nobody may hold the entry afterwards: there may be another one in its place. */
  #admit(entry: Entry): void {
    const isInMemory = this.#context.paging.admit(entry)
    if (!isInMemory && entry.isWaiting) this.#ready.pack(entry)
  }

  #enter(entry: Entry): void {
    this.#ready.push(entry)
    entry.isWaiting = true
    this.#expiry.entered(entry)
  }

  #shift(): Entry | undefined {
    const entry = this.#ready.shift()
    if (entry === undefined) return undefined
    entry.isWaiting = false
    this.#expiry.left(entry)
    return entry
  }

  /** `arrived` has just come in: a time-to-live of 0 still reaches a consumer who is ready at that moment. */
  #dispatch(arrived?: Entry): void {
    if (this.#expiry.isNeeded) this.#dropExpired(arrived)
    while (this.#ready.length > 0) {
      const consumer = this.consumers.next()
      if (consumer === undefined) return
      const entry = this.#shift()
      invariant(entry, 'a ready list with a length has a first entry')
      this.#handOut(entry, consumer.needsAck)
      consumer.take(entry)
      if (this.#expiry.isNeeded) this.#dropExpired(arrived)
    }
  }

  #handOut(entry: Entry, needsAck: boolean): void {
    const isRepeated = entry.acquisitions > 0
    entry.wasDelivered = entry.wasDelivered || isRepeated
    if (entry.position > this.deliveredUpTo) this.deliveredUpTo = entry.position
    if (!needsAck) {
      entry.returnToMemory()
      return this.#erase(entry)
    }
    this.#unsettled.add(entry)
    if (!this.isQuorum || !entry.isStored) return
    if (isRepeated) this.#context.log.amend(entry, { isOut: true })
    else this.#context.log.moved(this)
  }

  /** False for a message of a queue that has been deleted since: settling it means nothing. */
  #release(entry: Entry): boolean {
    this.#got.delete(entry)
    return this.#unsettled.delete(entry)
  }

  #erase(entry: Entry): void {
    if (!entry.isStored) return
    entry.isStored = false
    this.#context.log.remove(entry)
    this.#context.paging.release(entry)
  }

  #bury(entry: Entry, reason: DeathReason): void {
    if (this.settings.deadLetterExchange !== undefined) entry.returnToMemory()
    this.#erase(entry)
    this.#context.deadLetter(this, entry, reason)
  }

  #dropOverflow(): void {
    const { lengthMax, bytesMax, overflow } = this.settings
    if (overflow !== 'drop-head') return
    while (this.#ready.length > 0 && (this.#ready.length > lengthMax || this.#ready.bytes > bytesMax)) {
      this.#bury(this.#shift() as Entry, 'maxlen')
    }
  }

  /** Expired messages leave at the head only: one that lives longer holds up those behind it, as in RabbitMQ. */
  #dropExpired(arrived?: Entry): void {
    if (!this.#expiry.isNeeded) return
    for (let first = this.#ready.first(); first !== undefined; first = this.#ready.first()) {
      if (first === arrived || !this.#expiry.isOver(first)) break
      this.#shift()
      this.#bury(first, 'expired')
    }
    this.#expiry.arm(this.#ready.first())
  }
}
