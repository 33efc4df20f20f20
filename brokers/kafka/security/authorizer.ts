/**
 * Decides who may do what, as Kafka's StandardAuthorizer: a super user may do anything; else a rule that denies wins over
 * every rule that allows; where no rule speaks of the resource, nobody may, unless told otherwise. Rules outlive the process.
 */
import type { SmallState } from '../model/small-state.ts'
import {
  type AclFilter,
  type AclRule,
  matches,
  meets,
  type Operation,
  operations,
  permissions,
  type ResourceType,
  resourceTypes,
  WILDCARD,
} from './acl.ts'

export interface Subject {
  /** `User:alice`; who did not log in is `User:ANONYMOUS`. */
  readonly principal: string
  /** The client's address. */
  readonly host: string
}

/** Who may do one of these with a resource may also have it described. */
const impliesDescribe: readonly number[] = [
  operations.read,
  operations.write,
  operations.delete,
  operations.alter,
]

/** All rules, as one value. */
const RULES = 'acl-rules'

export class Authorizer {
  readonly #superUsers: ReadonlySet<string>
  readonly #allowsUnspoken: boolean
  readonly #state: SmallState
  #rules: readonly AclRule[]

  /** @param options.superUsers principals such as `User:admin` */
  constructor(options: { superUsers: readonly string[]; allowIfNoneFound: boolean }, state: SmallState) {
    this.#state = state
    this.#rules = state.all<readonly AclRule[]>(RULES).get('') ?? []
    this.#superUsers = new Set(options.superUsers)
    this.#allowsUnspoken = options.allowIfNoneFound
  }

  find(filter: AclFilter): AclRule[] {
    return this.#rules.filter((rule) => matches(rule, filter))
  }

  /** Adds a rule, once. */
  add(rule: AclRule): void {
    if (this.#rules.some((known) => isSame(known, rule))) return
    this.#replace([...this.#rules, rule])
  }

  /** Gives what was removed. */
  remove(filter: AclFilter): AclRule[] {
    const removed = this.find(filter)
    if (removed.length > 0) this.#replace(this.#rules.filter((rule) => !removed.includes(rule)))
    return removed
  }

  #replace(rules: readonly AclRule[]): void {
    this.#rules = rules
    this.#state.put(RULES, () => this.#rules)
  }

  allows(subject: Subject, operation: Operation, type: ResourceType, name: string): boolean {
    if (this.#superUsers.has(subject.principal)) return true
    const spoken = this.#rules.filter(
      (rule) => rule.resourceType === resourceTypes[type] && meets(rule, name),
    )
    if (spoken.length === 0) return this.#allowsUnspoken
    const theirs = spoken.filter((rule) => isAbout(rule, subject))
    const asked = operations[operation]
    const isDenied = theirs.some(
      (rule) => rule.permissionType === permissions.deny && covers(rule.operation, asked),
    )
    return (
      !isDenied &&
      theirs.some((rule) => rule.permissionType === permissions.allow && implies(rule.operation, asked))
    )
  }

  /** Whether there is any resource of this type that the subject may do this with. */
  allowsSome(subject: Subject, operation: Operation, type: ResourceType): boolean {
    if (this.#superUsers.has(subject.principal)) return true
    const named = this.#rules.filter(
      (rule) => rule.resourceType === resourceTypes[type] && rule.permissionType === permissions.allow,
    )
    return (
      named.some(({ resourceName }) => this.allows(subject, operation, type, resourceName)) ||
      (this.#allowsUnspoken && this.allows(subject, operation, type, WILDCARD))
    )
  }
}

function isAbout({ principal, host }: AclRule, subject: Subject): boolean {
  return (
    (principal === subject.principal || principal === `User:${WILDCARD}`) &&
    (host === WILDCARD || host === subject.host)
  )
}

function covers(operation: number, asked: number): boolean {
  return operation === operations.all || operation === asked
}

function implies(operation: number, asked: number): boolean {
  if (covers(operation, asked)) return true
  if (asked === operations.describe) return impliesDescribe.includes(operation)
  return asked === operations.describeConfigs && operation === operations.alterConfigs
}

function isSame(a: AclRule, b: AclRule): boolean {
  return (Object.keys(a) as (keyof AclRule)[]).every((key) => a[key] === b[key])
}
