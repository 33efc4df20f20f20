/**
 * A transactional producer: transactions of some batches and a group's offset each, committed or aborted. Two of them may
 * have the same transactional id: then each fences the other. Whenever it does not know what became of a request it starts
 * anew with the next epoch, since the request may still be under way and must not hit its next transaction.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { initProducerId } from '../wire/messages/22-init-producer-id.ts'
import { addPartitionsToTxn } from '../wire/messages/24-add-partitions-to-txn.ts'
import { addOffsetsToTxn } from '../wire/messages/25-add-offsets-to-txn.ts'
import { endTxn } from '../wire/messages/26-end-txn.ts'
import { txnOffsetCommit } from '../wire/messages/28-txn-offset-commit.ts'
import { CODES } from './cluster-client.ts'
import { fetchOffset } from './consumer.ts'
import type { Outcome } from './history.ts'
import type { Stage } from './run.ts'
import { BACKOFF_MS, write } from './write.ts'

const ATTEMPTS_MAX = 20
const TIMEOUT_MS = 60_000

/** What the coordinator gave it. */
interface Held {
  readonly producerId: number
  readonly producerEpoch: number
  readonly sequences: number[]
}

export async function transactionalProducer(stage: Stage, transactionalId: string): Promise<void> {
  let held: Held | undefined
  for (let step = 0; step < stage.steps; step++) {
    held ??= await start(stage, transactionalId)
    if (held === undefined) continue
    const transaction = new RunningTransaction(stage, { transactionalId, held, step })
    if (!(await transaction.run())) held = undefined
    if (stage.random.below(3) === 0) await fetchOffset(stage, groupOf(stage))
  }
}

/** Each process commits for a group of its own, so that one after the other is what it did. */
const groupOf = ({ name }: Stage) => `group-of-${name}`

/** The next epoch; fences whoever has the last one. Undefined if the coordinator could not be reached for long. */
export async function start(stage: Stage, transactionalId: string): Promise<Held | undefined> {
  const { client, partitions } = stage
  const fields = { transactionalId, transactionTimeoutMs: TIMEOUT_MS }
  for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts++) {
    const response = await client.askCoordinator(
      { transactional: transactionalId },
      initProducerId,
      4,
      fields,
    )
    if (response?.errorCode === 0) {
      const { producerId, producerEpoch } = response
      return { producerId, producerEpoch, sequences: Array(partitions).fill(0) }
    }
    client.forget()
    await sleep(BACKOFF_MS)
  }
  return undefined
}

class RunningTransaction {
  readonly #stage: Stage
  readonly #id: { readonly transactional: string }
  readonly #who: {
    readonly transactionalId: string
    readonly producerId: number
    readonly producerEpoch: number
  }
  readonly #sequences: number[]
  readonly #step: number
  readonly #name: string
  /** Something was asked, and nobody knows whether it happened. */
  #isUncertain = false

  constructor(stage: Stage, options: { transactionalId: string; held: Held; step: number }) {
    const { transactionalId, held, step } = options
    this.#stage = stage
    this.#id = { transactional: transactionalId }
    this.#who = { transactionalId, producerId: held.producerId, producerEpoch: held.producerEpoch }
    this.#sequences = held.sequences
    this.#step = step
    this.#name = `${stage.name}.${step}`
  }

  /** Gives whether the producer may go on as it is. */
  async run(): Promise<boolean> {
    const { random } = this.#stage
    const isWhole = (await this.#writeAll()) && (random.below(2) === 0 || (await this.#commitOffset()))
    // Aborting what is uncertain is left to the next epoch.
    if (!isWhole && this.#isUncertain) return false
    const outcome = await this.#end(isWhole && random.below(4) > 0)
    return outcome === 'ok' && !this.#isUncertain
  }

  async #writeAll(): Promise<boolean> {
    const { random, partitions } = this.#stage
    for (let count = 1 + random.below(4); count > 0; count--) {
      if (!(await this.#write(random.below(partitions), count))) return false
    }
    return true
  }

  async #write(partition: number, count: number): Promise<boolean> {
    const { name, client, recorder, topic } = this.#stage
    const topics = [{ name: topic, partitions: [partition] }]
    const added = await this.#insist(async () => {
      const answer = await client.askCoordinator(this.#id, addPartitionsToTxn, 3, { ...this.#who, topics })
      return answer?.topics[0]?.partitions[0]?.errorCode
    })
    if (added !== 'ok') return false
    const values = [`${this.#name}.${count}`]
    const baseSequence = this.#sequences[partition] as number
    const invokedAt = recorder.begin()
    const written = await write(client, { topic, partition, values, ...this.#who, baseSequence })
    const { outcome, offset, attempts } = written
    recorder.end(invokedAt, {
      kind: 'write',
      process: name,
      partition,
      values,
      isIdempotent: true,
      attempts,
      outcome,
      offset,
      transaction: this.#name,
    })
    if (outcome === 'ok') this.#sequences[partition] = baseSequence + values.length
    if (outcome === 'unknown' || attempts > 1) this.#isUncertain = true
    return outcome === 'ok'
  }

  async #commitOffset(): Promise<boolean> {
    const { name, client, recorder, topic } = this.#stage
    const group = groupOf(this.#stage)
    const added = await this.#insist(async () => {
      const fields = { ...this.#who, groupId: group }
      return (await client.askCoordinator(this.#id, addOffsetsToTxn, 3, fields))?.errorCode
    })
    if (added !== 'ok') return false
    const offset = this.#step
    const partition = { index: 0, committedOffset: offset, committedLeaderEpoch: -1, committedMetadata: null }
    const fields = { ...this.#who, groupId: group, topics: [{ name: topic, partitions: [partition] }] }
    const invokedAt = recorder.begin()
    const outcome = await this.#insist(async () => {
      const answer = await client.askCoordinator({ group }, txnOffsetCommit, 3, fields)
      return answer?.topics[0]?.partitions[0]?.errorCode
    })
    const done = { process: name, group, partition: 0, offset, outcome, transaction: this.#name }
    recorder.end(invokedAt, { kind: 'offset-commit', ...done })
    return outcome === 'ok'
  }

  async #end(isCommit: boolean): Promise<Outcome> {
    const { name, client, recorder } = this.#stage
    const fields = { ...this.#who, committed: isCommit }
    const invokedAt = recorder.begin()
    const outcome = await this.#insist(
      async () => (await client.askCoordinator(this.#id, endTxn, 3, fields))?.errorCode,
    )
    const done = { process: name, transaction: this.#name, isCommit, outcome }
    recorder.end(invokedAt, { kind: 'end', ...done })
    return outcome
  }

  /** Asks again as long as it makes sense. */
  async #insist(ask: () => Promise<number | undefined>): Promise<Outcome> {
    let isUncertain = false
    for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts++) {
      const code = await ask()
      if (code === undefined || CODES.uncertain.has(code)) isUncertain = true
      if (isUncertain) this.#isUncertain = true
      if (code === 0) return 'ok'
      const isFinal = code !== undefined && !CODES.uncertain.has(code) && !CODES.tryAgain.has(code)
      if (isFinal) return isUncertain ? 'unknown' : 'failed'
      this.#stage.client.forget()
      await sleep(BACKOFF_MS)
    }
    return isUncertain ? 'unknown' : 'failed'
  }
}
