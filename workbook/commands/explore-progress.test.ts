/** The line that says how far an exploration is: when it is written, what it says, and that it stays out of the way. */
import { expect, test } from 'vitest'
import type { RunEvent } from '#lab/verdict/events'
import { ExploreProgress } from './explore-progress.ts'

type State = Extract<RunEvent, { kind: 'schedule' }>['state']

function watching(isTerminal: boolean) {
  const written: string[] = []
  let now = 0
  const screen = { isTerminal, write: (text: string) => void written.push(text), now: () => now }
  const progress = new ExploreProgress('en', screen)
  const hear = (state: State, index: number, at: number) => {
    now = at
    progress.hear({ kind: 'schedule', atMs: at, index, of: 8, moments: `m${index}`, state })
  }
  return { written, hear, progress }
}

test('in a pipe it says every ten seconds how far it is, on lines that stay', () => {
  const { written, hear, progress } = watching(false)
  hear('planned', 0, 1000)
  hear('held', 0, 2000)
  expect(written).toEqual([])

  hear('held', 1, 11_000)
  hear('held', 2, 12_000)
  hear('inconclusive', 3, 21_000)
  progress.end()
  expect(written).toEqual([
    '2 of 8 schedules · held in 2 · 0.2 a second · 30 s to go\n',
    '4 of 8 schedules · held in 3 · 0.2 a second · 20 s to go\n',
  ])
})

test('on a terminal one line is written over, and gone in the end', () => {
  const { written, hear, progress } = watching(true)
  hear('planned', 0, 1000)
  hear('held', 0, 2000)
  hear('broken', 1, 3000)
  progress.end()
  expect(written.at(-2)).toMatch(/looking for the shortest run/)
  expect(written.every((text) => text.startsWith('\r') && !text.includes('\n'))).toBe(true)
  expect(written.at(-1)).toBe('\r\x1b[2K')
})

test('what broke once and held alone is no breach: it goes on counting', () => {
  const { written, hear } = watching(true)
  hear('planned', 0, 1000)
  hear('broken', 0, 2000)
  hear('inconclusive', 0, 3000)
  hear('held', 1, 4000)
  expect(written.at(-1)).toContain('held in 1')
})
