/** What was said on the wire. */
import type { Lab } from '#lab/kit'
import { traceStep } from '#lab/kit/trace'
import type { Lane, TraceStep } from '#lab/verdict'
import { consumerLane } from './consumers.ts'

export type Frames = Awaited<ReturnType<Lab['frames']>>

/** What reached the consumer. */
export function deliveriesIn(frames: Frames): { message: string; redelivered: boolean }[] {
  return frames.flatMap(({ method, forwarded, message = '', fields }) =>
    method === 'basic.deliver' && forwarded ? [{ message, redelivered: fields.redelivered === true }] : [],
  )
}

export function traceOf(frames: Frames, lane: Lane = consumerLane): TraceStep[] {
  return frames
    .filter(({ method }) => /^basic\.(?:publish|deliver|ack|nack|reject)$/.test(method))
    .map((frame) => traceStep(frame, lane))
}
