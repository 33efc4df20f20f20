/** How moments are found, named and read back. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SeenFrame } from '../faults/amqp-proxy.ts'
import type { SeenRequest } from '../faults/kafka-proxy.ts'
import { exchangedIn, matchOf, momentsAround, readMoment, showMoment } from './moment.ts'

const frame = (
  atMs: number,
  method: string,
  direction: SeenFrame['direction'],
  forwarded = true,
): SeenFrame => ({ atMs, method, direction, forwarded, connection: 1, channel: 1, fields: {} })

const exchanged = exchangedIn(
  [
    {
      lane: 'consumer',
      frames: [
        frame(1, 'connection.open', 'to-broker'),
        frame(2, 'basic.consume', 'to-broker'),
        frame(3, 'basic.deliver', 'to-client'),
        frame(6, 'basic.ack', 'to-broker'),
        frame(7, 'heartbeat', 'to-client'),
        frame(8, 'basic.deliver', 'to-client', false),
        frame(9, 'basic.ack', 'to-broker'),
        frame(10, 'connection.close', 'to-broker'),
      ],
      requests: [],
    },
  ],
  [
    { atMs: 4, lane: 'consumer', name: 'commit', side: 'before', fields: {} },
    { atMs: 5, lane: 'consumer', name: 'commit', side: 'after', fields: {} },
  ],
)

const request = (
  atMs: number,
  method: string,
  direction: SeenRequest['direction'],
  about: SeenRequest['about'] = [],
): SeenRequest => ({
  ...{ atMs, method, direction, about, forwarded: true },
  ...{ connection: 1, version: 0, correlationId: 1, fields: {} },
})

describe('messages of a run', () => {
  it('are, with Kafka, what writes, commits or changes a group, and fetches that bring something', () => {
    const requests = [
      request(1, 'Metadata', 'to-broker'),
      request(2, 'JoinGroup', 'to-broker'),
      request(3, 'Fetch', 'to-broker'),
      request(4, 'Fetch', 'to-client', [{ topic: 't', hasRecords: false }]),
      request(5, 'Fetch', 'to-client', [{ topic: 't', hasRecords: true }]),
      request(6, 'Heartbeat', 'to-broker'),
      request(7, 'OffsetCommit', 'to-broker'),
    ]
    const passed = exchangedIn([{ lane: 'consumer', frames: [], requests }], [])

    expect(passed.map(({ from, what }) => `${from}:${what}`)).toEqual([
      'consumer:JoinGroup',
      'broker:Fetch',
      'consumer:OffsetCommit',
    ])
    expect(momentsAround(passed.slice(1, 2), 'broker').map(matchOf)[0]).toEqual({
      lane: 'consumer',
      when: { direction: 'to-client', method: 'Fetch', nth: 1, fields: { hasRecords: true } },
    })
    const [named] = momentsAround(passed.slice(2), 'broker').map(showMoment)
    expect(readMoment(named ?? '')).toMatchObject({ what: 'OffsetCommit', nth: 1 })
  })

  it('are in the order in which they passed, counted by kind, without handshake and heartbeat', () => {
    expect(exchanged.map(({ from, to, what, nth }) => `${from}-${to}:${what}:${nth}`)).toEqual([
      'consumer-broker:basic.consume:1',
      'broker-consumer:basic.deliver:1',
      'consumer-database:commit:1',
      'consumer-broker:basic.ack:1',
      'consumer-broker:basic.ack:2',
      'consumer-broker:connection.close:1',
    ])
  })

  it('have a moment before and one after, but a subject that dies of a delivery dies before it', () => {
    const named = (crash: 'subject' | 'broker') => momentsAround(exchanged.slice(1, 4), crash).map(showMoment)
    const rest = [
      'before:consumer-database:commit:1',
      'after:consumer-database:commit:1',
      'before:consumer-broker:basic.ack:1',
      'after:consumer-broker:basic.ack:1',
    ]

    expect(named('subject')).toEqual(['before:broker-consumer:basic.deliver:1', ...rest])
    expect(named('broker').slice(1)).toEqual(['after:broker-consumer:basic.deliver:1', ...rest])
  })

  it('leave out the moment before an answer that comes at once, but for a broker, which may yet have to write', () => {
    const passed = exchangedIn(
      [
        {
          lane: 'producer',
          frames: [
            frame(1, 'basic.publish', 'to-broker'),
            frame(2, 'basic.ack', 'to-client'),
            frame(3, 'basic.publish', 'to-broker'),
            frame(5, 'basic.ack', 'to-client'),
          ],
          requests: [],
        },
      ],
      [{ atMs: 4, lane: 'producer', name: 'commit', side: 'before', fields: {} }],
    )
    const acks = (crash: 'subject' | 'broker' | 'connection') =>
      momentsAround(passed, crash)
        .map(showMoment)
        .filter((name) => name.includes('broker-producer'))

    // Between the second publish and its answer there was a commit.
    expect(acks('subject')).toEqual(['before:broker-producer:basic.ack:2'])
    expect(acks('connection')).toEqual([
      'after:broker-producer:basic.ack:1',
      'before:broker-producer:basic.ack:2',
      'after:broker-producer:basic.ack:2',
    ])
    expect(acks('broker')).toHaveLength(4)

    const commit = request(2, 'OffsetCommit', 'to-client')
    const requests = [request(1, 'OffsetCommit', 'to-broker'), commit]
    const onKafka = momentsAround(exchangedIn([{ lane: 'consumer', frames: [], requests }], []), 'subject')
    expect(onKafka.map(showMoment)).toEqual([
      'before:consumer-broker:OffsetCommit:1',
      'after:consumer-broker:OffsetCommit:1',
    ])
  })

  it('become matches for frames and for points', () => {
    const [deliver, commit] = momentsAround(exchanged.slice(1, 3), 'subject')
    expect(matchOf(deliver as never)).toEqual({
      lane: 'consumer',
      when: { direction: 'to-client', method: 'basic.deliver', nth: 1 },
    })
    expect(matchOf(commit as never)).toEqual({
      lane: 'consumer',
      when: { point: 'commit', side: 'before', nth: 1, fields: { lane: 'consumer' } },
    })
  })
})

describe('the name of a moment', () => {
  it('is read back as what it was', () => {
    const lane = fc.constantFrom('producer', 'broker', 'consumer', 'database', 'lab')
    const moment = fc.record({
      side: fc.constantFrom('before', 'after'),
      from: lane,
      to: lane,
      what: fc.constantFrom('basic.publish', 'commit', 'card-gateway'),
      nth: fc.integer({ min: 1, max: 99_999 }),
    })
    fc.assert(fc.property(moment, (one) => void expect(readMoment(showMoment(one))).toEqual(one)))
  })

  it.each([
    '',
    'before',
    'before:a-b:commit:1',
    'before:producer-broker:basic.publish:0',
    'x:producer-broker:commit:1',
  ])('is none: "%s"', (word) => expect(readMoment(word)).toBeUndefined())
})
