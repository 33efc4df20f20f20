/** Randomness as a parameter: the same seed gives the same names. */

export interface Random {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number
  /** `length` characters of the base64url alphabet, as RabbitMQ uses in the names it makes up. */
  name(length: number): string
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A small generator (mulberry32) whose whole state is 32 bits. Not for secrets. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }

  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    name: (length) => Array.from({ length }, () => BASE64URL[below(64)]).join(''),
  }
}
