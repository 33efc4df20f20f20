/** Who may come in and who may do what: all that the connections of a cluster share. */
import type { z } from 'zod'
import type { SmallState } from '../model/small-state.ts'
import { Authentication, type SaslMechanism } from './authentication.ts'
import { Authorizer } from './authorizer.ts'
import type { aclOptions, saslOptions } from './security-options.ts'
import { Users } from './users.ts'

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
