/**
 * How one client proves who it is (KIP-43, KIP-152): it may ask for the versions, names a mechanism, and exchanges tokens.
 * Whatever else it asks before ends the connection.
 */
import { ANOTHER_ID, ScramError, ScramExchange } from './scram.ts'
import type { Users } from './users.ts'

/** In the order in which Kafka names them. */
export const saslMechanisms = ['PLAIN', 'SCRAM-SHA-512', 'SCRAM-SHA-256'] as const
export type SaslMechanism = (typeof saslMechanisms)[number]

/** Why a client is turned away, in the words that it is told. */
export class AuthenticationError extends Error {}

/** Gives the answer to a token, and who it is once that is proven. @throws AuthenticationError */
type Exchange = (token: Buffer) => { bytes: Buffer; user: string | undefined }

type State =
  | { readonly status: 'begun' }
  | { readonly status: 'exchanging'; readonly exchange: Exchange; readonly isBare: boolean }
  | { readonly status: 'proven'; readonly user: string }
  | { readonly status: 'failed' }

export class Authentication {
  readonly #users: Users
  readonly #mechanisms: readonly SaslMechanism[]
  #state: State = { status: 'begun' }

  constructor(users: Users, mechanisms: readonly SaslMechanism[]) {
    this.#users = users
    this.#mechanisms = saslMechanisms.filter((name) => mechanisms.includes(name))
  }

  get status(): State['status'] {
    return this.#state.status
  }

  /** Who it is; undefined until that is proven. */
  get user(): string | undefined {
    return this.#state.status === 'proven' ? this.#state.user : undefined
  }

  get mechanisms(): readonly SaslMechanism[] {
    return this.#mechanisms
  }

  /** Tokens come bare, not as requests: the mechanism was named in version 0. */
  get expectsBareToken(): boolean {
    return this.#state.status === 'exchanging' && this.#state.isBare
  }

  /** Takes the mechanism that a client names; whether there is such a one here. */
  begin(mechanism: string, { isBare }: { isBare: boolean }): boolean {
    const known = this.#mechanisms.find((name) => name === mechanism)
    this.#state =
      known === undefined
        ? { status: 'failed' }
        : { status: 'exchanging', exchange: this.#exchange(known), isBare }
    return known !== undefined
  }

  /** It said what does not belong here. */
  fail(): void {
    this.#state = { status: 'failed' }
  }

  /** @throws AuthenticationError, and it is over then */
  answer(token: Buffer): Buffer {
    if (this.#state.status !== 'exchanging') throw new AuthenticationError('No mechanism was named.')
    try {
      const { bytes, user } = this.#state.exchange(token)
      if (user !== undefined) this.#state = { status: 'proven', user }
      return bytes
    } catch (error) {
      this.#state = { status: 'failed' }
      throw error
    }
  }

  #exchange(mechanism: SaslMechanism): Exchange {
    if (mechanism === 'PLAIN') return (token) => plain(token, this.#users)
    const exchange = new ScramExchange(mechanism, (user) => this.#users.credential(mechanism, user))
    return (token) => {
      try {
        return exchange.answer(token)
      } catch (error) {
        if (!(error instanceof ScramError)) throw error
        if (error.isTold) throw new AuthenticationError(error.message)
        throw new AuthenticationError(
          `Authentication failed during authentication due to invalid credentials with SASL mechanism ${mechanism}`,
        )
      }
    }
  }
}

/** PLAIN (RFC 4616): authorization id, user and password, with zeros between. @throws AuthenticationError */
function plain(token: Buffer, users: Users): { bytes: Buffer; user: string } {
  const parts = token.toString('utf8').split('\0')
  const [authorizationId = '', user = '', password = ''] = parts
  const refused = (why: string) => new AuthenticationError(`Authentication failed: ${why}`)
  if (parts.length !== 3) {
    throw new AuthenticationError(`Invalid SASL/PLAIN response: expected 3 tokens, got ${parts.length}`)
  }
  if (user === '') throw refused('username not specified')
  if (password === '') throw refused('password not specified')
  if (!users.hasPassword(user, password)) throw refused('Invalid username or password')
  if (authorizationId !== '' && authorizationId !== user) throw refused(ANOTHER_ID)
  return { bytes: Buffer.alloc(0), user }
}
