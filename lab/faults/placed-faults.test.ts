/** Which fault is due on which frame. */
import { describe, expect, it } from 'vitest'
import type { Fault, FrameMatch } from './fault.ts'
import { PlacedFaults } from './placed-faults.ts'
import { ack, publish, unitsOf } from './test-frames.ts'

const fault = (when: Partial<FrameMatch>): Fault<FrameMatch> => ({
  name: 'test',
  text: { en: 'a fault', vi: 'một lỗi' },
  when: { direction: 'to-broker', method: 'basic.ack', ...when },
  what: { kind: 'hold' },
})
const [first, second] = unitsOf(Buffer.concat([ack(1, 1), ack(1, 2)])) as [never, never]
const [published] = unitsOf(publish(1, 'm1')) as [never]

describe('a placed fault', () => {
  it('fires on the first match, once', () => {
    const faults = new PlacedFaults()
    const placed = faults.place(fault({}))

    expect(faults.fire('to-client', first)).toBeUndefined()
    expect(faults.fire('to-broker', published)).toBeUndefined()
    expect(placed.state).toBe('placed')
    expect(faults.fire('to-broker', first)).toBe(placed)
    expect(placed.state).toBe('fired')
    expect(faults.fire('to-broker', first)).toBeUndefined()
  })

  it('counts to its nth match from the moment it was placed', () => {
    const faults = new PlacedFaults()
    faults.fire('to-broker', first)
    const placed = faults.place(fault({ nth: 3 }))

    expect([first, first, first].map((unit) => faults.fire('to-broker', unit))).toEqual([
      undefined,
      undefined,
      placed,
    ])
  })

  it('looks at fields, and at the properties of a message', () => {
    const faults = new PlacedFaults()
    const byTag = faults.place(fault({ fields: { deliveryTag: 2, multiple: false } }))
    const byId = faults.place(
      fault({ method: 'basic.publish', fields: { routingKey: 'q', messageId: 'm1' } }),
    )
    faults.place(fault({ method: 'basic.publish', fields: { messageId: 'm2' } }))

    expect(faults.fire('to-broker', first)).toBeUndefined()
    expect(faults.fire('to-broker', second)).toBe(byTag)
    expect(faults.fire('to-broker', published)).toBe(byId)
    expect(faults.fire('to-broker', published)).toBeUndefined()
  })

  it('leaves a frame to the one that was placed before it, and takes the next', () => {
    const faults = new PlacedFaults()
    const earlier = faults.place(fault({}))
    const later = faults.place(fault({}))

    expect(faults.fire('to-broker', first)).toBe(earlier)
    expect(faults.fire('to-broker', first)).toBe(later)
  })

  it('never fires once it has been lifted', () => {
    const faults = new PlacedFaults()
    const placed = faults.place(fault({}))

    placed.lift()

    expect(faults.fire('to-broker', first)).toBeUndefined()
    expect(placed.state).toBe('placed')
  })

  it.each([0, -1, 1.5, Number.NaN])('is refused when its nth can never come: %s', (nth) => {
    expect(() => new PlacedFaults().place(fault({ nth }))).toThrow(RangeError)
  })
})
