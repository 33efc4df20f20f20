/** Tells whoever watches what the brokers look like, whenever that has changed. The brokers are asked past the proxies. */
import type { KafkaSnapshot, RabbitMQSnapshot } from '#brokers/engines'
import type { KafkaPicture, Picture, RabbitMQPicture } from '../verdict/picture.ts'
import type { Lab } from './lab.ts'
import type { RunContext } from './run-context.ts'

/** Faster than this nobody sees, and the brokers would have less time for the run. */
const everyMsMin = 50

/** How often pictures are wanted, by `MQ_PICTURES` in milliseconds; nothing where none are. */
export function picturesEveryMs(env: NodeJS.ProcessEnv): number | undefined {
  const ms = Number(env.MQ_PICTURES || Number.NaN)
  return Number.isFinite(ms) ? Math.max(everyMsMin, ms) : undefined
}

/** Takes pictures of a lab's brokers until it is told to stop; the last one is taken then. */
export function takePictures(lab: Lab, run: RunContext, everyMs: number): () => Promise<void> {
  const last = new Map<string, string>()
  let isOver = false
  let wake = (): void => {}
  const look = async (): Promise<void> => {
    for (const { server, snapshot } of await lab.snapshots()) {
      const picture = pictureOf(snapshot)
      const told = JSON.stringify(picture)
      if (last.get(server) === told) continue
      last.set(server, told)
      run.emit({ kind: 'snapshot', server, snapshot: picture })
    }
  }
  const looking = (async () => {
    while (!isOver) {
      // A broker that dies while it is asked is seen the next time.
      await look().catch(() => {})
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, everyMs)
      })
    }
  })()
  return async () => {
    isOver = true
    wake()
    await looking
    await look().catch(() => {})
  }
}

function pictureOf(snapshot: RabbitMQSnapshot | KafkaSnapshot): Picture {
  return 'queues' in snapshot ? pictureOfRabbitMQ(snapshot) : pictureOfKafka(snapshot)
}

function pictureOfRabbitMQ({ exchanges, queues, bindings }: RabbitMQSnapshot): RabbitMQPicture {
  return {
    product: 'rabbitmq',
    // Those that every vhost has are left out where nothing is bound to them.
    exchanges: exchanges
      .filter(({ name }) => !/^(?:amq\.|$)/.test(name) || bindings.some(({ source }) => source === name))
      .map(({ name, type }) => ({ name, type })),
    queues: queues.map(({ name, type, ready, unacked, consumers, arguments: given }) => {
      const [exchange, key] = [given['x-dead-letter-exchange'], given['x-dead-letter-routing-key']]
      return {
        name,
        type,
        ready,
        unacked,
        consumers,
        ...(typeof exchange === 'string' ? { deadLetterExchange: exchange } : {}),
        ...(typeof key === 'string' ? { deadLetterRoutingKey: key } : {}),
      }
    }),
    bindings: bindings.map(({ source, destination, destinationType, routingKey }) => ({
      source,
      destination,
      destinationType,
      routingKey,
    })),
  }
}

function pictureOfKafka({ nodes, topics, groups }: KafkaSnapshot): KafkaPicture {
  return {
    product: 'kafka',
    nodes: nodes.map(({ id }) => id),
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(
        ({ index, leaderId, replicas, isr, startOffset, highWatermark, endOffset }) => ({
          index,
          leader: leaderId,
          replicas: [...replicas],
          isr: [...isr],
          start: startOffset,
          highWatermark,
          ...(endOffset === undefined ? {} : { end: endOffset }),
        }),
      ),
    })),
    groups: groups.map(({ id, state, members, offsets }) => ({
      id,
      state,
      members: members.map(({ clientId, memberId, partitions }) => ({
        name: `${clientId} ${memberId.slice(-4)}`,
        partitions: partitions.map(({ topic, partition }) => ({ topic, partition })),
      })),
      committed: offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset })),
    })),
  }
}
