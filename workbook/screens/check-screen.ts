/** What `check` prints once it knows: the items, the count, and one next step. */
import type { Context } from '../command.ts'
import { loadCourse, type Target } from '../course.ts'
import { inLanguage } from '../language.ts'
import { foldNow, nextTask } from '../proof.ts'
import { measuredItems } from '../runner/figures.ts'
import type { Judgement } from '../runner/judge.ts'
import { overlayNames, type Subject } from '../runner/subject.ts'
import { paint, print } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { exerciseTexts } from '../texts/exercise.ts'
import { screenTexts } from '../texts/screen.ts'
import { placeToEdit } from './place-to-edit.ts'
import { circumstanceWords, elsewhereLine, judgementLines, openItems, witnessLine } from './verdict-screen.ts'

interface CheckContext extends Context {
  readonly isRecorded: boolean
  readonly subject: Subject
}

export async function printJudgements(
  judgements: readonly Judgement[],
  target: Target,
  context: CheckContext,
): Promise<void> {
  const { lang } = context
  const unmeasured = await unmeasuredItems(judgements, context)
  for (const judgement of judgements) {
    print(...judgementLines(judgement, lang), '', countLine(judgement, target, context))
    if (judgement.outcome === 'passed') print(...witnessLine(judgement, lang))
    if (target.kind !== 'item') print(...elsewhereLine(judgement.task, lang, unmeasured))
    if (judgements.length > 1) print('')
  }
  if (!context.isRecorded) print(paint('yellow', inLanguage(screenTexts.notRecorded, lang)))
  if (judgements.some(isSetUpFailure)) {
    const { printShortReport } = await import('../doctor/report.ts')
    await printShortReport(lang)
  }
  print(...(await nextLines(judgements, target, { ...context, unmeasured })))
}

/** Inconclusive without an engine that could tell: something around the run is broken. */
function isSetUpFailure({ verdicts }: Judgement): boolean {
  return verdicts.some((verdict) => verdict.outcome === 'inconclusive' && verdict.enginesThatCan.length === 0)
}

function countLine(judgement: Judgement, target: Target, { lang, subject }: CheckContext): string {
  const { verdicts, task } = judgement
  const counts = { passed: 0, failed: 0, inconclusive: 0 }
  for (const { outcome } of verdicts) counts[outcome]++
  const spent = circumstanceWords(judgement, lang)
  if (judgement.outcome !== 'passed')
    return `${inLanguage(screenTexts.counted(task.id, counts), lang)} ${spent}`
  const said =
    subject.kind === 'reference'
      ? screenTexts.passedBy(task.id, screenTexts.reference, counts.passed, verdicts.length)
      : target.kind === 'item'
        ? screenTexts.itemPassed(target.id)
        : screenTexts.passed(task.id, counts.passed, task.items.length)
  return `${paint('green', '✓')} ${inLanguage(said, lang)} ${spent}`
}

/** Items whose figures are missing, or older than the code they were taken of. */
async function unmeasuredItems(
  judgements: readonly Judgement[],
  { subject }: CheckContext,
): Promise<readonly string[]> {
  const items = judgements.flatMap(({ task }) => measuredItems(task))
  if (items.length === 0 || subject.kind !== 'learner') return []
  const fold = foldNow(await loadCourse())
  return items.filter((id) => fold.items.get(id)?.state !== 'verified')
}

async function nextLines(
  judgements: readonly Judgement[],
  target: Target,
  context: CheckContext & { readonly unmeasured: readonly string[] },
): Promise<string[]> {
  const { lang, subject, unmeasured } = context
  const next = (step: string) => inLanguage(cliTexts.next(step), lang)
  const open = judgements.find(({ outcome }) => outcome !== 'passed')
  if (open !== undefined) return [next(firstStep(open, target, context))]
  const [judgement] = judgements
  if (judgement === undefined) return [next('npm run list')]
  const { task } = judgement
  if (subject.kind === 'reference') return [next(`npm run exercise ${task.id}`)]
  if (target.kind === 'item') return [next(`npm run check ${task.id}`)]
  const [toMeasure] = unmeasured
  if (toMeasure !== undefined) return [next(`npm run measure ${toMeasure.split('.')[0]}`)]
  const following = nextTask(await loadCourse(), new Set(judgements.map(({ task: { id } }) => id)))
  const compare =
    target.kind === 'task'
      ? ['', inLanguage(screenTexts.compare(task.id, overlayNames(task, 'alternative').length), lang)]
      : []
  if (following === undefined)
    return [...compare, inLanguage(cliTexts.allDone, lang), next('npm run progress')]
  return [
    ...compare,
    next(`npm run exercise ${following.id}   ${paint('gray', inLanguage(following.title, lang))}`),
  ]
}

/** Where to put the cursor, or what to type when the set-up is in the way. */
function firstStep(judgement: Judgement, target: Target, { lang, subject }: CheckContext): string {
  const { task } = judgement
  const [first] = openItems(judgement)
  if (judgement.typeProblems.length === 0 && first?.outcome === 'inconclusive') {
    const [engine] = first.enginesThatCan
    return engine === undefined ? 'npm run doctor' : `npm run check ${target.id} engine=${engine}`
  }
  if (subject.kind !== 'learner') return `npm run verify ${task.id}`
  // Nothing of it is written by the learner: the report says what is missing.
  if (task.files.length === 0) return `npm run progress ${task.id}`
  return inLanguage(exerciseTexts.editThenCheck(placeToEdit(judgement, task, false), target.id), lang)
}
