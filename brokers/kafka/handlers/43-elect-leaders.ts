/**
 * ElectLeaders. Served: 0-2.
 *
 * - Type 0 lets the preferred replica lead, the first one that a partition was given: 80 if it is not in sync. Type 1 gives a
 *   partition without a leader one that is not in sync either: records are lost.
 * - Where the election is not needed the answer is 84; null asks for all partitions, and those are left out then.
 *
 * Version 1 adds the type, 2 is flexible.
 */
import type { Cluster } from '../model/cluster.ts'
import { refusal } from '../refusal.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { electLeaders as message } from '../wire/messages/43-elect-leaders.ts'
import { demandByRequest, mayOnCluster } from './access.ts'
import { type Call, handler, outcomeOf } from './handler.ts'

const PREFERRED = 0
const UNCLEAN = 1

export const electLeaders = handler(message, { versions: '0-2' }, (call, request) => {
  const { cluster } = call
  const { electionType, topics } = request
  const asked = topics ?? everything(cluster)
  return {
    errorCode: codeOf(errorOf(call, electionType)),
    topics: asked.map(({ name, partitions }) => ({
      name,
      partitions: partitions
        .map((index) => ({
          index,
          ...outcomeOf(() => {
            demandByRequest(call, 'alter')
            elect(cluster, { name, index, electionType })
          }),
        }))
        .filter(({ errorCode }) => topics !== null || errorCode !== codeOf('electionNotNeeded')),
    })),
  }
})

function errorOf(call: Call, electionType: number): ErrorName {
  if (!mayOnCluster(call, 'alter')) return 'clusterAuthorizationFailed'
  return electionType === PREFERRED || electionType === UNCLEAN ? 'none' : 'invalidRequest'
}

function everything({ topics }: Cluster) {
  return [...topics.values()].map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ index }) => index),
  }))
}

function elect(
  { topics, controller }: Cluster,
  { name, index, electionType }: { name: string; index: number; electionType: number },
): void {
  if (electionType !== PREFERRED && electionType !== UNCLEAN)
    throw refusal('invalidRequest', `Unknown election type ${electionType}`)
  const topic = topics.get(name)
  if (topic === undefined) throw refusal('unknownTopicOrPartition', `No such topic as ${name}`)
  const partition = topic.partitions[index]
  if (partition === undefined)
    throw refusal('unknownTopicOrPartition', `No such partition as ${name}-${index}`)
  if (electionType === PREFERRED) controller.electPreferred(partition)
  else controller.electUnclean(partition)
}
