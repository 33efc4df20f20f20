/** Asks which broker looks after a group or a transactional id. Version 3 is the first flexible one, 4 asks for many. */
import { array, arrayOf, int8, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const findCoordinator = message(10, 'FindCoordinator', '0-4', {
  flexibleSince: 3,
  request: {
    key: orElse(string('0-3'), ''),
    keyType: orElse(int8('1+'), 0),
    coordinatorKeys: orElse(arrayOf(string('4+')), []),
  },
  response: {
    throttleTimeMs: orElse(int32('1+'), 0),
    errorCode: orElse(int16('0-3'), 0),
    errorMessage: orElse(nullable(string('1-3')), null),
    nodeId: orElse(int32('0-3'), -1),
    host: orElse(string('0-3'), ''),
    port: orElse(int32('0-3'), -1),
    coordinators: orElse(
      array('4+', {
        key: string('4+'),
        nodeId: int32('4+'),
        host: string('4+'),
        port: int32('4+'),
        errorCode: int16('4+'),
        errorMessage: nullable(string('4+')),
      }),
      [],
    ),
  },
})
