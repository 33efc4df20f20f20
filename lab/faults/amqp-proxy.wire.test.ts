/** The proxy between bare sockets: bytes and ends pass as they are, and a pause holds them frame by frame. */
import { afterEach, describe, expect, it } from 'vitest'
import { encodeMethodFrame } from '#brokers/amqp/wire'
import type { AmqpProxy } from './amqp-proxy.ts'
import { openAmqpProxy } from './amqp-proxy.ts'
import { ack, deliver, encodeFrame, heartbeat, publish } from './test-frames.ts'
import { bareClient, eventually, scriptedBroker } from './test-peers.ts'
import { closeAll, connected, methodsOf, opened } from './test-proxy.ts'

afterEach(closeAll)

const now = () => 5
const protocolHeader = Buffer.from('AMQP\0\0\u0009\u0001', 'latin1')

describe('bytes through the proxy', () => {
  it('arrive as they were sent, wherever the stream is cut into chunks', async () => {
    const { proxy, client, server } = await connected()
    const bytes = Buffer.concat([
      protocolHeader,
      publish(1, 'm1', Buffer.alloc(600, 'x')),
      heartbeat,
      ack(1, 1),
      publish(2, undefined, Buffer.from('body')),
    ])

    for (let at = 0; at < bytes.length; at += 7) {
      client.socket.write(bytes.subarray(at, at + 7))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await eventually(() => server.received().length >= bytes.length)

    expect(server.received()).toEqual(bytes)
    expect(methodsOf(proxy)).toEqual([
      'protocol-header',
      'basic.publish',
      'heartbeat',
      'basic.ack',
      'basic.publish',
    ])
    expect(proxy.frames[1]).toMatchObject({
      atMs: 5,
      direction: 'to-broker',
      connection: 1,
      channel: 1,
      fields: { routingKey: 'q' },
      properties: { messageId: 'm1' },
      bodySize: 600,
      body: Buffer.alloc(600, 'x'),
      message: 'm1',
    })
  })

  it('keep their order when contents of two channels are interleaved', async () => {
    const { client, server } = await connected()
    const one = publish(1, 'a', Buffer.from('one'))
    const two = publish(2, 'b', Buffer.from('two'))
    const cut1 = encodeMethodFrame(1, 'basic.publish', {
      exchange: '',
      routingKey: 'q',
      mandatory: false,
      immediate: false,
    }).length
    const bytes = Buffer.concat([one.subarray(0, cut1), two, ack(3, 1), one.subarray(cut1)])

    client.socket.write(bytes)
    await eventually(() => server.received().length === bytes.length)

    expect(server.received()).toEqual(bytes)
  })

  it('pass on when they are no AMQP, and are reported once', async () => {
    const { proxy, client, server } = await connected()
    const wrong = encodeFrame(1, 1, Buffer.from([0, 99, 0, 99, 1, 2, 3]))
    const bytes = Buffer.concat([
      protocolHeader,
      ack(1, 1),
      wrong.subarray(0, 5),
      wrong.subarray(5),
      ack(1, 2),
    ])

    client.socket.write(bytes.subarray(0, 20))
    // Two packets, so that the decoder meets a cut frame; one packet would pass too.
    await new Promise((resolve) => setTimeout(resolve, 10))
    client.socket.write(bytes.subarray(20))
    await eventually(() => server.received().length === bytes.length)
    client.socket.write('anything')
    await eventually(() => server.received().length === bytes.length + 8)

    expect(server.received()).toEqual(Buffer.concat([bytes, Buffer.from('anything')]))
    expect(methodsOf(proxy).filter((each) => each === 'undecodable')).toHaveLength(1)
    expect(proxy.frames.at(-1)?.fields.reason).toMatch(/no method has class 99/)
  })

  it('are held back at the sender when the receiver does not read', async () => {
    const { client, server } = await connected()
    server.socket.pause()
    const chunk = publish(1, undefined, Buffer.alloc(1_000_000, 'x'))
    let sent = 0
    while (client.socket.write(chunk) || sent < 3) {
      sent += 1
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (sent > 200) break
    }
    expect(sent).toBeLessThan(100)

    server.socket.resume()
    const total = chunk.length * (sent + 1)
    await eventually(() => server.received().length >= total)
    expect(server.received().length).toBe(total)
  })

  it('leave an end at the end', async () => {
    const { client, server, states, proxy } = await connected()

    client.socket.end(ack(1, 1))
    expect(await server.gone).toBe('ended')
    expect(server.received()).toEqual(ack(1, 1))
    server.socket.end(deliver(1, 2, 'late'))
    expect(await client.gone).toBe('ended')

    expect(client.received()).toEqual(deliver(1, 2, 'late'))
    await eventually(() => states.length === 2)
    expect(states).toEqual(['1 opened', '1 closed'])
    expect(proxy.openConnections).toBe(0)
  })
})

describe('a broker that is gone', () => {
  it('refuses: the client is cut off at once', async () => {
    const states: string[] = []
    const dead = await scriptedBroker()
    await dead[Symbol.asyncDispose]()
    const proxy = await openAmqpProxy({
      upstream: () => dead.address,
      lane: 'producer',
      now,
      onConnection: ({ state }) => states.push(state),
    })
    opened.push(proxy)

    expect(await (await bareClient(proxy.address)).gone).toBe('reset')
    expect(states).toEqual(['refused'])
  })

  it('refuses even when nobody knows where it was', async () => {
    const proxy = await openAmqpProxy({
      upstream: () => {
        throw new Error('no broker')
      },
      lane: 'producer',
      now,
    })
    opened.push(proxy)

    expect(await (await bareClient(proxy.address)).gone).toBe('reset')
  })

  it('resets the client when it was reset itself', async () => {
    const { client, server } = await connected()

    server.socket.resetAndDestroy()

    expect(await client.gone).toBe('reset')
  })

  it('is found again at another address', async () => {
    const first = await scriptedBroker()
    const second = await scriptedBroker()
    let address = first.address
    const proxy = await openAmqpProxy({ upstream: () => address, lane: 'producer', now })
    opened.push(first, second, proxy)
    const one = await bareClient(proxy.address)
    await first.accept()

    address = second.address
    const two = await bareClient(proxy.address)
    two.socket.write(ack(1, 1))
    const server = await second.accept()
    await eventually(() => server.received().length > 0)

    expect(one.received().length).toBe(0)
    expect(proxy.frames.at(-1)).toMatchObject({ connection: 2, method: 'basic.ack' })
  })
})

describe('a paused proxy', () => {
  it('lets exactly one frame through a step, the one that has waited longest', async () => {
    const { proxy, client, server } = await connected()
    proxy.pause()
    client.socket.write(Buffer.concat([publish(1, 'a', Buffer.from('one')), ack(1, 1)]))
    // The frames have to reach the proxy, and must not leave it: a wrong one forwards within this time.
    await new Promise((resolve) => setTimeout(resolve, 20))
    server.socket.write(Buffer.concat([deliver(1, 1, 'x'), heartbeat]))
    await eventually(() => client.received().length > 0)
    // Heartbeats are no part of the story.
    expect(client.received()).toEqual(heartbeat)
    expect(server.received().length).toBe(0)

    const seen: string[] = []
    for (let step = 0; step < 4; step++) {
      proxy.step()
      seen.push(methodsOf(proxy).slice(1).join(' '))
    }
    expect(seen).toEqual([
      'basic.publish',
      'basic.publish basic.ack',
      'basic.publish basic.ack basic.deliver',
      'basic.publish basic.ack basic.deliver',
    ])
    await eventually(() => client.received().length > heartbeat.length)

    proxy.resume()
    proxy.step()
    client.socket.write(ack(1, 2))
    await eventually(
      () => server.received().length === publish(1, 'a', Buffer.from('one')).length + 2 * ack(1, 1).length,
    )
  })

  it('lets everything go when it resumes, the end of the client included', async () => {
    const { proxy, client, server } = await connected()
    proxy.pause()
    client.socket.end(Buffer.concat([ack(1, 1), ack(1, 2)]))
    // Nothing must happen, and nothing can be awaited: a wrong one would forward well within this time.
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(server.received().length).toBe(0)

    proxy.step()
    await eventually(() => server.received().length > 0)
    expect(server.received()).toEqual(ack(1, 1))
    proxy.resume()

    expect(await server.gone).toBe('ended')
    expect(server.received()).toEqual(Buffer.concat([ack(1, 1), ack(1, 2)]))
  })

  it('can be paused, resumed and cut by whoever watches its frames', async () => {
    let watched: AmqpProxy | undefined
    const { proxy, client, server } = await connected({
      onFrame: ({ fields }) => {
        if (fields.deliveryTag === 2) watched?.pause()
        if (fields.deliveryTag === 4) watched?.cut()
      },
    })
    watched = proxy
    client.socket.write(Buffer.concat([1, 2, 3, 4, 5].map((tag) => ack(1, tag))))
    await eventually(() => server.received().length > 0)
    expect(server.received()).toEqual(Buffer.concat([ack(1, 1), ack(1, 2)]))

    proxy.resume()
    await server.gone

    expect(server.received()).toEqual(Buffer.concat([1, 2, 3, 4].map((tag) => ack(1, tag))))
    expect(methodsOf(proxy)).toEqual([...Array(4).fill('basic.ack'), '(basic.ack)'])
  })
})
