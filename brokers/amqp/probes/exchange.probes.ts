/** Probes of exchanges, bindings and routing (rabbitmq.md 2.3, 2.4). */
import type { FieldTable } from '../wire/field-table.ts'
import type { Programs } from './probe.ts'
import type { ProbeChannel } from './probe-client.ts'

/** Binds one queue to an exchange by one key, publishes with others, and notes what arrived. */
async function routes(
  channel: ProbeChannel,
  exchange: string,
  binding: string,
  keys: readonly string[],
): Promise<void> {
  await channel.queue('q')
  await channel.bind('q', exchange, binding)
  for (const key of keys) channel.publish(key, `by ${key}`, {}, { exchange })
  channel.publish('q', 'the end')
  await drain(channel, 'q')
}

/** Gets all, up to the message that says so. */
async function drain(channel: ProbeChannel, queue: string): Promise<void> {
  await channel.call('basic.consume', { queue, noAck: true, consumerTag: 'drain' })
  for (;;) {
    const [arrival] = await channel.arrivals(1)
    if (arrival === undefined || arrival.body === 'the end') return
  }
}

async function headersRoute(
  channel: ProbeChannel,
  binding: FieldTable,
  messages: readonly FieldTable[],
): Promise<void> {
  await channel.queue('q')
  await channel.bind('q', 'amq.headers', '', binding)
  messages.forEach((headers, at) => {
    channel.publish('', `message ${at}`, { headers }, { exchange: 'amq.headers' })
  })
  channel.publish('q', 'the end')
  await drain(channel, 'q')
}

export const exchangeProbes: Programs = {
  'exchange: passive declare of a missing one': (c) => c.exchange('none', 'direct', { passive: true }),
  'exchange: passive declare ignores the type': async (c) => {
    await c.exchange('x', 'fanout')
    await c.exchange('x', 'direct', { passive: true })
  },
  'exchange: a reserved name': (c) => c.exchange('amq.foo', 'direct'),
  'exchange: declaring a predeclared one as it is': (c) => c.exchange('amq.direct', 'direct'),
  'exchange: declaring a predeclared one otherwise': (c) => c.exchange('amq.direct', 'fanout'),
  'exchange: declaring the default one': (c) => c.exchange('', 'direct'),
  'exchange: declaring the default one passively': (c) => c.exchange('', 'direct', { passive: true }),
  'exchange: deleting the default one': (c) => c.call('exchange.delete'),
  'exchange: deleting a predeclared one': (c) => c.call('exchange.delete', { exchange: 'amq.topic' }),
  'exchange: deleting one with a reserved name that is missing': (c) =>
    c.call('exchange.delete', { exchange: 'amq.none' }),
  'exchange: deleting a missing one': (c) => c.call('exchange.delete', { exchange: 'none' }),
  'exchange: deleting if unused': async (c) => {
    await c.exchange('x', 'fanout')
    await c.queue('q')
    await c.bind('q', 'x')
    await c.call('exchange.delete', { exchange: 'x', ifUnused: true })
  },
  'exchange: deleting if unused, used as a destination only': async (c) => {
    await c.exchange('x', 'fanout')
    await c.exchange('y', 'fanout')
    await c.call('exchange.bind', { destination: 'x', source: 'y' })
    await c.call('exchange.delete', { exchange: 'x', ifUnused: true })
  },
  'exchange: an unknown type': async (c) => {
    await c.exchange('x', 'nosuch')
    await c.silence()
  },
  'exchange: an unknown type under a reserved name': (c) => c.exchange('amq.x', 'nosuch'),
  'exchange: redeclared with another type': async (c) => {
    await c.exchange('x', 'fanout')
    await c.exchange('x', 'direct')
  },
  'exchange: redeclared with another durability': async (c) => {
    await c.exchange('x', 'fanout')
    await c.exchange('x', 'fanout', { durable: false })
  },
  'exchange: redeclared with another auto_delete': async (c) => {
    await c.exchange('x', 'fanout')
    await c.exchange('x', 'fanout', { autoDelete: true })
  },
  'exchange: redeclared as internal': async (c) => {
    await c.exchange('x', 'fanout')
    await c.exchange('x', 'fanout', { internal: true })
  },
  'exchange: redeclared with another alternate': async (c) => {
    await c.exchange('x', 'fanout', { arguments: { 'alternate-exchange': 'a' } })
    await c.exchange('x', 'fanout', { arguments: { 'alternate-exchange': 'b' } })
  },
  'exchange: redeclared without its alternate': async (c) => {
    await c.exchange('x', 'fanout', { arguments: { 'alternate-exchange': 'a' } })
    await c.exchange('x', 'fanout')
  },
  'exchange: redeclared with an argument that means nothing': async (c) => {
    await c.exchange('x', 'fanout')
    await c.exchange('x', 'fanout', { arguments: { 'x-foo': 1 } })
  },
  'exchange: an alternate that is no text': (c) =>
    c.exchange('x', 'fanout', { arguments: { 'alternate-exchange': 5 } }),
  'exchange: publishing to a missing one': async (c) => {
    c.publish('k', 'm', {}, { exchange: 'none' })
    await c.closed()
  },
  'exchange: publishing to an internal one': async (c) => {
    await c.exchange('x', 'fanout', { internal: true })
    c.publish('k', 'm', {}, { exchange: 'x' })
    await c.closed()
  },
  'exchange: an internal one can be bound to': async (c) => {
    await c.exchange('x', 'fanout', { internal: true })
    await c.queue('q')
    await c.bind('q', 'x')
    await c.call('exchange.bind', { source: 'amq.fanout', destination: 'x' })
    c.publish('k', 'm', {}, { exchange: 'amq.fanout' })
    await c.fetch('q')
    await c.call('exchange.unbind', { source: 'amq.fanout', destination: 'x' })
  },
  'exchange: an auto-delete one goes with its last binding': async (c) => {
    await c.exchange('x', 'fanout', { autoDelete: true })
    await c.queue('q')
    await c.bind('q', 'x', 'a')
    await c.bind('q', 'x', 'b')
    await c.call('queue.unbind', { queue: 'q', exchange: 'x', routingKey: 'a' })
    await c.exchange('x', 'fanout', { passive: true })
    await c.call('queue.unbind', { queue: 'q', exchange: 'x', routingKey: 'b' })
    await c.exchange('x', 'fanout', { passive: true })
  },
  'exchange: an auto-delete one goes when its last queue is deleted': async (c) => {
    await c.exchange('x', 'fanout', { autoDelete: true })
    await c.queue('q')
    await c.bind('q', 'x')
    await c.call('queue.delete', { queue: 'q' })
    await c.exchange('x', 'fanout', { passive: true })
  },
  'exchange: an auto-delete destination stays when its source is deleted': async (c) => {
    await c.exchange('x', 'fanout', { autoDelete: true })
    await c.exchange('y', 'fanout')
    await c.call('exchange.bind', { source: 'y', destination: 'x' })
    await c.call('exchange.delete', { exchange: 'y' })
    await c.exchange('x', 'fanout', { passive: true })
  },
  'binding: to a missing exchange': async (c) => {
    await c.queue('q')
    await c.bind('q', 'none')
  },
  'binding: of a missing queue': (c) => c.bind('none', 'amq.direct'),
  'binding: of a missing queue to a missing exchange': (c) => c.bind('none', 'none'),
  'binding: to the default exchange': async (c) => {
    await c.queue('q')
    await c.bind('q', '', 'q')
  },
  'binding: unbinding from the default exchange': async (c) => {
    await c.queue('q')
    await c.call('queue.unbind', { queue: 'q', routingKey: 'q' })
  },
  'binding: unbinding what is not bound': async (c) => {
    await c.queue('q')
    await c.call('queue.unbind', { queue: 'q', exchange: 'amq.direct', routingKey: 'k' })
  },
  'binding: unbinding a missing queue': (c) =>
    c.call('queue.unbind', { queue: 'none', exchange: 'amq.direct' }),
  'binding: unbinding from a missing exchange': async (c) => {
    await c.queue('q')
    await c.call('queue.unbind', { queue: 'q', exchange: 'none' })
  },
  'binding: exchanges to a missing exchange': (c) =>
    c.call('exchange.bind', { source: 'amq.direct', destination: 'none' }),
  'binding: an exchange to the default one': (c) =>
    c.call('exchange.bind', { source: 'amq.direct', destination: '' }),
  'binding: an empty name means the queue declared last': async (c) => {
    await c.queue('first')
    await c.queue('second')
    await c.bind('', 'amq.direct', 'k')
    c.publish('k', 'm', {}, { exchange: 'amq.direct' })
    await c.fetch('second')
  },
  'binding: an empty name where no queue was declared': (c) => c.bind('', 'amq.direct', 'k'),
  'binding: an empty name and key mean both of the queue declared last': async (c) => {
    await c.queue('q')
    await c.bind('', 'amq.direct', '')
    c.publish('q', 'by name', {}, { exchange: 'amq.direct' })
    c.publish('', 'by nothing', {}, { exchange: 'amq.direct' })
    c.publish('q', 'the end')
    await drain(c, 'q')
  },
  'routing: direct': (c) => routes(c, 'amq.direct', 'k', ['k', 'K', '']),
  'routing: fanout ignores the key': (c) => routes(c, 'amq.fanout', 'k', ['k', 'other', '']),
  'routing: default exchange': async (c) => {
    await c.queue('q')
    c.publish('q', 'm', {})
    await c.fetch('q')
  },
  'routing: topic with one star': (c) =>
    routes(c, 'amq.topic', 'a.*', ['a.b', 'a', 'a.', 'a.b.c', '.b', 'A.b']),
  'routing: topic with a hash at the end': (c) =>
    routes(c, 'amq.topic', 'a.#', ['a', 'a.b', 'a.b.c', 'b.a', '']),
  'routing: topic with a hash at the start': (c) =>
    routes(c, 'amq.topic', '#.a', ['a', 'b.a', 'c.b.a', 'a.b']),
  'routing: topic with a hash in the middle': (c) =>
    routes(c, 'amq.topic', 'a.#.b', ['a.b', 'a.x.b', 'a.x.y.b', 'a', 'b', 'a..b']),
  'routing: topic with stars and hashes': (c) =>
    routes(c, 'amq.topic', '*.#.*', ['', 'a', 'a.b', 'a.b.c', '.', '..']),
  'routing: topic with a hash alone': (c) => routes(c, 'amq.topic', '#', ['', 'a', 'a.b', '.']),
  'routing: topic with a star alone': (c) => routes(c, 'amq.topic', '*', ['', 'a', 'a.b', '.']),
  'routing: topic with nothing': (c) => routes(c, 'amq.topic', '', ['', 'a', '.']),
  'routing: topic with two dots': (c) => routes(c, 'amq.topic', 'a.*.c', ['a..c', 'a.b.c', 'a.c']),
  'routing: topic without wildcards': (c) => routes(c, 'amq.topic', 'a.b', ['a.b', 'a.*', 'a.#']),
  'routing: headers, all is the default': (c) =>
    headersRoute(c, { a: 1, b: 'x' }, [{ a: 1, b: 'x' }, { a: 1 }, { a: 1, b: 'x', c: 2 }, {}]),
  'routing: headers, any': (c) =>
    headersRoute(c, { 'x-match': 'any', a: 1, b: 'x' }, [{ a: 1 }, { b: 'x' }, { a: 2 }, {}]),
  'routing: headers, all of nothing': (c) => headersRoute(c, {}, [{}, { a: 1 }]),
  'routing: headers, any of nothing': (c) => headersRoute(c, { 'x-match': 'any' }, [{}, { a: 1 }]),
  'routing: headers compare numbers by value': (c) =>
    headersRoute(c, { a: 1 }, [{ a: 1 }, { a: BigInt(1) }, { a: '1' }, { a: true }, { a: 1.5 }]),
  'routing: headers with a value that is null': (c) =>
    headersRoute(c, { a: null }, [{ a: 1 }, { a: null }, { b: 1 }]),
  'routing: headers that begin with x- are ignored': (c) =>
    headersRoute(c, { 'x-match': 'all', 'x-a': 1, b: 2 }, [{ b: 2 }, { 'x-a': 1, b: 2 }]),
  'routing: headers, all-with-x': (c) =>
    headersRoute(c, { 'x-match': 'all-with-x', 'x-a': 1, b: 2 }, [{ b: 2 }, { 'x-a': 1, b: 2 }]),
  'routing: headers, any-with-x': (c) =>
    headersRoute(c, { 'x-match': 'any-with-x', 'x-a': 1, b: 2 }, [{ b: 3 }, { 'x-a': 1 }]),
  'routing: headers of a message without any': async (c) => {
    await c.queue('q')
    await c.bind('q', 'amq.headers', '', {})
    c.publish('', 'bare', {}, { exchange: 'amq.headers' })
    c.publish('q', 'the end')
    await drain(c, 'q')
  },
  'routing: headers with an unknown match': async (c) => {
    await c.queue('q')
    await c.bind('q', 'amq.headers', '', { 'x-match': 'foo' })
  },
  'routing: headers with a match that is no text': async (c) => {
    await c.queue('q')
    await c.bind('q', 'amq.headers', '', { 'x-match': 5 })
  },
  'routing: two bindings deliver one copy': async (c) => {
    await c.queue('q')
    await c.bind('q', 'amq.topic', 'a.*')
    await c.bind('q', 'amq.topic', '*.b')
    c.publish('a.b', 'once', {}, { exchange: 'amq.topic' })
    c.publish('q', 'the end')
    await drain(c, 'q')
  },
  'routing: through exchanges that are bound in a circle': async (c) => {
    await c.exchange('x', 'fanout')
    await c.exchange('y', 'fanout')
    await c.call('exchange.bind', { source: 'x', destination: 'y' })
    await c.call('exchange.bind', { source: 'y', destination: 'x' })
    await c.queue('q')
    await c.bind('q', 'x')
    await c.bind('q', 'y')
    c.publish('k', 'once', {}, { exchange: 'x' })
    c.publish('q', 'the end')
    await drain(c, 'q')
  },
  'routing: to the alternate exchange what nothing matches': async (c) => {
    await c.exchange('alt', 'fanout')
    await c.exchange('x', 'direct', { arguments: { 'alternate-exchange': 'alt' } })
    await c.queue('q')
    await c.bind('q', 'alt')
    c.publish('lost', 'm', {}, { exchange: 'x', mandatory: true })
    await c.fetch('q')
    await c.silence()
  },
  'routing: a chain of alternates, and none routes': async (c) => {
    await c.exchange('b', 'direct')
    await c.exchange('a', 'direct', { arguments: { 'alternate-exchange': 'b' } })
    await c.exchange('x', 'direct', { arguments: { 'alternate-exchange': 'a' } })
    c.publish('lost', 'm', {}, { exchange: 'x', mandatory: true })
    await c.arrivals(1)
  },
  'routing: an alternate exchange that is missing': async (c) => {
    await c.exchange('x', 'direct', { arguments: { 'alternate-exchange': 'none' } })
    c.publish('lost', 'm', {}, { exchange: 'x', mandatory: true })
    await c.arrivals(1)
  },
  'routing: CC adds keys and stays': async (c) => {
    await c.queue('q')
    await c.queue('r')
    c.publish('q', 'm', { headers: { CC: ['r'] } })
    await c.fetch('q')
    await c.fetch('r')
  },
  'routing: BCC adds keys and goes': async (c) => {
    await c.queue('q')
    await c.queue('r')
    c.publish('q', 'm', { headers: { BCC: ['r'], other: 1 } })
    await c.fetch('q')
    await c.fetch('r')
  },
  'routing: CC alone routes': async (c) => {
    await c.queue('r')
    c.publish('nowhere', 'm', { headers: { CC: ['r'] } }, { mandatory: true })
    await c.fetch('r')
    await c.silence()
  },
  'routing: a CC that is a number': async (c) => {
    await c.queue('q')
    c.publish('q', 'm', { headers: { CC: 100_000 } })
    await c.silence()
  },
  'routing: a CC that is text': async (c) => {
    await c.queue('q')
    c.publish('q', 'm', { headers: { CC: 'r' } })
    await c.silence()
  },
  'routing: a CC with a number in the list': async (c) => {
    await c.queue('q')
    c.publish('q', 'm', { headers: { CC: [5] } })
    await c.silence()
  },
  'message: properties come back as they were': async (c) => {
    await c.queue('q')
    c.publish('q', 'm', {
      contentType: 'text/plain',
      contentEncoding: 'gzip',
      headers: { a: 1, b: 'x', c: [1, 'y', true], d: { e: null }, f: 1.5, g: 70_000, h: BigInt(2 ** 40) },
      deliveryMode: 2,
      priority: 3,
      correlationId: 'c',
      replyTo: 'r',
      expiration: '60000',
      messageId: 'm',
      timestamp: 1_000_000,
      type: 't',
      userId: 'guest',
      appId: 'a',
      clusterId: 'k',
    })
    await c.fetch('q')
  },
  'message: headers that are not in order': async (c) => {
    await c.queue('q')
    await c.bind('q', 'amq.headers', '', {})
    const headers = { z: 1, a: BigInt(2), 'x-m': 3, B: { z: 1, a: 2 } }
    c.publish('q', 'm', { headers })
    c.publish('q', 'm', { headers }, { exchange: 'amq.headers' })
    await c.fetch('q', 2)
    c.publish('none', 'm', { headers }, { mandatory: true })
    await c.arrivals(1)
  },
  'message: headers that are not in order, in a quorum queue': async (c) => {
    await c.queue('q', { 'x-queue-type': 'quorum' })
    c.publish('q', 'm', { headers: { z: 1, 'x-b': 2, a: BigInt(3) } })
    await c.fetch('q', 1, false)
    c.nack(1, true)
    await c.fetch('q')
  },
  'message: 17 MB': async (c) => {
    await c.queue('q')
    c.publish('q', 'x'.repeat(17_000_000))
    await c.handled()
    await c.silence(20)
  },
  'message: numbers of every width': async (c) => {
    await c.queue('q')
    const headers = { a: -128, b: 127, c: 128, d: -32_769, e: 2_147_483_648, f: 0.1, g: -0 }
    c.publish('q', 'm', { headers })
    await c.fetch('q')
  },
  'message: empty body, no properties': async (c) => {
    await c.queue('q')
    c.publish('q', '', {})
    await c.fetch('q')
  },
  'message: a body of several frames': async (c) => {
    await c.queue('q')
    c.publish('q', 'x'.repeat(300_000))
    await c.fetch('q')
  },
  'message: empty headers stay empty headers': async (c) => {
    await c.queue('q')
    c.publish('q', 'm', { headers: {} })
    await c.fetch('q')
  },
  'message: an expiration that is no number': async (c) => {
    c.publish('q', 'm', { expiration: 'abc' })
    await c.closed()
  },
  'message: an expiration with something behind the number': async (c) => {
    c.publish('q', 'm', { expiration: '10s' })
    await c.closed()
  },
  'message: an expiration that is empty': async (c) => {
    c.publish('q', 'm', { expiration: '' })
    await c.closed()
  },
  'message: an expiration with a plus': async (c) => {
    await c.queue('q')
    c.publish('q', 'm', { expiration: '+60000' })
    await c.fetch('q')
  },
  'message: an expiration with spaces': async (c) => {
    c.publish('q', 'm', { expiration: '60000 ' })
    await c.closed()
  },
  'message: an expiration that begins with zeros': async (c) => {
    await c.queue('q')
    c.publish('q', 'm', { expiration: '0060000' })
    await c.fetch('q')
  },
  'message: a negative expiration': async (c) => {
    c.publish('q', 'm', { expiration: '-5' })
    await c.closed()
  },
  'message: an expiration that is too large': async (c) => {
    await c.queue('q')
    const tooLarge = ['4294967296', '99999999999', '315360000000', '315360000001', '9'.repeat(30)]
    for (const [at, expiration] of tooLarge.entries()) {
      const channel = c.on(at + 2)
      await channel.open()
      channel.publish('q', expiration, { expiration })
      await channel.silence()
    }
    await c.count('q', 3)
  },
  "message: somebody else's user_id": async (c) => {
    c.publish('q', 'm', { userId: 'bob' })
    await c.closed()
  },
  'message: immediate': async (c) => {
    c.publish('q', 'm', {}, { immediate: true })
    await c.closed()
  },
}
