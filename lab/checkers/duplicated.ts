/** Duplicated: one message had its effect more than once. Copies in a queue are no effect; bookings are. */
import { text } from '../verdict/language.ts'
import { type Anomaly, shownIds } from './anomaly.ts'

/** @param effects the message id behind each effect, as often as it happened */
export function duplicated(effects: Iterable<string>): Anomaly | undefined {
  const times = new Map<string, number>()
  for (const id of effects) times.set(id, (times.get(id) ?? 0) + 1)
  const messages = [...times].flatMap(([id, count]) => (count > 1 ? [id] : []))
  if (messages.length === 0) return undefined
  const most = Math.max(...times.values())
  const ids = shownIds(messages)
  return {
    kind: 'duplicated',
    messages,
    said: text(
      `${messages.length} of ${times.size} messages took effect more than once (up to ${most} times): ${ids.en}`,
      `${messages.length} trong ${times.size} message có tác dụng hơn một lần (nhiều nhất ${most} lần): ${ids.vi}`,
    ),
  }
}
