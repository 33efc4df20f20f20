/** An experiment as a learner goes through it: a prediction, the run, and the two beside each other. */
import type { EngineName } from '#brokers/engines'
import type { Language } from '#lab/verdict'
import type { RunEventOf } from '#lab/verdict/events'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { playAsEvents, playExperiment } from '../live/live.ts'
import { UsageError } from '../options.ts'
import type { Task } from '../registry/registry.ts'
import { nextOfLesson } from '../screens/lesson-screen.ts'
import { readStudy } from '../state/study.ts'
import { isInteractive, paint, print, printError } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { studyTexts } from '../texts/study.ts'
import {
  exampleAnswer,
  howToAnswer,
  idsOf,
  proseLines,
  questionLines,
  readAnswer,
  type Shown,
} from './answers.ts'
import type { Lesson } from './lessons.ts'
import { openLines } from './lines.ts'
import { keepPrediction, keyOf, noPrediction } from './predictions.ts'

type Experiment = Lesson['experiments'][number]

/** Says that no prediction is wanted: `answer=none`. */
const noneWord = 'none'

export interface Asked {
  readonly task: Task
  readonly lesson: Lesson
  readonly lang: Language
  readonly engine: EngineName
  readonly seed: number
  /** Which one; left out, the first that has not been run yet. */
  readonly name?: string | undefined
  /** The prediction as it was typed with the command. */
  readonly answer?: string | undefined
}

/** Asks what will happen, plays it, and puts the prediction beside what came. */
export async function runExperiment(asked: Asked): Promise<ExitCode> {
  const { task, lang } = asked
  const experiment = find(asked)
  const refusal = refuseEngine(asked, experiment)
  if (refusal !== undefined) return refusal
  const shown = shownOf(experiment)
  const predicted = await predict(asked, experiment, shown)
  if (typeof predicted !== 'string') return predicted.exit
  print('')
  const outcome = await playExperiment(playOf(asked, experiment))
  if (outcome === undefined) return exitCodes.setUp
  const isKept = keepPrediction(asked, experiment, { predicted, came: outcome.option })
  print('', ...comparisonLines(experiment, predicted, outcome, lang))
  if (!isKept) print(paint('yellow', inLanguage(studyTexts.notKept, lang)))
  print('', inLanguage(cliTexts.next(nextOfLesson(task, asked.lesson, readStudy())), lang))
  return exitCodes.done
}

/** Plays it as one JSON object a line, without a prediction. */
export async function runAsEvents(asked: Asked): Promise<ExitCode> {
  const experiment = find(asked)
  return refuseEngine(asked, experiment) ?? (await playAsEvents(playOf(asked, experiment)))
}

function playOf({ task, engine, lang, seed }: Asked, { name }: Experiment) {
  return { task, experiment: name, subject: { kind: 'learner' }, engine, lang, seed } as const
}

/** Says which engine can play it where the one that was asked for can't: before anything is asked or started. */
function refuseEngine(
  { task, engine, lang }: Asked,
  { name, needs, engines }: Experiment,
): ExitCode | undefined {
  if (engines.includes(engine)) return undefined
  const [other = 'embedded'] = engines
  const command = `npm run exercise ${task.id} ${name}${other === 'embedded' ? '' : ` engine=${other}`}`
  printError(inLanguage(studyTexts.engineCannot(engine, name, needs, other), lang))
  print(inLanguage(cliTexts.next(command), lang))
  return exitCodes.setUp
}

function find({ task, lesson, name }: Asked): Experiment {
  const { experiments } = lesson
  const state = readStudy().experiments
  const wanted =
    name === undefined
      ? (experiments.find((each) => state[keyOf(task, each)] === undefined) ?? experiments[0])
      : experiments.find((each) => each.name === name)
  if (wanted !== undefined) return wanted
  if (name === undefined) throw new UsageError(studyTexts.noExperiments(task.id))
  throw new UsageError(
    studyTexts.noExperiment(
      name,
      experiments.map((each) => each.name),
    ),
  )
}

/** In the order in which they are written, so that a letter means the same next time. */
function shownOf({ question }: Experiment): Shown {
  return { question, ids: idsOf(question) }
}

/** The option predicted, or how the command ends without one. */
async function predict(
  { task, lang, engine, answer }: Asked,
  { name }: Experiment,
  shown: Shown,
): Promise<string | { readonly exit: ExitCode }> {
  if (answer === noneWord) return noPrediction
  const how = howToAnswer(shown, lang)
  if (answer !== undefined) {
    const read = readAnswer(shown, answer)
    if (typeof read === 'string') return read
    printError(inLanguage(studyTexts.notAnAnswer(how), lang))
    return { exit: exitCodes.usage }
  }
  print(paint('gray', inLanguage(studyTexts.predict, lang)), '', ...questionLines(shown, lang), '')
  if (!isInteractive) {
    const where = engine === 'embedded' ? '' : ` engine=${engine}`
    const command = `npm run exercise ${task.id} ${name}${where} answer=${exampleAnswer(shown)}`
    print(inLanguage(studyTexts.predictPlain(command), lang))
    return { exit: exitCodes.done }
  }
  return await predictOnTerminal(shown, how, lang)
}

async function predictOnTerminal(
  shown: Shown,
  how: string,
  lang: Language,
): Promise<string | { readonly exit: ExitCode }> {
  const lines = openLines()
  print(
    paint('gray', `${inLanguage(studyTexts.your(how), lang)}; ${inLanguage(studyTexts.enterWatches, lang)}`),
  )
  try {
    for (;;) {
      const line = await lines.ask('> ')
      // Nothing has begun that could be kept.
      if (line === undefined) return { exit: exitCodes.interrupted }
      if (line.trim() === '') return noPrediction
      const read = readAnswer(shown, line)
      if (typeof read === 'string') return read
      print(paint('yellow', inLanguage(studyTexts.notAnAnswer(how), lang)))
    }
  } finally {
    lines.close()
  }
}

function comparisonLines(
  { question }: Experiment,
  predicted: string,
  { option, text: said }: RunEventOf<'outcome'>,
  lang: Language,
): string[] {
  if (question.kind !== 'choice') return [inLanguage(said, lang)]
  const optionOf = (id: string | undefined) => question.options.find((each) => each.id === id)
  const [guess, came] = [optionOf(predicted), optionOf(option)]
  const label = (text: { en: string; vi: string }): string => paint('gray', inLanguage(text, lang))
  const lines: string[] = []
  if (guess !== undefined) {
    const mark = guess.id === option ? paint('green', '✓') : paint('yellow', '≠')
    lines.push(`${label(studyTexts.youSaid)} ${mark} ${inLanguage(guess.text, lang)}`)
  }
  lines.push(`${label(studyTexts.itWas)}   ${inLanguage(came?.text ?? studyTexts.noOption, lang)}`)
  lines.push(`${label(studyTexts.seen)}   ${inLanguage(said, lang)}`, '')
  if (guess !== undefined && guess.id !== option) lines.push(...proseLines(inLanguage(guess.why, lang)), '')
  if (came !== undefined) lines.push(...proseLines(inLanguage(came.why, lang)))
  if (option !== question.answer) lines.push(paint('yellow', inLanguage(studyTexts.otherwise, lang)))
  return lines
}
