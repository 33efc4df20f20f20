/**
 * Where this broker knowingly behaves otherwise than RabbitMQ, and what it does not do yet. Each departure stands in the same
 * words at the code that departs, in `file` (below brokers/).
 */

export interface Departure {
  readonly file: string
  readonly words: string
}

export const departures: readonly Departure[] = [
  {
    file: 'amqp/model/queue/queue.ts',
    words:
      'Of each waiting message a queue keeps its place in memory, and of one that is not stored everything; RabbitMQ keeps most of both on disk.',
  },
  {
    file: 'amqp/model/queue/queue.ts',
    words:
      'A quorum queue has one member and no Raft log; it differs from a classic one in what a learner can see: returns, limits, durability.',
  },
  {
    file: 'amqp/model/queue/queue.ts',
    words:
      'reject-publish is exact on quorum queues, too; RabbitMQ lets a few messages over the limit there.',
  },
  {
    file: 'amqp/model/queue/queue.ts',
    words: 'What was held back when the broker ends is ready again at once.',
  },
  {
    file: 'amqp/model/broker.ts',
    words:
      'A message that had come back to a quorum queue lies at its original place after a restart; in RabbitMQ it stays where it was.',
  },
  {
    file: 'amqp/session/turn.ts',
    words:
      'With durability fsync a confirm from a classic queue means that the message is on the disk; RabbitMQ 4 confirms once the operating system has it.',
  },
  {
    file: 'amqp/session/turn.ts',
    words:
      'A store that can no longer be written (a full disk) ends the broker; RabbitMQ blocks publishers before that.',
  },
  {
    file: 'amqp/session/channel.ts',
    words: 'The ack timeout fires when it is due; RabbitMQ looks once a minute and may be that late.',
  },
  {
    file: 'amqp/model/rights.ts',
    words:
      "Patterns are JavaScript's regular expressions; what only PCRE knows, as possessive quantifiers, is refused.",
  },
  {
    file: 'amqp/session/handshake.ts',
    words: "What a user's channels are limited by names the user; RabbitMQ 4.0.5 names its node instead.",
  },
  {
    file: 'amqp/session/handshake.ts',
    words: 'guest may log in from anywhere; RabbitMQ lets it in from the same computer only.',
  },
  {
    file: 'amqp/session/connection.ts',
    words: 'The protocol header of AMQP 1.0 is refused in every profile; RabbitMQ 4 speaks it.',
  },
  {
    file: 'amqp/session/mistake.ts',
    words: 'The text for a content header that cannot be decoded is our own.',
  },
  {
    file: 'amqp/session/connection.ts',
    words:
      'A handshake that fails is cut off at once, and mostly without a word; RabbitMQ waits three seconds before.',
  },
  {
    file: 'amqp/session/dispatch.ts',
    words: 'A method with content that only servers send is refused at once; RabbitMQ waits for the content.',
  },
  {
    file: 'amqp/model/queue/arguments.ts',
    words:
      'x-queue-master-locator is not looked at; RabbitMQ 3.10 fails with 541 over a value that it does not know.',
  },
  {
    file: 'amqp/model/queue/consumers.ts',
    words:
      'Whose turn it is after a global prefetch limit has held up several consumers can differ from RabbitMQ, which goes by who was held up first.',
  },
  {
    file: 'amqp/management/management.ts',
    words:
      'The management API tells what is true at that moment, without rates, histories and web pages; RabbitMQ tells what it knew some seconds ago.',
  },
  {
    file: 'amqp/management/json.ts',
    words:
      'What no frame can hold (a name in a table or a property above 255 bytes, a priority above 255) is refused with 400; RabbitMQ takes some of it, and answers the rest with 500.',
  },
  {
    file: 'amqp/management/bindings.ts',
    words: "The hash of arguments in a properties_key is our own; RabbitMQ takes Erlang's phash2.",
  },
  {
    file: 'amqp/management/health.ts',
    words:
      'aliveness-test only looks for the vhost; RabbitMQ 3.x sends a message through a queue of that name.',
  },
  {
    file: 'clock.ts',
    words:
      'The clock of time-to-live, queue expiry and ack timeout can be moved ahead; heartbeats and handshake stay on real time.',
  },
]

/** What RabbitMQ has and this broker has not, with what a client gets that asks for it. */
export const gaps: readonly { readonly what: string; readonly answer: string }[] = [
  { what: 'streams (x-queue-type: stream)', answer: '540 NOT_IMPLEMENTED' },
  {
    what: 'at-least-once dead lettering (x-dead-letter-strategy)',
    answer: '540 NOT_IMPLEMENTED; a policy with it is refused with 400',
  },
  {
    what: 'a disk alarm, and a memory alarm without a watermark in bytes that was asked for',
    answer: 'publishers go on; see the departures for a full disk',
  },
  {
    what: 'x-max-priority of quorum queues in 4.3, where what is said of it differs',
    answer: '406, as before 4.3',
  },
  {
    what: 'parameters, tracing',
    answer: 'the management API lists none, and refuses to set one (405 or 400)',
  },
  {
    what: 'keys of policies without a row above (ha-*, consumer-timeout, those of streams)',
    answer: '400, as a setting that is not recognised',
  },
  { what: 'paths of the management API without a row above', answer: '404 Object Not Found' },
  {
    what: 'client certificates (SASL EXTERNAL, TLS peer verification)',
    answer: "TLS with the server's certificate only",
  },
  {
    what: 'amq.rabbitmq.trace, amq.rabbitmq.event',
    answer: 'the trace exchange exists and nothing is published to it',
  },
]
