/** Which dead letters a command means, and whether one of them may go back to work. */
import type { DeadLetter } from './dead-letter.ts'

export interface Selection {
  /** A message id, or its end. */
  readonly id?: string | undefined
  /** Part of the reason, in any case. */
  readonly reason?: string | undefined
  /** Dead for at least so long. */
  readonly olderMs?: number | undefined
}

export function isMeant(dead: DeadLetter, { id, reason, olderMs }: Selection, nowMs: number): boolean {
  if (id !== undefined && dead.id?.endsWith(id.replace(/^…/, '')) !== true) return false
  if (reason !== undefined && !(dead.reason ?? '').toLowerCase().includes(reason.toLowerCase())) return false
  return olderMs === undefined || (dead.diedAt !== undefined && nowMs - dead.diedAt >= olderMs)
}

/** Why a message stays where it is. */
export type Refusal = 'redriven-too-often' | 'no-origin' | 'leads-back-here'

export function refusalOf(
  { origin, redrives }: DeadLetter,
  { redrivesMax, queue }: { readonly redrivesMax: number; readonly queue: string },
): Refusal | undefined {
  if (redrives >= redrivesMax) return 'redriven-too-often'
  if (origin === undefined) return 'no-origin'
  return origin.exchange === '' && origin.routingKey === queue ? 'leads-back-here' : undefined
}
