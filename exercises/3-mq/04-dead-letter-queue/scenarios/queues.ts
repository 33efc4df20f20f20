/** The queues that the topology declared: what levels there are, and how much lies in them. */
import type { RabbitMQSnapshot } from '#brokers/engines'
import type { Lab } from '#lab/kit'

/** What the task sets: see retryDelaysMs in topology.ts. */
export const delaysMs = [1000, 2000, 4000] as const
export const attemptsMax = delaysMs.length + 1
/** Longer than any message waits anywhere on its way. */
export const hourMs = 3_600_000

/** A queue as the subject declared it, under the name that the subject gave it. */
interface Declared {
  readonly name: string
  readonly durable: boolean
  readonly ttlMs: number | undefined
  readonly deadLetterExchange: string | undefined
}

/** The queues in this vhost, under the names that the subject gave them. */
export async function queues(lab: Lab): Promise<Declared[]> {
  const { queues: found }: RabbitMQSnapshot = await lab.inspect()
  return found.map((queue) => {
    const ttl = queue.arguments['x-message-ttl']
    const exchange = queue.arguments['x-dead-letter-exchange']
    return {
      name: lab.shown(queue.name),
      durable: queue.durable,
      ttlMs: ttl === undefined ? undefined : Number(ttl),
      deadLetterExchange: exchange === undefined ? undefined : lab.shown(String(exchange)),
    }
  })
}

/** All messages in all queues. */
export async function total(lab: Lab): Promise<number> {
  const { queues: found } = await lab.inspect()
  return found.reduce((sum, { ready, unacked }) => sum + ready + unacked, 0)
}
