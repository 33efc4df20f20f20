/**
 * Fetch. Served: 4-12.
 *
 * - Waits until `minBytes` are there, an error occurs, or `maxWaitMs` have passed.
 * - Who reads only committed records gets nothing beyond the last stable offset, and a list of the aborted transactions among
 *   what it gets: the client drops their records. Control batches are sent to everybody, and clients don't show them.
 * - Gives whole batches from the one that holds the offset on; the client drops the records before it. The first batch comes
 *   even if it is bigger than every limit.
 * - An offset below the log's start or beyond its end is refused with 1; between the high watermark and the end there is
 *   nothing to read yet.
 * - Fetch sessions (KIP-227) are declined in the way the protocol allows: session id 0 to whoever asks for one, 70 to whoever
 *   believes to have one.
 *
 * Version 5 adds the log start offset, 7 sessions, 9 the leader epoch, 11 the rack, 12 is flexible.
 * Left out: diverging epochs. Followers serve nobody; in Kafka they serve a Fetch of version 11 or later. Whole batches only: Kafka fills what is
 * left of a limit with a part of the next batch. A partition that is named twice is answered twice.
 */

import { refusal } from '../refusal.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { fetch as message } from '../wire/messages/01-fetch.ts'
import { readBatchHeader } from '../wire/record-batch.ts'
import type { RequestOf, ResponseOf } from '../wire/schema.ts'
import { leaderOf } from './00-produce.ts'
import { demand } from './access.ts'
import { attempt, type Call, handler } from './handler.ts'
import { refuseLeaderEpoch } from './leader-epoch.ts'

type Request = RequestOf<typeof message>
type Response = ResponseOf<typeof message>
type PartitionResponse = Response['topics'][number]['partitions'][number]

const READ_COMMITTED = 1
/** Errors that Kafka finds before it looks at a log. */
const refusedUnseen: ReadonlySet<ErrorName> = new Set(['unknownTopicOrPartition', 'topicAuthorizationFailed'])

export const fetch = handler(message, { versions: '4-12' }, (call, request) => {
  if (request.sessionId !== 0 || request.sessionEpoch > 0)
    return { errorCode: codeOf('fetchSessionIdNotFound'), topics: [] }
  if (request.isolationLevel > READ_COMMITTED || request.isolationLevel < 0) return refuseAll(request)
  const round = readAll(call, request)
  if (isEnough(round, request)) return round.response
  return new Promise((resolve) => waitForMore(call, request, resolve))
})

/** An isolation level that nobody knows is a mistake of Kafka's own to Kafka. */
function refuseAll({ topics }: Request): Response {
  const errorCode = codeOf('unknownServerError')
  return {
    errorCode,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ index }) => ({
        index,
        errorCode,
        highWatermark: -1,
        abortedTransactions: [],
        records: [],
      })),
    })),
  }
}

interface Round {
  readonly response: Response
  readonly bytes: number
  readonly hasError: boolean
}

function isEnough({ bytes, hasError }: Round, request: Request): boolean {
  return hasError || bytes >= request.minBytes || request.maxWaitMs <= 0 || request.topics.length === 0
}

/** Reads again whenever one of the partitions has grown, until it is enough or the time is up. */
function waitForMore(call: Call, request: Request, answer: (response: Response) => void): void {
  const { realClock } = call.cluster
  let cancels: (() => void)[] = []
  const watch = () => {
    for (const cancel of cancels) cancel()
    cancels = partitionsOf(call, request).map((partition) => partition.wait(onGrown))
  }
  const finish = (response: Response) => {
    for (const cancel of cancels) cancel()
    timer.cancel()
    forget()
    answer(response)
  }
  const onGrown = () => {
    const round = readAll(call, request)
    if (isEnough(round, request)) finish(round.response)
    else watch()
  }
  const timer = realClock.at(realClock.now() + request.maxWaitMs, () =>
    finish(readAll(call, request).response),
  )
  const forget = call.whenGone(() => {
    for (const cancel of cancels) cancel()
    timer.cancel()
  })
  watch()
}

function partitionsOf(call: Call, request: Request) {
  return request.topics.flatMap(({ name, partitions }) =>
    partitions.flatMap(({ index }) => call.cluster.topics.get(name)?.partitions[index] ?? []),
  )
}

function readAll(call: Call, request: Request): Round {
  const maxBytes = Math.min(request.maxBytes, call.cluster.settings.fetchMaxBytes)
  let bytes = 0
  let hasError = false
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((asked) => {
      const bytesMax = Math.min(asked.maxBytes, maxBytes - bytes)
      const response = readOne(call, name, asked, {
        bytesMax,
        isFirst: bytes === 0,
        isCommitted: request.isolationLevel === READ_COMMITTED,
        isFollower: request.replicaId >= 0,
      })
      for (const piece of response.records as readonly Buffer[]) bytes += piece.length
      if (response.errorCode !== 0) hasError = true
      return response
    }),
  }))
  return { response: { topics }, bytes, hasError }
}

function readOne(
  call: Call,
  topic: string,
  asked: Request['topics'][number]['partitions'][number],
  limits: { bytesMax: number; isFirst: boolean; isCommitted: boolean; isFollower: boolean },
): PartitionResponse {
  const { index, fetchOffset } = asked
  const result = attempt(() => {
    demand(call, 'read', 'topic', topic)
    const partition = leaderOf(call, topic, index)
    refuseLeaderEpoch(partition, Math.max(asked.currentLeaderEpoch, -1))
    // Nodes copy from each other without a socket, so whoever says it is one is none.
    if (limits.isFollower) throw refusal('notLeaderOrFollower', 'not one of the replicas')
    const { highWatermark, lastStableOffset, log } = partition
    if (fetchOffset < log.startOffset || fetchOffset > log.endOffset)
      throw refusal('offsetOutOfRange', `no offset ${fetchOffset} in ${topic}-${index}`)
    const records = log.read({
      offset: fetchOffset,
      endOffset: limits.isCommitted ? lastStableOffset : highWatermark,
      bytesMax: limits.bytesMax,
      evenOne: limits.isFirst,
    })
    const abortedTransactions = limits.isCommitted
      ? partition.leader.transactions.abortedBetween(fetchOffset, endOf(records) ?? fetchOffset)
      : null
    return { highWatermark, lastStableOffset, logStartOffset: log.startOffset, abortedTransactions, records }
  })
  if ('error' in result) {
    return {
      index,
      errorCode: codeOf(result.error),
      highWatermark: -1,
      abortedTransactions: refusedUnseen.has(result.error) ? [] : null,
      records: [],
    }
  }
  return { index, errorCode: 0, ...result.value }
}

/** The offset behind the last batch. */
function endOf(batches: readonly Buffer[]): number | undefined {
  const last = batches.at(-1)
  if (last === undefined) return undefined
  const { baseOffset, lastOffsetDelta } = readBatchHeader(last)
  return baseOffset + lastOffsetDelta + 1
}
