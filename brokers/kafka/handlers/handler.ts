/** What a handler is: an API, the versions of it that are served, and the function from request to response. */

import type { Cluster } from '../model/cluster.ts'
import type { Node } from '../model/node.ts'
import { Refusal } from '../refusal.ts'
import type { Authentication } from '../security/authentication.ts'
import type { Subject } from '../security/authorizer.ts'
import type { Security } from '../security/security.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { BatchError } from '../wire/record-batch.ts'
import {
  type Message,
  type RequestOf,
  type ResponseOf,
  type VersionRange,
  versionRange,
} from '../wire/schema.ts'

/** Who asks, of which node, in which version. */
export interface Call {
  readonly cluster: Cluster
  readonly node: Node
  readonly security: Security
  /** How the client proves who it is; undefined: nobody does here. */
  readonly authentication: Authentication | undefined
  /** Who the client is, for access rules. */
  readonly subject: Subject
  readonly version: number
  readonly clientId: string
  readonly clientHost: string
  /** Calls `act` if the client goes before it is answered; gives a way to be rid of that. */
  whenGone(act: () => void): () => void
}

/** `nothing`: the client wants no answer. `close`: the error a client gets is that the connection ends. */
export type Answer<R> = R | 'nothing' | 'close'

export interface Handler<M extends Message = Message> {
  readonly message: M
  readonly versions: VersionRange
  /** What ApiVersions says, where that is not the truth. */
  readonly advertised: VersionRange
  handle(call: Call, request: RequestOf<M>): Answer<ResponseOf<M>> | Promise<Answer<ResponseOf<M>>>
}

/** A handler for the versions `serves`. */
export function handler<M extends Message>(
  message: M,
  serves: { readonly versions: string; readonly advertised?: string },
  handle: Handler<M>['handle'],
): Handler<M> {
  const versions = versionRange(serves.versions)
  const advertised = serves.advertised === undefined ? versions : versionRange(serves.advertised)
  return { message, versions, advertised, handle }
}

/** What `act` gives, or the error that it was refused with. */
export function attempt<T>(
  act: () => T,
): { value: T } | { value: undefined; error: ErrorName; message: string } {
  try {
    return { value: act() }
  } catch (error) {
    if (error instanceof Refusal || error instanceof BatchError) {
      return { value: undefined, error: error.errorName, message: error.message }
    }
    throw error
  }
}

/** What stands there more than once. */
export function twice<T>(all: readonly T[]): Set<T> {
  return new Set(all.filter((one, at) => all.indexOf(one) !== at))
}

/** The two fields that tell how one item fared. */
export function outcomeOf(act: () => unknown): { errorCode: number; errorMessage: string | null } {
  const result = attempt(act)
  if (!('error' in result)) return { errorCode: 0, errorMessage: null }
  // Some refusals Kafka does not explain.
  return { errorCode: codeOf(result.error), errorMessage: result.message || null }
}
