/** Who may come in and who may do what: all that the connections of a cluster share. */
import { z } from 'zod'
import type { SmallState } from '../model/small-state.ts'
import { Authentication, type SaslMechanism, saslMechanisms } from './authentication.ts'
import { Authorizer } from './authorizer.ts'
import { Users } from './users.ts'

export const saslOptions = z.strictObject({
  /** Kafka's sasl.enabled.mechanisms. */
  mechanisms: z
    .array(z.enum(saslMechanisms))
    .min(1)
    .default([...saslMechanisms]),
  /** They can log in by each of the mechanisms; more can be added by clients (SCRAM only). */
  users: z.array(z.strictObject({ name: z.string().min(1), password: z.string().min(1) })).default([]),
})

export const aclOptions = z.strictObject({
  /** Kafka's super.users, without `User:`: they may do anything. */
  superUsers: z.array(z.string().min(1)).default([]),
  /** Kafka's allow.everyone.if.no.acl.found. */
  allowIfNoneFound: z.boolean().default(false),
})

export interface SecurityOptions {
  /** Left out: clients do not log in, and are `User:ANONYMOUS`. */
  readonly sasl?: z.output<typeof saslOptions> | undefined
  /** Left out: everybody may do everything. */
  readonly acl?: z.output<typeof aclOptions> | undefined
}

export class Security {
  readonly users: Users
  /** undefined: everybody may do everything. */
  readonly authorizer: Authorizer | undefined
  readonly #mechanisms: readonly SaslMechanism[] | undefined

  /** @param state keeps the credentials and rules that clients make */
  constructor({ sasl, acl }: SecurityOptions, state: SmallState) {
    this.users = new Users(sasl?.users ?? [], state)
    this.#mechanisms = sasl?.mechanisms
    this.authorizer =
      acl && new Authorizer({ ...acl, superUsers: acl.superUsers.map((name) => `User:${name}`) }, state)
  }

  /** For a new connection; undefined: it need not log in. */
  authentication(): Authentication | undefined {
    return this.#mechanisms && new Authentication(this.users, this.#mechanisms)
  }
}
