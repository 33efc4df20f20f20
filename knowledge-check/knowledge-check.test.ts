/** The rubrics against texts of our own: model answers are whole in both languages, lazy ones are not, and denials are no falsehoods. */
import { describe, expect, it } from 'vitest'
import { readAnswerTo } from '#lab/study/written'
import { explanations } from './explanations.ts'
import { mentorQuestions } from './mentor.ts'

const questions = [...explanations, ...mentorQuestions]
const page = (heading: string, prose: string): string => `## ${heading}\n\n${prose}\n`

describe.each(questions)('$item', (question) => {
  it.each(['en', 'vi'] as const)('has a model answer (%s) that is whole and false in nothing', (lang) => {
    const read = readAnswerTo(question, page(question.heading[lang], question.reference[lang]))
    expect(read.points.filter(({ isMade }) => !isMade).map(({ point }) => point.asks.en)).toEqual([])
    expect(read.wrong).toEqual([])
    expect(read.isWhole).toBe(true)
  })

  it('takes a list of its own terms for no answer', () => {
    const terms = question.points.flatMap(({ needs }) => needs.flat()).join(', ')
    const read = readAnswerTo(question, page(question.heading.en, `${terms}.`))
    // One sentence makes two points at most, whatever it holds.
    expect(read.points.filter(({ isMade }) => isMade).length).toBeLessThanOrEqual(2)
    expect(read.isWhole).toBe(false)
  })

  it('takes the question, said back, for no answer', () => {
    const read = readAnswerTo(question, page(question.heading.en, question.ask.en.repeat(3)))
    expect(read.isWhole).toBe(false)
  })

  it('asks for points that differ, each in both languages', () => {
    const asks = question.points.map(({ asks: each }) => each.en)
    expect(new Set(asks).size).toBe(asks.length)
    for (const { asks: each } of question.points) expect(each.vi).not.toBe(each.en)
  })
})

it.each([
  ['review-06.1', 'Exactly once is not something that Kafka gives by a setting, whatever people say of it.'],
  ['review-06.2', 'There is no order across partitions that anybody would guarantee.'],
  ['review-08.5', 'The inbox does not cover every side effect, since a mail knows nothing of it.'],
  ['review-08.6', 'An idempotent producer does not mean exactly once from end to end.'],
] as const)('%s lets pass that something is denied: %s', (item, sentence) => {
  const question = questions.find((each) => each.item === item)
  if (question === undefined) throw new Error(`no question for ${item}`)
  expect(readAnswerTo(question, page(question.heading.en, sentence)).wrong).toEqual([])
})
