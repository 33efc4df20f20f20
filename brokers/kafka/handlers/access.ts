/** Who may do what, as handlers ask for it. Without access rules everybody may do everything. */

import { refusal } from '../refusal.ts'
import { CLUSTER_NAME, type Operation, operations, type ResourceType } from '../security/acl.ts'
import type { ErrorName } from '../wire/error-code.ts'
import { coordinatorError } from './coordinator.ts'
import type { Call } from './handler.ts'

const refused = {
  topic: ['topicAuthorizationFailed', 'Topic authorization failed.'],
  group: ['groupAuthorizationFailed', 'Group authorization failed.'],
  cluster: ['clusterAuthorizationFailed', 'Cluster authorization failed.'],
  transactionalId: ['transactionalIdAuthorizationFailed', 'Transactional Id authorization failed.'],
} as const satisfies Partial<Record<ResourceType, readonly [ErrorName, string]>>

type Guarded = keyof typeof refused

export function may({ security, subject }: Call, operation: Operation, type: Guarded, name: string): boolean {
  return security.authorizer?.allows(subject, operation, type, name) ?? true
}

/** Whether there is any topic that the client may write to. */
export function mayWriteSomewhere({ security, subject }: Call): boolean {
  return security.authorizer?.allowsSome(subject, 'write', 'topic') ?? true
}

/** @throws Refusal unless the client may do this with this resource */
export function demand(call: Call, operation: Operation, type: Guarded, name: string): void {
  if (may(call, operation, type, name)) return
  const [errorName, message] = refused[type]
  throw refusal(errorName, message)
}

/** What keeps a client from doing this with a group here: it may not, or another node looks after the group. */
export function groupError(call: Call, operation: Operation, groupId: string): ErrorName {
  return may(call, operation, 'group', groupId) ? coordinatorError(call, groupId) : 'groupAuthorizationFailed'
}

/** @throws Refusal unless the client may do this with the cluster as a whole */
export function demandCluster(call: Call, operation: Operation): void {
  demand(call, operation, 'cluster', CLUSTER_NAME)
}

/** As `demandCluster`, in the words that Kafka has for some APIs; it prints the whole request there. @throws Refusal */
export function demandByRequest(call: Call, operation: 'describe' | 'alter'): void {
  if (mayOnCluster(call, operation)) return
  const words = `Request of ${call.subject.principal} needs ${operation.toUpperCase()} permission.`
  throw refusal('clusterAuthorizationFailed', words)
}

export function mayOnCluster(call: Call, operation: Operation): boolean {
  return may(call, operation, 'cluster', CLUSTER_NAME)
}

/** What can be done with each kind of resource at all. */
const possible: Readonly<Record<Exclude<Guarded, 'transactionalId'>, readonly Operation[]>> = {
  topic: ['read', 'write', 'create', 'delete', 'alter', 'describe', 'describeConfigs', 'alterConfigs'],
  group: ['read', 'delete', 'describe', 'describeConfigs', 'alterConfigs'],
  cluster: [
    'create',
    'alter',
    'describe',
    'clusterAction',
    'describeConfigs',
    'alterConfigs',
    'idempotentWrite',
  ],
}

/** What the client may do with a resource (KIP-430): one bit for each operation, at its number. */
export function authorizedOperations(call: Call, type: keyof typeof possible, name: string): number {
  return possible[type]
    .filter((operation) => may(call, operation, type, name))
    .reduce((bits, operation) => bits | (1 << operations[operation]), 0)
}
