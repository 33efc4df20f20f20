/**
 * What is wrong with a RabbitMQ topology before any broker has seen it: names that lead nowhere, queues out of reach,
 * messages that would vanish without a word. A finding names the thing and the loss.
 */
import { text } from '../verdict/language.ts'
import type { Text } from '../verdict/verdict.ts'
import { type Arrival, arrivalsOf, deathOf, expiresIn, queuesBehind, type TopologyData } from './routing.ts'

/** A service that publishes, and under which keys. */
export interface Publisher {
  readonly service: string
  readonly exchange: string
  readonly keys: readonly string[]
}

/** A service that reads a queue. */
export interface Reader {
  readonly service: string
  readonly queue: string
}

export interface TopologyUse {
  readonly publishers: readonly Publisher[]
  readonly readers: readonly Reader[]
}

/**
 * - `undeclared`: a binding or dead-letter exchange names what is not there
 * - `twice`: a name is declared twice
 * - `unroutable`: a key that is published reaches no queue
 * - `unreachable`: nothing that is published ever gets into the queue
 * - `unread`: messages stay in the queue, and nobody reads it
 * - `read-while-waiting`: somebody reads a queue in which messages wait for their time
 * - `no-dead-letters`: what is refused in the queue is gone
 * - `unbound-dead-letters`: what dies in the queue is sent where nothing is bound, and is gone
 * - `no-end`: what dies in the queue goes round for ever, or never comes to rest
 * - `forgets`: the queue in which dead messages end drops them
 * - `expiry-cycle`: messages that nobody fetches expire round in a circle; RabbitMQ drops them the second time
 */
export type TopologyFindingKind =
  | 'undeclared'
  | 'twice'
  | 'unroutable'
  | 'unreachable'
  | 'unread'
  | 'read-while-waiting'
  | 'no-dead-letters'
  | 'unbound-dead-letters'
  | 'no-end'
  | 'forgets'
  | 'expiry-cycle'

export interface TopologyFinding {
  readonly kind: TopologyFindingKind
  /** The exchange, queue or key it is about. */
  readonly about: string
  readonly said: Text
}

export function lintTopology(topology: TopologyData, use: TopologyUse): TopologyFinding[] {
  const names = namesOf(topology)
  if (names.length > 0) return names
  const published = use.publishers.flatMap(({ exchange, keys }) => keys.map((key) => ({ exchange, key })))
  const arrivals = arrivalsOf(topology, published)
  const reached = new Set(arrivals.map(({ queue }) => queue))
  return [
    ...unroutable(topology, use),
    ...topology.queues.filter(({ name }) => !reached.has(name)).map(({ name }) => unreachable(name)),
    ...topology.queues.flatMap(({ name }) => readingOf(topology, use, name)),
    ...use.readers.flatMap(({ queue }) => deathsOf(topology, use, arrivals, queue)),
    ...expiryCycle(topology, arrivals),
  ]
}

/** The queues in which what dies in a queue can come to rest: nothing expires there and nothing leaves by dying. */
export function restingPlaces(topology: TopologyData, arrival: Arrival): string[] {
  const seen = new Set<string>()
  const ends = new Set<string>()
  const waiting = [arrival]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at.queue)) continue
    seen.add(at.queue)
    const death = deathOf(topology, at)
    if (death === undefined) {
      if (at.queue !== arrival.queue) ends.add(at.queue)
      continue
    }
    const { key } = death
    waiting.push(...death.reaches.map((queue) => ({ queue, key })))
  }
  return [...ends]
}

function namesOf({ exchanges, queues, bindings }: TopologyData): TopologyFinding[] {
  const known = new Set(exchanges.map(({ name }) => name))
  const knownQueues = new Set(queues.map(({ name }) => name))
  const missing = (about: string, by: string): TopologyFinding => ({
    kind: 'undeclared',
    about,
    said: text(
      `${by} names ${about}, which is declared nowhere`,
      `${by} nhắc tới ${about}, nhưng không chỗ nào khai báo nó`,
    ),
  })
  const twice = (list: readonly string[]) =>
    list
      .filter((name, at) => list.indexOf(name) < at)
      .map(
        (about): TopologyFinding => ({
          kind: 'twice',
          about,
          said: text(`${about} is declared twice`, `${about} được khai báo hai lần`),
        }),
      )
  return [
    ...twice(exchanges.map(({ name }) => name)),
    ...twice(queues.map(({ name }) => name)),
    ...bindings.flatMap(({ exchange, queue, routingKey }) => [
      ...(known.has(exchange) ? [] : [missing(`exchange ${exchange}`, `the binding "${routingKey}"`)]),
      ...(knownQueues.has(queue) ? [] : [missing(`queue ${queue}`, `the binding "${routingKey}"`)]),
    ]),
    ...queues.flatMap(({ name, arguments: args }) => {
      const dlx = args?.['x-dead-letter-exchange']
      return typeof dlx !== 'string' || dlx === '' || known.has(dlx)
        ? []
        : [missing(`exchange ${dlx}`, `queue ${name}`)]
    }),
  ]
}

function unroutable(topology: TopologyData, { publishers }: TopologyUse): TopologyFinding[] {
  return publishers.flatMap(({ service, exchange, keys }) =>
    keys
      .filter((key) => queuesBehind(topology, exchange, key).length === 0)
      .map((key) => ({
        kind: 'unroutable' as const,
        about: key,
        said: text(
          `${service} publishes ${key} to ${exchange || 'the default exchange'}, and no queue gets it: the broker confirms it and drops it`,
          `${service} gửi ${key} vào ${exchange || 'default exchange'} mà không queue nào nhận: broker vẫn confirm rồi bỏ đi`,
        ),
      })),
  )
}

function unreachable(about: string): TopologyFinding {
  return {
    kind: 'unreachable',
    about,
    said: text(
      `nothing that anybody publishes ever gets into ${about}`,
      `không thứ gì được gửi đi mà tới được ${about}`,
    ),
  }
}

function readingOf(topology: TopologyData, { readers }: TopologyUse, queue: string): TopologyFinding[] {
  const reader = readers.find((each) => each.queue === queue)
  const waits = expiresIn(topology, queue) && deathOf(topology, { queue, key: '' }) !== undefined
  if (waits) {
    return reader === undefined
      ? []
      : [
          {
            kind: 'read-while-waiting',
            about: queue,
            said: text(
              `${reader.service} reads ${queue}, where messages wait for their time: it takes them before it has come`,
              `${reader.service} đọc ${queue}, nơi message chờ tới giờ: nó lấy ra trước khi tới giờ`,
            ),
          },
        ]
  }
  if (reader !== undefined) return []
  return [
    {
      kind: 'unread',
      about: queue,
      said: text(
        `nobody reads ${queue}: it grows until the disk is full`,
        `không ai đọc ${queue}: nó lớn dần đến khi đầy đĩa`,
      ),
    },
  ]
}

/** What becomes of a message that the reader of a queue refuses. */
function deathsOf(
  topology: TopologyData,
  use: TopologyUse,
  arrivals: readonly Arrival[],
  queue: string,
): TopologyFinding[] {
  if (isEnd(topology, use, arrivals, queue)) return forgets(topology, queue)
  const here = arrivals.filter((each) => each.queue === queue)
  const [first] = here
  if (first === undefined) return []
  if (deathOf(topology, first) === undefined) {
    return [
      {
        kind: 'no-dead-letters',
        about: queue,
        said: text(
          `what is refused in ${queue} is gone: it has no dead-letter exchange`,
          `message bị từ chối trong ${queue} là mất: nó không có dead-letter exchange`,
        ),
      },
    ]
  }
  const lost = here.find((arrival) => deathOf(topology, arrival)?.reaches.length === 0)
  if (lost !== undefined) {
    const death = deathOf(topology, lost)
    return [
      {
        kind: 'unbound-dead-letters',
        about: queue,
        said: text(
          `what dies in ${queue} goes to ${death?.exchange || 'the default exchange'} as "${death?.key}", where no queue takes it: gone without a word`,
          `message chết trong ${queue} đi tới ${death?.exchange || 'default exchange'} với key "${death?.key}", ở đó không queue nào nhận: mất mà không ai hay`,
        ),
      },
    ]
  }
  const ends = here.flatMap((arrival) => restingPlaces(topology, arrival))
  if (ends.length > 0) return []
  return [
    {
      kind: 'no-end',
      about: queue,
      said: text(
        `what dies in ${queue} never comes to rest: no queue behind it keeps messages`,
        `message chết trong ${queue} không bao giờ dừng lại: phía sau không queue nào giữ nó`,
      ),
    },
  ]
}

/**
 * Whether dead messages end in a queue: they come there by dying, leave no more, and nobody publishes to it but those whose
 * own dead end there anyway.
 */
function isEnd(
  topology: TopologyData,
  { publishers, readers }: TopologyUse,
  arrivals: readonly Arrival[],
  queue: string,
): boolean {
  if (deathOf(topology, { queue, key: '' }) !== undefined) return false
  const dying = arrivals.filter((arrival) => restingPlaces(topology, arrival).includes(queue))
  const mayPublish = (service: string): boolean =>
    readers.some((each) => each.service === service && dying.some((arrival) => arrival.queue === each.queue))
  const direct = publishers.filter(({ exchange, keys }) =>
    keys.some((key) => queuesBehind(topology, exchange, key).includes(queue)),
  )
  return dying.length > 0 && direct.every(({ service }) => mayPublish(service))
}

function forgets(topology: TopologyData, queue: string): TopologyFinding[] {
  const found = topology.queues.find(({ name }) => name === queue)
  const args = found?.arguments ?? {}
  const limit = ['x-message-ttl', 'x-max-length', 'x-max-length-bytes', 'x-expires'].find(
    (name) => args[name] !== undefined,
  )
  const isSafe =
    limit === undefined || (limit.startsWith('x-max-length') && args['x-overflow'] === 'reject-publish')
  if (isSafe && found?.durable === true) return []
  const why = found?.durable === true ? (limit ?? '') : 'durable: false'
  return [
    {
      kind: 'forgets',
      about: queue,
      said: text(
        `${queue} is where dead messages end, and it forgets them (${why}): the last copy goes without a word`,
        `${queue} là nơi message chết dừng lại mà nó lại quên (${why}): bản cuối cùng biến mất không ai hay`,
      ),
    },
  ]
}

/** A circle of queues in all of which messages expire: without a reader a message goes round it untouched. */
function expiryCycle(topology: TopologyData, arrivals: readonly Arrival[]): TopologyFinding[] {
  const next = (queue: string): string[] =>
    arrivals
      .filter((each) => each.queue === queue && expiresIn(topology, queue))
      .flatMap((each) => deathOf(topology, each)?.reaches ?? [])
      .filter((each) => expiresIn(topology, each))
  for (const { name } of topology.queues) {
    const path = circleFrom(name, next)
    if (path === undefined) continue
    const circle = path.join(' → ')
    return [
      {
        kind: 'expiry-cycle',
        about: name,
        said: text(
          `while nobody reads, a message expires round in a circle (${circle}), and RabbitMQ drops it the second time`,
          `khi không ai đọc, message hết hạn vòng tròn (${circle}), và đến lần thứ hai RabbitMQ bỏ luôn nó`,
        ),
      },
    ]
  }
  return []
}

function circleFrom(start: string, next: (queue: string) => readonly string[]): string[] | undefined {
  const walk = (path: readonly string[]): string[] | undefined => {
    for (const queue of next(path.at(-1) ?? start)) {
      if (queue === start) return [...path, start]
      if (path.includes(queue)) continue
      const found = walk([...path, queue])
      if (found !== undefined) return found
    }
    return undefined
  }
  return walk([start])
}
