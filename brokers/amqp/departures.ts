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
      'Everything that a queue holds is in memory, stored or not; RabbitMQ keeps most bodies on disk only.',
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
    file: 'amqp/session/handshake.ts',
    words: 'A user may do everything in the vhosts that it may open; there are no permissions below that.',
  },
  {
    file: 'amqp/session/connection.ts',
    words: 'connection.update-secret is accepted and changes nothing, since passwords never expire here.',
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
    file: 'amqp/session/content.ts',
    words:
      'A message that is too large is refused when its size is announced; RabbitMQ takes all of it in first.',
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
    file: 'amqp/session/login.ts',
    words: 'SASL ANONYMOUS, which RabbitMQ 4 accepts, and EXTERNAL are not offered.',
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
  { what: 'at-least-once dead lettering (x-dead-letter-strategy)', answer: '540 NOT_IMPLEMENTED' },
  {
    what: 'alarms that the broker raises by itself (memory, disk)',
    answer: 'only `setMemoryAlarm` on the handle blocks publishers',
  },
  {
    what: 'priorities of quorum queues (two levels in 4.0, 32 in 4.3)',
    answer: 'the priority property has no effect there',
  },
  { what: 'the denial of global qos in 4.3', answer: 'works as in 4.2' },
  { what: 'the refusal of x-queue-mode and x-queue-version=1 in 4.3', answer: 'accepted without effect' },
  { what: 'quorum queues taking x-max-priority without effect in 4.3', answer: '406, as before 4.3' },
  { what: 'delayed retry arguments of 4.3', answer: 'accepted without effect, as any unknown argument' },
  { what: 'policies', answer: 'there is no way to set one' },
  { what: 'the management API', answer: 'no HTTP; `inspect` on the handle gives one vhost as data' },
  { what: 'TLS', answer: 'no listener; loopback by default' },
  {
    what: 'amq.rabbitmq.trace, amq.rabbitmq.event',
    answer: 'the trace exchange exists and nothing is published to it',
  },
]
