/** All probes: small programs that ask a broker for its replies, grouped by noun. */
import { connectionProbes } from './connection.probes.ts'
import { deadLetterProbes } from './dead-letter.probes.ts'
import { deliveryProbes } from './delivery.probes.ts'
import { exchangeProbes } from './exchange.probes.ts'
import { managementProbes } from './management.probes.ts'
import { permissionProbes } from './permission.probes.ts'
import { policyProbes } from './policy.probes.ts'
import type { ProbeTable } from './probe.ts'
import { publishProbes } from './publish.probes.ts'
import { queueProbes } from './queue.probes.ts'
import { restartProbes } from './restart.probes.ts'
import { textProbes } from './text.probes.ts'

export const table: ProbeTable = {
  probes: {
    ...connectionProbes,
    ...exchangeProbes,
    ...queueProbes,
    ...deliveryProbes,
    ...deadLetterProbes,
    ...publishProbes,
    ...textProbes,
    ...permissionProbes,
    ...policyProbes,
    ...managementProbes,
  },
  restarts: restartProbes,
}
