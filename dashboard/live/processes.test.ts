/** Processes of a run, as its events tell them. */
import { expect, it } from 'vitest'
import type { RunEventOf } from '#lab/verdict/events'
import { Processes } from './processes.ts'

type State = RunEventOf<'subject'>['state']

function told(...events: readonly (readonly [name: string, pid: number, state: State])[]): Processes {
  const processes = new Processes()
  for (const [name, pid, state] of events)
    processes.hear({ kind: 'subject', atMs: 1, name, lane: 'consumer', state, pid })
  return processes
}

it('tells two of one name apart, and the second stays the second when the first is gone', () => {
  const processes = told(['consumer', 10, 'started'], ['consumer', 11, 'started'])
  expect(processes.running.map(({ name, pid }) => [name, pid])).toEqual([
    ['consumer', 10],
    ['consumer 2', 11],
  ])
  processes.hear({ kind: 'subject', atMs: 2, name: 'consumer', lane: 'consumer', state: 'killed', pid: 10 })
  expect(processes.running).toMatchObject([{ name: 'consumer 2', pid: 11 }])
})

it('knows who is frozen, and in which order they stand', () => {
  const processes = told(['a', 1, 'started'], ['b', 2, 'started'], ['a', 1, 'frozen'])
  expect(processes.running.map(({ pid, isFrozen }) => [pid, isFrozen])).toEqual([
    [1, true],
    [2, false],
  ])
  processes.hear({ kind: 'subject', atMs: 2, name: 'a', lane: 'consumer', state: 'resumed', pid: 1 })
  expect(processes.running.map(({ isFrozen }) => isFrozen)).toEqual([false, false])
})

it('forgets who has ended, and all of them with the run', () => {
  expect(told(['a', 1, 'started'], ['a', 1, 'exited']).running).toEqual([])
  const processes = told(['a', 1, 'started'])
  processes.hear({ kind: 'end', atMs: 3, outcome: 'played' })
  expect(processes.running).toEqual([])
})
