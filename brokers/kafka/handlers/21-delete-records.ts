/**
 * DeleteRecords. Served: 0-2.
 *
 * - Moves the start of a log up to an offset, -1 meaning the high watermark; an offset beyond it is refused with 1.
 *
 * Version 2 is flexible.
 */
import { isInternalTopic } from '../model/topic.ts'
import { refusal } from '../refusal.ts'
import { codeOf } from '../wire/error-code.ts'
import { deleteRecords as message } from '../wire/messages/21-delete-records.ts'
import { leaderOf } from './00-produce.ts'
import { demand } from './access.ts'
import { attempt, handler } from './handler.ts'

export const deleteRecords = handler(message, { versions: '0-2' }, (call, request) => ({
  topics: request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ index, offset }) => {
      const result = attempt(() => {
        demand(call, 'delete', 'topic', name)
        if (isInternalTopic(name)) throw refusal('invalidTopic', `${name} belongs to the broker`)
        return leaderOf(call, name, index).deleteBefore(offset)
      })
      if ('error' in result) return { index, lowWatermark: -1, errorCode: codeOf(result.error) }
      return { index, lowWatermark: result.value, errorCode: 0 }
    }),
  })),
}))
