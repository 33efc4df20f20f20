/** All probes: small programs that ask a broker for its replies, grouped by what they need of it. */
import { accessProbes } from './access.probes.ts'
import { alterProbes, incrementalAlterProbes, offsetDeleteProbes } from './admin.probes.ts'
import { clusterProbes } from './cluster.probes.ts'
import { configProbes } from './config.probes.ts'
import { credentialProbes } from './credentials.probes.ts'
import { fetchProbes } from './fetch.probes.ts'
import { groupOffsetProbes } from './group-offsets.probes.ts'
import { groupProbes } from './groups.probes.ts'
import { idempotenceProbes } from './idempotence.probes.ts'
import { kafkajsProbes, kafkajsTransactionProbes } from './kafkajs.probes.ts'
import { offsetsProbes } from './list-offsets.probes.ts'
import { loginProbes } from './login.probes.ts'
import { markerProbes } from './markers.probes.ts'
import type { ProbeGroup, Programs } from './probe.ts'
import { produceProbes } from './produce.probes.ts'
import { protocolProbes } from './protocol.probes.ts'
import { readingProbes } from './reading.probes.ts'
import { staticMemberProbes } from './static-members.probes.ts'
import { topicProbes } from './topics.probes.ts'
import { transactionProbes } from './transactions.probes.ts'

/** What probes run on: one node, three of them, or one on which clients log in and access rules hold. */
export const layouts = [1, 3, 'secured'] as const
export type Layout = (typeof layouts)[number]

export const tables: Readonly<Record<Layout, readonly ProbeGroup[]>> = {
  1: [
    {
      needs: [],
      probes: {
        ...protocolProbes,
        ...topicProbes,
        ...produceProbes,
        ...idempotenceProbes,
        ...fetchProbes,
        ...offsetsProbes,
        ...groupProbes,
        ...groupOffsetProbes,
        ...configProbes,
        ...kafkajsProbes,
      },
    },
    { needs: [27, 61], probes: markerProbes },
    { needs: ['transactions'], probes: { ...transactionProbes, ...kafkajsTransactionProbes } },
    { needs: [23, 60, 61], probes: readingProbes },
    { needs: [], probes: staticMemberProbes },
    { needs: [33], probes: alterProbes },
    { needs: [44], probes: incrementalAlterProbes },
    { needs: [47], probes: offsetDeleteProbes },
  ],
  3: [{ needs: ['three nodes'], probes: clusterProbes }],
  secured: [{ needs: [17, 29, 36, 50], probes: { ...loginProbes, ...credentialProbes, ...accessProbes } }],
}

/** The programs of these groups in one table. */
export function programsOf(groups: readonly ProbeGroup[]): Programs {
  return Object.assign({}, ...groups.map(({ probes }) => probes)) as Programs
}
