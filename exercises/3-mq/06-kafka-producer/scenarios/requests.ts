/** What the producer said to the nodes. */
import type { SeenRequest } from '#lab/kit'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'

/** One attempt to produce, as it was on the wire. */
export interface Attempt {
  readonly producerId: number
  readonly sequence: number
  readonly records: number
}

/** Says beside each Produce request which sequence number it began with: what the broker compares. */
export function withSequences(steps: readonly TraceStep[], produces: readonly SeenRequest[]): TraceStep[] {
  let nth = 0
  return steps.map((step) => {
    if (step.from !== 'producer' || !step.what.startsWith('Produce')) return step
    const sequence = batchesOf(produces[nth++] as SeenRequest)[0]?.sequence ?? -1
    return sequence < 0 ? step : { ...step, note: text(`sequence ${sequence}`, `sequence ${sequence}`) }
  })
}

export const requestsAbout = (requests: readonly SeenRequest[], method: string, topic: string) =>
  requests.filter(
    (seen) =>
      seen.method === method &&
      seen.direction === 'to-broker' &&
      seen.about.some((each) => each.topic === topic),
  )

/** Answers that gave one: a broker that has none at hand yet sends whoever asks away (COORDINATOR_LOAD_IN_PROGRESS). */
export const producerIdsIn = (requests: readonly SeenRequest[]): number =>
  requests.filter(
    ({ method, direction, forwarded, fields }) =>
      method === 'InitProducerId' && direction === 'to-client' && forwarded && fields.errorCode === 0,
  ).length

/** The batches of a Produce request. */
export function batchesOf({ fields }: SeenRequest): Attempt[] {
  const topics = (fields.topics ?? []) as { partitions: { records: Batch[] | null }[] }[]
  return topics.flatMap(({ partitions }) =>
    partitions.flatMap(({ records }) =>
      (records ?? []).map(({ producerId, baseSequence, count }) => ({
        producerId,
        sequence: baseSequence,
        records: count,
      })),
    ),
  )
}

interface Batch {
  readonly producerId: number
  readonly baseSequence: number
  readonly count: number
}
