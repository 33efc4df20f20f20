/**
 * What is wrong with the architecture of a system that talks by messages, as far as its data shows: events, the way of each message, what
 * happens when it fails, and what readers of a view rely on.
 */
import { text } from '../verdict/language.ts'
import type { Text } from '../verdict/verdict.ts'
import type { TopologyData } from './routing.ts'
import { lintTopology, type Publisher, type TopologyFindingKind } from './topology.ts'

/** What a field of an event is. An amount is whole minor units beside its currency, or it is wrong. */
export type FieldKind =
  | 'id'
  | 'time'
  | 'version'
  | 'minor units'
  | 'currency'
  | 'decimal'
  | 'text'
  | 'number'
  | 'flag'

export interface EventSchema {
  readonly name: string
  readonly version: number
  readonly fields: Readonly<Record<string, FieldKind>>
  /** Fields that a reader may do without. */
  readonly optional?: readonly string[]
  /** By which the broker keeps the order, such as `payment_id`; one of the fields. */
  readonly key: string
  /** The fields of the version before, if there was one. */
  readonly before?: Readonly<Record<string, FieldKind>>
}

export interface ConsumerData {
  readonly service: string
  readonly queue: string
  /** Attempts in all; `Infinity` is none that ends. */
  readonly attempts: number
  readonly backoff: 'none' | 'fixed' | 'exponential'
  readonly jitter: boolean
  /** By what it knows a copy; nothing when it does not. */
  readonly knowsCopiesBy: string | null
}

/** From the strongest to the weakest. */
export const strategies = ['strong', 'read-your-writes', 'bounded-staleness', 'eventual'] as const
export type ConsistencyStrategy = (typeof strategies)[number]

export interface ViewData {
  readonly name: string
  readonly owner: string
  readonly strategy: ConsistencyStrategy
  /** How old it may be, in seconds; of `bounded-staleness` the bound. */
  readonly staleSeconds?: number
  /** What finds and repairs a view that went astray, such as a nightly reconciliation. */
  readonly repairedBy?: string
}

export interface ReaderData {
  readonly service: string
  readonly view: string
  /** What it decides by the view, in words. */
  readonly decides: string
  readonly needs: ConsistencyStrategy
}

export interface ArchitectureData {
  readonly events: readonly EventSchema[]
  readonly topology: TopologyData
  readonly publishers: readonly Publisher[]
  readonly consumers: readonly ConsumerData[]
  readonly views: readonly ViewData[]
  readonly readers: readonly ReaderData[]
}

export interface ArchitectureFinding {
  readonly about: string
  readonly said: Text
}

const envelope: Readonly<Record<string, FieldKind>> = {
  event_id: 'id',
  occurred_at: 'time',
  version: 'version',
}
const attemptsMax = 25
const deathKinds: ReadonlySet<TopologyFindingKind> = new Set<TopologyFindingKind>([
  'no-dead-letters',
  'unbound-dead-letters',
  'no-end',
  'forgets',
  'expiry-cycle',
  'read-while-waiting',
])

const found = (about: string, en: string, vi: string): ArchitectureFinding => ({ about, said: text(en, vi) })

/** The events: envelope, money, key, and what a new version does to readers of the old one. */
export function lintEvents({ events }: Pick<ArchitectureData, 'events'>): ArchitectureFinding[] {
  if (events.length === 0) return [found('events', 'no event has a schema', 'chưa event nào có schema')]
  return events.flatMap(({ name, fields, key, before, version, optional = [] }) => [
    ...Object.entries(envelope)
      .filter(([field, kind]) => fields[field] !== kind || optional.includes(field))
      .map(([field]) =>
        found(
          name,
          `${name} does not always carry ${field}: nobody can tell a copy, an order or a shape by it`,
          `${name} không phải lúc nào cũng có ${field}: không thể dựa vào đó để biết bản trùng, thứ tự hay cấu trúc`,
        ),
      ),
    ...Object.entries(fields)
      .filter(([, kind]) => kind === 'decimal')
      .map(([field]) =>
        found(
          name,
          `${name}.${field} is a decimal: an amount is a whole number of minor units, or it is off by a cent some day`,
          `${name}.${field} là số thập phân: tiền phải là số nguyên theo đơn vị nhỏ nhất, không thì có ngày lệch một đồng`,
        ),
      ),
    ...(Object.values(fields).includes('minor units') && !Object.values(fields).includes('currency')
      ? [found(name, `${name} has an amount without a currency`, `${name} có số tiền mà không có loại tiền`)]
      : []),
    ...(fields[key] === undefined || optional.includes(key)
      ? [
          found(
            name,
            `the key of ${name}, ${key}, is no field that it always has: its order is kept by nothing`,
            `key của ${name}, ${key}, không phải trường luôn có: không gì giữ thứ tự của nó`,
          ),
        ]
      : []),
    ...changes(name, version, fields, optional, before),
  ])
}

function changes(
  name: string,
  version: number,
  fields: EventSchema['fields'],
  optional: readonly string[],
  before: EventSchema['before'],
): ArchitectureFinding[] {
  if (before === undefined) return []
  const gone = Object.keys(before).filter((field) => fields[field] === undefined)
  const other = Object.entries(before).filter(
    ([field, kind]) => fields[field] !== undefined && fields[field] !== kind,
  )
  const demanded = Object.keys(fields).filter(
    (field) => before[field] === undefined && !optional.includes(field),
  )
  return [
    ...gone.map((field) =>
      found(
        name,
        `version ${version} of ${name} drops ${field}, and readers of the version before fail`,
        `version ${version} của ${name} bỏ ${field}, và bên đọc version trước sẽ hỏng`,
      ),
    ),
    ...other.map(([field]) =>
      found(
        name,
        `version ${version} of ${name} makes something else of ${field}, and readers take it for what it was`,
        `version ${version} của ${name} đổi nghĩa ${field}, mà bên đọc vẫn hiểu như cũ`,
      ),
    ),
    ...demanded.map((field) =>
      found(
        name,
        `version ${version} of ${name} demands ${field}, which the events of the version before do not have`,
        `version ${version} của ${name} bắt buộc ${field}, mà event version trước không có`,
      ),
    ),
  ]
}

/** The way of each message: from somebody who publishes it to somebody who reads it. */
export function lintFlow(architecture: ArchitectureData): ArchitectureFinding[] {
  const { events, publishers } = architecture
  const published = new Set(publishers.flatMap(({ keys }) => keys))
  const names = new Set(events.map(({ name }) => name))
  return [
    ...topologyFindings(architecture, (kind) => !deathKinds.has(kind)),
    ...[...published]
      .filter((key) => !names.has(key))
      .map((key) =>
        found(
          key,
          `${key} is published, and no event has this name`,
          `${key} được gửi đi mà không event nào có tên đó`,
        ),
      ),
    ...[...names]
      .filter((name) => !published.has(name))
      .map((name) => found(name, `nobody publishes ${name}`, `không ai gửi ${name}`)),
  ]
}

/** What happens when a message fails: attempts that end, pauses, a place for what is given up, and copies that are known. */
export function lintFailures(architecture: ArchitectureData): ArchitectureFinding[] {
  const { consumers } = architecture
  if (consumers.length === 0) return [found('consumers', 'nobody consumes anything', 'không ai tiêu thụ gì')]
  return [
    ...topologyFindings(architecture, (kind) => deathKinds.has(kind)),
    ...consumers.flatMap(({ service, attempts, backoff, jitter, knowsCopiesBy }) => [
      ...(Number.isFinite(attempts) && attempts >= 1 && attempts <= attemptsMax
        ? []
        : [
            found(
              service,
              `${service} tries ${attempts} times: a message that never succeeds never leaves`,
              `${service} thử ${attempts} lần: message không bao giờ thành thì không bao giờ đi`,
            ),
          ]),
      ...(attempts > 1 && (backoff === 'none' || !jitter)
        ? [
            found(
              service,
              `${service} tries again without ${backoff === 'none' ? 'a pause' : 'jitter'}: after an outage all of it comes back at once`,
              `${service} thử lại mà không ${backoff === 'none' ? 'nghỉ' : 'có jitter'}: sau sự cố tất cả quay lại cùng lúc`,
            ),
          ]
        : []),
      ...(knowsCopiesBy === null || knowsCopiesBy.trim() === ''
        ? [
            found(
              service,
              `${service} does not know a copy: a redelivery counts twice`,
              `${service} không nhận ra bản trùng: giao lại là tính hai lần`,
            ),
          ]
        : []),
    ]),
  ]
}

/** What views promise, and what their readers rely on. */
export function lintViews({
  views,
  readers,
}: Pick<ArchitectureData, 'views' | 'readers'>): ArchitectureFinding[] {
  if (views.length === 0 || readers.length === 0)
    return [
      found(
        'views',
        'no view says how consistent it is, or nobody reads one',
        'chưa view nào nói mình nhất quán tới đâu, hoặc không ai đọc view nào',
      ),
    ]
  return [
    ...views.flatMap(({ name, strategy, staleSeconds, repairedBy }) => {
      const lags = strategy === 'eventual' || strategy === 'bounded-staleness'
      return [
        ...(lags && !(typeof staleSeconds === 'number' && staleSeconds > 0)
          ? [
              found(
                name,
                `${name} lags, and nobody says by how much: nothing can be alerted on`,
                `${name} bị trễ mà không ai nói trễ bao nhiêu: không cảnh báo được gì`,
              ),
            ]
          : []),
        ...(lags && (repairedBy ?? '').trim() === ''
          ? [
              found(
                name,
                `nothing repairs ${name} when an event was lost or applied twice`,
                `không gì sửa lại ${name} khi mất event hoặc áp hai lần`,
              ),
            ]
          : []),
      ]
    }),
    ...readers.flatMap(({ service, view, decides, needs }) => {
      const read = views.find(({ name }) => name === view)
      if (read === undefined)
        return [
          found(
            view,
            `${service} reads ${view}, which is no view`,
            `${service} đọc ${view}, mà không có view đó`,
          ),
        ]
      if (strategies.indexOf(read.strategy) <= strategies.indexOf(needs)) return []
      return [
        found(
          view,
          `${service} decides "${decides}" by ${view}, which is ${read.strategy}, and needs ${needs}`,
          `${service} quyết định "${decides}" theo ${view}, vốn chỉ ${read.strategy}, trong khi cần ${needs}`,
        ),
      ]
    }),
    ...views
      .filter(({ name }) => !readers.some(({ view }) => view === name))
      .map(({ name }) => found(name, `nobody reads ${name}`, `không ai đọc ${name}`)),
  ]
}

function topologyFindings(
  { topology, publishers, consumers }: ArchitectureData,
  isWanted: (kind: TopologyFindingKind) => boolean,
): ArchitectureFinding[] {
  const readers = consumers.map(({ service, queue }) => ({ service, queue }))
  return lintTopology(topology, { publishers, readers })
    .filter(({ kind }) => isWanted(kind))
    .map(({ about, said }) => ({ about, said }))
}
