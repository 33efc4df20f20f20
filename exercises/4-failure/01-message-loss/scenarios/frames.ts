/** What was said on the wire. */
import type { Lab } from '#lab/kit'
import { traceStep } from '#lab/kit/trace'
import type { TraceStep } from '#lab/verdict'
import { openEvent } from '#payments/events'

type Frames = Awaited<ReturnType<Lab['frames']>>

interface Published {
  readonly payment: string
  readonly event: string
  readonly messageId: string
}

/** What the service has published, also what never arrived. */
export function publishedIn(frames: Frames): Published[] {
  return frames.flatMap(({ method, direction, body, message }) => {
    if (method !== 'basic.publish' || direction !== 'to-broker' || body === undefined) return []
    const { envelope, data } = openEvent(body)
    return [{ payment: data.payment_id, event: envelope.id, messageId: message ?? '' }]
  })
}

/** The payments of which the service has heard that the broker has taken them, those that came back left out. */
export function confirmedIn(frames: Frames): Set<string> {
  return paymentsBehind(frames, ({ forwarded }) => forwarded)
}

/** The payment whose confirm was lost. */
export function lostIn(frames: Frames): string | undefined {
  return [...paymentsBehind(frames, ({ forwarded }) => !forwarded)][0]
}

function paymentsBehind(frames: Frames, isWanted: (frame: Frames[number]) => boolean): Set<string> {
  const found = new Set<string>()
  const paymentOf = new Map<string, string>()
  const back = new Set<string>()
  for (const frame of frames) {
    if (frame.method === 'basic.publish') {
      const [published] = publishedIn([frame])
      if (published !== undefined) paymentOf.set(published.messageId, published.payment)
    }
    if (frame.method === 'basic.return' && frame.message !== undefined) back.add(frame.message)
    if (frame.method !== 'basic.ack' || frame.direction !== 'to-client') continue
    for (const id of frame.messages ?? (frame.message === undefined ? [] : [frame.message])) {
      const payment = paymentOf.get(id)
      const cameBack = back.delete(id)
      if (payment !== undefined && !cameBack && isWanted(frame)) found.add(payment)
    }
  }
  return found
}

export function endedWithNack(frames: Frames): string[] {
  const paymentOf = new Map(publishedIn(frames).map(({ messageId, payment }) => [messageId, payment]))
  const last = new Map<string, string>()
  for (const { method, direction, message = '', messages = [message] } of frames) {
    if (direction !== 'to-client' || !/^basic\.(?:ack|nack)$/.test(method)) continue
    for (const id of messages) last.set(paymentOf.get(id) ?? id, method)
  }
  return [...last].flatMap(([payment, method]) => (method === 'basic.nack' ? [payment] : []))
}

export function traceOf(frames: Frames): TraceStep[] {
  return frames
    .filter(({ method }) => /^basic\.(?:publish|return|ack|nack)$/.test(method))
    .map((frame) => traceStep(frame, 'producer'))
}
