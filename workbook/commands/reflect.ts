/** `npm run reflect`: fills REFLECTION.md with the learner's own traces, and takes the confidence for week 8. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readResults } from '#lab/measure/results'
import type { Context } from '../command.ts'
import { type Course, learnersPath, loadCourse } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { readEvidence } from '../progress/evidence.ts'
import type { Fold } from '../progress/fold.ts'
import { calibrate, confidence } from '../progress/ratings.ts'
import { fillReflection, fillsFrom, type Traces } from '../progress/reflection.ts'
import { codeOf, writeWhole } from '../progress/whole-file.ts'
import { foldIntoChecklist, foldNow, recordRating } from '../proof.ts'
import { askRatings, ratingsIn } from '../ratings.ts'
import type { Task } from '../registry/registry.ts'
import { root, shownPath } from '../root.ts'
import { solutionFolder } from '../runner/subject.ts'
import { readStudy } from '../state/study.ts'
import { isInteractive, print, printError } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { rateTexts } from '../texts/rate.ts'

const file = 'REFLECTION.md'

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const course = await loadCourse()
  const task = course.tasks.find(({ id }) => id === confidence.task)
  if (task === undefined || task.state === 'planned') {
    print(
      inLanguage(rateTexts.planned(confidence.task), lang),
      inLanguage(cliTexts.next('npm run list'), lang),
    )
    return exitCodes.usage
  }
  const before = foldNow(course)
  const withCommand = ratingsIn(options, [confidence])
  const asks = isInteractive && withCommand.size === 0
  const { given, hasLeft } = asks
    ? await askRatings([confidence], before, lang)
    : { given: withCommand, hasLeft: false }
  // The one question was not answered, and the page is as it was.
  if (hasLeft) return exitCodes.interrupted
  for (const [rated, value] of given) {
    if (recordRating(course, rated, value, new Date())) continue
    printError(inLanguage(rateTexts.notKept, lang))
    return exitCodes.setUp
  }
  const fold = foldIntoChecklist(course, undefined)
  const path = learnersPath(task, file)
  try {
    const { page, filled } = fillReflection(pageOf(task, path), fillsFrom(tracesOf(course, fold)), lang)
    writeWhole(path, page)
    const said =
      filled === 0 ? rateTexts.nothingToFill(shownPath(path)) : rateTexts.filled(shownPath(path), filled)
    print(inLanguage(said, lang))
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    printError(inLanguage(rateTexts.notWritable(shownPath(path), code), lang))
    return exitCodes.setUp
  }
  if (!asks && given.size === 0) print(inLanguage(rateTexts.plain('npm run reflect confidence=7'), lang))
  print('', inLanguage(cliTexts.next(`npm run exercise ${task.id}`), lang))
  return exitCodes.done
}

/** The learner's page; where it is gone, a fresh one. */
function pageOf(task: Task, path: string): string {
  return readFileSync(existsSync(path) ? path : solutionFolder(task, 'starter', file), 'utf8')
}

function tracesOf(course: Course, fold: Fold): Traces {
  const { questions } = readStudy()
  const missed = Object.entries(questions)
    .filter(([, { wrong }]) => wrong > 0)
    .map(([key, { wrong }]) => ({ key, wrong }))
    .toSorted((a, b) => b.wrong - a.wrong)
  const [own] = calibrate(fold, [confidence])
  return { fold, evidence: readEvidence(root), missed, figures: figuresOf(course), confidence: own }
}

/** The learner's own figures, those of the failure part first. */
function figuresOf(course: Course): Traces['figures'] {
  const folder = join(root, 'results')
  if (!existsSync(folder)) return []
  const known = new Set(course.tasks.map(({ id }) => id))
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && known.has(name.slice(0, -'.json'.length)))
    .sort((a, b) => Number(b.startsWith('failure')) - Number(a.startsWith('failure')) || a.localeCompare(b))
    .flatMap((name) => {
      try {
        const results = readResults(join(folder, name))
        return (results?.figures ?? []).slice(0, 1).map((figure) => ({ task: results?.task ?? '', figure }))
      } catch {
        // A file that can't be read has no figure to quote; `measure` says what is wrong with it.
        return []
      }
    })
}
