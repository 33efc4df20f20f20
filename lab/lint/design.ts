/**
 * What is wrong with an event-driven design that stands as data: tables that two services write, services that wait for each other,
 * events that are commands in disguise, facts that nobody tells, circles. A finding names the thing and what it costs.
 */
import { text } from '../verdict/language.ts'
import type { Text } from '../verdict/verdict.ts'

/**
 * What a message travels by.
 * - `rabbitmq`: everybody who does something on it has a queue of their own, out of which it is gone once it is acknowledged
 * - `kafka`: it lies in a topic, for everybody who reads it now or later
 */
export type Carrier = 'rabbitmq' | 'kafka'

/** A message that goes between services. `carries` says of each field what it is; the words are the design's. */
export interface MessageData {
  readonly name: string
  readonly carrier: Carrier
  /** On Kafka, the field by whose value a record finds its partition; without one it may lie in any. */
  readonly key?: string
  readonly carries: Readonly<Record<string, string>>
}

export interface EventData extends MessageData {
  /** The table that the fact lies in: its owner is who may publish it. */
  readonly tells: string
}

/** What a service does on a message. */
export interface HandlingData {
  /** The event or command. */
  readonly on: string
  readonly reads?: readonly string[]
  readonly writes: readonly string[]
  /** Fields of the message that the work can't do without. */
  readonly needs: readonly string[]
  /** What it publishes or sends then; `when` tells apart what comes in one case only. */
  readonly publishes: readonly { readonly message: string; readonly when: string }[]
  /** Fields by which it knows that a message was here before. */
  readonly remembers: readonly string[]
}

export interface ServiceData {
  readonly name: string
  /** Tables that it alone reads and writes. */
  readonly owns: readonly string[]
  /** Services that it asks, and whose answer it waits for, while it works. */
  readonly waitsFor: readonly string[]
  readonly handles: readonly HandlingData[]
}

export interface DesignData {
  readonly services: readonly ServiceData[]
  readonly events: readonly EventData[]
  readonly commands: readonly MessageData[]
}

/**
 * - `twice`: a service or message is declared twice, or a table has two owners
 * - `unknown`: a name that is declared nowhere
 * - `shared-table`: a service reads or writes a table of another's
 * - `waits`: a service waits for another one's answer
 * - `command-as-event`: an event whose name tells somebody what to do
 * - `event-as-command`: a command whose name tells what has happened
 * - `unpublished`: nobody publishes the event
 * - `two-publishers`: two services publish it
 * - `not-the-owner`: its publisher does not own the table that it tells of
 * - `silent-write`: a table that events tell of is written, and none of them is published
 * - `unheard`: nobody does anything on the event
 * - `no-handler`, `many-handlers`: a command has exactly one
 * - `missing-field`: somebody needs a field that the message does not carry, or it is keyed by one
 * - `unremembered`: nothing tells a duplicate from the first
 * - `cycle`: messages that cause each other round in a circle
 */
export type DesignFindingKind =
  | 'twice'
  | 'unknown'
  | 'shared-table'
  | 'waits'
  | 'command-as-event'
  | 'event-as-command'
  | 'unpublished'
  | 'two-publishers'
  | 'not-the-owner'
  | 'silent-write'
  | 'unheard'
  | 'no-handler'
  | 'many-handlers'
  | 'missing-field'
  | 'unremembered'
  | 'cycle'

export interface DesignFinding {
  readonly kind: DesignFindingKind
  /** The service, message or table that it is about. */
  readonly about: string
  readonly said: Text
}

/** Everything that is wrong, in the order in which one would repair it. */
export function lintDesign(design: DesignData): DesignFinding[] {
  return [
    ...names(design),
    ...design.services.flatMap((service) => tables(design, service)),
    ...design.services.flatMap((service) => waits(service)),
    ...messagesOf(design).flatMap(keyed),
    ...design.events.flatMap((event) => [...spokenAsFact(event), ...publishersOf(design, event)]),
    ...design.commands.flatMap((command) => [...spokenAsWish(command), ...handlersOf(design, command)]),
    ...design.services.flatMap((service) =>
      service.handles.flatMap((each) => handling(design, service, each)),
    ),
    ...circle(design),
  ]
}

/** Services that do something on a message. */
export function readersOf({ services }: DesignData, message: string): ServiceData[] {
  return services.filter(({ handles }) => handles.some(({ on }) => on === message))
}

/** Services that publish or send a message. */
export function writersOf({ services }: DesignData, message: string): ServiceData[] {
  return services.filter(({ handles }) =>
    handles.some(({ publishes }) => publishes.some((each) => each.message === message)),
  )
}

/** Events and commands alike. */
export const messagesOf = ({ events, commands }: DesignData): MessageData[] => [...events, ...commands]

function names(design: DesignData): DesignFinding[] {
  const messages = messagesOf(design).map(({ name }) => name)
  const owned = design.services.flatMap(({ owns }) => owns)
  const services = design.services.map(({ name }) => name)
  const twice = [...repeated(services), ...repeated(messages), ...repeated(owned)].map((about) =>
    found(
      'twice',
      about,
      text(
        `${about} is declared twice, or has two owners: nobody knows which one is right`,
        `${about} được khai báo hai lần, hoặc có hai chủ: không ai biết bên nào đúng`,
      ),
    ),
  )
  const used = design.services.flatMap(({ name: service, waitsFor, handles }) => [
    ...waitsFor.map((name) => ({ name, service, among: services })),
    ...handles.flatMap(({ on, publishes, writes, reads = [] }) => [
      { name: on, service, among: messages },
      ...publishes.map(({ message }) => ({ name: message, service, among: messages })),
      ...[...writes, ...reads].map((name) => ({ name, service, among: owned })),
    ]),
  ])
  const unknown = [
    ...used.filter(({ name, among }) => !among.includes(name)),
    ...design.events
      .filter(({ tells }) => !owned.includes(tells))
      .map(({ name, tells }) => ({ name: tells, service: name })),
  ].map(({ name, service }) =>
    found(
      'unknown',
      name,
      text(
        `${service} names "${name}", which is declared nowhere`,
        `${service} nhắc tới "${name}", thứ không được khai báo ở đâu cả`,
      ),
    ),
  )
  return [...twice, ...unknown]
}

function tables({ services }: DesignData, service: ServiceData): DesignFinding[] {
  const touched = new Set(service.handles.flatMap(({ writes, reads = [] }) => [...writes, ...reads]))
  return services.flatMap((owner) =>
    owner.name === service.name
      ? []
      : owner.owns
          .filter((table) => touched.has(table))
          .map((table) =>
            found(
              'shared-table',
              table,
              text(
                `${service.name} goes into ${table}, which ${owner.name} owns: neither can change it without asking the other`,
                `${service.name} vào bảng ${table} của ${owner.name}: bên nào muốn đổi cũng phải hỏi bên kia`,
              ),
            ),
          ),
  )
}

function waits({ name, waitsFor }: ServiceData): DesignFinding[] {
  return waitsFor.map((other) =>
    found(
      'waits',
      name,
      text(
        `${name} waits for the answer of ${other}: when ${other} is down, so is ${name}`,
        `${name} chờ ${other} trả lời: ${other} chết thì ${name} cũng đứng`,
      ),
    ),
  )
}

function keyed({ name, carrier, key, carries }: MessageData): DesignFinding[] {
  if (carrier !== 'kafka' || key === undefined || key in carries) return []
  return [
    found(
      'missing-field',
      name,
      text(
        `${name} is keyed by "${key}", which it does not carry: it has no key, and may lie in any partition`,
        `${name} lấy "${key}" làm key mà lại không mang field đó: nó không có key, và nằm ở partition nào cũng được`,
      ),
    ),
  ]
}

/** Participles that do not end in -ed. */
const irregular =
  /^(?:Begun|Bought|Built|Bound|Chosen|Cut|Done|Drawn|Fallen|Found|Frozen|Given|Gone|Grown|Held|Hidden|Kept|Known|Left|Lost|Made|Met|Paid|Put|Read|Run|Said|Seen|Sent|Set|Shown|Shut|Sold|Spent|Split|Taken|Thrown|Told|Withdrawn|Won|Written)$/
const imperative =
  /^(?:Add|Apply|Approve|Authorize|Book|Cancel|Capture|Change|Charge|Check|Close|Create|Credit|Debit|Decline|Deliver|Do|Execute|Freeze|Handle|Make|Move|Notify|Open|Pay|Post|Process|Publish|Push|Record|Recalculate|Refresh|Refund|Reject|Release|Reserve|Run|Send|Set|Settle|Show|Start|Store|Sync|Tell|Transfer|Update|Validate|Verify|Withdraw|Write)(?=[A-Z])/
const wished = /^(?:Requested|Wanted|Needed|Asked|Required)$/

/** The words of a name, whichever way it is written: `BalanceUpdated`, `balance.updated`, `balance-updated.v2`, `BalanceUpdatedEvent`. */
function wordsIn(name: string): string[] {
  return name
    .replace(/[._-]?v\d+$/i, '')
    .replace(/[._-]?event$/i, '')
    .split(/[^\p{L}\p{N}]+|(?<=[a-z0-9])(?=[A-Z])/u)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
}

/** Whether a name tells of something that has happened. */
export function isPastTense(name: string): boolean {
  const words = wordsIn(name)
  // "TimedOut" and "SentBack" are over as well.
  if (words.length > 1 && /^(?:Away|Back|Down|In|Off|On|Out|Over|Through|Up)$/.test(words.at(-1) ?? ''))
    words.pop()
  const last = words.at(-1) ?? ''
  const isOver = (last.length > 3 && /ed$/.test(last)) || irregular.test(last)
  // "SendReceiptRequested" is "send a receipt", said politely. "RefundRequested" is a fact, and so is "TransferCompleted".
  return isOver && !(words.length > 2 && wished.test(last) && imperative.test(words.join('')))
}

function spokenAsFact({ name }: EventData): DesignFinding[] {
  if (isPastTense(name)) return []
  return [
    found(
      'command-as-event',
      name,
      text(
        `the event ${name} does not say what has happened: it tells somebody what to do, and the publisher has to know who that is`,
        `event ${name} không nói chuyện gì đã xảy ra mà sai ai đó làm việc, và bên gửi phải biết người đó là ai`,
      ),
    ),
  ]
}

function spokenAsWish({ name }: MessageData): DesignFinding[] {
  if (!isPastTense(name)) return []
  return [
    found(
      'event-as-command',
      name,
      text(
        `the command ${name} says that something has happened: whoever gets it can't refuse any more`,
        `command ${name} nói rằng việc đã xảy ra: bên nhận không còn từ chối được nữa`,
      ),
    ),
  ]
}

function publishersOf(design: DesignData, { name, tells }: EventData): DesignFinding[] {
  const publishers = writersOf(design, name)
  const [first, second] = publishers
  if (first === undefined)
    return [found('unpublished', name, text(`nobody publishes ${name}`, `không service nào gửi ${name}`))]
  if (second !== undefined) {
    const all = publishers.map((each) => each.name)
    return [
      found(
        'two-publishers',
        name,
        text(
          `${all.join(' and ')} both publish ${name}: one day they will say different things about one fact`,
          `${all.join(' và ')} cùng gửi ${name}: rồi sẽ có ngày hai bên nói khác nhau về cùng một việc`,
        ),
      ),
    ]
  }
  const unheard =
    readersOf(design, name).length > 0
      ? []
      : [
          found(
            'unheard',
            name,
            text(`nobody does anything on ${name}`, `không service nào làm gì khi có ${name}`),
          ),
        ]
  if (first.owns.includes(tells)) return unheard
  return [
    found(
      'not-the-owner',
      name,
      text(
        `${first.name} publishes ${name}, which tells of ${tells}: that table is not its own, so it tells what it has from hearsay`,
        `${first.name} gửi ${name} để kể về ${tells}, bảng không phải của nó: nó đang kể chuyện nghe lại từ người khác`,
      ),
    ),
    ...unheard,
  ]
}

function handlersOf(design: DesignData, { name }: MessageData): DesignFinding[] {
  const handlers = readersOf(design, name)
  if (handlers.length === 1) return []
  if (handlers.length === 0)
    return [found('no-handler', name, text(`nobody handles ${name}`, `không service nào xử lý ${name}`))]
  const all = handlers.map((each) => each.name)
  return [
    found(
      'many-handlers',
      name,
      text(
        `${all.join(' and ')} all handle the command ${name}: what was asked once is done ${all.length} times`,
        `${all.join(' và ')} cùng xử lý command ${name}: nhờ một lần mà làm ${all.length} lần`,
      ),
    ),
  ]
}

function handling(design: DesignData, service: ServiceData, work: HandlingData): DesignFinding[] {
  const message = messagesOf(design).find(({ name }) => name === work.on)
  if (message === undefined) return []
  const carried = Object.keys(message.carries)
  const missing = work.needs.filter((field) => !carried.includes(field))
  const strange = work.remembers.filter((field) => !carried.includes(field))
  const silent = work.writes.filter((table) => {
    const telling = design.events.filter(({ tells }) => tells === table).map(({ name }) => name)
    return telling.length > 0 && !work.publishes.some((each) => telling.includes(each.message))
  })
  return [
    ...missing.map((field) =>
      found(
        'missing-field',
        work.on,
        text(
          `${service.name} needs "${field}" on ${work.on}, which does not carry it: it would have to ask somebody`,
          `${service.name} cần "${field}" khi có ${work.on}, mà ${work.on} không mang: nó sẽ phải đi hỏi ai đó`,
        ),
      ),
    ),
    ...silent.map((table) =>
      found(
        'silent-write',
        table,
        text(
          `${service.name} changes ${table} on ${work.on} and tells nobody: no event about ${table} is published then`,
          `${service.name} sửa ${table} khi có ${work.on} mà không báo ai: lúc đó không event nào về ${table} được gửi`,
        ),
      ),
    ),
    ...(work.remembers.length > 0 && strange.length === 0
      ? []
      : [
          found(
            'unremembered',
            work.on,
            strange.length > 0
              ? text(
                  `${service.name} remembers ${work.on} by "${strange[0]}", which it does not carry`,
                  `${service.name} nhớ ${work.on} theo "${strange[0]}", field mà nó không mang`,
                )
              : text(
                  `${service.name} remembers nothing of ${work.on}: the second delivery is done again`,
                  `${service.name} không nhớ gì về ${work.on}: giao lần hai là làm lại lần nữa`,
                ),
          ),
        ]),
  ]
}

/** What a message can cause, by way of whoever does something on it. */
export function causedBy({ services }: DesignData, message: string): string[] {
  return services.flatMap(({ handles }) =>
    handles
      .filter(({ on }) => on === message)
      .flatMap(({ publishes }) => publishes.map((each) => each.message)),
  )
}

function circle(design: DesignData): DesignFinding[] {
  for (const { name } of messagesOf(design)) {
    const path = circleFrom(design, [name])
    if (path === undefined) continue
    const way = path.join(' → ')
    return [
      found(
        'cycle',
        name,
        text(
          `one ${name} causes the next, for ever: ${way}`,
          `một ${name} sinh ra cái tiếp theo, không bao giờ dừng: ${way}`,
        ),
      ),
    ]
  }
  return []
}

function circleFrom(design: DesignData, path: readonly string[]): string[] | undefined {
  const last = path.at(-1)
  for (const next of last === undefined ? [] : causedBy(design, last)) {
    if (next === path[0]) return [...path, next]
    if (path.includes(next)) continue
    const way = circleFrom(design, [...path, next])
    if (way !== undefined) return way
  }
  return undefined
}

function repeated(all: readonly string[]): string[] {
  return [...new Set(all.filter((name, at) => all.indexOf(name) < at))]
}

function found(kind: DesignFindingKind, about: string, said: Text): DesignFinding {
  return { kind, about, said }
}
