/**
 * Who may ask for what. The server listens on loopback, yet any web page that a learner visits can make their browser send
 * requests to it: by name (DNS rebinding, seen by Host), from another site (Origin, Sec-Fetch-Site), or by a form (the token).
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { bootHash, styleHashes } from './assets.ts'

/** Why a request was refused; the page of it says what to do next. */
export class Refused extends Error {
  readonly status: number
  readonly text: Text

  constructor(status: number, said: Text) {
    super(said.en)
    this.status = status
    this.text = said
  }
}

const sentences = {
  host: text(
    'This address is not the dashboard’s. Open the one that npm run dashboard printed.',
    'Đây không phải địa chỉ của dashboard. Mở đúng địa chỉ mà npm run dashboard đã in ra.',
  ),
  site: text(
    'Another web site asked for this, so nothing was done.',
    'Yêu cầu này đến từ một trang web khác, nên không có gì được thực hiện.',
  ),
  token: text(
    'This page is from before the dashboard was started again, so nothing was done. Load the page anew and repeat it.',
    'Trang này mở từ trước khi dashboard khởi động lại, nên không có gì được thực hiện. Tải lại trang rồi làm lại.',
  ),
} as const

/** What a page may load: our own files, nothing inline but our style sheets and what loads our modules, nothing from elsewhere. */
const pagePolicy = [
  "default-src 'none'",
  `script-src 'self' ${bootHash}`,
  `style-src 'self' ${styleHashes.join(' ')}`,
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A drawing stands in a frame of its own, since Mermaid styles it inline. It may run our scripts and talk to nobody. */
const framePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

/** Lets a page be framed by our own, and style itself inline. */
export function allowDrawing(response: Response): void {
  response.setHeader('Content-Security-Policy', framePolicy)
}

/** One for each start of the server. */
export class Safety {
  readonly token = randomBytes(32).toString('hex')
  /** Tells pages that the server was started again. */
  readonly instance = randomBytes(6).toString('hex')
  readonly #hosts: ReadonlySet<string>

  constructor(port: number) {
    this.#hosts = new Set(['127.0.0.1', 'localhost', '[::1]'].map((host) => `${host}:${port}`))
  }

  /** Stands before every route. */
  readonly guard = (request: Request, response: Response, next: NextFunction): void => {
    response.setHeader('Content-Security-Policy', pagePolicy)
    response.setHeader('X-Content-Type-Options', 'nosniff')
    // With "no-referrer" a form's Origin would be "null".
    response.setHeader('Referrer-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
    response.setHeader('Cache-Control', 'no-store')
    const { host = '', origin } = request.headers
    if (!this.#hosts.has(host.toLowerCase())) throw new Refused(403, sentences.host)
    const site = request.headers['sec-fetch-site']
    // Only another site can have opened the window, and cutting that tie costs the browser a new process before anything is painted.
    if (site !== 'none' && site !== 'same-origin')
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    const isChange = request.method !== 'GET' && request.method !== 'HEAD'
    // A link from elsewhere may open a page; it may neither embed one nor change anything.
    const isOpened =
      !isChange &&
      request.headers['sec-fetch-mode'] === 'navigate' &&
      request.headers['sec-fetch-dest'] === 'document'
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isOpened)
      throw new Refused(403, sentences.site)
    if (origin !== undefined && !this.#isOurs(origin)) throw new Refused(403, sentences.site)
    if (isChange && origin === undefined && site !== 'same-origin') throw new Refused(403, sentences.site)
    next()
  }

  /** Stands behind the parser of forms: a change comes with this start's token. */
  readonly changes = (request: Request, _response: Response, next: NextFunction): void => {
    if (request.method === 'GET' || request.method === 'HEAD') return next()
    const body = request.body as { _token?: unknown } | undefined
    const given = request.headers['x-token'] ?? body?._token
    if (typeof given !== 'string' || !this.#isToken(given)) throw new Refused(403, sentences.token)
    next()
  }

  #isOurs(origin: string): boolean {
    return origin.startsWith('http://') && this.#hosts.has(origin.slice('http://'.length).toLowerCase())
  }

  #isToken(given: string): boolean {
    const [one, other] = [Buffer.from(given), Buffer.from(this.token)]
    return one.length === other.length && timingSafeEqual(one, other)
  }
}
