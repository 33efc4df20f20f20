/**
 * Checks of items (`mq-04.2`) and experiments of lessons (`study-06 silence`), that end otherwise on a real broker than on the embedded
 * one, knowingly. A row that is no longer true fails, as does a difference without a row.
 */
import type { Outcome } from '#lab/verdict'

export interface ParityException {
  /** What the real broker's run ends with. */
  readonly real: Outcome
  /** Why, in one sentence. */
  readonly because: string
}

const waits =
  'a day or an hour passes in it, which only a clock that can be moved lets pass; a shorter time would not show that nothing expires'
const waitsMinutes = 'half a minute or more passes in it, which only a clock that can be moved lets pass'

export const exceptions: Readonly<Record<string, ParityException>> = {
  'study-06 silence': { real: 'inconclusive', because: waitsMinutes },
  'study-11 doubling': { real: 'inconclusive', because: waitsMinutes },
  'mq-04.2': { real: 'inconclusive', because: waits },
  'mq-04.4': { real: 'inconclusive', because: waits },
  'review-06.7': {
    real: 'inconclusive',
    because:
      'messages stay for minutes in it, to the millisecond, which only a clock that can be moved lets pass',
  },
  'review-08 all-was-one': {
    real: 'inconclusive',
    because:
      'the nodes of a real cluster are its controllers, too: with both followers standing still no majority is left that could take them out of the in-sync replicas',
  },
}
