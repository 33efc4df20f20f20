/** Asks the management API on behalf of a probe: notes status and JSON as a line, and deletes afterwards what was put. */
import { setTimeout as pause } from 'node:timers/promises'
import { normalise } from './print.ts'
import type { ApiOptions } from './probe.ts'

/** A real server's numbers are late by its statistics interval, five seconds if nobody changes it. */
const WAIT_MS_MAX = 8_000
const STEP_MS = 50

export class ManagementProbe {
  readonly #url: string
  readonly #note: (line: string) => void
  readonly #put: string[] = []

  constructor(url: string, note: (line: string) => void) {
    this.#url = url
    this.#note = note
  }

  async ask(method: string, path: string, options: ApiOptions = {}): Promise<unknown> {
    if (method === 'PUT') this.#put.push(path)
    for (const deadline = Date.now() + WAIT_MS_MAX; ; await pause(STEP_MS)) {
      const { status, text } = await this.#fetch(method, path, options)
      const answer = jsonOf(text)
      const isWanted = options.until === undefined || options.until(answer as never)
      if (!isWanted && Date.now() < deadline) continue
      this.#note(
        `${method} ${path}: ${normalise(`${status} ${printJson(chosen(answer, options.keys))}`).trim()}`,
      )
      return answer
    }
  }

  async close(connection: string): Promise<void> {
    const { status } = await this.#fetch('DELETE', `/api/connections/${encodeURIComponent(connection)}`, {})
    this.#note(`DELETE of the connection: ${status}`)
  }

  async leave(): Promise<void> {
    for (const path of this.#put.splice(0).reverse()) await this.#fetch('DELETE', path, {})
  }

  async #fetch(method: string, path: string, { body, user = 'guest' }: ApiOptions) {
    const authorization = `Basic ${Buffer.from(`${user}:${user}`).toString('base64')}`
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: response.status, text: await response.text() }
  }
}

/** What is no JSON stays text; a page of HTML is only named. */
function jsonOf(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text.startsWith('<') ? 'HTML' : text
  }
}

function chosen(answer: unknown, keys: readonly string[] | undefined): unknown {
  if (keys === undefined || typeof answer !== 'object' || answer === null) return answer
  if (Array.isArray(answer)) return answer.map((item) => chosen(item, keys))
  const all = answer as Readonly<Record<string, unknown>>
  return Object.fromEntries(keys.map((key) => [key, all[key]]))
}

/** With the keys of objects in order, since theirs is chance. */
function printJson(value: unknown): string {
  if (value === undefined) return ''
  return JSON.stringify(value, (_key, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
