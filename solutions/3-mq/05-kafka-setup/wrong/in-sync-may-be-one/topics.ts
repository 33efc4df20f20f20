// mistake: leaves min.insync.replicas at its default: there are three replicas after all
// refused by: mq-05.5
// says: min.insync.replicas is 1

/** The topics of this service, created on purpose: by this file, and by nobody who merely mistypes a name. */

import kafkajs from 'kafkajs'
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
    const isNew = await admin.createTopics({
      topics: [
        {
          topic: name,
          numPartitions: partitions,
          replicationFactor: replicas,
          configEntries: [
            // The default, said aloud: a replica that missed records must never lead.
            { name: 'unclean.leader.election.enable', value: 'false' },
          ],
        },
      ],
    })
    // kafkajs answers false for a topic that exists, whatever it looks like: settings are never compared for us.
    if (!isNew) await mustBeAsAsked(admin, name)
  } finally {
    await admin.disconnect()
  }
}

/** @throws Error when the topic that is there is another one than we asked for: somebody has to look at it */
async function mustBeAsAsked(admin: ReturnType<ReturnType<typeof client>['admin']>, name: string) {
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] })
  const found = topics[0]?.partitions ?? []
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: ['min.insync.replicas'] }],
  })
  const minimum = resources[0]?.configEntries.find(({ configName }) => configName === 'min.insync.replicas')
  const fewest = Math.min(...found.map(({ replicas: ids }) => ids.length))
  if (found.length !== partitions || fewest !== replicas) {
    throw new Error(
      `${topic} is there with ${found.length} partitions, ${fewest} replicas and min.insync.replicas ` +
        `${minimum?.configValue}; asked for are ${partitions}, ${replicas} and ${inSyncMin}`,
    )
  }
}
