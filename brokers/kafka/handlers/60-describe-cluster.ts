/**
 * DescribeCluster. Served: 0-2.
 *
 * - The live nodes, and one of them as the controller. Nodes that are down are not told, even to who asks for fenced ones.
 * - Only brokers can be asked for: controllers (type 2) are answered with 114, as a broker of Kafka does it.
 *
 * Version 1 adds the type of endpoints, 2 fenced brokers.
 */
import { CLUSTER_NAME } from '../security/acl.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { describeCluster as message } from '../wire/messages/60-describe-cluster.ts'
import { authorizedOperations } from './access.ts'
import { handler } from './handler.ts'

const BROKERS = 1
const CONTROLLERS = 2
/** Kafka's own words. */
const MISMATCH =
  'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER'

export const describeCluster = handler(message, { versions: '0-2' }, (call, request) => {
  const { cluster } = call
  const { endpointType } = request
  if (endpointType === CONTROLLERS) return refused('mismatchedEndpointType', MISMATCH)
  if (endpointType !== BROKERS)
    return refused('unsupportedEndpointType', `Unsupported endpoint type ${endpointType}`)
  return {
    errorCode: 0,
    clusterId: cluster.id,
    controllerId: cluster.controller.id,
    brokers: cluster.liveNodes.map(({ id, host, port }) => ({ nodeId: id, host, port })),
    ...(request.includeClusterAuthorizedOperations
      ? { clusterAuthorizedOperations: authorizedOperations(call, 'cluster', CLUSTER_NAME) }
      : {}),
  }
})

function refused(error: ErrorName, errorMessage: string) {
  return { errorCode: codeOf(error), errorMessage, clusterId: '', controllerId: -1, brokers: [] }
}
