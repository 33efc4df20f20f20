/** One write as a careful producer does it: sent again until it is confirmed, refused for good, or given up. */
import { setTimeout as sleep } from 'node:timers/promises'
import { produce } from '../wire/messages/00-produce.ts'
import { encodeBatch } from '../wire/record-batch.ts'
import { type ClusterClient, CODES } from './cluster-client.ts'
import type { Outcome } from './history.ts'

const ATTEMPTS_MAX = 12
/** As clients do it, so that an election is over at the next attempt. */
export const BACKOFF_MS = 8

export interface Batch {
  readonly topic: string
  readonly partition: number
  readonly values: readonly string[]
  readonly transactionalId?: string
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
}

export interface Written {
  readonly outcome: Outcome
  readonly offset: number
  readonly attempts: number
  /** What the last attempt was refused with; 0 if it was not. */
  readonly errorCode: number
}

export async function write(client: ClusterClient, batch: Batch): Promise<Written> {
  const fields = requestOf(batch)
  let isUncertain = false
  let errorCode = 0
  for (let attempts = 1; attempts <= ATTEMPTS_MAX; attempts++) {
    const response = await client.askLeader(batch.partition, produce, 9, fields)
    const partition = response?.topics[0]?.partitions[0]
    if (partition?.errorCode === 0)
      return { outcome: 'ok', offset: partition.baseOffset, attempts, errorCode: 0 }
    errorCode = partition?.errorCode ?? 0
    if (partition === undefined || CODES.uncertain.has(errorCode)) isUncertain = true
    else if (!CODES.tryAgain.has(errorCode))
      return { outcome: isUncertain ? 'unknown' : 'failed', offset: -1, attempts, errorCode }
    client.forget()
    await sleep(BACKOFF_MS)
  }
  return { outcome: isUncertain ? 'unknown' : 'failed', offset: -1, attempts: ATTEMPTS_MAX, errorCode }
}

function requestOf({ topic, partition, values, transactionalId, ...ids }: Batch) {
  const records = encodeBatch(
    values.map((value) => ({ value: Buffer.from(value) })),
    { ...ids, attributes: transactionalId === undefined ? 0 : 0b1_0000, baseTimestamp: Date.now() },
  )
  return {
    transactionalId: transactionalId ?? null,
    acks: -1,
    timeoutMs: 150,
    topics: [{ name: topic, partitions: [{ index: partition, records }] }],
  }
}
