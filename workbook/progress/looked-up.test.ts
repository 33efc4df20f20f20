/** The facts of the final checklist: each is so only when there is something to be so, and says what is missing otherwise. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TaskOutline } from '../registry/lookup.ts'
import { hashesOf } from './files.ts'
import { type Git, lookUp } from './looked-up.ts'
import { keepPassed } from './passed.ts'

const outline = (id: string, part: string, folder: string, files: readonly string[]): TaskOutline => ({
  id,
  part,
  folder,
  files,
  title: { en: id, vi: id },
  state: 'ready',
  items: [],
})
const item = (id: string) => ({ id, text: { en: id, vi: id }, evidence: ['computed'] })
const tasks: readonly TaskOutline[] = [
  outline('design-01', 'design', 'designs/01-x', ['event.ts', 'DESIGN.md']),
  outline('failure-01', 'failure', 'exercises/4-failure/01-x', ['producer.ts']),
  {
    ...outline('final', 'final', 'exercises/7-final', []),
    items: ['final.8', 'final.9', 'final.10'].map(item),
  },
]
const figure = {
  name: 'loss-rate',
  said: { en: 'lost', vi: 'mất' },
  value: 0,
  unit: '%',
  n: 100,
  method: { en: 'killed', vi: 'kill' },
  engine: 'embedded',
  server: 'RabbitMQ 4.2',
  seed: 7,
  versions: { node: '24' },
  machine: 'x',
  subject: 'exercises',
  at: '2026-07-19T08:00:00.000Z',
}

describe('lookUp', () => {
  let root: string
  const put = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  const clean: Git = { leftOver: () => [] }
  const of = (id: string, git: Git = clean) => lookUp(root, tasks, git).get(id)

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'mq-looked-up-'))
    for (const folder of ['designs/01-x', 'solutions/designs/01-x/starter']) {
      put(`${folder}/event.ts`, 'todo')
      put(`${folder}/DESIGN.md`, 'todo')
    }
    put('exercises/4-failure/01-x/producer.ts', 'todo')
    put('exercises/4-failure/01-x/measure.ts', '')
    put('solutions/4-failure/01-x/starter/producer.ts', 'todo')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const work = (): void => {
    put('designs/01-x/event.ts', 'mine')
    put('exercises/4-failure/01-x/producer.ts', 'mine')
    put('results/failure-01.json', JSON.stringify({ task: 'failure-01', figures: [figure] }))
  }

  it('does not take a fresh clone for committed work, though git has nothing left over', () => {
    expect(of('final.8')).toMatchObject({ isSo: false, command: 'npm run exercise design-01' })
    expect(of('final.9')?.said.en).toContain('design-01 is as it was cloned')
    expect(of('final.10')).toMatchObject({ isSo: false, command: 'npm run measure failure-01' })
  })

  it('is so when the work is there and committed', () => {
    work()
    for (const id of ['final.8', 'final.9', 'final.10']) expect(of(id), id).toMatchObject({ isSo: true })
    expect(of('final.10')?.said.en).toContain('1 figures of 1 failure tasks')
  })

  it('names what is left over', () => {
    work()
    const left: Git = { leftOver: (paths) => paths.filter((path) => path.includes('event.ts')) }
    expect(of('final.8', left)).toMatchObject({
      isSo: false,
      said: { en: 'not committed: designs/01-x/event.ts' },
    })
    expect(of('final.9', left)?.isSo).toBe(false)
    expect(of('final.10', left)?.isSo).toBe(true)
  })

  it('says so where there is no git, and takes a broken file of results for none', () => {
    work()
    expect(of('final.8', { leftOver: () => undefined })?.said.en).toContain('git can say nothing')
    put('results/failure-01.json', '{')
    expect(of('final.10')?.isSo).toBe(false)
  })

  describe('of a refactoring', () => {
    const own = 'exercises/4-failure/01-x/producer.ts'
    const reviewing: readonly TaskOutline[] = [
      ...tasks,
      {
        ...outline('review-03', 'review', 'exercises/6-review/03-x', ['REVIEW.md']),
        items: [item('review-03.8')],
      },
    ]
    const refactored = () => lookUp(root, reviewing, clean).get('review-03.8')
    const pass = (source: string, day: string): void => {
      put(own, source)
      keepPassed(root, 'failure-01', hashesOf(root, [own]), new Date(`2026-07-${day}T08:00:00Z`))
    }
    const name = (file: string): void =>
      put('exercises/6-review/03-x/REVIEW.md', `## What I refactored\n\nI cut ${file} in two.\n`)

    it('is so when the task passed with other code, and passes with what is there now', () => {
      name(own)
      pass('one(), two()', '19')
      pass('both()', '20')
      expect(refactored()).toMatchObject({ isSo: true })
      expect(refactored()?.said.en).toContain('passed with the code of 2026-07-19')
    })

    it('names what is missing: the file, a first pass, other code, a pass since', () => {
      expect(refactored()?.said.en).toContain('names no file of your own')
      name('exercises/4-failure/01-x/run.ts')
      expect(refactored()?.said.en).toContain('is no file of a task that you write')
      name(own)
      expect(refactored()).toMatchObject({ isSo: false, command: 'npm run check failure-01' })
      expect(refactored()?.said.en).toContain('no run is kept')
      pass('one(), two()', '19')
      expect(refactored()?.said.en).toContain('is the same code as when failure-01 first passed')
      // Comments alone are no refactoring.
      pass('one(), two() // in this order', '20')
      expect(refactored()?.said.en).toContain('is the same code')
      put(own, 'both()')
      expect(refactored()?.said.en).toContain('has been changed since failure-01 passed last')
    })
  })

  it('looks nothing up for a course without a final checklist', () => {
    expect(lookUp(root, tasks.slice(0, 2), clean).size).toBe(0)
  })
})
