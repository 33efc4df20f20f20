import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Confirms } from './confirms.ts'

test('every tag is told once, refusals as nacks, and never by a multiple ack', () => {
  const turns = fc.array(fc.array(fc.boolean(), { maxLength: 20 }), { maxLength: 10 })
  fc.assert(
    fc.property(turns, (refusals) => {
      const confirms = new Confirms()
      const outcomes = new Map<number, 'ack' | 'nack'>()
      let highest = 0
      const tell = (tag: number, outcome: 'ack' | 'nack') => {
        expect(outcomes.has(tag)).toBe(false)
        outcomes.set(tag, outcome)
        highest = Math.max(highest, tag)
      }
      for (const turn of refusals) {
        for (const isRefused of turn) confirms.add({ isRefused })
        confirms.send({
          ack(deliveryTag, multiple) {
            for (let tag = multiple ? highest + 1 : deliveryTag; tag <= deliveryTag; tag++) tell(tag, 'ack')
          },
          nack: (deliveryTag) => tell(deliveryTag, 'nack'),
        })
      }
      const expected = refusals.flat().map((isRefused) => (isRefused ? 'nack' : 'ack'))
      expect([...outcomes].sort(([a], [b]) => a - b).map(([, outcome]) => outcome)).toEqual(expected)
    }),
  )
})

test('a burst without refusals is one multiple ack, a single publish a plain one', () => {
  const confirms = new Confirms()
  const told: [number, boolean][] = []
  const sender = { ack: (tag: number, multiple: boolean) => void told.push([tag, multiple]), nack: () => {} }
  confirms.add({ isRefused: false })
  confirms.send(sender)
  for (let count = 0; count < 5; count++) confirms.add({ isRefused: false })
  confirms.send(sender)
  confirms.send(sender)
  expect(told).toEqual([
    [1, false],
    [6, true],
  ])
})
