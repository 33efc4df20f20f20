/** The first page: where the learner stands, what comes next, and every item with its proof. */
import type { Language, Text } from '#lab/verdict'
import type { Fold, ItemProgress, ItemState, PartProgress, Sums, TaskProgress } from '#workbook/progress/fold'
import { nextStep } from '#workbook/progress/next-step'
import { evidenceWords } from '#workbook/progress/report'
import { formatDay, kindTexts, stateTexts } from '#workbook/progress/texts'
import { isVerified } from '#workbook/proof'
import type { Task } from '#workbook/registry'
import type { Dashboard } from '../dashboard.ts'
import { copyable, keyButton, tokenField } from '../frame.ts'
import { type Html, html } from '../html.ts'
import type { Reader } from '../reader.ts'
import { checkPlace } from '../runs/place.ts'
import { frameTexts } from '../texts/frame.ts'
import { progressTexts } from '../texts/progress.ts'

/** Shape and word tell the state; colour only helps. */
const marks: Readonly<Record<ItemState, string>> = { verified: '●', claimed: '◐', stale: '↻', open: '○' }

export function progressBody(dashboard: Dashboard, reader: Reader, fold: Fold): Html {
  const { say } = reader
  return html`<h1 class="hidden">${say(frameTexts.progress)}</h1>
${checkPlace(dashboard, reader)}
<div id="progress" data-refresh="/progress">
${progressParts(dashboard, reader, fold)}
</div>`
}

/** As they were made last: 387 items take longer to write than to send, and a page is asked for more often than it changes. */
const made = new WeakMap<Fold, Map<string, Html>>()

/** What changes when something is proven: fetched again by pages that are open. */
export function progressParts(dashboard: Dashboard, reader: Reader, fold: Fold): Html {
  const key = `${reader.lang} ${dashboard.runs.running('check')?.request.task ?? ''} ${dashboard.safety.token}`
  const known = made.get(fold) ?? new Map<string, Html>()
  made.set(fold, known)
  const parts = known.get(key) ?? makeParts(dashboard, reader, fold)
  known.set(key, parts)
  return parts
}

function makeParts(dashboard: Dashboard, reader: Reader, fold: Fold): Html {
  const { course, safety, runs } = dashboard
  const { say } = reader
  const byId = new Map(fold.tasks.map((each) => [each.task.id, each]))
  const running = runs.running('check')?.request.task
  const isDone = (id: string): boolean => {
    const sums = byId.get(id)?.sums
    return sums === undefined || sums.verified === sums.total
  }
  return html`<section class="standing" aria-label="${say(progressTexts.week)}">
  <div class="week"><p class="sums"><strong>${say(progressTexts.verifiedOf(fold.sums.verified, fold.sums.total))}</strong>
    <span>${say(progressTexts.claimed(fold.sums.claimed))}</span> <span>${say(progressTexts.stale(fold.sums.stale))}</span></p>
  ${shareBar(fold.sums, say(progressTexts.verifiedOf(fold.sums.verified, fold.sums.total)))}</div>
  ${nextForm(dashboard, reader, fold)}
</section>
<section aria-label="${say(progressTexts.parts)}" class="parts">
  ${fold.parts.map((part) => partBar(part, partTitleOf(course.parts, part.part), reader))}
</section>
<form method="post" action="/ticks" id="tasks" data-enhance aria-label="${say(progressTexts.tasks)}">
  ${tokenField(safety.token)}
  <div class="tools"><label>${say(frameTexts.filter)} <input type="search" id="filter" data-key="/" data-filters=".task" placeholder="${say(frameTexts.filterHint)}" autocomplete="off"></label>
  <label class="check"><input type="checkbox" id="only-open"> ${say(progressTexts.onlyOpen)}</label></div>
  ${course.path.map((task) => {
    const progress = byId.get(task.id)
    return progress === undefined
      ? ''
      : taskRow(task, progress, { reader, isRunning: running === task.id, isDone })
  })}
</form>
<p class="quiet">${say(progressTexts.runs(runsOf(fold)))}</p>`
}

function nextForm({ course, safety }: Dashboard, { say }: Reader, fold: Fold): Html {
  const { said, command } = nextStep(fold)
  const task =
    taskIn(command, course.tasks) ??
    course.path.find((each) => each.state === 'ready' && !isVerified(fold, each))
  return html`<form method="post" action="/checks" class="next" data-enhance>
  ${tokenField(safety.token)}
  <p><span class="quiet">${say(frameTexts.next)}</span> ${task === undefined ? '' : html`<a href="/tasks/${task.id}">${task.id}</a> `}${say(said)}</p>
  ${command === undefined ? '' : copyable(command)}
  ${task === undefined || task.state === 'planned' ? '' : keyButton(say(frameTexts.check), { key: 'c', name: 'task', value: task.id, primary: true })}
  ${task === undefined ? '' : html`<a class="button" href="/tasks/${task.id}" data-key="o">${say(progressTexts.openTask)} <kbd>o</kbd></a>`}
</form>`
}

/** The task that a command names. */
function taskIn(command: string | undefined, tasks: readonly Task[]): Task | undefined {
  const words = command?.split(' ') ?? []
  return tasks.find(({ id }) => words.includes(id))
}

function partTitleOf(parts: readonly { readonly id: string; readonly title: Text }[], id: string): Text {
  return parts.find((part) => part.id === id)?.title ?? { en: id, vi: id }
}

function partBar({ part, sums }: PartProgress, title: Text, { say }: Reader): Html {
  return html`<div class="part"><span>${say(title)}</span>
  ${shareBar(sums, `${say(title)}: ${say(progressTexts.verifiedOf(sums.verified, sums.total))}`)}
  <span class="number" data-part="${part}">${sums.verified}/${sums.total}</span></div>`
}

/** How much is verified, claimed and stale, one behind the other. Without a label it only shows what words beside it say. */
function shareBar(sums: Sums, label?: string): Html {
  const states = ['verified', 'claimed', 'stale'] as const
  const rects = states.map((state, index) => {
    const before = states.slice(0, index).reduce((all, each) => all + sums[each], 0)
    return sums[state] === 0
      ? ''
      : html`<rect class="${state}" x="${before}" y="0" width="${sums[state]}" height="1"/>`
  })
  return html`<svg class="share" viewBox="0 0 ${Math.max(1, sums.total)} 1" preserveAspectRatio="none"${label === undefined ? html` aria-hidden="true"` : html` role="img" aria-label="${label}"`}>${rects}</svg>`
}

function taskRow(
  task: Task,
  { items, sums }: TaskProgress,
  {
    reader,
    isRunning,
    isDone,
  }: { readonly reader: Reader; readonly isRunning: boolean; readonly isDone: (task: string) => boolean },
): Html {
  const { say, lang } = reader
  const state = stateOf(sums)
  // What comes first is said where nothing has been done yet.
  const before = sums.open === sums.total ? task.needs.filter((id) => !isDone(id)) : []
  const missing = before.length === 0 ? undefined : say(progressTexts.needs(before.join(', ')))
  const isPlanned = task.state === 'planned'
  return html`<details class="task ${state}" id="${task.id}" data-left="${String(sums.verified < sums.total)}">
<summary><span class="mark" aria-hidden="true">${marks[state]}</span> <span class="id">${task.id}</span>
  <span class="title">${say(task.title)}</span>
  <span class="quiet state">${isPlanned ? say(frameTexts.planned) : (missing ?? stateWords(items, sums, reader))}</span>
  <span class="quiet engines">${[...enginesOf(items), dayOf(items, lang)].filter((word) => word !== '').join(' · ')}</span>
  ${shareBar(sums)}
  <span class="number">${sums.verified}/${sums.total}</span></summary>
<div class="inside">
  <p class="quiet">${task.minutes === undefined ? '' : html`${say(progressTexts.minutes(task.minutes))} · `}${task.engine}${task.needs.length === 0 ? '' : html` · ${say(progressTexts.needs(task.needs.join(', ')))}`}</p>
  ${isPlanned ? '' : html`<p>${keyButton(isRunning ? say(frameTexts.running) : say(frameTexts.check), { name: 'task', value: task.id, action: '/checks', label: `${say(frameTexts.check)} ${task.id}` })} <a href="/tasks/${task.id}">${say(progressTexts.openTask)} ${task.id}</a></p>`}
  <ul class="items">${items.map((item) => itemLine(item, reader))}</ul>
</div></details>`
}

function itemLine(progress: ItemProgress, { say, lang }: Reader): Html {
  const { item, state, isTicked } = progress
  const kinds = item.evidence.map((kind) => say(kindTexts[kind as keyof typeof kindTexts]))
  const label = `${isTicked ? say(progressTexts.untick) : say(progressTexts.tick)} ${item.id}`
  return html`<li class="${state}" id="${item.id}"><button class="tick" name="tick" value="${isTicked ? '-' : '+'}${item.id}" role="checkbox" aria-checked="${String(isTicked)}" aria-label="${label}" title="${label}">${isTicked ? '☑' : '☐'}</button>
  <span class="mark" aria-hidden="true">${marks[state]}</span><div><code>${item.id}</code> ${say(item.text)}
  <span class="proof">${say(stateTexts[state])} · ${say(progressTexts.provenBy)} ${kinds.join(', ')}</span>
  ${evidenceWords(progress, lang).map((words) => html`<span class="proof">${words}</span>`)}</div></li>`
}

/** Where its proofs were taken. */
function enginesOf(items: readonly ItemProgress[]): string[] {
  const met = items.flatMap(({ proof }) =>
    proof === undefined || proof.circumstances.servers.length === 0 ? [] : [proof.circumstances.engine],
  )
  return [...new Set(met)].sort()
}

/** The day of its latest proof. */
function dayOf(items: readonly ItemProgress[], lang: Language): string {
  const latest = items
    .flatMap(({ proof }) => proof?.when ?? [])
    .toSorted()
    .at(-1)
  return latest === undefined ? '' : formatDay(latest, lang)
}

function stateWords(items: readonly ItemProgress[], sums: Sums, { say }: Reader): string {
  const changed = [...new Set(items.flatMap(({ changed: file }) => file?.file.split('/').at(-1) ?? []))]
  const stale = say(progressTexts.stale(sums.stale))
  const words = [
    sums.stale === 0
      ? ''
      : changed.length === 0
        ? stale
        : say(progressTexts.changed(changed.join(', '), sums.stale)),
    sums.claimed > 0 ? say(progressTexts.claimed(sums.claimed)) : '',
    sums.open > 0 && sums.verified > 0 ? say(progressTexts.open(sums.open)) : '',
  ].filter((each) => each !== '')
  return words.length > 0 ? words.join(' · ') : say(stateTexts[stateOf(sums)])
}

/** The state that a whole task shows: what needs a hand first. */
function stateOf({ verified, stale, claimed, total }: Sums): ItemState {
  if (stale > 0) return 'stale'
  if (verified === total) return 'verified'
  return verified + claimed > 0 ? 'claimed' : 'open'
}

function runsOf({ runs }: Fold): string {
  return Object.entries(runs)
    .filter(([engine, count]) => engine !== 'url' || count > 0)
    .map(([engine, count]) => `${engine} ${count}`)
    .join(', ')
}
