// way: names the other end of the same gap

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
  // The frame that would have told the broker is the first thing that a kill after the commit takes away.
  return { side: 'before', frame: 'basic.publish', to: 'broker' }
}
