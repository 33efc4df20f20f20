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
    words: 'Batches without records are refused with 87; Kafka never answers them.',
  },
  {
    file: 'kafka/handlers/00-produce.ts',
    words: "snappy, lz4 and zstd that can't be unpacked are taken; Kafka answers -1.",
  },
  {
    file: 'kafka/handlers/00-produce.ts',
    words: 'A batch that came before is answered without the time at which it was stored.',
  },
  {
    file: 'kafka/handlers/01-fetch.ts',
    words: 'Whole batches only: Kafka fills what is left of a limit with a part of the next batch.',
  },
  {
    file: 'kafka/handlers/01-fetch.ts',
    words: 'A partition that is named twice is answered twice.',
  },
  {
    file: 'kafka/handlers/02-list-offsets.ts',
    words:
      'Once all records are deleted there is no latest time; Kafka knows that of the last one as long as its segment lies there.',
  },
  {
    file: 'kafka/handlers/11-join-group.ts',
    words:
      'The initial rebalance delay runs from the first member on and is not extended when more of them join.',
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
    what: 'the very answers of a real broker for some topics, groups and settings',
    answer: 'other messages, codes or entries: probes/known-differences.ts names the questions',
  },
  {
    what: 'internal topics (__consumer_offsets, __transaction_state)',
    answer: 'not in metadata; writes to them are refused with 17',
  },
  { what: 'compression by compression.type', answer: 'batches stay as the producer packed them' },
  { what: 'words about each setting', answer: 'null, even if they are asked for' },
  { what: 'settings of tiered storage but remote.storage.enable', answer: 'refused as unknown names' },
  { what: 'a log on disk', answer: 'everything is gone with the broker' },
  { what: 'retention and compaction', answer: 'the settings are accepted and shown, without effect' },
  { what: 'static members (KIP-345)', answer: '35 for a group.instance.id' },
  { what: 'fetch sessions (KIP-227)', answer: 'declined: session id 0, 70 for an id' },
  { what: 'AlterConfigs, IncrementalAlterConfigs, OffsetDelete', answer: 'not advertised' },
  { what: 'SASL, TLS, ACLs', answer: 'not advertised; loopback by default' },
  { what: 'quotas', answer: 'throttle time is always 0' },
  { what: 'expiry of committed offsets', answer: 'they stay until the group or the topic is deleted' },
  { what: 'groups of KIP-848, share groups, transactions of KIP-890', answer: 'not advertised' },
]
