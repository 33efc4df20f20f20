/** How often, and at what intervals, a connection is tried. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab, PlacedFault } from '#lab/kit'
import type { Random } from '#lab/subject'
import type { Lane } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { endedOf, lanes, started } from './services.ts'

/** What backoff.ts exports, but for its constants: those are the task's. */
interface BackoffModule {
  delayMs(attempt: number, random: Random): number
}

/** What the task sets. */
export const firstMs = 50
export const maxMs = 2000

const backoffFile = 'backoff.ts'
/** For how long the broker hangs up on everybody who connects. */
const refusingMs = 1000
/** Whoever tries more often than this in that time has no backoff. */
export const attemptsMax = 15
/** So many attempts are hung up on. */
const refusedMax = 60

/** What was drawn for one attempt. */
interface Drawn {
  readonly attempt: number
  readonly delays: readonly number[]
}

export interface BackoffSeen {
  readonly drawn: readonly Drawn[]
  /** For each service: how often it tried to connect while the broker hung up on everybody. */
  readonly attempts: Readonly<Record<(typeof lanes)[number], number>>
  readonly refusingMs: number
  readonly ended: readonly { readonly file: string; readonly why: string }[]
}

/** The function by itself, drawn from a hundred times; then a broker that accepts connections and hangs up. */
export async function backedOff(lab: Lab): Promise<BackoffSeen> {
  const { delayMs } = await lab.subject.load<BackoffModule>(backoffFile, ['delayMs'])
  const drawn = [1, 2, 3, 4, 5, 6, 10, 1000].map((attempt) => ({
    attempt,
    delays: Array.from({ length: 100 }, () => delayMs(attempt, lab.random)),
  }))
  const services = await started(lab)
  const refused = new Map<Lane, PlacedFault[]>()
  for (const lane of lanes) {
    const placed: PlacedFault[] = []
    for (let nth = 1; nth <= refusedMax; nth += 1) {
      placed.push(
        await lab.place({
          name: 'hangs up',
          lane,
          text: text('the broker hangs up on whoever connects', 'broker cúp máy với bất kỳ ai kết nối'),
          when: { direction: 'to-broker', method: 'protocol-header', nth },
          what: { kind: 'cut' },
        }),
      )
    }
    refused.set(lane, placed)
  }
  for (const lane of lanes) (await lab.proxy(lane)).cut()
  await sleep(refusingMs)
  const attempts = Object.fromEntries(
    [...refused].map(([lane, placed]) => [lane, placed.filter(({ state }) => state === 'fired').length]),
  ) as BackoffSeen['attempts']
  for (const placed of [...refused.values()].flat()) placed.lift()
  return { drawn, attempts, refusingMs, ended: await endedOf(services) }
}
