/**
 * SCRAM (RFC 5802, RFC 7677), the server's side: a password is proven without being sent, and without being stored here.
 *
 *   client first   n,,n=<user>,r=<client nonce>
 *   server first   r=<client nonce + server nonce>,s=<salt>,i=<iterations>
 *   client final   c=biws,r=<both nonces>,p=<proof>
 *   server final   v=<server signature>
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'

/** By the number that requests give them (KIP-554). */
export const scramMechanisms = {
  'SCRAM-SHA-256': { id: 1, hash: 'sha256', bytes: 32 },
  'SCRAM-SHA-512': { id: 2, hash: 'sha512', bytes: 64 },
} as const

export type ScramMechanism = keyof typeof scramMechanisms

export const ITERATIONS_MIN = 4_096
export const ITERATIONS_MAX = 16_384

/** What is kept of a password. */
export interface ScramCredential {
  readonly salt: Buffer
  readonly iterations: number
  readonly storedKey: Buffer
  readonly serverKey: Buffer
}

export function scramMechanismOf(id: number): ScramMechanism | undefined {
  return (Object.keys(scramMechanisms) as ScramMechanism[]).find((name) => scramMechanisms[name].id === id)
}

export function credentialOf(mechanism: ScramMechanism, password: string): ScramCredential {
  const { hash, bytes } = scramMechanisms[mechanism]
  const salt = randomBytes(24)
  const saltedPassword = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS_MIN, bytes, hash)
  return credentialFrom(mechanism, { salt, iterations: ITERATIONS_MIN, saltedPassword })
}

/** From what an admin hands in: it has salted the password itself. */
export function credentialFrom(
  mechanism: ScramMechanism,
  { salt, iterations, saltedPassword }: { salt: Buffer; iterations: number; saltedPassword: Buffer },
): ScramCredential {
  const { hash } = scramMechanisms[mechanism]
  const clientKey = hmac(hash, saltedPassword, 'Client Key')
  return {
    salt: Buffer.from(salt),
    iterations,
    storedKey: createHash(hash).update(clientKey).digest(),
    serverKey: hmac(hash, saltedPassword, 'Server Key'),
  }
}

/** In Kafka's words, for PLAIN, too. */
export const ANOTHER_ID = 'Client requested an authorization id that is different from username'

/** Thrown for a message or a proof that is wrong. What exactly is not told to the client but for one case. */
export class ScramError extends Error {
  readonly isTold: boolean

  constructor(message: string, { isTold = false }: { isTold?: boolean } = {}) {
    super(message)
    this.isTold = isTold
  }
}

/** What has been said so far. */
interface Begun {
  readonly user: string
  readonly credential: ScramCredential
  readonly nonce: string
  readonly text: string
}

/** One client proving who it is. */
export class ScramExchange {
  readonly #mechanism: ScramMechanism
  readonly #credentialOf: (user: string) => ScramCredential | undefined
  #begun: Begun | undefined

  constructor(mechanism: ScramMechanism, find: (user: string) => ScramCredential | undefined) {
    this.#mechanism = mechanism
    this.#credentialOf = find
  }

  /** Gives what to answer, and who it is when that is proven. @throws ScramError */
  answer(token: Buffer): { bytes: Buffer; user: string | undefined } {
    const text = token.toString('utf8')
    return this.#begun === undefined ? this.#first(text) : this.#final(text)
  }

  #first(text: string): { bytes: Buffer; user: undefined } {
    const [, authorizationId = '', bare = '', name = '', clientNonce = ''] =
      /^n,(?:a=([^,]*))?,((?:m=[^,]*,)?n=([^,]*),r=([^,]+).*)$/.exec(text) ?? []
    if (bare === '') throw new ScramError('no first message')
    const user = unescapeName(name)
    const credential = this.#credentialOf(user)
    if (credential === undefined) throw new ScramError(`no credential of ${user}`)
    if (authorizationId !== '' && unescapeName(authorizationId) !== user)
      throw new ScramError(`Authentication failed: ${ANOTHER_ID}`, { isTold: true })
    // Not from the broker's seed: a nonce that can be guessed proves nothing.
    const nonce = clientNonce + randomBytes(18).toString('base64url')
    const first = `r=${nonce},s=${credential.salt.toString('base64')},i=${credential.iterations}`
    this.#begun = { user, credential, nonce, text: `${bare},${first}` }
    return { bytes: Buffer.from(first), user: undefined }
  }

  #final(text: string): { bytes: Buffer; user: string } {
    const { user, credential, nonce, text: begun } = this.#begun as Begun
    const [, withoutProof = '', theirNonce = '', proof = ''] =
      /^(c=[^,]+,r=([^,]+).*?),p=([A-Za-z0-9+/=]+)$/.exec(text) ?? []
    if (theirNonce !== nonce) throw new ScramError('another nonce')
    const { hash, bytes } = scramMechanisms[this.#mechanism]
    const message = `${begun},${withoutProof}`
    const signature = hmac(hash, credential.storedKey, message)
    const proven = Buffer.from(proof, 'base64')
    if (proven.length !== bytes) throw new ScramError('no proof')
    const clientKey = Buffer.from(proven.map((byte, at) => byte ^ (signature[at] as number)))
    if (!timingSafeEqual(createHash(hash).update(clientKey).digest(), credential.storedKey))
      throw new ScramError('a wrong proof')
    const serverSignature = hmac(hash, credential.serverKey, message)
    return { bytes: Buffer.from(`v=${serverSignature.toString('base64')}`), user }
  }
}

/** `=` and `,` are escaped in names. */
function unescapeName(name: string): string {
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=')
}

function hmac(hash: string, key: Buffer, text: string): Buffer {
  return createHmac(hash, key).update(text).digest()
}
