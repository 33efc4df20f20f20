/** Open files: no more than allowed at a time, and none of them missed. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { OpenFiles, readAt, writeAllAt, writeAt } from './open-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'open-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('the one that was not used for longest is closed for the next, and opened again when it is needed', () => {
  const files = new OpenFiles(2)
  const paths = ['a', 'b', 'c'].map((name) => join(folder, name))
  for (const [at, path] of paths.entries()) {
    files.create(path)
    writeAt(files.descriptor(path), Buffer.from(`${at}`), 0)
  }
  for (const [at, path] of paths.entries())
    expect(String(readAt(files.descriptor(path), 0, 10))).toBe(`${at}`)
  if (process.platform === 'linux') expect(openIn(folder)).toBe(2)
  expect(() => files.create(paths[0] as string)).toThrow('EEXIST')
  files.close()
  if (process.platform === 'linux') expect(openIn(folder)).toBe(0)
})

test('several pieces are written one behind the other', () => {
  const files = new OpenFiles(1)
  const path = join(folder, 'pieces')
  files.create(path)
  writeAllAt(files.descriptor(path), [Buffer.from('ab'), Buffer.from('cde')], 3)
  expect(String(readAt(files.descriptor(path), 3, 100))).toBe('abcde')
  files.close()
})

/** Descriptors of this process that lead into a folder. */
function openIn(path: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(path)
    } catch {
      return false
    }
  }).length
}
