/** Ratings beside evidence: where the two disagree, and where least is proven. */
import { describe, expect, it } from 'vitest'
import type { Proof, TaskEvidence } from './evidence.ts'
import { foldProgress } from './fold.ts'
import { calibrate, ratings, weakSpots } from './ratings.ts'

const item = (id: string, evidence: string) => ({ id, text: { en: id, vi: id }, evidence: [evidence] })
const outline = (id: string, part: string, items: readonly ReturnType<typeof item>[]) => ({
  id,
  part,
  folder: id,
  title: { en: id, vi: id },
  state: 'ready' as const,
  files: [],
  items,
})
const tasks = [
  outline('design-01', 'design', [item('design-01.1', 'check'), item('design-01.2', 'check')]),
  outline('failure-01', 'failure', [item('failure-01.1', 'check'), item('failure-01.2', 'check')]),
  outline(
    'review-01',
    'review',
    ratings.map((each) => item(each.item, 'claim')),
  ),
]
const proof = (kind: Proof['kind'], figures: Proof['figures'] = []): Proof => ({
  outcome: 'passed',
  kind,
  when: '2026-07-19T08:00:00.000Z',
  circumstances: { engine: 'embedded', servers: [], seed: 0, node: 'v24' },
  subjects: {},
  figures,
})
const evidenceOf = (task: string, proofs: Readonly<Record<string, Proof>>): [string, TaskEvidence] => [
  task,
  {
    version: 1,
    task,
    runs: {},
    items: Object.fromEntries(
      Object.entries(proofs).map(([id, each]) => [
        id,
        { proofs: { [each.kind]: each }, failures: {}, history: [] },
      ]),
    ),
  },
]
const rating = (name: string, value: number): Proof => proof('claim', [{ name, value, unit: 'of 10' }])
const fold = foldProgress({
  tasks,
  evidence: {
    tasks: new Map([
      evidenceOf('design-01', { 'design-01.1': proof('check'), 'design-01.2': proof('check') }),
      evidenceOf('review-01', { 'review-01.7': rating('design', 5), 'review-01.8': rating('failures', 9) }),
    ]),
  },
  files: new Map(),
  ticks: new Set(),
})

describe('calibrate', () => {
  const gapOf = (name: string) => calibrate(fold, ratings).find(({ rated }) => rated.name === name)

  it('says how far a rating is above or below what is proven', () => {
    expect(gapOf('design')).toMatchObject({ rating: 5, verified: 2, of: 2, gap: -5 })
    expect(gapOf('failures')).toMatchObject({ rating: 9, verified: 0, of: 2, gap: 9 })
  })

  it('has no gap without a rating, or without anything to compare it with', () => {
    expect(gapOf('consistency')?.gap).toBeUndefined()
    expect(gapOf('understanding')).toMatchObject({ rating: undefined, of: 0 })
  })

  it('keeps a rating as a claim, which is never more', () => {
    expect(fold.items.get('review-01.7')?.state).toBe('claimed')
  })
})

it('weakSpots names the parts with least evidence, and leaves out what is whole', () => {
  expect(weakSpots(fold)).toEqual([{ part: 'failure', task: 'failure-01', open: 2 }])
})
