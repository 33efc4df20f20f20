/** An exchange: its declared properties, its bindings, and the router of its type (AMQP 0-9-1 section 3.1). */
import type { FieldTable } from '../../wire/field-table.ts'
import { type Binding, bindingIdentity } from '../binding.ts'
import type { AppliedPolicies } from '../policy.ts'
import { DirectRouter } from './direct.ts'
import { FanoutRouter } from './fanout.ts'
import { HeadersRouter } from './headers.ts'
import { TopicRouter } from './topic.ts'

/** One exchange type: an index over bindings. Says which bindings a message follows; may name one more than once. */
export interface Router {
  add(binding: Binding): void
  remove(binding: Binding): void
  route(routingKey: string, headers: FieldTable, follow: (binding: Binding) => void): void
}

export const exchangeTypes = {
  direct: () => new DirectRouter(),
  fanout: () => new FanoutRouter(),
  topic: () => new TopicRouter(),
  headers: () => new HeadersRouter(),
} as const satisfies Readonly<Record<string, () => Router>>
export type ExchangeType = keyof typeof exchangeTypes

export interface ExchangeProperties {
  readonly name: string
  readonly type: ExchangeType
  readonly isDurable: boolean
  readonly isAutoDelete: boolean
  readonly isInternal: boolean
  readonly arguments: FieldTable
}

export class Exchange {
  readonly kind = 'exchange'
  readonly name: string
  readonly type: ExchangeType
  readonly isDurable: boolean
  readonly isAutoDelete: boolean
  readonly isInternal: boolean
  readonly arguments: FieldTable
  policies: AppliedPolicies = { policy: undefined, operatorPolicy: undefined, definition: {} }
  readonly bindings = new Map<string, Binding>()
  readonly router: Router

  constructor(properties: ExchangeProperties) {
    this.name = properties.name
    this.type = properties.type
    this.isDurable = properties.isDurable
    this.isAutoDelete = properties.isAutoDelete
    this.isInternal = properties.isInternal
    this.arguments = properties.arguments
    this.router = exchangeTypes[properties.type]()
  }

  /** Where a message goes that no binding takes; the argument comes before a policy. */
  get alternate(): string | undefined {
    const name = 'alternate-exchange'
    const alternate = this.arguments[name] ?? this.policies.definition[name]
    return typeof alternate === 'string' ? alternate : undefined
  }

  /** False if that binding was there already. */
  bind(binding: Binding): boolean {
    const identity = bindingIdentity(binding)
    if (this.bindings.has(identity)) return false
    this.bindings.set(identity, binding)
    this.router.add(binding)
    return true
  }

  /** The binding that was removed, if there was one. */
  unbind(wanted: Omit<Binding, 'source'>): Binding | undefined {
    const identity = bindingIdentity(wanted)
    const binding = this.bindings.get(identity)
    if (binding === undefined) return undefined
    this.bindings.delete(identity)
    this.router.remove(binding)
    return binding
  }
}
