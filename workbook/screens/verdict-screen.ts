/** One task's judgement on one screen: types first, then the items, the first breach in full. */
import type { Language, Text, Verdict } from '#lab/verdict'
import { formatMs } from '#lab/verdict/language'
import { renderVerdict, saidFigures, sentence } from '#lab/verdict/render'
import { inLanguage } from '../language.ts'
import type { Task } from '../registry/registry.ts'
import { shownPath } from '../root.ts'
import { measuredItems } from '../runner/figures.ts'
import { isJudged, type Judgement } from '../runner/judge.ts'
import type { TypeProblem } from '../runner/typecheck.ts'
import { isAsked, isLesson } from '../study/lessons.ts'
import { hasColour, paint } from '../terminal.ts'
import { measureTexts } from '../texts/measure.ts'
import { screenTexts } from '../texts/screen.ts'
import { studyTexts } from '../texts/study.ts'

/** Complaints of the compiler shown in full; the rest is counted. */
const typeProblemsShown = 3

/** A whole judgement, for `check`: every item has its line, the one to act on first is told in full. */
export function judgementLines(judgement: Judgement, lang: Language): string[] {
  const lines = typeLines(judgement.typeProblems, lang)
  const inFull = judgement.typeProblems.length === 0 ? openItems(judgement)[0] : undefined
  for (const verdict of judgement.verdicts) {
    if (judgement.spoiltByTypes.has(verdict.item))
      lines.push(waitingItem(verdict, screenTexts.waitsForTypes, lang))
    else if (judgement.unreached.has(verdict.item)) lines.push(waitingItem(verdict, saidOf(verdict), lang))
    else if (verdict.outcome === 'passed') lines.push(passedLine(verdict, lang))
    else if (verdict === inFull) lines.push('', ...fullLines(verdict, judgement, lang), '')
    else lines.push(...briefLines(verdict, lang))
  }
  lines.push(...experimentLines(judgement, lang))
  return withoutDoubleGaps(lines)
}

/** Experiments that held are counted; one that came out otherwise is told. */
function experimentLines({ experiments }: Judgement, lang: Language): string[] {
  const held = experiments.filter(({ verdict }) => verdict.outcome === 'passed').length
  const others = experiments.filter(({ verdict }) => verdict.outcome !== 'passed')
  return [
    ...(held === 0 ? [] : [`${paint('green', '✓')} ${inLanguage(studyTexts.experimentsHeld(held), lang)}`]),
    ...others.flatMap(({ name, verdict }) => {
      const mark = verdict.outcome === 'failed' ? paint('red', '✗') : paint('yellow', '?')
      const said = paint('gray', sentence(inLanguage(saidOf(verdict), lang)))
      return [`${mark} ${name}  ${inLanguage(verdict.promise, lang)}`, `    ${said}`]
    }),
  ]
}

/** Items of the task that no test speaks for, and what does. `unmeasured`: those known to want a figure. */
export function elsewhereLine(task: Task, lang: Language, unmeasured?: readonly string[]): string[] {
  const others = task.items.filter((item) => !isJudged(item))
  const asked = others.filter(isAsked).map(({ id }) => id)
  // Figures are told by the command that takes them.
  const rest = others
    .filter((item) => !isAsked(item) && !item.evidence.includes('measure'))
    .map(({ id }) => id)
  return [
    ...(asked.length === 0 ? [] : [studyTexts.byQuestions(asked, task.id)]),
    ...figureLine(task, unmeasured),
    ...(rest.length === 0 ? [] : [screenTexts.elsewhere(rest)]),
  ].map((said) => `  ${paint('gray', inLanguage(said, lang))}`)
}

function figureLine(task: Task, unmeasured: readonly string[] | undefined): Text[] {
  const measured = measuredItems(task)
  if (unmeasured === undefined) return measured.length === 0 ? [] : [measureTexts.by(measured, task.id)]
  const missing = measured.filter((id) => unmeasured.includes(id))
  return missing.length === 0 ? [] : [measureTexts.missing(missing, task.id)]
}

/** What the learner can act on now, in full: the types, or the first item that did not pass. */
export function firstThing(judgement: Judgement, lang: Language): string[] {
  const open = openItems(judgement)
  if (judgement.typeProblems.length > 0) {
    return [
      ...typeLines(judgement.typeProblems, lang),
      ...waitingLine(
        open.map(({ item }) => item),
        lang,
      ),
    ]
  }
  const [first, ...others] = open
  if (first === undefined) return []
  return [
    ...fullLines(first, judgement, lang),
    ...waitingLine(
      others.map(({ item }) => item),
      lang,
    ),
  ]
}

/** Items that have not passed, those the learner can act on first. */
export function openItems({ verdicts, unreached }: Judgement): Verdict[] {
  const rank = ({ item, outcome }: Verdict) => (outcome === 'inconclusive' ? 1 : unreached.has(item) ? 2 : 0)
  return verdicts.filter(({ outcome }) => outcome !== 'passed').toSorted((a, b) => rank(a) - rank(b))
}

/** "1.2 s   (embedded, RabbitMQ 4.2.0, seed 20260719)". */
export function circumstanceWords({ ms, circumstances }: Judgement, lang: Language): string {
  const under = [circumstances.engine, ...circumstances.servers, `seed ${circumstances.seed}`].join(', ')
  return `${formatMs(ms, lang)}   ${paint('gray', `(${under})`)}`
}

/** The phrases that a pass rests on, item by item. */
export function witnessLine({ verdicts }: Judgement, lang: Language): string[] {
  const said = verdicts.flatMap((verdict) => {
    const figures =
      verdict.outcome === 'passed' ? verdict.figures.filter((figure) => figure.said !== undefined) : []
    return figures.length === 0 ? [] : [`${verdict.item} ${saidFigures(figures, lang)}`]
  })
  return said.map((line) => `  ${paint('gray', line)}`)
}

function typeLines(problems: readonly TypeProblem[], lang: Language): string[] {
  if (problems.length === 0) return []
  const lines = [`${paint('red', '✗')} ${inLanguage(screenTexts.types, lang)}`]
  for (const { file, line, message, code } of problems.slice(0, typeProblemsShown)) {
    lines.push(`    ${shownPath(file)}:${line}`, `      ${message} ${paint('gray', code)}`)
  }
  const more = problems.length - typeProblemsShown
  if (more > 0) lines.push(`    ${paint('gray', inLanguage(screenTexts.moreProblems(more), lang))}`)
  return [...lines, '']
}

/** The seed stands in the command, since tomorrow's default is another. */
function fullLines(verdict: Verdict, { circumstances, task }: Judgement, lang: Language): string[] {
  const { engine, seed } = circumstances
  const repeat = `npm run check ${verdict.item}${engine === 'embedded' ? '' : ` engine=${engine}`} seed=${seed}`
  // A lesson has no hints: its pages say all there is to say.
  const hint = isLesson(task) ? {} : { hint: `npm run hint ${task.id}` }
  return renderVerdict(verdict, { lang, colour: hasColour, repeat, ...hint }).split('\n')
}

function passedLine(verdict: Verdict, lang: Language): string {
  return `${paint('green', '✓')} ${verdict.item}  ${inLanguage(verdict.promise, lang)}`
}

function briefLines(verdict: Verdict, lang: Language): string[] {
  const mark = verdict.outcome === 'failed' ? paint('red', '✗') : paint('yellow', '?')
  return [
    `${mark} ${verdict.item}  ${inLanguage(verdict.promise, lang)}`,
    `    ${paint('gray', sentence(inLanguage(saidOf(verdict), lang)))}`,
  ]
}

/** An item that could not show yet whether it holds. */
function waitingItem(verdict: Verdict, why: Text, lang: Language): string {
  return `${paint('gray', '·')} ${verdict.item}  ${inLanguage(verdict.promise, lang)}  ${paint('gray', `(${inLanguage(why, lang).replace(/\.$/, '')})`)}`
}

function saidOf(verdict: Verdict): Text {
  if (verdict.outcome === 'failed') return verdict.breach.said
  return verdict.outcome === 'inconclusive' ? verdict.cause : verdict.promise
}

function waitingLine(items: readonly string[], lang: Language): string[] {
  const [first] = items
  if (first === undefined) return []
  return [`${paint('gray', '·')} ${inLanguage(screenTexts.waiting(first, items.length - 1), lang)}`]
}

/** One empty line between blocks, none at either end. */
function withoutDoubleGaps(lines: readonly string[]): string[] {
  const kept = lines.filter((line, index) => line !== '' || (index > 0 && lines[index - 1] !== ''))
  if (kept.at(-1) === '') kept.pop()
  return kept
}
