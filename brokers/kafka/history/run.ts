/**
 * One seeded run: several producers and consumers against a cluster of three that is disturbed meanwhile, then peace, and the
 * history of it all. The seed decides what is done; how it interleaves the computer decides, so a seed does not repeat a run
 * to the letter, but what it did comes again and again.
 */
import { createRandom, type Random } from '../../random.ts'
import type { Address } from '../raw-client.ts'
import type { KafkaServer } from '../server.ts'
import { createTopics } from '../wire/messages/19-create-topics.ts'
import { ClusterClient } from './cluster-client.ts'
import { consumer, fetchOffset, readOnce } from './consumer.ts'
import { type FinalRead, type History, Recorder, type SeenRecord } from './history.ts'
import { heal, nemesis } from './nemesis.ts'
import { idempotentProducer, plainProducer } from './plain-producer.ts'
import { start, transactionalProducer } from './transactional-producer.ts'

/** What a process of a run has to do with. */
export interface Stage {
  readonly name: string
  readonly client: ClusterClient
  readonly recorder: Recorder
  readonly random: Random
  readonly topic: string
  readonly partitions: number
  /** How much it does. */
  readonly steps: number
  isOver(): boolean
}

export interface RunOptions {
  readonly seed: number
  /** Writes and transactions of each producer. */
  readonly steps?: number
  readonly isDisturbed?: boolean
}

const TOPIC = 'history'
const PARTITIONS = 2
/** The second and third share an id, and fence each other. */
const TRANSACTIONAL_IDS = ['alone', 'shared', 'shared']

/** Runs against a cluster of three nodes without topics. @throws Error if peace does not come */
export async function runHistory(
  server: KafkaServer,
  ports: readonly number[],
  { seed, steps = 12, isDisturbed = true }: RunOptions,
): Promise<History> {
  const recorder = new Recorder()
  const addresses = ports.map((port): Address => ({ host: '127.0.0.1', port }))
  const clients: ClusterClient[] = []
  let isOver = false
  const stage = (name: string, dropsOf100: number): Stage => {
    // Each process has a randomness of its own, so that none depends on how the others are interleaved.
    const random = createRandom(seed * 101 + clients.length)
    const client = new ClusterClient({ addresses, topic: TOPIC, random, dropsOf100 })
    clients.push(client)
    const common = { topic: TOPIC, partitions: PARTITIONS, steps, isOver: () => isOver }
    return { name, client, recorder, random, ...common }
  }
  await createTopic(stage('creator', 0))
  const drops = isDisturbed ? 4 : 0
  const producing = [
    plainProducer(stage('plain', drops)),
    idempotentProducer(stage('idempotent', drops)),
    ...TRANSACTIONAL_IDS.map((id, at) => transactionalProducer(stage(`transactional-${at}`, drops), id)),
  ]
  const others = [
    consumer(stage('committed-0', 0), { isCommitted: true }),
    consumer(stage('committed-1', drops), { isCommitted: true }),
    consumer(stage('all', 0), { isCommitted: false }),
  ]
  const common = { server, recorder, topic: TOPIC, partitions: PARTITIONS, isOver: () => isOver }
  const context = { ...common, random: createRandom(seed * 101 + 99) }
  if (isDisturbed) others.push(nemesis(context))
  try {
    await Promise.all(producing)
    isOver = true
    await Promise.all(others)
    await heal(context)
    return recorder.finish(await finalReads(stage('final', 0)))
  } finally {
    isOver = true
    for (const client of clients) client.close()
  }
}

async function createTopic({ client, topic, partitions }: Stage): Promise<void> {
  const configs = [{ name: 'min.insync.replicas', value: '2' }]
  const request = { name: topic, numPartitions: partitions, replicationFactor: 3, assignments: [], configs }
  const answer = await client.askAnyone(createTopics, 2, { topics: [request], timeoutMs: 1_000 })
  if (answer?.topics[0]?.errorCode !== 0) throw new Error(`topic ${topic} could not be created`)
}

/** Ends what is open, and reads everything. */
async function finalReads(stage: Stage): Promise<FinalRead[]> {
  for (const id of new Set(TRANSACTIONAL_IDS)) {
    if ((await start(stage, id)) === undefined) throw new Error(`${id} could not be ended`)
  }
  for (const [at] of TRANSACTIONAL_IDS.entries()) await fetchOffset(stage, `group-of-transactional-${at}`)
  const finals: FinalRead[] = []
  for (let partition = 0; partition < stage.partitions; partition++) {
    const all = await readToEnd(stage, partition, false)
    finals.push({ partition, all, committed: await readToEnd(stage, partition, true) })
  }
  return finals
}

async function readToEnd(
  { client, topic }: Stage,
  partition: number,
  isCommitted: boolean,
): Promise<SeenRecord[]> {
  const records: SeenRecord[] = []
  for (let from = 0; ; ) {
    const found = await readOnce(client, { topic, partition, from, isCommitted })
    if (found === undefined) throw new Error(`partition ${partition} can't be read at ${from}`)
    if (found.upTo === from) return records
    records.push(...found.records)
    from = found.upTo
  }
}
