/** Why an event comes again. */
import type { Lab } from '#lab/kit'
import { unhurried } from '#lab/kit/stage'
import { type Cause, type Delivery, type FindingsModule, findingsFile } from './findings.ts'
import { misfortunes } from './misfortunes.ts'

export interface ArrivalsSeen {
  readonly arrivals: readonly {
    readonly delivery: Delivery
    readonly expected: Cause
    readonly answered: unknown
    readonly isPlayed: boolean
  }[]
}

/** Five payments reach the unprotected service: once, handed out again, resent, and sent back from the dead letters. */
export const arrived = unhurried(async (lab: Lab): Promise<ArrivalsSeen> => {
  const { causeOf } = await lab.subject.load<FindingsModule>(findingsFile, ['causeOf'])
  const { deliveries, causes } = await misfortunes(lab)
  const played = deliveries.map((delivery, at) => ({
    delivery,
    expected: causes[at] ?? 'first',
    answered: causeOf(delivery, deliveries.slice(0, at)),
    isPlayed: true,
  }))
  // Its first receiver died before anybody had written it down.
  const orphan: Delivery = { message_id: 'never-seen-before', redelivered: true, headers: {} }
  const made = {
    delivery: orphan,
    expected: 'redelivered',
    answered: causeOf(orphan, []),
    isPlayed: false,
  } as const
  return { arrivals: [...played, made] }
})
