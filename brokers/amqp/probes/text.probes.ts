/** Probes of texts that are long or no text at all: short strings hold 255 bytes, and what is kept in a long one may have to go into one. */
import type { FieldTable } from '../wire/field-table.ts'
import type { Program, Programs } from './probe.ts'
import type { ProbeChannel } from './probe-client.ts'

const LONG = 'k'.repeat(300)
const DEAD = { 'x-dead-letter-exchange': 'dead' }

/** Names whose error text is longer than a short string, or nearly; the cut may fall into a character. */
const longNames: Readonly<Record<string, string>> = {
  'letters beyond ASCII': 'né',
  'letters beyond Latin-1': 'n😀',
  'a text of 255 bytes': `${'é'.repeat(109)}n`,
  'a text of 256 bytes': 'é'.repeat(110),
  'a letter beyond ASCII that is cut off': `${'n'.repeat(253)}é`,
  'one letter beyond ASCII': `é${'n'.repeat(253)}`,
  'a cut behind a letter': 'é'.repeat(127),
  'a cut in a letter': `x${'é'.repeat(127)}`,
  'a cut behind a picture': `xx${'😀'.repeat(63)}`,
  'a cut in a picture, one byte left': `x${'😀'.repeat(63)}`,
  'a cut in a picture, two bytes left': '😀'.repeat(63),
  'a cut in a picture, three bytes left': `xxx${'😀'.repeat(63)}`,
}

/** What dies in `q` goes to the fanout exchange `dead`, and so to `graves`. */
const deadLettering =
  (args: FieldTable, look: Program): Program =>
  async (c, world) => {
    await c.exchange('dead', 'fanout')
    await c.queue('graves')
    await c.bind('graves', 'dead')
    await c.queue('q', { ...DEAD, 'x-message-ttl': 20, ...args })
    c.publish('q', 'm')
    await world.pass(60)
    await look(c, world)
  }

export const textProbes: Programs = {
  'text: a dead letter routing key of 255 bytes, fetched': deadLettering(
    { 'x-dead-letter-routing-key': 'k'.repeat(255) },
    (c) => c.fetch('graves'),
  ),
  'text: a dead letter routing key of 256 bytes, delivered': deadLettering(
    { 'x-dead-letter-routing-key': 'k'.repeat(256) },
    async (c, world) => {
      await c.count('graves', 1)
      // Whether consume-ok still leaves a real server is chance, so none is asked for.
      c.send('basic.consume', { queue: 'graves', consumerTag: 't', nowait: true })
      await c.closed()
      await (await world.connect('after')).count('graves', 1)
    },
  ),
  'text: a dead letter routing key of 300 bytes, fetched': deadLettering(
    { 'x-dead-letter-routing-key': LONG },
    async (c, world) => {
      await c.count('graves', 1)
      await c.get('graves')
      await (await world.connect('after')).count('graves', 1)
    },
  ),
  'text: a dead letter exchange of 300 bytes': async (c, world) => {
    await c.queue('q', { 'x-dead-letter-exchange': LONG, 'x-message-ttl': 20 })
    c.publish('q', 'm')
    await world.pass(60)
    await c.count('q', 0)
    await c.queue('q', { 'x-dead-letter-exchange': 'other', 'x-message-ttl': 20 })
  },
  'text: an alternate exchange of 300 bytes': async (c) => {
    await c.exchange('e', 'fanout', { arguments: { 'alternate-exchange': LONG } })
    c.publish('k', 'm', {}, { exchange: 'e', mandatory: true })
    await c.arrivals(1)
    await c.exchange('e', 'fanout', { arguments: { 'alternate-exchange': 'other' } })
  },
  'text: keys of 300 bytes in CC and BCC': async (c) => {
    await c.queue('q')
    c.publish('q', 'm', { headers: { CC: [LONG], BCC: [LONG] } }, { mandatory: true })
    await c.fetch('q')
    c.publish('none', 'm', { headers: { CC: [LONG] } }, { mandatory: true })
    await c.arrivals(1)
  },
  'text: a dead letter with keys of 300 bytes in CC': async (c, world) => {
    await c.queue('graves')
    await c.queue('q', {
      'x-dead-letter-exchange': '',
      'x-message-ttl': 20,
      'x-dead-letter-routing-key': 'graves',
    })
    c.publish('q', 'm', { headers: { CC: [LONG] } })
    await world.pass(60)
    await c.fetch('graves')
  },
  'text: a binding argument of 300 bytes': async (c) => {
    await c.queue('q')
    await c.exchange('e', 'headers')
    await c.bind('q', 'e', '', { k: LONG })
    c.publish('', 'm', { headers: { k: LONG } }, { exchange: 'e' })
    await c.fetch('q')
  },
  'text: names in a text that is cut, each on a connection of its own': async (_c, world) => {
    for (const [label, name] of Object.entries(longNames)) {
      const own = await world.connect(label)
      await own.queue(name, {}, { passive: true })
    }
  },
  'text: a routing key that is no UTF-8': async (c) => {
    await c.queue('q')
    await c.exchange('e', 'fanout')
    await c.bind('q', 'e')
    c.publish('\udcff\udcfe'.repeat(127), 'm', {}, { exchange: 'e' })
    await c.fetch('q')
    c.publish('a\udc80b\udce2\udc82', 'm', { correlationId: '\udcc3' }, { exchange: 'e' })
    await c.fetch('q')
  },
  'text: a queue name that is no UTF-8': async (c) => {
    await c.queue('q\udcff')
    await c.queue('none\udcff', {}, { passive: true })
  },
  'text: an exchange name that is no UTF-8': async (c) => {
    await c.exchange('e\udcff', 'fanout')
    c.publish('', 'm', {}, { exchange: 'e\udcff', mandatory: true })
    await c.arrivals(1)
  },
  'text: a consumer tag that is no UTF-8': async (c) => {
    await c.queue('q')
    await c.consume('q', { consumerTag: 't\udcff' })
    c.publish('q')
    await c.arrivals(1)
    await c.consume('q', { consumerTag: 't\udcff' })
  },
  'text: keys and tags that are no UTF-8, each on a connection of its own': async (c, world) => {
    await c.queue('q')
    const own = async (label: string, run: (channel: ProbeChannel) => Promise<unknown>) =>
      run(await world.connect(label))
    await own('bind', (one) => one.bind('q', 'amq.topic', 'k\udcff'))
    await own('unbind', (one) =>
      one.call('queue.unbind', { queue: 'q', exchange: 'amq.topic', routingKey: 'k\udcff' }),
    )
    await own('type', (one) => one.exchange('e', 't\udcff'))
    await own('cancel', (one) => one.call('basic.cancel', { consumerTag: 't\udcff' }))
    await own('close', (one) => one.call('channel.close', { replyCode: 200, replyText: 'bye\udcff' }))
    await own('unused', (one) => one.call('access.request', { realm: '\udcff' }))
    await own('publish', async (one) => {
      one.publish('q', 'm', {}, { exchange: 'e\udcff' })
      await one.closed()
    })
    await own('property', async (one) => {
      one.publish('q', 'm', { userId: 'u\udcff' })
      await one.closed()
    })
  },
  'text: the management API, long names': async (c, world) => {
    await world.api('PUT', `/api/queues/%2F/${LONG}`, { body: { durable: true } })
    await world.api('PUT', `/api/exchanges/%2F/${LONG}`, { body: { type: 'fanout', durable: true } })
    await world.api('PUT', `/api/vhosts/${LONG}`, { body: {} })
    await world.api('PUT', `/api/users/${LONG}`, { body: { password: 'x', tags: '' } })
    await c.queue('q')
  },
  'text: the management API, a long routing key': async (c, world) => {
    await c.queue('q')
    const post = (path: string, body: object) => world.api('POST', path, { body })
    await post(`/api/bindings/%2F/e/amq.topic/q/q`, { routing_key: LONG })
    await post('/api/exchanges/%2F/amq.topic/publish', {
      properties: {},
      routing_key: LONG,
      payload: 'm',
      payload_encoding: 'string',
    })
    await c.get('q')
    await (await world.connect('after')).count('q', 0)
  },
  'text: the management API, what no frame can hold': async (c, world) => {
    await c.queue('q')
    const publish = (properties: object) =>
      world.api('POST', '/api/exchanges/%2F/amq.default/publish', {
        body: { properties, routing_key: 'q', payload: 'm', payload_encoding: 'string' },
      })
    await publish({ correlation_id: 'k'.repeat(255) })
    await publish({ headers: { k: LONG } })
    await publish({ priority: 'high' })
    await world.api('PUT', '/api/queues/%2F/q2', { body: { durable: true, arguments: { [LONG]: 1 } } })
    await publish({ correlation_id: LONG })
    await publish({ headers: { [LONG]: 1 } })
    await publish({ priority: 300 })
    await publish({ headers: 'x' })
    await c.call('queue.purge', { queue: 'q' })
  },
  'text: arguments and headers that are no UTF-8': async (c) => {
    await c.queue('q', { 'x-dead-letter-exchange': '\udcff', 'x-message-ttl': 60_000 })
    await c.queue('q', { 'x-dead-letter-exchange': '\udcfe', 'x-message-ttl': 60_000 })
    await c.open()
    c.publish('q', 'm', { headers: { 'k\udcff': 'v\udcff' } })
    await c.fetch('q')
  },
}
