/** The wallet's architecture as the attacks read it, and what the brief says about time. */
import type { Lab } from '#lab/kit'
import { onBoth, type Scenario, unhurried } from '#lab/kit/stage'
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'
import type { DesignData } from '#lab/lint/design'
import type { Roles } from '#lab/simulate/services'

export const modelFile = 'architecture.ts'

export interface Architecture extends DesignData {
  readonly roles: Roles
  readonly reads: readonly {
    readonly what: string
    readonly from: string
    readonly staleMsMax: number
    readonly meanwhile: string
  }[]
}

/** A deployment of any service takes so long; and so long a user may be wrong at most. */
export const outageMs = 20_000
export const wrongMsMax = 60_000
/** A sentence has so many words. */
export const wordsMin = 4

export async function load(subject: SubjectUnderTest): Promise<Architecture> {
  const { architecture } = await subject.loadData<{ architecture: Architecture }>(modelFile, ['architecture'])
  return architecture
}

/** A scenario with a RabbitMQ and a Kafka, since the messages of a design travel by either. */
export function onTheirBrokers<Facts>(scenario: (lab: Lab) => Promise<Facts>): Scenario<Facts> {
  return unhurried(onBoth({ nodes: 1 }, scenario))
}
