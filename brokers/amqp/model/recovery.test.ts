/** What a broker has after it comes back, for any history: everything committed and not settled, in order, once. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClock, frozenTime } from '../../clock.ts'
import { createRandom } from '../../random.ts'
import { openLogStore } from '../../store/log-store.ts'
import { testFolder } from '../../test-folder.ts'
import { profileOf } from '../profile.ts'
import { encodeProperties } from '../wire/properties.ts'
import { Broker } from './broker.ts'
import { messageFrom } from './message.ts'
import type { Entry } from './queue/entry.ts'
import type { Queue } from './queue/queue.ts'

let folder: string
let count = 0
beforeAll(() => {
  folder = testFolder('recovery')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface World {
  readonly broker: Broker
  readonly queue: Queue
  /** Closes the store without what only a clean stop writes: all that was not committed is gone. */
  crash(): World
  stop(): World
  publish(id: number): void
}

function open(dataDir: string, type: string): World {
  const store = openLogStore({ dataDir, name: 'test', durability: 'os' })
  const clock = createClock(frozenTime(0))
  const broker = new Broker({ clock, random: createRandom(1), store, profile: profileOf('4.2') })
  const vhost = broker.addVhost('/')
  const queue = vhost.declareQueue({
    name: 'q',
    isDurable: true,
    isAutoDelete: false,
    isExclusive: false,
    arguments: { 'x-queue-type': type, ...(type === 'quorum' ? { 'x-delivery-limit': -1 } : {}) },
    connection: {},
  })
  const header = encodeProperties({ deliveryMode: 2 })
  return {
    broker,
    queue,
    crash() {
      store.close()
      return open(dataDir, type)
    },
    stop() {
      broker.stop()
      return open(dataDir, type)
    },
    publish(id) {
      const message = messageFrom({ exchange: '', routingKey: 'q', header, body: Buffer.from(String(id)) })
      vhost.publish(vhost.findExchange(''), message)
    },
  }
}

const idOf = (entry: Entry) => Number(entry.message.body)
const step = fc.constantFrom(
  'publish',
  'publish',
  'get',
  'get',
  'ack',
  'ack',
  'back',
  'commit',
  'commit',
  'crash',
  'stop',
)

/** Most of a run is waiting for the disk, which others may be using. */
const RUN_MS_MAX = 60_000

test.each(['classic', 'quorum'])(
  'a %s queue brings back what was kept, and tells what was delivered',
  { timeout: RUN_MS_MAX },
  (type) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let world = open(join(folder, String(count++)), type)
        world.broker.commit({ isAwaited: true })
        let next = 0
        // What is there now, and what the last commit knew: id to whether it has been handed out.
        let present = new Map<number, boolean>()
        let committed = new Map(present)
        let out: Entry[] = []

        for (const what of [...steps, 'crash' as const]) {
          if (what === 'publish') {
            world.publish(next)
            present.set(next++, false)
          }
          if (what === 'get') {
            const entry = world.queue.get(true)
            if (entry !== undefined) {
              out.push(entry)
              present.set(idOf(entry), true)
            }
          }
          if (what === 'ack' || what === 'back') {
            const entry = out.shift()
            if (entry !== undefined && what === 'ack') {
              world.queue.acknowledge(entry)
              present.delete(idOf(entry))
            } else if (entry !== undefined) world.queue.putBack(entry, 'nack')
          }
          if (what === 'commit') {
            world.broker.commit({ isAwaited: true })
            committed = new Map(present)
          }
          if (what === 'crash' || what === 'stop') {
            if (what === 'stop') committed = new Map(present)
            world = world[what]()
            out = []
            const back: Entry[] = []
            for (let entry = world.queue.get(true); entry !== undefined; entry = world.queue.get(true))
              back.push(entry)
            expect(back.map(idOf)).toEqual([...committed.keys()])
            // After a crash a classic queue can't tell and marks all.
            const isTold = what === 'stop' || type === 'quorum'
            expect(back.map((entry) => entry.wasDelivered)).toEqual(
              [...committed.values()].map((wasDelivered) => (isTold ? wasDelivered : true)),
            )
            for (const entry of back) world.queue.putBack(entry, 'nack')
            world.broker.commit({ isAwaited: true })
            present = new Map([...committed.keys()].map((id) => [id, true]))
            committed = new Map(present)
          }
        }
        world.broker.stop()
      }),
      { numRuns: 120 },
    )
  },
)
