/** What a bound on memory changes: nothing that a client can see. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClock, frozenTime } from '../../clock.ts'
import { createRandom } from '../../random.ts'
import { openLogStore } from '../../store/log-store.ts'
import { createMemoryStore } from '../../store/memory-store.ts'
import { testFolder } from '../../test-folder.ts'
import { profileOf } from '../profile.ts'
import type { FieldTable } from '../wire/field-table.ts'
import { type BasicProperties, encodeProperties } from '../wire/properties.ts'
import { Broker } from './broker.ts'
import { messageFrom } from './message.ts'
import { Paging } from './paging.ts'
import { Entry } from './queue/entry.ts'
import type { Queue } from './queue/queue.ts'

let folder: string
let count = 0
beforeAll(() => {
  folder = testFolder('paging')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const queues: Readonly<Record<string, FieldTable>> = {
  classic: { 'x-dead-letter-exchange': 'amq.fanout' },
  priority: { 'x-max-priority': 3 },
  short: { 'x-max-length': 3, 'x-dead-letter-exchange': 'amq.fanout' },
  timed: { 'x-message-ttl': 50, 'x-dead-letter-exchange': 'amq.fanout' },
  quorum: { 'x-queue-type': 'quorum', 'x-delivery-limit': 2, 'x-dead-letter-exchange': 'amq.fanout' },
  dead: {},
}
const names = Object.keys(queues)

/** A broker with all of these queues, and everything that its client sees as text. */
class World {
  readonly seen: string[] = []
  readonly #dataDir: string
  readonly #memoryBytesMax: number
  readonly #out: { queue: Queue; entry: Entry }[] = []
  #clock = createClock(frozenTime(0))
  #broker: Broker

  constructor(dataDir: string, memoryBytesMax: number) {
    this.#dataDir = dataDir
    this.#memoryBytesMax = memoryBytesMax
    this.#broker = this.#open()
    const vhost = this.#broker.addVhost('/')
    for (const name of names) this.#declare(name)
    const dead = { source: 'amq.fanout', destination: 'dead', destinationType: 'queue' as const }
    vhost.bind({ ...dead, routingKey: '', arguments: {}, connection: {} })
    this.#broker.commit({ isAwaited: true })
  }

  publish(queue: string, bytes: number, properties: BasicProperties): void {
    const vhost = this.#broker.addVhost('/')
    const message = messageFrom({
      exchange: '',
      routingKey: queue,
      header: encodeProperties(properties),
      body: Buffer.alloc(bytes, `${queue}-${this.seen.length}-`),
    })
    this.seen.push(JSON.stringify(vhost.publish(vhost.findExchange(''), message)))
  }

  get(name: string, needsAck: boolean): void {
    const queue = this.#declare(name)
    const entry = queue.get(needsAck)
    this.seen.push(`${name} ${entry === undefined ? 'empty' : shown(entry)}`)
    if (entry !== undefined && needsAck) this.#out.push({ queue, entry })
  }

  settle(how: 'ack' | 'nack' | 'reject'): void {
    const out = this.#out.shift()
    if (out === undefined) return
    if (how === 'ack') out.queue.acknowledge(out.entry)
    else if (how === 'nack') out.queue.putBack(out.entry, 'nack')
    else out.queue.discard(out.entry)
  }

  wait(ms: number): void {
    this.#clock.elapse(ms)
  }

  purge(name: string): void {
    this.seen.push(String(this.#declare(name).purge()))
  }

  commit(): void {
    this.#broker.commit({ isAwaited: false })
  }

  restart(): void {
    this.#broker.stop()
    this.#out.length = 0
    this.#clock = createClock(frozenTime(this.#clock.now()))
    this.#broker = this.#open()
  }

  /** Everything that is left. */
  drain(): void {
    for (const name of names) {
      const queue = this.#declare(name)
      for (let entry = queue.get(false); entry !== undefined; entry = queue.get(false))
        this.seen.push(shown(entry))
    }
    this.#broker.stop()
  }

  #open(): Broker {
    return new Broker({
      clock: this.#clock,
      random: createRandom(1),
      store: openLogStore({ dataDir: this.#dataDir, name: 'test', durability: 'os', segmentBytes: 3000 }),
      profile: profileOf('4.2'),
      memoryBytesMax: this.#memoryBytesMax,
    })
  }

  #declare(name: string): Queue {
    const rest = { isDurable: true, isAutoDelete: false, isExclusive: false, connection: {} }
    return this.#broker.addVhost('/').declareQueue({ name, arguments: queues[name] as FieldTable, ...rest })
  }
}

/** The header as bytes: what the client gets. */
function shown(entry: Entry): string {
  const { body, header, exchange, routingKey, deaths } = entry.message
  const { wasDelivered, returns, acquisitions } = entry
  const counts = [wasDelivered, returns, acquisitions]
  return JSON.stringify([String(body), header.toString('latin1'), exchange, routingKey, deaths, counts])
}

const queue = fc.constantFrom(...names)
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      queue,
      bytes: fc.nat(300),
      deliveryMode: fc.constantFrom(1, 2, 2, 2),
      priority: fc.nat(3),
      expiration: fc.constantFrom(undefined, undefined, '20', '200'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('get' as const), queue, needsAck: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('ack', 'nack', 'reject' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('commit' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('purge' as const), queue }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
)

test('whatever happens, a broker with little or no room shows what one with endless room shows', {
  timeout: 30_000,
}, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const worlds = [Number.POSITIVE_INFINITY, 3000, 0].map(
        (bytes) => new World(join(folder, String(count++)), bytes),
      )
      for (const world of worlds) {
        for (const one of steps) {
          if (one.do === 'publish') {
            const { deliveryMode, priority, expiration } = one
            world.publish(one.queue, one.bytes, { deliveryMode, priority, expiration })
          } else if (one.do === 'get') world.get(one.queue, one.needsAck)
          else if (one.do === 'wait') world.wait(one.ms)
          else if (one.do === 'purge') world.purge(one.queue)
          else if (one.do === 'commit') world.commit()
          else if (one.do === 'restart') world.restart()
          else world.settle(one.do)
        }
        world.drain()
      }
      const [endless, little, none] = worlds.map((world) => world.seen)
      expect(little).toEqual(endless)
      expect(none).toEqual(endless)
    }),
    { numRuns: 40 },
  )
})

const pages = (bytesMax: number) =>
  new Paging({
    bytesMax,
    fetch: (position) =>
      messageFrom({
        exchange: '',
        routingKey: 'q',
        header: encodeProperties({}),
        body: Buffer.from(`${position}`),
      }),
  })

function entryIn(paging: Paging, position: number, body: Buffer, isStored = true): Entry {
  const message = messageFrom({ exchange: '', routingKey: 'q', header: encodeProperties({}), body })
  const entry = new Entry(message, {
    position,
    expiresAtMs: Number.POSITIVE_INFINITY,
    priority: 0,
    bodyBytes: body.length,
    isStored,
    pages: paging,
  })
  entry.isWaiting = true
  return entry
}

test('stored messages beyond the bound leave memory, are read back, and make room when they go', () => {
  const paging = pages(10_000)
  const entries = Array.from({ length: 20 }, (_, index) => entryIn(paging, index, Buffer.alloc(1000)))
  for (const entry of entries) paging.admit(entry)
  expect(entries.filter((entry) => entry.isInMemory)).toHaveLength(7)
  expect(paging.bytes).toBeLessThan(10_000 + 1600)
  expect(String(entries[15]?.message.body)).toBe('15')
  expect(entries[15]?.isInMemory).toBe(false)
  for (const entry of entries) paging.release(entry)
  expect(paging.bytes).toBe(0)
})

test('what is not stored stays in memory', () => {
  const paging = pages(0)
  const entry = entryIn(paging, 1, Buffer.from('kept'), false)
  paging.admit(entry)
  expect([entry.isInMemory, String(entry.message.body), paging.bytes]).toEqual([true, 'kept', 0])
})

test('a small message that waits does not keep all that was read with it', () => {
  const paging = pages(Number.POSITIVE_INFINITY)
  const chunk = Buffer.allocUnsafeSlow(64 * 1024).fill('x')
  const entry = entryIn(paging, 1, chunk.subarray(100, 200))
  paging.admit(entry)
  expect(entry.message.body.buffer).not.toBe(chunk.buffer)
  expect(entry.message.body).toEqual(chunk.subarray(100, 200))

  const large = entryIn(paging, 2, chunk.subarray(0, 40 * 1024))
  paging.admit(large)
  expect(large.message.body.buffer).toBe(chunk.buffer)
})

test('a message in the store alone takes less than a hundred bytes of memory', { timeout: 30_000 }, () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // Buffers are given back some time after the collection that found them.
  const usedBytes = (before = Number.POSITIVE_INFINITY): number => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    const now = heapUsed + arrayBuffers
    return now < before ? usedBytes(now) : before
  }
  const broker = new Broker({
    clock: createClock(frozenTime(0)),
    random: createRandom(1),
    store: openLogStore({ dataDir: join(folder, String(count++)), name: 'test', durability: 'os' }),
    profile: profileOf('4.2'),
    memoryBytesMax: 0,
  })
  const vhost = broker.addVhost('/')
  const rest = { isDurable: true, isAutoDelete: false, isExclusive: false, arguments: {}, connection: {} }
  const queue = vhost.declareQueue({ name: 'q', ...rest })
  const header = encodeProperties({ deliveryMode: 2 })
  const publish = (messages: number) => {
    for (let each = 1; each <= messages; each++) {
      const body = Buffer.alloc(100, 'x')
      vhost.publish(vhost.findExchange(''), messageFrom({ exchange: '', routingKey: 'q', header, body }))
      if (each % 500 === 0) broker.commit({ isAwaited: false })
    }
  }
  publish(10_000)
  const before = usedBytes()
  publish(50_000)
  const bytesEach = (usedBytes() - before) / 50_000

  expect(queue.readyCount).toBe(60_000)
  // Where it lies in the log takes twelve of them.
  expect(bytesEach).toBeGreaterThan(12)
  expect(bytesEach).toBeLessThan(100)
  broker.stop()
})

test('without a disk everything stays in memory', () => {
  const broker = new Broker({
    clock: createClock(frozenTime(0)),
    random: createRandom(1),
    store: createMemoryStore(),
    profile: profileOf('4.2'),
    memoryBytesMax: 0,
  })
  const vhost = broker.addVhost('/')
  const q = vhost.declareQueue({
    name: 'q',
    isDurable: true,
    isAutoDelete: false,
    isExclusive: false,
    arguments: {},
    connection: {},
  })
  const header = encodeProperties({ deliveryMode: 2 })
  vhost.publish(
    vhost.findExchange(''),
    messageFrom({ exchange: '', routingKey: 'q', header, body: Buffer.from('b') }),
  )
  broker.commit({ isAwaited: true })
  expect(String(q.get(true)?.message.body)).toBe('b')
})
