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
  // TODO failure-02.1: the consumer has to have worked on the message, and the broker must not know it.
  throw new Error("TODO: name the frame on the consumer's connection")
}

/** On the producer's connection: the producer, which sends until it has a confirm, sends a second copy. */
export function sentAgain(): Cut {
  // TODO failure-02.1: the broker has to have the message, and the producer must not know it.
  throw new Error("TODO: name the frame on the producer's connection")
}
