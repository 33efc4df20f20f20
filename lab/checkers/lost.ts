/** Lost: reported as done, and nowhere to be found. What ended as unknown or failed may be there or not. */
import { messagesThat, type Operation } from '../history/history.ts'
import { text } from '../verdict/language.ts'
import { type Anomaly, shownIds } from './anomaly.ts'

/**
 * @param what the operation that promises to keep a message, such as `send`
 * @param found ids of all messages that are there: in queues, booked, dead-lettered
 */
export function lost(
  operations: readonly Operation[],
  { what, found }: { readonly what: string; readonly found: Iterable<string> },
): Anomaly | undefined {
  const there = new Set(found)
  const promised = messagesThat(operations, { what, ended: 'ok' })
  const messages = promised.filter((id) => !there.has(id))
  if (messages.length === 0) return undefined
  const ids = shownIds(messages)
  return {
    kind: 'lost',
    messages,
    said: text(
      `${messages.length} of ${promised.length} messages reported as done are nowhere to be found: ${ids.en}`,
      `${messages.length} trong ${promised.length} message đã báo là xong mà không thấy đâu: ${ids.vi}`,
    ),
  }
}
