/** What a lesson asks beside its page: experiments to predict and questions to answer. */
import type { Task } from '#workbook/registry'
import { readStudy } from '#workbook/state/study'
import { sumsOf } from '#workbook/study/quiz'
import { studyTexts } from '#workbook/texts/study'
import type { Dashboard } from '../dashboard.ts'
import { type Html, html } from '../html.ts'
import { lessonOf } from '../lessons.ts'
import type { Reader } from '../reader.ts'
import { frameTexts } from '../texts/frame.ts'
import { taskTexts } from '../texts/task.ts'

export async function lessonPart(_dashboard: Dashboard, { say }: Reader, task: Task): Promise<Html> {
  const lesson = await lessonOf(task)
  const state = readStudy()
  const { known, of } = sumsOf([{ task, lesson }], state)
  return html`<section aria-labelledby="experiments"><h2 id="experiments">${say(taskTexts.experiments)}</h2>
<ul>${lesson.experiments.map(({ name, shows }) => {
    const prediction = state.experiments[`${task.id}/${name}`]
    const standing =
      prediction === undefined
        ? studyTexts.notRun
        : prediction.predicted === undefined
          ? studyTexts.watched
          : prediction.predicted === prediction.came
            ? studyTexts.foreseen
            : studyTexts.surprised
    return html`<li><a href="/live?task=${task.id}&amp;experiment=${name}">${name}</a> <span class="quiet">${say(standing)}</span><span class="proof">${say(shows)}</span></li>`
  })}</ul></section>
<section aria-labelledby="questions"><h2 id="questions">${say(frameTexts.quiz)}</h2><p><a href="/quiz?task=${task.id}" data-key="q">${say(taskTexts.questions(known, of))} <kbd>q</kbd></a></p></section>`
}
