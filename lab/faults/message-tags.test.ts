/** Which messages an ack refers to. */
import { describe, expect, it } from 'vitest'
import { encodeMethodFrame } from '#brokers/amqp/wire'
import type { Direction } from './fault.ts'
import { MessageTags } from './message-tags.ts'
import { ack, deliver, publish, unitsOf } from './test-frames.ts'

/** Follows the frames and gives what the last one refers to. */
function follow(tags: MessageTags, direction: Direction, bytes: Buffer, isForwarded = true) {
  return unitsOf(bytes)
    .map((unit) => tags.follow(direction, unit, isForwarded))
    .at(-1)
}

const select = (channel: number) => encodeMethodFrame(channel, 'confirm.select', { nowait: false })

describe('a broker’s confirm', () => {
  it('names the publish that it counts to, per channel and from confirm.select on', () => {
    const tags = new MessageTags()
    follow(tags, 'to-broker', publish(1, 'before'))
    follow(tags, 'to-broker', select(1))
    follow(tags, 'to-broker', select(2))
    expect(follow(tags, 'to-broker', publish(1, 'a'))).toEqual({ message: 'a' })
    follow(tags, 'to-broker', publish(2, 'other'))
    follow(tags, 'to-broker', publish(1))
    follow(tags, 'to-broker', publish(1, 'c'))

    expect(follow(tags, 'to-client', ack(1, 3))).toEqual({ message: 'c' })
    expect(follow(tags, 'to-client', ack(1, 2))).toEqual({})
    expect(follow(tags, 'to-client', ack(2, 1))).toEqual({ message: 'other' })
    expect(follow(tags, 'to-client', ack(1, 1))).toEqual({ message: 'a' })
  })

  it('lists all that it settles when it is multiple, each once', () => {
    const tags = new MessageTags()
    follow(tags, 'to-broker', select(1))
    for (const id of ['a', 'b', 'c', 'd']) follow(tags, 'to-broker', publish(1, id))

    expect(follow(tags, 'to-client', ack(1, 2))).toEqual({ message: 'b' })
    expect(follow(tags, 'to-client', ack(1, 3, true))).toEqual({ message: 'c', messages: ['a', 'c'] })
    expect(follow(tags, 'to-client', ack(1, 4, true))).toEqual({ message: 'd', messages: ['d'] })
    expect(follow(tags, 'to-client', ack(1, 4, true))).toEqual({ messages: [] })
  })

  it('does not count a publish that a fault dropped, since the broker never saw it', () => {
    const tags = new MessageTags()
    follow(tags, 'to-broker', select(1))
    expect(follow(tags, 'to-broker', publish(1, 'dropped'), false)).toEqual({ message: 'dropped' })
    follow(tags, 'to-broker', publish(1, 'arrived'))

    expect(follow(tags, 'to-client', ack(1, 1))).toEqual({ message: 'arrived' })
  })

  it('counts anew on a channel that was opened again', () => {
    const tags = new MessageTags()
    follow(tags, 'to-broker', select(1))
    follow(tags, 'to-broker', publish(1, 'old'))
    follow(tags, 'to-broker', encodeMethodFrame(1, 'channel.open', {}))
    follow(tags, 'to-broker', select(1))
    follow(tags, 'to-broker', publish(1, 'new'))

    expect(follow(tags, 'to-client', ack(1, 1))).toEqual({ message: 'new' })
  })
})

describe('a client’s ack, nack or reject', () => {
  const delivered = () => {
    const tags = new MessageTags()
    for (const [tag, id] of [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ] as const)
      follow(tags, 'to-client', deliver(1, tag, id))
    return tags
  }

  it('names its delivery', () => {
    const tags = delivered()
    const nack = encodeMethodFrame(1, 'basic.nack', { deliveryTag: 3, multiple: false, requeue: true })
    const reject = encodeMethodFrame(1, 'basic.reject', { deliveryTag: 1, requeue: false })

    expect(follow(tags, 'to-broker', ack(1, 2))).toEqual({ message: 'b' })
    expect(follow(tags, 'to-broker', nack)).toEqual({ message: 'c' })
    expect(follow(tags, 'to-broker', reject)).toEqual({ message: 'a' })
  })

  it('lists all open deliveries up to its tag when it is multiple, and all with tag 0', () => {
    expect(follow(delivered(), 'to-broker', ack(1, 2, true))).toEqual({ message: 'b', messages: ['a', 'b'] })
    expect(follow(delivered(), 'to-broker', ack(1, 0, true))).toEqual({
      message: 'c',
      messages: ['a', 'b', 'c'],
    })
  })

  it('settles nothing when a fault dropped it', () => {
    const tags = delivered()

    expect(follow(tags, 'to-broker', ack(1, 1), false)).toEqual({ message: 'a' })
    expect(follow(tags, 'to-broker', ack(1, 1))).toEqual({ message: 'a' })
    expect(follow(tags, 'to-broker', ack(1, 1))).toEqual({})
  })

  it('does not know deliveries that basic.recover has taken back', () => {
    const tags = delivered()

    follow(tags, 'to-broker', encodeMethodFrame(1, 'basic.recover', { requeue: true }))

    expect(follow(tags, 'to-broker', ack(1, 1))).toEqual({})
  })
})
