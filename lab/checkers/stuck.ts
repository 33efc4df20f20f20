/** Stuck: something was asked for and never ended, though nothing stands in its way any more. */
import type { Operation } from '../history/history.ts'
import { text } from '../verdict/language.ts'
import { type Anomaly, shownIds } from './anomaly.ts'

/** Call it when the run is quiet: what still pends then waits for ever. */
export function stuck(operations: readonly Operation[]): Anomaly | undefined {
  const pending = operations.filter(({ ending }) => ending === 'pending')
  const [first] = pending
  if (first === undefined) return undefined
  const messages = [...new Set(pending.map(({ message }) => message))]
  const ids = shownIds(messages)
  return {
    kind: 'stuck',
    messages,
    said: text(
      `${pending.length} of ${operations.length} operations never ended (${first.what}): ${ids.en}`,
      `${pending.length} trong ${operations.length} thao tác không bao giờ kết thúc (${first.what}): ${ids.vi}`,
    ),
  }
}
