/** What passed in one lane, whatever was spoken: frames of AMQP, requests and responses of Kafka. */
import type { SeenFrame } from '../faults/amqp-proxy.ts'
import type { SeenRequest } from '../faults/kafka-proxy.ts'
import type { Lane } from '../verdict/verdict.ts'

export interface LaneTraffic {
  readonly lane: Lane
  readonly frames: readonly SeenFrame[]
  readonly requests: readonly SeenRequest[]
}

/** Handshakes and heartbeats: a crash there is a crash before anything has happened. */
const quietFrames = /^(?:protocol-header$|heartbeat$|bytes$|undecodable$|connection\.(?!close$))/

/** What writes, commits or changes a group. Clients repeat the rest whenever they like, so it can't be found again by counting. */
const countedRequests = new Set([
  'Produce',
  'OffsetCommit',
  'JoinGroup',
  'SyncGroup',
  'LeaveGroup',
  'InitProducerId',
  'AddPartitionsToTxn',
  'AddOffsetsToTxn',
  'TxnOffsetCommit',
  'EndTxn',
])

/** What counts as a message of the run: it passes equally often in each run that goes well. */
export function passagesIn({ frames, requests }: LaneTraffic): (SeenFrame | SeenRequest)[] {
  return [...frames.filter(({ method }) => !quietFrames.test(method)), ...requests.filter(isCounted)]
}

/** Counts what has passed in a lane by now, and each time it is asked only what is new. What a lane remembers is bounded, and so is the count. */
export function passageCounter({ frames, requests }: LaneTraffic): () => number {
  let [counted, seenRequests] = [0, 0]
  return () => {
    for (; seenRequests < requests.length; seenRequests += 1) {
      const request = requests[seenRequests]
      if (request !== undefined && isCounted(request)) counted += 1
    }
    return frames.length + counted
  }
}

/** Of Kafka's requests and responses, those that count. */
export function isCounted({ method, direction, about }: SeenRequest): boolean {
  if (method === 'Fetch') return direction === 'to-client' && about.some(({ hasRecords }) => hasRecords)
  return countedRequests.has(method)
}
