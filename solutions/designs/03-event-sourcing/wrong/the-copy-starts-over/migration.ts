// mistake: a copy that was interrupted is started from the beginning
// refused by: design-03.6
// says: copying the old rows
/** Copies events of the first years into a store of today's: transformed on the way, under their old ids, as often as it takes. */
import { upcast, type WrittenEvent } from './events.ts'
import type { EventStore } from './store.ts'

/** A row of the old store. */
export interface OldRow {
  readonly stream_id: string
  readonly version: number
  readonly event_id: string
  readonly type: string
  readonly data: unknown
}

/**
 * Copies what is not there yet; what is given is not changed. Called again, after a crash or with more rows, it goes on where it
 * stopped. Answers how many it copied.
 */
export function migrate(old: readonly OldRow[], store: EventStore): number {
  let copied = 0
  for (const { stream_id, version, event_id, type, data } of old) {
    const event: WrittenEvent = upcast({ type, data })
    store.append(stream_id, version - 1, [{ ...event, eventId: event_id }])
    copied += 1
  }
  return copied
}
