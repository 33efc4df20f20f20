/**
 * Heartbeats (AMQP 0-9-1 section 4.2.7), on real time: a frame goes out when nothing else did for half the interval, and a
 * peer that was silent for two whole intervals running is cut off without a word, as RabbitMQ does.
 */

export interface HeartbeatPeer {
  /** Bytes sent and received so far. */
  traffic(): { sent: number; received: number }
  /** False while the connection is not read on purpose: its peer's silence means nothing then. */
  isReading(): boolean
  beat(): void
  silent(): void
}

/** Silent intervals after which a peer is given up. */
const SILENT_INTERVALS_MAX = 2

/** Starts both directions; gives a function that ends them. 0 seconds means no heartbeats. */
export function startHeartbeats(seconds: number, peer: HeartbeatPeer): () => void {
  if (seconds === 0) return () => {}
  let { sent, received } = peer.traffic()
  let silentIntervals = 0
  const sending = setInterval(() => {
    if (peer.traffic().sent === sent) peer.beat()
    sent = peer.traffic().sent
  }, seconds * 500)
  const receiving = setInterval(() => {
    const now = peer.traffic().received
    silentIntervals = now === received && peer.isReading() ? silentIntervals + 1 : 0
    received = now
    if (silentIntervals >= SILENT_INTERVALS_MAX) peer.silent()
  }, seconds * 1000)
  return () => {
    clearInterval(sending)
    clearInterval(receiving)
  }
}
