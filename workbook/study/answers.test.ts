/** What is typed as an answer is read as a person means it, or not at all. */
import { expect, test } from 'vitest'
import type { Question } from '#lab/study/question'
import { readAnswer } from './answers.ts'

const line = (id: string) => ({ id, text: { en: id, vi: id }, why: { en: `why ${id}`, vi: `vì ${id}` } })
const asked = { id: 'asked', item: 'study-01.5', ask: { en: 'What?', vi: 'Gì?' } }
const choice: Question = { kind: 'choice', ...asked, options: [line('x'), line('y'), line('z')], answer: 'y' }
const order: Question = {
  kind: 'order',
  ...asked,
  lines: [line('x'), line('y'), line('z')],
  answer: ['x', 'y', 'z'],
}
const number: Question = {
  kind: 'number',
  ...asked,
  answer: 12,
  why: { en: 'w', vi: 'w' },
  near: [],
  otherwise: { en: 'o', vi: 'o' },
}
const ids = ['z', 'x', 'y']

test.each([
  [choice, 'b', 'x'],
  [choice, ' C) ', 'y'],
  [choice, 'd', undefined],
  [choice, 'ab', undefined],
  [order, '2 3 1', ['x', 'y', 'z']],
  [order, '2,3', ['x', 'y']],
  [order, '2 2 1', undefined],
  [order, '4', undefined],
  [number, '12', 12],
  [number, '1,234', 1234],
  [number, '1.234,5 ms', 1234.5],
  [number, '0,15 %', 0.15],
  [number, 'twelve', undefined],
] as const)('%# reads %s', (question, typed, answer) => {
  expect(readAnswer({ question, ids }, typed)).toEqual(answer)
})
