/**
 * Ids of events, payments and ledger entries: UUID version 7 (RFC 9562 section 5.7), from a clock and a
 * random source that come in.
 */
import { v7 } from 'uuid'
import { z } from 'zod'

/** Where an id takes its time and its bits from. A subject's world is one. */
export interface IdSource {
  /** `now()`: milliseconds since the Unix epoch. */
  readonly clock: { now(): number }
  /** `next()`: from 0 (inclusive) to 1 (exclusive). */
  readonly random: { next(): number }
}

/**
 * A new id, in lower case. It tells two things apart, never which came first: that is what versions are for.
 * The same seed at the same times gives the same ids, so a run can be repeated; two processes that share seed
 * and clock would collide, so give each its own seed.
 */
export function newId({ clock, random }: IdSource): string {
  const bytes = Uint8Array.from({ length: 16 }, () => Math.floor(random.next() * 256))
  return v7({ msecs: Math.floor(clock.now()), random: bytes })
}

/** The short form on every screen, the last three characters: `…a3f`. For reading only: it is not unique. */
export function shortId(id: string): string {
  return `…${id.slice(-3)}`
}

/** An id that we make: UUIDv7, lower case, because brokers and databases compare ids as text. */
export const idSchema = z
  .uuidv7('must be a UUID version 7, as newId(world) makes them')
  .lowercase('must be in lower case: ids are compared as text')

/** An id that somebody else made: 1 to 256 characters. Its form is no business of a consumer. */
export const foreignIdSchema = z
  .string('must be an id, as text')
  .min(1, 'must not be empty')
  .max(256, 'must have at most 256 characters')
