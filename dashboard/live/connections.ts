/** The connections of a live run that do some work, as its frames and requests tell: each can be torn alone. */
import type { RunEvent, RunEventOf } from '#lab/verdict/events'

export interface Connection {
  /** In this run, from 1. */
  readonly number: number
  readonly lane: string
  /** What it is there for, in the words of its protocol: `◄ payments.work`, `► payments`, `Fetch`, `group wallet`. */
  readonly uses: readonly string[]
}

/** What clients ask to find their way is no work. */
const kafkaWork = new Set(['Produce', 'Fetch', 'TxnOffsetCommit', 'InitProducerId'])
/** A connection that does a hundred things is told by some of them. */
const usesMax = 4

export class Connections {
  readonly #open = new Map<number, { readonly lane: string; readonly uses: Set<string> }>()

  /** Those that were used, the oldest first. */
  get used(): Connection[] {
    return [...this.#open]
      .map(([number, { lane, uses }]) => ({ number, lane, uses: [...uses] }))
      .toSorted((a, b) => a.number - b.number)
  }

  hear(event: RunEvent): void {
    // The next act begins in a lab of its own.
    if (event.kind === 'run' || event.kind === 'end') this.#open.clear()
    if (event.kind === 'connection' && event.state !== 'opened') this.#open.delete(event.connection)
    if (event.kind !== 'wire' || event.to !== 'broker' || event.fields.dropped === true) return
    const use = event.protocol === 'amqp' ? amqpUse(event) : kafkaUse(event)
    if (use === undefined) return
    const { connection, from: lane } = event
    const known = this.#open.get(connection) ?? { lane, uses: new Set() }
    if (known.uses.size < usesMax) known.uses.add(use)
    this.#open.set(connection, known)
  }
}

function amqpUse({ method, fields }: RunEventOf<'wire'>): string | undefined {
  if (method === 'basic.consume') return `◄ ${String(fields.queue ?? '')}`
  if (method !== 'basic.publish') return undefined
  // The default exchange has no name; its routing key is a queue's.
  return `► ${String(fields.exchange || fields.routingKey || '')}`
}

function kafkaUse({ method, fields }: RunEventOf<'wire'>): string | undefined {
  const { groupId } = fields
  if (typeof groupId === 'string' && groupId !== '') return `group ${groupId}`
  return kafkaWork.has(method) ? method : undefined
}
