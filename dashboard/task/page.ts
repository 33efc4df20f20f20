/** A task's page: its README, and a rail with the learner's files, the last verdict, hints and, once earned, the answers. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type Course, taskFolder } from '#workbook/course'
import { openedHints } from '#workbook/hints'
import { pagePath, readFacts, readingMinutes } from '#workbook/lesson'
import { isVerified } from '#workbook/proof'
import type { Task } from '#workbook/registry'
import { root } from '#workbook/root'
import { isLesson } from '#workbook/study/lessons'
import type { Dashboard } from '../dashboard.ts'
import { copyable, keyButton, tokenField } from '../frame.ts'
import { type Html, html } from '../html.ts'
import { type Page, renderMarkdown, renderProse } from '../markdown.ts'
import { currentFold } from '../progress/changes.ts'
import type { Reader } from '../reader.ts'
import { checkPlace } from '../runs/place.ts'
import { frameTexts } from '../texts/frame.ts'
import { progressTexts } from '../texts/progress.ts'
import { taskTexts } from '../texts/task.ts'
import { lessonPart } from './lesson.ts'
import { solutionPart } from './solution.ts'
import { verdictPart } from './verdict.ts'

export async function taskBody(
  dashboard: Dashboard,
  reader: Reader,
  { task, showsAnswer }: { readonly task: Task; readonly showsAnswer: boolean },
): Promise<Html> {
  const { say, lang } = reader
  const readme = readmeOf(dashboard.course, task, reader)
  const progress = currentFold(dashboard.course).tasks.find((each) => each.task.id === task.id)
  const sums = progress?.sums
  return html`<div class="columns" data-task="${task.id}">
<article lang="${lang}">
  <h1><span class="id">${task.id}</span> ${say(task.title)}</h1>
  <p class="quiet">${sums === undefined ? '' : html`<a href="/#${task.id}">${say(progressTexts.verifiedOf(sums.verified, sums.total))}</a> · `}${say(progressTexts.minutes(task.minutes ?? readingMinutes(task, lang)))}${task.needs.length === 0 ? '' : html` · ${say(progressTexts.needs(''))} ${task.needs.map((id) => html`<a href="/tasks/${id}">${id}</a> `)}`}</p>
  ${readme === undefined ? html`<p>${task.state === 'planned' ? say(frameTexts.planned) : say(taskTexts.readmeMissing)}</p>` : html`${contents(readme, reader)}${readme.body}`}
  ${answerPart(dashboard, reader, { task, showsAnswer })}
</article>
<aside aria-label="${task.id}">
  ${task.state === 'planned' ? '' : await railOf(dashboard, reader, task)}
</aside></div>`
}

/** Pages as they were made last, by path: a lesson of a thousand words takes longer to render than to send. */
const rendered = new Map<string, { readonly stamp: number; readonly page: Page }>()

/** The README in the reader's language; nothing where there is none. */
export function readmeOf(course: Course, task: Task, { lang, say }: Reader): Page | undefined {
  const path = pagePath(task, 'README', lang)
  if (path === undefined) return undefined
  const stamp = statSync(join(root, path)).mtimeMs
  const known = rendered.get(`${lang} ${path}`)
  if (known?.stamp === stamp) return known.page
  const page = render(course, task, { path, drawingTitle: say(taskTexts.drawing) })
  rendered.set(`${lang} ${path}`, { stamp, page })
  return page
}

function render(
  course: Course,
  task: Task,
  { path, drawingTitle }: { readonly path: string; readonly drawingTitle: string },
): Page {
  // The way to the other language leads here: the language is chosen above.
  const source = readFileSync(join(root, path), 'utf8').replace(/^\[[^\]]+\]\(README(?:\.vi)?\.md\)\s*$/m, '')
  return renderMarkdown(source, {
    folder: task.folder,
    pageOf: (target) => pageOf(course, target),
    drawing: (nth) => `/tasks/${task.id}/drawings/${nth}`,
    picture: (nth) => `/tasks/${task.id}/pictures/${nth}`,
    drawingTitle,
  })
}

/** Files and folders of a task lead to its page. */
function pageOf({ tasks }: Course, target: string): string | undefined {
  const path = posix.normalize(target).replace(/\/$/, '')
  const found = tasks.find(({ folder }) => path === folder || path.startsWith(`${folder}/README`))
  return found === undefined ? undefined : `/tasks/${found.id}`
}

function contents({ headings }: Page, { say }: Reader): Html {
  if (headings.length < 3) return html``
  return html`<nav class="contents" aria-label="${say(taskTexts.contents)}"><ul>${headings.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>`
}

async function railOf(dashboard: Dashboard, reader: Reader, task: Task): Promise<Html> {
  const { say } = reader
  const { safety } = dashboard
  return html`<section aria-labelledby="verdict-title"><h2 id="verdict-title">${say(taskTexts.lastVerdict)}</h2>
  <form method="post" action="/checks" data-enhance>${tokenField(safety.token)}
    <input type="hidden" name="task" value="${task.id}">
    <label>${say(frameTexts.engine)} <select name="engine"><option>embedded</option><option>local</option><option>docker</option><option>url</option></select></label>
    ${keyButton(say(frameTexts.check), { key: 'c', primary: true })}
  </form>
  ${checkPlace(dashboard, reader, task.id)}
  <div id="verdict" data-refresh="/tasks/${task.id}/verdict">${verdictPart(reader, task)}</div></section>
  <section aria-labelledby="files-title"><h2 id="files-title">${say(taskTexts.yours)}</h2><ul class="files">${filesOf(task, reader)}</ul></section>
  ${isLesson(task) ? await lessonPart(dashboard, reader, task) : hintsPart(dashboard, reader, task)}
  ${moreOf(task, reader)}`
}

function filesOf(task: Task, { say }: Reader): Html[] {
  return readFacts(task).map(({ path, lines, todos }) => {
    const isThere = existsSync(join(root, path))
    const facts = isThere ? say(taskTexts.fileFacts(lines)) : say(taskTexts.missing)
    const where = todos.length === 0 ? '' : ` · ${say(taskTexts.todoAt(todos.join(', ')))}`
    return html`<li>${copyable(path)}<span class="proof">${facts}${where}</span></li>`
  })
}

function hintsPart({ safety }: Dashboard, { say, lang }: Reader, task: Task): Html {
  const { hints, opened } = openedHints(task, lang)
  if (hints.length === 0) return html``
  const left = hints.length - opened
  return html`<section id="hints" aria-labelledby="hints-title"><h2 id="hints-title">${say(taskTexts.hints)}</h2>
  ${hints.slice(0, opened).map(({ title, body }, index) => html`<details${index === opened - 1 ? html` open` : ''}><summary>${say(taskTexts.hintOf(index + 1, hints.length))}: ${title}</summary>${renderProse(body)}</details>`)}
  ${left === 0 ? '' : html`<form method="post" action="/tasks/${task.id}/hints">${tokenField(safety.token)}${keyButton(say(taskTexts.oneMore(left)), { key: 'h' })}</form>`}</section>`
}

function moreOf(task: Task, { say }: Reader): Html {
  const has = (file: string): boolean => existsSync(join(taskFolder(task), file))
  const links = [
    has('run.ts') && !isLesson(task) && task.part !== 'design'
      ? html`<li><a href="/live?task=${task.id}" data-key="l">${say(taskTexts.live)} <kbd>l</kbd></a></li>`
      : '',
    has('explore.ts')
      ? html`<li><a href="/explorer?task=${task.id}" data-key="e">${say(taskTexts.explore)} <kbd>e</kbd></a></li>`
      : '',
    has('measure.ts')
      ? html`<li><a href="/results#${task.id}" data-key="m">${say(taskTexts.measure)} <kbd>m</kbd></a></li>`
      : '',
  ].filter((link) => link !== '')
  if (links.length === 0) return html``
  return html`<section aria-labelledby="more-title"><h2 id="more-title">${say(taskTexts.more)}</h2><ul>${links}</ul></section>`
}

function answerPart(
  { course }: Dashboard,
  reader: Reader,
  { task, showsAnswer }: { readonly task: Task; readonly showsAnswer: boolean },
): Html {
  const { say } = reader
  if (task.state === 'planned') return html``
  const isEarned = isVerified(currentFold(course), task)
  const title = html`<h2 id="answers">${say(taskTexts.solution)}</h2>`
  if (!isEarned && !showsAnswer)
    return html`<section aria-labelledby="answers">${title}<p>${say(taskTexts.kept)} <a href="/tasks/${task.id}?answer=anyway#answers">${say(taskTexts.anyway)}</a></p></section>`
  return html`<section aria-labelledby="answers">${title}${solutionPart(task, reader)}</section>`
}
