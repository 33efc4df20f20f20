/** The sequencer: for each wallet it knows which event is next, and keeps those that came early until their turn. */

/** So many early events are kept for one wallet. What comes beyond that is not kept, and has to be sent again. */
export const keptMax = 50
/** So long a wallet may wait for its next event before somebody is told, milliseconds. */
export const gapMsMax = 5000

// TODO failure-05.3: what happens to an event that is the next one, one that is early, one that was here before? The consumer asks
//   you that, in one database transaction with the effect. (Nobody but your consumer.ts imports this file: shape it as you like.)
