/** The experiment, as data: where a connection has to break so that one message comes twice, for a natural reason. */

/**
 * The connection is torn at a frame. `before`: instead of it, so that it never arrives. `after`: when it has arrived, and, on its
 * way to the broker, was provably handled.
 */
export interface Cut {
  readonly side: 'before' | 'after'
  /** As the specification names it: `basic.publish`. */
  readonly frame: string
  readonly to: 'broker' | 'client'
}

/** On the consumer's connection: the broker has one copy, and hands it out again. */
export function handedOutAgain(): Cut {
  // The work is done, and the broker never hears of it.
  return { side: 'before', frame: 'basic.ack', to: 'broker' }
}

/** On the producer's connection: the producer, which sends until it has a confirm, sends a second copy. */
export function sentAgain(): Cut {
  // The broker has it, and the producer never hears of it. `after` the basic.publish would do as well.
  return { side: 'before', frame: 'basic.ack', to: 'client' }
}
