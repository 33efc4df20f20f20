/**
 * "RabbitMQ" is four behaviours (rabbitmq.md 2.11): one row per difference, one column per version. `measured` names the
 * columns that were seen on a real broker (3.10.8, 4.0.5); the others rest on its documents and source.
 */

export const profileNames = ['3.10', '4.0', '4.2', '4.3'] as const
export type ProfileName = (typeof profileNames)[number]
export const profileDefault: ProfileName = '4.2'

const MIB = 1024 * 1024

export const profileRows = {
  /** What the server says it is; clients choose their behaviour by it. */
  version: {
    values: ['3.10.8', '4.0.5', '4.2.0', '4.3.0'],
    about: 'version that the server reports',
    measured: ['3.10', '4.0'],
  },
  /** Returns after which a quorum queue drops a message, -1 for no limit. */
  quorumDeliveryLimit: {
    values: [-1, 20, 20, 20],
    about: 'default delivery limit of quorum queues (-1: none)',
    measured: ['3.10', '4.0'],
  },
  quorumPriorityLevels: {
    values: [1, 2, 2, 32],
    about: 'levels of priority in quorum queues; of two, the higher one has two turns out of three',
    measured: ['3.10', '4.0'],
  },
  refusesOldStorage: {
    values: [false, false, false, true],
    about: 'x-queue-version=1 is refused (406)',
    measured: ['3.10', '4.0'],
  },
  delaysRetries: {
    values: [false, false, false, true],
    about:
      'x-delayed-retry-type, -min and -max hold back what comes back to a quorum queue (else: no effect, as any unknown argument)',
    measured: ['3.10', '4.0'],
  },
  allowsGlobalQos: {
    values: [true, true, true, false],
    about: 'basic.qos with global=true limits the channel (else: each consumer)',
    measured: ['3.10', '4.0'],
  },
  nackCountsAsDelivery: {
    values: [true, true, true, false],
    about: 'basic.nack with requeue counts toward the delivery limit',
    measured: ['3.10', '4.0'],
  },
  /** 3.10 sends `x-delivery-count: 0` when a message is fetched for the first time; since 4.0 the header comes with the second. */
  firstGetHasCount: {
    values: [true, false, false, false],
    about:
      'x-delivery-count is present (0) when basic.get takes a message of a quorum queue for the first time',
    measured: ['3.10', '4.0'],
  },
  acquiredCountHeader: {
    values: [false, false, false, true],
    about: 'x-acquired-count in deliveries of quorum queues, and x-delivery-count only once it is above 0',
    measured: ['3.10', '4.0'],
  },
  honoursClientDeaths: {
    values: [true, false, false, false],
    about: "x-death in a client's publish continues the count",
    measured: ['3.10', '4.0'],
  },
  lastDeathHeaders: {
    values: [false, true, true, true],
    about: 'x-last-death-exchange, -queue, -reason',
    measured: ['3.10', '4.0'],
  },
  allowsTransientShared: {
    values: [true, true, true, false],
    about: 'transient non-exclusive queues may be declared (else 541)',
    measured: ['3.10', '4.0'],
  },
  messageBytesMax: {
    values: [128 * MIB, 16 * MIB, 16 * MIB, 16 * MIB],
    about: 'largest message in bytes',
    measured: ['4.0'],
  },
  preAuthFrameBytesMax: {
    values: [4096, 4096, 8192, 8192],
    about: 'largest frame before the connection is open',
    measured: [],
  },
  refusesExchangeTypeOnChannel: {
    values: [false, true, true, true],
    about: 'an unknown exchange type closes the channel (406; else the connection, 503)',
    measured: ['3.10', '4.0'],
  },
  namesDefaultQueueType: {
    values: [false, true, true, true],
    about: 'a queue declared without x-queue-type counts as declared with classic when a type differs',
    measured: ['3.10', '4.0'],
  },
  classicTakesLeaderLocator: {
    values: [false, true, true, true],
    about: 'classic queues take x-queue-leader-locator',
    measured: ['3.10', '4.0'],
  },
  queueConsumerTimeout: {
    values: [false, true, true, true],
    about: 'x-consumer-timeout sets the ack timeout of one queue',
    measured: ['3.10', '4.0'],
  },
  namesRefusedAccess: {
    values: [false, true, true, true],
    about: 'a refusal says which access was refused: configure, write or read',
    measured: ['3.10', '4.0'],
  },
  hasApiOf4: {
    values: [false, true, true, true],
    about:
      'the management API says queue_not_found, exchange_not_found, Not_Authorized and is_internal_user, and x-queue-type where none was declared',
    measured: ['3.10', '4.0'],
  },
  policiesKnowQueueTypes: {
    values: [false, true, true, true],
    about: 'a policy may apply to classic_queues, quorum_queues or streams alone',
    measured: ['3.10', '4.0'],
  },
  asksTopicRightsOfCc: {
    values: [false, true, true, true],
    about: 'topic permissions are asked for the keys in CC and BCC, too',
    measured: ['3.10', '4.0'],
  },
  cutsTextsByCharacter: {
    values: [false, true, true, true],
    about:
      'an error text is cut after 252 characters (else: bytes), and closes the connection with 541 if it is still above 255 bytes',
    measured: ['3.10', '4.0'],
  },
  sortsHeaders: {
    values: [false, true, true, true],
    about: "a message's headers are passed on in order of name, and its expiration as a plain number",
    measured: ['3.10', '4.0'],
  },
  deadLettersKeepCc: {
    values: [false, true, true, true],
    about: 'the CC header stays in a dead letter that goes by x-dead-letter-routing-key (but routes no more)',
    measured: ['3.10', '4.0'],
  },
  deathsPutExpirationFirst: {
    values: [false, true, true, true],
    about: 'original-expiration is the first key of an x-death entry',
    measured: ['3.10', '4.0'],
  },
  sortsRepeatedDeaths: {
    values: [true, false, false, false],
    about: 'an x-death entry is in order of key if the message had died before',
    measured: ['3.10', '4.0'],
  },
  prefersHighSingleActive: {
    values: [false, true, true, true],
    about: 'the consumer with the highest x-priority becomes the single active one of a quorum queue',
    measured: ['3.10', '4.0'],
  },
  offersAnonymous: {
    values: [false, true, true, true],
    about: 'SASL ANONYMOUS logs in as guest',
    measured: ['3.10', '4.0'],
  },
  answersForeignProtocolsWithSasl: {
    values: [false, true, true, true],
    about: 'an unknown protocol header is answered with the header of AMQP 1.0 with SASL',
    measured: ['3.10', '4.0'],
  },
  timeoutCancelsConsumer: {
    values: [false, false, false, true],
    about:
      'the ack timeout exists on quorum queues only and cancels the consumer (else: any queue, closes the channel)',
    measured: ['3.10', '4.0'],
  },
  replyToIsAlwaysRouted: {
    values: [false, false, true, true],
    about:
      'mandatory publishes to amq.rabbitmq.reply-to.* count as routed (else they are returned even if they arrive)',
    measured: ['3.10', '4.0'],
  },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly values: readonly [V, V, V, V]
      readonly about: string
      readonly measured: readonly ProfileName[]
    }
  >
>
type V = string | number | boolean

/** One version's column. */
export type Profile = {
  readonly [K in keyof typeof profileRows]: Widened<(typeof profileRows)[K]['values'][number]>
} & { readonly name: ProfileName }
type Widened<T> = T extends boolean ? boolean : T extends number ? number : T extends string ? string : never

export function profileOf(name: ProfileName): Profile {
  const column = profileNames.indexOf(name)
  const cells = Object.entries(profileRows).map(([key, row]) => [key, row.values[column]])
  return { ...Object.fromEntries(cells), name } as Profile
}
