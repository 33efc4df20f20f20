/** The attacks on the wallet's architecture: linted as data, played on a broker with everything delivered twice, and read while it lags. */
import { existsSync, readFileSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import type { Act, Lab } from '#lab/kit'
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'
import { asyncApiOf } from '#lab/lint/asyncapi'
import { asyncApiProblems } from '#lab/lint/asyncapi-schema'
import {
  type DesignData,
  type DesignFinding,
  type DesignFindingKind,
  lintDesign,
  messagesOf,
} from '#lab/lint/design'
import { compareFlow, type FlowDifference } from '#lab/lint/flow'
import { readFlowchart } from '#lab/lint/flowchart'
import { type Played, play, type Roles } from '#lab/simulate/services'
import { text } from '#lab/verdict/language'

const modelFile = 'architecture.ts'
const balancesFile = 'balances.ts'
const pageFile = 'DESIGN.md'

interface Architecture extends DesignData {
  readonly roles: Roles
  readonly reads: readonly {
    readonly what: string
    readonly from: string
    readonly staleMsMax: number
    readonly meanwhile: string
  }[]
}

/** A deployment of any service takes so long; and so long a user may be wrong at most. */
export const outageMs = 20_000
export const wrongMsMax = 60_000

async function load(subject: SubjectUnderTest): Promise<Architecture> {
  const { architecture } = await subject.loadData<{ architecture: Architecture }>(modelFile, ['architecture'])
  return architecture
}

const findingsOf = (design: DesignData, kinds: readonly DesignFindingKind[]): DesignFinding[] =>
  lintDesign(design).filter(({ kind }) => kinds.includes(kind))

/** Roles of the brief that no message of the right kind plays. */
function rolesWithout({ roles, events, commands }: Architecture): string[] {
  return Object.entries(roles)
    .filter(([role, name]) => !(role === 'request' ? commands : events).some((each) => each.name === name))
    .map(([role]) => role)
}

export interface BordersSeen {
  readonly services: number
  readonly tables: number
  readonly findings: readonly DesignFinding[]
  /** Services that do nothing on any message. */
  readonly idle: readonly string[]
}

/** Looks at who owns which table, and who goes into whose. */
export async function bordersLookedAt(subject: SubjectUnderTest): Promise<BordersSeen> {
  const design = await load(subject)
  return {
    services: design.services.length,
    tables: design.services.flatMap(({ owns }) => owns).length,
    findings: findingsOf(design, ['twice', 'unknown', 'shared-table', 'waits']),
    idle: design.services.filter(({ handles }) => handles.length === 0).map(({ name }) => name),
  }
}

export interface DecidedSeen {
  readonly missingRoles: readonly string[]
  readonly findings: readonly DesignFinding[]
  readonly played: Played | undefined
}

/** Requests come while nobody but their handler runs; then the others are started. Every message is delivered twice. */
export async function decided(lab: Lab): Promise<DecidedSeen> {
  const design = await load(lab.subject)
  const missingRoles = rolesWithout(design)
  // What would make the play endless, or somebody wait for ever, is told without playing it.
  const findings = findingsOf(design, ['twice', 'unknown', 'waits', 'no-handler', 'many-handlers', 'cycle'])
  const canPlay = missingRoles.length === 0 && findings.length === 0
  return { missingRoles, findings, played: canPlay ? await play(lab, design) : undefined }
}

export interface EventsSeen {
  readonly messages: number
  readonly missingRoles: readonly string[]
  readonly findings: readonly DesignFinding[]
  /** Events that don't carry what every reader of facts needs, or what their role is about. */
  readonly lacking: readonly { readonly event: string; readonly kind: string }[]
  /** Fields that tell who somebody is. */
  readonly personal: readonly { readonly event: string; readonly field: string }[]
  /** Documents of services that are no AsyncAPI. */
  readonly invalid: readonly { readonly service: string; readonly problem: string }[]
  readonly documents: number
}

/** Looks at names and fields, and makes an AsyncAPI document of each service. */
export async function eventsLookedAt(subject: SubjectUnderTest): Promise<EventsSeen> {
  const design = await load(subject)
  const { roles } = design
  const asked: Readonly<Record<string, readonly string[]>> = {
    [roles.accepted]: ['transaction id', 'wallet id', 'money'],
    [roles.booked]: ['transaction id'],
    [roles.rejected]: ['transaction id'],
    [roles.balanceChanged]: ['wallet id', 'money', 'version'],
  }
  return {
    messages: messagesOf(design).length,
    missingRoles: rolesWithout(design),
    findings: findingsOf(design, [
      'command-as-event',
      'event-as-command',
      'no-handler',
      'many-handlers',
      'missing-field',
    ]),
    lacking: design.events.flatMap(({ name, carries }) =>
      ['event id', 'time', ...(asked[name] ?? [])]
        .filter((kind) => !Object.values(carries).includes(kind))
        .map((kind) => ({ event: name, kind })),
    ),
    personal: messagesOf(design).flatMap(({ name, carries }) =>
      Object.keys(carries)
        .filter((field) => /e-?mail|phone|card_?(?:number|no)|full_?name|address|birth/i.test(field))
        .map((field) => ({ event: name, field })),
    ),
    invalid: design.services.flatMap((service) =>
      asyncApiProblems(asyncApiOf(design, service))
        .slice(0, 1)
        .map((problem) => ({ service: service.name, problem })),
    ),
    documents: design.services.length,
  }
}

export interface PublishersSeen {
  readonly events: number
  readonly findings: readonly DesignFinding[]
}

/** Looks at who tells what. */
export async function publishersLookedAt(subject: SubjectUnderTest): Promise<PublishersSeen> {
  const design = await load(subject)
  return {
    events: design.events.length,
    findings: findingsOf(design, ['unpublished', 'two-publishers', 'not-the-owner', 'silent-write']),
  }
}

export interface SubscribersSeen {
  readonly subscriptions: number
  readonly findings: readonly DesignFinding[]
  /** Subscriptions that don't say what is done, or what is done the second time. */
  readonly unsaid: readonly { readonly service: string; readonly on: string }[]
  readonly played: Played | undefined
}

const wordsMin = 4

/** Looks at who hears what, and delivers everything twice. */
export async function doubled(lab: Lab): Promise<SubscribersSeen> {
  const design = await load(lab.subject)
  const findings = findingsOf(design, ['unheard', 'unremembered'])
  const work = design.services.flatMap(({ name, handles }) =>
    handles.map((each) => ({ service: name, ...each })),
  )
  const isSaid = (sentence: unknown) =>
    typeof sentence === 'string' && sentence.trim().split(/\s+/).length >= wordsMin
  const { played } = findings.length === 0 ? await decided(lab) : { played: undefined }
  return {
    subscriptions: work.length,
    findings,
    unsaid: (work as readonly ((typeof work)[number] & { does?: unknown; onDuplicate?: unknown })[])
      .filter(({ does, onDuplicate }) => !isSaid(does) || !isSaid(onDuplicate))
      .map(({ service, on }) => ({ service, on })),
    played,
  }
}

export interface FlowSeen {
  readonly findings: readonly DesignFinding[]
  readonly messages: number
  readonly line: number
  readonly difference: FlowDifference | undefined
}

/** Looks for circles, and holds the drawing of DESIGN.md against the data. */
export async function flowLookedAt(subject: SubjectUnderTest): Promise<FlowSeen> {
  const design = await load(subject)
  const path = subject.path(pageFile)
  const drawing = existsSync(path) ? readFlowchart(readFileSync(path, 'utf8')) : undefined
  return {
    findings: findingsOf(design, ['cycle']),
    messages: design.services.flatMap(({ handles }) => handles).length,
    line: drawing?.line ?? 1,
    difference: drawing && compareFlow(design, drawing),
  }
}

interface OwnedBalance {
  readonly walletId: string
  readonly version: number
  readonly minor: bigint
  readonly changedAt: number
}

interface Balances {
  apply(told: OwnedBalance): void
  read(walletId: string, atLeast?: number): unknown
  reconcile(owned: readonly OwnedBalance[], now: number): unknown
}

interface BalancesModule {
  openBalances(database: Database): Balances
}

/** A moment at which somebody looked, and what they should have seen. */
export type Moment =
  | 'own-write-on-its-way'
  | 'others-meanwhile'
  | 'caught-up'
  | 'straggler'
  | 'after-a-restart'
  | 'never-heard-of'
  | 'beyond-2^53'
  | 'repaired'

export interface Look {
  readonly moment: Moment
  readonly seen: string
  readonly right: string
}

export interface StaleSeen {
  readonly reads: readonly {
    readonly what: string
    readonly problem: 'window' | 'meanwhile' | 'not-own' | 'disagrees'
  }[]
  readonly declared: number
  readonly looks: number
  readonly wrong: readonly Look[]
  /** What reconciliation said, and what it should have said, by wallet. */
  readonly reconciled: { readonly said: string; readonly right: string }
  /** What it said when it was run once more. */
  readonly again: string
}

const noon = Date.UTC(2026, 6, 19, 5)
const toldQueue = 'balances.told'

/** Feeds balances through a broker whose consumer is stopped at the worst moment, restarted, and given stragglers; then an event is lost. */
export async function readWhileLagging(lab: Lab): Promise<StaleSeen> {
  const reads = await readsLookedAt(lab)
  const { openBalances } = await lab.subject.load<BalancesModule>(balancesFile, ['openBalances'])
  const open = () =>
    lab.subject.guard(
      openBalances(lab.openDatabase('balances')),
      ['apply', 'read', 'reconcile'],
      balancesFile,
    )
  let balances = open()
  const line = await telling(lab, (told) => balances.apply(told))
  const looks: Look[] = []
  const look = (moment: Moment, right: Answer, walletId: string, atLeast?: number): void => {
    const asked = atLeast === undefined ? walletId : `${walletId}, ${atLeast}`
    const answered = shownAs(balances.read(walletId, atLeast))
    lab.say(`read(${asked}) answers: ${answered}`, `read(${asked}) trả về: ${answered}`)
    looks.push({ moment, seen: answered, right: shownAs(right) })
  }
  const of = (walletId: string, version: number, minor = BigInt(version * 1000), agoMs = 600_000) => ({
    walletId,
    version,
    minor,
    changedAt: noon - agoMs + version,
  })
  const shown = ({ version, minor, changedAt }: OwnedBalance): Answer => ({
    is: 'shown',
    version,
    minor,
    asOf: changedAt,
  })

  await line.tell(...[1, 2, 3, 4, 5].map((version) => of('mine', version)))
  await line.untilHeard()
  lab.say(
    'The balances service is being deployed; a top-up is booked meanwhile.',
    'Service balances đang được deploy; đúng lúc đó một lần nạp tiền được ghi sổ.',
  )
  await line.pause()
  await line.tell(of('mine', 6))
  look('own-write-on-its-way', { is: 'pending', awaited: 6 }, 'mine', 6)
  look('others-meanwhile', shown(of('mine', 5)), 'mine')
  await line.resume()
  await line.untilHeard()
  look('caught-up', shown(of('mine', 6)), 'mine', 6)
  for (const [version, newest] of [
    [1, 1],
    [3, 3],
    [2, 3],
    [3, 3],
    [1, 3],
  ] as const) {
    await line.tell(of('mixed', version))
    await line.untilHeard()
    look('straggler', shown(of('mixed', newest)), 'mixed')
  }
  const large = of('large', 1, 9_007_199_254_740_993n)
  await line.tell(large, of('dropped', 1), of('wrong', 1, 777n), of('late', 1))
  await line.untilHeard()
  look('beyond-2^53', shown(large), 'large')
  look('never-heard-of', { is: 'unknown' }, 'nobody')
  balances = open()
  look('after-a-restart', shown(of('mine', 6)), 'mine', 6)
  look('after-a-restart', shown(of('mixed', 3)), 'mixed')

  lab.say(
    'One event was lost on its way. Reconciliation compares with the ledger.',
    'Một event bị mất dọc đường. Việc đối soát so với sổ cái.',
  )
  const owned = [
    of('mine', 6),
    of('mixed', 3),
    large,
    of('dropped', 2),
    of('never', 1),
    of('wrong', 1, 999n),
    of('late', 2, 2000n, 5000),
  ]
  const said = reconciledAs(balances.reconcile(owned, noon))
  for (const each of owned.filter(({ walletId }) => ['dropped', 'never', 'wrong'].includes(walletId)))
    look('repaired', shown(each), each.walletId)
  return {
    ...reads,
    looks: looks.length,
    wrong: looks.filter(({ seen, right }) => seen !== right),
    reconciled: { said, right: 'dropped behind, never missing, wrong wrong' },
    again: reconciledAs(balances.reconcile(owned, noon)),
  }
}

async function readsLookedAt(lab: Lab): Promise<Pick<StaleSeen, 'reads' | 'declared'>> {
  const design = await load(lab.subject)
  const { staleMsMax } = await lab.subject.loadData<{ staleMsMax: number }>(balancesFile, ['staleMsMax'])
  const hearing = design.services.filter(({ handles }) =>
    handles.some(({ on }) => on === design.roles.balanceChanged),
  )
  const projected = hearing.flatMap(({ handles, owns }) =>
    handles
      .filter(({ on }) => on === design.roles.balanceChanged)
      .flatMap(({ writes }) => writes.filter((table) => owns.includes(table))),
  )
  const isWindow = (ms: number) => ms >= outageMs && ms <= wrongMsMax
  return {
    declared: design.reads.length,
    reads: design.reads.flatMap(({ what, from, staleMsMax: ms, meanwhile }) => [
      ...(projected.includes(from) ? [] : [{ what, problem: 'not-own' as const }]),
      ...(isWindow(ms) ? [] : [{ what, problem: 'window' as const }]),
      ...(meanwhile.trim().split(/\s+/).length >= wordsMin ? [] : [{ what, problem: 'meanwhile' as const }]),
      ...(design.reads.some((each) => each.staleMsMax === staleMsMax)
        ? []
        : [{ what, problem: 'disagrees' as const }]),
    ]),
  }
}

type Answer =
  | { readonly is: 'shown'; readonly version: number; readonly minor: bigint; readonly asOf: number }
  | { readonly is: 'pending'; readonly awaited: number }
  | { readonly is: 'unknown' }

/** An answer in a few words, whatever else stands in it. */
function shownAs(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return String(answer)
  const { is, version, minor, asOf } = answer as Partial<Record<'is' | 'version' | 'minor' | 'asOf', unknown>>
  return is === 'shown' ? `${minor} (version ${version}, as of ${timeOf(asOf)})` : String(is)
}

function timeOf(asOf: unknown): string {
  const time = new Date(Number(asOf))
  return Number.isNaN(time.getTime()) ? String(asOf) : time.toISOString().slice(11, -1)
}

function reconciledAs(differences: unknown): string {
  if (!Array.isArray(differences)) return String(differences)
  return differences
    .map((each: { walletId?: unknown; is?: unknown }) => `${each?.walletId} ${each?.is}`)
    .toSorted()
    .join(', ')
}

/** A queue of balances and its consumer, which can be stopped. */
async function telling(lab: Lab, apply: (told: OwnedBalance) => void) {
  const name = lab.name(toldQueue)
  const channel = await lab.observer.channel()
  await channel.assertQueue(name, { durable: true })
  let tag: string | undefined
  let thrown: unknown
  const resume = async (): Promise<void> => {
    const { consumerTag } = await channel.consume(name, (message) => {
      if (message === null) return
      const told = JSON.parse(message.content.toString()) as Omit<OwnedBalance, 'minor'> & { minor: string }
      try {
        apply({ ...told, minor: BigInt(told.minor) })
      } catch (error) {
        thrown ??= error
      }
      channel.ack(message)
    })
    tag = consumerTag
  }
  await resume()
  return {
    resume,
    async pause(): Promise<void> {
      if (tag !== undefined) await channel.cancel(tag)
      tag = undefined
    },
    async tell(...all: readonly OwnedBalance[]): Promise<void> {
      for (const { minor, ...rest } of all)
        await lab.observer.publish({
          exchange: '',
          routingKey: name,
          body: JSON.stringify({ ...rest, minor: `${minor}` }),
        })
    },
    async untilHeard(): Promise<void> {
      await lab.settled({ queues: [toldQueue] })
      if (thrown !== undefined) throw thrown
    },
  }
}

/** Played by `npm run exercise design-02 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'Your services on a broker: every message twice.',
      'Các service của bạn trên broker: message nào cũng tới hai lần.',
    ),
    scenario: decided,
  },
  {
    title: text('A user reads while the balances lag.', 'Người dùng đọc số dư trong lúc nó bị trễ.'),
    scenario: readWhileLagging,
  },
]
