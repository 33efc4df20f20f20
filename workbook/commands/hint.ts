/** `npm run hint <id>`: one more hint; those opened before stay readable. */
import type { Context } from '../command.ts'
import { findTask, loadCourse } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { hintLines, openedHints, openHints } from '../hints.ts'
import { inLanguage } from '../language.ts'
import { paint, print } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { hintTexts } from '../texts/hint.ts'

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const task = findTask(await loadCourse(), options.target ?? '')
  const next = (step: string) => print('', inLanguage(cliTexts.next(step), lang))
  if (task.state === 'planned') {
    print(inLanguage(cliTexts.taskPlanned(task.id), lang))
    next('npm run list')
    return exitCodes.usage
  }
  const before = openedHints(task, lang)
  if (before.hints.length === 0) {
    print(inLanguage(hintTexts.none(task.id), lang))
    next(`npm run exercise ${task.id}`)
    return exitCodes.done
  }
  const opened = openHints(task, lang, options.words.has('all') ? 'all' : 'one')
  const isNothingNew = opened.opened === before.opened
  // Read again from the first one when all are open; otherwise the new one is enough.
  const first = options.words.has('all') || isNothingNew ? 0 : opened.opened - 1
  for (let index = first; index < opened.opened; index++) {
    print(...(index > first ? [''] : []), ...hintLines(opened, index, lang))
  }
  if (!opened.isRemembered) print('', paint('yellow', inLanguage(hintTexts.notRemembered(task.id), lang)))
  const left = opened.hints.length - opened.opened
  if (left === 0) {
    print('', paint('gray', inLanguage(hintTexts.noMore, lang)))
    next(`npm run exercise ${task.id}`)
  } else
    next(`npm run exercise ${task.id}   ${paint('gray', inLanguage(hintTexts.oneMore(left, task.id), lang))}`)
  return exitCodes.done
}
