/**
 * Payments to test with, the same for the same seed: VND, USD and KWD in turn, which shows who counts in
 * hundredths, and on request pairs that look alike, which shows who tells duplicates by their content.
 */
import type { Envelope } from './envelope.ts'
import { type Payment, sealEvent } from './events.ts'
import type { IdSource } from './ids.ts'
import { newId, shortId } from './ids.ts'
import type { Money } from './money.ts'
import { money } from './money.ts'

const merchants = ['pho-lien', 'lotus-books', 'blue-dhow', 'night-market', 'corner-cycles'] as const
const idAttemptsMax = 64

/**
 * A source that repeats: the same seed gives the same numbers, and its clock moves on a millisecond at each
 * look. `startMs` is in milliseconds since the Unix epoch.
 */
export function seededSource(seed: number, startMs = Date.UTC(2026, 6, 19)): IdSource {
  let state = seed >>> 0
  let nowMs = startMs
  return {
    clock: { now: () => nowMs++ },
    random: {
      // Mulberry32, in the public domain: 32 bits of state are plenty for test data.
      next() {
        state = (state + 0x6d2b79f5) >>> 0
        let mixed = Math.imul(state ^ (state >>> 15), state | 1)
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
      },
    },
  }
}

/**
 * Makes `count` payments. With `lookAlikes`, every second one repeats merchant and amount of the one before
 * it under an id of its own: two honest purchases that only the id tells apart. Short ids differ too, as long
 * as they last.
 */
export function somePayments(
  count: number,
  source: IdSource,
  { lookAlikes = false } = {},
): readonly Payment[] {
  const payments: Payment[] = []
  const taken = new Set<string>()
  for (let index = 0; index < count; index += 1) {
    const payment_id = freshId(source, taken)
    const before = lookAlikes && index % 2 === 1 ? payments[index - 1] : undefined
    const turn = lookAlikes ? Math.floor(index / 2) : index
    payments.push({ ...(before ?? somePurchase(turn, source)), payment_id })
  }
  return payments
}

/** The event that asks for a payment, as JSON brings it: the same for the same payment and seed, wherever it is made. */
export function requestedEvent(payment: Payment, seed: number): Envelope {
  const source = seededSource(seed ^ Number.parseInt(payment.payment_id.slice(-8), 16))
  return JSON.parse(JSON.stringify(sealEvent('PaymentRequested', payment, source))) as Envelope
}

// Two payments that both read "…a3f" would make a screen lie; among a few hundred, a redraw prevents it.
function freshId(source: IdSource, taken: Set<string>): string {
  let id = newId(source)
  for (let attempt = 1; attempt < idAttemptsMax && taken.has(shortId(id)); attempt += 1) id = newId(source)
  taken.add(shortId(id))
  return id
}

function somePurchase(turn: number, source: IdSource): Omit<Payment, 'payment_id'> {
  return { merchant_id: pick(merchants, source), amount: someAmount(turn, source) }
}

function someAmount(turn: number, source: IdSource): Money {
  const upTo = (max: number): number => 1 + Math.floor(source.random.next() * max)
  if (turn % 3 === 0) return money(BigInt(upTo(5_000) * 1_000), 'VND')
  if (turn % 3 === 1) return money(BigInt(upTo(50_000)), 'USD')
  // The third decimal is never 0: rounded to two, the amount is wrong.
  return money(BigInt(upTo(20_000) * 10 + upTo(9)), 'KWD')
}

function pick<Choice>(choices: readonly [Choice, ...Choice[]], source: IdSource): Choice {
  return choices[Math.floor(source.random.next() * choices.length)] ?? choices[0]
}
