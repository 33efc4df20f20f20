/** What you expect of a crash, before you see one. The checks hold it against the broker and the books. */

/** Where the consumer is killed, in the order of its work. */
export type CrashPoint =
  /** The broker has sent the message, and it never arrives. */
  | 'delivery on its way'
  /** It is being screened. */
  | 'in work'
  /** The books have it. */
  | 'booked'
  /** The ack has left the consumer, and never arrives. */
  | 'ack on its way'
  /** The broker has the ack. */
  | 'acked'

export interface Prediction {
  /** Whether the message is still in the queue when the dust has settled. */
  readonly isInQueue: boolean
  /** Whether it is marked as redelivered when it reaches the next consumer; false if it reaches nobody. */
  readonly isRedelivered: boolean
  /** How many entries the books have for it before anybody is started again. */
  readonly entries: 0 | 1
}

export function predict(point: CrashPoint): Prediction {
  // TODO failure-03.2: which of these messages are still in the queue?
  // TODO failure-03.3: and which of them are marked when they come again?
  throw new Error(`TODO: say what you expect of a kill at "${point}"`)
}
