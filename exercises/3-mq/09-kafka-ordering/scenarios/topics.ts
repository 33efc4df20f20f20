/** The topics, and how the lab writes into them. */
import type { Lab } from '#lab/kit'
import type { World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { walletOf } from './events.ts'

/** What topics.ts exports. */
interface TopicsModule {
  createTopics(world: World): Promise<void>
}

const topics = 'topics.ts'
export const eventsTopic = 'wallet.events'
export const journalTopic = 'wallet.journal'
/** Order within a wallet needs no second node. */
export const onOneNode = { nodes: 1 } as const

export async function topicsCreated(lab: Lab): Promise<void> {
  const { createTopics } = await lab.subject.load<TopicsModule>(topics, ['createTopics'])
  const what = text('createTopics()', 'createTopics()')
  await lab.finished(createTopics(await lab.world()), what, { file: topics, near: ['createTopics('] })
}

/** Where the topic is not what is looked at, it is as it should be. */
export function createEvents(lab: Lab): Promise<void> {
  return createTopic(lab, eventsTopic, 6)
}

export function createTopic(lab: Lab, topic: string, partitions: number): Promise<void> {
  return lab.kafka.observer.createTopic(lab.name(topic), { partitions })
}

export async function put(lab: Lab, topic: string, events: readonly Envelope[]): Promise<void> {
  const records = events.map((event) => ({ key: walletOf(event), value: JSON.stringify(event) }))
  await lab.kafka.observer.produce(lab.name(topic), records)
}
