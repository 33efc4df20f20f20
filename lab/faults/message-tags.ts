/** Knows which messages the delivery tags and confirm tags of one connection refer to. */
import type { Direction } from './fault.ts'
import type { FrameUnit } from './frame-unit.ts'

/** The messages that a frame carries or refers to, by messageId. */
export interface MessageRefs {
  readonly message?: string
  readonly messages?: readonly string[]
}

/**
 * Tags that wait to be settled, per channel and direction; the oldest go. Deliveries without ack are never
 * settled.
 */
const tagsMax = 50_000

interface ChannelTags {
  /** Counts the publishes that reached the broker since `confirm.select`; undefined outside confirm mode. */
  published: number | undefined
  readonly unconfirmed: Map<number, string>
  readonly delivered: Map<number, string>
}

const noRefs: MessageRefs = {}

/** Follows both directions of one connection. Tell it every unit once, in the order in which they pass. */
export class MessageTags {
  readonly #channels = new Map<number, ChannelTags>()

  /** The messages that the unit refers to. `isForwarded` false: the other side will never know of it. */
  follow(direction: Direction, unit: FrameUnit, isForwarded: boolean): MessageRefs {
    switch (unit.method) {
      case 'basic.publish':
        return this.#publish(unit, isForwarded)
      case 'basic.deliver':
      case 'basic.get-ok':
        return this.#deliver(unit)
      case 'basic.return':
        return refTo(idOf(unit))
      case 'basic.ack':
      case 'basic.nack':
      case 'basic.reject':
        return this.#settle(direction, unit, isForwarded)
      case 'confirm.select':
        if (isForwarded) this.#of(unit.channel).published ??= 0
        return noRefs
      case 'basic.recover':
      case 'basic.recover-async':
        // All that is not settled comes again, under new tags.
        if (isForwarded && unit.fields.requeue === true) this.#of(unit.channel).delivered.clear()
        return noRefs
      case 'channel.open':
      case 'channel.close-ok':
        this.#channels.delete(unit.channel)
        return noRefs
      default:
        return noRefs
    }
  }

  /** The number of the latest publish that reached the broker on a confirm channel; undefined on a plain one. */
  publishedOn(channel: number): number | undefined {
    return this.#channels.get(channel)?.published
  }

  #publish(unit: FrameUnit, isForwarded: boolean): MessageRefs {
    const id = idOf(unit)
    const tags = this.#of(unit.channel)
    // Only what reaches the broker is counted there: a dropped publish shifts the broker's tags against the
    // client's.
    if (isForwarded && tags.published !== undefined) {
      tags.published += 1
      if (id !== undefined) keep(tags.unconfirmed, tags.published, id)
    }
    return refTo(id)
  }

  #deliver(unit: FrameUnit): MessageRefs {
    const id = idOf(unit)
    if (id !== undefined) keep(this.#of(unit.channel).delivered, Number(unit.fields.deliveryTag), id)
    return refTo(id)
  }

  #settle(direction: Direction, unit: FrameUnit, isForwarded: boolean): MessageRefs {
    const { delivered, unconfirmed } = this.#of(unit.channel)
    const waiting = direction === 'to-broker' ? delivered : unconfirmed
    const tag = Number(unit.fields.deliveryTag)
    // A confirm that gets lost has been given all the same; an ack that gets lost leaves its delivery open.
    const isSettled = isForwarded || direction === 'to-client'
    if (unit.fields.multiple === true) return settleUpTo(waiting, tag, isSettled)
    const id = waiting.get(tag)
    if (isSettled) waiting.delete(tag)
    return refTo(id)
  }

  #of(channel: number): ChannelTags {
    let tags = this.#channels.get(channel)
    if (tags === undefined) {
      tags = { published: undefined, unconfirmed: new Map(), delivered: new Map() }
      this.#channels.set(channel, tags)
    }
    return tags
  }
}

/** Tag 0 stands for all there are. Tags are kept in rising order. */
function settleUpTo(waiting: Map<number, string>, tag: number, isSettled: boolean): MessageRefs {
  const messages: string[] = []
  let last: string | undefined
  for (const [each, id] of waiting) {
    if (tag !== 0 && each > tag) break
    messages.push(id)
    if (each === tag) last = id
    if (isSettled) waiting.delete(each)
  }
  last ??= messages.at(-1)
  return last === undefined ? { messages } : { message: last, messages }
}

function keep(waiting: Map<number, string>, tag: number, id: string): void {
  waiting.set(tag, id)
  if (waiting.size <= tagsMax) return
  for (const oldest of waiting.keys()) {
    waiting.delete(oldest)
    return
  }
}

function idOf(unit: FrameUnit): string | undefined {
  const id = unit.properties?.messageId
  return typeof id === 'string' ? id : undefined
}

function refTo(id: string | undefined): MessageRefs {
  return id === undefined ? noRefs : { message: id }
}
