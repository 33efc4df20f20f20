/**
 * Conservation: every produced message is in exactly one place, processed or dead-lettered or still in flight, and
 * nothing is there that nobody produced. By sets of ids, not by counts: a lost one and a made-up one would cancel out.
 */
import { text } from '../verdict/language.ts'
import { type Anomaly, shownIds } from './anomaly.ts'

export interface Whereabouts {
  readonly produced: Iterable<string>
  readonly processed: Iterable<string>
  readonly deadLettered: Iterable<string>
  /** Ready or unacknowledged in a queue. */
  readonly inFlight: Iterable<string>
}

export function conservation(facts: Whereabouts): Anomaly | undefined {
  const produced = new Set(facts.produced)
  const places = [facts.processed, facts.deadLettered, facts.inFlight].map((ids) => new Set(ids))
  const times = new Map<string, number>()
  for (const place of places) for (const id of place) times.set(id, (times.get(id) ?? 0) + 1)
  const missing = [...produced].filter((id) => !times.has(id))
  const madeUp = [...times.keys()].filter((id) => !produced.has(id))
  const twice = [...times].flatMap(([id, count]) => (count > 1 && produced.has(id) ? [id] : []))
  const messages = [...missing, ...madeUp, ...twice]
  if (messages.length === 0) return undefined
  const [processed, dead, inFlight] = places.map(({ size }) => size)
  const ids = shownIds(messages)
  return {
    kind: 'unconserved',
    messages,
    said: text(
      `${produced.size} were produced; ${processed} are processed, ${dead} dead-lettered, ${inFlight} in flight: ${missing.length} are missing, ${madeUp.length} came from nowhere, ${twice.length} are in two places (${ids.en})`,
      `tạo ra ${produced.size}; đã xử lý ${processed}, dead-letter ${dead}, đang trên đường ${inFlight}: thiếu ${missing.length}, ${madeUp.length} cái không rõ từ đâu ra, ${twice.length} cái nằm ở hai nơi (${ids.vi})`,
    ),
  }
}
