/** A sound topology has no findings; each way of losing a message is found, and nothing else beside it. */
import { describe, expect, test } from 'vitest'
import type { TopologyData } from './routing.ts'
import { lintTopology, type TopologyUse } from './topology.ts'

type Draft = {
  exchanges: { name: string; type: string; arguments?: Record<string, unknown> }[]
  queues: { name: string; durable: boolean; arguments?: Record<string, unknown> }[]
  bindings: { exchange: string; queue: string; routingKey: string }[]
}
type UseDraft = {
  publishers: { service: string; exchange: string; keys: string[] }[]
  readers: { service: string; queue: string }[]
}

/** Work with a retry level that waits, and an end for what nobody can process. */
function sound(): { topology: Draft; use: UseDraft } {
  return {
    topology: {
      exchanges: [
        { name: 'payments', type: 'topic' },
        { name: 'retries', type: 'direct' },
        { name: 'dead', type: 'direct' },
      ],
      queues: [
        {
          name: 'wallet.bookings',
          durable: true,
          arguments: { 'x-dead-letter-exchange': 'dead', 'x-dead-letter-routing-key': 'wallet' },
        },
        {
          name: 'wallet.retry.10s',
          durable: true,
          arguments: {
            'x-message-ttl': 10_000,
            'x-dead-letter-exchange': '',
            'x-dead-letter-routing-key': 'wallet.bookings',
          },
        },
        { name: 'wallet.dlq', durable: true },
      ],
      bindings: [
        { exchange: 'payments', queue: 'wallet.bookings', routingKey: 'payment.*' },
        { exchange: 'retries', queue: 'wallet.retry.10s', routingKey: 'wallet' },
        { exchange: 'dead', queue: 'wallet.dlq', routingKey: 'wallet' },
      ],
    },
    use: {
      publishers: [
        { service: 'payments', exchange: 'payments', keys: ['payment.captured'] },
        { service: 'wallet', exchange: 'retries', keys: ['wallet'] },
      ],
      readers: [
        { service: 'wallet', queue: 'wallet.bookings' },
        { service: 'operations', queue: 'wallet.dlq' },
      ],
    },
  }
}

const found = (topology: TopologyData, use: TopologyUse) =>
  lintTopology(topology, use).map(({ kind, about }) => `${kind} ${about}`)

test('a sound topology has no findings', () => {
  const { topology, use } = sound()
  expect(found(topology, use)).toEqual([])
})

describe('each loss is found, alone', () => {
  const cases: Record<string, { change: (topology: Draft, use: UseDraft) => void; finds: string[] }> = {
    'a binding to nothing': {
      change: ({ bindings }) =>
        void bindings.push({ exchange: 'payments', queue: 'nowhere', routingKey: 'k' }),
      finds: ['undeclared queue nowhere'],
    },
    'a dead-letter exchange that is not declared': {
      change: ({ exchanges, bindings }) => {
        exchanges.pop()
        bindings.pop()
      },
      finds: ['undeclared exchange dead'],
    },
    'a name twice': {
      change: ({ queues }) => void queues.push({ name: 'wallet.dlq', durable: true }),
      finds: ['twice wallet.dlq'],
    },
    'a key that nobody wants': {
      change: (_, { publishers }) => void publishers[0]?.keys.push('refund.requested'),
      finds: ['unroutable refund.requested'],
    },
    'a queue out of reach': {
      change: ({ queues }, { readers }) => {
        queues.push({ name: 'mail.receipts', durable: true })
        readers.push({ service: 'mail', queue: 'mail.receipts' })
      },
      finds: ['unreachable mail.receipts'],
    },
    'a dead-letter queue that nobody reads': {
      change: (_, { readers }) => void readers.pop(),
      finds: ['unread wallet.dlq'],
    },
    'a wait queue that somebody reads': {
      change: (_, { readers }) => void readers.push({ service: 'wallet', queue: 'wallet.retry.10s' }),
      finds: ['read-while-waiting wallet.retry.10s'],
    },
    'no dead-letter exchange': {
      change: ({ queues }) => delete queues[0]?.arguments,
      finds: ['unreachable wallet.dlq', 'no-dead-letters wallet.bookings'],
    },
    'a dead-letter exchange with nothing behind it': {
      change: ({ bindings }) => void bindings.pop(),
      finds: ['unreachable wallet.dlq', 'unbound-dead-letters wallet.bookings'],
    },
    'death leads to the wait queue only': {
      change: ({ queues }) => {
        const [work] = queues
        if (work !== undefined)
          work.arguments = { 'x-dead-letter-exchange': 'retries', 'x-dead-letter-routing-key': 'wallet' }
      },
      finds: ['unreachable wallet.dlq', 'no-end wallet.bookings'],
    },
    'a dead-letter queue with a time-to-live': {
      change: ({ queues }) => {
        const dlq = queues[2]
        if (dlq !== undefined) dlq.arguments = { 'x-message-ttl': 86_400_000 }
      },
      finds: ['forgets wallet.dlq'],
    },
    'a dead-letter queue that leaves with the broker': {
      change: ({ queues }) => {
        const dlq = queues[2]
        if (dlq !== undefined) dlq.durable = false
      },
      finds: ['forgets wallet.dlq'],
    },
    'work that expires into the wait queue and back': {
      change: ({ queues }) => {
        const [work] = queues
        if (work?.arguments !== undefined) {
          work.arguments = {
            'x-message-ttl': 60_000,
            'x-dead-letter-exchange': 'retries',
            'x-dead-letter-routing-key': 'wallet',
          }
        }
      },
      finds: [
        'unreachable wallet.dlq',
        'read-while-waiting wallet.bookings',
        'no-end wallet.bookings',
        'expiry-cycle wallet.bookings',
      ],
    },
  }
  test.each(Object.entries(cases))('%s', (_, { change, finds }) => {
    const { topology, use } = sound()
    change(topology, use)
    expect(found(topology, use)).toEqual(finds)
  })
})

test('a reader may publish to its own dead-letter queue', () => {
  const { topology, use } = sound()
  use.publishers.push({ service: 'wallet', exchange: 'dead', keys: ['wallet'] })
  expect(found(topology, use)).toEqual([])
})

test('every finding says what is lost, in both languages', () => {
  const { topology, use } = sound()
  topology.bindings.pop()
  for (const { about, said } of lintTopology(topology, use)) {
    expect(said.en).toContain(about)
    expect(said.vi).toContain(about)
  }
})
