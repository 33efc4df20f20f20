/** Creates topics. Version 5 is the first flexible one and tells what was created, 7 adds topic ids. */
import {
  array,
  arrayOf,
  boolean,
  int8,
  int16,
  int32,
  message,
  nullable,
  orElse,
  string,
  tagged,
  uuid,
  ZERO_UUID,
} from '../schema.ts'

export const createTopics = message(19, 'CreateTopics', '2-7', {
  flexibleSince: 5,
  request: {
    topics: array('0+', {
      name: string('0+'),
      numPartitions: int32('0+'),
      replicationFactor: int16('0+'),
      assignments: array('0+', { index: int32('0+'), brokerIds: arrayOf(int32('0+')) }),
      configs: array('0+', { name: string('0+'), value: nullable(string('0+')) }),
    }),
    timeoutMs: int32('0+'),
    validateOnly: orElse(boolean('1+'), false),
  },
  response: {
    throttleTimeMs: orElse(int32('2+'), 0),
    topics: array('0+', {
      name: string('0+'),
      id: orElse(uuid('7+'), ZERO_UUID),
      errorCode: int16('0+'),
      errorMessage: orElse(nullable(string('1+')), null),
      numPartitions: orElse(int32('5+'), -1),
      replicationFactor: orElse(int16('5+'), -1),
      configs: orElse(
        nullable(
          array('5+', {
            name: string('5+'),
            value: nullable(string('5+')),
            readOnly: boolean('5+'),
            configSource: int8('5+'),
            isSensitive: boolean('5+'),
          }),
        ),
        null,
      ),
      topicConfigErrorCode: tagged(0, int16('5+')),
    }),
  },
})
