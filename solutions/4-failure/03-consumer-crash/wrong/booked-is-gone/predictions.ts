// mistake: takes what is in the books for out of the queue
// refused by: failure-03.2
// says: only the ack decides

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
  switch (point) {
    // The broker counts a delivery when it sends it. Nobody here has ever seen the message, and it is marked all the same.
    case 'delivery on its way':
    case 'in work':
      return { isInQueue: true, isRedelivered: true, entries: 0 }
    case 'booked':
      return { isInQueue: false, isRedelivered: false, entries: 1 }
    case 'ack on its way':
      return { isInQueue: true, isRedelivered: true, entries: 1 }
    case 'acked':
      return { isInQueue: false, isRedelivered: false, entries: 1 }
  }
}
