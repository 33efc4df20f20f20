/** What RabbitMQ refuses, with code, text and the method that failed (rabbitmq.md 2.3): one row each. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RabbitMQ, startRabbitMQ } from '../rabbitmq.ts'
import { frameBytes, type RawClient, rawChannel, rawConnect, rawSocket } from '../raw-client.ts'
import type { FieldTable } from '../wire/field-table.ts'
import type { BasicProperties, MethodFields, MethodFrame, MethodName } from '../wire/wire.ts'

let broker: RabbitMQ
beforeAll(async () => {
  broker = await startRabbitMQ()
})
afterAll(() => broker.stop())

/** A step: a method with its fields, or something to do. */
type Step = (client: RawClient) => unknown
const call =
  <N extends MethodName>(name: N, fields: Partial<MethodFields<N>> = {}): Step =>
  (client) =>
    client.call(1, name, fields)
const send =
  <N extends MethodName>(name: N, fields: Partial<MethodFields<N>> = {}): Step =>
  (client) =>
    client.send(1, name, fields)
const queue = (name: string, fields: Partial<MethodFields<'queue.declare'>> = {}) =>
  call('queue.declare', { queue: name, durable: true, ...fields })
const withArguments = (name: string, args: FieldTable) => queue(name, { arguments: args })
const publish =
  (fields: Partial<MethodFields<'basic.publish'>>, properties: BasicProperties = {}): Step =>
  (client) =>
    client.publish(1, fields, properties)
const declareExchange = (
  exchange: string,
  type: string,
  fields: Partial<MethodFields<'exchange.declare'>> = {},
) => call('exchange.declare', { exchange, type, ...fields })

async function closeAfter(steps: readonly Step[]): Promise<MethodFrame> {
  const client = await rawChannel(broker)
  try {
    let answer: unknown
    for (const step of steps) answer = await step(client)
    const frame = (answer as MethodFrame | undefined) ?? (await client.nextMethod())
    return frame.method.endsWith('.close') ? frame : await client.nextMethod()
  } finally {
    client.cut()
  }
}

function closeOf(frame: MethodFrame): {
  closes: string
  code: number
  text: string
  ids: readonly [number, number]
} {
  if (frame.method !== 'channel.close' && frame.method !== 'connection.close')
    throw new Error(`${frame.method} is no close`)
  const { replyCode, replyText, classId, methodId } = frame.fields
  return {
    closes: frame.method.split('.')[0] ?? '',
    code: replyCode,
    text: replyText,
    ids: [classId, methodId],
  }
}

type Row = readonly [
  name: string,
  steps: readonly Step[],
  code: number,
  text: string,
  ids: readonly [number, number],
]
const inVhost = (kind: string, name: string) => `${kind} '${name}' in vhost '/'`

describe('closes the channel', () => {
  const rows: readonly Row[] = [
    [
      'passive declare of a missing queue',
      [queue('none', { passive: true })],
      404,
      `NOT_FOUND - no ${inVhost('queue', 'none')}`,
      [50, 10],
    ],
    [
      'passive declare of the queue named nothing',
      [queue('', { passive: true })],
      404,
      `NOT_FOUND - no ${inVhost('queue', '')}`,
      [50, 10],
    ],
    [
      'bind of a missing queue',
      [call('queue.bind', { queue: 'none', exchange: 'amq.direct' })],
      404,
      `NOT_FOUND - no ${inVhost('queue', 'none')}`,
      [50, 20],
    ],
    [
      'purge of a missing queue',
      [call('queue.purge', { queue: 'none' })],
      404,
      `NOT_FOUND - no ${inVhost('queue', 'none')}`,
      [50, 30],
    ],
    [
      'consume from a missing queue',
      [call('basic.consume', { queue: 'none' })],
      404,
      `NOT_FOUND - no ${inVhost('queue', 'none')}`,
      [60, 20],
    ],
    [
      'get from a missing queue',
      [call('basic.get', { queue: 'none' })],
      404,
      `NOT_FOUND - no ${inVhost('queue', 'none')}`,
      [60, 70],
    ],
    [
      'passive declare of a missing exchange',
      [declareExchange('none', 'direct', { passive: true })],
      404,
      `NOT_FOUND - no ${inVhost('exchange', 'none')}`,
      [40, 10],
    ],
    [
      'bind to a missing exchange',
      [queue('r1'), call('queue.bind', { queue: 'r1', exchange: 'none' })],
      404,
      `NOT_FOUND - no ${inVhost('exchange', 'none')}`,
      [50, 20],
    ],
    [
      'publish to a missing exchange',
      [publish({ exchange: 'none' })],
      404,
      `NOT_FOUND - no ${inVhost('exchange', 'none')}`,
      [60, 40],
    ],
    [
      'an unknown exchange type',
      [declareExchange('x4', 'nosuch')],
      406,
      "PRECONDITION_FAILED - unknown exchange type 'nosuch'",
      [40, 10],
    ],
    [
      'a queue with a reserved name',
      [queue('amq.foo')],
      403,
      "ACCESS_REFUSED - queue name 'amq.foo' contains reserved prefix 'amq.*'",
      [50, 10],
    ],
    [
      'an exchange with a reserved name',
      [declareExchange('amq.foo', 'direct')],
      403,
      "ACCESS_REFUSED - exchange name 'amq.foo' contains reserved prefix 'amq.*'",
      [40, 10],
    ],
    [
      'declare of the default exchange',
      [declareExchange('', 'direct')],
      403,
      'ACCESS_REFUSED - operation not permitted on the default exchange',
      [40, 10],
    ],
    [
      'delete of the default exchange',
      [call('exchange.delete')],
      403,
      'ACCESS_REFUSED - operation not permitted on the default exchange',
      [40, 20],
    ],
    [
      'bind to the default exchange',
      [queue('r2'), call('queue.bind', { queue: 'r2' })],
      403,
      'ACCESS_REFUSED - operation not permitted on the default exchange',
      [50, 20],
    ],
    [
      'unbind from the default exchange',
      [queue('r2'), call('queue.unbind', { queue: 'r2' })],
      403,
      'ACCESS_REFUSED - operation not permitted on the default exchange',
      [50, 50],
    ],
    [
      'delete of a system exchange',
      [call('exchange.delete', { exchange: 'amq.topic' })],
      403,
      `ACCESS_REFUSED - deletion of system ${inVhost('exchange', 'amq.topic')} not allowed`,
      [40, 20],
    ],
    [
      'publish to an internal exchange',
      [declareExchange('inner', 'fanout', { internal: true }), publish({ exchange: 'inner' })],
      403,
      `ACCESS_REFUSED - cannot publish to internal ${inVhost('exchange', 'inner')}`,
      [60, 40],
    ],
    [
      'exclusive consume beside another consumer',
      [
        queue('r3'),
        call('basic.consume', { queue: 'r3' }),
        call('basic.consume', { queue: 'r3', exclusive: true }),
      ],
      403,
      `ACCESS_REFUSED - ${inVhost('queue', 'r3')} in exclusive use`,
      [60, 20],
    ],
    [
      'consume beside an exclusive consumer',
      [
        queue('r4'),
        call('basic.consume', { queue: 'r4', exclusive: true }),
        call('basic.consume', { queue: 'r4' }),
      ],
      403,
      `ACCESS_REFUSED - ${inVhost('queue', 'r4')} in exclusive use`,
      [60, 20],
    ],
    [
      'exclusive consume on a single-active queue',
      [
        withArguments('r5', { 'x-single-active-consumer': true }),
        call('basic.consume', { queue: 'r5', exclusive: true }),
      ],
      403,
      `ACCESS_REFUSED - ${inVhost('queue', 'r5')} in exclusive use`,
      [60, 20],
    ],
    [
      'redeclare with another durability',
      [queue('r6'), queue('r6', { durable: false })],
      406,
      `PRECONDITION_FAILED - inequivalent arg 'durable' for ${inVhost('queue', 'r6')}: received 'false' but current is 'true'`,
      [50, 10],
    ],
    [
      'redeclare with another auto_delete',
      [queue('r7'), queue('r7', { autoDelete: true })],
      406,
      `PRECONDITION_FAILED - inequivalent arg 'auto_delete' for ${inVhost('queue', 'r7')}: received 'true' but current is 'false'`,
      [50, 10],
    ],
    [
      'redeclare with another argument',
      [withArguments('r8', { 'x-message-ttl': 1000 }), withArguments('r8', { 'x-message-ttl': 2000 })],
      406,
      `PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for ${inVhost('queue', 'r8')}: received '2000' but current is '1000'`,
      [50, 10],
    ],
    [
      'redeclare without an argument',
      [withArguments('r9', { 'x-message-ttl': 1000 }), queue('r9')],
      406,
      `PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for ${inVhost('queue', 'r9')}: received none but current is the value '1000' of type 'short'`,
      [50, 10],
    ],
    [
      'redeclare with an argument more',
      [queue('r10'), withArguments('r10', { 'x-max-length': 5 })],
      406,
      `PRECONDITION_FAILED - inequivalent arg 'x-max-length' for ${inVhost('queue', 'r10')}: received the value '5' of type 'byte' but current is none`,
      [50, 10],
    ],
    [
      'redeclare as another queue type',
      [withArguments('r11', { 'x-queue-type': 'quorum' }), queue('r11')],
      406,
      `PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for ${inVhost('queue', 'r11')}: received 'classic' but current is 'quorum'`,
      [50, 10],
    ],
    [
      'redeclare as another exchange type',
      [declareExchange('x1', 'fanout'), declareExchange('x1', 'direct')],
      406,
      `PRECONDITION_FAILED - inequivalent arg 'type' for ${inVhost('exchange', 'x1')}: received 'direct' but current is 'fanout'`,
      [40, 10],
    ],
    [
      'redeclare an exchange with another durability',
      [declareExchange('x2', 'fanout'), declareExchange('x2', 'fanout', { durable: true })],
      406,
      `PRECONDITION_FAILED - inequivalent arg 'durable' for ${inVhost('exchange', 'x2')}: received 'true' but current is 'false'`,
      [40, 10],
    ],
    [
      'a time-to-live that is text',
      [withArguments('bad', { 'x-message-ttl': 'soon' })],
      406,
      `PRECONDITION_FAILED - invalid arg 'x-message-ttl' for ${inVhost('queue', 'bad')}: "expected integer, got longstr"`,
      [50, 10],
    ],
    [
      'a negative time-to-live',
      [withArguments('bad', { 'x-message-ttl': -1 })],
      406,
      `PRECONDITION_FAILED - invalid arg 'x-message-ttl' for ${inVhost('queue', 'bad')}: {value_negative,-1}`,
      [50, 10],
    ],
    [
      'x-expires of 0',
      [withArguments('bad', { 'x-expires': 0 })],
      406,
      `PRECONDITION_FAILED - invalid arg 'x-expires' for ${inVhost('queue', 'bad')}: {value_zero,0}`,
      [50, 10],
    ],
    [
      'a priority above 255',
      [withArguments('bad', { 'x-max-priority': 256 })],
      406,
      `PRECONDITION_FAILED - invalid arg 'x-max-priority' for ${inVhost('queue', 'bad')}: {max_value_exceeded,256}`,
      [50, 10],
    ],
    [
      'an unknown overflow',
      [withArguments('bad', { 'x-overflow': 'foo' })],
      406,
      `PRECONDITION_FAILED - invalid arg 'x-overflow' for ${inVhost('queue', 'bad')}: invalid_overflow`,
      [50, 10],
    ],
    [
      'a dead letter key without exchange',
      [withArguments('bad', { 'x-dead-letter-routing-key': 'k' })],
      406,
      `PRECONDITION_FAILED - invalid arg 'x-dead-letter-routing-key' for ${inVhost('queue', 'bad')}: routing_key_but_no_dlx_defined`,
      [50, 10],
    ],
    [
      'an unknown queue type',
      [withArguments('bad', { 'x-queue-type': 'foo' })],
      406,
      `PRECONDITION_FAILED - invalid arg 'x-queue-type' for ${inVhost('queue', 'bad')}: "unsupported queue type 'foo'"`,
      [50, 10],
    ],
    [
      'a quorum queue that is exclusive',
      [queue('bad', { exclusive: true, arguments: { 'x-queue-type': 'quorum' } })],
      406,
      `PRECONDITION_FAILED - invalid property 'exclusive-owner' for ${inVhost('queue', 'bad')}`,
      [50, 10],
    ],
    [
      'a quorum queue that is transient',
      [queue('bad', { durable: false, arguments: { 'x-queue-type': 'quorum' } })],
      406,
      `PRECONDITION_FAILED - invalid property 'non-durable' for ${inVhost('queue', 'bad')}`,
      [50, 10],
    ],
    [
      'a quorum queue with priorities',
      [withArguments('bad', { 'x-queue-type': 'quorum', 'x-max-priority': 5 })],
      406,
      `PRECONDITION_FAILED - invalid arg 'x-max-priority' for ${inVhost('queue', 'bad')} of queue type rabbit_quorum_queue`,
      [50, 10],
    ],
    [
      'delete if-unused of a queue in use',
      [
        queue('r12'),
        call('basic.consume', { queue: 'r12' }),
        call('queue.delete', { queue: 'r12', ifUnused: true }),
      ],
      406,
      `PRECONDITION_FAILED - ${inVhost('queue', 'r12')} in use`,
      [50, 40],
    ],
    [
      'delete if-empty of a full queue',
      [queue('r13'), publish({ routingKey: 'r13' }), call('queue.delete', { queue: 'r13', ifEmpty: true })],
      406,
      `PRECONDITION_FAILED - ${inVhost('queue', 'r13')} not empty`,
      [50, 40],
    ],
    [
      'delete if-unused of an exchange in use',
      [
        queue('r14'),
        declareExchange('x3', 'fanout'),
        call('queue.bind', { queue: 'r14', exchange: 'x3' }),
        call('exchange.delete', { exchange: 'x3', ifUnused: true }),
      ],
      406,
      `PRECONDITION_FAILED - ${inVhost('exchange', 'x3')} in use`,
      [40, 20],
    ],
    [
      'an unknown delivery tag',
      [send('basic.ack', { deliveryTag: 1 })],
      406,
      'PRECONDITION_FAILED - unknown delivery tag 1',
      [60, 80],
    ],
    [
      'a double ack',
      [
        queue('r15'),
        publish({ routingKey: 'r15' }),
        call('basic.get', { queue: 'r15' }),
        send('basic.ack', { deliveryTag: 1 }),
        send('basic.ack', { deliveryTag: 1 }),
      ],
      406,
      'PRECONDITION_FAILED - unknown delivery tag 1',
      [60, 80],
    ],
    [
      'a consumer priority that is text',
      [queue('r17'), call('basic.consume', { queue: 'r17', arguments: { 'x-priority': 'high' } })],
      406,
      `PRECONDITION_FAILED - invalid arg 'x-priority' for ${inVhost('queue', 'r17')}: "expected integer, got longstr"`,
      [60, 20],
    ],
    [
      'an alternate exchange that is no text',
      [declareExchange('x9', 'fanout', { arguments: { 'alternate-exchange': 5 } })],
      406,
      `PRECONDITION_FAILED - invalid type 'byte' for arg 'alternate-exchange' in ${inVhost('exchange', 'x9')}`,
      [40, 10],
    ],
    [
      'tx after confirm',
      [call('confirm.select'), call('tx.select')],
      406,
      'PRECONDITION_FAILED - cannot switch from confirm to tx mode',
      [90, 10],
    ],
    [
      'confirm after tx',
      [call('tx.select'), call('confirm.select')],
      406,
      'PRECONDITION_FAILED - cannot switch from tx to confirm mode',
      [85, 10],
    ],
    [
      'commit without select',
      [call('tx.commit')],
      406,
      'PRECONDITION_FAILED - channel is not transactional',
      [90, 20],
    ],
    [
      'a reply consumer that wants to ack',
      [call('basic.consume', { queue: 'amq.rabbitmq.reply-to' })],
      406,
      'PRECONDITION_FAILED - reply consumer cannot acknowledge',
      [60, 20],
    ],
    [
      'asking for replies without consuming them',
      [publish({}, { replyTo: 'amq.rabbitmq.reply-to' })],
      406,
      'PRECONDITION_FAILED - fast reply consumer does not exist',
      [60, 40],
    ],
    [
      'an expiration that is no number',
      [publish({}, { expiration: 'abc' })],
      406,
      "PRECONDITION_FAILED - invalid expiration 'abc': no_integer",
      [60, 40],
    ],
    [
      'a negative expiration',
      [publish({}, { expiration: '-5' })],
      406,
      "PRECONDITION_FAILED - invalid expiration '-5': {value_negative,-5}",
      [60, 40],
    ],
    [
      "somebody else's user_id",
      [publish({}, { userId: 'bob' })],
      406,
      "PRECONDITION_FAILED - user_id property set to 'bob' but authenticated user was 'guest'",
      [60, 40],
    ],
    [
      'a CC header that is no list',
      [publish({}, { headers: { CC: 100_000 } })],
      406,
      'PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,"CC",signedint}',
      [60, 40],
    ],
    [
      'an unknown x-match',
      [
        queue('r16'),
        call('queue.bind', { queue: 'r16', exchange: 'amq.headers', arguments: { 'x-match': 'foo' } }),
      ],
      406,
      'PRECONDITION_FAILED - Invalid x-match field value <<"foo">>; expected all, any, all-with-x, or any-with-x',
      [50, 20],
    ],
  ]

  test.each(rows)('%s', async (_name, steps, code, text, ids) => {
    expect(closeOf(await closeAfter(steps))).toEqual({ closes: 'channel', code, text, ids })
  })

  test("any use of another connection's exclusive queue, passive declare included", async () => {
    const owner = await rawChannel(broker)
    await owner.call(1, 'queue.declare', { queue: 'mine', exclusive: true })
    const text =
      "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'mine' in vhost '/'. It could be originally declared on " +
      'another connection or the exclusive property value does not match that of the original declaration.'
    const uses = [
      queue('mine', { passive: true }),
      queue('mine', { exclusive: true }),
      call('basic.consume', { queue: 'mine' }),
      call('basic.get', { queue: 'mine' }),
      call('queue.purge', { queue: 'mine' }),
      call('queue.delete', { queue: 'mine' }),
      call('queue.bind', { queue: 'mine', exchange: 'amq.direct' }),
    ]
    for (const use of uses)
      expect(closeOf(await closeAfter([use]))).toMatchObject({ closes: 'channel', code: 405, text })
    owner.cut()
  })

  test('a message above the largest size', async () => {
    const client = await rawChannel(broker)
    client.publish(1, { routingKey: 'q' }, {}, 'x'.repeat(20_000_000))
    expect(closeOf(await client.nextMethod())).toEqual({
      closes: 'channel',
      code: 406,
      text: 'PRECONDITION_FAILED - message size 20000000 is larger than configured max size 16777216',
      ids: [60, 40],
    })
    client.cut()
  })

  test('and leaves the connection and its other channels alone', async () => {
    const client = await rawChannel(broker)
    await client.call(2, 'channel.open')
    const close = await client.call(1, 'queue.declare', { queue: 'none', passive: true })
    expect(close.method).toBe('channel.close')
    client.send(1, 'channel.close-ok')
    expect((await client.call(2, 'queue.declare', { queue: 'fine', durable: true })).method).toBe(
      'queue.declare-ok',
    )
    expect((await client.call(1, 'channel.open')).method).toBe('channel.open-ok')
    client.cut()
  })
})

describe('closes the connection', () => {
  const rows: readonly Row[] = [
    [
      'a method that only servers send',
      [send('basic.deliver')],
      503,
      'COMMAND_INVALID - unimplemented method',
      [60, 60],
    ],
    [
      'a second channel.open',
      [call('channel.open')],
      504,
      "CHANNEL_ERROR - second 'channel.open' seen",
      [20, 10],
    ],
    [
      'a method on a channel that is not open',
      [(client) => client.call(9, 'basic.qos')],
      504,
      "CHANNEL_ERROR - expected 'channel.open'",
      [60, 10],
    ],
    [
      'a body without a method',
      [(client) => client.write(frameBytes(3, 1, Buffer.from('x')))],
      505,
      'UNEXPECTED_FRAME - expected method frame, got non method frame instead',
      [0, 0],
    ],
    [
      'a method where a content header must come',
      [send('basic.publish'), send('basic.qos')],
      505,
      'UNEXPECTED_FRAME - expected content header for class 60, got non content header frame instead',
      [60, 40],
    ],
    [
      'a consumer tag that is in use',
      [
        queue('r20'),
        call('basic.consume', { queue: 'r20', consumerTag: 't' }),
        call('basic.consume', { queue: 'r20', consumerTag: 't' }),
      ],
      530,
      "NOT_ALLOWED - attempt to reuse consumer tag 't'",
      [60, 20],
    ],
    ['immediate', [publish({ immediate: true })], 540, 'NOT_IMPLEMENTED - immediate=true', [60, 40]],
    [
      'a prefetch size',
      [call('basic.qos', { prefetchSize: 10 })],
      540,
      'NOT_IMPLEMENTED - prefetch_size!=0 (10)',
      [60, 10],
    ],
    [
      'stopping the flow',
      [call('channel.flow', { active: false })],
      540,
      'NOT_IMPLEMENTED - active=false',
      [20, 20],
    ],
    ['recover without requeue', [call('basic.recover')], 540, 'NOT_IMPLEMENTED - requeue=false', [60, 110]],
    [
      'a quorum consumer under a global prefetch',
      [
        withArguments('r21', { 'x-queue-type': 'quorum' }),
        call('basic.qos', { prefetchCount: 5, global: true }),
        call('basic.consume', { queue: 'r21' }),
      ],
      540,
      `NOT_IMPLEMENTED - ${inVhost('queue', 'r21')} does not support global qos`,
      [60, 20],
    ],
    [
      'a stream queue',
      [withArguments('bad', { 'x-queue-type': 'stream' })],
      540,
      `NOT_IMPLEMENTED - queue type 'stream' (argument 'x-queue-type' for ${inVhost('queue', 'bad')}) is not implemented`,
      [50, 10],
    ],
    [
      'a frame with a wrong end',
      [
        (client) => client.write(Buffer.from('0800000000000000cd', 'hex').subarray(0, 7)),
        (client) => client.write(Buffer.from([205])),
      ],
      501,
      'FRAME_ERROR - type 8, all octets = <<>>: {invalid_frame_end_marker,205}',
      [0, 0],
    ],
    [
      'a frame above the negotiated size',
      [(client) => client.write(Buffer.from([3, 0, 1, 0, 0x20, 0, 0]))],
      501,
      'FRAME_ERROR - type 3, all octets = <<>>: {frame_too_large,2097152,131064}',
      [0, 0],
    ],
  ]

  test.each(rows)('%s', async (_name, steps, code, text, ids) => {
    expect(closeOf(await closeAfter(steps))).toEqual({ closes: 'connection', code, text, ids })
  })

  test('a wrong password, if the client says that it can take a close', async () => {
    const { client, answer } = await rawConnect(broker, { password: 'wrong' })
    expect(closeOf(answer)).toMatchObject({
      code: 403,
      text: 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.',
    })
    client.cut()
  })

  test('a wrong password without a word, if the client does not', async () => {
    await expect(rawConnect(broker, { password: 'wrong', capabilities: {} })).rejects.toThrow(
      'the server closed the socket',
    )
  })

  test.each([
    ['below the smallest', 4096],
    ['above the proposed', 1_000_000],
    ['without a limit', 0],
  ])('a frame size %s without a word', async (_name, frameMax) => {
    await expect(rawConnect(broker, { frameMax })).rejects.toThrow('the server closed the socket')
  })

  test('a missing vhost', async () => {
    const { client, answer } = await rawConnect(broker, { vhost: 'nowhere' })
    expect(closeOf(answer)).toEqual({
      closes: 'connection',
      code: 530,
      text: 'NOT_ALLOWED - vhost nowhere not found',
      ids: [10, 40],
    })
    client.cut()
  })

  test.each([
    ['an older AMQP', Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 2]), 'AMQP 0-9-1', [0, 0, 9, 1]],
    ['AMQP 1.0', Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 1, 0, 0]), 'AMQP 0-9-1', [0, 0, 9, 1]],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'AMQP 1.0 with SASL', [3, 1, 0, 0]],
  ])(
    '%s: answers the header of another protocol and closes the socket',
    async (_name, bytes, _protocol, version) => {
      const client = await rawSocket(broker)
      client.write(bytes)
      expect(await client.next()).toMatchObject({
        kind: 'protocol-header',
        raw: Buffer.from([0x41, 0x4d, 0x51, 0x50, ...version]),
      })
      expect(await client.next()).toBeUndefined()
    },
  )
})

describe('succeeds though there is nothing', () => {
  test.each<[string, Step, Partial<MethodFrame['fields']>]>([
    ['delete of a missing queue', call('queue.delete', { queue: 'none' }), { messageCount: 0 }],
    ['delete of a missing exchange', call('exchange.delete', { exchange: 'none' }), {}],
    ['cancel of an unknown tag', call('basic.cancel', { consumerTag: 'none' }), { consumerTag: 'none' }],
  ])('%s', async (_name, step, fields) => {
    const client = await rawChannel(broker)
    const answer = (await step(client)) as MethodFrame
    expect(answer.method).toMatch(/-ok$/)
    expect(answer.fields).toEqual(fields)
    client.cut()
  })

  test('unbind of a missing binding', async () => {
    const client = await rawChannel(broker)
    await client.call(1, 'queue.declare', { queue: 'r30', durable: true })
    expect(
      (await client.call(1, 'queue.unbind', { queue: 'r30', exchange: 'amq.direct', routingKey: 'k' }))
        .method,
    ).toBe('queue.unbind-ok')
    client.cut()
  })

  test('ack of everything with nothing outstanding', async () => {
    const client = await rawChannel(broker)
    client.send(1, 'basic.ack', { deliveryTag: 0, multiple: true })
    expect((await client.call(1, 'basic.qos')).method).toBe('basic.qos-ok')
    client.cut()
  })
})

test('AMQPLAIN logs in, too', async () => {
  const client = await rawSocket(broker)
  client.write(Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1]))
  await client.nextMethod()
  const long = (text: string) =>
    Buffer.concat([Buffer.from('S'), Buffer.from([0, 0, 0, text.length]), Buffer.from(text)])
  const short = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])
  const response = Buffer.concat([short('LOGIN'), long('guest'), short('PASSWORD'), long('guest')])
  expect((await client.call(0, 'connection.start-ok', { mechanism: 'AMQPLAIN', response })).method).toBe(
    'connection.tune',
  )
  client.cut()
})

test('4.3 refuses a transient queue that is not exclusive with 541', async () => {
  await using other = await startRabbitMQ({ profile: '4.3' })
  const client = await rawChannel(other)
  const close = await client.call(1, 'queue.declare', { queue: 'q' })
  expect(closeOf(close)).toMatchObject({ closes: 'connection', code: 541 })
  client.cut()
})
