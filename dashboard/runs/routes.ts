/** Runs that go on: what they said so far, what they are told, how they are stopped. */
import type { Express, Request } from 'express'
import { z } from 'zod'
import { runCommandSchema } from '#lab/verdict/events'
import { text } from '#lab/verdict/language'
import type { Dashboard } from '../dashboard.ts'
import { answered, readForm, readQuery } from '../forms.ts'
import { brokersPart } from '../frame.ts'
import { readerOf } from '../reader.ts'
import { Refused } from '../safety.ts'
import type { Run } from './run.ts'

const historyQuery = z.object({ after: z.coerce.number().int().nonnegative().default(0) })
/** A form has only words; which of these a command takes, its own schema knows. */
const commandForm = z.object({
  command: z.string().max(20),
  fault: z.string().max(20).optional(),
  action: z.string().max(20).optional(),
  pid: z.coerce.number().optional(),
  connection: z.coerce.number().optional(),
  ms: z.coerce
    .number()
    .max(7 * 24 * 3600 * 1000)
    .optional(),
})

const noRun = text(
  'This run is gone: the dashboard was started again since.',
  'Lượt chạy này không còn: dashboard đã khởi động lại.',
)

export function runRoutes(app: Express, dashboard: Dashboard): void {
  const { runs } = dashboard

  app.get('/brokers', (request, response) => {
    response.send(brokersPart(dashboard, readerOf(request)).source)
  })

  app.get('/runs/:id', (request, response) => {
    const run = find(request)
    const { after } = readQuery(historyQuery, request)
    response.json({ status: run.status, entries: run.after(after) })
  })

  app.post('/runs/:id/commands', (request, response) => {
    const run = find(request)
    const parsed = runCommandSchema.safeParse(readForm(commandForm, request))
    if (!parsed.success) throw new Refused(400, text('A run knows no such command.', 'Không có lệnh này.'))
    run.send(parsed.data)
    answered(request, response, pageOf(run))
  })

  app.post('/runs/:id/stop', async (request, response) => {
    const run = find(request)
    await run.stop()
    answered(request, response, pageOf(run), { run: run.status })
  })

  function find(request: Request): Run {
    const run = runs.find(String(request.params['id']))
    if (run === undefined) throw new Refused(404, noRun)
    return run
  }
}

/** Where a run of this kind is watched. */
function pageOf({ request: { kind, task } }: Run): string {
  if (kind === 'live') return `/live?task=${task}`
  return kind === 'explore' ? `/explorer?task=${task}` : `/tasks/${task}`
}
