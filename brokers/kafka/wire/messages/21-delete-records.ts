/** Moves the start of logs up. Version 2 is the first flexible one. */
import { array, int16, int32, int64, message, orElse, string } from '../schema.ts'

export const deleteRecords = message(21, 'DeleteRecords', '0-2', {
  flexibleSince: 2,
  request: {
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', { index: int32('0+'), offset: int64('0+') }),
    }),
    timeoutMs: int32('0+'),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', { index: int32('0+'), lowWatermark: int64('0+'), errorCode: int16('0+') }),
    }),
  },
})
