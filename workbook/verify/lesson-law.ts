/** The law of a lesson: its pages in both languages, its questions with their explanations, its experiments. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Text } from '#lab/verdict'
import { taskFolder } from '../course.ts'
import type { Task } from '../registry/registry.ts'
import { checkFiles } from '../runner/judge.ts'
import { isAsked, readLesson } from '../study/lessons.ts'
import { verifyTexts } from '../texts/verify.ts'

const experimentsMin = 3
/** Prose, without drawings and code. Vietnamese writes a word in about one and a half. */
const words = { 'README.md': { min: 700, max: 1800 }, 'README.vi.md': { min: 900, max: 2600 } } as const

/** What is wrong with a lesson's files. Headings, links and commands of its pages are the law of a README. */
export function lessonProblems(task: Task): Text[] {
  return [...pageProblems(task), ...askedProblems(task)]
}

function pageProblems(task: Task): Text[] {
  return (['README.md', 'README.vi.md'] as const).flatMap((name) => {
    const path = join(taskFolder(task), name)
    const file = `${task.folder}/${name}`
    // That it is missing is said once, by the law of a README.
    if (!existsSync(path)) return []
    const markdown = readFileSync(path, 'utf8')
    const count = wordsOfProse(markdown)
    const { min, max } = words[name]
    return [
      ...(count < min || count > max ? [verifyTexts.lessonLength(file, count, min, max)] : []),
      ...(markdown.includes('```mermaid') ? [] : [verifyTexts.noDrawing(file)]),
    ]
  })
}

function wordsOfProse(markdown: string): number {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/\]\([^)]*\)/g, ']')
  return prose.match(/[\p{L}\p{N}][\p{L}\p{N}.,'’_-]*/gu)?.length ?? 0
}

function askedProblems(task: Task): Text[] {
  const { folder, items } = task
  const { questions, experiments, flaws } = readLesson(task)
  const asked = new Set(questions.map(({ question }) => question.item))
  const provable = new Set(items.filter(isAsked).map(({ id }) => id))
  const ids = new Set(items.map(({ id }) => id))
  const tests = checkFiles(task)
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  return [
    ...flaws.map((flaw) => verifyTexts.lessonFlaw(folder, flaw)),
    ...[...provable].filter((id) => !asked.has(id)).map((id) => verifyTexts.notAsked(folder, id)),
    ...questions
      .filter(({ question }) => !provable.has(question.item))
      .map(({ question }) => verifyTexts.askedElsewhere(folder, question.id, question.item)),
    ...experiments
      .filter(({ question }) => !ids.has(question.item))
      .map(({ name, question }) => verifyTexts.askedElsewhere(folder, name, question.item)),
    ...(experiments.length < experimentsMin
      ? [verifyTexts.experimentCount(folder, experiments.length, experimentsMin)]
      : []),
    ...experiments
      .filter(({ name }) => !tests.includes(`experiment ${name}: `))
      .map(({ name }) => verifyTexts.experimentUntested(folder, name)),
    ...repeated(questions.map(({ question }) => question.id)).map((id) =>
      verifyTexts.lessonFlaw(folder, `questions.ts, ${id}: another question has this id`),
    ),
  ]
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) < index)
}
