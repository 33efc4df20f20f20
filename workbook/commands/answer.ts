/** `npm run answer <id>`: questions that are answered in sentences, what an answer covers, and a model answer after a try. */
import { existsSync, readFileSync } from 'node:fs'
import { attemptWords, type WrittenQuestion, type WrittenTask } from '#lab/study/written'
import type { Language } from '#lab/verdict'
import type { Context } from '../command.ts'
import { type Course, findTarget, loadCourse } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { UsageError } from '../options.ts'
import { codeOf, writeWhole } from '../progress/whole-file.ts'
import type { Task } from '../registry/registry.ts'
import { shownPath } from '../root.ts'
import { proseLines } from '../study/answers.ts'
import { type Lines, openLines } from '../study/lines.ts'
import {
  answerPath,
  isWritten,
  placeAnswer,
  readWritten,
  type Standing,
  standings,
} from '../study/written.ts'
import { isInteractive, paint, print, printError, printJson } from '../terminal.ts'
import { answerTexts } from '../texts/answer.ts'
import { cliTexts } from '../texts/cli.ts'

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const course = await loadCourse()
  const { task, item } = asked(course, options.target ?? '')
  if (task.state === 'planned') {
    print(inLanguage(cliTexts.taskPlanned(task.id), lang), inLanguage(cliTexts.next('npm run list'), lang))
    return exitCodes.usage
  }
  const written = readWritten(task)
  if (item !== undefined && !written.questions.some((each) => each.item === item))
    throw new UsageError(answerTexts.notItem(item, task.id))
  if (options.words.has('json')) {
    printJson(asData(standings(task, written)))
    return exitCodes.done
  }
  if (item === undefined) return overview(task, written, lang)
  return await one({ task, written, item, lang })
}

function asked(course: Course, target: string): { task: Task; item?: string } {
  const found = findTarget(course, target)
  const [task] = found.tasks
  if (found.kind === 'part' || task === undefined || !isWritten(task))
    throw new UsageError(answerTexts.notWritten(found.id))
  return { task, ...(found.kind === 'item' ? { item: found.item.id } : {}) }
}

/** All questions, each with how much of it is covered. */
function overview(task: Task, written: WrittenTask, lang: Language): ExitCode {
  const all = standings(task, written)
  for (const standing of all) {
    const { question, read, version } = standing
    const made = read.points.filter(({ isMade }) => isMade).length
    const said =
      read.words === 0
        ? paint('gray', inLanguage(answerTexts.open, lang))
        : `${inLanguage(answerTexts.points(made, read.points.length), lang)}   ${paint('gray', inLanguage(answerTexts.inFile(written[version]), lang))}`
    print(`${markOf(standing)} ${question.item}  ${inLanguage(question.heading, lang)}   ${said}`)
  }
  const next = all.find(({ read }) => !read.isWhole)?.question.item
  const command = next === undefined ? `npm run check ${task.id}` : `npm run answer ${next}`
  print('', inLanguage(cliTexts.next(command), lang))
  return exitCodes.done
}

function markOf({ read }: Standing): string {
  if (read.isWhole) return paint('green', '✓')
  return read.words === 0 ? paint('gray', '·') : paint('yellow', '○')
}

interface One {
  readonly task: Task
  readonly written: WrittenTask
  readonly item: string
  readonly lang: Language
}

async function one(given: One): Promise<ExitCode> {
  const { task, written, lang } = given
  const before = standingOf(given)
  const { question } = before
  print(
    paint('gray', question.item),
    ...proseLines(inLanguage(question.ask, lang)).map((line) => paint('bold', line)),
    '',
  )
  const isTried = before.first.isAttempt
  const version = isTried ? 'second' : 'first'
  const file = shownPath(answerPath(task, written, version))
  if (isInteractive && !before.read.isWhole) {
    if (before.read.words > 0) print(...coverageLines(before, lang), '')
    const typed = await typeAnswer(inLanguage(answerTexts.typeIt(file), lang))
    if (typed === undefined) return exitCodes.interrupted
    if (typed !== '' && !keep(given, question, { version, typed, file })) return exitCodes.setUp
  } else if (before.read.words === 0) {
    print(inLanguage(answerTexts.writeIt(file, inLanguage(question.heading, lang)), lang))
  }
  const now = standingOf(given)
  if (now.read.words > 0) print('', ...coverageLines(now, lang))
  print('', ...modelLines(now, lang))
  print('', ...nextLines(given, now))
  return exitCodes.done
}

function standingOf({ task, written, item }: One): Standing {
  const found = standings(task, written).find(({ question }) => question.item === item)
  if (found === undefined) throw new Error(`${item} is not among the questions of ${task.id}`)
  return found
}

/** The lines that were typed up to an empty one; nothing when the learner left. */
async function typeAnswer(how: string): Promise<string | undefined> {
  print(paint('gray', how))
  const lines: Lines = openLines()
  const typed: string[] = []
  try {
    for (;;) {
      const line = await lines.ask('> ')
      // Whoever leaves in the middle of an answer has written something that is worth keeping.
      if (line === undefined) return typed.length === 0 ? undefined : typed.join('\n')
      if (line.trim() === '') return typed.join('\n')
      typed.push(line)
    }
  } finally {
    lines.close()
  }
}

function keep(
  { task, written, lang }: One,
  { heading }: WrittenQuestion,
  { version, typed, file }: { version: 'first' | 'second'; typed: string; file: string },
): boolean {
  const path = answerPath(task, written, version)
  try {
    writeWhole(path, placeAnswer(existsSync(path) ? readFileSync(path, 'utf8') : '', heading, typed))
    print(inLanguage(answerTexts.kept(file), lang))
    return true
  } catch (error) {
    const why = codeOf(error) ?? String(error)
    printError(inLanguage(answerTexts.notKept(file, why), lang), '', typed)
    return false
  }
}

function coverageLines({ read, question }: Standing, lang: Language): string[] {
  const made = read.points.filter(({ isMade }) => isMade).length
  const few = read.words < question.wordsMin
  return [
    ...read.points.map(({ point, isMade }) =>
      isMade
        ? `  ${paint('green', '✓')} ${inLanguage(point.asks, lang)}`
        : `  ${paint('yellow', '·')} ${inLanguage(point.asks, lang)}`,
    ),
    ...read.wrong.map(
      (said) => `  ${paint('red', '✗')} ${inLanguage(answerTexts.notSo, lang)}: ${inLanguage(said, lang)}`,
    ),
    inLanguage(answerTexts.points(made, read.points.length), lang) +
      (few ? ` · ${inLanguage(answerTexts.words(read.words, question.wordsMin), lang)}` : ''),
  ]
}

function modelLines({ first, read, question }: Standing, lang: Language): string[] {
  if (!first.isAttempt && !read.isWhole) {
    return [paint('gray', inLanguage(answerTexts.modelLater(attemptWords(question)), lang))]
  }
  return [
    paint('gray', inLanguage(answerTexts.model, lang)),
    ...proseLines(inLanguage(question.reference, lang)).map((line) => `  ${line}`),
  ]
}

function nextLines({ task, written, item, lang }: One, { read, first }: Standing): string[] {
  if (read.isWhole) {
    const next = standings(task, written).find((each) => !each.read.isWhole)?.question.item
    const command = next === undefined ? `npm run check ${task.id}` : `npm run answer ${next}`
    return [inLanguage(answerTexts.whole, lang), inLanguage(cliTexts.next(command), lang)]
  }
  const improve = first.isAttempt
    ? [inLanguage(answerTexts.improve(shownPath(answerPath(task, written, 'second'))), lang)]
    : []
  return [...improve, inLanguage(cliTexts.next(`npm run answer ${item}`), lang)]
}

/** Coverage without model answers. */
function asData(all: readonly Standing[]): unknown {
  return all.map(({ question, version, read, first }) => ({
    item: question.item,
    ask: question.ask,
    version,
    words: read.words,
    isTried: first.isAttempt,
    isWhole: read.isWhole,
    points: read.points.map(({ point, isMade }) => ({ asks: point.asks, isMade })),
    wrong: read.wrong,
  }))
}
