/** Access rules: who may do what with which resource (KIP-11, KIP-290), as requests number all that. */

export const resourceTypes = {
  topic: 2,
  group: 3,
  cluster: 4,
  transactionalId: 5,
  delegationToken: 6,
  user: 7,
} as const
export type ResourceType = keyof typeof resourceTypes

export const operations = {
  all: 2,
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  clusterAction: 9,
  describeConfigs: 10,
  alterConfigs: 11,
  idempotentWrite: 12,
  createTokens: 13,
  describeTokens: 14,
  twoPhaseCommit: 15,
} as const
export type Operation = keyof typeof operations

export const permissions = { deny: 2, allow: 3 } as const
export const patternTypes = { literal: 3, prefixed: 4 } as const

/** In a filter: whatever it is. */
export const ANY = 1
/** In a filter: every pattern that meets the name, the wildcard included. */
export const MATCH = 2

/** The name that stands for every name. */
export const WILDCARD = '*'
/** What the cluster itself is called. */
export const CLUSTER_NAME = 'kafka-cluster'

export interface AclRule {
  readonly resourceType: number
  readonly resourceName: string
  readonly patternType: number
  /** `User:alice`, or `User:*` for everybody. */
  readonly principal: string
  /** An address, or `*` for any. */
  readonly host: string
  readonly operation: number
  readonly permissionType: number
}

/** A rule with holes: null and `ANY` stand for everything. */
export interface AclFilter {
  readonly resourceTypeFilter: number
  readonly resourceNameFilter: string | null
  readonly patternTypeFilter: number
  readonly principalFilter: string | null
  readonly hostFilter: string | null
  readonly operation: number
  readonly permissionType: number
}

export function matches(rule: AclRule, filter: AclFilter): boolean {
  return (
    isOne(rule.resourceType, filter.resourceTypeFilter) &&
    matchesPattern(rule, filter) &&
    (filter.principalFilter === null || rule.principal === filter.principalFilter) &&
    (filter.hostFilter === null || rule.host === filter.hostFilter) &&
    isOne(rule.operation, filter.operation) &&
    isOne(rule.permissionType, filter.permissionType)
  )
}

function isOne(value: number, filter: number): boolean {
  return filter === ANY || value === filter
}

function matchesPattern(rule: AclRule, { patternTypeFilter, resourceNameFilter }: AclFilter): boolean {
  if (patternTypeFilter === MATCH) return resourceNameFilter === null || meets(rule, resourceNameFilter)
  if (patternTypeFilter !== ANY && rule.patternType !== patternTypeFilter) return false
  return resourceNameFilter === null || rule.resourceName === resourceNameFilter
}

/** Whether the pattern of a rule covers this name. */
export function meets({ patternType, resourceName }: AclRule, name: string): boolean {
  if (patternType === patternTypes.prefixed) return name.startsWith(resourceName)
  return resourceName === WILDCARD || resourceName === name
}
