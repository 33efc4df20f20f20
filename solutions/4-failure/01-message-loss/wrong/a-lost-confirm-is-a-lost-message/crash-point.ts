// mistake: takes a confirm that was lost for a message that was lost
// refused by: failure-01.2
// says: is in the queue

/** The experiment, as data: where the naive service dies so that a payment is lost. */

/** Just before or just after a commit of a database, or a frame between the service and the broker. */
export type CrashPoint =
  /** The database by its name, as `world.openDatabase` gets it. */
  | { readonly side: 'before' | 'after'; readonly commit: string }
  /** The frame as the specification names it (`basic.publish`), and who it is for. */
  | { readonly side: 'before' | 'after'; readonly frame: string; readonly to: 'broker' | 'client' }

/**
 * Where a SIGKILL loses a payment. `before`: the frame never arrives, the commit never happens. `after`: it has, and provably:
 * the broker has handled the frame.
 */
export function lossPoint(): CrashPoint {
  return { side: 'before', frame: 'basic.ack', to: 'client' }
}
