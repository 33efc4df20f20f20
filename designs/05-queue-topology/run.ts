/** The attacks on a topology: linted as data, declared on a broker, fed with sample events, and made to die in every queue. */

import { existsSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Lab } from '#lab/kit'
import { type DocumentFinding, readDocument } from '#lab/kit/document'
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'
import { readFlowchart } from '#lab/lint/flowchart'
import { type Arrival, deathOf, expiresIn, queuesBehind, type TopologyData } from '#lab/lint/routing'
import { lintTopology, type TopologyFinding } from '#lab/lint/topology'
import { text } from '#lab/verdict/language'
import { rules } from './notes.rules.ts'

interface Topology extends TopologyData {
  readonly exchanges: readonly {
    readonly name: string
    readonly type: string
    readonly durable: boolean
    readonly arguments?: Readonly<Record<string, unknown>>
  }[]
  readonly topics: readonly {
    readonly name: string
    readonly key: string
    readonly partitions: number
    readonly retentionDays: number
    readonly events: readonly string[]
  }[]
  readonly publishers: readonly {
    readonly service: string
    readonly exchange: string
    readonly keys: readonly string[]
  }[]
  readonly readers: readonly { readonly service: string; readonly queue?: string; readonly topic?: string }[]
}

/** What the brief gives: who owns an event, who works on it, who wants to read it again. */
export const wanted: Readonly<
  Record<
    string,
    { readonly owner: string; readonly work: readonly string[]; readonly history: readonly string[] }
  >
> = {
  'payment.created': { owner: 'payments', work: ['fraud'], history: ['audit', 'analytics'] },
  'payment.captured': {
    owner: 'payments',
    work: ['wallet', 'notifications'],
    history: ['audit', 'analytics'],
  },
  'payment.declined': { owner: 'payments', work: ['notifications'], history: ['audit', 'analytics'] },
  'payment.refunded': {
    owner: 'payments',
    work: ['wallet', 'notifications'],
    history: ['audit', 'analytics'],
  },
  'wallet.balance-changed': { owner: 'wallet', work: ['notifications'], history: ['audit'] },
}
const events = Object.keys(wanted)
/** Services that do the day's work, each with its own queues. */
const workers = ['wallet', 'notifications', 'fraud']
/** A dead message is refused again wherever it comes back; after so many rounds it will never rest. */
const refusalsMax = 12

async function load(subject: SubjectUnderTest): Promise<Topology> {
  const { topology } = await subject.loadData<{ topology: Topology }>('topology.ts', ['topology'])
  return topology
}

function lint(topology: Topology): TopologyFinding[] {
  const readers = topology.readers.flatMap(({ service, queue }) =>
    queue === undefined ? [] : [{ service, queue }],
  )
  return lintTopology(topology, { publishers: topology.publishers, readers })
}

/** Who reads a queue. */
const readersOf = (topology: Topology, queue: string): string[] => [
  ...new Set(topology.readers.filter((each) => each.queue === queue).map(({ service }) => service)),
]

export interface DeclaredSeen {
  readonly queues: number
  readonly findings: readonly TopologyFinding[]
  /** What the broker said to a declaration that it did not take. */
  readonly refused: { readonly what: string; readonly why: string } | undefined
  /** Exchanges, queues and bindings that the broker shows. */
  readonly shown: number
}

/** Lints the topology and declares it twice, as two services would that start one after the other. */
export async function declared(lab: Lab): Promise<DeclaredSeen> {
  const topology = await load(lab.subject)
  const kinds = ['undeclared', 'twice', 'unroutable', 'unreachable']
  const findings = lint(topology).filter(({ kind }) => kinds.includes(kind))
  const refused = (await declare(lab, topology)) ?? (await declare(lab, topology))
  const { exchanges, queues, bindings } = await lab.inspect()
  const isOurs = ({ name }: { readonly name: string }) =>
    topology.exchanges.some((each) => each.name === name)
  return {
    queues: topology.queues.length,
    findings,
    refused,
    shown: exchanges.filter(isOurs).length + queues.length + bindings.length,
  }
}

/** Declares everything. Answers the first refusal, if there is one. */
async function declare(lab: Lab, topology: Topology): Promise<DeclaredSeen['refused']> {
  const steps: readonly (readonly [string, (channel: Channel) => Promise<unknown>])[] = [
    ...topology.exchanges.map(
      ({ name, type, durable, arguments: args }) =>
        [
          `exchange ${name}`,
          (channel: Channel) => channel.assertExchange(name, type, { durable, arguments: { ...args } }),
        ] as const,
    ),
    ...topology.queues.map(
      ({ name, durable, arguments: args }) =>
        [
          `queue ${name}`,
          (channel: Channel) => channel.assertQueue(name, { durable, arguments: { ...args } }),
        ] as const,
    ),
    ...topology.bindings.map(
      ({ exchange, queue, routingKey }) =>
        [
          `binding ${routingKey} from ${exchange} to ${queue}`,
          (channel: Channel) => channel.bindQueue(queue, exchange, routingKey),
        ] as const,
    ),
  ]
  const channel = await lab.observer.channel()
  for (const [what, step] of steps) {
    try {
      await step(channel)
    } catch (error) {
      return { what, why: error instanceof Error ? error.message : String(error) }
    }
  }
  await channel.close()
  return undefined
}

type Channel = Awaited<ReturnType<Lab['observer']['channel']>>

export interface NamesSeen {
  readonly queues: number
  readonly topics: number
  /** Work queues whose name does not begin with the service that reads them, or says no purpose. */
  readonly misnamed: readonly { readonly queue: string; readonly service: string }[]
  /** Queues that two services read: each would get a part of the messages. */
  readonly shared: readonly { readonly queue: string; readonly services: readonly string[] }[]
  /** Events that are kept in no topic, though somebody wants to read them again. */
  readonly forgotten: readonly string[]
  /** Topics without a key, or with one by which the events of one payment or wallet would be scattered. */
  readonly unkeyed: readonly { readonly topic: string; readonly key: string }[]
  readonly withoutPartitions: readonly string[]
  /** Topics that are gone before the auditors come. */
  readonly shortLived: readonly { readonly topic: string; readonly days: number }[]
}

/** What the brief asks of history: a year and a bit. */
export const retentionDaysMin = 366

/** Looks at what is declared: whose queues they are, and what is kept to be read again. */
export async function namesLookedAt(subject: SubjectUnderTest): Promise<NamesSeen> {
  const topology = await load(subject)
  const read = topology.queues.map(({ name }) => ({ queue: name, services: readersOf(topology, name) }))
  const kept = new Set(topology.topics.flatMap((topic) => topic.events))
  return {
    queues: topology.queues.length,
    topics: topology.topics.length,
    misnamed: read.flatMap(({ queue, services }) =>
      services
        .filter((service) => workers.includes(service) && !new RegExp(`^${service}\\.[^.]`).test(queue))
        .map((service) => ({ queue, service })),
    ),
    shared: read.filter(({ services }) => services.length > 1),
    forgotten: events.filter((event) => !kept.has(event)),
    unkeyed: topology.topics
      .filter(({ key, events: of }) => !keysOf(of).includes(key))
      .map(({ name, key }) => ({ topic: name, key })),
    withoutPartitions: topology.topics
      .filter(({ partitions }) => !Number.isSafeInteger(partitions) || partitions < 1)
      .map(({ name }) => name),
    shortLived: topology.topics
      .filter(({ retentionDays }) => !(retentionDays >= retentionDaysMin))
      .map(({ name, retentionDays }) => ({ topic: name, days: retentionDays })),
  }
}

/** Fields that all events of one payment or wallet share; only such a key keeps their order. */
function keysOf(of: readonly string[]): string[] {
  return of.every((event) => event.startsWith('payment.')) ? ['payment_id', 'wallet_id'] : ['wallet_id']
}

export interface PublishersSeen {
  readonly events: number
  readonly unpublished: readonly string[]
  readonly twice: readonly { readonly event: string; readonly services: readonly string[] }[]
  readonly notTheOwner: readonly {
    readonly event: string
    readonly service: string
    readonly owner: string
  }[]
  readonly wildcards: readonly { readonly service: string; readonly key: string }[]
  /** Events that their publisher sends straight to a queue, by its name. */
  readonly pastTheExchange: readonly { readonly service: string; readonly key: string }[]
  /** Exchanges on which two services publish events. */
  readonly crowded: readonly { readonly exchange: string; readonly services: readonly string[] }[]
}

/** Looks at who publishes what. */
export async function publishersLookedAt(subject: SubjectUnderTest): Promise<PublishersSeen> {
  const { publishers } = await load(subject)
  const servicesOf = (event: string) => [
    ...new Set(publishers.filter(({ keys }) => keys.includes(event)).map(({ service }) => service)),
  ]
  const ofEvents = publishers.filter(({ keys }) => keys.some((key) => key in wanted))
  const exchanges = [...new Set(ofEvents.map(({ exchange }) => exchange))]
  return {
    events: events.length,
    unpublished: events.filter((event) => servicesOf(event).length === 0),
    twice: events
      .map((event) => ({ event, services: servicesOf(event) }))
      .filter(({ services }) => services.length > 1),
    notTheOwner: events.flatMap((event) =>
      servicesOf(event)
        .filter((service) => service !== wanted[event]?.owner)
        .map((service) => ({ event, service, owner: wanted[event]?.owner ?? '' })),
    ),
    wildcards: publishers.flatMap(({ service, keys }) =>
      keys.filter((key) => /[*#]/.test(key)).map((key) => ({ service, key })),
    ),
    pastTheExchange: ofEvents
      .filter(({ exchange }) => exchange === '')
      .map(({ service, keys }) => ({ service, key: keys[0] ?? '' })),
    crowded: exchanges
      .map((exchange) => ({
        exchange,
        services: [
          ...new Set(ofEvents.filter((each) => each.exchange === exchange).map(({ service }) => service)),
        ],
      }))
      .filter(({ services }) => services.length > 1),
  }
}

export interface ReadersSeen {
  readonly queues: number
  readonly readers: number
  readonly findings: readonly TopologyFinding[]
  readonly unknown: readonly { readonly service: string; readonly reads: string }[]
  /** Services of the brief that read nothing. */
  readonly idle: readonly string[]
}

/** Looks at who reads what. */
export async function readersLookedAt(subject: SubjectUnderTest): Promise<ReadersSeen> {
  const topology = await load(subject)
  const services = [...new Set(Object.values(wanted).flatMap(({ work, history }) => [...work, ...history]))]
  const names = [...topology.queues.map(({ name }) => name), ...topology.topics.map(({ name }) => name)]
  return {
    queues: topology.queues.length,
    readers: topology.readers.length,
    findings: lint(topology).filter(({ kind }) => kind === 'unread' || kind === 'read-while-waiting'),
    unknown: topology.readers
      .map(({ service, queue, topic }) => ({ service, reads: queue ?? topic ?? '' }))
      .filter(({ reads }) => !names.includes(reads)),
    idle: services.filter((service) => !topology.readers.some((each) => each.service === service)),
  }
}

export interface RoutedSeen {
  readonly samples: number
  readonly delivered: number
  /** Events that a service got and does not want, or wants and did not get, or got more than once. */
  readonly wrong: readonly {
    readonly event: string
    readonly service: string
    readonly got: number
    readonly expected: number
  }[]
  /** Services that want to read an event again and read no topic that keeps it. */
  readonly notKept: readonly { readonly event: string; readonly service: string }[]
}

/** Declares the topology, publishes each event as its owner would, and counts what arrived for whom. */
export async function routed(lab: Lab): Promise<RoutedSeen> {
  const topology = await load(lab.subject)
  await declareOrThrow(lab, topology)
  const wrong: RoutedSeen['wrong'][number][] = []
  let delivered = 0
  for (const event of events) {
    const by = topology.publishers.filter(({ keys }) => keys.includes(event))
    for (const { exchange } of by) {
      await lab.observer.publish({ exchange, routingKey: event, body: event, messageId: event })
    }
    const got = new Map<string, number>()
    for (const { name } of topology.queues) {
      const found = await lab.observer.takeAll(name)
      delivered += found.length
      for (const service of readersOf(topology, name))
        got.set(service, (got.get(service) ?? 0) + found.length)
    }
    for (const service of new Set([...workers, ...got.keys()])) {
      const expected = wanted[event]?.work.includes(service) === true ? 1 : 0
      const arrived = got.get(service) ?? 0
      if (arrived !== expected) wrong.push({ event, service, got: arrived, expected })
    }
  }
  const keeps = (service: string, event: string): boolean =>
    topology.readers.some(
      (each) =>
        each.service === service &&
        topology.topics.some(({ name, events: kept }) => name === each.topic && kept.includes(event)),
    )
  return {
    samples: events.length,
    delivered,
    wrong,
    notKept: events.flatMap((event) =>
      (wanted[event]?.history ?? [])
        .filter((service) => !keeps(service, event))
        .map((service) => ({ event, service })),
    ),
  }
}

export interface DeathsSeen {
  readonly workQueues: number
  readonly findings: readonly TopologyFinding[]
  /** Messages that were refused wherever they came, and where they were in the end. */
  readonly dead: readonly {
    readonly queue: string
    readonly refusals: number
    readonly endedIn: string | undefined
  }[]
}

/** Publishes a message for each work queue and refuses it wherever it turns up, until it comes to rest or is gone. */
export async function died(lab: Lab): Promise<DeathsSeen> {
  const topology = await load(lab.subject)
  const kinds = ['no-dead-letters', 'unbound-dead-letters', 'no-end', 'forgets', 'expiry-cycle']
  const findings = lint(topology).filter(({ kind }) => kinds.includes(kind))
  await declareOrThrow(lab, topology)
  const work = workQueuesOf(topology)
  const dead: DeathsSeen['dead'][number][] = []
  for (const { queue, exchange, key } of work) {
    await lab.observer.publish({ exchange, routingKey: key, body: 'poison', messageId: queue })
    // The same event may go to other work queues, too: only the one that is looked at refuses it.
    for (const { name } of topology.queues) if (name !== queue) await lab.observer.takeAll(name)
    dead.push({ queue, ...(await refuseEverywhere(lab, topology, { queue, exchange, key })) })
  }
  return { workQueues: work.length, findings, dead }
}

interface WorkQueue {
  readonly queue: string
  readonly exchange: string
  readonly key: string
}

/** Queues that an event reaches, each with one that does. */
function workQueuesOf(topology: Topology): WorkQueue[] {
  const found = topology.publishers.flatMap(({ exchange, keys }) =>
    keys
      .filter((key) => key in wanted)
      .flatMap((key) => queuesBehind(topology, exchange, key).map((queue) => ({ queue, exchange, key }))),
  )
  return found.filter(({ queue }, at) => found.findIndex((each) => each.queue === queue) === at)
}

async function refuseEverywhere(
  lab: Lab,
  topology: Topology,
  work: WorkQueue,
): Promise<{ refusals: number; endedIn: string | undefined }> {
  let at: Arrival = work
  for (let refusals = 1; refusals <= refusalsMax; refusals++) {
    await refuse(lab, at.queue)
    let next = await afterDeath(lab, topology, at)
    for (let waits = 0; next !== undefined && expiresIn(topology, next.queue); waits++) {
      if (waits > topology.queues.length) return { refusals, endedIn: undefined }
      await lab.elapse(ttlOf(topology, next.queue) + 1000)
      next = await afterDeath(lab, topology, next)
    }
    if (next?.queue !== work.queue) return { refusals, endedIn: next?.queue }
    at = next
  }
  return { refusals: refusalsMax, endedIn: undefined }
}

/** Where a message is that has just died; undefined when it is nowhere any more. */
async function afterDeath(lab: Lab, topology: Topology, died: Arrival): Promise<Arrival | undefined> {
  const death = deathOf(topology, died)
  if (death === undefined || death.reaches.length === 0) return undefined
  const queue = await lab.until(
    text(
      `what died in ${died.queue} never came to ${death.reaches.join(' or ')}`,
      `message chết trong ${died.queue} không bao giờ tới ${death.reaches.join(' hay ')}`,
    ),
    async () => {
      const { queues } = await lab.inspect()
      return queues.find(({ name, ready }) => death.reaches.includes(name) && ready > 0)?.name
    },
    { at: { file: 'topology.ts', near: [died.queue] } },
  )
  return { queue, key: death.key }
}

const ttlOf = (topology: Topology, queue: string): number =>
  Number(topology.queues.find(({ name }) => name === queue)?.arguments?.['x-message-ttl'] ?? 0)

/** Takes the message and refuses it for good. */
async function refuse(lab: Lab, queue: string): Promise<void> {
  const channel = await lab.observer.channel()
  const got = await channel.get(queue)
  if (got !== false) channel.nack(got, false, false)
  await channel.close()
}

async function declareOrThrow(lab: Lab, topology: Topology): Promise<void> {
  const refused = await declare(lab, topology)
  if (refused === undefined) return
  throw lab.breaks(
    {
      en: `the broker refused ${refused.what}: ${refused.why}`,
      vi: `broker từ chối ${refused.what}: ${refused.why}`,
    },
    { file: 'topology.ts', near: [refused.what.split(' ')[1] ?? 'topology'] },
  )
}

export interface PageSeen {
  readonly findings: readonly DocumentFinding[]
  readonly hasDrawing: boolean
  readonly line: number
  /** Exchanges, queues and bindings that the drawing lacks. */
  readonly missing: readonly string[]
  /** Arrows between exchange and queue that the topology has not. */
  readonly invented: readonly string[]
  readonly arrows: number
}

/** Reads TOPOLOGY.md, and holds its drawing against the topology. */
export async function pageRead(subject: SubjectUnderTest): Promise<PageSeen> {
  const topology = await load(subject)
  const path = subject.path(rules.file)
  const page = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const drawing = readFlowchart(page)
  const names = [...topology.exchanges, ...topology.queues].map(({ name }) => name)
  // A label may say more than the name: "payments topic", "wallet.bookings quorum".
  const named = (label: string): string | undefined =>
    names.find((name) => label === name || label.startsWith(`${name} `))
  const arrows = (drawing?.arrows ?? []).map(({ from, to }) => ({ from: named(from), to: named(to) }))
  const isExchange = (name: string | undefined) => topology.exchanges.some((each) => each.name === name)
  const isQueue = (name: string | undefined) => topology.queues.some((each) => each.name === name)
  const bound = topology.bindings.map(({ exchange, queue }) => ({ from: exchange, to: queue }))
  const shown = new Set((drawing?.nodes ?? []).map(named))
  return {
    findings: page === '' ? [] : readDocument(page, rules, ''),
    hasDrawing: drawing !== undefined,
    line: drawing?.line ?? 1,
    missing: [
      ...names.filter((name) => !shown.has(name)),
      ...new Set(
        bound
          .filter((binding) => !arrows.some((each) => isDeepStrictEqual(each, binding)))
          .map(({ from, to }) => `${from} → ${to}`),
      ),
    ],
    invented: arrows
      .filter(
        ({ from, to }) =>
          isExchange(from) && isQueue(to) && !bound.some((each) => isDeepStrictEqual(each, { from, to })),
      )
      .map(({ from, to }) => `${from} → ${to}`),
    arrows: arrows.length,
  }
}
