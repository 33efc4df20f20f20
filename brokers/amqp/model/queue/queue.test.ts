/** What a queue does with its messages, on a clock that stands still (rabbitmq.md 2.5, 2.6). */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createClock, frozenTime, type RealTime } from '../../../clock.ts'
import { createRandom } from '../../../random.ts'
import { createMemoryStore } from '../../../store/memory-store.ts'
import { type ProfileName, profileOf } from '../../profile.ts'
import type { FieldTable } from '../../wire/field-table.ts'
import { type BasicProperties, encodeProperties } from '../../wire/properties.ts'
import { Broker } from '../broker.ts'
import { Consumer, Credit } from '../consumer.ts'
import { messageFrom } from '../message.ts'
import type { Entry } from './entry.ts'
import type { Queue } from './queue.ts'

function world(profile: ProfileName = '4.2', time: RealTime = frozenTime(1_000_000)) {
  const clock = createClock(time)
  const broker = new Broker({
    clock,
    random: createRandom(1),
    store: createMemoryStore(),
    profile: profileOf(profile),
  })
  const vhost = broker.addVhost('/')
  const connection = {}
  const exchange = vhost.findExchange('')
  return {
    clock,
    vhost,
    declare: (name: string, args: FieldTable = {}) =>
      vhost.declareQueue({
        name,
        isDurable: true,
        isAutoDelete: false,
        isExclusive: false,
        arguments: args,
        connection,
      }),
    publish: (queue: string, text: string, properties: BasicProperties = {}) =>
      vhost.publish(
        exchange,
        messageFrom({
          exchange: '',
          routingKey: queue,
          header: encodeProperties(properties),
          body: Buffer.from(text),
        }),
      ),
  }
}

const bodyOf = (entry: Entry) => entry.message.body.toString()

function drain(queue: Queue): string[] {
  const bodies: string[] = []
  for (let entry = queue.get(false); entry !== undefined; entry = queue.get(false)) bodies.push(bodyOf(entry))
  return bodies
}

function consumerOf(queue: Queue, prefetchCount = 0, args: FieldTable = {}) {
  const taken: Entry[] = []
  const consumer = new Consumer({
    tag: 'c',
    queue,
    needsAck: true,
    isExclusive: false,
    arguments: args,
    prefetchCount,
    channelCredit: new Credit(0),
    sink: { canSend: () => true, deliver: (_consumer, entry) => void taken.push(entry), cancelled: () => {} },
  })
  queue.addConsumer(consumer)
  queue.dispatch()
  return { consumer, taken }
}

describe('time-to-live', () => {
  test('an expired message dead-letters at its time, with x-death telling why', () => {
    const { clock, declare, publish } = world()
    const dead = declare('dead')
    declare('work', {
      'x-message-ttl': 60_000,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'dead',
    })
    publish('work', 'late', { expiration: '90000', headers: { keep: 'me' } })

    clock.elapse(59_999)
    expect(dead.readyCount).toBe(0)
    clock.elapse(1)

    const entry = dead.get(true) as Entry
    expect(entry.message.properties.expiration).toBeUndefined()
    expect(entry.message.properties.headers).toMatchObject({
      keep: 'me',
      'x-death': [
        {
          count: 1n,
          reason: 'expired',
          queue: 'work',
          exchange: '',
          'routing-keys': ['work'],
          'original-expiration': '90000',
        },
      ],
      'x-first-death-queue': 'work',
      'x-first-death-reason': 'expired',
      'x-last-death-queue': 'work',
    })
  })

  test('a short time-to-live behind a long one waits for the head', () => {
    const { clock, declare, publish } = world()
    const queue = declare('q')
    publish('q', 'long', { expiration: '600' })
    publish('q', 'short', { expiration: '1' })
    clock.elapse(599)
    expect(queue.readyCount).toBe(2)
    clock.elapse(1)
    expect(queue.readyCount).toBe(0)
  })

  test('a message expires on time when the one before it has been fetched', () => {
    const { clock, declare, publish } = world()
    const queue = declare('q')
    publish('q', 'long', { expiration: '600' })
    publish('q', 'short', { expiration: '100' })
    queue.get(true)
    clock.elapse(100)
    expect(queue.readyCount).toBe(0)
  })

  test('0 reaches a consumer who is ready, and nobody else', () => {
    const { declare, publish } = world()
    const queue = declare('q')
    publish('q', 'nobody', { expiration: '0' })
    expect(queue.readyCount).toBe(0)
    const { taken } = consumerOf(queue, 1)
    publish('q', 'taken', { expiration: '0' })
    publish('q', 'no credit', { expiration: '0' })
    expect([taken.map(bodyOf), queue.readyCount]).toEqual([['taken'], 0])
  })

  test('0 reaches a consumer who is ready, however long the broker takes over it', () => {
    let nowMs = 1_000_000
    const { declare, publish } = world('4.2', { now: () => nowMs++, after: () => () => {} })
    const queue = declare('q')
    const { taken } = consumerOf(queue, 1)
    publish('q', 'taken', { expiration: '0' })
    expect(taken.map(bodyOf)).toEqual(['taken'])
  })

  test('a requeued message keeps its expiry', () => {
    const { clock, declare, publish } = world()
    const queue = declare('q')
    publish('q', 'm', { expiration: '100' })
    const entry = queue.get(true) as Entry
    clock.elapse(99)
    queue.putBack(entry, 'nack')
    queue.dispatch()
    clock.elapse(1)
    expect(queue.readyCount).toBe(0)
  })

  test('x-expires removes an idle queue, and use puts it off', () => {
    const { clock, vhost, declare } = world()
    const queue = declare('q', { 'x-expires': 1000 })
    clock.elapse(900)
    queue.get(true)
    clock.elapse(900)
    expect(vhost.queues.has('q')).toBe(true)
    clock.elapse(100)
    expect(vhost.queues.has('q')).toBe(false)
  })
})

describe('length limits', () => {
  test('drop-head drops the oldest and dead-letters it with reason maxlen', () => {
    const { declare, publish } = world()
    const dead = declare('dead')
    const queue = declare('q', {
      'x-max-length': 2,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'dead',
    })
    for (const text of ['1', '2', '3']) publish('q', text)
    expect(drain(queue)).toEqual(['2', '3'])
    expect(dead.get(true)?.message.deaths[0]?.reason).toBe('maxlen')
  })

  test('reject-publish refuses the new message', () => {
    const { declare, publish } = world()
    declare('q', { 'x-max-length': 1, 'x-overflow': 'reject-publish' })
    expect([publish('q', '1'), publish('q', '2')].map((one) => one.isRejected)).toEqual([false, true])
  })

  test('bytes count, too', () => {
    const { declare, publish } = world()
    const queue = declare('q', { 'x-max-length-bytes': 5 })
    for (const text of ['aaa', 'bb', 'c']) publish('q', text)
    expect(drain(queue)).toEqual(['bb', 'c'])
  })

  test('0 still lets a message through to a waiting consumer', () => {
    const { declare, publish } = world()
    const queue = declare('q', { 'x-max-length': 0 })
    publish('q', 'lost')
    const { taken } = consumerOf(queue)
    publish('q', 'taken')
    expect(taken.map(bodyOf)).toEqual(['taken'])
  })
})

describe('messages that come back', () => {
  test('take their old place in a classic queue, whatever the order of the nacks', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), (returned) => {
        const { declare, publish } = world()
        const queue = declare('q')
        for (let index = 0; index < 12; index++) publish('q', String(index))
        const entries = Array.from({ length: 8 }, () => queue.get(true) as Entry)
        for (const index of returned) queue.putBack(entries[index] as Entry, 'nack')
        const expected = [...returned.sort((a, b) => a - b), 8, 9, 10, 11].map(String)
        expect(drain(queue)).toEqual(expected)
      }),
    )
  })

  test('come first in a quorum queue, in the order of the nacks', () => {
    const { declare, publish } = world()
    const queue = declare('q', { 'x-queue-type': 'quorum' })
    for (const text of ['0', '1', '2', '3']) publish('q', text)
    const entries = [0, 1, 2].map(() => queue.get(true) as Entry)
    for (const index of [0, 2, 1]) queue.putBack(entries[index] as Entry, 'nack')
    expect(drain(queue)).toEqual(['0', '2', '1', '3'])
  })

  test('go to the back of a quorum queue without a limit (3.10)', () => {
    const { declare, publish } = world('3.10')
    const queue = declare('q', { 'x-queue-type': 'quorum' })
    for (const text of ['0', '1', '2', '3']) publish('q', text)
    const entries = [0, 1, 2].map(() => queue.get(true) as Entry)
    for (const index of [0, 2, 1]) queue.putBack(entries[index] as Entry, 'nack')
    expect(drain(queue)).toEqual(['3', '0', '2', '1'])
  })

  test('are delivered three times with a limit of 2, then dead-lettered', () => {
    const { declare, publish } = world()
    const dead = declare('dead')
    const args = {
      'x-queue-type': 'quorum',
      'x-delivery-limit': 2,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'dead',
    }
    const queue = declare('q', args)
    publish('q', 'poison')
    let deliveries = 0
    for (let entry = queue.get(true); entry !== undefined; entry = queue.get(true)) {
      deliveries++
      queue.putBack(entry, 'reject')
    }
    expect(deliveries).toBe(3)
    expect(dead.get(true)?.message.deaths[0]?.reason).toBe('delivery_limit')
  })

  test('by a nack do not count toward the limit in 4.3', () => {
    const { declare, publish } = world('4.3')
    const queue = declare('q', { 'x-queue-type': 'quorum', 'x-delivery-limit': 0 })
    publish('q', 'm')
    for (let time = 0; time < 5; time++) queue.putBack(queue.get(true) as Entry, 'nack')
    expect(queue.readyCount).toBe(1)
    queue.putBack(queue.get(true) as Entry, 'reject')
    expect(queue.readyCount).toBe(0)
  })
})

describe('dead letters', () => {
  test('rejecting twice on the same queue counts up and keeps the first time', () => {
    const { clock, declare, publish } = world()
    declare('retry', {
      'x-message-ttl': 10,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'work',
    })
    const work = declare('work', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'retry' })
    publish('work', 'm')
    for (let round = 0; round < 3; round++) {
      work.discard(work.get(true) as Entry)
      clock.elapse(2000)
    }
    const { deaths } = (work.get(true) as Entry).message
    expect(deaths.map(({ queue, reason, count }) => [queue, reason, count])).toEqual([
      ['retry', 'expired', 3],
      ['work', 'rejected', 3],
    ])
    expect(deaths[1]?.time?.seconds).toBe(1000)
  })

  test('a circle without a reject ends', () => {
    const { clock, declare, publish } = world()
    const a = declare('a', {
      'x-message-ttl': 10,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'b',
    })
    const b = declare('b', {
      'x-message-ttl': 10,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'a',
    })
    publish('a', 'm')
    clock.elapse(10)
    expect([a.readyCount, b.readyCount]).toEqual([0, 1])
    clock.elapse(10)
    expect([a.readyCount, b.readyCount]).toEqual([0, 0])
  })
})

describe('consumers', () => {
  test('take turns, each up to its prefetch', () => {
    const { declare, publish } = world()
    const queue = declare('q')
    const [one, two] = [consumerOf(queue, 2), consumerOf(queue, 1)]
    for (const text of ['1', '2', '3', '4']) publish('q', text)
    expect([one.taken.map(bodyOf), two.taken.map(bodyOf), queue.readyCount]).toEqual([['1', '3'], ['2'], 1])
  })

  test('with a higher x-priority get everything until their prefetch is full', () => {
    const { declare, publish } = world()
    const queue = declare('q')
    const low = consumerOf(queue)
    const high = consumerOf(queue, 2, { 'x-priority': 5 })
    for (const text of ['1', '2', '3']) publish('q', text)
    expect([high.taken.map(bodyOf), low.taken.map(bodyOf)]).toEqual([['1', '2'], ['3']])
  })

  test('of a single-active queue wait until the first has gone', () => {
    const { declare, publish } = world()
    const queue = declare('q', { 'x-single-active-consumer': true })
    const [one, two] = [consumerOf(queue), consumerOf(queue)]
    publish('q', '1')
    queue.removeConsumer(one.consumer)
    publish('q', '2')
    expect([one.taken.map(bodyOf), two.taken.map(bodyOf)]).toEqual([['1'], ['2']])
  })
})

test('priorities go first, and an overflow drops from the head, which is the highest', () => {
  const { declare, publish } = world()
  const queue = declare('q', { 'x-max-priority': 5, 'x-max-length': 2 })
  publish('q', 'high 1', { priority: 9 })
  publish('q', 'low 1', { priority: 1 })
  publish('q', 'high 2', { priority: 5 })
  publish('q', 'low 2')
  expect(drain(queue)).toEqual(['low 1', 'low 2'])
})

test('whatever happens, no message is lost or doubled', () => {
  const step = fc.oneof(
    fc.constant('publish' as const),
    fc.constant('get' as const),
    fc.constant('ack' as const),
    fc.constant('back' as const),
  )
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 100 }),
      fc.nat(),
      fc.constantFrom('classic', 'quorum'),
      (steps, seed, type) => {
        const { declare, publish } = world('3.10')
        const queue = declare('q', { 'x-queue-type': type })
        const random = createRandom(seed)
        const out: Entry[] = []
        const settled: string[] = []
        let published = 0
        for (const what of steps) {
          const [taken] =
            out.length > 0 && what !== 'get'
              ? out.splice(random.below(out.length), what === 'publish' ? 0 : 1)
              : []
          if (what === 'publish') publish('q', String(published++))
          if (what === 'get') out.push(...[queue.get(true)].filter((one) => one !== undefined))
          if (what === 'ack' && taken !== undefined) {
            queue.acknowledge(taken)
            settled.push(bodyOf(taken))
          }
          if (what === 'back' && taken !== undefined) queue.putBack(taken, 'nack')
        }
        expect(queue.unsettledCount).toBe(out.length)
        const all = [...settled, ...out.map(bodyOf), ...drain(queue)].map(Number).sort((a, b) => a - b)
        expect(all).toEqual(Array.from({ length: published }, (_, index) => index))
      },
    ),
  )
})
