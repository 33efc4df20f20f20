/** What a member of a consumer group was assigned, read out of the bytes that only clients write and read (ConsumerProtocolAssignment). */
import { ByteReader, TruncatedError } from '../../bytes.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** In the order in which they stand there. Bytes that are no such assignment, as of a group of another kind, are none. */
export function readAssignment(bytes: Buffer): TopicPartition[] {
  const reader = new ByteReader(bytes)
  const found: TopicPartition[] = []
  try {
    if (reader.int16() < 0) return []
    for (let topics = reader.int32(); topics > 0; topics -= 1) {
      const topic = reader.utf8(reader.uint16())
      for (let partitions = reader.int32(); partitions > 0; partitions -= 1)
        found.push({ topic, partition: reader.int32() })
    }
    return found
  } catch (error) {
    if (error instanceof TruncatedError) return []
    throw error
  }
}
