/**
 * Histories of a copy of the balances that is late: payments go through RabbitMQ to a consumer that applies each after a delay of a
 * clock of ours, and clients read meanwhile. Virtual time, so that five seconds cost nothing.
 */
import type { WalletHistory, WalletOperation } from '#lab/checkers/wallet-anomalies'
import type { Lab } from '#lab/kit'
import type { Random } from '#lab/subject'
import { text } from '#lab/verdict/language'
import { readBalanceChanged, sealBalanceChanged } from '#payments/balance-changed'
import { seededSource } from '#payments/fixtures'

/** What the copy does wrong; left out: it is sound. */
export type CopyMistake = 'the last one wins' | 'leaves one out' | 'stands still'

export interface DelayedOptions {
  /** Delays of the events, in turn, milliseconds. */
  readonly delays: readonly number[]
  readonly mistake?: CopyMistake | undefined
  readonly payments: number
  /** Between two payments there are so many reads. */
  readonly readsEach: number
  readonly random: Pick<Random, 'next'>
}

const wallet = 'wallet-1'
const periodMs = 1000
const readers = ['app', 'support', 'merchant'] as const
/** Of so many payments one ends without an answer, and one is refused. */
const unknownEvery = 5
const refusedEvery = 7
/** How long a copy stands still that does. */
const standstillMs = 60_000
const arrivedMsMax = 10_000

interface Waiting {
  readonly dueMs: number
  readonly nth: number
  readonly version: number
  readonly delta_minor: number
  readonly balance_minor: number
  readonly ack: () => void
}

let queues = 0

/** Plays it, and answers the history; the last read is made when everything must have arrived. */
export async function delayedHistory(lab: Lab, options: DelayedOptions): Promise<WalletHistory> {
  const { delays, mistake, payments, readsEach, random } = options
  const queue = lab.name(`balances-${++queues}`)
  const declaring = await lab.observer.channel()
  await declaring.assertQueue(queue, { durable: true })
  await declaring.close()
  const waiting: Waiting[] = []
  let arrived = 0
  const client = await lab.client('consumer')
  const channel = await client.createChannel()
  await channel.consume(queue, (message) => {
    if (message === null) return
    const nth = arrived++
    const { version, delta_minor, balance_minor, committed_at } = readBalanceChanged(message.content)
    const isStill = mistake === 'stands still' && nth >= payments / 2
    const dueMs = committed_at + (isStill ? standstillMs : (delays[nth % delays.length] ?? 0))
    waiting.push({ dueMs, nth, version, delta_minor, balance_minor, ack: () => channel.ack(message) })
  })

  const copy = { version: 0, balance_minor: 0 }
  function apply({ nth, version, delta_minor, balance_minor, ack }: Waiting): void {
    if (mistake === 'leaves one out') {
      if (nth !== 2) copy.balance_minor += delta_minor
      copy.version = version
    } else if (mistake === 'the last one wins' || version > copy.version) {
      Object.assign(copy, { version, balance_minor })
    }
    ack()
  }
  async function upTo(nowMs: number, published: number): Promise<void> {
    await lab.until(
      text('an event did not come to the copy', 'event không tới bản sao'),
      () => arrived >= published,
      { whose: 'lab', withinMs: arrivedMsMax },
    )
    for (;;) {
      const [due] = waiting
        .filter(({ dueMs }) => dueMs <= nowMs)
        .sort((a, b) => a.dueMs - b.dueMs || a.nth - b.nth)
      if (due === undefined) return
      waiting.splice(waiting.indexOf(due), 1)
      apply(due)
    }
  }

  const ids = seededSource(lab.run.seed)
  const operations: WalletOperation[] = []
  const entries: { operation: number; wallet: string; amount_minor: number; version: number }[] = []
  let balance = 0
  const nextId = () => operations.length + 1
  async function pay(nth: number, atMs: number): Promise<void> {
    const operation = {
      id: nextId(),
      client: 'payer',
      does: 'pay',
      wallet,
      invokedMs: atMs,
      endedMs: atMs,
    } as const
    if (nth % refusedEvery === refusedEvery - 1) return void operations.push({ ...operation, ending: 'fail' })
    const amount_minor = 1 + Math.floor(random.next() * 1000)
    balance += amount_minor
    const version = entries.length + 1
    entries.push({ operation: operation.id, wallet, amount_minor, version })
    const changed = {
      wallet_id: wallet,
      version,
      delta_minor: amount_minor,
      balance_minor: balance,
      committed_at: atMs,
    }
    const body = JSON.stringify(sealBalanceChanged(changed, ids))
    await lab.observer.publish({ exchange: '', routingKey: queue, body })
    const isUnknown = nth % unknownEvery === unknownEvery - 1
    operations.push(isUnknown ? { ...operation, ending: 'unknown' } : { ...operation, ending: 'ok', version })
  }
  async function read(reader: string, atMs: number): Promise<void> {
    await upTo(atMs, entries.length)
    const tookMs = Math.floor(random.next() * 30)
    operations.push({
      id: nextId(),
      client: reader,
      does: 'read',
      wallet,
      invokedMs: atMs,
      endedMs: atMs + tookMs,
      ending: 'ok',
      ...copy,
    })
  }

  for (let nth = 0; nth < payments; nth += 1) {
    const startMs = nth * periodMs
    await pay(nth, startMs)
    const moments = Array.from({ length: readsEach }, () => 1 + Math.floor(random.next() * (periodMs - 2)))
    for (const [at, moment] of moments.toSorted((a, b) => a - b).entries())
      await read(readers[(nth + at) % readers.length] ?? 'app', startMs + moment)
  }
  const lastMs = payments * periodMs + standstillMs + Math.max(...delays)
  await read('auditor', lastMs)
  await channel.close()
  await client.close()
  return { operations, entries, sagas: [] }
}
