/** What surrounds every run: the topic, what a process has to do with, and the peace in which everything is read. */
import type { Random } from '../../random.ts'
import { createTopics } from '../wire/messages/19-create-topics.ts'
import type { ClusterClient } from './cluster-client.ts'
import { fetchOffset, readOnce } from './consumer.ts'
import type { FinalRead, Recorder, SeenRecord } from './history.ts'
import { start } from './transactional-producer.ts'

export const TOPIC = 'history'
export const PARTITIONS = 2

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

export async function createTopic({ client, topic, partitions }: Stage): Promise<void> {
  const configs = [{ name: 'min.insync.replicas', value: '2' }]
  const request = { name: topic, numPartitions: partitions, replicationFactor: 3, assignments: [], configs }
  const answer = await client.askAnyone(createTopics, 2, { topics: [request], timeoutMs: 1_000 })
  if (answer?.topics[0]?.errorCode !== 0) throw new Error(`topic ${topic} could not be created`)
}

/** Ends what is open, asks for what groups have committed, and reads everything. @throws Error if the cluster is not well */
export async function finalReads(
  stage: Stage,
  { transactionalIds, groups }: { transactionalIds: Iterable<string>; groups: readonly string[] },
): Promise<FinalRead[]> {
  for (const id of transactionalIds) {
    if ((await start(stage, id)) === undefined) throw new Error(`${id} could not be ended`)
  }
  for (const group of groups) await fetchOffset(stage, group)
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
