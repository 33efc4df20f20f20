/** `npm run explore coverage`: what was crashed so far and what was not, as the table of the reliability review; `fill` puts it there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { coverageOf, coverageTable, fillCoverage, readExplored } from '#lab/explore/coverage'
import type { Context } from '../command.ts'
import { type Course, learnersFile, learnersPath, taskFolder } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { codeOf, writeWhole } from '../progress/whole-file.ts'
import type { Task } from '../registry/registry.ts'
import { root, shownPath } from '../root.ts'
import { paint, print, printError, printJson } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { exploreTexts } from '../texts/explore.ts'

const page = 'RELIABILITY.md'

/** Prints the table; with `fill`, puts it into the learner's page. */
export function runCoverage(course: Course, { options, lang }: Context): ExitCode {
  const path = join(root, 'results', 'explored.json')
  let rows: ReturnType<typeof coverageOf>
  try {
    rows = coverageOf(readExplored(path))
  } catch (error) {
    printError(error instanceof Error ? error.message : String(error))
    return exitCodes.setUp
  }
  const missing = explorable(course).filter(({ id }) => !rows.some(({ task }) => task === id))
  const [next] = missing
  const review = course.tasks.find(({ files }) => files.includes(page))
  if (options.words.has('json')) {
    printJson({ rows, missing: missing.map(({ id }) => id) })
    return exitCodes.done
  }
  if (rows.length > 0 && !options.words.has('fill')) print(...coverageTable(rows, lang), '')
  if (options.words.has('fill')) {
    const filled = fill(review, rows, lang)
    if (filled !== exitCodes.done) return filled
  }
  if (missing.length > 0)
    print(paint('yellow', inLanguage(exploreTexts.neverExplored(missing.map(({ id }) => id)), lang)))
  const command =
    next === undefined
      ? options.words.has('fill')
        ? `npm run check ${review?.id ?? ''}`.trim()
        : 'npm run explore coverage fill'
      : `npm run explore ${next.id}`
  print(inLanguage(cliTexts.next(command), lang))
  return exitCodes.done
}

function fill(
  review: Task | undefined,
  rows: Parameters<typeof fillCoverage>[1],
  lang: Context['lang'],
): ExitCode {
  if (review === undefined || !existsSync(learnersPath(review, page))) {
    printError(
      inLanguage(exploreTexts.noPage(review === undefined ? page : learnersFile(review, page)), lang),
    )
    return exitCodes.setUp
  }
  const path = learnersPath(review, page)
  try {
    writeWhole(path, fillCoverage(readFileSync(path, 'utf8'), rows, lang))
    print(inLanguage(exploreTexts.filled(shownPath(path), rows.length), lang))
    return exitCodes.done
  } catch (error) {
    const why = codeOf(error)
    if (why === undefined) throw error
    printError(inLanguage(exploreTexts.notFilled(shownPath(path), why), lang))
    return exitCodes.setUp
  }
}

/** Tasks that are ready and have a scenario for the explorer. */
function explorable({ path }: Course): Task[] {
  return path.filter((task) => task.state === 'ready' && listed(taskFolder(task)).includes('explore.ts'))
}

function listed(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}
