/** The server: safety first, then the routes of each page, then a page for whatever goes wrong. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { z } from 'zod'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { loadCourse } from '#workbook/course'
import { UsageError } from '#workbook/options'
import { readSettings, writeSettings } from '#workbook/state'
import { assetNames, loadAsset, serveAsset } from './assets.ts'
import type { Dashboard } from './dashboard.ts'
import { deadLetterRoutes } from './dlq/routes.ts'
import { explorerRoutes } from './explorer/routes.ts'
import { answered, pathBefore, readForm } from './forms.ts'
import { warmLessons } from './lessons.ts'
import { liveRoutes } from './live/routes.ts'
import { currentFold, watchProgress } from './progress/changes.ts'
import { progressParts } from './progress/page.ts'
import { progressRoutes } from './progress/routes.ts'
import { quizRoutes } from './quiz/routes.ts'
import { readerOf, themeCookie, themes } from './reader.ts'
import { reflectionParser, reflectionRoutes } from './reflection/routes.ts'
import { resultRoutes } from './results/routes.ts'
import { runRoutes } from './runs/routes.ts'
import { Runs } from './runs/runs.ts'
import { Refused, Safety } from './safety.ts'
import { Hub } from './stream/hub.ts'
import { taskRoutes } from './task/routes.ts'
import { frameTexts } from './texts/frame.ts'
import { answerTrouble } from './trouble.ts'

/** Loopback alone: whoever can reach the page can run the learner's code. */
const host = '127.0.0.1'
/** So many ports behind the one asked for are tried. */
const portsTriedMax = 20

export interface OpenDashboard {
  readonly url: string
  readonly port: number
  /** Ends what runs, then the server. */
  close(): Promise<void>
}

/** @param port the first one that is tried; 0 lets the system pick */
export async function openDashboard({ port }: { readonly port: number }): Promise<OpenDashboard> {
  const course = await loadCourse()
  const server = createServer()
  const own = await listen(server, port)
  const safety = new Safety(own)
  const hub = new Hub(safety.instance)
  const dashboard: Dashboard = { course, safety, hub, runs: new Runs(hub) }
  server.on('request', appOf(dashboard))
  const stopWatching = watchProgress(course, hub)
  setImmediate(() => warm(dashboard))
  return {
    url: `http://${host}:${own}/`,
    port: own,
    async close() {
      stopWatching()
      await dashboard.runs.close()
      hub.close()
      server.close()
      server.closeAllConnections()
    },
  }
}

/** What the first pages need, made while the browser is still on its way: piece by piece, so that whoever asks meanwhile is answered. */
function warm(dashboard: Dashboard): void {
  const { course } = dashboard
  const steps = [
    () => void progressParts(dashboard, readerOf({ headers: {} }), currentFold(course)),
    ...assetNames.map((name) => () => loadAsset(name)),
    () => warmLessons(course.tasks),
  ]
  const next = (): void => {
    try {
      steps.shift()?.()
    } catch {
      // What can't be made is told to whoever asks for it.
    }
    if (steps.length > 0) setImmediate(next)
  }
  next()
}

function appOf(dashboard: Dashboard): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(dashboard.safety.guard)
  app.use('/reflection', reflectionParser)
  app.use(express.urlencoded({ extended: false, limit: '64kb', parameterLimit: 600 }))
  app.use(dashboard.safety.changes)
  app.get(['/assets/:version/:name', '/assets/:name'], serveAsset)
  app.get('/events', (_request, response) => dashboard.hub.attach(response))
  app.post('/reader', changeReader)
  progressRoutes(app, dashboard)
  runRoutes(app, dashboard)
  taskRoutes(app, dashboard)
  resultRoutes(app, dashboard)
  quizRoutes(app, dashboard)
  deadLetterRoutes(app, dashboard)
  reflectionRoutes(app, dashboard)
  liveRoutes(app, dashboard)
  explorerRoutes(app, dashboard)
  app.use((_request, _response) => {
    throw new Refused(404, frameTexts.notThere)
  })
  // Express tells it by its four parameters.
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) =>
    answerTrouble(dashboard, { error, request, response }),
  )
  return app
}

const readerForm = z.object({ lang: z.enum(['en', 'vi']).optional(), theme: z.enum(themes).optional() })

function changeReader(request: Request, response: Response): void {
  const { lang, theme } = readForm(readerForm, request)
  if (lang !== undefined) writeSettings({ ...readSettings(), lang })
  if (theme !== undefined)
    response.cookie(themeCookie, theme, {
      httpOnly: true,
      sameSite: 'strict',
      maxAge: 365 * 24 * 3600 * 1000,
    })
  answered(request, response, pathBefore(request))
}

/** Takes the port, or the next one that nobody has. */
async function listen(server: Server, port: number): Promise<number> {
  for (let tried = port; ; tried += 1) {
    try {
      server.listen(tried, host)
      await once(server, 'listening')
      return (server.address() as AddressInfo).port
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      const isLast = port === 0 || tried - port >= portsTriedMax || tried >= 65_535
      if (code === 'EACCES' || (code === 'EADDRINUSE' && isLast)) throw new UsageError(noPort(tried))
      if (code !== 'EADDRINUSE') throw error
    }
  }
}

function noPort(port: number): Text {
  return text(
    `Port ${port} can't be had, nor can those before it. Another one: npm run dashboard port=8080`,
    `Không dùng được cổng ${port} lẫn các cổng trước đó. Cổng khác: npm run dashboard port=8080`,
  )
}
