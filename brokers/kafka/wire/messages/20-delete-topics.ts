/** Deletes topics. Version 4 is the first flexible one, 6 takes topic ids. */
import {
  array,
  arrayOf,
  int16,
  int32,
  message,
  nullable,
  orElse,
  string,
  uuid,
  ZERO_UUID,
} from '../schema.ts'

export const deleteTopics = message(20, 'DeleteTopics', '1-6', {
  flexibleSince: 4,
  request: {
    topics: orElse(array('6+', { name: nullable(string('6+')), id: uuid('6+') }), []),
    topicNames: orElse(arrayOf(string('0-5')), []),
    timeoutMs: int32('0+'),
  },
  response: {
    throttleTimeMs: orElse(int32('1+'), 0),
    topics: array('0+', {
      name: nullable(string('0+')),
      id: orElse(uuid('6+'), ZERO_UUID),
      errorCode: int16('0+'),
      errorMessage: orElse(nullable(string('5+')), null),
    }),
  },
})
