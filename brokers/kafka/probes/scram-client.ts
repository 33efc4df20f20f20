/** A client's side of SCRAM (RFC 5802) for probes: it says what it is told to say, right or wrong. */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { saslHandshake } from '../wire/messages/17-sasl-handshake.ts'
import { saslAuthenticate } from '../wire/messages/36-sasl-authenticate.ts'
import type { ProbeClient } from './probe-client.ts'

export const scramHashes = {
  'SCRAM-SHA-256': { id: 1, hash: 'sha256', bytes: 32 },
  'SCRAM-SHA-512': { id: 2, hash: 'sha512', bytes: 64 },
} as const

export interface ScramLogin {
  readonly mechanism: keyof typeof scramHashes
  readonly name: string
  readonly password: string
  /** In the place of what the protocol wants. */
  readonly first?: string
  readonly finalNonce?: string
}

/** What an admin hands in for a password. */
export function upsertionOf(
  { mechanism, name, password }: Omit<ScramLogin, 'first' | 'finalNonce'>,
  iterations = 4_096,
) {
  const { id, hash, bytes } = scramHashes[mechanism]
  const salt = Buffer.from('some salt')
  const saltedPassword = pbkdf2Sync(password, salt, iterations, bytes, hash)
  return { name, mechanism: id as number, iterations, salt, saltedPassword }
}

/** Goes on as long as it is answered without an error, and notes what came of it; nonces are left out. */
export async function logInWithScram(c: ProbeClient, login: ScramLogin): Promise<void> {
  const { mechanism, name } = login
  await c.ask(saslHandshake, 1, { mechanism })
  const bare = `n=${name},r=client`
  const first = await say(c, Buffer.from(login.first ?? `n,,${bare}`))
  if (first === undefined) return
  const serverFirst = first.toString()
  const [, nonce = '', salt = '', iterations = ''] = /^r=(.*),s=(.*),i=(\d+)$/.exec(serverFirst) ?? []
  c.note(`${nonce.startsWith('client') ? "the client's nonce goes on" : nonce}, ${iterations} iterations`)
  const withoutProof = `c=biws,r=${login.finalNonce ?? nonce}`
  const said = `${bare},${serverFirst},${withoutProof}`
  const { proof, signature } = proofOf(login, { salt: Buffer.from(salt, 'base64'), iterations, said })
  const last = await say(c, Buffer.from(`${withoutProof},p=${proof}`))
  if (last === undefined) return
  c.note(last.toString() === `v=${signature}` ? 'the broker proves itself' : `the broker says ${last}`)
}

async function say(c: ProbeClient, authBytes: Buffer): Promise<Buffer | undefined> {
  const answer = await c.ask(saslAuthenticate, 2, { authBytes })
  if (answer.errorCode === 0) return answer.authBytes
  c.note(`${answer.errorCode} ${answer.errorMessage}`)
  await c.closed()
  return undefined
}

function proofOf(
  { mechanism, password }: ScramLogin,
  { salt, iterations, said }: { salt: Buffer; iterations: string; said: string },
) {
  const { hash, bytes } = scramHashes[mechanism]
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest()
  const salted = pbkdf2Sync(password, salt, Number(iterations), bytes, hash)
  const clientKey = hmac(salted, 'Client Key')
  const clientSignature = hmac(createHash(hash).update(clientKey).digest(), said)
  const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (clientSignature[at] as number)))
  return {
    proof: proof.toString('base64'),
    signature: hmac(hmac(salted, 'Server Key'), said).toString('base64'),
  }
}
