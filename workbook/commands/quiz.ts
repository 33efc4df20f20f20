/** `npm run quiz [id]`: the questions of a lesson, in the terminal or one at a time with `answer=`. */
import type { Language } from '#lab/verdict'
import type { Context } from '../command.ts'
import { type Course, findTarget, loadCourse } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { UsageError } from '../options.ts'
import { formatDay } from '../progress/texts.ts'
import { foldIntoChecklist } from '../proof.ts'
import type { Task } from '../registry/registry.ts'
import { seedOfToday } from '../runner/judge.ts'
import {
  exampleAnswer,
  howToAnswer,
  proseLines,
  questionLines,
  readAnswer,
  type Shown,
} from '../study/answers.ts'
import { isAsked, readLessons } from '../study/lessons.ts'
import { type Lines, openLines } from '../study/lines.ts'
import { type Answered, Quiz } from '../study/quiz.ts'
import { putBack } from '../study/repetition.ts'
import { isInteractive, paint, print, printError, printJson } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { studyTexts } from '../texts/study.ts'

export async function run(context: Context): Promise<ExitCode> {
  const { options, lang } = context
  const course = await loadCourse()
  const { tasks, only } = asked(course, options.target)
  if (tasks.length === 0) return refusePlanned(course, options.target, lang)
  const lessons = readLessons(tasks)
  const quiz = new Quiz({
    lang,
    only,
    seed: options.seed ?? seedOfToday() + (Date.now() % 1000),
    lessons: tasks.flatMap((task, index) => {
      const lesson = lessons[index]
      return lesson === undefined ? [] : [{ task, lesson }]
    }),
  })
  const target = options.target ?? ''
  if (options.words.has('json')) printJson(asData(quiz))
  else if (options.answer !== undefined) return answerPlain(quiz, course, target, options.answer)
  else if (isInteractive) await askOnTerminal(quiz, target, options.words.has('all'))
  else askPlain(quiz, target, options.words.has('all'))
  foldIntoChecklist(course, undefined)
  return exitCodes.done
}

/** The ready lessons that were asked for, in the order of the path; without a name, all of them. */
function asked(course: Course, target: string | undefined): { tasks: Task[]; only?: string } {
  const withQuestions = (tasks: readonly Task[]): Task[] =>
    tasks.filter(({ state, items }) => state === 'ready' && items.some(isAsked))
  if (target === undefined) return { tasks: withQuestions(course.path) }
  const found = findTarget(course, target)
  if (found.kind === 'item' && !isAsked(found.item))
    throw new UsageError(studyTexts.itemNotAsked(found.id, found.item.evidence))
  if (found.kind === 'task' && !found.tasks[0].items.some(isAsked))
    throw new UsageError(studyTexts.noQuestions(found.id))
  return { tasks: withQuestions(found.tasks), ...(found.kind === 'item' ? { only: found.item.id } : {}) }
}

function refusePlanned(course: Course, target: string | undefined, lang: Language): ExitCode {
  const found = target === undefined ? undefined : findTarget(course, target)
  const said =
    found === undefined || found.kind === 'part'
      ? cliTexts.partPlanned(target ?? 'study')
      : cliTexts.taskPlanned(found.tasks[0].id)
  print(inLanguage(said, lang), inLanguage(cliTexts.next('npm run list'), lang))
  return exitCodes.usage
}

/** One question after another, until none is due or the learner leaves. What was missed comes back. */
async function askOnTerminal(quiz: Quiz, target: string, everything: boolean): Promise<void> {
  const { lang } = quiz
  let rest = quiz.due(new Date(), everything)
  if (rest.length === 0) return sayNothingDue(quiz, target)
  const of = rest.length
  const lines = openLines()
  let number = 0
  try {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      const found = quiz.find(next.key)
      if (found === undefined) continue
      const isAgain = quiz.isOwed(next.key)
      if (!isAgain) number += 1
      const shown = quiz.show(found.asked)
      const title = inLanguage(studyTexts.question(shown.question.item, Math.min(number || 1, of), of), lang)
      const remark = isAgain ? `   ${inLanguage(studyTexts.again, lang)}` : ''
      print('', paint('gray', title + remark), ...questionLines(shown, lang), '')
      const answer = await typed(lines, shown, lang)
      if (answer === 'quit') break
      if (answer === 'skip') continue
      const answered = quiz.answer(next.key, answer, new Date())
      if (answered === undefined) continue
      print(...answeredLines(answered, shown.question.item, lang))
      if (answered.owed > 0) rest = putBack(rest, next)
    }
  } finally {
    lines.close()
  }
  sayEnd(quiz, target)
}

async function typed(
  lines: Lines,
  shown: Shown,
  lang: Language,
): Promise<'quit' | 'skip' | NonNullable<ReturnType<typeof readAnswer>>> {
  const how = howToAnswer(shown, lang)
  print(paint('gray', `${inLanguage(studyTexts.your(how), lang)}; ${inLanguage(studyTexts.quitWith, lang)}`))
  for (;;) {
    const line = await lines.ask('> ')
    if (line === undefined) {
      print('')
      return 'quit'
    }
    if (/^\s*q(?:uit)?\s*$/i.test(line)) return 'quit'
    if (line.trim() === '') return 'skip'
    const answer = readAnswer(shown, line)
    if (answer !== undefined) return answer
    print(paint('yellow', inLanguage(studyTexts.notAnAnswer(how), lang)))
  }
}

function answeredLines(answered: Answered, item: string, lang: Language): string[] {
  const { isRight, why, owed } = answered
  const verdict = isRight
    ? paint('green', `✓ ${inLanguage(studyTexts.right, lang)}`)
    : paint('red', `✗ ${inLanguage(studyTexts.notRight, lang)}`)
  const lines = [verdict, ...proseLines(inLanguage(why, lang)).map((line) => `  ${line}`)]
  if (owed > 0)
    lines.push(paint('gray', `  ${inLanguage(isRight ? studyTexts.onceMore : studyTexts.comesAgain, lang)}`))
  if (answered.item === 'proven') lines.push(paint('green', `  ${inLanguage(studyTexts.proven(item), lang)}`))
  if (answered.item === 'lost')
    lines.push(paint('yellow', `  ${inLanguage(studyTexts.lostAgain(item), lang)}`))
  if (!answered.isKept) lines.push(paint('yellow', inLanguage(studyTexts.notKept, lang)))
  return lines
}

/** Prints one question and how to answer it. */
function askPlain(quiz: Quiz, target: string, everything: boolean): void {
  const { lang } = quiz
  const [next] = quiz.due(new Date(), everything)
  const found = next === undefined ? undefined : quiz.find(next.key)
  if (found === undefined) return sayNothingDue(quiz, target)
  const shown = quiz.show(found.asked)
  const { known, of } = quiz.sums
  print(
    paint('gray', `${shown.question.item}   ${inLanguage(studyTexts.asked(known, of), lang)}`),
    ...questionLines(shown, lang),
    '',
    `${inLanguage(studyTexts.your(howToAnswer(shown, lang)), lang)}`,
  )
  if (!quiz.wait(found.task, shown)) print(paint('yellow', inLanguage(studyTexts.notKept, lang)))
  const id = target === '' ? found.task.id : target
  print(inLanguage(studyTexts.howPlain(`npm run quiz ${id} answer=${exampleAnswer(shown)}`), lang))
}

/** Takes the answer to the question that was printed last, and prints the next one. */
function answerPlain(quiz: Quiz, course: Course, target: string, said: string): ExitCode {
  const { lang, waiting } = quiz
  const command = `npm run quiz ${target}`.trim()
  if (waiting === undefined) {
    printError(inLanguage(studyTexts.nothingWaits(command), lang))
    return exitCodes.usage
  }
  const answer = readAnswer(waiting.shown, said)
  if (answer === undefined) {
    printError(inLanguage(studyTexts.notAnAnswer(howToAnswer(waiting.shown, lang)), lang))
    return exitCodes.usage
  }
  const answered = quiz.answer(waiting.key, answer, new Date())
  if (answered === undefined) return exitCodes.setUp
  print(...answeredLines(answered, waiting.shown.question.item, lang))
  foldIntoChecklist(course, undefined)
  sayEnd(quiz, target)
  return answered.isRight ? exitCodes.done : exitCodes.failed
}

function sayNothingDue(quiz: Quiz, target: string): void {
  const { lang, nextDue } = quiz
  const day = nextDue === undefined ? undefined : formatDay(nextDue, lang)
  const said = target === '' ? studyTexts.nothingDueAnywhere(day) : studyTexts.nothingDue(target, day)
  print(inLanguage(said, lang), inLanguage(cliTexts.next('npm run exercise'), lang))
}

function sayEnd(quiz: Quiz, target: string): void {
  const { lang } = quiz
  const { known, of } = quiz.sums
  print('', inLanguage(studyTexts.asked(known, of), lang))
  const next =
    known === of
      ? `npm run exercise${target === '' ? '' : ` ${target.split('.')[0]}`}`
      : `npm run quiz ${target}`.trim()
  print(inLanguage(cliTexts.next(next), lang))
}

/** The questions without their answers. */
function asData(quiz: Quiz): unknown {
  const { known, of } = quiz.sums
  const questions = quiz.due(new Date(), true).flatMap(({ key }) => {
    const { question } = quiz.find(key)?.asked ?? {}
    if (question === undefined) return []
    const { id, item, kind, ask, shows } = question
    const answers =
      question.kind === 'number' ? [] : question.kind === 'choice' ? question.options : question.lines
    return [
      { id, item, kind, ask, shows, answers: answers.map((each) => ({ id: each.id, text: each.text })) },
    ]
  })
  return { known, of, questions }
}
