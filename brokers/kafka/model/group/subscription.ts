/**
 * What members of consumer groups are subscribed to: the broker looks into their metadata for the one thing that every
 * version of the consumer protocol begins with.
 *
 *   version int16 | topics int32 count, each a string with an int16 length | …
 */
import { ByteReader, TruncatedError } from '../../../bytes.ts'
import { type Member, metadataOf } from './member.ts'

/** The protocol type of consumers. Others, such as Kafka Connect's workers, share something else out. */
export const CONSUMER = 'consumer'

/** The topics of all members; undefined: they have not agreed on a protocol, or what they say can't be read. */
export function subscribedTopics(
  members: Iterable<Member>,
  protocolName: string | null,
): ReadonlySet<string> | undefined {
  const all = [...members]
  if (all.length === 0) return new Set()
  if (protocolName === null) return undefined
  try {
    return new Set(all.flatMap((member) => topicsOf(metadataOf(member, protocolName))))
  } catch (error) {
    if (error instanceof TruncatedError || error instanceof RangeError) return undefined
    throw error
  }
}

function topicsOf(metadata: Buffer): string[] {
  const reader = new ByteReader(metadata)
  if (reader.int16() < 0) throw new RangeError('a version below 0')
  const topics: string[] = []
  for (let count = reader.int32(); count > 0; count--) topics.push(reader.utf8(lengthOf(reader)))
  return topics
}

function lengthOf(reader: ByteReader): number {
  const length = reader.int16()
  if (length < 0) throw new RangeError('a topic without a name')
  return length
}
