/**
 * Policies: what an operator sets for all queues and exchanges whose name a pattern matches, instead of what their arguments
 * would say. Of those that match the one with the highest priority counts; an operator policy is merged with it.
 */
import type { Profile } from '../profile.ts'
import { erlangTerm } from '../refusal.ts'
import { compile } from './rights.ts'

export type PolicyKind = 'policy' | 'operator-policy'
export type PolicyDefinition = Readonly<Record<string, unknown>>

export interface Policy {
  readonly name: string
  readonly pattern: string
  readonly definition: PolicyDefinition
  readonly priority: number
  readonly applyTo: string
}

/** What policies make of one queue or exchange. */
export interface AppliedPolicies {
  readonly policy: string | undefined
  readonly operatorPolicy: string | undefined
  readonly definition: PolicyDefinition
}

const isInteger = (value: unknown) => Number.isSafeInteger(value)
const isNotNegative = (value: unknown) => isInteger(value) && Number(value) >= 0
const isPositive = (value: unknown) => isInteger(value) && Number(value) > 0
const isText = (value: unknown) => typeof value === 'string'
const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown) =>
    values.includes(value)

interface KeyRow {
  readonly isValid: (value: unknown) => boolean
  /** What a value is not, in RabbitMQ's words. */
  readonly noun: string
  /** Whether operators may set it, too; the smaller of two values counts then. */
  readonly isForOperators?: true
}

/** The keys of a definition; each is an argument's name without `x-`, or an exchange's argument. */
export const policyKeys = {
  'message-ttl': { isValid: isNotNegative, noun: 'message TTL', isForOperators: true },
  expires: { isValid: isPositive, noun: 'queue expiry', isForOperators: true },
  'max-length': { isValid: isNotNegative, noun: 'maximum length', isForOperators: true },
  'max-length-bytes': { isValid: isNotNegative, noun: 'maximum length in bytes', isForOperators: true },
  'delivery-limit': { isValid: isNotNegative, noun: 'delivery limit', isForOperators: true },
  'dead-letter-exchange': { isValid: isText, noun: 'dead letter exchange name' },
  'dead-letter-routing-key': { isValid: isText, noun: 'dead letter routing key' },
  'dead-letter-strategy': { isValid: oneOf('at-most-once', 'at-least-once'), noun: 'dead letter strategy' },
  overflow: {
    isValid: oneOf('drop-head', 'reject-publish', 'reject-publish-dlx'),
    noun: 'overflow value',
  },
  'alternate-exchange': { isValid: isText, noun: 'alternate exchange name' },
  'queue-mode': { isValid: oneOf('default', 'lazy'), noun: 'queue-mode value' },
  'queue-version': { isValid: oneOf(1, 2), noun: 'queue-version value' },
} as const satisfies Readonly<Record<string, KeyRow>>

const rowOf = (key: string): KeyRow | undefined =>
  Object.hasOwn(policyKeys, key) ? policyKeys[key as keyof typeof policyKeys] : undefined

/** What is wrong with a policy, in RabbitMQ's words, or nothing. */
export function wrongPolicy(kind: PolicyKind, policy: Policy, profile: Profile): string | undefined {
  const { pattern, definition, applyTo } = policy
  try {
    compile(pattern)
  } catch {
    return `pattern should be regular expression but is invalid: {"missing )",${pattern.length}}`
  }
  const targets = profile.policiesKnowQueueTypes ? [...commonTargets, ...typeTargets] : commonTargets
  if (!targets.includes(applyTo))
    return `apply-to '${applyTo}' unrecognised; should be ${targetWords(profile)}`
  const entries = Object.entries(definition)
  if (entries.length === 0) return 'no policy provided'
  // Accepted, it would have no effect, and nobody would know.
  if (definition['dead-letter-strategy'] === 'at-least-once')
    return 'at-least-once dead lettering is not implemented'
  const isKnown = (key: string) =>
    kind === 'policy' ? rowOf(key) !== undefined : rowOf(key)?.isForOperators === true
  const unknown = entries.filter(([key]) => !isKnown(key))
  if (unknown.length > 0) {
    const terms = unknown.map(([key, value]) => `{${erlangTerm(key)},${erlangTerm(value)}}`)
    return `[${terms.join(',')}] are not recognised policy settings`
  }
  const bad = entries.find(([key, value]) => rowOf(key)?.isValid(value) === false)
  return bad === undefined ? undefined : `${erlangTerm(bad[1])} is not a valid ${rowOf(bad[0])?.noun}`
}

const commonTargets = ['all', 'queues', 'exchanges']
const typeTargets = ['classic_queues', 'quorum_queues', 'streams']

function targetWords(profile: Profile): string {
  if (!profile.policiesKnowQueueTypes) return "'queues', 'exchanges' or 'all'"
  return "one of: 'queues', 'classic_queues',  'quorum_queues', 'streams', 'exchanges', or 'all'"
}

/** What a policy may be for, as `apply-to` names it. */
export type PolicyTarget = 'exchanges' | 'classic_queues' | 'quorum_queues'

/** The policies of one vhost. */
export class Policies {
  readonly #kinds: Readonly<Record<PolicyKind, Map<string, Policy>>> = {
    policy: new Map(),
    'operator-policy': new Map(),
  }

  all(kind: PolicyKind): readonly Policy[] {
    return [...this.#kinds[kind].values()]
  }

  get(kind: PolicyKind, name: string): Policy | undefined {
    return this.#kinds[kind].get(name)
  }

  set(kind: PolicyKind, policy: Policy): void {
    this.#kinds[kind].set(policy.name, policy)
  }

  delete(kind: PolicyKind, name: string): void {
    this.#kinds[kind].delete(name)
  }

  /** What they make of a queue or exchange of that name. */
  appliedTo(name: string, target: PolicyTarget): AppliedPolicies {
    const policy = this.#highest('policy', name, target)
    const operatorPolicy = this.#highest('operator-policy', name, target)
    return {
      policy: policy?.name,
      operatorPolicy: operatorPolicy?.name,
      definition: merged(policy?.definition ?? {}, operatorPolicy?.definition ?? {}),
    }
  }

  #highest(kind: PolicyKind, name: string, target: PolicyTarget): Policy | undefined {
    let highest: Policy | undefined
    for (const policy of this.#kinds[kind].values()) {
      if (highest !== undefined && policy.priority <= highest.priority) continue
      if (isFor(policy.applyTo, target) && compile(policy.pattern).test(name)) highest = policy
    }
    return highest
  }
}

function isFor(applyTo: string, target: PolicyTarget): boolean {
  return applyTo === 'all' || applyTo === target || (applyTo === 'queues' && target !== 'exchanges')
}

/** Operators set numbers alone, and the smaller one counts. */
function merged(policy: PolicyDefinition, operatorPolicy: PolicyDefinition): PolicyDefinition {
  const limits = Object.entries(operatorPolicy).map(([key, value]) => {
    const other = policy[key]
    return [key, other === undefined ? value : Math.min(Number(other), Number(value))]
  })
  return { ...policy, ...Object.fromEntries(limits) }
}
