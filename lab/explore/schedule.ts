/** Schedules: at which moments of a run something crashes. Which of them are tried, and in which order, is the seed's. */
import type { Random } from '#lab/subject'
import type { CrashKind } from './exploration.ts'
import { type Exchanged, type Moment, momentsAround, showMoment } from './moment.ts'

export interface Schedule {
  readonly crash: CrashKind
  /** How many messages the scenario sends. */
  readonly messages: number
  /** One for each crash. */
  readonly at: readonly Moment[]
}

/** So many pairs are drawn in vain before a run counts as having no more of them. */
const drawsMax = 50

/**
 * One crash around every message first, in the order of the run; then, if more are wanted, pairs of crashes, drawn at
 * random. Fewer than there are single crashes are an even sample of them.
 */
export function schedulesFor(
  exchanged: readonly Exchanged[],
  options: {
    crash: CrashKind
    messages: number
    howMany: number | undefined
    random: Random
    alike?: RegExp | undefined
  },
): Schedule[] {
  const { crash, messages, howMany, random, alike } = options
  const moments = momentsAround(exchanged, crash, alike)
  const singles = moments.map((moment): Schedule => ({ crash, messages, at: [moment] }))
  if (howMany === undefined || howMany === singles.length) return singles
  if (howMany < singles.length) return sample(singles, howMany, random)
  return [
    ...singles,
    ...pairs(moments, howMany - singles.length, random).map((at) => ({ crash, messages, at })),
  ]
}

/** Keeps the order. */
function sample(schedules: readonly Schedule[], howMany: number, random: Random): Schedule[] {
  const left = schedules.map((_, index) => index)
  const chosen: number[] = []
  while (chosen.length < howMany) chosen.push(...left.splice(random.integer(0, left.length - 1), 1))
  return chosen.sort((a, b) => a - b).flatMap((index) => schedules[index] ?? [])
}

function pairs(moments: readonly Moment[], howMany: number, random: Random): Moment[][] {
  const drawn = new Map<string, Moment[]>()
  if (moments.length < 2) return []
  for (let inVain = 0; drawn.size < howMany && inVain < drawsMax; ) {
    const [one, other] = [0, 0].map(() => random.integer(0, moments.length - 1)).sort((a, b) => a - b)
    const pair = [moments[one ?? 0], moments[other ?? 0]].flatMap((moment) => moment ?? [])
    const name = pair.map(showMoment).join(',')
    if (one === other || drawn.has(name)) inVain += 1
    else {
      inVain = 0
      drawn.set(name, pair)
    }
  }
  return [...drawn.values()]
}
