/** The inbox under a race: processes that share a database receive the same messages at the same time. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, expect, it } from 'vitest'

const processes = 3
const messages = 100
const folder = mkdtempSync(join(tmpdir(), 'mq-workbook-inbox-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('applies each message once between all of them', async () => {
  const path = join(folder, 'wallet.sqlite')
  const database = new Sqlite(path)
  database.pragma('journal_mode = WAL')
  database.exec('CREATE TABLE wallet (amount INTEGER NOT NULL) STRICT; INSERT INTO wallet VALUES (0)')

  const children = Array.from({ length: processes }, () =>
    fork(new URL('./test-inbox-process.ts', import.meta.url), [path, `${messages}`]),
  )
  await Promise.all(children.map(nextMessage))
  const applied = Promise.all(children.map(nextMessage))
  for (const child of children) child.send('start')

  expect((await applied).reduce((sum, count) => sum + count, 0)).toBe(messages)
  expect(database.prepare('SELECT amount FROM wallet').get()).toEqual({ amount: messages * 100 })
  database.close()
})

async function nextMessage(child: ChildProcess): Promise<number> {
  const gone = once(child, 'exit').then(([code]) => Promise.reject(new Error(`a process ended with ${code}`)))
  const [message] = await Promise.race([once(child, 'message'), gone])
  return message
}
