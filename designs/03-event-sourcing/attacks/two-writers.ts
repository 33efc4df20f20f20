/** The store is attacked by a second writer, and past all code by whoever has a console. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'
import type { Random } from '#lab/subject'
import { attempt, type Design, load, type NewEvent, type StoredEvent } from './design.ts'

export interface StoreSeen {
  readonly attempts: number
  /** What a store lets happen that it must not. */
  readonly allowed:
    | 'two-writers'
    | 'no-name'
    | 'no-table'
    | 'no-constraint'
    | 'a-copied-version'
    | 'an-update'
    | 'a-delete'
    | 'half-an-append'
    | 'a-gap'
    | 'one-event-twice'
    | 'no-pages'
    | undefined
  readonly detail: string
}

/** Two connections to one file want the same version; then the table itself is attacked, past all code. */
export async function twoWriters(subject: SubjectUnderTest, _random: Random): Promise<StoreSeen> {
  const design = await load(subject)
  const folder = mkdtempSync(join(tmpdir(), 'mq-design-03-'))
  const [one, two] = [new Sqlite(join(folder, 'events.sqlite')), new Sqlite(join(folder, 'events.sqlite'))]
  try {
    one.pragma('journal_mode = WAL')
    return storeAttacked(design, one, two)
  } finally {
    one.close()
    two.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function storeAttacked(design: Design, one: Database, two: Database): StoreSeen {
  const [first, second] = [design.openStore(one), design.openStore(two)]
  let ids = 0
  const event = (minor: bigint): NewEvent => ({
    ...design.write({ kind: 'deposited', transactionId: `tx-${minor}`, minor, currency: 'VND' }),
    eventId: `id-${++ids}`,
  })
  const opened = { ...design.write({ kind: 'opened', currency: 'VND' }), eventId: 'id-opened' }
  const stream = 'wallet-1'
  first.append(stream, 0, [opened])
  let attempts = 0
  const allowed = (what: StoreSeen['allowed'], detail = ''): StoreSeen => ({
    attempts,
    allowed: what,
    detail,
  })
  const count = () => first.read(stream).length

  // Both have decided on version 1.
  first.append(stream, 1, [event(1n)])
  attempts += 1
  const late = attempt(() => second.append(stream, 1, [event(2n)]))
  if ('value' in late) return allowed('two-writers')
  if (late.error.name !== 'VersionConflict')
    return allowed('no-name', `${late.error.name}: ${late.error.message}`)
  attempts += 1
  if ('value' in attempt(() => first.append(stream, 7, [event(3n)]))) return allowed('a-gap')
  attempts += 1
  const spoilt = { type: 'nobody.knows.this.v1', data: {}, eventId: 'id-spoilt' }
  const half = attempt(() => first.append(stream, 2, [event(4n), spoilt]))
  if ('value' in half || count() !== 2) return allowed('half-an-append')
  attempts += 1
  const again = attempt(() => first.append('wallet-2', 0, [{ ...event(5n), eventId: 'id-opened' }]))
  if ('value' in again) return allowed('one-event-twice')

  const { table, version, eventId, position, stream: streamColumn } = design.tables.event
  const columns = columnsOf(one, table)
  const absent = [version, eventId, position, streamColumn].find((name) => !columns.includes(name))
  if (absent !== undefined) return allowed('no-table', `${table}.${absent}`)
  const raw = (sql: string) => attempt(() => one.prepare(sql).run())
  /** Copies a row with another event id, and puts what is given in the place of its columns. */
  const copy = (ofVersion: number, put: Readonly<Record<string, string>>) => {
    const values = columns.map(
      (name) => put[name] ?? (name === position && position !== version ? 'NULL' : `"${name}"`),
    )
    const names = columns.map((name) => `"${name}"`).join(', ')
    return raw(
      `INSERT INTO "${table}" (${names}) SELECT ${values.join(', ')} FROM "${table}" WHERE "${streamColumn}" = '${stream}' AND "${version}" = ${ofVersion}`,
    )
  }
  const attacks = [
    ['a-copied-version', copy(2, { [eventId]: `'id-copied'` })],
    ['an-update', raw(`UPDATE "${table}" SET "${eventId}" = 'id-changed' WHERE "${version}" = 1`)],
    ['a-delete', raw(`DELETE FROM "${table}" WHERE "${version}" = 2`)],
  ] as const
  for (const [what, came] of attacks) {
    attempts += 1
    if ('value' in came) return allowed(what)
    // Refused by a rule of the table, and not because the attack could not be made.
    const code = String((came.error as { code?: unknown }).code)
    if (!code.startsWith('SQLITE_CONSTRAINT'))
      return allowed('no-constraint', `${what}: ${came.error.message}`)
  }
  if (count() !== 2) return allowed('a-delete')

  for (let nth = 0; nth < 40; nth += 1)
    first.append(`wallet-${nth % 3}-more`, Math.floor(nth / 3), [event(BigInt(nth + 10))])
  attempts += 1
  const pages: StoredEvent[] = []
  for (let after = 0; ; ) {
    const page = second.readAll(after, 7)
    if (page.length === 0 || pages.length > 100) break
    pages.push(...page)
    after = page.at(-1)?.position ?? 0
  }
  const isAscending = pages.every((each, at) => at === 0 || each.position > (pages[at - 1]?.position ?? 0))
  if (pages.length !== 42 || new Set(pages.map((each) => each.eventId)).size !== 42 || !isAscending)
    return allowed('no-pages', `${pages.length} of 42 events came`)
  return allowed(undefined)
}

/** The columns of a table; none where there is no such table. */
export function columnsOf(database: Database, table: string): string[] {
  return (database.pragma(`table_info("${table}")`) as { name: string }[]).map(({ name }) => name)
}
