/** What an answer is worth: whatever is wrong is told by its own explanation, and a mended text asks the same question. */
import { describe, expect, test } from 'vitest'
import { text } from '../verdict/language.ts'
import { hashOf, type Question, questionSchema, worthOf } from './question.ts'

const line = (id: string) => ({ id, text: text(id, `${id} vi`), why: text(`why ${id}`, `vì ${id}`) })
const asked = { id: 'asked', item: 'study-01.5', ask: text('What?', 'Gì?') }
const choice = {
  kind: 'choice',
  ...asked,
  options: [line('a'), line('b'), line('c')],
  answer: 'b',
} satisfies Question
const trace = {
  kind: 'trace',
  ...asked,
  lines: [line('one'), line('two'), line('three'), line('never')],
  answer: ['one', 'two', 'three'],
} satisfies Question
const number = {
  kind: 'number',
  ...asked,
  answer: 12,
  within: 1,
  why: text('why twelve', 'vì mười hai'),
  near: [
    { value: 36, why: text('why not 36', 'vì sao không 36') },
    { value: 4, why: text('why not 4', 'vì sao không 4') },
  ],
  otherwise: text('count', 'đếm'),
} satisfies Question

describe('an answer', () => {
  test.each([
    [choice, 'b', true, 'why b'],
    [choice, 'c', false, 'why c'],
    [trace, ['one', 'two', 'three'], true, 'why three'],
    // The first thing that is wrong is told: what never happens, what is missing, what changed places.
    [trace, ['one', 'never', 'three'], false, 'why never'],
    [trace, ['one', 'three'], false, 'why two'],
    [trace, ['two', 'one', 'three'], false, 'why two'],
    [trace, ['one', 'three', 'two'], false, 'why three'],
    [number, 12, true, 'why twelve'],
    [number, 11, true, 'why twelve'],
    [number, 36, false, 'why not 36'],
    [number, 5, false, 'count'],
  ] as const)('%# is worth what its explanation says', (question, answer, isRight, why) => {
    expect(worthOf(question, answer)).toMatchObject({ isRight, why: { en: why } })
  })
})

describe('a question', () => {
  test('can be answered as it stands', () => {
    for (const question of [choice, trace, number])
      expect(questionSchema.safeParse(question).error).toBeUndefined()
  })

  test.each([
    ['an answer that is not on offer', { ...choice, answer: 'd' }, 'there is no "d" to answer'],
    [
      'two wrong answers with one explanation',
      { ...choice, options: [line('a'), line('b'), { ...line('c'), why: line('a').why }] },
      'two answers have one explanation',
    ],
    [
      'an option that is there twice',
      { ...choice, options: [line('a'), line('b'), line('a')] },
      '"a" is there twice',
    ],
    ['an order in which a line never happens', { ...trace, kind: 'order' }, 'not every line has its place'],
    [
      'a trace in which every line happens',
      { ...trace, lines: trace.lines.slice(0, 3) },
      'every line happens',
    ],
    [
      'a near number that counts as right',
      { ...number, near: [{ value: 13, why: text('x', 'x') }, ...number.near] },
      '13 counts as right',
    ],
    [
      'an explanation in one language only',
      { ...choice, options: [line('a'), line('b'), { ...line('c'), why: { en: 'x', vi: '' } }] },
      '',
    ],
  ])('is refused for %s', (_name, question, message) => {
    const { success, error } = questionSchema.safeParse(question)

    expect(success).toBe(false)
    expect(error?.issues.map((issue) => issue.message).join()).toContain(message)
  })

  test('is the same when its explanations are mended, and another when it asks something else', () => {
    const mended = {
      ...choice,
      options: choice.options.map((option) => ({ ...option, why: text('better', 'hơn') })),
    }
    const translated = { ...choice, ask: text('What?', 'Cái gì?') }
    const others = [
      { ...choice, answer: 'c' },
      { ...choice, ask: text('Who?', 'Gì?') },
      { ...choice, options: [line('a'), line('b'), line('d')] },
    ]

    expect([mended, translated].map(hashOf)).toEqual([hashOf(choice), hashOf(choice)])
    for (const other of others) expect(hashOf(other)).not.toBe(hashOf(choice))
  })
})
