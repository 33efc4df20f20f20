import type { Random } from '#lab/subject'
import type { Amount, Command, Wallet, WrittenEvent } from './subject.ts'

const prefix = 'workbook.payments'
export const vnd = (minor: number): Amount => ({ minor, currency: 'VND' })

export const opened: WrittenEvent = {
  type: `${prefix}.wallet-opened.v1`,
  data: { owner: 'lien', currency: 'VND' },
}

export const deposited = (reference: string, minor: number): WrittenEvent => ({
  type: `${prefix}.funds-deposited.v3`,
  data: { reference, amount: vnd(minor) },
})

export const reserved = (reference: string, minor: number): WrittenEvent => ({
  type: `${prefix}.funds-reserved.v1`,
  data: { reference, amount: vnd(minor) },
})

export const ended = (how: 'captured' | 'released', reference: string): WrittenEvent => ({
  type: `${prefix}.funds-${how}.v1`,
  data: { reference },
})

export const open: Command = { kind: 'open', owner: 'lien', currency: 'VND' }

export const deposit = (reference: string, minor: number): Command => ({
  kind: 'deposit',
  reference,
  amount: vnd(minor),
})

/** A wallet as texts, which can be compared and shown. */
export interface Shown {
  readonly posted: string
  readonly movements: Readonly<Record<string, string>>
}

export const oldForms: readonly { readonly form: WrittenEvent; readonly now: WrittenEvent }[] = [
  {
    form: { type: `${prefix}.funds-deposited.v1`, data: { reference: 'top-up-1', amount: 12_000 } },
    now: deposited('top-up-1', 12_000),
  },
  {
    form: {
      type: `${prefix}.funds-deposited.v2`,
      data: { reference: 'top-up-2', minor: 3_000, currency: 'VND' },
    },
    now: deposited('top-up-2', 3_000),
  },
  { form: deposited('top-up-3', 500), now: deposited('top-up-3', 500) },
]

/** A wallet that has lived through three schemas. */
export const oldStream: readonly WrittenEvent[] = [
  opened,
  ...oldForms.map(({ form }) => form),
  reserved('order-1', 9_000),
  ended('captured', 'order-1'),
  reserved('order-2', 1_000),
  ended('released', 'order-2'),
]

/** Commands that are all accepted, one event each. */
export function someCommands(howMany: number): Command[] {
  return Array.from({ length: howMany }, (_, index): Command => {
    if (index === 0) return open
    const turn = (index - 1) % 4
    const reference = `${turn < 1 ? 'top-up' : 'order'}-${Math.floor((index - 1) / 4)}`
    if (turn === 0) return deposit(reference, 10_000)
    if (turn === 1) return { kind: 'reserve', reference, amount: vnd(4_000) }
    if (turn === 2) return { kind: index % 8 === 3 ? 'release' : 'capture', reference }
    return deposit(`bonus-${index}`, 500)
  })
}

/** A wallet of so many events that all hold: what was reserved is captured at once, so that its size is that of its payments. */
export function longStream(howMany: number): WrittenEvent[] {
  return Array.from({ length: howMany }, (_, index): WrittenEvent => {
    if (index === 0) return opened
    const reference = `order-${Math.floor((index - 1) / 3)}`
    if (index % 3 === 1) return deposited(`top-up-${index}`, 10_000)
    return index % 3 === 2 ? reserved(reference, 4_000) : ended('captured', reference)
  })
}

/** A stream of so many events that a wallet can have had: nothing is reserved that is not there. */
export function someEvents(random: Random, howMany: number): WrittenEvent[] {
  const events = [opened]
  const held: { reference: string; minor: number }[] = []
  let free = 0
  while (events.length < howMany) {
    const nth = events.length
    const kind = random.integer(0, 3)
    const oldest = kind === 3 || held.length > 3 ? held.shift() : undefined
    if (oldest !== undefined) {
      const how = random.next() < 0.5 ? 'captured' : 'released'
      if (how === 'released') free += oldest.minor
      events.push(ended(how, oldest.reference))
    } else if (kind === 2 && free > 0) {
      const minor = random.integer(1, free)
      free -= minor
      held.push({ reference: `order-${nth}`, minor })
      events.push(reserved(`order-${nth}`, minor))
    } else {
      const minor = random.integer(1, 90) * 1000
      free += minor
      events.push(deposited(`top-up-${nth}`, minor))
    }
  }
  return events.slice(0, howMany)
}

/** What a stream comes to, counted by the lab itself. */
export function modelOf(events: readonly WrittenEvent[]): Wallet {
  let posted = 0n
  const movements: Record<string, { is: string; minor: bigint }> = {}
  for (const { type, data } of events) {
    const {
      reference = '',
      amount,
      minor,
    } = data as {
      reference?: string
      amount?: Amount | number
      minor?: number
    }
    const size = BigInt(typeof amount === 'object' ? amount.minor : (amount ?? minor ?? 0))
    const before = movements[reference]
    if (type.includes('.funds-deposited.')) {
      posted += size
      movements[reference] = { is: 'deposited', minor: size }
    } else if (type.includes('.funds-reserved.')) movements[reference] = { is: 'reserved', minor: size }
    else if (before !== undefined) {
      const isCaptured = type.includes('.funds-captured.')
      if (isCaptured) posted -= before.minor
      movements[reference] = { is: isCaptured ? 'captured' : 'released', minor: before.minor }
    }
  }
  return { ...nothing, posted, movements }
}

export const nothing: Wallet = { owner: undefined, currency: undefined, posted: 0n, movements: {} }

export function deeplyFrozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) deeplyFrozen(inner)
  return Object.freeze(value)
}

export function shown({ posted, movements }: Wallet): Shown {
  const entries = Object.entries(movements ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    posted: String(posted),
    movements: Object.fromEntries(entries.map(([reference, { is, minor }]) => [reference, `${is} ${minor}`])),
  }
}

/** Without what JSON would not carry. */
export const plain = (event: WrittenEvent): unknown => JSON.parse(JSON.stringify(event))
