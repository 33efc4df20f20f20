/** Who may log in, and how: SASL PLAIN (RFC 4616), RabbitMQ's own AMQPLAIN, and, as from RabbitMQ 4, ANONYMOUS (RFC 4505). */
import { ByteReader } from '../../bytes.ts'
import { DEFAULT_USER } from '../model/broker.ts'
import type { Account } from '../model/definitions.ts'
import { isPassword } from '../model/password.ts'
import type { Profile } from '../profile.ts'
import { refusal } from '../refusal.ts'
import { type FieldTable, readTable } from '../wire/field-table.ts'

interface Credentials {
  readonly name: string
  readonly password: string
}

const mechanismTable: Readonly<Record<string, (response: Buffer) => Credentials | undefined>> = {
  PLAIN: credentialsFromPlain,
  AMQPLAIN: credentialsFromAmqplain,
  // Whatever the client says of itself is for the log; it becomes RabbitMQ's default user.
  ANONYMOUS: () => ({ name: DEFAULT_USER, password: DEFAULT_USER }),
}

/** In the order in which they are offered. */
export function mechanismsOf(profile: Profile): readonly string[] {
  return profile.offersAnonymous ? ['AMQPLAIN', 'ANONYMOUS', 'PLAIN'] : ['AMQPLAIN', 'PLAIN']
}

/**
 * The user that a client's response names, or what RabbitMQ answers.
 * @throws Refusal for an unknown mechanism or a response that can't be read; wrong credentials give undefined.
 */
export function logIn(
  { users, profile }: { users: ReadonlyMap<string, Account>; profile: Profile },
  request: { mechanism: string; response: Buffer },
): Account | undefined {
  const { mechanism } = request
  const read = mechanismsOf(profile).includes(mechanism) ? mechanismTable[mechanism] : undefined
  if (read === undefined)
    throw refusal('commandInvalid', `unknown authentication mechanism '${request.mechanism}'`)
  const credentials = read(request.response)
  if (credentials === undefined) throw refusal('frameError', 'response of the mechanism is malformed')
  const user = users.get(credentials.name)
  return user !== undefined && isPassword(credentials.password, user.passwordHash) ? user : undefined
}

/** `authorization NUL user NUL password`, the first part unused. */
function credentialsFromPlain(response: Buffer): Credentials | undefined {
  const [, name, password, ...more] = response.toString().split('\0')
  if (name === undefined || password === undefined || more.length > 0) return undefined
  return { name, password }
}

/** A field table with LOGIN and PASSWORD, without the size that tables usually begin with. */
function credentialsFromAmqplain(response: Buffer): Credentials | undefined {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(response.length)
  let table: FieldTable
  try {
    table = readTable(new ByteReader(Buffer.concat([size, response])))
  } catch {
    return undefined
  }
  const { LOGIN: name, PASSWORD: password } = table
  return typeof name === 'string' && typeof password === 'string' ? { name, password } : undefined
}
