/** One task's judgement on one screen: types first, then the items, the first breach in full. */
import type { Language, Verdict } from '#lab/verdict'
import { formatMs } from '#lab/verdict/language'
import { renderVerdict, saidFigures } from '#lab/verdict/render'
import { inLanguage } from '../language.ts'
import { shownPath } from '../root.ts'
import type { Judgement } from '../runner/judge.ts'
import type { TypeProblem } from '../runner/typecheck.ts'
import { hasColour, paint } from '../terminal.ts'
import { screenTexts } from '../texts/screen.ts'

export interface ScreenOptions {
  readonly lang: Language
  /** Whether the run took a seed or an engine that a repetition must name. */
  readonly repeatSuffix: string
}

/** Complaints of the compiler shown in full; the rest is counted. */
const typeProblemsShown = 3

/** A whole judgement, for `check`: every item has its line. */
export function judgementLines(judgement: Judgement, options: ScreenOptions): string[] {
  const { lang } = options
  const lines = typeLines(judgement.typeProblems, lang)
  let isFirstInFull = judgement.typeProblems.length === 0
  for (const verdict of judgement.verdicts) {
    if (judgement.spoiltByTypes.has(verdict.item)) {
      lines.push(`${paint('gray', '·')} ${verdict.item}  ${waits(verdict, lang)}`)
      continue
    }
    if (verdict.outcome === 'passed') lines.push(passedLine(verdict, lang))
    else if (isFirstInFull) {
      lines.push('', ...fullLines(verdict, options), '')
      isFirstInFull = false
    } else lines.push(...briefLines(verdict, lang))
  }
  return withoutDoubleGaps(lines)
}

/** What the learner can act on now, in full: the types, or the first item that did not pass. */
export function firstThing(judgement: Judgement, options: ScreenOptions): string[] {
  const open = openItems(judgement)
  if (judgement.typeProblems.length > 0) {
    return [...typeLines(judgement.typeProblems, options.lang), ...waitingLine(open.map(({ item }) => item), options.lang)]
  }
  const [first, ...others] = open
  if (first === undefined) return []
  return [...fullLines(first, options), ...waitingLine(others.map(({ item }) => item), options.lang)]
}

/** Items that have not passed, those the learner can act on first. */
export function openItems({ verdicts }: Judgement): Verdict[] {
  const rank = { failed: 0, inconclusive: 1, passed: 2 } as const
  return verdicts.filter(({ outcome }) => outcome !== 'passed').sort((a, b) => rank[a.outcome] - rank[b.outcome])
}

/** "1.2 s   (embedded, RabbitMQ 4.2.0, seed 20260719)". */
export function circumstanceWords({ ms, circumstances }: Judgement, lang: Language): string {
  const under = [circumstances.engine, ...circumstances.servers, `seed ${circumstances.seed}`].join(', ')
  return `${formatMs(ms, lang)}   ${paint('gray', `(${under})`)}`
}

/** The phrases that a pass rests on, item by item. */
export function witnessLine({ verdicts }: Judgement, lang: Language): string[] {
  const said = verdicts.flatMap((verdict) => {
    const figures = verdict.outcome === 'passed' ? verdict.figures.filter((figure) => figure.said !== undefined) : []
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

function fullLines(verdict: Verdict, { lang, repeatSuffix }: ScreenOptions): string[] {
  const task = verdict.item.split('.')[0] ?? verdict.item
  const repeat = `npm run check ${verdict.item}${repeatSuffix}`
  return renderVerdict(verdict, { lang, colour: hasColour, repeat, hint: `npm run hint ${task}` }).split('\n')
}

function passedLine(verdict: Verdict, lang: Language): string {
  return `${paint('green', '✓')} ${verdict.item}  ${inLanguage(verdict.promise, lang)}`
}

function briefLines(verdict: Verdict, lang: Language): string[] {
  const isFailed = verdict.outcome === 'failed'
  const said = verdict.outcome === 'failed' ? verdict.breach.said : verdict.outcome === 'inconclusive' ? verdict.cause : verdict.promise
  return [
    `${isFailed ? paint('red', '✗') : paint('yellow', '?')} ${verdict.item}  ${inLanguage(verdict.promise, lang)}`,
    `    ${paint('gray', inLanguage(said, lang))}`,
  ]
}

function waits(verdict: Verdict, lang: Language): string {
  return `${inLanguage(verdict.promise, lang)}  ${paint('gray', inLanguage(screenTexts.waitsForTypes, lang))}`
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
