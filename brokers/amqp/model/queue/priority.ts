/**
 * How many levels of priority a queue has, and on which one a message lies (rabbitmq.md 2.5, 2.11). Classic queues have as
 * many as x-max-priority says; quorum queues none in 3.x, two that share their turns in 4.0 to 4.2, and 32 strict ones in 4.3.
 */
import type { Profile } from '../../profile.ts'
import type { QueueSettings } from './arguments.ts'

export interface Priorities {
  /** Of the highest level; the lowest is 0. */
  readonly max: number
  /** Two levels, of which the higher one has two turns out of three. */
  readonly areShared: boolean
}

/** From this priority on a message is on the higher of two levels. */
const HIGH_FROM = 5

export function prioritiesOf({ type, priorityMax }: QueueSettings, profile: Profile): Priorities {
  if (type === 'classic') return { max: priorityMax, areShared: false }
  const levels = profile.quorumPriorityLevels
  return { max: levels - 1, areShared: levels === 2 }
}

export function levelOf(priority = 0, { max, areShared }: Priorities): number {
  return areShared ? Number(priority >= HIGH_FROM) : Math.min(priority, max)
}
