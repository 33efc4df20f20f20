/** All probes: small programs that ask a broker for its replies, grouped by what they need of it. */
import { configProbes } from './config.probes.ts'
import { groupProbes } from './groups.probes.ts'
import type { ProbeGroup, Programs } from './probe.ts'
import { protocolProbes } from './protocol.probes.ts'
import { fetchProbes, idempotenceProbes, produceProbes } from './records.probes.ts'
import { topicProbes } from './topics.probes.ts'

/** On how many nodes probes run. */
export const nodeCounts = [1, 3] as const
export type NodeCount = (typeof nodeCounts)[number]

export const tables: Readonly<Record<NodeCount, readonly ProbeGroup[]>> = {
  1: [
    {
      needs: [],
      probes: {
        ...protocolProbes,
        ...topicProbes,
        ...produceProbes,
        ...idempotenceProbes,
        ...fetchProbes,
        ...groupProbes,
        ...configProbes,
      },
    },
  ],
  3: [],
}

/** The programs of these groups in one table. */
export function programsOf(groups: readonly ProbeGroup[]): Programs {
  return Object.assign({}, ...groups.map(({ probes }) => probes)) as Programs
}
