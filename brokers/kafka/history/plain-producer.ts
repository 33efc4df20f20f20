/** Producers without transactions: plain ones, which may write twice what they send twice, and idempotent ones. */
import { initProducerId } from '../wire/messages/22-init-producer-id.ts'
import type { Stage } from './run.ts'
import { write } from './write.ts'

export async function plainProducer(stage: Stage): Promise<void> {
  await produceAll(stage, { isIdempotent: false })
}

export async function idempotentProducer(stage: Stage): Promise<void> {
  await produceAll(stage, { isIdempotent: true })
}

async function produceAll(stage: Stage, { isIdempotent }: { isIdempotent: boolean }): Promise<void> {
  const { name, client, recorder, random, topic, partitions, steps } = stage
  let producer: Identity | undefined
  for (let step = 0; step < steps; step++) {
    if (isIdempotent) producer ??= await newIdentity(stage)
    if (isIdempotent && producer === undefined) continue
    const partition = random.below(partitions)
    const values = Array.from({ length: 1 + random.below(3) }, (_, at) => `${name}.${step}.${at}`)
    const invokedAt = recorder.begin()
    const baseSequence = producer?.sequences[partition] ?? -1
    const written = await write(client, { topic, partition, values, ...producer?.ids, baseSequence })
    const { outcome, offset, attempts } = written
    const done = { process: name, partition, values, isIdempotent, attempts, outcome, offset }
    recorder.end(invokedAt, { kind: 'write', ...done })
    // What became of its last batch nobody knows, so it goes on as another.
    if (outcome !== 'ok') producer = undefined
    else if (producer !== undefined) producer.sequences[partition] = baseSequence + values.length
  }
}

interface Identity {
  readonly ids: { readonly producerId: number; readonly producerEpoch: number }
  readonly sequences: number[]
}

async function newIdentity({ client, partitions }: Stage): Promise<Identity | undefined> {
  const response = await client.askLeader(0, initProducerId, 4, {
    transactionalId: null,
    transactionTimeoutMs: 1,
  })
  if (response?.errorCode !== 0) return undefined
  const { producerId, producerEpoch } = response
  return { ids: { producerId, producerEpoch }, sequences: Array(partitions).fill(0) }
}
