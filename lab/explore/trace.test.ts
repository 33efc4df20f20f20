/** The story of a counter-example: what it tells of each message, in which order, and that it stays short. */
import { expect, test } from 'vitest'
import type { SeenFrame } from '../faults/amqp-proxy.ts'
import type { Operation } from '../history/history.ts'
import { type Story, traceOf } from './trace.ts'

const frame = (atMs: number, method: string, message: string, forwarded = true): SeenFrame => ({
  ...{ atMs, method, message, forwarded, connection: 1, channel: 1, fields: {} },
  direction: method === 'basic.deliver' ? 'to-client' : 'to-broker',
})

const operation = (endedMs: number, ending: Operation['ending'], reason?: string): Operation => ({
  ...{ id: endedMs, by: 'caller', what: 'send', message: 'payment-1', key: 'k', ending, reason },
  ...{ invokedAt: endedMs, endedAt: endedMs + 1, endedMs },
})

const story = (told: Partial<Story>): Story => ({
  ...{ lanes: [], points: [], crashes: [], life: [], operations: [], messages: [] },
  shown: (text) => text,
  ...told,
})

const moment = { side: 'before', from: 'producer', to: 'broker', what: 'basic.publish', nth: 1 } as const

test('it is in the order of time, and says where the crash came in between', () => {
  const frames = [frame(3, 'basic.publish', 'payment-1', false), frame(1, 'basic.publish', 'payment-0')]
  const trace = traceOf(
    story({
      lanes: [{ lane: 'producer', frames, requests: [] }],
      crashes: [{ atMs: 2, moment, crash: 'subject' }],
      life: [
        { atMs: 2.5, lane: 'producer', what: 'killed' },
        { atMs: 4, lane: 'producer', what: 'started' },
      ],
    }),
  )

  expect(trace.map(({ what }) => what)).toEqual(['basic.publish', 'killed', 'basic.publish', 'started'])
  expect(trace[1]?.note?.en).toBe('just before this: publish to the broker')
})

test('it tells of the messages concerned, and of no others', () => {
  const frames = [frame(1, 'basic.publish', 'payment-0'), frame(2, 'basic.publish', 'payment-1')]
  const lanes = [{ lane: 'producer', frames, requests: [] }] as const
  const trace = traceOf(story({ lanes, operations: [operation(3, 'ok')], messages: ['payment-1'] }))

  expect(trace.map(({ message }) => message)).toHaveLength(2)
})

test('what is tried again and again stands in one line, with its number and the reason', () => {
  const operations = [1, 2, 3, 4].map((at) => operation(at, 'fail', 'Channel closed\nat somewhere'))
  const trace = traceOf(story({ operations: [...operations, operation(5, 'ok')] }))

  expect(trace.map(({ what, note }) => [what, note?.en])).toEqual([
    ['send fail', 'reported as failed: Channel closed, 4 times'],
    ['send ok', 'reported as done'],
  ])
})
