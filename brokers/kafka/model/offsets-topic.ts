/**
 * Kafka keeps what groups commit in an internal topic. Here it is kept beside the topics, but tools and transactions still
 * speak of its partitions.
 */
import type { TopicPartition } from './transactions/transaction.ts'

export const OFFSETS_TOPIC = '__consumer_offsets'
/** Kafka's offsets.topic.num.partitions. */
const OFFSETS_PARTITIONS = 50

/** The partition that a group's name falls on. */
export function offsetsPartitionOf(groupId: string): TopicPartition {
  return { topic: OFFSETS_TOPIC, partition: javaHash(groupId) % OFFSETS_PARTITIONS }
}

/** As Java's String.hashCode, without its sign. */
export function javaHash(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return hash & 0x7fff_ffff
}
