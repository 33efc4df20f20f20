/** The knowledge check: one question a screen, the explanation for the answer that was chosen, then the run that shows it. */
import type { Express } from 'express'
import { z } from 'zod'
import { findTask } from '#workbook/course'
import { formatDay } from '#workbook/progress/texts'
import { foldIntoChecklist } from '#workbook/proof'
import type { Task } from '#workbook/registry'
import { seedOfToday } from '#workbook/runner/judge'
import { readAnswer, type Shown } from '#workbook/study/answers'
import { isAsked } from '#workbook/study/lessons'
import { type Answered, Quiz, type Read } from '#workbook/study/quiz'
import { studyTexts } from '#workbook/texts/study'
import type { Dashboard } from '../dashboard.ts'
import { readForm, readQuery } from '../forms.ts'
import { framed, keyButton, tokenField } from '../frame.ts'
import { type Html, html } from '../html.ts'
import { lessonsOf } from '../lessons.ts'
import { renderProse } from '../markdown.ts'
import { type Reader, readerOf } from '../reader.ts'
import { frameTexts } from '../texts/frame.ts'
import { quizTexts } from '../texts/quiz.ts'

const quizQuery = z.object({ task: z.string().max(40).optional(), all: z.literal('1').optional() })
/** Places of lines come as fields of their own, `line-<id>`. */
const answerForm = z.looseObject({
  task: z.string().max(40).optional(),
  key: z.string().max(120),
  choice: z.string().max(80).optional(),
  number: z.string().max(40).optional(),
})
type AnswerForm = z.infer<typeof answerForm>

export function quizRoutes(app: Express, dashboard: Dashboard): void {
  const { course, hub } = dashboard

  app.get('/quiz', async (request, response) => {
    const reader = readerOf(request)
    const { task: only, all } = readQuery(quizQuery, request)
    const { quiz, read } = await open(reader, only)
    const inside = questionPart(quiz, reader, { only, everything: all !== undefined })
    response.send(pageOf(reader, { quiz, read, only, inside }))
  })

  app.post('/quiz', async (request, response) => {
    const reader = readerOf(request)
    const form = readForm(answerForm, request)
    const { quiz, read } = await open(reader, form.task)
    response.send(pageOf(reader, { quiz, read, only: form.task, inside: answerPart(quiz, reader, form) }))
  })

  async function open({ lang }: Reader, only: string | undefined): Promise<{ quiz: Quiz; read: Read[] }> {
    const asked = (task: Task): boolean => task.state === 'ready' && task.items.some(isAsked)
    const tasks = course.path.filter(asked)
    const lessons = await lessonsOf(tasks)
    const read = tasks.flatMap((task, index) => {
      const lesson = lessons[index]
      return lesson === undefined ? [] : [{ task, lesson }]
    })
    const wanted = only === undefined ? undefined : findTask(course, only)
    const chosen = wanted === undefined ? read : read.filter(({ task }) => task.id === wanted.id)
    const seed = seedOfToday() + (Date.now() % 1000)
    return { quiz: new Quiz({ lang, lessons: chosen, seed }), read }
  }

  function answerPart(quiz: Quiz, reader: Reader, form: AnswerForm): Html {
    const { waiting } = quiz
    if (waiting === undefined || waiting.key !== form.key)
      return html`<p class="notice">${reader.say(quizTexts.gone)}</p>${questionPart(quiz, reader, { only: form.task, everything: false })}`
    const typed = typedOf(form, waiting.shown)
    const answer = readAnswer(waiting.shown, typed)
    if (answer === undefined)
      return html`<p class="failed" role="alert">${reader.say(quizTexts.isNone)}</p>${askedPart(waiting.shown, waiting.key, { reader, only: form.task })}`
    const answered = quiz.answer(waiting.key, answer, new Date())
    if (answered === undefined) return questionPart(quiz, reader, { only: form.task, everything: false })
    foldIntoChecklist(course, undefined)
    hub.tell({ kind: 'progress' })
    const task = quiz.find(waiting.key)?.task
    return answeredPart(waiting.shown, answered, { reader, task, only: form.task, answer })
  }

  function pageOf(
    reader: Reader,
    {
      quiz,
      read,
      only,
      inside,
    }: { quiz: Quiz; read: readonly Read[]; only: string | undefined; inside: Html },
  ): string {
    const { say } = reader
    const { known, of } = quiz.sums
    const body = html`<h1>${say(frameTexts.quiz)}</h1><p>${say(quizTexts.about)}</p>
<nav aria-label="${say(quizTexts.lessons)}" class="chips"><ul><li><a href="/quiz"${only === undefined ? html` aria-current="true"` : ''}>${say(quizTexts.all)}</a></li>${read.map(({ task }) => html`<li><a href="/quiz?task=${task.id}"${task.id === only ? html` aria-current="true"` : ''} title="${say(task.title)}">${task.id}</a></li>`)}</ul></nav>
<p class="quiet">${say(studyTexts.asked(known, of))}</p>
${inside}`
    return framed(dashboard, reader, {
      title: say(frameTexts.quiz),
      page: 'quiz',
      body,
      modules: ['quiz.js'],
    })
  }

  function questionPart(
    quiz: Quiz,
    reader: Reader,
    { only, everything }: { readonly only: string | undefined; readonly everything: boolean },
  ): Html {
    const { say } = reader
    const { waiting } = quiz
    // Loading the page again shows the same question, its answers where they stood.
    if (waiting !== undefined && !everything) return askedPart(waiting.shown, waiting.key, { reader, only })
    const [next] = quiz.due(new Date(), everything)
    const found = next === undefined ? undefined : quiz.find(next.key)
    if (next === undefined || found === undefined) {
      const day = quiz.nextDue === undefined ? undefined : formatDay(quiz.nextDue, reader.lang)
      const said = only === undefined ? studyTexts.nothingDueAnywhere(day) : studyTexts.nothingDue(only, day)
      return html`<p>${say(said)}</p><p><a class="button" href="/quiz?${only === undefined ? '' : `task=${only}&`}all=1">${say(quizTexts.again)}</a></p>`
    }
    const shown = quiz.show(found.asked)
    quiz.wait(found.task, shown)
    return askedPart(shown, next.key, { reader, only })
  }

  function askedPart(
    { question, ids }: Shown,
    key: string,
    { reader, only }: { readonly reader: Reader; readonly only: string | undefined },
  ): Html {
    const { say } = reader
    return html`<form method="post" action="/quiz" class="question">${tokenField(dashboard.safety.token)}<input type="hidden" name="key" value="${key}">${only === undefined ? '' : html`<input type="hidden" name="task" value="${only}">`}
<p class="quiet"><code>${question.item}</code></p>
<fieldset><legend>${renderProse(say(question.ask))}</legend>
${question.shows === undefined ? '' : html`<pre tabindex="0"><code>${question.shows.join('\n')}</code></pre>`}
${question.kind === 'number' ? html`<label>${say(quizTexts.number)}${question.unit === undefined ? '' : ` (${say(question.unit)})`} <input name="number" inputmode="decimal" autocomplete="off" required></label>` : ''}
${question.kind === 'choice' ? ids.map((id, index) => html`<label class="option"><input type="radio" name="choice" value="${String.fromCharCode(97 + index)}" required> <kbd>${String.fromCharCode(97 + index)}</kbd> <span>${textOf(question.options, id, reader)}</span></label>`) : ''}
${question.kind === 'order' || question.kind === 'trace' ? html`<p>${say(question.kind === 'order' ? quizTexts.order : quizTexts.trace)}</p><ol class="order">${ids.map((id) => html`<li><label><input type="number" name="line-${id}" min="1" max="${ids.length}" aria-label="${say(quizTexts.place(textOf(question.lines, id, reader)))}"> <span>${textOf(question.lines, id, reader)}</span></label></li>`)}</ol>` : ''}
</fieldset>
${keyButton(say(quizTexts.answer), { key: 'Enter', primary: true })}</form>`
  }

  function answeredPart(
    { question }: Shown,
    answered: Answered,
    {
      reader,
      task,
      only,
      answer,
    }: {
      readonly reader: Reader
      readonly task: Task | undefined
      readonly only: string | undefined
      readonly answer: ReturnType<typeof readAnswer>
    },
  ): Html {
    const { say } = reader
    const { isRight, why, owed, item, isKept } = answered
    const chosen = (Array.isArray(answer) ? answer : [String(answer)]).map((id: string) =>
      question.kind === 'number'
        ? id
        : textOf(question.kind === 'choice' ? question.options : question.lines, id, reader),
    )
    return html`<article class="answered ${isRight ? 'passed' : 'failed'} block"><p class="quiet"><code>${question.item}</code></p>${renderProse(say(question.ask))}
${question.shows === undefined ? '' : html`<pre tabindex="0"><code>${question.shows.join('\n')}</code></pre>`}
<p><span class="quiet">${say(quizTexts.yours)}</span> ${chosen.length > 1 ? html`<ol>${chosen.map((line) => html`<li>${line}</li>`)}</ol>` : chosen}</p>
<p role="status"><strong>${isRight ? '✓' : '✗'} ${say(isRight ? studyTexts.right : studyTexts.notRight)}</strong></p>
${renderProse(say(why))}
${owed > 0 ? html`<p class="quiet">${say(isRight ? studyTexts.onceMore : studyTexts.comesAgain)}</p>` : ''}
${item === 'proven' ? html`<p>● ${say(studyTexts.proven(question.item))}</p>` : item === 'lost' ? html`<p>○ ${say(studyTexts.lostAgain(question.item))}</p>` : ''}
${isKept ? '' : html`<p class="notice">${say(studyTexts.notKept)}</p>`}
<p>${task === undefined ? '' : html`<a href="/live?task=${task.id}">${say(quizTexts.run)}: ${task.id}</a> · `}<a class="button primary" href="/quiz${only === undefined ? '' : `?task=${only}`}" data-key="n">${say(quizTexts.nextQuestion)} <kbd>n</kbd></a></p></article>`
  }
}

function textOf(
  parts: readonly { readonly id: string; readonly text: { en: string; vi: string } }[],
  id: string,
  { say }: Reader,
): string {
  const found = parts.find((part) => part.id === id)
  return found === undefined ? id : say(found.text)
}

/** What the terminal would have been typed: a letter, the numbers of lines in their order, a number. */
function typedOf(form: AnswerForm, { question, ids }: Shown): string {
  if (question.kind === 'choice') return form.choice ?? ''
  if (question.kind === 'number') return form.number ?? ''
  const places = ids.flatMap((id, index) => {
    const given = form[`line-${id}`]
    const place = typeof given === 'string' && given !== '' ? Number(given) : Number.NaN
    return Number.isInteger(place) ? [{ place, label: index + 1 }] : []
  })
  // Two lines at one place are no order.
  if (new Set(places.map(({ place }) => place)).size !== places.length) return ''
  return places
    .toSorted((a, b) => a.place - b.place)
    .map(({ label }) => label)
    .join(' ')
}
