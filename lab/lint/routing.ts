/** Where a message goes in a RabbitMQ topology that stands as data: the queues behind an exchange and a key. */

/** A topology in AMQP's own words, as far as routing depends on it. */
export interface TopologyData {
  readonly exchanges: readonly {
    readonly name: string
    readonly type: string
    readonly arguments?: Readonly<Record<string, unknown>>
  }[]
  readonly queues: readonly {
    readonly name: string
    readonly durable: boolean
    readonly arguments?: Readonly<Record<string, unknown>>
  }[]
  readonly bindings: readonly {
    readonly exchange: string
    readonly queue: string
    readonly routingKey: string
  }[]
}

/** Where a message stands, and under which key it came. */
export interface Arrival {
  readonly queue: string
  readonly key: string
}

/** The queues that a message published to an exchange under a key reaches, its alternate exchange included. */
export function queuesBehind(topology: TopologyData, exchange: string, key: string): string[] {
  // The default exchange knows every queue by its name.
  if (exchange === '') return topology.queues.some(({ name }) => name === key) ? [key] : []
  const seen = new Set<string>()
  for (let at: string | undefined = exchange; at !== undefined && !seen.has(at); ) {
    const name: string = at
    seen.add(name)
    const found = topology.exchanges.find((each) => each.name === name)
    if (found === undefined) return []
    const bound = topology.bindings.filter(
      (each) => each.exchange === name && matches(found.type, each.routingKey, key),
    )
    if (bound.length > 0) return [...new Set(bound.map(({ queue }) => queue))]
    at = textOf(found.arguments, 'alternate-exchange')
  }
  return []
}

/** Where a message goes when it dies in a queue; undefined when the queue sends it nowhere. */
export function deathOf(
  topology: TopologyData,
  { queue, key }: Arrival,
): { readonly exchange: string; readonly key: string; readonly reaches: readonly string[] } | undefined {
  const args = topology.queues.find(({ name }) => name === queue)?.arguments
  const exchange = textOf(args, 'x-dead-letter-exchange')
  if (exchange === undefined) return undefined
  const deadKey = textOf(args, 'x-dead-letter-routing-key') ?? key
  return { exchange, key: deadKey, reaches: queuesBehind(topology, exchange, deadKey) }
}

/** Every place that messages published so can ever be in, by routing and by dying. */
export function arrivalsOf(
  topology: TopologyData,
  published: readonly { readonly exchange: string; readonly key: string }[],
): Arrival[] {
  const found = new Map<string, Arrival>()
  const waiting: Arrival[] = published.flatMap(({ exchange, key }) =>
    queuesBehind(topology, exchange, key).map((queue) => ({ queue, key })),
  )
  for (let arrival = waiting.pop(); arrival !== undefined; arrival = waiting.pop()) {
    const id = JSON.stringify([arrival.queue, arrival.key])
    if (found.has(id)) continue
    found.set(id, arrival)
    const death = deathOf(topology, arrival)
    if (death !== undefined) waiting.push(...death.reaches.map((queue) => ({ queue, key: death.key })))
  }
  return [...found.values()]
}

/** Whether messages expire in a queue by the queue's own rule. */
export function expiresIn(topology: TopologyData, queue: string): boolean {
  return topology.queues.find(({ name }) => name === queue)?.arguments?.['x-message-ttl'] !== undefined
}

/** As the exchange types match: `*` is one word, `#` none or more (AMQP 0-9-1, 3.1.3). Headers are not looked at. */
function matches(type: string, pattern: string, key: string): boolean {
  if (type === 'fanout') return true
  if (type !== 'topic') return pattern === key
  return matchesWords(pattern.split('.'), key.split('.'))
}

function matchesWords(pattern: readonly string[], words: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return words.length === 0
  if (first === '#')
    return words.some((_, at) => matchesWords(rest, words.slice(at))) || matchesWords(rest, [])
  const [word, ...others] = words
  return word !== undefined && (first === '*' || first === word) && matchesWords(rest, others)
}

function textOf(args: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const value = args?.[name]
  return typeof value === 'string' ? value : undefined
}
