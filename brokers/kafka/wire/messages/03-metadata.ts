/** Asks which brokers there are, and who leads which partition. Version 9 is the first flexible one, 10 adds topic ids. */
import {
  array,
  arrayOf,
  boolean,
  int16,
  int32,
  message,
  nullable,
  orElse,
  string,
  uuid,
  ZERO_UUID,
} from '../schema.ts'

/** What operations a client may do is not known: it was not asked for. */
const NOT_ASKED = -2_147_483_648

export const metadata = message(3, 'Metadata', '0-12', {
  flexibleSince: 9,
  request: {
    topics: nullable(array('0+', { id: orElse(uuid('10+'), ZERO_UUID), name: nullable(string('0+')) })),
    allowAutoTopicCreation: orElse(boolean('4+'), true),
    includeClusterAuthorizedOperations: orElse(boolean('8-10'), false),
    includeTopicAuthorizedOperations: orElse(boolean('8+'), false),
  },
  response: {
    throttleTimeMs: orElse(int32('3+'), 0),
    brokers: array('0+', {
      nodeId: int32('0+'),
      host: string('0+'),
      port: int32('0+'),
      rack: orElse(nullable(string('1+')), null),
    }),
    clusterId: nullable(string('2+')),
    controllerId: int32('1+'),
    topics: array('0+', {
      errorCode: int16('0+'),
      name: nullable(string('0+')),
      id: orElse(uuid('10+'), ZERO_UUID),
      isInternal: orElse(boolean('1+'), false),
      partitions: array('0+', {
        errorCode: int16('0+'),
        index: int32('0+'),
        leaderId: int32('0+'),
        leaderEpoch: orElse(int32('7+'), -1),
        replicaNodes: arrayOf(int32('0+')),
        isrNodes: arrayOf(int32('0+')),
        offlineReplicas: orElse(arrayOf(int32('5+')), []),
      }),
      authorizedOperations: orElse(int32('8+'), NOT_ASKED),
    }),
    clusterAuthorizedOperations: orElse(int32('8-10'), NOT_ASKED),
  },
})
