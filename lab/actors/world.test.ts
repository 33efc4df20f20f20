/** The world that a subject is given, made from data. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { WorldData } from './world.ts'
import { makeWorld } from './world.ts'

const databaseDir = mkdtempSync(join(tmpdir(), 'world-'))
afterAll(() => rmSync(databaseDir, { recursive: true, force: true }))

const data: WorldData = { amqpUrl: 'amqp://here', kafkaBrokers: [], nameSuffix: 'r1', databaseDir, seed: 7 }

describe('names', () => {
  it('end with the suffix of the run', () => {
    expect(makeWorld(data).name('orders')).toBe('orders-r1')
  })

  it('are refused when they are empty or too long for a broker', () => {
    const world = makeWorld(data)

    expect(() => world.name('')).toThrow(/not empty/)
    expect(() => world.name('é'.repeat(101))).toThrow(/202 bytes/)
    expect(world.name('é'.repeat(100))).toMatch(/-r1$/)
  })

  it('refuse a suffix that no topic could carry', () => {
    expect(() => makeWorld({ ...data, nameSuffix: 'a b' })).toThrow(TypeError)
  })
})

describe('randomness', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    const draw = (seed: number) => {
      const { random } = makeWorld({ ...data, seed })
      return Array.from({ length: 5 }, () => random.next())
    }

    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
  })

  it('stays within its bounds and reaches both of them', () => {
    const { random } = makeWorld(data)
    const drawn = new Set(Array.from({ length: 1_000 }, () => random.integer(-1, 3)))

    expect([...drawn].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2, 3])
    expect(() => random.integer(2, 1)).toThrow(RangeError)
    expect(() => random.integer(0.5, 1)).toThrow(RangeError)
  })
})

describe('the clock', () => {
  it('stops sleeping with the reason of the signal', async () => {
    const { clock } = makeWorld(data)
    const controller = new AbortController()
    const slept = clock.sleep(60_000, controller.signal)

    controller.abort(new Error('enough'))

    await expect(slept).rejects.toThrow('enough')
    await expect(clock.sleep(1, AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
  })

  it('refuses what a timer cannot hold', async () => {
    await expect(makeWorld(data).clock.sleep(2 ** 31)).rejects.toThrow(RangeError)
    await expect(makeWorld(data).clock.sleep(-1)).rejects.toThrow(RangeError)
    await expect(makeWorld(data).clock.sleep(Number.NaN)).rejects.toThrow(RangeError)
  })
})

describe('databases', () => {
  it('are files that a second connection finds, with every commit on the disk', () => {
    const one = makeWorld(data).openDatabase('ledger')
    one.exec('create table entry (id integer primary key)')
    one.exec('insert into entry values (1)')

    const other = makeWorld(data).openDatabase('ledger')

    expect(other.prepare('select count(*) as n from entry').get()).toEqual({ n: 1 })
    expect(other.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(other.pragma('synchronous', { simple: true })).toBe(2)
    expect(other.pragma('busy_timeout', { simple: true })).toBe(5_000)
    one.close()
    other.close()
  })

  it('never leave the folder of the run', () => {
    for (const name of ['', '../ledger', '.hidden', 'a/b', 'a'.repeat(101)]) {
      expect(() => makeWorld(data).openDatabase(name)).toThrow(/cannot name a database/)
    }
  })

  it('announce nothing unless somebody listens', () => {
    const database = makeWorld(data).openDatabase('quiet')

    expect(Object.hasOwn(database, 'prepare')).toBe(false)
    database.close()
  })
})
