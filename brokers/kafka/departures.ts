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
    file: 'kafka/model/log/cleaner.ts',
    words: 'a batch compressed with snappy or lz4 is kept as a whole, and its keys replace no older ones.',
  },
  {
    file: 'kafka/wire/primitives.ts',
    words: '64-bit values beyond 2^53 are taken as the nearest value below it, and are answered like that.',
  },
  {
    file: 'kafka/wire/record-batch.ts',
    words:
      'Batches compressed with snappy or lz4 are kept as they are: what is inside them is not looked at.',
  },
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
    words: 'Followers serve nobody; in Kafka they serve a Fetch of version 11 or later.',
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
    file: 'kafka/model/transactions/coordinator.ts',
    words:
      'As soon as every marker is in place the next transaction may begin: usually within the same turn of the event loop, while Kafka answers CONCURRENT_TRANSACTIONS for some milliseconds.',
  },
  {
    file: 'kafka/model/transactions/coordinator.ts',
    words: 'A transaction times out on the millisecond; Kafka looks every ten seconds.',
  },
  {
    file: 'kafka/handlers/26-end-txn.ts',
    words:
      'The answer waits until every partition has its marker, but not for long if one has no leader: then the outcome is certain all the same, and the next transaction is told 51. Kafka never waits.',
  },
  {
    file: 'kafka/model/controller.ts',
    words:
      'The controller is not one of the nodes: it is always there, so a cluster that has lost two of three nodes still elects leaders.',
  },
  {
    file: 'kafka/model/controller.ts',
    words:
      'What the controller decides all nodes know at once; in Kafka some of them answer by what they knew before for a moment.',
  },
  {
    file: 'kafka/model/controller.ts',
    words:
      "The controller hears of a killed node at once; Kafka's waits until broker.session.timeout.ms is over, and clients meet nobody for so long.",
  },
  {
    file: 'kafka/model/controller.ts',
    words: 'The sessions of groups run on while their coordinator is frozen.',
  },
  {
    file: 'kafka/model/controller.ts',
    words:
      'Leadership goes back to the preferred replica only when asked; Kafka looks after that every five minutes by itself (auto.leader.rebalance.enable).',
  },
  {
    file: 'kafka/model/leadership.ts',
    words:
      'Eligible leader replicas (KIP-966) are not kept: only replicas that are in sync are elected, or any with unclean elections.',
  },
  {
    file: 'kafka/model/partition.ts',
    words: 'After DeleteRecords followers move their start with their next fetch, and nobody waits for them.',
  },
  {
    file: 'kafka/model/coordinators.ts',
    words:
      '__consumer_offsets and __transaction_state are not among the topics that clients see: nothing can be read from them.',
  },
  {
    file: 'kafka/model/coordinators.ts',
    words:
      'Groups and transactions are with the cluster, as if every replica of their partition had them at once: while one of those nodes runs, they are served; while none does, they have no coordinator, and the first that is back has them again.',
  },
  {
    file: 'kafka/kafka.ts',
    words: 'All nodes are taken where there are fewer than offsets.topic.replication.factor; Kafka refuses.',
  },
  {
    file: 'kafka/model/group/group.ts',
    words:
      'A rebalance goes on at a new coordinator; Kafka goes back to what was last stable, and members join anew as well.',
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
    what: 'the very answers of a real broker for some topics, groups and settings',
    answer: 'other messages, codes or entries: probes/known-differences.ts names the questions',
  },
  { what: 'compression by compression.type', answer: 'batches stay as the producer packed them' },
  { what: 'words about each setting', answer: 'null, even if they are asked for' },
  { what: 'settings of tiered storage but remote.storage.enable', answer: 'refused as unknown names' },
  { what: 'fetch sessions (KIP-227)', answer: 'declined: session id 0, 70 for an id' },
  {
    what: 'SASL with GSSAPI and OAUTHBEARER, certificates of clients, delegation tokens',
    answer: '33 with the mechanisms that there are; not asked for; not advertised',
  },
  {
    what: 'quotas',
    answer: 'left out: throttle time is 0 unless a test injects one, APIs 48 and 49 are not advertised',
  },
  { what: 'groups of KIP-848, share groups, transactions of KIP-890', answer: 'not advertised' },
]
