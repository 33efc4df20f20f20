/** What was said on the wire. */
import type { Lab } from '#lab/kit'
import { traceStep } from '#lab/kit/trace'
import type { TraceStep } from '#lab/verdict'
import { lane } from './services.ts'

type Frames = Awaited<ReturnType<Lab['frames']>>

export function traceOf(frames: Frames): TraceStep[] {
  return frames
    .filter(({ method }) => /^basic\.(?:deliver|publish|return|ack|nack|reject)$/.test(method))
    .map((frame) => traceStep(frame, lane))
}
