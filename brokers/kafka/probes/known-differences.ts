/**
 * Probes that the embedded Kafka answers otherwise than the real one, and knowingly so. The words stand in departures.ts; a
 * difference that is gone fails the tests, so that it leaves this list.
 */
export interface KnownDifference {
  readonly probe: string
  /** One of the departures, or of what is not there. */
  readonly words: string
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    probe: 'versions: every API that is spoken here, in the order of its key',
    words: 'groups of KIP-848, share groups, transactions of KIP-890',
  },
  {
    probe: 'metadata: a topic that nobody may write to',
    words:
      '__consumer_offsets and __transaction_state are not among the topics that clients see: nothing can be read from them.',
  },
  {
    probe: 'produce: nothing',
    words: 'Batches without records are refused with 87; Kafka never answers them.',
  },
  {
    probe: 'produce: snappy, lz4 and zstd that are none',
    words: "snappy, lz4 and zstd that can't be unpacked are taken; Kafka answers -1.",
  },
  {
    probe: 'produce: to a topic that is to be compressed',
    words: 'compression by compression.type',
  },
  {
    probe: 'produce: gzip to a topic that is not to be compressed',
    words: 'compression by compression.type',
  },
  {
    probe: 'idempotence: the same batch again is answered with its offset',
    words: 'A batch that came before is answered without the time at which it was stored.',
  },
  {
    probe: 'idempotence: a batch that is older than the last five',
    words: 'A batch that came before is answered without the time at which it was stored.',
  },
  {
    probe: 'idempotence: after the records were deleted it goes on',
    words: 'A batch that came before is answered without the time at which it was stored.',
  },
  {
    probe: 'fetch: whole batches up to a limit',
    words: 'Whole batches only: Kafka fills what is left of a limit with a part of the next batch.',
  },
  {
    probe: 'fetch: the same partition twice',
    words: 'A partition that is named twice is answered twice.',
  },
  {
    probe: 'fetch: a session is begun',
    words: 'fetch sessions (KIP-227)',
  },
  {
    probe: 'offsets: after records were deleted',
    words:
      'Once all records are deleted there is no latest time; Kafka knows that of the last one as long as its segment lies there.',
  },
  {
    probe: 'settings: with words',
    words: 'words about each setting',
  },
  {
    probe: 'commit: nothing',
    words: 'the very answers of a real broker for some topics, groups and settings',
  },
  {
    probe: 'delete: the same group twice',
    words: 'the very answers of a real broker for some topics, groups and settings',
  },
  {
    probe: "sync: with a type or a protocol that is not the group's",
    words: 'the very answers of a real broker for some topics, groups and settings',
  },
  {
    probe: 'versions: where each API begins that both speak',
    words: 'the very answers of a real broker for some topics, groups and settings',
  },
  {
    probe: 'nodes: replicas that differ in number',
    words: 'the very answers of a real broker for some topics, groups and settings',
  },
  {
    probe: 'nodes: who does not lead refuses',
    words: 'Followers serve nobody; in Kafka they serve a Fetch of version 11 or later.',
  },
  {
    probe: 'nodes: without its only replica a partition has no leader',
    words:
      'Eligible leader replicas (KIP-966) are not kept: only replicas that are in sync are elected, or any with unclean elections.',
  },
]

export function isKnownDifference(probe: string): boolean {
  return knownDifferences.some((known) => known.probe === probe)
}
