/** What lies in the DLQ. */
import type { Lab } from '#lab/kit'

/** A message as it lies in payments.dlq, with what can be read of its death. */
export interface DeadMessage {
  readonly id: string
  readonly reason: string | undefined
  readonly exchange: string | undefined
  readonly routingKey: string | undefined
}

/** What is in payments.dlq, taken out. The consumer's own headers tell of a death, or else the broker's x-death. */
export async function deadMessages(lab: Lab): Promise<DeadMessage[]> {
  const found = await lab.observer.takeAll(lab.name('payments.dlq'))
  return found.map(({ messageId = '', headers }) => {
    const deaths = headers['x-death']
    const death = (Array.isArray(deaths) ? deaths[0] : undefined) as Record<string, unknown> | undefined
    const keys = death?.['routing-keys']
    const told = (own: string, broker: unknown) => {
      const value = headers[own] ?? broker
      return value === undefined || value === null ? undefined : lab.shown(String(value))
    }
    return {
      id: messageId,
      reason: told('x-reason', death?.['reason']),
      exchange: told('x-origin-exchange', death?.['exchange']),
      routingKey: told('x-origin-routing-key', Array.isArray(keys) ? keys[0] : undefined),
    }
  })
}
