/** A route of the API: method, path, who may take it, and what it does. */
import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import type { Account } from '../model/definitions.ts'
import type { Site } from './site.ts'

export type HttpMethod = 'GET' | 'PUT' | 'POST' | 'DELETE'

/** What the user must be, beyond one with any tag at all. */
export type Needs = 'any' | 'monitor' | 'policymaker' | 'administrator'

export interface ApiRequest {
  readonly site: Site
  readonly user: Account
  /** The `:words` of the path, percent-decoded. */
  readonly path: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** @throws ApiError for a body that is not what the schema says. */
  body<T>(schema: z.ZodType<T>, unparsable?: string): T
}

export interface Answer {
  readonly status: number
  readonly json?: unknown
  readonly location?: string
}

export interface Route {
  readonly method: HttpMethod
  /** Segments that begin with a colon match anything. */
  readonly path: string
  readonly needs: Needs
  readonly run: (request: ApiRequest) => Answer
}

export const created: Answer = { status: 201 }
export const noContent: Answer = { status: 204 }

export function ok(json: unknown): Answer {
  return { status: 200, json }
}

/** A route for anybody who may log in; wherever the path names a vhost, the user must be allowed to open it. */
export function route(method: HttpMethod, path: string, run: Route['run'], needs: Needs = 'any'): Route {
  return { method, path, run, needs }
}

/** The words of a path, or undefined if it is another one. */
export function match(pattern: string, segments: readonly string[]): Record<string, string> | undefined {
  const wanted = pattern.split('/').slice(1)
  if (wanted.length !== segments.length) return undefined
  const words: Record<string, string> = {}
  for (const [at, word] of wanted.entries()) {
    const segment = segments[at] as string
    if (word.startsWith(':')) words[word.slice(1)] = segment
    else if (word !== segment) return undefined
  }
  return words
}
