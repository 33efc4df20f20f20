/** Asks for the nodes of a cluster (KIP-700). Every version is flexible; 1 tells brokers and controllers apart. */
import { array, boolean, int8, int16, int32, message, nullable, orElse, string } from '../schema.ts'

/** What operations a client may do is not known: it was not asked for. */
const NOT_ASKED = -2_147_483_648

export const describeCluster = message(60, 'DescribeCluster', '0-2', {
  flexibleSince: 0,
  request: {
    includeClusterAuthorizedOperations: boolean('0+'),
    endpointType: orElse(int8('1+'), 1),
    includeFencedBrokers: orElse(boolean('2+'), false),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    errorCode: int16('0+'),
    errorMessage: orElse(nullable(string('0+')), null),
    endpointType: orElse(int8('1+'), 1),
    clusterId: string('0+'),
    controllerId: int32('0+'),
    brokers: array('0+', {
      nodeId: int32('0+'),
      host: string('0+'),
      port: int32('0+'),
      rack: orElse(nullable(string('0+')), null),
      isFenced: orElse(boolean('2+'), false),
    }),
    clusterAuthorizedOperations: orElse(int32('0+'), NOT_ASKED),
  },
})
