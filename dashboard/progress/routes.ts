/** The progress page, ticks, and checks that are started from any page. */
import type { Express, Request, Response } from 'express'
import { z } from 'zod'
import { findTarget } from '#workbook/course'
import { foldIntoChecklist } from '#workbook/proof'
import type { Dashboard } from '../dashboard.ts'
import { answered, readForm } from '../forms.ts'
import { framed } from '../frame.ts'
import { sendLongPage } from '../long-page.ts'
import { readerOf } from '../reader.ts'
import { frameTexts } from '../texts/frame.ts'
import { currentFold } from './changes.ts'
import { progressBody, progressParts } from './page.ts'

const tickForm = z.object({ tick: z.string().regex(/^[+-][a-z0-9.-]{1,40}$/) })
const checkForm = z.object({
  task: z.string().max(40),
  engine: z.enum(['embedded', 'local', 'docker', 'url']).default('embedded'),
})

export function progressRoutes(app: Express, dashboard: Dashboard): void {
  const { course, runs, hub } = dashboard

  app.get('/', (request, response) => {
    const reader = readerOf(request)
    const body = progressBody(dashboard, reader, currentFold(course))
    sendLongPage(
      request,
      response,
      framed(dashboard, reader, {
        title: reader.say(frameTexts.progress),
        page: 'progress',
        body,
        modules: ['progress.js', 'check.js'],
      }),
    )
  })

  app.get('/progress', (request, response) => {
    response.send(progressParts(dashboard, readerOf(request), currentFold(course)).source)
  })

  app.post('/ticks', (request, response) => {
    const { tick } = readForm(tickForm, request)
    const item = tick.slice(1)
    const target = findTarget(course, item)
    if (target.kind === 'item') {
      foldIntoChecklist(course, undefined, { item, isTicked: tick.startsWith('+') })
      hub.tell({ kind: 'progress' })
    }
    answered(request, response, `/#${item}`)
  })

  app.post('/checks', (request, response) => startCheck(request, response))

  function startCheck(request: Request, response: Response): void {
    const { task: word, engine } = readForm(checkForm, request)
    const target = findTarget(course, word)
    const [task] = target.tasks
    if (task === undefined) throw new Error(`no task in ${word}`)
    const args = ['check', target.id, 'events', ...(engine === 'embedded' ? [] : [`engine=${engine}`])]
    const run = runs.start({ kind: 'check', task: task.id, args })
    void run.ended.then(() => hub.tell({ kind: 'progress' }))
    answered(request, response, `/tasks/${task.id}`, { run: run.status })
  }
}
