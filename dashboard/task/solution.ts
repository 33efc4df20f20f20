/** The learner's files beside the reference and the other right answers, line by line. */
import type { Hunk } from '#workbook/diff'
import type { Task } from '#workbook/registry'
import {
  alternativesOf,
  type Comparison,
  compareWithAlternative,
  compareWithReference,
} from '#workbook/solution'
import { solutionTexts } from '#workbook/texts/solution'
import { type Html, html } from '../html.ts'
import type { Reader } from '../reader.ts'
import { taskTexts } from '../texts/task.ts'

/** One tab for each answer, switched without scripts: a choice among them, and the panel that it shows. */
export function solutionPart(task: Task, reader: Reader): Html {
  const { say } = reader
  const answers = [
    { name: say(taskTexts.reference), way: '', compared: compareWithReference(task) },
    ...alternativesOf(task).map(({ name, way }) => ({
      name,
      way,
      compared: compareWithAlternative(task, name),
    })),
  ]
  return html`<fieldset class="tabs"><legend class="hidden">${say(taskTexts.solution)}</legend>${answers.map(({ name }, index) => html`<input type="radio" name="answer" id="answer-${index}"${index === 0 ? html` checked` : ''}><label for="answer-${index}">${name}</label>`)}
${answers.map(({ name, way, compared }) => html`<div class="answer" role="group" aria-label="${name}">${way === '' ? '' : html`<p>${way}</p>`}${compared.map((each) => comparison(each, reader))}</div>`)}</fieldset>`
}

function comparison({ file, yours, theirs, hunks }: Comparison, { say }: Reader): Html {
  const body =
    hunks === undefined
      ? html`<p>${say(solutionTexts.noReference)}</p>`
      : hunks.length === 0
        ? html`<p>${say(solutionTexts.same)}</p>`
        : html`<div class="scroll" tabindex="0" role="group" aria-label="${file}"><table class="diff"><caption class="hidden">${say(taskTexts.solution)}: ${file}</caption><tbody>${hunks.map((hunk) => hunkRows(hunk, say(solutionTexts.atLine(hunk.oldStart)), { removed: say(taskTexts.removed), added: say(taskTexts.added) }))}</tbody></table></div>`
  return html`<h3><code>${file}</code></h3><p class="quiet"><code>${yours}</code> → <code>${theirs}</code></p>${body}`
}

const signs = { same: ' ', removed: '−', added: '+' } as const

function hunkRows(
  hunk: Hunk,
  where: string,
  whose: { readonly removed: string; readonly added: string },
): Html {
  let line = hunk.oldStart
  const rows = hunk.lines.map(({ kind, text }) => {
    const number = kind === 'added' ? '' : line++
    const said = kind === 'same' ? '' : html`<span class="hidden">${whose[kind]}</span>`
    return html`<tr class="${kind}"><td class="number">${number}</td><td class="sign"><span aria-hidden="true">${signs[kind]}</span>${said}</td><td><code>${text}</code></td></tr>`
  })
  return html`<tr class="where"><td colspan="3">${where}</td></tr>${rows}`
}
