/** A small JSON file that survives a crash while it is written, and is set aside when it can't be read. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { z } from 'zod'

export interface ReadResult<Data> {
  readonly data: Data
  /** Where an unreadable file was moved to, or `undefined` when nothing was wrong. */
  readonly brokenName?: string
}

/** Reads a file by its schema. A missing file gives the schema's defaults; a broken one too, and is kept beside. */
export function readJsonFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  now: Date,
): ReadResult<z.infer<Schema>> {
  const empty = () => schema.parse({})
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch {
    return { data: empty() }
  }
  const parsed = schema.safeParse(parseOrNothing(content))
  if (parsed.success) return { data: parsed.data }
  const brokenName = `${basename(path)}.broken-${stamp(now)}`
  try {
    renameSync(path, `${dirname(path)}/${brokenName}`)
  } catch {
    return { data: empty() }
  }
  return { data: empty(), brokenName }
}

/** Writes beside and renames over, so that a reader sees the old file or the new one. Answers whether it could. */
export function writeJsonFile(path: string, data: unknown): boolean {
  const beside = `${path}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(beside, `${JSON.stringify(data, undefined, 2)}\n`)
    renameSync(beside, path)
    return true
  } catch {
    return false
  }
}

/** A moment as part of a file name: `2026-07-21T09-15-04`. */
export function stamp(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(':', '-')
}

function parseOrNothing(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}
