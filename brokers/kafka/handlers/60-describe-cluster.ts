/**
 * DescribeCluster. Served: 0-2.
 *
 * - The live nodes, and one of them as the controller. Nodes that are down are not told, even to who asks for fenced ones.
 * - Only brokers can be asked for: controllers (type 2) are answered with 114, as a broker of Kafka does it.
 *
 * Version 1 adds the type of endpoints, 2 fenced brokers.
 */
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { describeCluster as message } from '../wire/messages/60-describe-cluster.ts'
import { handler } from './handler.ts'

const BROKERS = 1
const CONTROLLERS = 2
/** One bit for each operation of KIP-430; without ACLs everybody may do everything. */
const EVERY_OPERATION = 8_096
/** Kafka's own words. */
const MISMATCH =
  'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER'

export const describeCluster = handler(message, { versions: '0-2' }, ({ cluster }, request) => {
  const { endpointType } = request
  if (endpointType === CONTROLLERS) return refused('mismatchedEndpointType', MISMATCH)
  if (endpointType !== BROKERS)
    return refused('unsupportedEndpointType', `Unsupported endpoint type ${endpointType}`)
  return {
    errorCode: 0,
    clusterId: cluster.id,
    controllerId: cluster.controller.id,
    brokers: cluster.liveNodes.map(({ id, host, port }) => ({ nodeId: id, host, port })),
    ...(request.includeClusterAuthorizedOperations ? { clusterAuthorizedOperations: EVERY_OPERATION } : {}),
  }
})

function refused(error: ErrorName, errorMessage: string) {
  return { errorCode: codeOf(error), errorMessage, clusterId: '', controllerId: -1, brokers: [] }
}
