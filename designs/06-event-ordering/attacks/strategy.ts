/** The strategy as the attacks read it, and what makes it none. */
import kafkajs from 'kafkajs'
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'
import type { ConsumptionPlan } from '#lab/simulate/consumption'
import type { WalletEvent } from './rules.ts'

export interface Strategy extends ConsumptionPlan {
  readonly depends: readonly { readonly types: readonly [string, string]; readonly breaks: string }[]
  readonly key: 'eventId' | 'paymentId' | 'walletId' | 'merchantId'
  readonly partitions: number
  readonly resequence: boolean
}

export async function loadStrategy(subject: SubjectUnderTest): Promise<Strategy> {
  const { strategy } = await subject.loadData<{ strategy: Strategy }>('strategy.ts', ['strategy'])
  return strategy
}

export type StrategyProblem = 'no-partitions' | 'idle-consumers'

/** Why nothing can be played by it. */
export function problemOf({ partitions, consumers }: Strategy): StrategyProblem | undefined {
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1
  if (!isCount(partitions) || !isCount(consumers)) return 'no-partitions'
  return consumers > partitions ? 'idle-consumers' : undefined
}

export type PartitionOf = (event: WalletEvent) => number

/** Where records lie by the strategy's key: kafkajs' own partitioner, with which the lab produces. */
export function partitioner({ key }: Strategy, partitions: number): PartitionOf {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 0,
  }))
  const partitionOf = kafkajs.Partitioners.DefaultPartitioner()
  return (event) =>
    partitionOf({
      topic: 'wallets',
      partitionMetadata: partitionMetadata as never,
      message: { key: event[key], value: '' },
    })
}
