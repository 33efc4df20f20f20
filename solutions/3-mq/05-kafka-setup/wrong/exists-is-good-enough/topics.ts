// mistake: is content when the topic exists
// refused by: mq-05.5
// says: "it exists" says nothing about how it looks

/** The topics of this service, created on purpose: by this file, and by nobody who merely mistypes a name. */

import type { World } from '#lab/subject'
import { client } from './client.ts'

/** Give this to `world.name`. */
export const topic = 'payments.events'

/** Six consumers can share the work later on. More can be added, but then keys move to other partitions. */
const partitions = 6
/** Each record lies on three nodes … */
const replicas = 3
/** … and is acknowledged (acks=all) only while two of them have it: one node may fail and writing goes on. */
const inSyncMin = 2

/** Makes sure that the topic is there, as it has to be. May be called at every start of every instance. */
export async function createTopics(world: World): Promise<void> {
  const name = world.name(topic)
  const admin = client(world).admin()
  await admin.connect()
  try {
    await admin.createTopics({
      topics: [
        {
          topic: name,
          numPartitions: partitions,
          replicationFactor: replicas,
          configEntries: [
            { name: 'min.insync.replicas', value: String(inSyncMin) },
            // The default, said aloud: a replica that missed records must never lead.
            { name: 'unclean.leader.election.enable', value: 'false' },
          ],
        },
      ],
    })
  } finally {
    await admin.disconnect()
  }
}
