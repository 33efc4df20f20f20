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
import { answered, isScripted, readForm } from './forms.ts'
import { framed } from './frame.ts'
import { html } from './html.ts'
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

/** The page that the form stood on: of its address only the path counts, and only on this host. */
function pathBefore(request: Request): string {
  const { referer = '', host: own } = request.headers
  if (!URL.canParse(referer)) return '/'
  const { host: before, pathname, search } = new URL(referer)
  return before === own && !pathname.startsWith('//') ? `${pathname}${search}` : '/'
}

function answerTrouble(
  dashboard: Dashboard,
  { error, request, response }: { error: unknown; request: Request; response: Response },
): void {
  const { status, said } = troubleOf(error)
  if (status === 500) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  if (response.headersSent) {
    response.end()
    return
  }
  const reader = readerOf(request)
  response.status(status)
  if (isScripted(request)) {
    response.json({ said: reader.say(said) })
    return
  }
  // Whoever may not ask gets no page that could be asked with.
  if (status === 403) {
    response.type('text/plain').send(reader.say(said))
    return
  }
  const body = html`<h1>${reader.say(frameTexts.notDone)}</h1><p>${reader.say(said)}</p><p><a href="/">${reader.say(frameTexts.back)}</a></p>`
  response.send(framed(dashboard, reader, { title: reader.say(frameTexts.notDone), body }))
}

function troubleOf(error: unknown): { status: number; said: Text } {
  if (error instanceof Refused) return { status: error.status, said: error.text }
  if (error instanceof UsageError) return { status: 404, said: error.text }
  const status = (error as { status?: unknown } | undefined)?.status
  // What express and its parsers refuse by themselves.
  if (typeof status === 'number' && status >= 400 && status < 500) return { status, said: frameTexts.badForm }
  const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return { status: 500, said: frameTexts.broken(reason) }
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
