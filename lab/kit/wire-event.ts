/** Turns what the proxy saw into what a reader gets: an event for the live view, a step for a trace. */
import { fromWire, toWire, type WireMoney } from '#payments/money'
import type { SeenFrame } from '../faults/amqp-proxy.ts'
import { shortId, text } from '../verdict/language.ts'
import type { Lane, Text, TraceStep } from '../verdict/verdict.ts'
import type { UntimedEvent } from './run-context.ts'

/**
 * A frame as a wire event. Values that JSON cannot hold become text; of a body only the amount is told, or its place among a wallet's events.
 * @param shown turns names back into what the learner wrote
 */
export function wireEvent(
  frame: SeenFrame,
  lane: Lane,
  shown: (text: string) => string = (text) => text,
  remark?: Text,
): UntimedEvent {
  const toBroker = frame.direction === 'to-broker'
  const amount = amountIn(frame.body)
  const numbered = numberedIn(frame.body)
  return {
    kind: 'wire',
    protocol: 'amqp',
    from: toBroker ? lane : 'broker',
    to: toBroker ? 'broker' : lane,
    connection: frame.connection,
    channel: frame.channel,
    method: frame.method,
    fields: {
      ...plain(frame.fields, shown),
      ...(frame.properties === undefined ? {} : { properties: plain(frame.properties, shown) }),
      ...(frame.bodySize === undefined ? {} : { bodySize: frame.bodySize }),
      ...(amount === undefined ? {} : { amount }),
      ...(numbered === undefined ? {} : { numbered }),
      ...(frame.messages === undefined ? {} : { messages: [...frame.messages] }),
      ...(frame.forwarded ? {} : { dropped: true }),
    },
    ...(frame.message === undefined ? {} : { message: frame.message }),
    ...(remark === undefined ? {} : { note: remark }),
  }
}

/** A frame as one step of a trace. */
export function traceStep(frame: SeenFrame, lane: Lane, note?: Text): TraceStep {
  const toBroker = frame.direction === 'to-broker'
  return {
    atMs: frame.atMs,
    from: toBroker ? lane : 'broker',
    to: toBroker ? 'broker' : lane,
    what: frame.method,
    ...(frame.message === undefined ? {} : { message: shortId(frame.message) }),
    ...withNote(note ?? (frame.forwarded ? undefined : text('lost here', 'mất ở đây'))),
  }
}

const withNote = (note: Text | undefined): { note?: Text } => (note === undefined ? {} : { note })

function plain(
  values: Readonly<Record<string, unknown>>,
  shown: (text: string) => string,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plainValue(value, shown)]))
}

function plainValue(value: unknown, shown: (text: string) => string): unknown {
  if (typeof value === 'string') return shown(value)
  if (typeof value === 'bigint') return value.toString()
  if (Buffer.isBuffer(value)) return `${value.length} bytes`
  if (Array.isArray(value)) return value.map((each) => plainValue(each, shown))
  if (value !== null && typeof value === 'object') return plain(value as Record<string, unknown>, shown)
  return value
}

/** The amount of a payment event, if the body is one. */
export function amountIn(body: Buffer | undefined): WireMoney | undefined {
  if (body === undefined || body[0] !== 0x7b) return undefined
  try {
    const { amount } = (JSON.parse(body.toString('utf8')) as { data: { amount: unknown } }).data
    return toWire(fromWire(amount))
  } catch {
    // Not a payment, or not JSON at all: there is no amount to tell.
    return undefined
  }
}

/** What an event of a wallet is and where it stands, `wallet-a #3 withdrawn`, if the body is one that its writer numbered. */
function numberedIn(body: Buffer | undefined): string | undefined {
  if (body === undefined || body[0] !== 0x7b) return undefined
  try {
    const { wallet_id, sequence, kind } = JSON.parse(body.toString('utf8')) as Record<string, unknown>
    if (typeof wallet_id !== 'string' || typeof sequence !== 'number') return undefined
    return [wallet_id, `#${sequence}`, ...(typeof kind === 'string' ? [kind] : [])].join(' ')
  } catch {
    // Not JSON at all: there is no number to tell.
    return undefined
  }
}
