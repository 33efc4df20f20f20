/** Probes of consumers, settling and prefetch (rabbitmq.md 2.5, 2.8). */
import type { Programs } from './probe.ts'
import type { ProbeChannel } from './probe-client.ts'

const QUORUM = { 'x-queue-type': 'quorum' }

/** A queue with messages a, b, c … in it. */
async function filled(c: ProbeChannel, count: number, args = {}): Promise<void> {
  await c.queue('q', args)
  for (let at = 0; at < count; at++) c.publish('q', String.fromCharCode(97 + at))
  await c.count('q', count)
}

export const deliveryProbes: Programs = {
  'consumer: a tag made up by the server': async (c) => {
    await c.queue('q')
    await c.call('basic.consume', { queue: 'q' })
  },
  'consumer: deliveries come behind consume-ok, numbered from 1': async (c) => {
    await filled(c, 2)
    await c.consume('q')
    await c.arrivals(2)
  },
  'consumer: a tag that is in use': async (c) => {
    await c.queue('q')
    await c.consume('q')
    await c.consume('q')
    await c.closed()
  },
  'consumer: the same tag on two channels': async (c) => {
    await c.queue('q')
    await c.on(2).open()
    await c.consume('q')
    await c.on(2).consume('q')
  },
  'consumer: cancelling an unknown tag': (c) => c.call('basic.cancel', { consumerTag: 'none' }),
  'consumer: cancelled, its messages stay out': async (c) => {
    await filled(c, 2)
    await c.qos(1)
    await c.consume('q')
    await c.arrivals(1)
    await c.call('basic.cancel', { consumerTag: 't' })
    await c.count('q', 1)
    c.ack(1)
    await c.silence()
    await c.count('q', 1)
  },
  'consumer: exclusive beside another': async (c) => {
    await c.queue('q')
    await c.consume('q')
    await c.consume('q', { consumerTag: 'u', exclusive: true })
  },
  'consumer: another beside an exclusive one': async (c) => {
    await c.queue('q')
    await c.consume('q', { exclusive: true })
    await c.consume('q', { consumerTag: 'u' })
  },
  'consumer: get beside an exclusive one': async (c) => {
    await c.queue('q')
    await c.consume('q', { exclusive: true })
    await c.get('q')
  },
  'consumer: exclusive on a single-active queue': async (c) => {
    await c.queue('q', { 'x-single-active-consumer': true })
    await c.consume('q', { exclusive: true })
  },
  'consumer: exclusive on a quorum queue': async (c) => {
    await c.queue('q', QUORUM)
    await c.consume('q', { exclusive: true })
    await c.consume('q', { consumerTag: 'u' })
  },
  'consumer: a priority that is text': async (c) => {
    await c.queue('q')
    await c.consume('q', { arguments: { 'x-priority': 'high' } })
  },
  'consumer: a priority on a quorum queue that is text': async (c) => {
    await c.queue('q', QUORUM)
    await c.consume('q', { arguments: { 'x-priority': 'high' } })
  },
  'consumer: arguments that mean nothing': async (c) => {
    await c.queue('q')
    await c.consume('q', { arguments: { 'x-foo': 'bar' } })
  },
  'consumer: no-local means nothing': async (c) => {
    await filled(c, 1)
    await c.consume('q', { noLocal: true, noAck: true })
    await c.arrivals(1)
  },
  'consumer: the higher priority gets all until it is full': async (c) => {
    await c.queue('q')
    await c.qos(2)
    await c.consume('q', { consumerTag: 'low', arguments: { 'x-priority': 1 } })
    await c.consume('q', { consumerTag: 'high', arguments: { 'x-priority': 5 } })
    for (const body of ['a', 'b', 'c']) c.publish('q', body)
    await c.arrivals(3)
  },
  'consumer: equals take turns': async (c) => {
    await c.queue('q')
    for (const consumerTag of ['one', 'two', 'three']) await c.consume('q', { consumerTag, noAck: true })
    for (let at = 0; at < 6; at++) c.publish('q', String(at))
    await c.arrivals(6)
  },
  'consumer: deleting the queue cancels it': async (c) => {
    await c.queue('q')
    await c.consume('q')
    await c.on(2).open()
    await c.on(2).call('queue.delete', { queue: 'q' })
    await c.arrivals(1)
  },
  'consumer: deleting a quorum queue cancels it': async (c) => {
    await c.queue('q', QUORUM)
    await c.consume('q')
    await c.on(2).open()
    await c.on(2).call('queue.delete', { queue: 'q' })
    await c.arrivals(1)
  },
  'consumer: deleting the queue says nothing to who understands nothing': async (c, world) => {
    const plain = await world.connect('plain', { capabilities: {} })
    await plain.queue('q')
    await plain.consume('q')
    await c.call('queue.delete', { queue: 'q' })
    await plain.silence()
  },
  'consumer: acking a message of a deleted queue': async (c) => {
    await filled(c, 1)
    await c.consume('q')
    await c.arrivals(1)
    await c.call('queue.delete', { queue: 'q' })
    await c.arrivals(1)
    c.ack(1)
    await c.silence()
  },
  'single active: the first gets all, then the next': async (c) => {
    await c.queue('q', { 'x-single-active-consumer': true })
    await c.on(2).open()
    await c.consume('q', { consumerTag: 'one' })
    await c.on(2).consume('q', { consumerTag: 'two' })
    for (const body of ['a', 'b', 'c']) c.publish('q', body)
    await c.arrivals(3)
    await c.on(2).silence()
    await c.call('channel.close', { replyCode: 200 })
    await c.on(2).arrivals(3)
  },
  'single active: after a cancel what was out stays out': async (c) => {
    await c.queue('q', { 'x-single-active-consumer': true })
    await c.on(2).open()
    await c.consume('q', { consumerTag: 'one' })
    await c.on(2).consume('q', { consumerTag: 'two' })
    c.publish('q', 'a')
    await c.arrivals(1)
    await c.call('basic.cancel', { consumerTag: 'one' })
    c.publish('q', 'b')
    await c.on(2).arrivals(1)
    c.nack(1, true)
    await c.on(2).arrivals(1)
  },
  'single active: a quorum queue hands over, too': async (c) => {
    await c.queue('q', { ...QUORUM, 'x-single-active-consumer': true })
    await c.on(2).open()
    await c.consume('q', { consumerTag: 'one' })
    await c.on(2).consume('q', { consumerTag: 'two' })
    c.publish('q', 'a')
    await c.arrivals(1)
    await c.on(2).silence()
    await c.call('channel.close', { replyCode: 200 })
    await c.on(2).arrivals(1)
  },
  'single active: a consumer priority': async (c) => {
    await c.queue('q', { 'x-single-active-consumer': true })
    await c.consume('q', { consumerTag: 'low', noAck: true, arguments: { 'x-priority': 1 } })
    await c.consume('q', { consumerTag: 'high', noAck: true, arguments: { 'x-priority': 9 } })
    c.publish('q', 'a')
    await c.arrivals(1)
  },
  'single active: exclusive on a quorum queue': async (c) => {
    await c.queue('q', { ...QUORUM, 'x-single-active-consumer': true })
    await c.consume('q', { exclusive: true })
    await c.silence()
  },
  'single active: one with a higher priority waits for what the active one holds': async (c) => {
    await c.queue('q', { ...QUORUM, 'x-single-active-consumer': true })
    await c.consume('q', { consumerTag: 'low', arguments: { 'x-priority': 1 } })
    c.publish('q', 'a')
    await c.arrivals(1)
    await c.consume('q', { consumerTag: 'high', arguments: { 'x-priority': 9 } })
    c.publish('q', 'b')
    await c.silence()
    c.ack(1)
    await c.arrivals(1)
  },
  'single active: a consumer priority on a quorum queue': async (c) => {
    await c.queue('q', { ...QUORUM, 'x-single-active-consumer': true })
    await c.consume('q', { consumerTag: 'low', noAck: true, arguments: { 'x-priority': 1 } })
    await c.consume('q', { consumerTag: 'high', noAck: true, arguments: { 'x-priority': 9 } })
    c.publish('q', 'a')
    await c.arrivals(1)
  },
  'prefetch: holds for each consumer that starts after it': async (c) => {
    await filled(c, 4)
    await c.qos(1)
    await c.consume('q', { consumerTag: 'one' })
    await c.arrivals(1)
    await c.qos(2)
    await c.consume('q', { consumerTag: 'two' })
    await c.arrivals(2)
    await c.silence()
    c.ack(1)
    await c.arrivals(1)
  },
  'prefetch: global holds for the channel': async (c) => {
    await filled(c, 4)
    await c.qos(2, true)
    await c.consume('q', { consumerTag: 'one' })
    await c.consume('q', { consumerTag: 'two' })
    await c.arrivals(2)
    await c.silence()
    c.ack(2, true)
    await c.arrivals(2)
  },
  'prefetch: global and per consumer hold both': async (c) => {
    await filled(c, 4)
    await c.qos(1)
    await c.qos(3, true)
    await c.consume('q')
    await c.arrivals(1)
    await c.silence()
  },
  'prefetch: 0 is no limit': async (c) => {
    await filled(c, 3)
    await c.qos(0)
    await c.consume('q')
    await c.arrivals(3)
  },
  'prefetch: raising the global one goes on': async (c) => {
    await filled(c, 3)
    await c.qos(1, true)
    await c.consume('q')
    await c.arrivals(1)
    await c.qos(0, true)
    await c.arrivals(2)
  },
  'prefetch: get is not limited': async (c) => {
    await filled(c, 2)
    await c.qos(1, true)
    await c.get('q', false)
    await c.get('q', false)
  },
  'prefetch: without acks there is no limit': async (c) => {
    await filled(c, 3)
    await c.qos(1)
    await c.consume('q', { noAck: true })
    await c.arrivals(3)
  },
  'prefetch: a size': async (c) => {
    await c.call('basic.qos', { prefetchSize: 10 })
  },
  'prefetch: a quorum queue under a global one': async (c) => {
    await c.queue('q', QUORUM)
    await c.qos(5, true)
    await c.consume('q')
    await c.closed()
  },
  'ack: an unknown tag': async (c) => {
    c.ack(1)
    await c.closed()
  },
  'ack: tag 0': async (c) => {
    c.ack(0)
    await c.silence()
  },
  'ack: everything when nothing is out': async (c) => {
    c.ack(0, true)
    await c.silence()
  },
  'ack: up to an unknown tag': async (c) => {
    c.ack(5, true)
    await c.silence()
  },
  'ack: up to a tag beyond the last': async (c) => {
    await filled(c, 2)
    await c.consume('q')
    await c.arrivals(2)
    c.ack(5, true)
    await c.silence()
  },
  'ack: up to a tag that is settled already': async (c) => {
    await filled(c, 3)
    await c.consume('q')
    await c.arrivals(3)
    c.ack(2)
    c.ack(2, true)
    await c.silence()
    c.ack(2, true)
    await c.silence()
  },
  'ack: twice': async (c) => {
    await filled(c, 1)
    await c.get('q', false)
    c.ack(1)
    c.ack(1)
    await c.closed()
  },
  'ack: a delivery that needs none': async (c) => {
    await filled(c, 1)
    await c.get('q', true)
    c.ack(1)
    await c.closed()
  },
  'ack: on another channel': async (c) => {
    await filled(c, 1)
    await c.on(2).open()
    await c.get('q', false)
    c.on(2).ack(1)
    await c.on(2).closed()
  },
  'ack: several at once, over queues': async (c) => {
    await c.queue('q')
    await c.queue('r')
    c.publish('q', 'a')
    c.publish('r', 'b')
    await c.fetch('q', 1, false)
    await c.fetch('r', 1, false)
    c.ack(2, true)
    await c.call('basic.recover', { requeue: true })
    await c.count('q', 0)
    await c.count('r', 0)
  },
  'nack: an unknown tag': async (c) => {
    c.nack(7, true)
    await c.closed()
  },
  'reject: an unknown tag': async (c) => {
    c.reject(7, true)
    await c.closed()
  },
  'nack: requeued at its old place': async (c) => {
    await filled(c, 3)
    for (let at = 0; at < 3; at++) await c.get('q', false)
    c.nack(3, true)
    c.nack(1, true)
    c.nack(2, true)
    await c.count('q', 3)
    await c.fetch('q', 3)
  },
  'nack: several at once': async (c) => {
    await filled(c, 3)
    for (let at = 0; at < 3; at++) await c.get('q', false)
    c.nack(2, true, true)
    await c.count('q', 2)
    await c.fetch('q', 2)
  },
  'nack: everything': async (c) => {
    await filled(c, 2)
    for (let at = 0; at < 2; at++) await c.get('q', false)
    c.nack(0, false, true)
    await c.silence()
    await c.count('q', 0)
  },
  'reject: requeued comes again at once': async (c) => {
    await filled(c, 1)
    await c.consume('q')
    await c.arrivals(1)
    c.reject(1, true)
    await c.arrivals(1)
    c.reject(2, false)
    await c.silence()
  },
  'redelivered: after its channel closed': async (c) => {
    await filled(c, 2)
    await c.on(2).open()
    await c.on(2).get('q', false)
    await c.on(2).call('channel.close', { replyCode: 200 })
    await c.fetch('q', 2)
  },
  'redelivered: after its connection was cut': async (c, world) => {
    await filled(c, 2)
    const other = await world.connect('other')
    await other.consume('q')
    await other.arrivals(2)
    other.connection.raw.cut()
    await c.fetch('q', 2)
  },
  'recover: requeues what is out': async (c) => {
    await filled(c, 2)
    await c.consume('q')
    await c.arrivals(2)
    await c.call('basic.recover', { requeue: true })
    await c.arrivals(2)
  },
  'recover: without an answer': async (c) => {
    await filled(c, 1)
    await c.get('q', false)
    c.send('basic.recover-async', { requeue: true })
    await c.fetch('q')
  },
  'recover: without requeue': async (c) => {
    await c.call('basic.recover', { requeue: false })
  },
  'get: counts what is left': async (c) => {
    await filled(c, 2)
    await c.get('q')
    await c.get('q')
    await c.get('q')
  },
  'quorum: deliveries count their returns': async (c) => {
    await filled(c, 1, QUORUM)
    await c.fetch('q', 1, false)
    c.nack(1, true)
    await c.fetch('q', 1, false)
    c.reject(2, true)
    await c.fetch('q', 1, false)
  },
  'quorum: the count stands beside other headers': async (c) => {
    await c.queue('q', QUORUM)
    c.publish('q', 'm', { headers: { a: 1 }, deliveryMode: 2 })
    await c.fetch('q', 1, false)
    c.nack(1, true)
    await c.fetch('q', 1, false)
  },
  'quorum: a lost channel counts': async (c) => {
    await filled(c, 1, QUORUM)
    await c.on(2).open()
    await c.on(2).fetch('q', 1, false)
    await c.on(2).call('channel.close', { replyCode: 200 })
    await c.fetch('q', 1, false)
  },
  'quorum: beyond its limit a message is dead': async (c) => {
    await c.queue('dead')
    await filled(c, 1, {
      ...QUORUM,
      'x-delivery-limit': 2,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'dead',
    })
    for (let tag = 1; tag <= 3; tag++) {
      await c.fetch('q', 1, false)
      c.nack(tag, true)
    }
    await c.fetch('dead')
    await c.count('q', 0)
  },
  'quorum: a limit of 0': async (c) => {
    await filled(c, 1, { ...QUORUM, 'x-delivery-limit': 0 })
    await c.fetch('q', 1, false)
    c.nack(1, true)
    await c.silence()
    await c.count('q', 0)
  },
  'quorum: without a limit of its own 21 returns': async (c) => {
    await filled(c, 1, QUORUM)
    await c.consume('q')
    for (let tag = 1; tag <= 21; tag++) {
      await c.arrivals(1)
      c.nack(tag, true)
    }
    await c.silence()
  },
  'quorum: the order of what comes back': async (c) => {
    await filled(c, 4, QUORUM)
    await c.fetch('q', 3, false)
    c.nack(1, true)
    c.nack(3, true)
    c.nack(2, true)
    await c.count('q', 4)
    await c.fetch('q', 4)
  },
  'quorum: the order of what comes back with a limit': async (c) => {
    await filled(c, 4, { ...QUORUM, 'x-delivery-limit': 5 })
    await c.fetch('q', 3, false)
    c.nack(1, true)
    c.nack(3, true)
    c.nack(2, true)
    await c.count('q', 4)
    await c.fetch('q', 4)
  },
  'quorum: priorities': async (c) => {
    await c.queue('q', QUORUM)
    for (const [body, priority] of [
      ['a', 0],
      ['b', 0],
      ['c', 5],
      ['d', 9],
      ['e', 4],
      ['f', 5],
    ] as const)
      c.publish('q', body, { priority })
    await c.count('q', 6)
    await c.fetch('q', 6)
  },
  'quorum: how many of each priority come in turn': async (c) => {
    await c.queue('q', QUORUM)
    for (const body of ['a', 'b', 'c', 'd', 'e']) c.publish('q', body)
    for (const body of ['A', 'B', 'C', 'D', 'E', 'F', 'G']) c.publish('q', body, { priority: 6 })
    await c.count('q', 12)
    await c.fetch('q', 12)
  },
  'quorum: whose turn it is when there was one priority only': async (c) => {
    await c.queue('q', QUORUM)
    for (const body of ['a', 'b']) c.publish('q', body)
    await c.count('q', 2)
    await c.fetch('q', 2)
    for (const body of ['c', 'd', 'e']) c.publish('q', body)
    for (const body of ['A', 'B', 'C', 'D']) c.publish('q', body, { priority: 255 })
    await c.count('q', 7)
    await c.fetch('q', 7)
  },
  'quorum: what came back comes before any priority': async (c) => {
    await c.queue('q', QUORUM)
    for (const body of ['a', 'b']) c.publish('q', body)
    await c.count('q', 2)
    await c.fetch('q', 2, false)
    for (const body of ['A', 'B']) c.publish('q', body, { priority: 9 })
    await c.count('q', 2)
    c.reject(2, true)
    c.reject(1, true)
    await c.count('q', 4)
    await c.fetch('q', 4)
  },
  'quorum: a get that is not settled counts as a consumer': async (c) => {
    await c.queue('q', QUORUM)
    for (const body of ['a', 'b']) c.publish('q', body)
    await c.count('q', 2)
    await c.fetch('q', 2, false)
    await c.count('q', 0)
    c.ack(1)
    await c.settled('q')
    c.reject(2, true)
    await c.count('q', 1)
  },
  'quorum: what is dropped of two priorities': async (c) => {
    await c.queue('q', { ...QUORUM, 'x-max-length': 2 })
    c.publish('q', 'a')
    c.publish('q', 'A', { priority: 9 })
    await c.count('q', 2)
    c.publish('q', 'b')
    c.publish('q', 'B', { priority: 9 })
    await c.settled('q')
    await c.fetch('q', 2)
  },
  'timeout: an ack that does not come': async (c, world) => {
    await filled(c, 1, { 'x-consumer-timeout': 1000 })
    await c.get('q', false)
    await world.pass(2_500)
    await c.silence()
  },
}
