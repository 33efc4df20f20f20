/**
 * What a request or a response is about, partition by partition, whatever the API calls its fields: what a fault looks for
 * and what a trace tells.
 */
import { type BatchHeader, codecOf, isControl, recordsOf } from '#brokers/kafka/wire'

/** One partition in a request or a response, or a topic as a whole. */
export interface About {
  readonly topic: string
  readonly partition?: number
  /**
   * Produced to, fetched from, or committed: where the first record went or comes from, or the offset that is committed.
   * -1 in an answer: none.
   */
  readonly offset?: number
  /** The last record's, where records are carried back. */
  readonly lastOffset?: number
  /** How many records are carried, those of markers apart. */
  readonly records?: number
  /** Whether any are: an empty answer to a Fetch carries none. */
  readonly hasRecords?: boolean
  readonly keys?: readonly (string | null)[]
  /** Of the events carried: the header `id` of a record, else the `id` of a JSON value. */
  readonly ids?: readonly string[]
  readonly errorCode?: number
}

/** One batch of records as it is told of: enough for a trace, without its bytes. */
export interface BatchSeen {
  readonly bytes: number
  readonly count: number
  readonly baseOffset: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly isTransactional: boolean
  readonly isControl: boolean
  /** The first keys, as text; empty where the batch is large or can't be looked into. */
  readonly keys: readonly (string | null)[]
  /** The ids of the first events that have one, as `About` says. */
  readonly ids: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>

const recordsToldMax = 20
const lookedIntoBytesMax = 16_384
const GZIP = 1

/** Keys and ids of a batch; none where it is too large to look into, or can't be. */
export function contentsOf(header: BatchHeader, bytes: Buffer): Pick<BatchSeen, 'keys' | 'ids'> {
  if (header.bytes > lookedIntoBytesMax || codecOf(header) > GZIP || isControl(header))
    return { keys: [], ids: [] }
  try {
    const records = recordsOf(bytes, { ...header, bytes: bytes.length }).slice(0, recordsToldMax)
    return {
      keys: records.map(({ key }) => key?.toString() ?? null),
      ids: records.flatMap(({ headers, value }) => {
        const id = headers.find(({ key }) => key === 'id')?.value?.toString() ?? idIn(value)
        return id === undefined ? [] : [id]
      }),
    }
  } catch {
    // Whether it is wrong is for the broker to say.
    return { keys: [], ids: [] }
  }
}

/** The id of an event in JSON. */
function idIn(value: Buffer | null): string | undefined {
  if (value === null || value[0] !== 0x7b) return undefined
  try {
    const { id } = JSON.parse(value.toString('utf8')) as { id?: unknown }
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}

/** @param fields as they are told: batches as `BatchSeen` */
export function aboutOf(fields: Fields): About[] {
  const groups = asList(fields.groups).flatMap(({ topics }) => asList(topics))
  return [...asList(fields.topics), ...groups].flatMap(({ name, partitions }) =>
    typeof name !== 'string' ? [] : aboutTopic(name, partitions),
  )
}

function aboutTopic(topic: string, partitions: unknown): About[] {
  if (!Array.isArray(partitions) || partitions.length === 0) return [{ topic }]
  return partitions.map((each: unknown) =>
    typeof each === 'number' ? { topic, partition: each } : aboutPartition(topic, each as Fields),
  )
}

function aboutPartition(topic: string, fields: Fields): About {
  const { index, errorCode, records } = fields
  const batches = (Array.isArray(records) ? (records as readonly BatchSeen[]) : []).filter(
    (batch) => !batch.isControl,
  )
  const [first, last] = [batches[0], batches.at(-1)]
  const isAnswer = errorCode !== undefined
  const offset = [fields.committedOffset, fields.fetchOffset, fields.baseOffset, fields.offset].find(
    (each) => typeof each === 'number',
  )
  return {
    topic,
    ...(typeof index === 'number' ? { partition: index } : {}),
    ...(typeof offset === 'number' ? { offset } : {}),
    ...(typeof errorCode === 'number' ? { errorCode } : {}),
    ...(Array.isArray(records)
      ? {
          records: batches.reduce((sum, { count }) => sum + count, 0),
          hasRecords: batches.length > 0,
          keys: batches.flatMap(({ keys }) => keys),
          ids: batches.flatMap(({ ids }) => ids),
        }
      : {}),
    // A producer counts its batches from 0; only the broker knows their offsets.
    ...(isAnswer && first !== undefined && last !== undefined
      ? { offset: first.baseOffset, lastOffset: last.baseOffset + last.count - 1 }
      : {}),
  }
}

const asList = (value: unknown): readonly Fields[] => (Array.isArray(value) ? (value as Fields[]) : [])
