/**
 * What probes ask for and the embedded Kafka has not yet. Such probes are recorded from a real one all the same, and run as
 * soon as it is there: a test refuses a line here that is no longer true.
 */
import { handlerOf } from '../handlers/handlers.ts'
import { startKafka } from '../kafka.ts'
import type { Need, ProbeGroup } from './probe.ts'

/** Features that have no key of their own. */
export type Feature = Exclude<Need, number>

/** Whether a feature is there; asked of the broker itself. */
export const featureTests: Readonly<Record<Feature, () => boolean | Promise<boolean>>> = {
  transactions: () => handlerOf(26) !== undefined,
  'three nodes': hasThreeNodes,
}

async function hasThreeNodes(): Promise<boolean> {
  try {
    const cluster = await startKafka({ ports: [0, 0, 0] })
    await cluster.stop()
    return true
  } catch {
    return false
  }
}

/** The features that are not there yet. */
export const pendingFeatures: readonly Feature[] = []

export function isPending({ needs }: ProbeGroup): boolean {
  return needs.some((need) =>
    typeof need === 'number' ? handlerOf(need) === undefined : pendingFeatures.includes(need),
  )
}
