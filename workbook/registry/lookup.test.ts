/** Lookups take exact ids and nothing else, and a miss names what may have been meant. */
import { describe, expect, test } from 'vitest'
import { itemById, lookupIn, selectTarget, taskById, tasksInPathOrder } from './lookup.ts'
import { tasks } from './registry.ts'

const every = (word: string) => {
  const selection = selectTarget(word)
  return selection.kind === 'unknown' ? selection.suggestions : [selection.kind, selection.items.length]
}

test('finds tasks and items by id', () => {
  expect(taskById('mq-03')?.id).toBe('mq-03')
  expect(itemById('mq-03.4')).toMatchObject({ task: { id: 'mq-03' }, item: { id: 'mq-03.4' } })
  expect(taskById('mq') ?? taskById('toString') ?? itemById('mq-03.99')).toBeUndefined()
})

test('walks the path, doing first', () => {
  expect(tasksInPathOrder().map(({ path }) => path)).toEqual(tasks.map((_, index) => index + 1))
})

test('keeps the order of a list that has no path', () => {
  const [first, second] = tasks
  const plain = [second, first].flatMap((task) => (task === undefined ? [] : [{ ...task, path: 0 }]))
  expect(lookupIn(plain).tasksInPathOrder()).toEqual(plain)
})

describe('selects by exact id', () => {
  test.each([
    ['mq-03', 'task', 9],
    ['mq-03.4', 'item', 1],
    ['mq', 'part', 82],
    ['study', 'part', 100],
    ['final', 'task', 11],
    ['final.3', 'item', 1],
  ])('%s is a %s', (word, kind, items) => {
    expect(every(word)).toEqual([kind, items])
  })

  test('every id of the registry, and only as what it is', () => {
    for (const task of tasks) {
      expect(selectTarget(task.id)).toMatchObject({ kind: 'task', tasks: [{ id: task.id }] })
      for (const { id } of task.items) {
        expect(selectTarget(id)).toMatchObject({ kind: 'item', items: [{ id }] })
      }
    }
  })
})

describe('never chooses, and suggests', () => {
  test.each([
    ['mq-1', ['mq-01']],
    ['mq1', ['mq-01']],
    ['mq01', ['mq-01']],
    ['MQ-01', ['mq-01']],
    ['mq_01', ['mq-01']],
    ['mq-03-4', ['mq-03.4', 'mq-03']],
    ['mq-3.4', ['mq-03.4', 'mq-03']],
    ['mq-03.04', ['mq-03.4', 'mq-03']],
    ['final3', ['final.3']],
    ['final-3', ['final.3']],
    ['fail-03', ['failure-03']],
    ['cons', ['consistency']],
    ['desing', ['design']],
    ['stduy-04', ['study-04']],
  ])('%s → %j', (word, suggestions) => {
    const selection = selectTarget(word)
    expect(selection.kind).toBe('unknown')
    expect(selection.kind === 'unknown' && selection.suggestions).toEqual(expect.arrayContaining(suggestions))
    expect(selection.kind === 'unknown' && selection.suggestions[0]).toBe(suggestions[0])
  })

  const noIds = ['mq-0', 'mq-03.', 'mq-', '', ' ', 'mq-03 ', 'constructor', '__proto__']
  test.each(noIds)('%j names nothing', (word) => {
    expect(selectTarget(word).kind).toBe('unknown')
  })

  test('names the section when it has no such item', () => {
    expect(every('mq-03.44')).toEqual(['mq-03'])
    expect(every('mq-3.0')).toEqual(['mq-03'])
  })

  test('says nothing about a word that is near to nothing, however long it is', () => {
    expect(every('kubernetes')).toEqual([])
    expect(every('x'.repeat(100_000))).toEqual([])
  })
})
