/** Which versions of the learner's code are kept, and when two of them are the same. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hashesOf } from './files.ts'
import { bareCode, keepPassed, type PassedVersion, readPassed, withVersion } from './passed.ts'

const at = (day: number, source: string): PassedVersion => ({
  when: `2026-07-${String(day).padStart(2, '0')}T08:00:00.000Z`,
  files: { 'a.ts': source },
})

describe('withVersion', () => {
  it('adds what is other code, and nothing that was the last already', () => {
    const first = [at(1, 'const a = 1')]
    expect(withVersion([], at(1, 'const a = 1'))).toEqual(first)
    expect(withVersion(first, at(2, 'const a = 1'))).toBeUndefined()
    expect(withVersion(first, at(2, 'const a = 2'))).toEqual([...first, at(2, 'const a = 2')])
  })

  it('keeps the first for good, and puts other comments in the place of the last', () => {
    const two = [at(1, 'a()'), at(2, 'b()')]
    expect(withVersion(two, at(3, '// why\nb()'))).toEqual([at(1, 'a()'), at(3, '// why\nb()')])
    expect(withVersion([at(1, 'a()')], at(2, 'a() // why'))).toEqual([at(1, 'a()'), at(2, 'a() // why')])
    let many: PassedVersion[] = []
    for (let nth = 0; nth < 60; nth += 1) many = withVersion(many, at(1 + (nth % 28), `f(${nth})`)) ?? many
    expect(many).toHaveLength(20)
    expect(many[0]?.files['a.ts']).toBe('f(0)')
    expect(many.at(-1)?.files['a.ts']).toBe('f(59)')
  })
})

describe('bareCode', () => {
  it('is blind to comments, layout and what a formatter adds', () => {
    expect(bareCode('/** Why. */\nf(a, [\n  1,\n  2,\n]) // done\n')).toBe(bareCode('f(a,[1,2]);'))
    expect(bareCode('f(a)')).not.toBe(bareCode('f(b)'))
    // Two slashes in a string begin no comment.
    expect(bareCode("connect('amqp://a'); f(1)")).not.toBe(bareCode("connect('amqp://a'); f(2)"))
    expect(bareCode("f('http://a') // why")).toBe(bareCode("f('http://a')"))
  })
})

describe('keepPassed', () => {
  it('keeps the text as it was judged, and not what was saved meanwhile', () => {
    const root = mkdtempSync(join(tmpdir(), 'mq-passed-'))
    try {
      mkdirSync(join(root, 'x'))
      writeFileSync(join(root, 'x/a.ts'), 'a()')
      writeFileSync(join(root, 'x/NOTES.md'), 'words')
      const subjects = hashesOf(root, ['x/a.ts', 'x/NOTES.md'])
      keepPassed(root, 'mq-01', subjects, new Date('2026-07-19T08:00:00Z'))
      expect(readPassed(root, 'mq-01')).toEqual([
        { when: '2026-07-19T08:00:00.000Z', files: { 'x/a.ts': 'a()' } },
      ])
      writeFileSync(join(root, 'x/a.ts'), 'b()')
      keepPassed(root, 'mq-01', subjects, new Date('2026-07-20T08:00:00Z'))
      expect(readPassed(root, 'mq-01')).toHaveLength(1)
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  })
})
