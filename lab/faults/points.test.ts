/** What happens to whoever reaches a point that a fault waits for. */
import { describe, expect, it } from 'vitest'
import type { Fault, FaultAction, PointMatch } from './fault.ts'
import { type Point, Points } from './points.ts'

const fault = (what: FaultAction, when: Partial<PointMatch> = {}): Fault<PointMatch> => ({
  name: 'test',
  text: { en: 'a fault', vi: 'một lỗi' },
  when: { point: 'commit', side: 'before', ...when },
  what,
})
const commit: Point = { name: 'commit', side: 'before', fields: { database: 'ledger' } }

describe('a fault at a point', () => {
  it('runs its action before whoever reached it goes on, on exactly the nth', async () => {
    const points = new Points()
    const told: string[] = []
    const action = async (): Promise<void> => void told.push('acted')
    const placed = points.place(fault({ kind: 'do', action }, { nth: 2, fields: { database: 'ledger' } }))

    await points.reach({ ...commit, fields: { database: 'inbox' } })
    await points.reach({ ...commit, side: 'after' })
    await points.reach(commit)
    expect(placed.state).toBe('placed')
    await points.reach(commit)

    expect(told).toEqual(['acted'])
    expect(placed).toMatchObject({ state: 'fired', failure: undefined })
    await points.reach(commit)
    expect(told).toEqual(['acted'])
  })

  it('holds until it is released', async () => {
    const points = new Points()
    const placed = points.place(fault({ kind: 'hold' }))
    let isThrough = false
    const reaching = points.reach(commit).then(() => {
      isThrough = true
    })
    await placed.fired
    expect(isThrough).toBe(false)

    placed.release()
    await reaching
    expect(isThrough).toBe(true)
  })

  it('delays by at least its time', async () => {
    const points = new Points()
    const placed = points.place(fault({ kind: 'delay', ms: 20 }))
    const began = performance.now()

    await points.reach(commit)

    // A timer may be a fraction of a millisecond early.
    expect(performance.now() - began).toBeGreaterThan(18)
    await placed.fired
  })

  it('says why it could not be done', async () => {
    const points = new Points()
    const failing = points.place(fault({ kind: 'do', action: () => Promise.reject(new Error('no')) }))
    await points.reach(commit)
    expect(failing.failure?.message).toBe('the action of "test" failed')

    const refused = points.place(fault({ kind: 'hold' }))
    points.refuse(commit, new Error('nobody waits'))
    await refused.fired
    expect(refused.failure?.message).toBe('nobody waits')
  })

  it('is refused where its action needs a frame, and where it never comes', () => {
    const points = new Points()
    for (const kind of ['cut', 'cut-after', 'drop-reply'] as const)
      expect(() => points.place(fault({ kind }))).toThrow(/needs a frame/)
    expect(() => points.place(fault({ kind: 'hold' }, { nth: 0 }))).toThrow(/counts from 1/)
  })
})
