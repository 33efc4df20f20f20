/**
 * Where this broker knowingly behaves otherwise than Apache Kafka, and what it does not do yet. Each departure stands in the
 * same words at the code that departs, in `file` (below brokers/).
 */

export interface Departure {
  readonly file: string
  readonly words: string
}

export const departures: readonly Departure[] = [
  {
    file: 'kafka/wire/primitives.ts',
    words: '64-bit values beyond 2^53 are taken as the nearest value below it, and are answered like that.',
  },
  {
    file: 'kafka/wire/record-batch.ts',
    words:
      'Batches compressed with snappy, lz4 or zstd are kept as they are: what is inside them is not looked at.',
  },
  { file: 'kafka/model/record-log.ts', words: 'It is held in memory.' },
  {
    file: 'kafka/handlers/00-produce.ts',
    words:
      "Records without a key are taken by compacted topics too, and the limits on a record's timestamp are not checked.",
  },
  {
    file: 'kafka/model/topic-config.ts',
    words:
      'What is set for one broker while it runs is shown as the default of its topics and has no effect; what is set for all has.',
  },
  {
    file: 'kafka/handlers/config-resource.ts',
    words: 'What a changed setting would do to threads, listeners and certificates is not checked.',
  },
  {
    file: 'kafka/handlers/32-describe-configs.ts',
    words: 'Client metrics (type 16) and groups (type 32) have no settings here.',
  },
  {
    file: 'kafka/server.ts',
    words:
      '`elapse` moves the clock of records; sessions, rebalances and waiting fetches stay on real time, since clients do.',
  },
]

/** What Kafka has and this broker has not, with what a client gets that asks for it. */
export const gaps: readonly { readonly what: string; readonly answer: string }[] = [
  {
    what: 'transactions',
    answer: '53 for a transactional id; AddPartitionsToTxn and its neighbours are not advertised',
  },
  { what: 'more than one node', answer: 'one port, one node' },
  {
    what: 'comparison with a real broker',
    answer: 'not done yet: error texts and edge cases rest on the protocol documents',
  },
  { what: 'a log on disk', answer: 'everything is gone with the broker' },
  { what: 'retention and compaction', answer: 'the settings are accepted and shown, without effect' },
  { what: 'fetch sessions (KIP-227)', answer: 'declined: session id 0, 70 for an id' },
  {
    what: 'SASL with GSSAPI and OAUTHBEARER, certificates of clients, delegation tokens',
    answer: '33 with the mechanisms that there are; not asked for; not advertised',
  },
  {
    what: 'users and access rules that clients make, over a restart',
    answer: 'those of the start are there, the others gone',
  },
  { what: 'quotas', answer: 'left out: throttle time is always 0, APIs 48 and 49 are not advertised' },
  { what: 'groups of KIP-848, share groups, transactions of KIP-890', answer: 'not advertised' },
]
