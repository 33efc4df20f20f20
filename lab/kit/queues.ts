/** What scenarios ask of a queue, by the name that the learner gave it; all of it past the proxies. */
import type { Lab } from './lab.ts'
import { sleepMs } from './waiting.ts'

/** How many messages of a queue are where; zeros for a queue that is not there. */
export interface QueueCounts {
  readonly ready: number
  readonly unacked: number
}

/** How long a broker that was killed may take to answer again. */
const backMsMax = 30_000
const askAgainMs = 10

export async function countsOf(lab: Lab, queue: string): Promise<QueueCounts> {
  const { queues } = await lab.inspect()
  const found = queues.find(({ name }) => name === lab.name(queue))
  return { ready: found?.ready ?? 0, unacked: found?.unacked ?? 0 }
}

/** Ready and unacknowledged together. */
export async function countIn(lab: Lab, queue: string): Promise<number> {
  const { ready, unacked } = await countsOf(lab, queue)
  return ready + unacked
}

/** Takes all that is ready out of a queue and answers their message ids; an empty one for a message that has none. */
export async function takeIds(lab: Lab, queue: string): Promise<string[]> {
  const found = await lab.observer.takeAll(lab.name(queue))
  return found.map(({ messageId = '' }) => messageId)
}

/** The message ids in a queue, which stay there: they are given back at once. */
export async function peekIds(lab: Lab, queue: string): Promise<string[]> {
  const channel = await lab.observer.channel()
  const name = lab.name(queue)
  const ids: string[] = []
  for (let got = await channel.get(name); got !== false; got = await channel.get(name))
    ids.push(got.properties.messageId ?? '')
  if (ids.length > 0) channel.nackAll(true)
  await channel.close()
  return ids
}

/** Takes all that comes into a queue from now on; the ids grow as it does. Ends with the connection: for a broker that stays. */
export async function collectIds(lab: Lab, queue: string): Promise<readonly string[]> {
  const channel = await lab.observer.channel()
  const ids: string[] = []
  const take = (message: { properties: { messageId?: unknown } } | null): void => {
    if (message !== null) ids.push(String(message.properties.messageId ?? ''))
  }
  await channel.consume(lab.name(queue), take, { noAck: true })
  return ids
}

/** Asks the broker, again if it was killed under the question. */
export async function whileBrokerReturns<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const deadline = performance.now() + backMsMax
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (performance.now() > deadline) throw error
      // There is no fact to wait for but the answer itself.
      await sleepMs(askAgainMs)
    }
  }
}
