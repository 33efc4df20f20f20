/** Who is at work on a RabbitMQ, told by the frames that passed: who publishes where, who consumes what and holds how much. */
import type { RunEvent, RunEventOf } from '#lab/verdict/events'

export interface Consumer {
  readonly id: string
  readonly lane: string
  readonly connection: number
  readonly queue: string
  /** 0 and nothing both mean no limit. */
  readonly prefetch: number | undefined
  readonly unacked: number
}

export interface Publisher {
  readonly lane: string
  readonly exchange: string
}

interface Subscription {
  readonly id: string
  readonly lane: string
  readonly connection: number
  readonly channel: number
  readonly queue: string
  readonly isNoAck: boolean
  readonly prefetch: number | undefined
  readonly unacked: Set<number>
  tag: string
}

/** Where a frame runs in the drawing: the ids of edges there. */
export type Way = string

export class Clients {
  readonly #publishers = new Map<string, Publisher>()
  #subscriptions: Subscription[] = []
  readonly #prefetch = new Map<string, number>()

  get consumers(): Consumer[] {
    return this.#subscriptions.map(({ id, lane, connection, queue, prefetch, unacked }) => ({
      id,
      lane,
      connection,
      queue,
      prefetch,
      unacked: unacked.size,
    }))
  }

  get publishers(): Publisher[] {
    return [...this.#publishers.values()]
  }

  /** Takes an event into account. Answers which way it went, if it is one that a drawing shows. */
  hear(event: RunEvent): Way | undefined {
    if (event.kind === 'broker' && event.state === 'killed') this.#subscriptions = []
    // Whoever is killed, cut off or leaves loses its connection.
    if (event.kind === 'connection' && event.state !== 'opened')
      this.#drop(({ connection }) => connection === event.connection)
    // The next act begins in a lab of its own.
    if (event.kind === 'run') {
      this.#subscriptions = []
      this.#publishers.clear()
    }
    return event.kind === 'wire' && event.protocol === 'amqp' && event.fields.dropped !== true
      ? this.#hearFrame(event)
      : undefined
  }

  #hearFrame(event: RunEventOf<'wire'>): Way | undefined {
    const { method, fields, connection, channel = 0, from, to } = event
    const place = `${connection}/${channel}`
    const onChannel = (each: Subscription): boolean =>
      each.connection === connection && each.channel === channel
    switch (method) {
      case 'basic.publish': {
        const exchange = String(fields.exchange ?? '')
        this.#publishers.set(`${from}>${exchange}`, { lane: from, exchange })
        return publishWay(from, exchange, String(fields.routingKey ?? ''))
      }
      case 'basic.qos':
        this.#prefetch.set(place, Number(fields.prefetchCount ?? 0))
        return undefined
      case 'basic.consume':
        this.#subscriptions.push({
          id: `${connection}.${channel}.${this.#subscriptions.filter(onChannel).length + 1}`,
          lane: from,
          connection,
          channel,
          queue: String(fields.queue ?? ''),
          isNoAck: fields.noAck === true,
          prefetch: this.#prefetch.get(place) || undefined,
          unacked: new Set(),
          tag: String(fields.consumerTag ?? ''),
        })
        return undefined
      case 'basic.consume-ok': {
        const unnamed = this.#subscriptions.find((each) => onChannel(each) && each.tag === '')
        if (unnamed !== undefined) unnamed.tag = String(fields.consumerTag ?? '')
        return undefined
      }
      case 'basic.cancel':
        this.#drop((each) => onChannel(each) && each.tag === String(fields.consumerTag ?? ''))
        return undefined
      case 'basic.deliver': {
        const owner = this.#subscriptions.find(
          (each) => onChannel(each) && each.tag === String(fields.consumerTag ?? ''),
        )
        if (owner === undefined) return undefined
        if (!owner.isNoAck) owner.unacked.add(Number(fields.deliveryTag))
        return deliverWay(owner.queue, owner.id)
      }
      case 'basic.ack':
      case 'basic.nack':
      case 'basic.reject':
        // The broker's are confirms of publishes.
        if (to === 'broker') this.#settle(Number(fields.deliveryTag), fields.multiple === true, onChannel)
        return undefined
      case 'channel.close':
        this.#drop(onChannel)
        return undefined
      case 'connection.close':
        this.#drop((each) => each.connection === connection)
        return undefined
      default:
        return undefined
    }
  }

  #settle(tag: number, isMultiple: boolean, isMeant: (each: Subscription) => boolean): void {
    for (const { unacked } of this.#subscriptions.filter(isMeant)) {
      if (!isMultiple) unacked.delete(tag)
      else for (const each of [...unacked]) if (tag === 0 || each <= tag) unacked.delete(each)
    }
  }

  #drop(isMeant: (each: Subscription) => boolean): void {
    this.#subscriptions = this.#subscriptions.filter((each) => !isMeant(each))
  }
}

/** A publish to the default exchange goes straight to the queue of that name. */
export function publishWay(lane: string, exchange: string, routingKey: string): Way {
  return exchange === '' ? `publish ${lane} > queue ${routingKey}` : `publish ${lane} > exchange ${exchange}`
}

export function deliverWay(queue: string, consumer: string): Way {
  return `deliver ${queue} > ${consumer}`
}
