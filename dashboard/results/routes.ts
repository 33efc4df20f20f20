/** The results page: what was measured, as charts and as the numbers behind them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Express, Request } from 'express'
import { z } from 'zod'
import { short } from '#lab/measure/table'
import { findTask, taskFolder } from '#workbook/course'
import type { Task } from '#workbook/registry'
import type { Dashboard } from '../dashboard.ts'
import { answered, readForm } from '../forms.ts'
import { copyable, framed, keyButton, tokenField } from '../frame.ts'
import { type Html, html } from '../html.ts'
import { sendLongPage } from '../long-page.ts'
import { type Reader, readerOf } from '../reader.ts'
import { Refused } from '../safety.ts'
import { frameTexts } from '../texts/frame.ts'
import { resultTexts } from '../texts/results.ts'
import { chartsOf, standalone } from './charts.ts'
import { csvOf, type Figures, figuresOf, percentileNames, stampOfFigures } from './figures.ts'

const measureForm = z.object({ task: z.string().max(40) })

export function resultRoutes(app: Express, dashboard: Dashboard): void {
  const { course, runs, hub } = dashboard
  const taskOf = (request: Request): Task => findTask(course, String(request.params['id']))

  app.get('/results', (request, response) => {
    const reader = readerOf(request)
    const body = html`<h1>${reader.say(frameTexts.results)}</h1><p>${reader.say(resultTexts.about)}</p><div id="results" data-refresh="/results/all">${resultParts(dashboard, reader)}</div>`
    sendLongPage(
      request,
      response,
      framed(dashboard, reader, { title: reader.say(frameTexts.results), page: 'results', body }),
    )
  })

  app.get('/results/all', (request, response) => {
    response.send(resultParts(dashboard, readerOf(request)).source)
  })

  app.get('/results/:id/figures.csv', (request, response) => {
    const task = taskOf(request)
    response
      .type('text/csv')
      .attachment(`${task.id}.csv`)
      .send(csvOf(figuresOf(task)))
  })

  app.get('/results/:id/:chart.svg', (request, response) => {
    const task = taskOf(request)
    const charts = chartsOf(figuresOf(task).figures, readerOf(request).lang)
    const chart = charts.find(({ name }) => name === request.params['chart'])
    if (chart === undefined) throw new Refused(404, frameTexts.notThere)
    response.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
    response.type('image/svg+xml').attachment(`${task.id}-${chart.name}.svg`).send(standalone(chart.svg))
  })

  app.post('/measures', (request, response) => {
    const task = findTask(course, readForm(measureForm, request).task)
    if (!isMeasurable(task)) throw new Refused(404, frameTexts.notThere)
    const run = runs.start({ kind: 'measure', task: task.id, args: ['measure', task.id, 'json'] })
    void run.ended.then(() => hub.tell({ kind: 'progress' }))
    answered(request, response, `/results#${task.id}`, { run: run.status })
  })
}

function isMeasurable(task: Task): boolean {
  return task.state === 'ready' && existsSync(join(taskFolder(task), 'measure.ts'))
}

function resultParts(dashboard: Dashboard, reader: Reader): Html {
  const measured = dashboard.course.path.filter(isMeasurable)
  if (measured.length === 0) return html`<p>${reader.say(resultTexts.none)}</p>`
  return html`${measured.map((task) => taskPart(dashboard, reader, task))}`
}

/** Charts as they were drawn last, by language and task: the files behind them change seldom, and drawing takes longest of all. */
const drawn = new Map<string, { readonly stamp: string; readonly part: Html }>()

function figuresPart(task: Task, reader: Reader): Html {
  const stamp = stampOfFigures(task)
  const key = `${reader.lang} ${task.id}`
  const known = drawn.get(key)
  if (known?.stamp === stamp) return known.part
  const part = drawFigures(figuresOf(task), reader)
  drawn.set(key, { stamp, part })
  return part
}

function taskPart({ safety, runs }: Dashboard, reader: Reader, task: Task): Html {
  const { say } = reader
  const running = runs.running('measure')?.request.task === task.id
  const last = runs.latest('measure', task.id)?.status
  return html`<section id="${task.id}" class="result" aria-labelledby="${task.id}-title">
<h2 id="${task.id}-title"><a href="/tasks/${task.id}">${task.id}</a> ${say(task.title)}</h2>
<form method="post" action="/measures" data-enhance>${tokenField(safety.token)}<span class="quiet">${say(resultTexts.command)}</span> ${copyable(`npm run measure ${task.id}`)} ${keyButton(running ? say(frameTexts.running) : say(resultTexts.measure), { name: 'task', value: task.id, label: `${say(resultTexts.measure)} ${task.id}` })}${last?.trouble === undefined ? '' : html`<p class="failed">${last.trouble}</p>`}</form>
${figuresPart(task, reader)}
</section>`
}

function drawFigures(all: Figures, reader: Reader): Html {
  const { say, lang } = reader
  const { task, figures, trouble } = all
  return html`${trouble === undefined ? '' : html`<p class="failed">${say(resultTexts.unreadable(trouble))}</p>`}
${
  figures.length === 0
    ? html`<p class="quiet">${say(resultTexts.none)}</p>`
    : html`<div class="charts">${chartsOf(figures, lang).map(({ name, title, svg }) => html`<figure><div class="scroll" tabindex="0" role="group" aria-label="${task.id}: ${title}">${svg}</div><figcaption>${title} · <a href="/results/${task.id}/${name}.svg" download>${say(resultTexts.svg)}</a></figcaption></figure>`)}</div>
${numbers(all, reader)}`
}`
}

function numbers({ task, figures }: Figures, { say, lang }: Reader): Html {
  return html`<details id="numbers-${task.id}"><summary>${say(resultTexts.numbers)}</summary><p><a href="/results/${task.id}/figures.csv" download>${say(resultTexts.csv)}</a></p><div class="scroll" tabindex="0" role="group" aria-label="${task.id}: ${say(resultTexts.numbers)}"><table><thead><tr><th scope="col">${say(resultTexts.figure)}</th><th scope="col">${say(resultTexts.whose)}</th><th scope="col">${say(resultTexts.value)}</th><th scope="col">n</th>${percentileNames.map((name) => html`<th scope="col">${name === 'p999' ? 'p99.9' : name}</th>`)}<th scope="col">${say(resultTexts.method)}</th><th scope="col">${say(resultTexts.under)}</th></tr></thead><tbody>
${figures.map((figure) => {
  const {
    said,
    whose,
    value,
    unit,
    n,
    percentiles,
    method,
    engine,
    server,
    seed,
    versions,
    machine,
    at,
    item,
  } = figure
  const libraries = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return html`<tr><th scope="row">${said[lang]}${item === undefined ? '' : html` <span class="quiet">${say(resultTexts.proves)} ${item}</span>`}</th><td>${resultTexts[whose][lang]}</td><td class="number">${short(value, lang)} ${unit}</td><td class="number">${n}</td>${percentileNames.map((name) => html`<td class="number">${percentiles === undefined ? '' : short(percentiles[name], lang)}</td>`)}<td>${method[lang]}</td><td>${engine}, ${server}, seed ${seed}, ${libraries.join(', ')}, ${machine}, ${at.slice(0, 10)}</td></tr>`
})}</tbody></table></div></details>`
}
