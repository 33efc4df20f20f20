/** Without protection duplicates are booked, and the learner's doubled() names them. */
import type { Lab } from '#lab/kit'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import type { Currency } from '#payments/money'
import { countsOf, type Entry, entriesOf } from './books.ts'
import { causesOf, cutWhile } from './causes.ts'
import { Consumer, consumerLane, drained, unprotectedFile } from './consumers.ts'
import { declare, eventsOf, send } from './events.ts'
import { deliveriesIn, traceOf } from './frames.ts'

/** What doubled.ts takes and answers. */
interface Aftermath {
  readonly deliveries: readonly { readonly message_id: string; readonly redelivered: boolean }[]
  readonly entries: readonly Entry[]
}

export interface Doubled {
  readonly delivered: readonly string[]
  readonly booked: readonly string[]
  readonly excess: Readonly<Partial<Record<Currency, bigint>>>
}

interface DoubledModule {
  findDoubled(aftermath: Aftermath): Doubled
}

const doubledFile = 'doubled.ts'

export interface DoubledSeen {
  readonly cases: readonly {
    readonly isPlayed: boolean
    readonly aftermath: Aftermath
    readonly expected: Doubled
    readonly answered: Doubled
  }[]
  /** Messages whose duplicates were caused on purpose. */
  readonly caused: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Six payments, pairs of which look alike, for the unprotected consumer; two of them come twice. */
export async function doubledUp(lab: Lab): Promise<DoubledSeen> {
  await declare(lab)
  const causes = await causesOf(lab)
  const { findDoubled } = await lab.subject.load<DoubledModule>(doubledFile, ['findDoubled'])
  const events = eventsOf(lab, 6)
  const [first, second, third, fourth, fifth, sixth] = events as [
    Envelope,
    Envelope,
    Envelope,
    Envelope,
    Envelope,
    Envelope,
  ]
  const consumer = await Consumer.start(lab, unprotectedFile)
  for (const event of [first, second]) await send(lab, event)
  await drained(lab, consumer)
  await cutWhile(lab, 'consumer', causes.handedOutAgain, () => send(lab, third), consumer)
  await drained(lab, consumer)
  await cutWhile(lab, 'producer', causes.sentAgain, () => send(lab, fourth), consumer)
  for (const event of [fifth, sixth]) await send(lab, event)
  await drained(lab, consumer)
  const frames = await lab.frames(consumerLane)
  const played: Aftermath = {
    deliveries: deliveriesIn(frames).map(({ message, redelivered }) => ({
      message_id: message,
      redelivered,
    })),
    entries: entriesOf(lab),
  }
  return {
    cases: [{ isPlayed: true, aftermath: played }, ...hardCases(played)].map(({ isPlayed, aftermath }) => ({
      isPlayed,
      aftermath,
      expected: doubledIn(aftermath),
      answered: doubledOf(lab, findDoubled(aftermath)),
    })),
    caused: [third.id, fourth.id],
    trace: traceOf(frames).slice(-14),
  }
}

/** What findDoubled should answer. */
function doubledIn({ deliveries, entries }: Aftermath): Doubled {
  const repeated = (ids: readonly string[]) =>
    Object.entries(countsOf(ids)).flatMap(([id, count]) => (count > 1 ? [id] : []))
  const excess: Partial<Record<Currency, bigint>> = {}
  const seen = new Set<string>()
  for (const { message_id, currency, amount_minor } of entries) {
    if (seen.has(message_id)) excess[currency] = (excess[currency] ?? 0n) + amount_minor
    seen.add(message_id)
  }
  return {
    delivered: repeated(deliveries.map(({ message_id }) => message_id)),
    booked: repeated(entries.map(({ message_id }) => message_id)),
    excess,
  }
}

/** Aftermaths that a run would hardly come to. */
function hardCases({ deliveries, entries }: Aftermath): { isPlayed: false; aftermath: Aftermath }[] {
  const [delivery] = deliveries
  const [entry] = entries
  if (delivery === undefined || entry === undefined) return []
  const redelivered = { ...delivery, redelivered: true }
  return [
    // Marked as redelivered and never seen before: the first delivery went to somebody who died.
    { isPlayed: false, aftermath: { deliveries: [redelivered], entries: [entry] } },
    // Three times.
    {
      isPlayed: false,
      aftermath: { deliveries: [delivery, redelivered, delivery], entries: [entry, entry, entry] },
    },
  ]
}

/** Validated, since a learner's code made it. */
function doubledOf(lab: Lab, answered: unknown): Doubled {
  const { delivered, booked, excess } = (answered ?? {}) as Record<string, unknown>
  const areIds = (ids: unknown) => Array.isArray(ids) && ids.every((id) => typeof id === 'string')
  const isExcess =
    typeof excess === 'object' &&
    excess !== null &&
    Object.values(excess).every((sum) => typeof sum === 'bigint')
  if (areIds(delivered) && areIds(booked) && isExcess) return answered as Doubled
  throw lab.breaks(
    text(
      'findDoubled() does not answer { delivered, booked, excess }: two lists of ids and a bigint for each currency',
      'findDoubled() không trả về { delivered, booked, excess }: hai danh sách id và một bigint cho mỗi loại tiền',
    ),
    { file: doubledFile, near: ['return'] },
  )
}
