/**
 * The system as it runs is an event-driven design: who tells what to whom by which broker is read from its databases and from the wire, and
 * held against the laws of design-02's linter and against the parts of that design's reference.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { stopEngines } from '#lab/kit/engine'
import { RunContext } from '#lab/kit/run-context'
import { type DesignData, isPastTense, lintDesign, readersOf, writersOf } from '#lab/lint/design'
import { topics } from './facts.ts'
import { PaymentSystem, serviceNames } from './payment-system.ts'

const startMsMax = 120_000
const quietMsMax = 90_000
const reference = join(
  import.meta.dirname,
  '..',
  'solutions',
  'designs',
  '02-wallet-architecture',
  'architecture.ts',
)

/** A payment that settles, one that the wallet refuses to hold, one that it refuses to book after the card was charged, and one whose customer can't be told. */
const purchases = [
  { merchant_id: 'lotus-books', minor: 42_000 },
  { merchant_id: 'lotus-books', minor: 50_000_001 },
  { merchant_id: 'closed-shop', minor: 42_000 },
  { merchant_id: 'mute-shop', minor: 42_000 },
] as const

/** Who told what, who worked on what, and what lay in topics. */
interface Traffic {
  readonly told: ReadonlyMap<string, ReadonlySet<string>>
  readonly handled: ReadonlyMap<string, ReadonlySet<string>>
  readonly inTopics: ReadonlySet<string>
  readonly inQueues: ReadonlySet<string>
}

describe('the payment system', () => {
  let traffic: Traffic
  let system: DesignData
  let design: DesignData & { readonly roles: Readonly<Record<string, string>> }

  beforeAll(async () => {
    const loaded = (await import(pathToFileURL(reference).href)) as { architecture: typeof design }
    design = loaded.architecture
    traffic = await trafficOf(purchases)
    system = designOf(traffic)
  }, startMsMax + quietMsMax)
  afterAll(() => stopEngines())

  it('has one teller of each event and one handler of each command, as design-02 asks', () => {
    const laws = ['two-publishers', 'no-handler', 'many-handlers', 'command-as-event', 'event-as-command']

    expect(system.commands.map(({ name }) => name).toSorted()).toEqual(
      [
        'charge-card',
        'notify-customer',
        'refund-card',
        'release-hold',
        'update-balance',
        'validate-payment',
      ].map((name) => `saga.${name}`),
    )
    expect(system.events.length).toBeGreaterThan(10)
    expect(lintDesign(system).filter(({ kind }) => laws.includes(kind))).toEqual([])
  })

  it('sends commands by RabbitMQ alone and puts nothing but facts into Kafka, as the reference does', () => {
    const carriersOf = ({ commands, events }: DesignData) => ({
      commands: [...new Set(commands.map(({ carrier }) => carrier))],
      topics: events.some(({ carrier }) => carrier === 'kafka'),
    })

    expect(carriersOf(system)).toEqual({ commands: ['rabbitmq'], topics: true })
    expect(carriersOf(design)).toEqual({ commands: ['rabbitmq'], topics: true })
    expect([...traffic.inTopics].filter((name) => !isPastTense(name))).toEqual([])
    expect(system.commands.map(({ name }) => name).filter((name) => !traffic.inQueues.has(name))).toEqual([])
  })

  it('has the parts of the reference: who accepts does not decide, who decides tells both outcomes, who tells the user decides nothing', () => {
    const { accepted = '', booked = '', rejected = '' } = design.roles
    const teller = (of: DesignData, message: string) => writersOf(of, message).map(({ name }) => name)
    const hearers = (of: DesignData, message: string) => readersOf(of, message).map(({ name }) => name)

    expect([accepted, booked, rejected].map((each) => teller(design, each))).toEqual([
      ['transactions'],
      ['ledger'],
      ['ledger'],
    ])
    expect(
      ['payments.payment-requested', 'saga.balance-updated', 'saga.balance-refused'].map((each) =>
        teller(system, each),
      ),
    ).toEqual([['api'], ['wallet'], ['wallet']])
    // There they hear of each other; here everything goes over the one who knows the steps. That is what design-04 chose.
    expect(hearers(design, booked)).toContain('notifications')
    expect(hearers(system, 'saga.balance-updated')).toEqual(['orchestrator'])
    expect(teller(system, 'saga.notify-customer')).toEqual(['orchestrator'])
    expect(hearers(system, 'saga.notify-customer')).toEqual(['notifications'])
  })
})

/** Runs the system until these purchases have come to their end, and asks everybody what they told and heard. */
async function trafficOf(all: typeof purchases): Promise<Traffic> {
  const running = await PaymentSystem.start(new RunContext(), await freePort())
  try {
    for (const [nth, { merchant_id, minor }] of all.entries()) {
      const answer = await fetch(`${running.url}/payments`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `order-${nth}` },
        body: JSON.stringify({ merchant_id, amount: { minor, currency: 'VND' } }),
      })
      expect(answer.status).toBe(202)
    }
    await vi.waitFor(async () => expect(await running.left()).toBe(0), {
      timeout: quietMsMax,
      interval: 100,
    })
    const { lab } = running
    const inTopics = new Set<string>()
    for (const topic of Object.values(topics))
      for (const { value } of await lab.kafka.observer.read(lab.name(topic)))
        inTopics.add(nameOf((JSON.parse(String(value)) as { type: string }).type))
    const frames = (
      await Promise.all((['producer', 'consumer', 'lab'] as const).map((lane) => lab.frames(lane)))
    ).flat()
    const keys = frames
      .filter(({ method, direction }) => method === 'basic.publish' && direction === 'to-broker')
      .map(({ fields }) => String(fields['routingKey']))
    const column = (name: (typeof serviceNames)[number], query: string) =>
      running.database(name).prepare(query).pluck().all() as string[]
    const told = new Map(
      serviceNames.map((name) => [
        name,
        new Set(column(name, 'SELECT DISTINCT type FROM outbox').map(nameOf)),
      ]),
    )
    // A service notes what it handled by the routing key, which its sender knows in full.
    const full = (key: string): string =>
      [...told.values()]
        .flatMap((names) => [...names])
        .find((name) => name.endsWith(`.${key}`) && !isHistory(name)) ?? key
    return {
      told,
      handled: new Map(
        serviceNames.map((name) => [
          name,
          new Set(column(name, 'SELECT DISTINCT name FROM handled').map(full)),
        ]),
      ),
      inTopics,
      inQueues: new Set(keys.map(full)),
    }
  } finally {
    await running.stop()
  }
}

/** What a payment tells of itself once it was requested is history: nobody works on it. */
const isHistory = (name: string): boolean =>
  name.startsWith('payments.') && name !== 'payments.payment-requested'

const nameOf = (type: string): string => type.replace(/^workbook\./, '').replace(/\.v\d+$/, '')

/** The same as data of a design. Tables, fields and causes are not to be seen from outside, and so no law about them is held. */
function designOf({ told, handled, inTopics }: Traffic): DesignData {
  const names = [...new Set([...told.values()].flatMap((each) => [...each]))].toSorted()
  const message = (name: string) => ({
    name,
    carrier: inTopics.has(name) ? ('kafka' as const) : ('rabbitmq' as const),
    carries: {},
  })
  const facts = names.filter(isPastTense)
  return {
    services: serviceNames.map((name) => ({
      name,
      owns: [],
      waitsFor: [],
      handles: [
        ...[...(handled.get(name) ?? [])].map((on) => ({
          on,
          writes: [],
          needs: [],
          publishes: [],
          remembers: [],
        })),
        {
          on: 'anything',
          writes: [],
          needs: [],
          publishes: [...(told.get(name) ?? [])].map((each) => ({ message: each, when: 'always' })),
          remembers: [],
        },
      ],
    })),
    events: facts.map((name) => ({ ...message(name), tells: '' })),
    commands: names.filter((name) => !isPastTense(name)).map(message),
  }
}

/** One that was free a moment ago. */
function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
