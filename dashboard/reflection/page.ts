/** Looking back: the learner's text, and beside it what their own runs have left to write about. */

import type { Fold } from '#workbook/progress/fold'
import {
  type Calibration,
  calibrate,
  confidence,
  gapMax,
  ratings,
  weakSpots,
} from '#workbook/progress/ratings'
import { type Fills, reflectionHeadings } from '#workbook/progress/reflection'
import { readReflection, reflectionPath } from '#workbook/progress/reflection-file'
import type { Task } from '#workbook/registry'
import { shownPath } from '#workbook/root'
import { rateTexts } from '#workbook/texts/rate'
import type { Dashboard } from '../dashboard.ts'
import { copyable, keyButton, tokenField } from '../frame.ts'
import { type Html, html } from '../html.ts'
import type { Reader } from '../reader.ts'
import { checkPlace } from '../runs/place.ts'
import { verdictPart } from '../task/verdict.ts'
import { frameTexts } from '../texts/frame.ts'
import { reflectionTexts } from '../texts/reflection.ts'
import { taskTexts } from '../texts/task.ts'
import { stampOf } from './text-file.ts'

/** What is asked for in the whole text, words. */
const wordsMin = 500

export function reflectionBody(
  dashboard: Dashboard,
  reader: Reader,
  { task, fold, fills }: { readonly task: Task; readonly fold: Fold; readonly fills: Fills },
): Html {
  const { say } = reader
  const text = readReflection(task)
  return html`<h1>${say(frameTexts.reflection)}</h1><p>${say(reflectionTexts.about)}</p>
<div class="columns">
<section aria-labelledby="text-title" class="writing"><h2 id="text-title">${say(reflectionTexts.yours)}</h2>
<form method="post" action="/reflection" id="reflection">${tokenField(dashboard.safety.token)}<input type="hidden" name="was" value="${stampOf(text)}">
<p class="quiet">${copyable(shownPath(reflectionPath(task)))} <span id="words" data-said="${say(reflectionTexts.words(0, wordsMin))}"></span> <strong id="unsaved" class="stale" hidden>${say(reflectionTexts.unsaved)}</strong></p>
<textarea name="text" rows="30" spellcheck="false" aria-labelledby="text-title" data-changed="${say(reflectionTexts.changedMeanwhile)}">
${text}</textarea>
<p class="tools">${keyButton(say(reflectionTexts.save), { key: 's', primary: true })}${keyButton(say(reflectionTexts.fill), { key: 'f', action: '/reflection/traces' })}</p></form></section>
<aside aria-label="${say(reflectionTexts.material)}"><div id="material" data-refresh="/reflection/material">${materialPart(dashboard, reader, { fold, fills })}</div>
<section aria-labelledby="verdict-title"><h2 id="verdict-title">${say(taskTexts.lastVerdict)}</h2>
<form method="post" action="/checks" data-enhance>${tokenField(dashboard.safety.token)}<input type="hidden" name="task" value="${task.id}">${keyButton(say(frameTexts.check), { key: 'c' })} <a href="/tasks/${task.id}">${task.id}</a></form>
${checkPlace(dashboard, reader, task.id)}<div id="verdict" data-refresh="/tasks/${task.id}/verdict">${verdictPart(reader, task)}</div></section></aside></div>`
}

/** Fetched again when something was proven, measured or answered. */
export function materialPart(
  { safety }: Dashboard,
  reader: Reader,
  { fold, fills }: { readonly fold: Fold; readonly fills: Fills },
): Html {
  const { say } = reader
  const headings = Object.entries(reflectionHeadings).filter(([part]) => part !== 'goals')
  const weak = weakSpots(fold)
  return html`<section aria-labelledby="material-title"><h2 id="material-title">${say(reflectionTexts.material)}</h2>
<dl class="material">${headings.map(([part, heading]) => {
    const lines = fills[part as keyof Fills] ?? []
    return html`<dt>${say(heading)}</dt>${lines.length === 0 ? html`<dd class="quiet">${say(reflectionTexts.nothingYet)}</dd>` : lines.map((line) => html`<dd>${say(line)}</dd>`)}`
  })}</dl></section>
<section aria-labelledby="ratings-title"><h2 id="ratings-title">${say(reflectionTexts.ratings)}</h2>
<form method="post" action="/ratings" data-enhance class="ratings">${tokenField(safety.token)}
${calibrate(fold, [...ratings, confidence]).map((each) => ratingLine(each, reader))}
<p>${keyButton(say(reflectionTexts.rate), { key: 'k' })}</p></form></section>
${weak.length === 0 ? '' : html`<section aria-labelledby="weak-title"><h2 id="weak-title">${say(reflectionTexts.weak)}</h2><ul>${weak.map(({ part, task, open }) => html`<li><a href="/tasks/${task}">${task}</a> <span class="quiet">${say(rateTexts.weakSpot(part, open))}</span></li>`)}</ul></section>`}`
}

/** The rating, what is proven beside it, and whether the two agree. */
function ratingLine({ rated, rating, verified, of, gap }: Calibration, { say }: Reader): Html {
  const { name, ask } = rated
  const verdict =
    gap === undefined
      ? undefined
      : gap > gapMax
        ? rateTexts.above
        : gap < -gapMax
          ? rateTexts.below
          : rateTexts.agree
  return html`<div class="rating"><label for="rating-${name}">${say(ask)}</label><input type="number" id="rating-${name}" name="${name}" min="1" max="10" step="1" value="${rating ?? ''}" inputmode="numeric"><meter min="0" max="${Math.max(1, of)}" value="${verified}" aria-label="${say(rateTexts.proven(verified, of))}"></meter><span class="quiet">${say(rateTexts.proven(verified, of))}${verdict === undefined ? '' : html` · ${say(verdict)}`}</span></div>`
}
