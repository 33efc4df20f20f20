/** A deadly payment, in a process of its own. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, expect, it } from 'vitest'
import { seededSource } from './fixtures.ts'
import { Wallet } from './wallet.ts'

const folder = mkdtempSync(join(tmpdir(), 'mq-workbook-wallet-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('kills whoever books it, counts the attempt all the same, and leaves the books as they were', async () => {
  const path = join(folder, 'wallet.sqlite')
  const database = new Sqlite(path)
  const wallet = new Wallet(database, seededSource(1))
  wallet.makeDeadly('deadly')
  for (const id of ['harmless', 'deadly']) {
    const child = fork(new URL('./test-wallet-process.ts', import.meta.url), [path, id])
    const [code, signal] = await once(child, 'exit')
    // Windows knows no signals: there a killed process ends with a code that is not 0.
    expect(code === 0 && signal === null).toBe(id === 'harmless')
  }
  expect(
    ['harmless', 'deadly'].map((id) => [wallet.attempts(id), wallet.ledger.count(id, 'capture')]),
  ).toEqual([
    [1, 1],
    [1, 0],
  ])
  expect(wallet.ledger.audit()).toEqual([])
  database.close()
})
