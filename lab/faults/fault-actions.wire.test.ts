/** What each kind of fault does to the frames between bare sockets. */
import { afterEach, describe, expect, it } from 'vitest'
import { encodeMethodFrame as method } from '#brokers/amqp/wire'
import { ack, deliver, heartbeat, publish } from './test-frames.ts'
import { bareClient, eventually } from './test-peers.ts'
import { closeAll, connected, methodsOf, place } from './test-proxy.ts'

afterEach(closeAll)

describe('hold', () => {
  it('keeps the frame and all that follows it in its direction, until it is released', async () => {
    const { proxy, client, server } = await connected()
    const placed = place(proxy, { nth: 2 }, { kind: 'hold' })

    client.socket.write(Buffer.concat([ack(1, 1), ack(1, 2), ack(1, 3)]))
    await placed.fired
    server.socket.write(deliver(1, 4))
    await eventually(() => client.received().length > 0)
    expect(server.received()).toEqual(ack(1, 1))

    placed.release()
    await eventually(() => server.received().length === 3 * ack(1, 1).length)
    expect(server.received()).toEqual(Buffer.concat([ack(1, 1), ack(1, 2), ack(1, 3)]))
    placed.release()
  })

  it('loses the frame when the client is gone before the release', async () => {
    const { proxy, client, server, states } = await connected()
    const placed = place(proxy, {}, { kind: 'hold' })
    client.socket.write(Buffer.concat([heartbeat, ack(1, 1)]))
    await placed.fired

    client.socket.destroy()
    await server.gone
    placed.release()

    await eventually(() => states.includes('1 closed'))
    expect(server.received()).toEqual(heartbeat)
    expect(methodsOf(proxy)).toEqual(['heartbeat', '(basic.ack)'])
  })

  it('can be placed for a frame of the broker, and does nothing once lifted', async () => {
    const { proxy, client, server } = await connected()
    const lifted = place(proxy, { direction: 'to-client' }, { kind: 'hold' })
    lifted.lift()

    server.socket.write(ack(1, 1))
    await eventually(() => client.received().length > 0)

    expect(lifted.state).toBe('placed')
  })
})

describe('cut', () => {
  it('tears both sides without forwarding the frame; what came before arrives', async () => {
    const { proxy, client, server, states } = await connected()
    const placed = place(proxy, { fields: { deliveryTag: 2 } }, { kind: 'cut' })

    client.socket.write(Buffer.concat([ack(1, 1), ack(1, 2), ack(1, 3)]))
    await placed.fired

    await Promise.all([client.gone, server.gone])
    expect(server.received()).toEqual(ack(1, 1))
    expect(methodsOf(proxy)).toEqual(['basic.ack', '(basic.ack)', '(basic.ack)'])
    expect(states).toEqual(['1 opened', '1 cut'])
    expect(placed).toMatchObject({ state: 'fired', failure: undefined })
  })

  it('takes a message with header and body as one', async () => {
    const { proxy, client, server } = await connected()
    const placed = place(proxy, { method: 'basic.publish', nth: 2 }, { kind: 'cut' })
    const whole = publish(1, 'a', Buffer.alloc(5_000, 'x'))

    client.socket.write(Buffer.concat([whole, publish(1, 'b', Buffer.alloc(5_000, 'y'))]))
    await placed.fired
    await server.gone

    expect(server.received()).toEqual(whole)
  })

  it('can be done to all connections at any time', async () => {
    const { proxy, client, server, states, broker } = await connected()
    const other = await bareClient(proxy.address)
    await broker.accept()
    await eventually(() => proxy.openConnections === 2)

    proxy.cut()

    await Promise.all([client.gone, other.gone, server.gone])
    await eventually(() => states.length === 4)
    expect(states.slice(2).sort()).toEqual(['1 cut', '2 cut'])
  })
})

describe('cut-after', () => {
  const declareOk = method(1, 'exchange.declare-ok', {})

  it('forwards the frame, asks behind it on the same channel, and cuts when the answer has come', async () => {
    const { proxy, client, server } = await connected()
    const placed = place(proxy, {}, { kind: 'cut-after' })
    client.socket.write(Buffer.concat([ack(1, 1), ack(1, 2)]))
    await eventually(() => server.received().length > ack(1, 1).length)
    expect(server.received().subarray(0, ack(1, 1).length)).toEqual(ack(1, 1))
    expect(placed.state).toBe('fired')

    server.socket.write(
      Buffer.concat([method(2, 'exchange.declare-ok', {}), deliver(1, 9, 'unseen'), declareOk]),
    )
    await placed.fired
    await client.gone

    expect(placed.failure).toBeUndefined()
    expect(client.received().length).toBe(0)
    expect(methodsOf(proxy)).toEqual(['basic.ack', '(exchange.declare-ok)', '(basic.deliver)', '(basic.ack)'])
  })

  it('tells its own answer from the answers to the client’s declares', async () => {
    const { proxy, client, server } = await connected()
    const placed = place(proxy, {}, { kind: 'cut-after' })
    let isDone = false
    void placed.fired.then(() => {
      isDone = true
    })
    const declare = method(1, 'exchange.declare', {
      exchange: 'mine',
      type: 'topic',
      passive: false,
      durable: true,
      autoDelete: false,
      internal: false,
      nowait: false,
      arguments: {},
    })
    client.socket.write(Buffer.concat([declare, ack(1, 1)]))
    await eventually(() => server.received().length > declare.length + ack(1, 1).length)

    server.socket.write(declareOk)
    await eventually(() => methodsOf(proxy).includes('(exchange.declare-ok)'))
    expect(isDone).toBe(false)
    server.socket.write(declareOk)
    await placed.fired

    expect(placed.failure).toBeUndefined()
  })

  it('takes a refusal for an answer', async () => {
    const { proxy, client, server } = await connected()
    const placed = place(proxy, { method: 'basic.publish' }, { kind: 'cut-after' })
    client.socket.write(publish(1, 'm'))
    await eventually(() => server.received().length > 0)

    server.socket.write(
      method(1, 'channel.close', { replyCode: 404, replyText: 'no exchange', classId: 60, methodId: 40 }),
    )
    await placed.fired

    expect(placed.failure).toBeUndefined()
  })

  it('asks nothing behind a channel’s or the connection’s own end, and waits for its answer', async () => {
    const { proxy, client, server } = await connected()
    const placed = place(proxy, { method: 'channel.close' }, { kind: 'cut-after' })
    const close = method(1, 'channel.close', { replyCode: 200, replyText: 'bye', classId: 0, methodId: 0 })
    client.socket.write(close)
    await eventually(() => server.received().length > 0)

    server.socket.write(Buffer.concat([deliver(1, 1), method(1, 'channel.close-ok', {})]))
    await placed.fired

    expect(server.received()).toEqual(close)
    expect(placed.failure).toBeUndefined()
  })

  it('says so when the broker is gone before it has answered', async () => {
    const { proxy, client, server } = await connected()
    const placed = place(proxy, {}, { kind: 'cut-after' })
    client.socket.write(ack(1, 1))
    await eventually(() => server.received().length > 0)

    server.socket.destroy()
    await placed.fired

    expect(placed.failure?.message).toMatch(/nothing proves/)
  })

  it('of a frame to the client lets it arrive first', async () => {
    const { proxy, client, server } = await connected()
    const placed = place(proxy, { direction: 'to-client' }, { kind: 'cut-after' })

    server.socket.write(Buffer.concat([ack(1, 1), ack(1, 2)]))
    await placed.fired
    await client.gone

    expect(client.received()).toEqual(ack(1, 1))
    expect(methodsOf(proxy)).toEqual(['basic.ack', '(basic.ack)'])
  })
})

describe('do', () => {
  it('keeps the frame while its action runs, and drops it afterwards', async () => {
    const { proxy, client, server } = await connected()
    const action = Promise.withResolvers<void>()
    const placed = place(proxy, { nth: 2 }, { kind: 'do', action: () => action.promise })

    client.socket.write(Buffer.concat([ack(1, 1), ack(1, 2), ack(1, 3)]))
    await eventually(() => server.received().length > 0)
    // Nothing must happen, and nothing can be awaited: a wrong one would forward well within this time.
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(server.received()).toEqual(ack(1, 1))
    action.resolve()
    await placed.fired
    await eventually(() => server.received().length > ack(1, 1).length)

    expect(server.received()).toEqual(Buffer.concat([ack(1, 1), ack(1, 3)]))
    expect(methodsOf(proxy)).toEqual(['basic.ack', '(basic.ack)', 'basic.ack'])
  })

  it('runs its action when what came before has left, and never lets the frame pass if that ends the client', async () => {
    const { proxy, client, server } = await connected()
    const placed = place(
      proxy,
      { nth: 2 },
      { kind: 'do', action: async () => void client.socket.resetAndDestroy() },
    )

    client.socket.write(Buffer.concat([ack(1, 1), ack(1, 2)]))
    await placed.fired
    await server.gone

    expect(server.received()).toEqual(ack(1, 1))
  })

  it('keeps why its action failed', async () => {
    const { proxy, client } = await connected()
    const placed = place(proxy, {}, { kind: 'do', action: () => Promise.reject(new Error('no such broker')) })

    client.socket.write(ack(1, 1))
    await placed.fired

    expect(placed.failure?.cause).toMatchObject({ message: 'no such broker' })
  })
})

describe('do after the frame', () => {
  const declareOk = method(1, 'exchange.declare-ok', {})

  it('runs once the broker has provably handled it, keeps both directions waiting, and the connection goes on', async () => {
    const { proxy, client, server } = await connected()
    const action = Promise.withResolvers<void>()
    let hasBegun = false
    const placed = place(
      proxy,
      {},
      {
        kind: 'do',
        side: 'after',
        action: () => {
          hasBegun = true
          return action.promise
        },
      },
    )

    client.socket.write(Buffer.concat([ack(1, 1), ack(1, 2)]))
    await eventually(() => server.received().length > ack(1, 1).length)
    server.socket.write(deliver(1, 9, 'meanwhile'))
    expect(hasBegun).toBe(false)
    server.socket.write(declareOk)
    await eventually(() => hasBegun)
    expect(client.received().length).toBe(0)

    action.resolve()
    await placed.fired
    await eventually(() => client.received().length > 0 && methodsOf(proxy).length === 3)

    expect(client.received()).toEqual(deliver(1, 9, 'meanwhile'))
    expect(server.received().subarray(-ack(1, 2).length)).toEqual(ack(1, 2))
    expect(methodsOf(proxy)).toEqual(['basic.ack', 'basic.ack', 'basic.deliver'])
  })

  it('of a frame to the client has let it arrive', async () => {
    const { proxy, client, server } = await connected()
    const placed = place(
      proxy,
      { direction: 'to-client' },
      { kind: 'do', side: 'after', action: () => eventually(() => client.received().length > 0) },
    )

    server.socket.write(ack(1, 1))
    await placed.fired

    expect(placed.failure).toBeUndefined()
    expect(client.received()).toEqual(ack(1, 1))
  })

  it('lets a frame that waited pass where that is asked for', async () => {
    const { proxy, client, server } = await connected()
    const placed = place(proxy, {}, { kind: 'do', fate: 'pass', action: async () => {} })

    client.socket.write(ack(1, 1))
    await placed.fired
    await eventually(() => server.received().length > 0)

    expect(server.received()).toEqual(ack(1, 1))
  })
})

describe('delay', () => {
  it('lets the frame and what follows it pass after its time, in order', async () => {
    const { proxy, client, server } = await connected()
    const placed = place(proxy, {}, { kind: 'delay', ms: 30 })
    const began = performance.now()

    client.socket.write(Buffer.concat([ack(1, 1), ack(1, 2)]))
    await placed.fired
    await eventually(() => server.received().length === 2 * ack(1, 1).length)

    // A timer may be a fraction of a millisecond early.
    expect(performance.now() - began).toBeGreaterThan(28)
    expect(server.received()).toEqual(Buffer.concat([ack(1, 1), ack(1, 2)]))
  })
})

describe('drop-reply', () => {
  const select = method(1, 'confirm.select', { nowait: false })
  const dropReply = { kind: 'drop-reply' } as const

  it('lets the publish and everything else pass, and cuts where its confirm would', async () => {
    const { proxy, client, server, states } = await connected()
    const placed = place(proxy, { method: 'basic.publish', nth: 2 }, dropReply)
    client.socket.write(Buffer.concat([select, publish(1, 'a'), publish(1, 'b'), publish(1, 'c')]))
    await eventually(() => methodsOf(proxy).length === 4)

    server.socket.write(Buffer.concat([ack(1, 1), deliver(1, 7), ack(1, 3), ack(1, 2)]))
    await placed.fired
    await client.gone

    expect(placed.failure).toBeUndefined()
    expect(client.received()).toEqual(Buffer.concat([ack(1, 1), deliver(1, 7), ack(1, 3)]))
    expect(methodsOf(proxy).at(-1)).toBe('(basic.ack)')
    expect(states.at(-1)).toBe('1 cut')
  })

  it('drops the -ok of a method that has one', async () => {
    const { proxy, client, server } = await connected()
    const placed = place(proxy, { method: 'confirm.select' }, dropReply)
    client.socket.write(select)
    await eventually(() => server.received().length > 0)

    server.socket.write(method(1, 'confirm.select-ok', {}))
    await placed.fired
    await client.gone

    expect(client.received().length).toBe(0)
  })

  it('reports a reply that can never come', async () => {
    const { proxy, client, server } = await connected()
    const plain = place(proxy, { method: 'basic.publish' }, dropReply)
    client.socket.write(publish(1, 'a'))
    await plain.fired
    expect(plain.failure?.message).toMatch(/never answered/)

    const gone = place(proxy, { method: 'confirm.select' }, dropReply)
    client.socket.write(select)
    await eventually(() => methodsOf(proxy).includes('confirm.select'))
    server.socket.destroy()
    await gone.fired
    expect(gone.failure?.message).toMatch(/never answered/)

    expect(() => place(proxy, {}, dropReply)).toThrow(/does not answer basic.ack/)
  })
})

describe('after so many bytes', () => {
  const atBytes = (proxy: Parameters<typeof place>[0], bytes: number, what: Parameters<typeof place>[2]) =>
    proxy.place({
      name: 'torn',
      text: { en: 'a fault', vi: 'một lỗi' },
      when: { direction: 'to-broker', bytes },
      what,
    })

  it('cuts in the middle of a frame: its first part arrives, and it counts as lost', async () => {
    const { proxy, client, server } = await connected()
    const whole = publish(1, 'a', Buffer.alloc(5_000, 'x'))
    const placed = atBytes(proxy, ack(1, 1).length + 4_500, { kind: 'cut' })

    client.socket.write(Buffer.concat([ack(1, 1), whole, ack(1, 2)]))
    await placed.fired
    await server.gone

    expect(server.received()).toEqual(Buffer.concat([ack(1, 1), whole.subarray(0, 4_500)]))
    expect(methodsOf(proxy)).toEqual(['basic.ack', '(basic.publish)', '(basic.ack)'])
  })

  it('runs an action there, and cuts afterwards', async () => {
    const { proxy, client, server, states } = await connected()
    const action = Promise.withResolvers<void>()
    const placed = atBytes(proxy, 5, { kind: 'do', action: () => action.promise })

    client.socket.write(ack(1, 1))
    await eventually(() => server.received().length > 0)
    expect(states).toEqual(['1 opened'])
    action.resolve()
    await placed.fired
    await server.gone

    expect(server.received()).toEqual(ack(1, 1).subarray(0, 5))
  })

  it('refuses what can not be done inside a frame, and a place before the beginning', async () => {
    const { proxy } = await connected()
    expect(() => atBytes(proxy, 5, { kind: 'hold' })).toThrow(/inside a frame/)
    expect(() => atBytes(proxy, -1, { kind: 'cut' })).toThrow(/counted from 0/)
  })
})
