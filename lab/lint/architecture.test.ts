/** Each rule finds what it is for, and a sound architecture has no finding. */
import { describe, expect, it } from 'vitest'
import { type ArchitectureData, lintEvents, lintFailures, lintFlow, lintViews } from './architecture.ts'

const sound: ArchitectureData = {
  events: [
    {
      name: 'payment.requested',
      version: 2,
      key: 'payment_id',
      fields: {
        event_id: 'id',
        occurred_at: 'time',
        version: 'version',
        payment_id: 'id',
        amount: 'minor units',
        currency: 'currency',
        note: 'text',
      },
      optional: ['note'],
      before: {
        event_id: 'id',
        occurred_at: 'time',
        version: 'version',
        payment_id: 'id',
        amount: 'minor units',
        currency: 'currency',
      },
    },
  ],
  topology: {
    exchanges: [{ name: 'payments', type: 'topic' }],
    queues: [
      {
        name: 'wallet',
        durable: true,
        arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' },
      },
      { name: 'dead', durable: true },
    ],
    bindings: [{ exchange: 'payments', queue: 'wallet', routingKey: 'payment.*' }],
  },
  publishers: [{ service: 'checkout', exchange: 'payments', keys: ['payment.requested'] }],
  consumers: [
    {
      service: 'wallet',
      queue: 'wallet',
      attempts: 4,
      backoff: 'exponential',
      jitter: true,
      knowsCopiesBy: 'event_id in an inbox',
    },
    {
      service: 'operations',
      queue: 'dead',
      attempts: 1,
      backoff: 'none',
      jitter: false,
      knowsCopiesBy: 'event_id',
    },
  ],
  views: [
    { name: 'balance', owner: 'wallet', strategy: 'strong' },
    {
      name: 'history',
      owner: 'reports',
      strategy: 'eventual',
      staleSeconds: 60,
      repairedBy: 'nightly replay',
    },
  ],
  readers: [
    { service: 'wallet', view: 'balance', decides: 'whether a payment is covered', needs: 'strong' },
    { service: 'app', view: 'history', decides: 'what to show', needs: 'eventual' },
  ],
}

const event = (change: Partial<ArchitectureData['events'][number]>): ArchitectureData => ({
  ...sound,
  events: sound.events.map((each) => ({ ...each, ...change })),
})
const consumer = (change: Partial<ArchitectureData['consumers'][number]>): ArchitectureData => ({
  ...sound,
  consumers: sound.consumers.map((each) => (each.service === 'wallet' ? { ...each, ...change } : each)),
})
const said = (findings: readonly { said: { en: string } }[]): string =>
  findings.map((each) => each.said.en).join('\n')

describe('a sound architecture', () => {
  it('has no finding', () => {
    const all = [lintEvents(sound), lintFlow(sound), lintFailures(sound), lintViews(sound)]
    expect(all.flat()).toEqual([])
  })
})

describe('events', () => {
  const fields = sound.events[0]?.fields ?? {}
  it.each([
    ['an envelope', { fields: { ...fields, event_id: 'text' } }, 'event_id'],
    ['decimal money', { fields: { ...fields, amount: 'decimal' } }, 'minor units'],
    [
      'a currency',
      { fields: Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'currency')) },
      'without a currency',
    ],
    ['a key', { key: 'wallet_id' }, 'no field that it always has'],
    ['a dropped field', { before: { ...sound.events[0]?.before, merchant: 'text' } }, 'drops merchant'],
    ['a demanded field', { optional: [] }, 'demands note'],
    [
      'another meaning',
      { before: { ...sound.events[0]?.before, payment_id: 'number' } },
      'something else of payment_id',
    ],
  ] as const)('are held to %s', (_, change, words) => {
    expect(said(lintEvents(event(change as never)))).toContain(words)
  })
})

describe('flow and failures', () => {
  it('find what leads nowhere, and what has no name', () => {
    const lost = {
      ...sound,
      publishers: [{ service: 'checkout', exchange: 'payments', keys: ['payment.requested', 'refund.paid'] }],
    }
    expect(said(lintFlow(lost))).toContain('no queue gets it')
    expect(said(lintFlow(lost))).toContain('no event has this name')
    expect(said(lintFlow({ ...sound, publishers: [] }))).toContain('nobody publishes payment.requested')
  })

  it.each([
    [{ attempts: Number.POSITIVE_INFINITY }, 'never leaves'],
    [{ backoff: 'none' }, 'without a pause'],
    [{ jitter: false }, 'without jitter'],
    [{ knowsCopiesBy: null }, 'counts twice'],
  ] as const)('find a consumer with %o', (change, words) => {
    expect(said(lintFailures(consumer(change)))).toContain(words)
  })

  it('find a queue without dead letters', () => {
    const queues = sound.topology.queues.map(({ name, durable }) => ({ name, durable }))
    expect(said(lintFailures({ ...sound, topology: { ...sound.topology, queues } }))).toContain(
      'no dead-letter exchange',
    )
  })
})

describe('views', () => {
  it('find a reader that relies on more than it gets', () => {
    const readers = sound.readers.map((each) => ({ ...each, needs: 'strong' as const }))
    expect(said(lintViews({ ...sound, readers }))).toContain('which is eventual, and needs strong')
  })

  it('find a lag without a bound and without a repair, and what nobody reads', () => {
    const views = [{ name: 'history', owner: 'reports', strategy: 'eventual' as const }]
    expect(said(lintViews({ views, readers: sound.readers }))).toMatch(/by how much[\s\S]*nothing repairs/)
    expect(said(lintViews({ ...sound, readers: sound.readers.slice(0, 1) }))).toContain(
      'nobody reads history',
    )
  })
})
