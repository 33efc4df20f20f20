/**
 * Reordered: within one key, a later message had its first effect before an earlier one. Between keys any order is
 * right, and a message that comes again is a duplicate, not a disorder.
 */
import { shortId, text } from '../verdict/language.ts'
import type { Anomaly } from './anomaly.ts'

/** A message and the key within which order counts. */
export interface Keyed {
  readonly message: string
  readonly key: string
}

/**
 * @param sent in the order that was meant
 * @param seen ids in the order in which they took effect; ids that were never sent are another checker's
 */
export function reordered(sent: readonly Keyed[], seen: Iterable<string>): Anomaly | undefined {
  const places = new Map<string, { readonly key: string; readonly at: number }>()
  for (const [at, { message, key }] of sent.entries())
    if (!places.has(message)) places.set(message, { key, at })
  const latest = new Map<string, { readonly message: string; readonly at: number }>()
  const messages: string[] = []
  let first: { readonly early: string; readonly late: string; readonly key: string } | undefined
  for (const message of new Set(seen)) {
    const place = places.get(message)
    if (place === undefined) continue
    const before = latest.get(place.key)
    if (before !== undefined && before.at > place.at) {
      messages.push(message)
      first ??= { early: message, late: before.message, key: place.key }
    } else latest.set(place.key, { message, at: place.at })
  }
  if (first === undefined) return undefined
  const { early, late, key } = first
  return {
    kind: 'reordered',
    messages,
    said: text(
      `${messages.length} messages were overtaken within their key: of ${key}, ${shortId(late)} came before ${shortId(early)}`,
      `${messages.length} message bị vượt trong cùng một key: với ${key}, ${shortId(late)} tới trước ${shortId(early)}`,
    ),
  }
}
