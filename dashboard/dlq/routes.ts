/** Dead letters: a table, each message inert, and what would happen to the selected ones before it does. */
import { createHash } from 'node:crypto'
import type { Express, Request, Response } from 'express'
import { z } from 'zod'
import { shortId } from '#lab/verdict/language'
import type { DeadLetter } from '#workbook/dlq/dead-letter'
import { DeadLetterQueue, type Held, heldMax, NoQueue } from '#workbook/dlq/dead-letter-queue'
import {
  bodyText,
  dropAll,
  type Ending,
  queueDefault,
  redriveAll,
  redrivesDefault,
  returnsWarned,
} from '#workbook/dlq/decisions'
import { shownSpan } from '#workbook/dlq/span'
import { dlqTexts } from '#workbook/texts/dlq'
import type { Dashboard } from '../dashboard.ts'
import { readForm } from '../forms.ts'
import { copyable, framed, keyButton, tokenField } from '../frame.ts'
import { type Html, html } from '../html.ts'
import { type Reader, readerOf } from '../reader.ts'
import { dlqPageTexts } from '../texts/dlq.ts'
import { frameTexts } from '../texts/frame.ts'
import { type KnownBroker, knownBrokers } from './brokers.ts'

/** More rows than this nobody reads; the choice by reason belongs to the command. */
const rowsMax = 200
/** So much of a body is shown, bytes. */
const bodyShownMax = 4096
/** Of headers, letters. */
const headersShownMax = 4000

const places = { broker: z.string().max(300), queue: z.string().min(1).max(255) }
const lookForm = z.object(places)
const decideForm = z.object({
  ...places,
  action: z.enum(['redrive', 'drop']),
  apply: z.literal('1').optional(),
  message: z.union([z.string(), z.array(z.string())]).default([]),
})

interface Place {
  readonly brokers: readonly KnownBroker[]
  readonly broker: string
  readonly queue: string
}

export function deadLetterRoutes(app: Express, dashboard: Dashboard): void {
  app.get('/dead-letters', async (request, response) => {
    const brokers = await knownBrokers()
    const place = { brokers, broker: brokers[0]?.shown ?? '', queue: queueDefault }
    send(
      request,
      response,
      place,
      html`<div class="empty"><p>${readerOf(request).say(dlqPageTexts.notLooked)}</p><p class="quiet">${readerOf(request).say(dlqPageTexts.noneRuns)} ${copyable('npm run brokers up rabbitmq')}</p></div>`,
    )
  })

  // Loaded again, a decision is not made again.
  app.get('/dead-letters/decisions', (_request, response) => response.redirect(303, '/dead-letters'))

  app.post('/dead-letters', async (request, response) => {
    const place = await placeOf(readForm(lookForm, request))
    const reader = readerOf(request)
    const inside = await looking(place, reader, (held, waiting) =>
      Promise.resolve(tablePart(held, waiting, { place, reader })),
    )
    send(request, response, place, inside)
  })

  app.post('/dead-letters/decisions', async (request, response) => {
    const { message, action, apply, ...where } = readForm(decideForm, request)
    const place = await placeOf(where)
    const reader = readerOf(request)
    const keys = new Set(typeof message === 'string' ? [message] : message)
    const inside = await looking(place, reader, async (held, waiting) => {
      const meant = held.filter(({ dead }) => keys.has(keyOf(dead)))
      if (keys.size === 0)
        return html`<p class="failed" role="alert">${reader.say(dlqPageTexts.chooseFirst)}</p>${tablePart(held, waiting, { place, reader })}`
      return await decide({
        meant,
        missing: keys.size - meant.length,
        held: held.length,
        place,
        reader,
        action,
        isApplied: apply !== undefined,
      })
    })
    send(request, response, place, inside)
  })

  function send(request: Request, response: Response, place: Place, inside: Html): void {
    const reader = readerOf(request)
    const { say } = reader
    const body = html`<h1>${say(frameTexts.dlq)}</h1><p>${say(dlqPageTexts.about)}</p>
<form method="post" action="/dead-letters" class="tools">${tokenField(dashboard.safety.token)}
<label>${say(dlqPageTexts.broker)} <select name="broker">${place.brokers.map(({ shown }) => html`<option${shown === place.broker ? html` selected` : ''}>${shown}</option>`)}</select></label>
<label>${say(dlqPageTexts.queue)} <input name="queue" value="${place.queue}" required maxlength="255" spellcheck="false"></label>
${keyButton(say(dlqPageTexts.look), { key: 'l', primary: true })}</form>
${inside}`
    response.send(
      framed(dashboard, reader, { title: say(frameTexts.dlq), page: 'dlq', body, modules: ['dlq.js'] }),
    )
  }

  /** Opens the queue, holds its messages while `use` looks at them, and says why it could not. */
  async function looking(
    { brokers, broker, queue }: Place,
    { say }: Reader,
    use: (held: readonly Held[], waiting: number) => Promise<Html>,
  ): Promise<Html> {
    const url = brokers.find(({ shown }) => shown === broker)?.url
    if (url === undefined)
      return html`<p class="failed" role="alert">${say(dlqTexts.unreachable(broker, '?'))}</p>`
    let opened: DeadLetterQueue | undefined
    try {
      opened = await DeadLetterQueue.open({ url, queue })
      return await opened.hold(use)
    } catch (error) {
      if (!(error instanceof NoQueue)) throw error
      const said = {
        unreachable: dlqTexts.unreachable(broker, error.message),
        refused: dlqTexts.refused(broker, error.message),
        missing: dlqTexts.missing(queue, broker),
      }[error.kind]
      return html`<p class="failed" role="alert">${say(said)}</p>`
    } finally {
      await opened?.close()
    }
  }

  async function decide(asked: {
    readonly meant: readonly Held[]
    readonly missing: number
    readonly held: number
    readonly place: Place
    readonly reader: Reader
    readonly action: 'redrive' | 'drop'
    readonly isApplied: boolean
  }): Promise<Html> {
    const { meant, missing, held, place, reader, action, isApplied } = asked
    const { say } = reader
    const { queue } = place
    const gone = missing > 0 ? html`<p class="notice">${say(dlqPageTexts.gone(missing))}</p>` : ''
    const title = html`<h2>${say(isApplied ? dlqPageTexts.done : dlqPageTexts.preview)}</h2>`
    if (action === 'redrive') {
      const endings = await redriveAll(meant, { isApplied, redrivesMax: redrivesDefault, queue })
      const count = endings.filter(({ is }) => is === 'sent').length
      return html`${title}${gone}<p role="status">${say((isApplied ? dlqTexts.sent : dlqTexts.dryRun)(count, held))}</p><ul>${endings.map((ending) => html`<li><code>${nameOf(ending.dead, reader)}</code> ${fateOf(ending, reader)}</li>`)}</ul>${isApplied || count === 0 ? '' : applyForm(asked)}`
    }
    const file = isApplied ? dropAll(meant, queue) : undefined
    const said =
      file === undefined ? dlqTexts.dryDrop(meant.length, held) : dlqTexts.dropped(meant.length, held, file)
    return html`${title}${gone}<p role="status">${say(said)}</p><ul>${meant.map(({ dead }) => html`<li><code>${nameOf(dead, reader)}</code> ${dead.reason ?? ''}</li>`)}</ul>${isApplied ? '' : applyForm(asked)}`
  }

  /** The same choice once more, to be done. */
  function applyForm({
    meant,
    place,
    reader,
    action,
  }: {
    readonly meant: readonly Held[]
    readonly place: Place
    readonly reader: Reader
    readonly action: 'redrive' | 'drop'
  }): Html {
    const label = reader.say(action === 'redrive' ? dlqPageTexts.applyRedrive : dlqPageTexts.applyDrop)
    return html`<form method="post" action="/dead-letters/decisions">${placeFields(place)}<input type="hidden" name="action" value="${action}">${meant.map(({ dead }) => html`<input type="hidden" name="message" value="${keyOf(dead)}">`)}${keyButton(label, { key: 'a', name: 'apply', value: '1', primary: true })}</form>`
  }

  function placeFields({ broker, queue }: Place): Html {
    return html`${tokenField(dashboard.safety.token)}<input type="hidden" name="broker" value="${broker}"><input type="hidden" name="queue" value="${queue}">`
  }

  function tablePart(
    held: readonly Held[],
    waiting: number,
    { place, reader }: { readonly place: Place; readonly reader: Reader },
  ): Html {
    const { say, lang } = reader
    if (held.length === 0) return html`<p role="status">${say(dlqTexts.empty)}</p>`
    const now = Date.now()
    const returns = held.reduce((most, { dead }) => Math.max(most, dead.returns), 0)
    const shown = held.slice(0, rowsMax)
    const oldest = held.flatMap(({ dead }) => dead.diedAt ?? []).toSorted((a, b) => a - b)[0]
    return html`<p role="status">${say(dlqTexts.found(held.length, oldest === undefined ? undefined : shownSpan(now - oldest, lang)))}${shown.length < held.length ? html` · ${say(dlqPageTexts.shownFirst(shown.length, held.length))}` : ''}</p>
${waiting > held.length ? html`<p class="notice">${say(dlqTexts.more(heldMax, waiting))}</p>` : ''}
${returns >= returnsWarned ? html`<p class="notice">${say(dlqTexts.lookedAtOften(returns))}</p>` : ''}
<form method="post" action="/dead-letters/decisions">${placeFields(place)}
<div class="tools"><label>${say(frameTexts.filter)} <input type="search" data-filters="tr[data-words]" data-key="/" autocomplete="off" placeholder="${say(frameTexts.filterHint)}"></label> ${keyButton(say(dlqPageTexts.redrive), { key: 'r', name: 'action', value: 'redrive' })} ${keyButton(say(dlqPageTexts.drop), { key: 'd', name: 'action', value: 'drop' })}</div>
<div class="scroll" tabindex="0" role="group" aria-label="${place.queue}"><table><thead><tr><th scope="col"><input type="checkbox" id="select-all" aria-label="${say(dlqPageTexts.selectAll)}"></th>${dlqTexts.heads[lang].map((head) => html`<th scope="col">${head}</th>`)}<th scope="col">${say(dlqPageTexts.content)}</th></tr></thead><tbody>${shown.map(({ dead }) => rowOf(dead, now, reader))}</tbody></table></div></form>`
  }
}

async function placeOf({ broker, queue }: { broker: string; queue: string }): Promise<Place> {
  return { brokers: await knownBrokers(), broker, queue }
}

/** Names a message between two requests, also one without an id. */
function keyOf({ id, headers, body }: DeadLetter): string {
  return createHash('sha256')
    .update(`${id ?? ''}\0${JSON.stringify(headers)}\0`)
    .update(body)
    .digest('hex')
    .slice(0, 24)
}

function rowOf(dead: DeadLetter, now: number, reader: Reader): Html {
  const { say, lang } = reader
  const { diedAt, origin, attempts, redrives, reason } = dead
  const unknown = say(dlqTexts.unknown)
  const name = nameOf(dead, reader)
  const cells = [
    diedAt === undefined ? unknown : say(dlqTexts.ago(shownSpan(now - diedAt, lang))),
    attempts === undefined ? unknown : String(attempts),
    String(redrives),
    origin === undefined
      ? unknown
      : `${origin.exchange === '' ? '(default)' : origin.exchange} / ${origin.routingKey}`,
    (reason ?? unknown).slice(0, 500),
  ]
  const words = [dead.id ?? '', ...cells].join(' ').toLowerCase()
  return html`<tr data-words="${words}"><td><input type="checkbox" name="message" value="${keyOf(dead)}" aria-label="${say(dlqPageTexts.select(name))}"></td><th scope="row">${dead.id === undefined ? name : copyable(dead.id, name)}</th>${cells.map((cell) => html`<td><bdi>${cell}</bdi></td>`)}<td>${insideOf(dead, reader)}</td></tr>`
}

/** Everything that a stranger wrote stands in a text box of its own: no markup, no direction that leaks out of it. */
function insideOf({ headers, body, contentType }: DeadLetter, { say }: Reader): Html {
  const part = body.subarray(0, bodyShownMax)
  const shownHeaders = JSON.stringify(headers, undefined, 1).slice(0, headersShownMax)
  return html`<details><summary>${contentType ?? say(dlqPageTexts.content)}</summary><p class="quiet">${say(dlqPageTexts.headers)}</p><pre tabindex="0" class="inert"><bdi>${shownHeaders}</bdi></pre><p class="quiet">${say(dlqPageTexts.body(body.length, part.length))}</p><pre tabindex="0" class="inert"><bdi>${bodyText(part)}</bdi></pre></details>`
}

function nameOf({ id }: DeadLetter, { say }: Reader): string {
  return id === undefined ? say(dlqTexts.noId) : shortId(id)
}

function fateOf({ dead, is, refusal, why }: Ending, { say }: Reader): string {
  if (refusal !== undefined) return say(dlqTexts.refusals(redrivesDefault)[refusal])
  if (is === 'failed') return say(dlqTexts.failed(why ?? ''))
  return say(dlqTexts.to(dead.origin?.exchange ?? '', dead.origin?.routingKey ?? ''))
}
