/** The page on disk: updated in place, never at the price of a tick or of a word. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tasks as registryTasks } from '../registry/registry.ts'
import { printPristine } from './checklist.ts'
import { type ChecklistInput, readChecklist, updateChecklist } from './checklist-file.ts'
import { course, evidenceOf, filesOf, hash, inFolder, july, passed, run, topology } from './test-course.ts'

const nothing: ChecklistInput = { tasks: course, evidence: evidenceOf(), files: new Map(), now: july(22) }
const proven: ChecklistInput = {
  ...nothing,
  evidence: evidenceOf(run('mq-01', [passed('mq-01.1', 'check')], { subjects: { [topology]: hash(1) } })),
  files: filesOf({ [topology]: [1, 10] }),
}
const stale: ChecklistInput = { ...proven, files: filesOf({ [topology]: [2, 21] }) }

/** A page in a folder of its own. */
function withPage(
  content: string | Uint8Array | undefined,
  use: (page: { root: string; read: () => string; kept: () => string[] }) => void,
): void {
  inFolder((root) => {
    const path = join(root, 'CHECKLIST.md')
    if (content !== undefined) writeFileSync(path, content)
    const keptIn = join(root, '.workbook', 'kept')
    use({
      root,
      read: () => readFileSync(path, 'utf8'),
      kept: () => (existsSync(keptIn) ? readdirSync(keptIn) : []),
    })
  })
}

const pristine = printPristine(course, 'en')
const ticked = pristine.replace('- [ ] **mq-01.1**', '- [x] **mq-01.1**')

test('prints a page where there is none', () => {
  withPage(undefined, ({ root, read }) => {
    const { fold, notices } = updateChecklist(root, nothing)
    expect(notices).toEqual([])
    expect(fold.sums.total).toBe(21)
    expect(read()).toBe(pristine)
    expect(readdirSync(root).sort()).toEqual(['.workbook', 'CHECKLIST.md'])
  })
})

test('sets and takes away a tick that was not set in the page, and keeps the others', () => {
  withPage(ticked, ({ root, read }) => {
    const { fold } = updateChecklist(root, { ...nothing, tick: { item: 'mq-01.2', isTicked: true } })
    expect(fold.items.get('mq-01.2')?.state).toBe('claimed')
    expect(readChecklist(root, course).ticks).toEqual(new Set(['mq-01.1', 'mq-01.2']))

    updateChecklist(root, { ...nothing, tick: { item: 'mq-01.1', isTicked: false } })
    updateChecklist(root, { ...nothing, tick: { item: 'mq-01.2', isTicked: false } })
    expect(read()).toBe(pristine)
  })
})

test('takes a tick by hand through proof, staleness and both languages', () => {
  withPage(ticked, ({ root, read }) => {
    for (const input of [
      proven,
      { ...proven, lang: 'vi' },
      stale,
      { ...nothing, lang: 'en' },
      proven,
      nothing,
    ] as const) {
      const { ticks, notices } = updateChecklist(root, input)
      expect(ticks.ticks).toEqual(new Set(['mq-01.1']))
      expect(notices).toEqual([])
    }
    expect(read()).toBe(ticked.replace('0 claimed', '1 claimed').replace('21 open', '20 open'))
  })
})

test("takes the machine's tick away when the proof is stale", () => {
  withPage(pristine, ({ root, read }) => {
    updateChecklist(root, proven)
    expect(read()).toContain('- [x] **mq-01.1**')
    updateChecklist(root, stale)
    expect(read()).toContain('- [ ] **mq-01.1**')
    updateChecklist(root, nothing)
    expect(read()).toBe(pristine)
  })
})

test('keeps the language and the ends of lines that the page has', () => {
  withPage(printPristine(course, 'vi').replaceAll('\n', '\r\n'), ({ root, read }) => {
    updateChecklist(root, proven)
    expect(read()).toContain('# Checklist tuần 7\r\n')
    expect(read()).not.toMatch(/[^\r]\n/)
  })
})

describe('what is no tick', () => {
  test('is kept aside before it is printed over, once, and said', () => {
    const mine = `${ticked}\n- [x] **mq-09.1** An item of an older version\nNote to self: ask Hà\n`
    withPage(mine, ({ root, kept }) => {
      const { ticks, notices } = updateChecklist(root, nothing)
      expect(ticks.ticks).toEqual(new Set(['mq-01.1']))
      expect(kept()).toHaveLength(1)
      expect(readFileSync(join(root, '.workbook', 'kept', kept()[0] ?? ''), 'utf8')).toBe(mine)
      expect(notices.map(({ en }) => en)).toEqual([
        expect.stringContaining('mq-09.1'),
        expect.stringMatching(/^1 line of CHECKLIST\.md .*\.workbook\/kept\/CHECKLIST-/),
      ])
      expect(updateChecklist(root, nothing).notices).toEqual([])
      expect(kept()).toHaveLength(1)
    })
  })

  test('stays where it is when nothing can be kept aside', () => {
    const mine = `${ticked}\nNote to self: ask Hà\n`
    withPage(mine, ({ root, read }) => {
      mkdirSync(join(root, '.workbook'))
      writeFileSync(join(root, '.workbook', 'kept'), '')
      const { fold, notices } = updateChecklist(root, nothing)
      expect(read()).toBe(mine)
      expect(fold.sums.claimed).toBe(1)
      expect(notices).toHaveLength(1)
    })
  })
})

test('reads a page that an editor saved as UTF-16', () => {
  withPage(Buffer.from(`\uFEFF${ticked}`, 'utf16le'), ({ root, read, kept }) => {
    expect(readChecklist(root, course).ticks).toEqual(new Set(['mq-01.1']))
    expect(updateChecklist(root, nothing).notices).toEqual([])
    expect(read()).toContain('- [x] **mq-01.1**')
    expect(kept()).toEqual([])
  })
})

test('keeps bytes that are no text aside', () => {
  withPage(Buffer.concat([Buffer.from(ticked), Buffer.from([0xc3, 0x28, 0x0a])]), ({ root, kept }) => {
    expect(updateChecklist(root, nothing).ticks.ticks).toEqual(new Set(['mq-01.1']))
    expect(kept()).toHaveLength(1)
  })
})

test('moves what can not be read aside', () => {
  withPage(undefined, ({ root, read }) => {
    mkdirSync(join(root, 'CHECKLIST.md'))
    const { notices } = updateChecklist(root, nothing)
    expect(notices.map(({ en }) => en)).toEqual([expect.stringContaining('CHECKLIST.md.broken-2026-07-22T')])
    expect(read()).toBe(pristine)
  })
})

test('folds all the same when nothing can be written', () => {
  withPage(ticked, ({ root, read }) => {
    writeFileSync(join(root, '.workbook'), '')
    const { fold, notices } = updateChecklist(root, proven)
    expect(fold.items.get('mq-01.1')?.state).toBe('verified')
    expect(notices).toHaveLength(1)
    expect(read()).toBe(ticked)
  })
})

test('the pristine page has every item of the registry once, in order', () => {
  // Not the page in this repository: that one is the learner's to tick, and to write on.
  const page = printPristine(registryTasks, 'vi')
  const ids = [...page.matchAll(/^- \[ \] \*\*(.+?)\*\* \S/gm)].map(([, id]) => id)
  expect(ids).toEqual(registryTasks.flatMap(({ items }) => items.map(({ id }) => id)))
  expect(ids).toHaveLength(387)
})
