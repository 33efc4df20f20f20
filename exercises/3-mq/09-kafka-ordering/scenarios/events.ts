/** The events of the wallets, and what step of which wallet each is. */
import kafkajs from 'kafkajs'
import type { FoundRecord, Lab } from '#lab/kit'
import type { Envelope } from '#payments/envelope'
import { type OpenedEvent, sealEvent } from '#payments/events'
import { seededSource, somePayments } from '#payments/fixtures'

/** One event as it was sent: its place among all of them, and in its wallet. */
export interface Step {
  readonly wallet: string
  readonly version: number
}

/** The versions of a wallet in the order in which they came. */
export interface Disorder {
  readonly wallet: string
  readonly versions: readonly number[]
}

/** Wallets whose steps come in another order than they were sent; the first coming of a repeated one counts. */
export function disorders(came: readonly Step[], sent: readonly Step[]): Disorder[] {
  const wallets = [...new Set(sent.map(({ wallet }) => wallet))]
  return wallets.flatMap((wallet) => {
    const versions = [...new Set(came.filter((step) => step.wallet === wallet).map(({ version }) => version))]
    const isSorted = versions.every((version, at) => at === 0 || version > (versions[at - 1] ?? 0))
    return isSorted ? [] : [{ wallet, versions }]
  })
}

export const isSame = (one: Step) => (other: Step) =>
  one.wallet === other.wallet && one.version === other.version
export const nameOf = ({ wallet, version }: Step): string => `${wallet} ${version}`
export const walletOf = ({ partitionkey = '' }: Envelope): string => partitionkey
export const stepOfEnvelope = ({ partitionkey = '', aggregateversion = 0 }: Envelope): Step => ({
  wallet: partitionkey,
  version: aggregateversion,
})
export const stepOf = ({ envelope }: OpenedEvent): Step => ({
  wallet: envelope.partitionkey ?? '',
  version: envelope.aggregateversion ?? 0,
})

export function stepIn({ value }: FoundRecord): Step {
  try {
    return stepOfEnvelope(JSON.parse(value?.toString() ?? '{}') as Envelope)
  } catch {
    return { wallet: '', version: 0 }
  }
}

/**
 * The events of some wallets, version by version over all of them. Their times say nothing: each comes from a machine whose
 * clock is behind the one before it.
 */
export function walletEvents(
  lab: Lab,
  { wallets, versions }: { wallets: number; versions: number },
): Envelope[] {
  const source = seededSource(lab.run.seed)
  const payments = somePayments(wallets, source)
  const atNoon = Date.UTC(2026, 6, 19, 12)
  return Array.from({ length: versions }, (_, at) => at + 1).flatMap((version) =>
    payments.map((payment, nth) => {
      const event = sealEvent('PaymentCaptured', payment, source, {
        partitionkey: `wallet-${nth}`,
        aggregateversion: version,
        time: new Date(atNoon - version * 1000).toISOString(),
      })
      return JSON.parse(JSON.stringify(event)) as Envelope
    }),
  )
}

/** Where the lab's own producer puts a key in a topic of six partitions. */
export function partitionOf(key: string): number {
  const partitionMetadata = Array.from({ length: 6 }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    isr: [],
    partitionErrorCode: 0,
    replicas: [],
  }))
  const message = { key: Buffer.from(key), value: null }
  return kafkajs.Partitioners.DefaultPartitioner()({ topic: 'any', partitionMetadata, message })
}
