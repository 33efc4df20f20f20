/** A task's page, and what belongs to it: its verdict by itself, hints, drawings and pictures of its README. */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Express, Request } from 'express'
import { z } from 'zod'
import { findTask } from '#workbook/course'
import { openHints } from '#workbook/hints'
import type { Task } from '#workbook/registry'
import { root } from '#workbook/root'
import { assetPath } from '../assets.ts'
import type { Dashboard } from '../dashboard.ts'
import { answered, readQuery } from '../forms.ts'
import { framed } from '../frame.ts'
import { html } from '../html.ts'
import { readerOf } from '../reader.ts'
import { allowDrawing, Refused } from '../safety.ts'
import { frameTexts } from '../texts/frame.ts'
import { taskTexts } from '../texts/task.ts'
import { readmeOf, taskBody } from './page.ts'
import { verdictPart } from './verdict.ts'

const pageQuery = z.object({ answer: z.literal('anyway').optional() })

export function taskRoutes(app: Express, dashboard: Dashboard): void {
  const { course } = dashboard
  /** @throws UsageError with the nearest names */
  const taskOf = (request: Request): Task => findTask(course, String(request.params['id']))

  app.get('/tasks/:id', async (request, response) => {
    const task = taskOf(request)
    const reader = readerOf(request)
    const { answer } = readQuery(pageQuery, request)
    const body = await taskBody(dashboard, reader, { task, showsAnswer: answer !== undefined })
    const title = `${task.id} ${reader.say(task.title)}`
    response.send(framed(dashboard, reader, { title, body, modules: ['check.js', 'drawings.js'] }))
  })

  app.get('/tasks/:id/verdict', (request, response) => {
    response.send(verdictPart(readerOf(request), taskOf(request)).source)
  })

  app.post('/tasks/:id/hints', (request, response) => {
    const task = taskOf(request)
    openHints(task, readerOf(request).lang, 'one')
    answered(request, response, `/tasks/${task.id}#hints`)
  })

  app.get('/tasks/:id/drawings/:nth', (request, response) => {
    const reader = readerOf(request)
    const drawing = readmeOf(course, taskOf(request), reader)?.drawings[Number(request.params['nth'])]
    if (drawing === undefined) throw new Refused(404, frameTexts.notThere)
    allowDrawing(response)
    response.send(
      html`<!doctype html>
<html lang="${reader.lang}" data-theme="${reader.theme}"><head><meta charset="utf-8"><title>${reader.say(taskTexts.drawing)}</title>
<link rel="stylesheet" href="${assetPath('style.css')}"><link rel="stylesheet" href="${assetPath('content.css')}"><script defer src="${assetPath('mermaid.js')}"></script><script type="module" src="${assetPath('drawing.js')}"></script></head>
<body class="drawing"><main><pre id="source">${drawing}</pre></main></body></html>`.source,
    )
  })

  app.get('/tasks/:id/pictures/:nth', (request, response) => {
    const picture = readmeOf(course, taskOf(request), readerOf(request))?.pictures[
      Number(request.params['nth'])
    ]
    const path = picture === undefined ? undefined : insideRoot(picture)
    if (path === undefined) throw new Refused(404, frameTexts.notThere)
    response.type(path.endsWith('.svg') ? 'image/svg+xml' : 'image/png')
    response.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
    response.end(readFileSync(path))
  })
}

/** A README of ours names it; still it must lie in the repository, links followed. */
function insideRoot(path: string): string | undefined {
  const whole = join(root, path)
  if (!existsSync(whole)) return undefined
  return realpathSync(whole).startsWith(realpathSync(root) + sep) ? whole : undefined
}
