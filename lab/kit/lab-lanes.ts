/** The proxies of one lab, in front of each lane one for each broker, and what passes through them. */

import { type AmqpProxy, type ConnectionSeen, openAmqpProxy, type SeenFrame } from '../faults/amqp-proxy.ts'
import type { KafkaProxy, SeenRequest } from '../faults/kafka-proxy.ts'
import type { Lane, Text } from '../verdict/verdict.ts'
import { labDefect } from './failure.ts'
import type { LabBroker } from './lab-broker.ts'
import type { LabKafka } from './lab-kafka.ts'
import type { RunContext } from './run-context.ts'
import { settles } from './waiting.ts'
import { wireEvent } from './wire-event.ts'

/** A member of a consumer group, as the broker knows it. */
export interface GroupMember {
  readonly groupId: string
  readonly memberId: string
}

export class LabLanes {
  private readonly rabbitmq: LabBroker | undefined
  private readonly kafka: LabKafka | undefined
  private readonly run: RunContext
  private readonly shown: (text: string) => string
  private readonly mustBeOpen: () => void
  private readonly amqpProxies = new Map<Lane, Promise<AmqpProxy>>()
  private readonly kafkaProxies = new Map<Lane, Promise<KafkaProxy>>()
  private readonly opened: (AmqpProxy | KafkaProxy)[] = []
  private readonly remarks = new Map<string, Text>()
  private connections = 0
  private isPaused = false

  constructor(options: {
    rabbitmq: LabBroker | undefined
    kafka: LabKafka | undefined
    run: RunContext
    /** Turns names back into what the learner wrote. */
    shown: (text: string) => string
    mustBeOpen: () => void
  }) {
    this.rabbitmq = options.rabbitmq
    this.kafka = options.kafka
    this.run = options.run
    this.shown = options.shown
    this.mustBeOpen = options.mustBeOpen
  }

  /** The proxy in front of RabbitMQ in a lane, opened when first asked for. */
  amqp(lane: Lane): Promise<AmqpProxy> {
    const { rabbitmq } = this
    if (rabbitmq === undefined) throw labDefect('this scenario plays without RabbitMQ: see onBoth')
    return this.openOnce(this.amqpProxies, lane, () =>
      openAmqpProxy({
        upstream: () => rabbitmq.address,
        ...this.common(lane),
        ...(this.run.isWatched
          ? {
              onFrame: (frame: SeenFrame) => this.tell(frame, lane, wireEvent),
              onConnection: (seen: ConnectionSeen) => this.tellConnection(seen, lane),
            }
          : {}),
      }),
    )
  }

  /** The proxy in front of Kafka in a lane, opened when first asked for. */
  kafkaProxy(lane: Lane): Promise<KafkaProxy> {
    const { kafka } = this
    if (kafka === undefined) throw labDefect('this scenario plays without Kafka: see onKafka')
    return this.openOnce(this.kafkaProxies, lane, async () => {
      // Loaded with the first Kafka (kafka-engine.ts): labs on RabbitMQ alone do without.
      const [{ openKafkaProxy }, { kafkaEvent }] = await Promise.all([
        import('../faults/kafka-proxy.ts'),
        import('./kafka-event.ts'),
      ])
      return await openKafkaProxy({
        nodes: kafka.addresses,
        ...this.common(lane),
        ...(this.run.isWatched
          ? {
              onRequest: (seen: SeenRequest) => this.tell(seen, lane, kafkaEvent),
              onConnection: (seen: ConnectionSeen) => this.tellConnection(seen, lane),
            }
          : {}),
      })
    })
  }

  /** Members of groups whose last connection has ended, those included that never came to be more than pending. */
  goneMembers(): GroupMember[] {
    const heardOn = new Map<string, GroupMember & { readonly isGone: boolean }>()
    for (const proxy of this.opened) {
      if (!('requests' in proxy)) continue
      for (const { connection, fields } of proxy.requests) {
        const { groupId, memberId } = fields
        if (typeof groupId !== 'string' || typeof memberId !== 'string' || memberId === '') continue
        heardOn.set(memberId, { groupId, memberId, isGone: !proxy.isOpen(connection) })
      }
    }
    return [...heardOn.values()].filter(({ isGone }) => isGone)
  }

  /** Puts a remark beside the next frame of this method, for whoever watches. */
  remark(method: string, said: Text): void {
    this.remarks.set(method, said)
  }

  pause(): void {
    this.isPaused = true
    for (const proxy of this.opened) proxy.pause()
  }

  resume(): void {
    this.isPaused = false
    for (const proxy of this.opened) proxy.resume()
  }

  /** One frame of one lane: the first lane in which any waits. */
  step(): void {
    for (const proxy of this.opened) {
      const before = lastSeen(proxy)
      proxy.step()
      if (lastSeen(proxy) !== before) return
    }
  }

  /** Tears the connections of all lanes. */
  cut(): void {
    for (const proxy of this.opened) proxy.cut()
  }

  /** Tears one connection, to RabbitMQ or to a node of Kafka. @throws Error when none that is open has this number */
  cutOne(connection: number): void {
    const torn = this.opened.map((proxy) => proxy.cut(connection))
    if (torn.every((count) => count === 0)) throw new Error(`connection ${connection} is not open`)
  }

  /** Gives connections that are ending the time to end. */
  async untilQuiet(): Promise<void> {
    await settles(() => this.opened.every((proxy) => proxy.openConnections === 0))
  }

  async close(): Promise<void> {
    await Promise.all([...this.amqpProxies.values(), ...this.kafkaProxies.values()].map(closeProxy))
  }

  private common(lane: Lane) {
    return { lane, now: () => this.run.now(), nextConnection: () => ++this.connections }
  }

  private openOnce<Proxy extends AmqpProxy | KafkaProxy>(
    known: Map<Lane, Promise<Proxy>>,
    lane: Lane,
    open: () => Promise<Proxy>,
  ): Promise<Proxy> {
    const existing = known.get(lane)
    if (existing !== undefined) return existing
    this.mustBeOpen()
    const opening = open().then((proxy) => {
      this.opened.push(proxy)
      if (this.isPaused) proxy.pause()
      return proxy
    })
    known.set(lane, opening)
    return opening
  }

  /** A refused one never was: the client tries again, as often as it likes. */
  private tellConnection({ connection, state }: ConnectionSeen, lane: Lane): void {
    if (state !== 'refused') this.run.emit({ kind: 'connection', lane, connection, state })
  }

  private tell<Seen extends SeenFrame | SeenRequest>(
    seen: Seen,
    lane: Lane,
    eventOf: (
      seen: Seen,
      lane: Lane,
      shown: (text: string) => string,
      remark: Text | undefined,
    ) => Parameters<RunContext['emit']>[0],
  ): void {
    const remark = this.remarks.get(seen.method)
    this.remarks.delete(seen.method)
    this.run.emit(eventOf(seen, lane, this.shown, remark))
  }
}

function lastSeen(proxy: AmqpProxy | KafkaProxy): SeenFrame | SeenRequest | undefined {
  return 'frames' in proxy ? proxy.frames.at(-1) : proxy.requests.at(-1)
}

async function closeProxy(opening: Promise<AmqpProxy | KafkaProxy>): Promise<void> {
  const proxy = await opening.catch(() => undefined)
  await proxy?.[Symbol.asyncDispose]()
}
