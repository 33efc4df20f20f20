/**
 * Opens connections to a Kafka that asks for TLS, SASL or both, ready for a client's first request: PLAIN and SCRAM (RFC 5802,
 * KIP-84) over SaslHandshake 1 and SaslAuthenticate 0 (KIP-152).
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { RawClient } from '../../kafka/raw-client.ts'
import { saslHandshake } from '../../kafka/wire/messages/17-sasl-handshake.ts'
import { saslAuthenticate } from '../../kafka/wire/messages/36-sasl-authenticate.ts'
import type { Address } from '../engine.ts'
import { type Dial, dialPlain, opened } from '../kafka-admin.ts'

export const saslMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const
export type SaslMechanism = (typeof saslMechanisms)[number]

export interface KafkaLogin {
  readonly mechanism: SaslMechanism
  readonly username: string
  readonly password: string
}

const HANDSHAKE_VERSION = 1
const AUTHENTICATE_VERSION = 0
const TLS_MS_MAX = 5_000

/** The cluster refused the log-in; the message is its own. */
export class LoginRefused extends Error {}

/** Gives connections as the cluster wants them. */
export function dialWith({ hasTls, login }: { hasTls: boolean; login: KafkaLogin | undefined }): Dial {
  return async (node) => {
    const socket = hasTls ? await dialTls(node) : await dialPlain(node)
    try {
      if (login !== undefined) await logIn(socket, login)
      return socket
    } catch (error) {
      socket.destroy()
      throw error
    }
  }
}

async function dialTls({ host, port }: Address): Promise<Socket> {
  const socket = connectTls({ host, port, servername: host, timeout: TLS_MS_MAX })
  socket.setNoDelay(true)
  return opened(socket, 'secureConnect', `${host}:${port} did not answer with TLS in ${TLS_MS_MAX / 1000} s`)
}

/** Afterwards nothing of it is left on the socket. */
async function logIn(socket: Socket, login: KafkaLogin): Promise<void> {
  const client = new RawClient(socket, 'engine')
  const { mechanism } = login
  const handshake = await client.call(saslHandshake, HANDSHAKE_VERSION, { mechanism })
  if (handshake === undefined) throw new LoginRefused('the connection was ended, as if no log-in were wanted')
  if (handshake.errorCode !== 0)
    throw new LoginRefused(`it takes ${handshake.mechanisms.join(', ') || 'no log-in'}, not ${mechanism}`)
  const say = async (authBytes: Buffer): Promise<Buffer> => {
    const answer = await client.call(saslAuthenticate, AUTHENTICATE_VERSION, { authBytes })
    if (answer === undefined) throw new LoginRefused('the connection was ended')
    if (answer.errorCode !== 0) throw new LoginRefused(answer.errorMessage ?? `error ${answer.errorCode}`)
    return answer.authBytes
  }
  if (mechanism === 'PLAIN') await say(Buffer.from(`\0${login.username}\0${login.password}`))
  else await sayScram(say, login, mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512')
  // The next one to read begins with what comes next.
  socket.removeAllListeners('data')
}

type Hash = 'sha256' | 'sha512'

async function sayScram(
  say: (bytes: Buffer) => Promise<Buffer>,
  { username, password }: KafkaLogin,
  hash: Hash,
): Promise<void> {
  const nonce = randomBytes(18).toString('base64')
  // RFC 5802 5.1: these two separate fields.
  const name = username.replaceAll('=', '=3D').replaceAll(',', '=2C')
  const clientFirst = `n=${name},r=${nonce}`
  const serverFirst = (await say(Buffer.from(`n,,${clientFirst}`))).toString()
  const { r = '', s = '', i = '0' } = fieldsOf(serverFirst)
  if (!r.startsWith(nonce)) throw new LoginRefused('it answered to another nonce than ours')
  const salted = pbkdf2Sync(password, Buffer.from(s, 'base64'), Number(i), hash === 'sha256' ? 32 : 64, hash)
  const clientKey = hmac(hash, salted, 'Client Key')
  const storedKey = createHash(hash).update(clientKey).digest()
  // biws is base64 of 'n,,': no channel binding.
  const clientFinal = `c=biws,r=${r}`
  const spoken = [clientFirst, serverFirst, clientFinal].join(',')
  const signature = hmac(hash, storedKey, spoken)
  const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)))
  const { v = '' } = fieldsOf(
    (await say(Buffer.from(`${clientFinal},p=${proof.toString('base64')}`))).toString(),
  )
  const expected = hmac(hash, hmac(hash, salted, 'Server Key'), spoken)
  const given = Buffer.from(v, 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new LoginRefused('it could not prove that it knows the password')
}

function fieldsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split(',').map((field) => [field.slice(0, 1), field.slice(2)]))
}

function hmac(hash: Hash, key: Buffer, text: string): Buffer {
  return createHmac(hash, key).update(text).digest()
}
