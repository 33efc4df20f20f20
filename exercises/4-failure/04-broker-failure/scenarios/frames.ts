/** What was said on the wire. */
import type { Lab } from '#lab/kit'
import { traceStep } from '#lab/kit/trace'
import type { Lane, TraceStep } from '#lab/verdict'

type Frames = Awaited<ReturnType<Lab['frames']>>

/** Events of which the producer has heard that the broker has them. */
export function confirmedIn(frames: Frames): Set<string> {
  const found = new Set<string>()
  for (const { method, direction, forwarded, message, messages } of frames) {
    if (method !== 'basic.ack' || direction !== 'to-client' || !forwarded) continue
    for (const id of messages ?? (message === undefined ? [] : [message])) found.add(id)
  }
  return found
}

/** What reached the consumer, copies included. */
export function deliveredIn(frames: Frames): string[] {
  return frames.flatMap(({ method, forwarded, message = '' }) =>
    method === 'basic.deliver' && forwarded ? [message] : [],
  )
}

/** Acks whose delivery tag stands for nothing on their connection, or for something that was settled before. */
export function strayAcksIn(frames: Frames): number {
  const open = new Set<string>()
  let stray = 0
  for (const { method, direction, connection, channel, fields } of frames) {
    const tag = `${connection} ${channel} ${String(fields.deliveryTag)}`
    if (method === 'basic.deliver') open.add(tag)
    else if (
      /^basic\.(?:ack|nack|reject)$/.test(method) &&
      direction === 'to-broker' &&
      fields.multiple !== true
    ) {
      if (!open.delete(tag)) stray += 1
    }
  }
  return stray
}

export function traceOf(frames: Frames, lane: Lane): TraceStep[] {
  return frames
    .filter(
      ({ method }) =>
        /^basic\.(?:publish|deliver|ack|nack|reject)$/.test(method) || method.endsWith('.close'),
    )
    .map((frame) => traceStep(frame, lane))
}
