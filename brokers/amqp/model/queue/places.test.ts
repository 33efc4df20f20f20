/** Places are a plain queue of entries, whatever of them is packed. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Message } from '../message.ts'
import { Entry, type Pages } from './entry.ts'
import { Places } from './places.ts'

const message: Message = {
  exchange: '',
  routingKey: 'q',
  properties: {},
  header: Buffer.alloc(2),
  body: Buffer.from('body'),
  deaths: [],
}
/** Reads back what says which entry it was asked for. */
const pages: Pages = { read: ({ position }) => ({ ...message, routingKey: `read ${position}` }) }

function entryAt(position: number): Entry {
  const entry = new Entry(message, {
    position,
    expiresAtMs: position % 3 === 0 ? position * 1000 : Number.POSITIVE_INFINITY,
    bodyBytes: position * 7,
    wasDelivered: position % 2 === 0,
    priority: 4,
    isStored: true,
    pages,
  })
  entry.isWaiting = true
  return entry
}

const shown = (entry: Entry | undefined) =>
  entry === undefined
    ? undefined
    : [
        entry.position,
        entry.expiresAtMs,
        entry.bodyBytes,
        entry.wasDelivered,
        entry.priority,
        entry.isWaiting,
      ]

/** Runs are long enough to fill blocks. */
const step = fc.record({
  do: fc.constantFrom('push', 'pack', 'shift', 'first' as const),
  count: fc.oneof(fc.nat(3), fc.nat(400)),
})

test('holds what a plain list would, in the same order, for any history', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const places = new Places({ priority: 4, pages })
      const model: Entry[] = []
      let position = 0
      for (const { do: what, count } of steps) {
        for (let each = 0; each < count; each++) {
          if (what === 'first') {
            expect(shown(places.first())).toEqual(shown(model[0]))
          } else if (what === 'shift') {
            expect(places.firstPosition()).toBe(model[0]?.position)
            expect(shown(places.shift())).toEqual(shown(model.shift()))
          } else {
            const entry = entryAt(++position)
            model.push(entry)
            places.push(entry)
            if (what === 'pack') places.packLast(entry)
          }
        }
      }
      expect([...places].map(shown)).toEqual(model.map(shown))
    }),
    { numRuns: 200 },
  )
})

test('a packed entry reads its message back; the first one stays the same entry until it is shifted', () => {
  const places = new Places({ priority: 4, pages })
  const entry = entryAt(1)
  places.push(entry)
  places.packLast(entry)

  const first = places.first()

  expect(first).not.toBe(entry)
  expect(first?.message.routingKey).toBe('read 1')
  expect(places.first()).toBe(first)
  expect(places.shift()).toBe(first)
})

test('what is more than a place stays an entry: one that came back, and one that is not the last', () => {
  const places = new Places({ priority: 4, pages })
  const [returned, last] = [entryAt(1), entryAt(2)]
  returned.acquisitions = 1
  places.push(returned)
  places.packLast(returned)
  expect(places.first()).toBe(returned)

  places.push(last)
  places.packLast(returned)
  expect([...places]).toEqual([returned, last])
})
