/** The inbox that failure-02 asks for, held against this one: the reference and the shared one do the same. */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { Inbox } from './inbox.ts'

const reference = join(resolve(import.meta.dirname, '..'), 'solutions/4-failure/02-duplicates/inbox.ts')
const written = (await import(pathToFileURL(reference).href)) as { Inbox: typeof Inbox }

describe.each([
  ['the shared inbox', Inbox],
  ["failure-02's reference", written.Inbox],
])('%s', (_, Kind) => {
  const opened = (consumer = 'wallet', database = new Sqlite(':memory:')) => {
    const inbox = new Kind(database, consumer, { now: () => 0 })
    let effects = 0
    const process = (id: string, content: string, effect = () => {}) =>
      inbox.process({ id, content: Buffer.from(content) }, () => {
        effect()
        effects += 1
      })
    return { database, process, effects: () => effects }
  }

  it('applies a message once', () => {
    const { process, effects } = opened()
    expect(process('m1', 'a')).toBe('applied')
    expect(process('m1', 'a')).toBe('duplicate')
    expect(process('m2', 'a')).toBe('applied')
    expect(effects()).toBe(2)
  })

  it('refuses another payload under a known id', () => {
    const { process, effects } = opened()
    process('m1', 'a')
    expect(() => process('m1', 'b')).toThrow(expect.objectContaining({ name: 'InboxConflict' }))
    expect(effects()).toBe(1)
  })

  it('forgets a message whose effect failed', () => {
    const { process, effects } = opened()
    const fail = () => {
      throw new Error('the books are closed')
    }
    expect(() => process('m1', 'a', fail)).toThrow('the books are closed')
    expect(process('m1', 'a')).toBe('applied')
    expect(effects()).toBe(1)
  })

  it('lets each consumer have its own', () => {
    const wallet = opened()
    const notifications = opened('notifications', wallet.database)
    wallet.process('m1', 'a')
    expect(notifications.process('m1', 'a')).toBe('applied')
  })
})
