/** The attacks on the wallet's architecture: linted as data, played on its brokers with everything delivered twice, and read while it lags. */
import { existsSync, readFileSync } from 'node:fs'
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
import { type Played, play } from '#lab/simulate/services'
import { text } from '#lab/verdict/language'
import { readWhileLagging } from './attacks/lag.ts'
import { type Architecture, load, onTheirBrokers, wordsMin } from './attacks/model.ts'

const pageFile = 'DESIGN.md'

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
export const decided = onTheirBrokers(decide)

async function decide(lab: Lab): Promise<DecidedSeen> {
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
  /** Work that says of no field that it needs it. */
  readonly needless: readonly { readonly service: string; readonly on: string }[]
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
    needless: design.services.flatMap(({ name, handles }) =>
      handles.filter(({ needs }) => needs.length === 0).map(({ on }) => ({ service: name, on })),
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

/** Looks at who hears what, and delivers everything twice. */
export const doubled = onTheirBrokers(hear)

async function hear(lab: Lab): Promise<SubscribersSeen> {
  const design = await load(lab.subject)
  const findings = findingsOf(design, ['unheard', 'unremembered'])
  const work = design.services.flatMap(({ name, handles }) =>
    handles.map((each) => ({ service: name, ...each })),
  )
  const isSaid = (sentence: unknown) =>
    typeof sentence === 'string' && sentence.trim().split(/\s+/).length >= wordsMin
  const { played } = findings.length === 0 ? await decide(lab) : { played: undefined }
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

/** Played by `npm run exercise design-02 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'Your services on their brokers: every message twice.',
      'Các service của bạn trên broker: message nào cũng tới hai lần.',
    ),
    scenario: decided,
  },
  {
    title: text('A user reads while the balances lag.', 'Người dùng đọc số dư trong lúc nó bị trễ.'),
    scenario: readWhileLagging,
  },
]
