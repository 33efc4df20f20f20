/** Promises as data, and that a test is called what it stands for. */
import { expect, test } from 'vitest'
import { text } from '../verdict/language.ts'
import { documentTest } from './document-test.ts'
import { broken, held, type Promised, witness } from './promise.ts'
import { test as check } from './test.ts'

const promise: Promised<void> = {
  item: 'mq-07.1',
  text: text('it is kept', 'nó được giữ'),
  judge: () => held(),
}
const section = { heading: text('A', 'A'), ask: text('a', 'a'), wordsMin: 1 }

test('a check that is called anything else than its promise is refused, and told its name', () => {
  const scenario = async (): Promise<void> => {}
  for (const name of ['mq-07.2 it is kept', 'mq-07.1 it is lost', 'it is kept', 'mq-07.1  it is kept', '']) {
    expect(() => check(name, promise, scenario)).toThrow(
      `the test "${name}" stands for the promise "mq-07.1 it is kept": use its words as the name`,
    )
    expect(() => documentTest(name, promise, { file: 'NOTES.md', sections: [section] })).toThrow(
      'use its words as the name',
    )
  }
})

test('rules that ask for nothing prove nothing, and are refused', () => {
  expect(() => documentTest('mq-07.1 it is kept', promise, { file: 'NOTES.md', sections: [] })).toThrow(
    'the rules for NOTES.md ask for no section',
  )
})

test('what held names its witnesses, what broke is whole', () => {
  expect(held(witness('kills', 1, text('one', 'một')), witness('messages', 3))).toEqual({
    held: [
      { name: 'kills', value: 1, unit: 'count', said: text('one', 'một') },
      { name: 'messages', value: 3, unit: 'count' },
    ],
  })
  expect(broken(text('lost', 'mất'))).toEqual({
    broken: text('lost', 'mất'),
    at: [],
    trace: [],
    messages: [],
  })
})
