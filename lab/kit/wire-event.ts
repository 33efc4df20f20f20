/** Turns what the proxy saw into what a reader gets: an event for the live view, a step for a trace. */
import type { SeenFrame } from '../faults/amqp-proxy.ts'
import { shortId } from '../verdict/language.ts'
import type { Lane, Text, TraceStep } from '../verdict/verdict.ts'
import type { UntimedEvent } from './run-context.ts'

/** A frame as a wire event. Values that JSON cannot hold become text; bodies stay out. */
export function wireEvent(frame: SeenFrame, lane: Lane): UntimedEvent {
  const toBroker = frame.direction === 'to-broker'
  return {
    kind: 'wire',
    protocol: 'amqp',
    from: toBroker ? lane : 'broker',
    to: toBroker ? 'broker' : lane,
    connection: frame.connection,
    channel: frame.channel,
    method: frame.method,
    fields: {
      ...plain(frame.fields),
      ...(frame.properties === undefined ? {} : { properties: plain(frame.properties) }),
      ...(frame.bodySize === undefined ? {} : { bodySize: frame.bodySize }),
      ...(frame.messages === undefined ? {} : { messages: [...frame.messages] }),
      ...(frame.forwarded ? {} : { dropped: true }),
    },
    ...(frame.message === undefined ? {} : { message: frame.message }),
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
    ...(note === undefined ? {} : { note }),
  }
}

function plain(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plainValue(value)]))
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (Buffer.isBuffer(value)) return `${value.length} bytes`
  if (Array.isArray(value)) return value.map(plainValue)
  if (value !== null && typeof value === 'object') return plain(value as Record<string, unknown>)
  return value
}
