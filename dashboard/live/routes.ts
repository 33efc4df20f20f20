/** The live lab: a scenario on a stage, the wire beneath it, and the faults beside it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Express } from 'express'
import { z } from 'zod'
import { findTask, taskFolder } from '#workbook/course'
import type { Task } from '#workbook/registry'
import { readStudy } from '#workbook/state/study'
import { isLesson, type Lesson } from '#workbook/study/lessons'
import { keepPrediction, keyOf, noPrediction } from '#workbook/study/predictions'
import { studyTexts } from '#workbook/texts/study'
import type { Dashboard } from '../dashboard.ts'
import { answered, readForm, readQuery } from '../forms.ts'
import { framed, keyButton, tokenField } from '../frame.ts'
import { type Html, html } from '../html.ts'
import { lessonOf } from '../lessons.ts'
import { renderProse } from '../markdown.ts'
import { type Reader, readerOf } from '../reader.ts'
import type { Run } from '../runs/run.ts'
import { Refused } from '../safety.ts'
import { frameTexts } from '../texts/frame.ts'
import { liveTexts } from '../texts/live.ts'
import { handsOf } from './hands.ts'
import { emptyStage, Stage } from './stage.ts'

/** How often the run tells what its brokers look like, milliseconds. */
const picturesEveryMs = 250

type Experiment = Lesson['experiments'][number]

const pageQuery = z.object({ task: z.string().max(40).optional(), experiment: z.string().max(80).optional() })
const startForm = z.object({
  task: z.string().max(40),
  experiment: z.string().max(80).optional(),
  guess: z.string().max(80).optional(),
  subject: z.enum(['mine', 'reference']).default('mine'),
  engine: z.enum(['embedded', 'local', 'docker', 'url']).default('embedded'),
})

export function liveRoutes(app: Express, dashboard: Dashboard): void {
  const { course, runs, hub } = dashboard
  const stages = new WeakMap<Run, Stage>()
  const playable = course.path.filter(isPlayable)

  app.get('/live', async (request, response) => {
    const reader = readerOf(request)
    const { task: id, experiment: name } = readQuery(pageQuery, request)
    const running = runs.running('live')
    const task =
      id === undefined
        ? (course.tasks.find((each) => each.id === running?.request.task) ?? playable[0])
        : findTask(course, id)
    const lesson = task !== undefined && isPlayable(task) && isLesson(task) ? await lessonOf(task) : undefined
    const experiment = lesson === undefined ? undefined : chosenOf(lesson, task, name)
    const body = bodyOf(dashboard, reader, { playable, task, lesson, experiment, stage: stageOf(running) })
    response.send(
      framed(dashboard, reader, {
        title: reader.say(frameTexts.live),
        page: 'live',
        body,
        modules: ['live.js'],
      }),
    )
  })

  app.post('/lives', async (request, response) => {
    const form = readForm(startForm, request)
    const task = findTask(course, form.task)
    if (!isPlayable(task)) throw new Refused(404, frameTexts.notThere)
    const engine = form.engine === 'embedded' ? [] : [`engine=${form.engine}`]
    const experiment = isLesson(task) ? chosenOf(await lessonOf(task), task, form.experiment) : undefined
    const words =
      experiment === undefined ? [form.subject === 'reference' ? 'reference' : 'live'] : [experiment.name]
    const args = ['exercise', task.id, ...words, 'events', ...engine]
    const env = { MQ_PICTURES: String(picturesEveryMs) }
    const run = runs.start({ kind: 'live', task: task.id, args, env })
    stages.set(run, new Stage(run, hub))
    if (experiment !== undefined)
      keepOutcome(run, { task, engine: form.engine, experiment, guess: form.guess })
    const path = `/live?task=${task.id}${experiment === undefined ? '' : `&experiment=${experiment.name}`}`
    answered(request, response, path, { run: run.status })
  })

  /** What stands on the stage now: of the run that goes on, or of the last one. */
  app.get('/runs/:id/stage', (request, response) => {
    const reader = readerOf(request)
    const stage = stageOf(runs.find(String(request.params['id'])))
    if (stage === undefined) throw new Refused(404, frameTexts.notThere)
    response.json({
      ...stage.shown(reader),
      drawing: stage.draw(reader).source,
      clients: stage.clients(reader).source,
    })
  })

  app.get('/live/outcome', async (request, response) => {
    const { task: id = '', experiment: name } = readQuery(pageQuery, request)
    const task = findTask(course, id)
    if (!isPlayable(task) || !isLesson(task)) throw new Refused(404, frameTexts.notThere)
    const experiment = chosenOf(await lessonOf(task), task, name)
    response.send(experiment === undefined ? '' : outcomePart(task, experiment, readerOf(request)).source)
  })

  function stageOf(run: Run | undefined): Stage | undefined {
    return run === undefined ? undefined : stages.get(run)
  }
}

/** A prediction counts only for the run that followed it. */
function keepOutcome(
  run: Run,
  asked: {
    readonly task: Task
    readonly engine: z.infer<typeof startForm>['engine']
    readonly experiment: Experiment
    readonly guess: string | undefined
  },
): void {
  const { experiment, guess } = asked
  const { question } = experiment
  const isOption = question.kind === 'choice' && question.options.some(({ id }) => id === guess)
  const predicted = isOption ? (guess ?? noPrediction) : noPrediction
  run.onEvent((event) => {
    if (event.kind === 'outcome') keepPrediction(asked, experiment, { predicted, came: event.option })
  })
}

/** Designs have nothing to watch: their claims are attacked without a broker. */
function isPlayable(task: Task): boolean {
  if (task.state !== 'ready' || task.part === 'design') return false
  return existsSync(join(taskFolder(task), isLesson(task) ? 'experiments' : 'run.ts'))
}

/** The one that was named, else the first that was not tried yet. */
function chosenOf(
  { experiments }: Lesson,
  task: Pick<Task, 'id'> | undefined,
  name: string | undefined,
): Experiment | undefined {
  const tried = readStudy().experiments
  return (
    experiments.find((each) => each.name === name) ??
    experiments.find((each) => task !== undefined && tried[keyOf(task, each)] === undefined) ??
    experiments[0]
  )
}

interface Chosen {
  readonly playable: readonly Task[]
  readonly task: Task | undefined
  readonly lesson: Lesson | undefined
  readonly experiment: Experiment | undefined
  readonly stage: Stage | undefined
}

function bodyOf(dashboard: Dashboard, reader: Reader, chosen: Chosen): Html {
  const { say } = reader
  const { task, experiment, lesson, stage } = chosen
  const latest =
    task === undefined
      ? undefined
      : (dashboard.runs.running('live') ?? dashboard.runs.latest('live', task.id))
  return html`<h1>${say(frameTexts.live)}</h1><p>${say(liveTexts.about)}</p>
<div class="bar">${scenarioForm(chosen, reader)}
${task === undefined || (isLesson(task) && experiment === undefined) ? '' : startFormOf(dashboard, reader, { task, lesson, experiment })}</div>
<div id="live" data-run="${latest?.id ?? ''}" data-task="${task?.id ?? ''}" data-experiment="${experiment?.name ?? ''}" data-ended="${say(liveTexts.ended)}" data-forgotten="${say(liveTexts.forgotten(0))}">
<p id="live-state" role="status" class="quiet">${say(liveTexts.idle)}</p>
<section id="stage" aria-label="${say(liveTexts.topology)}"><div class="scroll" tabindex="0" role="group" aria-label="${say(liveTexts.topology)}" id="drawing">${stage === undefined ? emptyStage(reader) : stage.draw(reader)}</div><p id="rate" class="quiet"></p></section>
<div class="bench">
<section aria-label="${say(liveTexts.wire)}" class="wire"><div class="tools"><h2>${say(liveTexts.wire)}</h2><label>${say(frameTexts.filter)} <input type="search" id="log-filter" data-key="/" autocomplete="off" placeholder="${say(frameTexts.filterHint)}"></label><button type="button" id="log-end" data-key="b" aria-keyshortcuts="b">${say(liveTexts.toEnd)} <kbd>b</kbd></button></div>
<p id="life" hidden>${say(liveTexts.life)} <code class="copy"></code> <button type="button" id="life-end" data-key="a" aria-keyshortcuts="a">${say(liveTexts.allAgain)} <kbd>a</kbd></button></p>
<div id="log" class="log" tabindex="0" role="log" aria-live="off" aria-label="${say(liveTexts.wire)}"><div data-empty="${say(liveTexts.silent)}"></div></div></section>
${handsOf(reader)}
</div>
<div id="outcome" aria-live="polite">${task === undefined || experiment === undefined ? '' : outcomePart(task, experiment, reader)}</div>
</div>`
}

function scenarioForm({ playable, task, lesson, experiment }: Chosen, { say }: Reader): Html {
  return html`<form method="get" action="/live" class="tools" data-at-once><label>${say(liveTexts.scenario)} <select name="task">${playable.map((each) => html`<option value="${each.id}"${each.id === task?.id ? html` selected` : ''}>${each.id} ${say(each.title)}</option>`)}</select></label>
${lesson === undefined ? '' : html`<label>${say(studyTexts.experiments)} <select name="experiment">${lesson.experiments.map(({ name }) => html`<option${name === experiment?.name ? html` selected` : ''}>${name}</option>`)}</select></label>`}
<noscript>${keyButton(say(frameTexts.show))}</noscript></form>`
}

function startFormOf(
  { safety }: Dashboard,
  { say }: Reader,
  {
    task,
    experiment,
  }: {
    readonly task: Task
    readonly lesson: Lesson | undefined
    readonly experiment: Experiment | undefined
  },
): Html {
  const fields = html`${tokenField(safety.token)}<input type="hidden" name="task" value="${task.id}">`
  const start = keyButton(say(liveTexts.start), { key: 's', primary: true, id: 'start' })
  if (experiment === undefined)
    return html`<form method="post" action="/lives" class="tools" id="start-form">${fields}<label>${say(liveTexts.whose)} <select name="subject"><option value="mine">${say(liveTexts.mine)}</option><option value="reference">${say(liveTexts.reference)}</option></select></label><label>${say(frameTexts.engine)} <select name="engine"><option>embedded</option><option>local</option><option>docker</option><option>url</option></select></label>${start}</form>`
  const { question, name } = experiment
  return html`<form method="post" action="/lives" class="question" id="start-form">${fields}<input type="hidden" name="experiment" value="${name}"><fieldset><legend>${renderProse(say(question.ask))}</legend><p class="quiet">${say(liveTexts.predict)}</p>
${question.kind === 'choice' ? question.options.map(({ id, text }) => html`<label class="option"><input type="radio" name="guess" value="${id}"> <span>${say(text)}</span></label>`) : ''}
<label class="option"><input type="radio" name="guess" value="" checked> <span>${say(liveTexts.noGuess)}</span></label></fieldset>${start}</form>`
}

/** The prediction beside what came. */
function outcomePart(task: Task, experiment: Experiment, { say }: Reader): Html {
  const seen = readStudy().experiments[keyOf(task, experiment)]
  const { question } = experiment
  if (seen === undefined || question.kind !== 'choice') return html``
  const [guess, came] = [seen.predicted, seen.came].map((id) =>
    question.options.find((each) => each.id === id),
  )
  return html`<article class="block">${guess === undefined ? '' : html`<p><span class="quiet">${say(studyTexts.youSaid)}</span> ${guess.id === came?.id ? '✓' : '≠'} ${say(guess.text)}</p>`}
<p><span class="quiet">${say(studyTexts.itWas)}</span> ${say(came?.text ?? studyTexts.noOption)}</p>
${guess !== undefined && guess.id !== came?.id ? renderProse(say(guess.why)) : ''}${came === undefined ? '' : renderProse(say(came.why))}</article>`
}
