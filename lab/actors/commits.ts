/**
 * Announces the commits of a SQLite database, just before and just after each. A commit is the end of a transaction
 * that changed something, or a statement that changes something outside of one. Not seen: a `RELEASE` of an outermost
 * savepoint, and writes by `iterate()`.
 */
import type { Database, Statement } from 'better-sqlite3'
import type { Point } from '../faults/points.ts'

/** Told of a point that the subject has reached; it goes on when this returns. */
export type Announce = (point: Point) => void

const commitWords = /^\s*(?:commit|end)\b/i
const changingWords = /\b(?:insert|update|delete|replace|create|drop|alter|commit|end)\b/i
const variants = ['default', 'deferred', 'immediate', 'exclusive'] as const

type Around = <Result>(run: () => Result) => Result

/** Changes the database's methods in place and answers it. */
export function announceCommits(database: Database, name: string, announce: Announce): Database {
  const point = (side: Point['side']): void => announce({ name: 'commit', side, fields: { database: name } })
  const around: Around = (run) => {
    point('before')
    const result = run()
    point('after')
    return result
  }
  const { prepare, exec } = database
  const changes = database.prepare<[]>(
    'SELECT total_changes() AS rows, schema_version AS schema FROM pragma_schema_version',
  )
  const stateNow = (): string => JSON.stringify(changes.get())

  replace(database, 'prepare', ((sql: string) =>
    announcing(prepare.call(database, sql), database, { sql, around })) as Database['prepare'])

  replace(database, 'exec', (sql) => {
    const commits = database.inTransaction ? /\b(?:commit|end)\b/i.test(sql) : changingWords.test(sql)
    return commits ? around(() => exec.call(database, sql)) : exec.call(database, sql)
  })

  const { transaction } = database
  const announcedTransaction = (work: (...args: unknown[]) => unknown): unknown => {
    let isOutermost = false
    let before = ''
    let hasChanged = false
    const wrapped = transaction.call(database, function (this: unknown, ...args: unknown[]) {
      const ends = isOutermost
      isOutermost = false
      const result = work.apply(this, args)
      if (!ends) return result
      hasChanged = stateNow() !== before
      if (hasChanged) point('before')
      return result
    })
    const announced = (run: (...args: unknown[]) => unknown) =>
      function (this: unknown, ...args: unknown[]): unknown {
        if (database.inTransaction) return run.apply(this, args)
        isOutermost = true
        hasChanged = false
        before = stateNow()
        const result = run.apply(this, args)
        if (hasChanged) point('after')
        return result
      }
    const [first = announced(wrapped), ...others] = variants.map((variant) => announced(wrapped[variant]))
    const all = [first, ...others]
    for (const each of all) {
      for (const [index, variant] of variants.entries()) Object.assign(each, { [variant]: all[index] })
      Object.assign(each, { database })
    }
    return first
  }
  replace(database, 'transaction', announcedTransaction as Database['transaction'])
  return database
}

/** Not enumerable: a subject may hand its database to structured clone. */
function replace<Of extends object, Key extends keyof Of>(of: Of, key: Key, value: Of[Key]): void {
  Object.defineProperty(of, key, { value, configurable: true, writable: true })
}

/** A statement whose `run`, `get` and `all` are announced where they commit. */
function announcing(
  statement: Statement,
  database: Database,
  { sql, around }: { sql: string; around: Around },
): Statement {
  const isCommit = commitWords.test(sql)
  if (statement.readonly && !isCommit) return statement
  const commits = (): boolean => (isCommit ? database.inTransaction : !database.inTransaction)
  for (const method of ['run', 'get', 'all'] as const) {
    const original = statement[method] as ((...args: unknown[]) => unknown) | undefined
    if (typeof original !== 'function') continue
    const announced = (...args: unknown[]): unknown =>
      commits() ? around(() => original.apply(statement, args)) : original.apply(statement, args)
    replace(statement, method, announced)
  }
  return statement
}
