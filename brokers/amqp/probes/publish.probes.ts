/** Probes of confirms, returns, transactions and direct reply-to (rabbitmq.md 2.4, 2.7). */
import type { Programs } from './probe.ts'

const REPLY_TO = 'amq.rabbitmq.reply-to'

export const publishProbes: Programs = {
  'confirm: numbers count from the select': async (c) => {
    await c.queue('q')
    c.publish('q')
    await c.call('confirm.select')
    c.publish('q')
    await c.arrivals(1)
  },
  'confirm: selecting twice goes on counting': async (c) => {
    await c.queue('q')
    await c.call('confirm.select')
    c.publish('q')
    await c.arrivals(1)
    await c.call('confirm.select')
    c.publish('q')
    await c.arrivals(1)
  },
  'confirm: what leads nowhere is confirmed': async (c) => {
    await c.call('confirm.select')
    c.publish('nowhere')
    await c.arrivals(1)
  },
  'confirm: a return comes before its confirm': async (c) => {
    await c.call('confirm.select')
    c.publish('nowhere', 'm', { headers: { a: 1 }, deliveryMode: 2 }, { mandatory: true })
    await c.arrivals(2)
  },
  'confirm: a burst': async (c) => {
    await c.queue('q')
    await c.call('confirm.select')
    for (let at = 0; at < 300; at++) c.publish('q', 'm', { deliveryMode: at % 2 === 0 ? 2 : 1 })
    await c.confirmed(300)
  },
  'confirm: a quorum queue': async (c) => {
    await c.queue('q', { 'x-queue-type': 'quorum' })
    await c.call('confirm.select')
    for (let at = 0; at < 10; at++) c.publish('q')
    await c.confirmed(10)
  },
  'confirm: a publish that fails closes the channel without a confirm': async (c) => {
    await c.call('confirm.select')
    c.publish('k', 'm', {}, { exchange: 'none' })
    await c.closed()
    await c.silence()
  },
  'confirm: after tx': async (c) => {
    await c.call('tx.select')
    await c.call('confirm.select')
  },
  'return: mandatory without a route': async (c) => {
    c.publish('nowhere', 'body', { contentType: 'text/plain' }, { mandatory: true })
    await c.arrivals(1)
  },
  'return: mandatory through an exchange without bindings': async (c) => {
    c.publish('k', 'body', {}, { mandatory: true, exchange: 'amq.topic' })
    await c.arrivals(1)
  },
  'return: mandatory with a route': async (c) => {
    await c.queue('q')
    c.publish('q', 'body', {}, { mandatory: true })
    await c.silence()
  },
  'return: BCC is not in it': async (c) => {
    c.publish('nowhere', 'body', { headers: { BCC: ['none'], a: 1 } }, { mandatory: true })
    await c.arrivals(1)
  },
  'tx: after confirm': async (c) => {
    await c.call('confirm.select')
    await c.call('tx.select')
  },
  'tx: commit without select': (c) => c.call('tx.commit'),
  'tx: rollback without select': (c) => c.call('tx.rollback'),
  'tx: selecting twice': async (c) => {
    await c.call('tx.select')
    await c.call('tx.select')
  },
  'tx: publishes come with the commit': async (c) => {
    await c.queue('q')
    await c.call('tx.select')
    c.publish('q', 'a')
    c.publish('q', 'b')
    await c.count('q', 0)
    await c.call('tx.commit')
    await c.count('q', 2)
  },
  'tx: a rollback drops publishes': async (c) => {
    await c.queue('q')
    await c.call('tx.select')
    c.publish('q', 'a')
    await c.call('tx.rollback')
    await c.call('tx.commit')
    await c.count('q', 0)
  },
  'tx: acks count with the commit': async (c) => {
    await c.queue('q')
    await c.call('tx.select')
    c.publish('q', 'a')
    await c.call('tx.commit')
    await c.fetch('q', 1, false)
    c.ack(1)
    await c.call('tx.rollback')
    c.ack(1)
    await c.call('tx.commit')
    c.ack(1)
    await c.closed()
  },
  'tx: a settled message cannot be settled again before the commit': async (c) => {
    await c.queue('q')
    c.publish('q', 'a')
    await c.fetch('q', 1, false)
    await c.call('tx.select')
    c.ack(1)
    c.ack(1)
    await c.closed()
  },
  'tx: what is not committed is lost with its channel': async (c) => {
    await c.queue('q')
    await c.on(2).open()
    await c.on(2).call('tx.select')
    c.on(2).publish('q', 'a')
    await c.on(2).call('channel.close', { replyCode: 200 })
    await c.count('q', 0)
  },
  'tx: a return comes with the commit': async (c) => {
    await c.call('tx.select')
    c.publish('nowhere', 'm', {}, { mandatory: true })
    await c.silence()
    await c.call('tx.commit')
    await c.arrivals(1)
  },
  'tx: publishing to a missing exchange': async (c) => {
    await c.call('tx.select')
    c.publish('k', 'm', {}, { exchange: 'none' })
    await c.closed()
  },
  'reply-to: asked and answered': async (c, world) => {
    const server = await world.connect('server')
    await server.queue('q')
    await server.consume('q', { noAck: true })
    await c.consume(REPLY_TO, { noAck: true })
    c.publish('q', 'question', { replyTo: REPLY_TO, correlationId: '1' })
    const [question] = await server.arrivals(1)
    server.publish(question?.properties?.replyTo ?? '', 'answer', { correlationId: '1' })
    await c.arrivals(1)
  },
  'reply-to: consuming with acks': (c) => c.consume(REPLY_TO),
  'reply-to: consuming twice': async (c) => {
    await c.consume(REPLY_TO, { noAck: true })
    await c.consume(REPLY_TO, { noAck: true, consumerTag: 'u' })
  },
  'reply-to: consuming under a tag in use': async (c) => {
    await c.queue('q')
    await c.consume('q')
    await c.consume(REPLY_TO, { noAck: true })
    await c.silence()
  },
  'reply-to: asking without consuming': async (c) => {
    await c.queue('q')
    c.publish('q', 'm', { replyTo: REPLY_TO })
    await c.closed()
  },
  'reply-to: cancelled and consumed again': async (c) => {
    await c.consume(REPLY_TO, { noAck: true })
    await c.call('basic.cancel', { consumerTag: 't' })
    await c.consume(REPLY_TO, { noAck: true, consumerTag: 'u' })
  },
  'reply-to: an answer to nobody': async (c) => {
    c.publish(`${REPLY_TO}.nobody`, 'm', {}, { mandatory: true })
    await c.arrivals(1)
  },
  'reply-to: an answer that is mandatory': async (c, world) => {
    const server = await world.connect('server')
    await server.queue('q')
    await server.consume('q', { noAck: true })
    await server.call('confirm.select')
    await c.consume(REPLY_TO, { noAck: true })
    c.publish('q', 'question', { replyTo: REPLY_TO })
    const [question] = await server.arrivals(1)
    server.publish(question?.properties?.replyTo ?? '', 'answer', {}, { mandatory: true })
    await server.arrivals(1)
    await c.arrivals(1)
  },
  'reply-to: declaring it passively': (c) => c.queue(REPLY_TO, {}, { passive: true }),
  'reply-to: declaring it': (c) => c.queue(REPLY_TO),
  'reply-to: asking whether somebody waits': async (c, world) => {
    const server = await world.connect('server')
    await server.queue('q')
    await server.consume('q', { noAck: true })
    await c.consume(REPLY_TO, { noAck: true })
    c.publish('q', 'question', { replyTo: REPLY_TO })
    const [question] = await server.arrivals(1)
    const replyTo = question?.properties?.replyTo ?? ''
    await server.queue(replyTo, {}, { passive: true })
    await c.call('basic.cancel', { consumerTag: 't' })
    await server.queue(replyTo, {}, { passive: true })
  },
  'reply-to: getting from it': (c) => c.get(REPLY_TO),
}
