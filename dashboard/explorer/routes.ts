/** The explorer: every moment of a run at which something crashes, as a strip; behind each cell what happened in that run. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Express } from 'express'
import { z } from 'zod'
import type { RunEvent, RunEventOf } from '#lab/verdict/events'
import { formatNumber } from '#lab/verdict/language'
import { sentence, showPlace, verdictWords } from '#lab/verdict/render'
import { findTask, taskFolder } from '#workbook/course'
import type { Task } from '#workbook/registry'
import { overlayNames } from '#workbook/runner/subject'
import { exploreTexts } from '#workbook/texts/explore'
import type { Dashboard } from '../dashboard.ts'
import { answered, readForm, readQuery } from '../forms.ts'
import { copyable, framed, keyButton, tokenField } from '../frame.ts'
import { type Html, html } from '../html.ts'
import { type Reader, readerOf } from '../reader.ts'
import type { Run } from '../runs/run.ts'
import { Refused } from '../safety.ts'
import { drawLanes } from '../task/lanes.ts'
import { explorerTexts } from '../texts/explorer.ts'
import { frameTexts } from '../texts/frame.ts'
import { taskTexts } from '../texts/task.ts'

const pageQuery = z.object({
  task: z.string().max(40).optional(),
  cell: z.coerce.number().int().nonnegative().optional(),
})
const startForm = z.object({
  task: z.string().max(40),
  crash: z.enum(['subject', 'broker', 'connection']).default('subject'),
  subject: z.string().max(80).default('mine'),
  /** Words by which a counter-example is played again. */
  at: z
    .string()
    .regex(/^[a-zA-Z0-9:.,-]{1,400}$/)
    .optional(),
  messages: z.coerce.number().int().positive().max(1000).optional(),
})

type Schedule = RunEventOf<'schedule'>

export function explorerRoutes(app: Express, dashboard: Dashboard): void {
  const { course, runs } = dashboard
  const explorable = course.path.filter(isExplorable)

  app.get('/explorer', (request, response) => {
    const reader = readerOf(request)
    const { task: id, cell } = readQuery(pageQuery, request)
    const latest = runs.running('explore') ?? runs.latest('explore', id)
    const named = id ?? latest?.request.task
    const task = named === undefined ? explorable[0] : findTask(course, named)
    const body = bodyOf(dashboard, reader, {
      explorable,
      task,
      run: task === undefined ? undefined : runs.latest('explore', task.id),
      cell,
    })
    response.send(
      framed(dashboard, reader, {
        title: reader.say(frameTexts.explorer),
        page: 'explorer',
        body,
        modules: ['explorer.js'],
      }),
    )
  })

  /** What has been found so far; asked for again while the run goes on. */
  app.get('/explorer/:run', (request, response) => {
    const run = runs.find(String(request.params['run']))
    if (run === undefined) throw new Refused(404, frameTexts.notThere)
    const { cell } = readQuery(pageQuery, request)
    response.send(foundPart(run, readerOf(request), { cell, token: dashboard.safety.token }).source)
  })

  app.post('/explorations', (request, response) => {
    const form = readForm(startForm, request)
    const task = findTask(course, form.task)
    if (!isExplorable(task) || !subjectsOf(task).includes(form.subject))
      throw new Refused(404, frameTexts.notThere)
    const words = [
      ...(form.subject === 'mine' ? [] : [`subject=${form.subject}`]),
      ...(form.crash === 'subject' ? [] : [`crash=${form.crash}`]),
      ...(form.messages === undefined ? [] : [`messages=${form.messages}`]),
      ...(form.at === undefined ? [] : [`at=${form.at}`]),
    ]
    const run = runs.start({ kind: 'explore', task: task.id, args: ['explore', task.id, 'events', ...words] })
    answered(request, response, `/explorer?task=${task.id}`, { run: run.status })
  })
}

function isExplorable(task: Task): boolean {
  return task.state === 'ready' && existsSync(join(taskFolder(task), 'explore.ts'))
}

function subjectsOf(task: Task): string[] {
  return ['mine', 'reference', ...overlayNames(task, 'wrong').map((name) => `wrong/${name}`)]
}

interface Chosen {
  readonly explorable: readonly Task[]
  readonly task: Task | undefined
  readonly run: Run | undefined
  readonly cell: number | undefined
}

function bodyOf({ safety }: Dashboard, reader: Reader, { explorable, task, run, cell }: Chosen): Html {
  const { say } = reader
  if (task === undefined)
    return html`<h1>${say(frameTexts.explorer)}</h1><p>${say(explorerTexts.noTasks)}</p>`
  const wrong = overlayNames(task, 'wrong')
  return html`<h1>${say(frameTexts.explorer)}</h1><p>${say(explorerTexts.about)}</p>
<div class="bar"><form method="get" action="/explorer" class="tools" data-at-once><label>${say(frameTexts.task)} <select name="task">${explorable.map((each) => html`<option value="${each.id}"${each.id === task.id ? html` selected` : ''}>${each.id} ${say(each.title)}</option>`)}</select></label><noscript>${keyButton(say(frameTexts.show))}</noscript></form>
<form method="post" action="/explorations" class="tools" id="start-form">${tokenField(safety.token)}<input type="hidden" name="task" value="${task.id}">
<label>${say(explorerTexts.whose)} <select name="subject"><option value="mine">${say(explorerTexts.mine)}</option><option value="reference">${say(explorerTexts.reference)}</option><optgroup label="${say(explorerTexts.wrong)}">${wrong.map((name) => html`<option value="wrong/${name}">${name}</option>`)}</optgroup></select></label>
<label>${say(explorerTexts.crash)} <select name="crash">${(['subject', 'broker', 'connection'] as const).map((crash) => html`<option value="${crash}">${say(explorerTexts.crashes[crash])}</option>`)}</select></label>
${keyButton(say(explorerTexts.start), { key: 's', primary: true })}<button type="button" id="explore-stop" data-key="x" aria-keyshortcuts="x">${say(frameTexts.stop)} <kbd>x</kbd></button></form></div>
<div id="found" data-is-running="${String(run?.isRunning === true)}" data-run="${run?.id ?? ''}" data-cell="${cell === undefined ? '' : String(cell)}" aria-live="polite">${run === undefined ? html`<div class="empty"><ol class="strip" aria-hidden="true">${Array.from({ length: 12 }, () => html`<li><span class="cell">·</span></li>`)}</ol><p class="quiet">${say(explorerTexts.none)}</p></div>` : foundPart(run, reader, { cell, token: safety.token })}</div>`
}

/** The strip, the verdict, and the run behind the chosen cell; the counter-example's is open already. */
function foundPart(
  run: Run,
  reader: Reader,
  { cell, token }: { readonly cell: number | undefined; readonly token: string },
): Html {
  const { say, lang } = reader
  const events = run.after(0).map(({ event }) => event)
  const schedules = schedulesIn(events)
  const verdict = last(events, 'verdict')?.verdict
  const explored = last(events, 'explored')
  const { status } = run
  const shown = cell === undefined ? undefined : schedules[cell]
  const said = last(events, 'say')
  const perSecond =
    explored === undefined || explored.ms === 0
      ? ''
      : formatNumber((explored.schedules / explored.ms) * 1000, lang)
  const circumstances = last(events, 'run')?.circumstances
  return html`<p class="quiet">${copyable(status.command)} ${status.state === 'running' ? say(frameTexts.running) : ''}</p>
${status.trouble === undefined ? '' : html`<p class="failed">${status.trouble}</p>`}
${verdict === undefined && said !== undefined ? html`<p class="notice">${sentence(say(said.text))}</p>` : ''}
${schedules.length === 0 ? '' : html`<section aria-label="${say(explorerTexts.strip)}"><h2>${say(explorerTexts.strip)}</h2><ol class="strip">${schedules.map((each) => cellOf(each, run, { reader, isShown: each === shown }))}</ol><p class="legend">${(['held', 'broken', 'unreached', 'inconclusive', 'planned'] as const).map((state) => html`<span><span class="cell ${state}" aria-hidden="true">${signs[state]}</span> ${say(explorerTexts.states[state])}</span> `)}</p></section>`}
${explored === undefined || perSecond === '' ? '' : html`<p class="quiet">${say(exploreTexts.summary({ ...explored, perSecond, seed: circumstances?.seed ?? 0 }))}</p>`}
${shown === undefined ? '' : runPart(shown, run, { reader, token })}
${verdict === undefined || shown !== undefined ? '' : verdictPart(verdict, explored, { reader, run, token })}`
}

const signs = { planned: '·', held: '✓', broken: '✗', unreached: '–', inconclusive: '?' } as const

function cellOf(
  { index, moments, state }: Schedule,
  run: Run,
  { reader, isShown }: { readonly reader: Reader; readonly isShown: boolean },
): Html {
  const { say } = reader
  const label = `${moments || '0'}: ${say(explorerTexts.states[state])}`
  return html`<li><a class="cell ${state}" href="/explorer?task=${run.request.task}&amp;cell=${index}" data-cell="${index}" title="${label}" aria-label="${label}"${isShown ? html` aria-current="true"` : ''}>${signs[state]}</a></li>`
}

function runPart(
  schedule: Schedule,
  run: Run,
  { reader, token }: { readonly reader: Reader; readonly token: string },
): Html {
  const { say, lang } = reader
  const { moments, state, trace } = schedule
  return html`<section class="block ${state === 'broken' ? 'failed' : ''}"><h2>${say(explorerTexts.showing(moments))}</h2><p>${signs[state]} ${say(explorerTexts.states[state])}</p>${trace === undefined || trace.length === 0 ? html`<p class="quiet">${say(explorerTexts.noTrace)}</p>` : drawLanes(trace, lang, say(taskTexts.lanes))}${replayForm(moments, run, { reader, token })}</section>`
}

function verdictPart(
  verdict: RunEventOf<'verdict'>['verdict'],
  explored: RunEventOf<'explored'> | undefined,
  { reader, run, token }: { readonly reader: Reader; readonly run: Run; readonly token: string },
): Html {
  const { say, lang } = reader
  const head = html`<p><code>${verdict.item}</code> <strong>${say(verdict.promise)}</strong></p>`
  if (verdict.outcome === 'passed')
    return html`<section class="block passed">${head}<p>✓ ${verdict.figures
      .map(({ said }) => (said === undefined ? '' : say(said)))
      .filter((words) => words !== '')
      .join(' · ')}</p></section>`
  if (verdict.outcome === 'inconclusive')
    return html`<section class="block inconclusive">${head}<p>? ${say(verdictWords.inconclusive)}: ${sentence(say(verdict.cause))}</p></section>`
  const { said, trace, places } = verdict.breach
  const moments = /\bat=(\S+)/.exec(explored?.replay ?? '')?.[1]
  const messages = Number(/\bmessages=(\d+)/.exec(explored?.replay ?? '')?.[1] ?? 0)
  return html`<section class="block failed"><h2>${say(explorerTexts.counter)}</h2>${head}<p>✗ ${sentence(say(said))}</p>${drawLanes(trace, lang, say(taskTexts.lanes))}
${places.length === 0 ? '' : html`<p>${say(verdictWords.look)} ${places.map((place) => html`${copyable(showPlace(place))} `)}</p>`}
${moments === undefined ? html`<p>${say(exploreTexts.withoutCrash)}</p>` : replayForm(moments, run, { reader, token, messages })}</section>`
}

function replayForm(
  moments: string,
  { request }: Run,
  {
    reader,
    token,
    messages = 0,
  }: { readonly reader: Reader; readonly token: string; readonly messages?: number },
): Html {
  const word = (name: string): string | undefined =>
    request.args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1)
  return html`<form method="post" action="/explorations" data-enhance>${tokenField(token)}<input type="hidden" name="task" value="${request.task}"><input type="hidden" name="subject" value="${word('subject') ?? 'mine'}"><input type="hidden" name="crash" value="${word('crash') ?? 'subject'}"><input type="hidden" name="at" value="${moments}">${messages > 0 ? html`<input type="hidden" name="messages" value="${messages}">` : ''}${keyButton(reader.say(explorerTexts.replay), { key: 'r' })}</form>`
}

/** The latest that was told of each. */
function schedulesIn(events: readonly RunEvent[]): Schedule[] {
  const schedules: Schedule[] = []
  for (const event of events) if (event.kind === 'schedule') schedules[event.index] = event
  return schedules.filter((each) => each !== undefined)
}

function last<Kind extends RunEvent['kind']>(
  events: readonly RunEvent[],
  kind: Kind,
): RunEventOf<Kind> | undefined {
  return events.findLast((event): event is RunEventOf<Kind> => event.kind === kind)
}
