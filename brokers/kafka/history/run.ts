/**
 * One seeded run: several producers and consumers against a cluster of three that is disturbed meanwhile, then peace, and the
 * history of it all. The seed decides what is done; how it interleaves the computer decides, so a seed does not repeat a run
 * to the letter, but what it did comes again and again.
 */
import { createRandom } from '../../random.ts'
import type { Address } from '../raw-client.ts'
import type { KafkaServer } from '../server.ts'
import { ClusterClient } from './cluster-client.ts'
import { consumer } from './consumer.ts'
import { type History, Recorder } from './history.ts'
import { heal, nemesis } from './nemesis.ts'
import { idempotentProducer, plainProducer } from './plain-producer.ts'
import { createTopic, finalReads, PARTITIONS, type Stage, TOPIC } from './stage.ts'
import { transactionalProducer } from './transactional-producer.ts'

export interface RunOptions {
  readonly seed: number
  /** Writes and transactions of each producer. */
  readonly steps?: number
  readonly isDisturbed?: boolean
}

/** Long enough for some dozens of requests. */
const LASTS_MS_MAX = 20
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
  const context = { ...common, lastsMsMax: LASTS_MS_MAX, random: createRandom(seed * 101 + 99) }
  if (isDisturbed) others.push(nemesis(context))
  try {
    await Promise.all(producing)
    isOver = true
    await Promise.all(others)
    await heal(context)
    const groups = TRANSACTIONAL_IDS.map((_, at) => `group-of-transactional-${at}`)
    const ends = { transactionalIds: new Set(TRANSACTIONAL_IDS), groups }
    return recorder.finish(await finalReads(stage('final', 0), ends))
  } finally {
    isOver = true
    for (const client of clients) client.close()
  }
}
