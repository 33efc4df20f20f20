/** The checks of answers that are written twice: from memory, and once more where the first version missed something. */
import { existsSync, readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { expect, test as vitestTest } from 'vitest'
import {
  readAnswerTo,
  sectionOf,
  type Versions,
  versionOf,
  type WrittenQuestion,
  type WrittenTask,
} from '../study/written.ts'
import { text } from '../verdict/language.ts'
import type { Figure, Text, Verdict } from '../verdict/verdict.ts'
import type { DocumentFinding, SectionRule } from './document.ts'
import { readSections } from './document.ts'
import { lessonOf } from './document-test.ts'
import { mustStandFor } from './promise.ts'
import { readRubric } from './rubric.ts'
import { SubjectUnderTest } from './subject-under-test.ts'
import { taskFolderOf } from './task-folder.ts'
import { unmet } from './test.ts'

/** An item, and what holds when it is passed. */
type Claimed = { readonly item: string; readonly text: Text }

/** What is wrong with an answer, and in which file. */
interface Finding extends DocumentFinding {
  readonly file: string
}

/** A reader of both versions. */
type Read = (versions: Versions, given: string) => Finding[]

/** One answer, whole: in the second version if it is there, else in the first. */
export function answerTest(name: string, promise: Claimed, task: WrittenTask): void {
  const question = task.questions.find(({ item }) => item === promise.item)
  if (question === undefined) throw new Error(`no question is asked for ${promise.item}`)
  const count = question.points.length
  register(name, promise, task, {
    rests: {
      name: 'points',
      value: count,
      unit: 'count',
      said: text(`${count} points made`, `nêu đủ ${count} ý`),
    },
    read: (versions, given) => findingsOf(question, task, versions, given),
  })
}

/** The first version was tried in earnest and kept, and each answer that missed something is whole in the second. */
export function improvedTest(name: string, promise: Claimed, task: WrittenTask): void {
  const count = task.questions.length
  register(name, promise, task, {
    rests: {
      name: 'answers',
      value: count,
      unit: 'count',
      said: text(`${count} answers tried first, and whole now`, `${count} câu đã tự trả lời, giờ đều đủ ý`),
    },
    read: (versions, given) => task.questions.flatMap((each) => improvement(each, task, versions, given)),
  })
}

/** Rules that every answer has to keep besides its own points, such as weighing a failure. */
export function depthTest(
  name: string,
  promise: Claimed,
  task: WrittenTask,
  rule: Pick<SectionRule, 'mentions' | 'wordsMin'>,
): void {
  const count = task.questions.length * (rule.mentions?.length ?? 0)
  register(name, promise, task, {
    rests: {
      name: 'thoughts',
      value: count,
      unit: 'count',
      said: text(
        `weighed in each of ${task.questions.length} answers`,
        `cân nhắc trong cả ${task.questions.length} câu`,
      ),
    },
    read: (versions, given) =>
      task.questions.flatMap(({ heading, ask, ...question }) => {
        const version = versionOf({ heading, ask, ...question }, versions)
        return readSections(versions[version], [{ heading, ask, ...rule }], given).map((found) => ({
          ...found,
          file: task[version],
        }))
      }),
  })
}

function findingsOf(
  question: WrittenQuestion,
  task: WrittenTask,
  versions: Versions,
  given: string,
): Finding[] {
  const version = versionOf(question, versions)
  const rubric = {
    item: question.item,
    text: question.ask,
    file: task[version],
    sections: [sectionOf(question)],
  }
  return readRubric(versions[version], rubric, given).map((found) => ({ ...found, file: task[version] }))
}

function improvement(
  question: WrittenQuestion,
  task: WrittenTask,
  versions: Versions,
  given: string,
): Finding[] {
  const { en, vi } = question.heading
  const first = readAnswerTo(question, versions.first)
  if (!first.isAttempt) {
    const said = text(
      `"${en}" was not tried in ${task.first} (${first.words} words): the first version stays there, however little it knew`,
      `mục "${vi}" chưa được thử trong ${task.first} (${first.words} từ): bản đầu phải giữ ở đó, dù còn thiếu`,
    )
    return [{ said, line: 1, file: task.first }]
  }
  if (first.isWhole) return []
  const second = readAnswerTo(question, versions.second)
  if (second.words === 0) {
    const [wrong] = first.wrong
    const missed = first.points.filter(({ isMade }) => !isMade).length
    const said =
      wrong ??
      text(
        `"${en}" misses ${missed} of ${first.points.length} points in ${task.first}, and ${task.second} does not take it up`,
        `mục "${vi}" trong ${task.first} còn thiếu ${missed} trên ${first.points.length} ý, mà ${task.second} chưa viết lại`,
      )
    return [{ said, line: 1, file: task.second }]
  }
  return findingsOf(question, task, versions, given).slice(0, 1)
}

function register(
  name: string,
  promise: Claimed,
  task: WrittenTask,
  { read, rests }: { readonly read: Read; readonly rests: Figure },
): void {
  mustStandFor(promise, name)
  vitestTest(name, ({ task: running }) => {
    const began = performance.now()
    const subject = new SubjectUnderTest(taskFolderOf(running.file.filepath))
    const found = judge(subject, task, read)
    const judged = {
      item: promise.item,
      promise: promise.text,
      ms: Math.round((performance.now() - began) * 10) / 10,
    }
    const verdict = verdictOf(subject, judged, found, rests)
    running.meta.verdict = verdict
    if (verdict.outcome !== 'passed') throw unmet(verdict)
    expect(verdict.figures.length, 'a pass must rest on something seen').toBeGreaterThan(0)
  })
}

function judge(subject: SubjectUnderTest, task: WrittenTask, read: Read): Finding[] {
  const missing = [task.first, task.second].find((file) => !existsSync(subject.path(file)))
  if (missing !== undefined)
    return [{ said: text(`${missing} is missing`, `thiếu file ${missing}`), line: 1, file: missing }]
  const textOf = (file: string): string => readFileSync(subject.path(file), 'utf8')
  // The model answers count as the lesson: they are there to be held against, not to be handed in.
  const models = task.questions.flatMap(({ reference }) => [reference.en, reference.vi])
  const given = [lessonOf(subject.taskFolder), ...models].join('\n\n')
  return read({ first: textOf(task.first), second: textOf(task.second) }, given)
}

function verdictOf(
  subject: SubjectUnderTest,
  judged: Pick<Verdict, 'item' | 'promise' | 'ms'>,
  [first, ...others]: readonly Finding[],
  rests: Figure,
): Verdict {
  if (first === undefined) return { outcome: 'passed', ...judged, figures: [rests] }
  const more =
    others.length === 0
      ? text('', '')
      : text(` (and ${others.length} more)`, ` (và ${others.length} điểm nữa)`)
  const place = { file: subject.shown(first.file), line: first.line }
  const said = text(first.said.en + more.en, first.said.vi + more.vi)
  return { outcome: 'failed', ...judged, breach: { said, places: [place], trace: [], messages: [] } }
}
