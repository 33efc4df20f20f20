/** What goes wrong, as a page that says what to do next; to a script of ours as a sentence. */
import type { Request, Response } from 'express'
import type { Text } from '#lab/verdict'
import { UsageError } from '#workbook/options'
import type { Dashboard } from './dashboard.ts'
import { isScripted, pathBefore } from './forms.ts'
import { copyable, framed } from './frame.ts'
import { type Html, html } from './html.ts'
import { type Reader, readerOf } from './reader.ts'
import { Refused } from './safety.ts'
import { frameTexts } from './texts/frame.ts'
import { troubleTexts } from './texts/trouble.ts'

interface Trouble {
  readonly status: number
  readonly said: Text
}

/** Nothing but a 500 is a mistake of ours; its stack goes to the terminal. */
export function answerTrouble(
  dashboard: Dashboard,
  { error, request, response }: { error: unknown; request: Request; response: Response },
): void {
  const trouble = troubleOf(error)
  const { status, said } = trouble
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
  const title = reader.say(titleOf(status))
  response.send(framed(dashboard, reader, { title, body: bodyOf(trouble, title, { request, reader }) }))
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof Refused) return { status: error.status, said: error.text }
  if (error instanceof UsageError) return { status: 404, said: error.text }
  const status = (error as { status?: unknown } | undefined)?.status
  // What express and its parsers refuse by themselves.
  if (typeof status === 'number' && status >= 400 && status < 500) return { status, said: frameTexts.badForm }
  const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return { status: 500, said: troubleTexts.broken(reason) }
}

function titleOf(status: number): Text {
  if (status === 404) return troubleTexts.notFound
  return status === 500 ? troubleTexts.ours : troubleTexts.notDone
}

function bodyOf(
  { status, said }: Trouble,
  title: string,
  { request, reader }: { readonly request: Request; readonly reader: Reader },
): Html {
  const { say } = reader
  const isAsked = request.method === 'GET'
  const again =
    status === 500
      ? html`<li>${isAsked ? html`<a href="${request.originalUrl}">${say(troubleTexts.again)}</a>. ` : ''}${say(troubleTexts.restart)} ${copyable('npm run dashboard')}</li>`
      : ''
  // A form was refused: what was filled in is on the page before.
  const before = isAsked
    ? ''
    : html`<li><a href="${pathBefore(request)}">${say(troubleTexts.before)}</a></li>`
  return html`<div class="trouble"><p class="status" aria-hidden="true">${status}</p><h1>${title}</h1><p>${say(said)}</p>
<ul>${before}${again}<li><a href="/">${say(troubleTexts.tasks)}</a></li></ul></div>`
}
