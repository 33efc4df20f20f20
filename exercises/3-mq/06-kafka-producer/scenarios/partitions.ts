/** To which partition a key belongs. */
import kafkajs from 'kafkajs'
import type { FoundRecord } from '#lab/kit'
import { onKafka } from '#lab/kit/stage'
import type { Envelope } from '#payments/envelope'
import { finish, inTurnMs, onThreeNodes, send, started } from './producer.ts'
import { declare, requested } from './topic.ts'

export interface PartitionsSeen {
  readonly sent: number
  readonly records: number
  /** Keys that lie elsewhere than murmur2 says. */
  readonly astray: readonly { readonly key: string; readonly is: number; readonly predicted: number }[]
  /** How full the fullest partition is, against the mean. */
  readonly skewOfFew: number
  readonly skewOfMany: number
  readonly emptyOfFew: number
  readonly few: number
  readonly many: number
}

/** Ten keys with four records each, then a hundred and twenty keys with one each, over ten partitions. */
export const hashed = onKafka(onThreeNodes, async (lab): Promise<PartitionsSeen> => {
  const producer = await started(lab)
  const [event] = requested(lab, 1) as [Envelope]
  const fill = async (name: string, keys: readonly string[], each: number) => {
    const topic = await declare(lab, { name, partitions: partitionsHashed, replicas: 1 })
    const sends = keys.flatMap((key) =>
      Array.from({ length: each }, () => send(lab, producer, { topic, event, key, withinMs: inTurnMs })),
    )
    await Promise.all(sends)
    return lab.kafka.observer.read(topic)
  }
  const fewKeys = Array.from({ length: 10 }, (_, nth) => `wallet-${nth}`)
  const manyKeys = Array.from({ length: 120 }, (_, nth) => `wallet-${1000 + nth}`)
  const few = await fill('payments.few-keys', fewKeys, recordsOfEach)
  const many = await fill('payments.many-keys', manyKeys, 1)
  await finish(lab, producer)
  const astray = [...few, ...many].flatMap(({ key, partition }) => {
    const predicted = partitionOf(key ?? '', partitionsHashed)
    return partition === predicted ? [] : [{ key: key ?? 'none', is: partition, predicted }]
  })
  return {
    sent: fewKeys.length * recordsOfEach + manyKeys.length,
    records: few.length + many.length,
    astray,
    skewOfFew: skew(few),
    skewOfMany: skew(many),
    emptyOfFew: fillOf(few, partitionsHashed).filter((records) => records === 0).length,
    few: fewKeys.length,
    many: manyKeys.length,
  }
})

const partitionsHashed = 10
const recordsOfEach = 4

/** What kafkajs and the Java client compute alike. */
export function partitionOf(key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    isr: [],
    partitionErrorCode: 0,
    replicas: [],
  }))
  const message = { key: Buffer.from(key), value: null }
  return kafkajs.Partitioners.DefaultPartitioner()({ topic: 'any', partitionMetadata, message })
}

function skew(log: readonly FoundRecord[]): number {
  const fullest = Math.max(0, ...fillOf(log, partitionsHashed))
  return Math.round((fullest / (log.length / partitionsHashed)) * 100) / 100
}

export function fillOf(log: readonly FoundRecord[], partitions = 6): number[] {
  return Array.from({ length: partitions }, (_, at) => log.filter(({ partition }) => partition === at).length)
}
