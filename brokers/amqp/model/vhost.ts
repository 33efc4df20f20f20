/**
 * A virtual host: its exchanges, queues and bindings, the rules for declaring them (rabbitmq.md 2.3) and the way of a message
 * through them (2.4, 2.6).
 */
import { describe, refusal } from '../refusal.ts'
import { type FieldTable, type FieldValue, wireTypeOf } from '../wire/field-table.ts'
import { type Binding, bindingIdentity, isDurable } from './binding.ts'
import type { Definitions, Limits, VhostNotes } from './definitions.ts'
import { Exchange, type ExchangeProperties, type ExchangeType, exchangeTypes } from './exchange/exchange.ts'
import { checkHeadersArguments } from './exchange/headers.ts'
import { type Message, withoutBcc, withProperties } from './message.ts'
import { type AppliedPolicies, Policies, type Policy, type PolicyKind } from './policy.ts'
import { checkArguments, type QueueSettings, queueSettings } from './queue/arguments.ts'
import { addDeath, type DeathReason, deadProperties, isAutomaticCycle } from './queue/death.ts'
import type { Entry } from './queue/entry.ts'
import { Queue, type QueueContext, type QueueProperties } from './queue/queue.ts'
import { checkSameExchange, checkSameQueue, locked } from './redeclaration.ts'
import type { Rights } from './rights.ts'
import { routeMessage } from './routing.ts'

/** Who asks. Without rights to ask for, it is the broker itself. */
interface Asker {
  readonly rights?: Rights | undefined
}

export interface ExchangeDeclaration extends Omit<ExchangeProperties, 'type'>, Asker {
  readonly type: string
}

export interface QueueDeclaration extends Asker {
  readonly name: string
  readonly isDurable: boolean
  readonly isAutoDelete: boolean
  readonly isExclusive: boolean
  readonly arguments: FieldTable
  /** Who asks: an exclusive queue is its alone. */
  readonly connection: object
}

export interface BindingDeclaration extends Asker {
  readonly source: string
  readonly destination: string
  readonly destinationType: 'queue' | 'exchange'
  readonly routingKey: string
  readonly arguments: FieldTable
  readonly connection: object
}

/** What a vhost needs from its broker. */
export interface VhostContext extends Omit<QueueContext, 'deadLetter' | 'expired'> {
  readonly definitions: Definitions
  nextLogId(): number
}

const policyKinds: readonly PolicyKind[] = ['policy', 'operator-policy']

const predeclared: readonly (readonly [string, ExchangeType])[] = [
  ['', 'direct'],
  ['amq.direct', 'direct'],
  ['amq.topic', 'topic'],
  ['amq.fanout', 'fanout'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
  ['amq.rabbitmq.trace', 'topic'],
]

export class Vhost {
  readonly name: string
  readonly exchanges = new Map<string, Exchange>()
  readonly queues = new Map<string, Queue>()
  readonly policies = new Policies()
  readonly #context: VhostContext
  readonly #queueContext: QueueContext
  /** Bindings by where they lead. */
  readonly #incoming = new Map<Queue | Exchange, Set<Binding>>()

  #limits: Limits
  #notes: VhostNotes

  constructor(name: string, context: VhostContext, kept: { limits?: Limits; notes?: VhostNotes } = {}) {
    this.name = name
    this.#limits = kept.limits ?? {}
    this.#notes = kept.notes ?? { description: name === '/' ? 'Default virtual host' : '', tags: [] }
    this.#context = context
    this.#queueContext = {
      clock: context.clock,
      profile: context.profile,
      log: context.log,
      paging: context.paging,
      nextPosition: context.nextPosition,
      deadLetter: (queue, entry, reason) => this.#deadLetter(queue, entry, reason),
      expired: (queue) => this.#removeQueue(queue),
    }
    for (const [exchange, type] of predeclared) {
      const isInternal = exchange === 'amq.rabbitmq.trace'
      const properties = {
        name: exchange,
        type,
        isDurable: true,
        isAutoDelete: false,
        isInternal,
        arguments: {},
      }
      this.exchanges.set(exchange, new Exchange(properties))
    }
  }

  get limits(): Limits {
    return this.#limits
  }

  setLimits(limits: Limits): void {
    this.#limits = limits
    this.#context.definitions.putVhost(this)
  }

  get notes(): VhostNotes {
    return this.#notes
  }

  setNotes(notes: VhostNotes): void {
    this.#notes = notes
    this.#context.definitions.putVhost(this)
  }

  setPolicy(kind: PolicyKind, policy: Policy): void {
    this.policies.set(kind, policy)
    this.#context.definitions.putPolicy(this.name, kind, policy)
    this.#govern()
  }

  deletePolicy(kind: PolicyKind, name: string): void {
    this.policies.delete(kind, name)
    this.#context.definitions.deletePolicy(this.name, kind, name)
    this.#govern()
  }

  /** @throws Refusal */
  findExchange(name: string): Exchange {
    const exchange = this.exchanges.get(name)
    if (exchange === undefined) throw refusal('notFound', `no ${describe('exchange', name, this.name)}`)
    return exchange
  }

  /** @throws Refusal if there is none, or if it is another connection's own. */
  findQueue(name: string, connection: object): Queue {
    const queue = this.queues.get(name)
    if (queue === undefined) throw refusal('notFound', `no ${describe('queue', name, this.name)}`)
    this.#checkOwner(queue, connection)
    return queue
  }

  /** @throws Refusal */
  declareExchange(declaration: ExchangeDeclaration): void {
    const { name, type } = declaration
    // RabbitMQ looks at the type first.
    if (!Object.hasOwn(exchangeTypes, type)) {
      const reply = this.#context.profile.refusesExchangeTypeOnChannel
        ? 'preconditionFailed'
        : 'commandInvalid'
      throw refusal(reply, `unknown exchange type '${type}'`)
    }
    refuseDefaultExchange(name)
    declaration.rights?.require('configure', 'exchange', name)
    const current = this.exchanges.get(name)
    if (current !== undefined)
      return checkSameExchange(current, declaration, describe('exchange', name, this.name))
    refuseReservedName('exchange', name)
    checkAlternate(declaration.arguments, describe('exchange', name, this.name))
    requireBoth(declaration, 'exchange', declaration.arguments['alternate-exchange'])
    const exchange = this.#addExchange({ ...declaration, type: type as ExchangeType })
    if (exchange.isDurable) this.#context.definitions.putExchange(this.name, exchange)
  }

  /** Deleting what is not there succeeds. @throws Refusal */
  deleteExchange(options: { name: string; ifUnused: boolean } & Asker): void {
    const { name } = options
    refuseDefaultExchange(name)
    if (name.startsWith('amq.')) {
      throw refusal(
        'accessRefused',
        `deletion of system ${describe('exchange', name, this.name)} not allowed`,
      )
    }
    options.rights?.require('configure', 'exchange', name)
    const exchange = this.exchanges.get(name)
    if (exchange === undefined) return
    if (options.ifUnused && exchange.bindings.size > 0) {
      throw refusal('preconditionFailed', `${describe('exchange', name, this.name)} in use`)
    }
    this.#removeExchange(exchange)
  }

  /** Gives the queue, declared now or before with the same properties. @throws Refusal */
  declareQueue(declaration: QueueDeclaration): Queue {
    const { name } = declaration
    const place = describe('queue', name, this.name)
    declaration.rights?.require('configure', 'queue', name)
    const current = this.queues.get(name)
    if (current !== undefined) {
      this.#checkOwner(current, declaration.connection)
      checkSameQueue(current, declaration, { place, profile: this.#context.profile })
      current.touch()
      return current
    }
    this.#refuseTooMany(name)
    requireBoth(declaration, 'queue', declaration.arguments['x-dead-letter-exchange'])
    checkArguments(declaration.arguments, { name, vhost: this.name }, this.#context.profile)
    const { type } = queueSettings(declaration.arguments)
    // An exclusive queue ends with its connection, so RabbitMQ never makes one durable.
    const isDurable = declaration.isDurable && !declaration.isExclusive
    if (type === 'quorum') refuseQuorumProperties(declaration, place)
    if (!isDurable && !declaration.isExclusive && !this.#context.profile.allowsTransientShared) {
      throw refusal(
        'internalError',
        `Feature \`transient_nonexcl_queues\` is deprecated: ${place} is not permitted`,
      )
    }
    const owner = declaration.isExclusive ? declaration.connection : undefined
    return this.#addQueue({
      ...declaration,
      isDurable,
      owner,
      logId: isDurable ? this.#context.nextLogId() : 0,
    })
  }

  /** Gives how many ready messages went with it; deleting what is not there succeeds. @throws Refusal */
  deleteQueue(
    options: { name: string; ifUnused: boolean; ifEmpty: boolean; connection: object } & Asker,
  ): number {
    options.rights?.require('configure', 'queue', options.name)
    const queue = this.queues.get(options.name)
    if (queue === undefined) return 0
    this.#checkOwner(queue, options.connection)
    const place = describe('queue', options.name, this.name)
    if (queue.isQuorum && (options.ifUnused || options.ifEmpty)) {
      const flag = options.ifUnused ? 'if-unused' : 'if-empty'
      const text = `cannot delete ${place}. queue.delete operations with ${flag} flag set are not supported by quorum queues`
      throw refusal('notImplemented', text)
    }
    if (options.ifUnused && queue.consumers.size > 0) throw refusal('preconditionFailed', `${place} in use`)
    if (options.ifEmpty && queue.readyCount > 0) throw refusal('preconditionFailed', `${place} not empty`)
    const count = queue.readyCount
    this.#removeQueue(queue)
    return count
  }

  /** Deletes the exclusive queues of a connection that has closed. */
  deleteOwned(connection: object): void {
    for (const queue of [...this.queues.values()]) if (queue.owner === connection) this.#removeQueue(queue)
  }

  /** @throws Refusal */
  bind(declaration: BindingDeclaration): void {
    const binding = this.#endsOf(declaration)
    if (binding.source.type === 'headers') checkHeadersArguments(binding.arguments)
    this.#addBinding(binding)
    if (isDurable(binding)) this.#context.definitions.putBinding(this.name, binding)
  }

  /** Unbinding what is not bound, or what is not there, succeeds. @throws Refusal */
  unbind(declaration: BindingDeclaration): void {
    this.#requireEnds(declaration)
    const { routingKey, arguments: args } = declaration
    const source = this.exchanges.get(declaration.source)
    const ends = declaration.destinationType === 'queue' ? this.queues : this.exchanges
    const destination = ends.get(declaration.destination)
    if (source === undefined || destination === undefined) return
    const binding = source.bindings.get(bindingIdentity({ destination, routingKey, arguments: args }))
    if (binding === undefined) return
    if (destination.kind === 'queue') this.#checkOwner(destination, declaration.connection)
    this.#removeBinding(binding)
  }

  /** Brings a message to its queues. */
  publish(exchange: Exchange, message: Message): { isRouted: boolean; isRejected: boolean } {
    const queues = routeMessage(this, exchange, message)
    let isRejected = false
    const stripped = withoutBcc(message)
    for (const queue of queues) if (queue.publish(stripped) === 'rejected') isRejected = true
    return { isRouted: queues.size > 0, isRejected }
  }

  /** Puts back what the store kept. */
  restoreExchange(properties: ExchangeProperties): void {
    this.#addExchange(properties)
  }

  restoreQueue(properties: {
    name: string
    isAutoDelete: boolean
    arguments: FieldTable
    logId: number
  }): Queue {
    return this.#makeQueue({ ...properties, isDurable: true, owner: undefined })
  }

  restoreBinding(declaration: Omit<BindingDeclaration, 'connection' | 'rights'>): void {
    const source = this.exchanges.get(declaration.source)
    const ends = declaration.destinationType === 'queue' ? this.queues : this.exchanges
    const destination = ends.get(declaration.destination)
    if (source === undefined || destination === undefined) return
    const { routingKey } = declaration
    this.#addBinding({ source, destination, routingKey, arguments: declaration.arguments })
  }

  /** Removes everything, with what the store has of it. */
  delete(): void {
    for (const queue of [...this.queues.values()]) this.#removeQueue(queue)
    for (const exchange of [...this.exchanges.values()])
      if (exchange.name !== '') this.#removeExchange(exchange)
    for (const kind of policyKinds)
      for (const { name } of this.policies.all(kind))
        this.#context.definitions.deletePolicy(this.name, kind, name)
  }

  /** Policies have changed. */
  #govern(): void {
    for (const queue of [...this.queues.values()]) {
      const { policies, settings } = this.#rulesOf(queue.name, queue.arguments)
      queue.govern(policies, settings)
    }
    for (const exchange of this.exchanges.values())
      exchange.policies = this.policies.appliedTo(exchange.name, 'exchanges')
  }

  /** What holds for a queue of that name. */
  #rulesOf(name: string, args: FieldTable): { policies: AppliedPolicies; settings: QueueSettings } {
    const target = args['x-queue-type'] === 'quorum' ? 'quorum_queues' : 'classic_queues'
    const policies = this.policies.appliedTo(name, target)
    return { policies, settings: queueSettings(args, policies.definition) }
  }

  #addExchange(properties: ExchangeProperties): Exchange {
    const exchange = new Exchange(properties)
    exchange.policies = this.policies.appliedTo(exchange.name, 'exchanges')
    this.exchanges.set(exchange.name, exchange)
    return exchange
  }

  /** @throws Refusal */
  #refuseTooMany(name: string): void {
    const limit = this.#limits['max-queues'] ?? -1
    if (limit < 0 || this.queues.size < limit) return
    const text = `cannot declare queue '${name}': queue limit in vhost '${this.name}' (${limit}) is reached`
    throw refusal('preconditionFailed', text)
  }

  #makeQueue(properties: Omit<QueueProperties, 'settings' | 'policies'>): Queue {
    const rules = this.#rulesOf(properties.name, properties.arguments)
    const queue = new Queue({ ...properties, ...rules }, this.#queueContext)
    this.queues.set(queue.name, queue)
    return queue
  }

  #addQueue(properties: Omit<QueueProperties, 'settings' | 'policies'>): Queue {
    const queue = this.#makeQueue(properties)
    if (queue.isDurable) this.#context.definitions.putQueue(this.name, queue)
    return queue
  }

  #removeQueue(queue: Queue): void {
    if (queue.isDeleted) return
    this.queues.delete(queue.name)
    if (queue.isDurable) this.#context.definitions.deleteQueue(this.name, queue)
    for (const binding of this.#incoming.get(queue) ?? []) this.#removeBinding(binding)
    queue.delete()
  }

  #removeExchange(exchange: Exchange): void {
    this.exchanges.delete(exchange.name)
    if (exchange.isDurable) this.#context.definitions.deleteExchange(this.name, exchange)
    for (const binding of this.#incoming.get(exchange) ?? []) this.#removeBinding(binding)
    for (const binding of [...exchange.bindings.values()]) this.#removeBinding(binding)
  }

  #addBinding(binding: Binding): void {
    if (!binding.source.bind(binding)) return
    const incoming = this.#incoming.get(binding.destination)
    if (incoming === undefined) this.#incoming.set(binding.destination, new Set([binding]))
    else incoming.add(binding)
  }

  #removeBinding(binding: Binding): void {
    const { source, destination } = binding
    if (source.unbind(binding) === undefined) return
    const incoming = this.#incoming.get(destination)
    incoming?.delete(binding)
    if (incoming?.size === 0) this.#incoming.delete(destination)
    if (isDurable(binding)) this.#context.definitions.deleteBinding(this.name, binding)
    if (source.isAutoDelete && source.bindings.size === 0) this.#removeExchange(source)
  }

  /** @throws Refusal */
  #endsOf(declaration: BindingDeclaration): Binding {
    this.#requireEnds(declaration)
    const source = this.findExchange(declaration.source)
    const destination =
      declaration.destinationType === 'queue'
        ? this.findQueue(declaration.destination, declaration.connection)
        : this.findExchange(declaration.destination)
    return { source, destination, routingKey: declaration.routingKey, arguments: declaration.arguments }
  }

  /** @throws Refusal */
  #requireEnds({ source, destination, destinationType, routingKey, rights }: BindingDeclaration): void {
    refuseDefaultExchange(source)
    if (destinationType === 'exchange') refuseDefaultExchange(destination)
    rights?.require('write', destinationType, destination)
    rights?.require('read', 'exchange', source)
    if (this.exchanges.get(source)?.type === 'topic') rights?.requireTopic('read', source, routingKey)
  }

  // RabbitMQ publishes a dead message with no mandatory flag and no confirm: without exchange or route it is gone.
  #deadLetter(queue: Queue, entry: Entry, reason: DeathReason): void {
    const { deadLetterExchange, deadLetterRoutingKey } = queue.settings
    const exchange = deadLetterExchange === undefined ? undefined : this.exchanges.get(deadLetterExchange)
    if (exchange === undefined) return
    const { message } = entry
    const deaths = addDeath(message, { queue: queue.name, reason, nowMs: this.#context.clock.now() })
    const properties = deadProperties(message, deaths, {
      hasOwnKey: deadLetterRoutingKey !== undefined,
      profile: this.#context.profile,
    })
    const routingKey = deadLetterRoutingKey ?? message.routingKey
    const dead: Message = {
      ...withProperties(message, properties),
      exchange: exchange.name,
      routingKey,
      deaths,
    }
    for (const target of routeMessage(this, exchange, dead)) {
      if (!isAutomaticCycle(target.name, deaths)) target.publish(dead)
    }
  }

  #checkOwner(queue: Queue, connection: object): void {
    if (queue.owner === undefined || queue.owner === connection) return
    throw locked(describe('queue', queue.name, this.name))
  }
}

/** Who declares something from which messages go on by themselves must be allowed to take them and to send them there. */
function requireBoth(
  { name, rights }: { name: string } & Asker,
  kind: 'queue' | 'exchange',
  target: FieldValue,
): void {
  if (typeof target !== 'string') return
  rights?.require('read', kind, name)
  rights?.require('write', 'exchange', target)
}

function refuseDefaultExchange(name: string): void {
  if (name === '') throw refusal('accessRefused', 'operation not permitted on the default exchange')
}

function checkAlternate(args: FieldTable, place: string): void {
  const name = 'alternate-exchange'
  if (args[name] === undefined || typeof args[name] === 'string') return
  throw refusal(
    'preconditionFailed',
    `invalid type '${wireTypeOf(args, name)}' for arg '${name}' in ${place}`,
  )
}

/** Names that begin with `amq.` are the broker's. @throws Refusal */
export function refuseReservedName(kind: 'queue' | 'exchange', name: string): void {
  if (name.startsWith('amq.')) {
    throw refusal('accessRefused', `${kind} name '${name}' contains reserved prefix 'amq.*'`)
  }
}

function refuseQuorumProperties(declaration: QueueDeclaration, place: string): void {
  const refused: readonly (readonly [boolean, string])[] = [
    [declaration.isAutoDelete, 'auto-delete'],
    [declaration.isExclusive, 'exclusive-owner'],
    [!declaration.isDurable, 'non-durable'],
  ]
  for (const [isWrong, property] of refused) {
    if (isWrong) throw refusal('preconditionFailed', `invalid property '${property}' for ${place}`)
  }
}
