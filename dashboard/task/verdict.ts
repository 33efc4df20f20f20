/** The last verdict of a task, in the terminal's own words, with its trace drawn. */
import type { Failed, Inconclusive, Verdict } from '#lab/verdict'
import { formatMs } from '#lab/verdict/language'
import { saidFigures, saidMessages, sentence, showPlace, verdictWords } from '#lab/verdict/render'
import { hashFiles } from '#workbook/progress/files'
import { formatDay } from '#workbook/progress/texts'
import type { Task } from '#workbook/registry'
import { root } from '#workbook/root'
import { type KeptVerdicts, readVerdicts } from '#workbook/state/verdicts'
import { screenTexts } from '#workbook/texts/screen'
import { copyable } from '../frame.ts'
import { type Html, html } from '../html.ts'
import type { Reader } from '../reader.ts'
import { taskTexts } from '../texts/task.ts'
import { drawLanes } from './lanes.ts'

type Kept = KeptVerdicts['items'][string]

const marks = { passed: '✓', failed: '✗', inconclusive: '?' } as const

/** Nothing was checked yet: what would be. */
export function verdictPart(reader: Reader, task: Task): Html {
  const { say } = reader
  const kept = readVerdicts(task.id)
  const shown = task.items.flatMap(({ id }) => kept.items[id] ?? [])
  if (shown.length === 0 && kept.typeProblems.length === 0)
    return html`<p class="quiet">${say(taskTexts.noVerdict)}</p>`
  const latest = shown
    .map(({ when }) => when)
    .sort()
    .at(-1)
  const first = shown
    .filter(({ verdict }) => verdict.outcome !== 'passed')
    .toSorted((a, b) => rank(a.verdict) - rank(b.verdict))[0]
  return html`${latest === undefined ? '' : html`<p class="quiet">${say(taskTexts.checkedOn(formatDay(latest, 'en'), formatDay(latest, 'vi')))}${isCurrent(task, kept) ? '' : html` · <strong class="stale">↻ ${say(taskTexts.changedSince)}</strong>`}</p>`}
${typeProblems(kept, reader)}
<ul class="verdicts">${shown.map((each) => (each === first && kept.typeProblems.length === 0 ? fullVerdict(each, reader) : briefVerdict(each.verdict, reader)))}</ul>`
}

/** Whether the learner's files are what was judged. */
function isCurrent(task: Task, { subjects }: KeptVerdicts): boolean {
  const now = hashFiles(root, task)
  return Object.entries(subjects).every(([file, hash]) => now[file] === hash)
}

/** What the learner can act on comes first. */
function rank({ outcome }: Verdict): number {
  return outcome === 'failed' ? 0 : 1
}

function typeProblems({ typeProblems: problems }: KeptVerdicts, { say }: Reader): Html {
  if (problems.length === 0) return html``
  return html`<div class="failed block"><p>✗ ${say(screenTexts.types)}</p><ul>${problems.slice(0, 5).map(({ file, line, message, code }) => html`<li>${copyable(`${file}:${line}`)}<br>${message} <span class="quiet">${code}</span></li>`)}</ul></div>`
}

function briefVerdict(verdict: Verdict, { lang, say }: Reader): Html {
  const { outcome, item, promise } = verdict
  const more =
    outcome === 'passed'
      ? saidFigures(
          verdict.figures.filter(({ said }) => said !== undefined),
          lang,
        )
      : sentence(say(outcome === 'failed' ? verdict.breach.said : verdict.cause))
  return html`<li class="${outcome}"><span class="mark" aria-hidden="true">${marks[outcome]}</span> <code>${item}</code> ${say(promise)} <span class="hidden">${say(taskTexts.outcomes[outcome])}</span>${more === '' ? '' : html`<span class="proof">${more}</span>`}</li>`
}

function fullVerdict(kept: Kept, reader: Reader): Html {
  const { verdict, circumstances } = kept
  const { engine, seed } = circumstances
  const repeat = `npm run check ${verdict.item}${engine === 'embedded' ? '' : ` engine=${engine}`} seed=${seed}`
  if (verdict.outcome === 'failed') return failedVerdict(verdict, { repeat, reader })
  if (verdict.outcome === 'inconclusive') return inconclusiveVerdict(verdict, { repeat, reader })
  return briefVerdict(verdict, reader)
}

function failedVerdict(
  { item, promise, breach, ms }: Failed,
  { repeat, reader }: { readonly repeat: string; readonly reader: Reader },
): Html {
  const { say, lang } = reader
  return html`<li class="failed block first"><p><span class="mark" aria-hidden="true">✗</span> <code>${item}</code> <strong>${say(promise)}</strong> <span class="hidden">${say(taskTexts.outcomes.failed)}</span></p>
<p>${sentence(say(breach.said))}</p>
${drawLanes(breach.trace, lang, say(taskTexts.lanes))}
${breach.messages.length === 0 ? '' : html`<p>${say(verdictWords.messages)}: <code>${saidMessages(breach.messages, lang)}</code></p>`}
${breach.places.length === 0 ? '' : html`<p>${say(verdictWords.look)} ${breach.places.map((place) => html`${copyable(showPlace(place))} `)}</p>`}
<p>${say(verdictWords.repeat)}: ${copyable(repeat)} <span class="quiet">${formatMs(ms, lang)}</span></p></li>`
}

function inconclusiveVerdict(
  { item, cause, enginesThatCan }: Inconclusive,
  { repeat, reader }: { readonly repeat: string; readonly reader: Reader },
): Html {
  const { say } = reader
  const [engine] = enginesThatCan
  const command = engine === undefined ? repeat : `${repeat.replace(/\s+engine=\S+/, '')} engine=${engine}`
  return html`<li class="inconclusive block first"><p><span class="mark" aria-hidden="true">?</span> <code>${item}</code> <strong>${say(verdictWords.inconclusive)}</strong></p>
<p>${sentence(say(cause))} ${say(verdictWords.notJudged)}</p>
<p>${say(engine === undefined ? verdictWords.repeat : verdictWords.withEngine)}: ${copyable(command)}</p></li>`
}
