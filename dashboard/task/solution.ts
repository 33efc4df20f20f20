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

export function solutionPart(task: Task, reader: Reader): Html {
  const { say } = reader
  const others = alternativesOf(task)
  return html`<details class="answer" open><summary>${say(taskTexts.reference)}</summary>${compareWithReference(task).map((each) => comparison(each, reader))}</details>
${others.map(({ name, way }) => html`<details class="answer"><summary>${name}${way === '' ? '' : html` <span class="quiet">${way}</span>`}</summary>${compareWithAlternative(task, name).map((each) => comparison(each, reader))}</details>`)}`
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
