/** What a checker answers: nothing, or what is wrong, with the ids concerned and a sentence in both languages. */
import { shortId } from '../verdict/language.ts'
import type { Text } from '../verdict/verdict.ts'

export interface Anomaly {
  readonly kind: 'lost' | 'duplicated' | 'reordered' | 'stuck' | 'unconserved'
  /** Ids of the messages (or transactions) concerned, whole. */
  readonly messages: readonly string[]
  /** What was seen, as a breach says it. */
  readonly said: Text
}

/** So many ids are spelled out in a sentence. */
const idsMax = 3

/** A few ids for a sentence: `…a3f, …b81 and 4 more`. */
export function shownIds(ids: readonly string[]): Text {
  const shown = ids.slice(0, idsMax).map(shortId).join(', ')
  const left = ids.length - idsMax
  return left > 0
    ? { en: `${shown} and ${left} more`, vi: `${shown} và ${left} cái nữa` }
    : { en: shown, vi: shown }
}
