/**
 * Passwords as RabbitMQ keeps and exports them (`rabbit_password_hashing_sha256`):
 *
 *      0        4                       36
 *     +--------+-----------------------+
 *     | salt   | SHA-256 of            |     … as base64
 *     |        | salt, then password   |
 *     +--------+-----------------------+
 */
import { createHash, timingSafeEqual } from 'node:crypto'

export const HASHING_ALGORITHM = 'rabbit_password_hashing_sha256'
export const SALT_BYTES = 4

export function hashPassword(password: string, salt: Buffer): string {
  return Buffer.concat([salt, digest(password, salt)]).toString('base64')
}

/** Whether `password` is the one behind the hash; no password is behind an empty one. */
export function isPassword(password: string, hash: string): boolean {
  const bytes = Buffer.from(hash, 'base64')
  const expected = bytes.subarray(SALT_BYTES)
  const actual = digest(password, bytes.subarray(0, SALT_BYTES))
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/** Whether it has the form of such a hash. */
export function isPasswordHash(hash: string): boolean {
  return hash === '' || Buffer.from(hash, 'base64').length === SALT_BYTES + 32
}

function digest(password: string, salt: Buffer): Buffer {
  return createHash('sha256').update(salt).update(password).digest()
}
