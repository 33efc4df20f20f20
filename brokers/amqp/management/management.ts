/**
 * The management HTTP API, a subset: RabbitMQ's paths and field names over the state of the model (measured on 3.10.8). It
 * runs in the broker's own event loop.
 *
 * Departure. The management API tells what is true at that moment, without rates, histories and web pages; RabbitMQ tells
 * what it knew some seconds ago.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Account } from '../model/definitions.ts'
import { isPassword } from '../model/password.ts'
import { ApiError, badRequest, notAuthorised, notFound } from './api-error.ts'
import { parseBody, readBody } from './body.ts'
import { type Answer, type ApiRequest, match, type Route } from './route.ts'
import { routes } from './routes.ts'
import { isMonitor, mayOpen, type Site } from './site.ts'

const CHALLENGE = { 'www-authenticate': 'Basic realm="RabbitMQ Management"' }
/** A client has so long to send a whole request. */
const REQUEST_MS_MAX = 30_000
const userTags = ['administrator', 'monitoring', 'policymaker', 'management']

export function createManagement(site: Site): Server {
  const server = createServer({ requestTimeout: REQUEST_MS_MAX }, async (message, response) => {
    const reply = await answer(site, message).catch(problem)
    send(message, response, reply)
  })
  // What went wrong with a socket is over with the socket.
  server.on('clientError', (_error, socket) => socket.destroy())
  return server
}

interface Reply extends Answer {
  readonly headers?: Readonly<Record<string, string>>
}

async function answer(site: Site, message: IncomingMessage): Promise<Reply> {
  const [path = '', query = ''] = (message.url ?? '/').split('?', 2)
  const segments = segmentsOf(path)
  const matching = routes.flatMap((route) => {
    const words = match(route.path, segments)
    return words === undefined ? [] : [{ route, words }]
  })
  if (matching.length === 0) throw notFound()
  const method = message.method === 'HEAD' ? 'GET' : message.method
  const allow = { allow: allowed(matching.map(({ route }) => route)) }
  if (method === 'OPTIONS') return { status: 200, headers: allow }
  const chosen = matching.find(({ route }) => route.method === method)
  if (chosen === undefined) return { status: 405, headers: allow }
  const user = authenticate(site, message)
  if (user === undefined) return { status: 401, headers: CHALLENGE }
  authorise(site, user, chosen)
  const body = await readBody(message)
  const request: ApiRequest = {
    site,
    user,
    path: chosen.words,
    query: new URLSearchParams(query),
    headers: message.headers,
    body: (schema, unparsable) => parseBody(body, schema, unparsable),
  }
  const done = chosen.route.run(request)
  // Nobody hears of a change before it has been kept.
  if (method !== 'GET') site.commit()
  return done
}

/** Not by way of URL, for which a queue may not be called `..`. @throws ApiError for a path that is wrongly encoded. */
function segmentsOf(pathname: string): string[] {
  const parts = pathname.split('/').slice(1)
  if (parts.at(-1) === '') parts.pop()
  try {
    return parts.map(decodeURIComponent)
  } catch {
    throw badRequest('bad_path')
  }
}

function allowed(matching: readonly Route[]): string {
  const order = ['HEAD', 'GET', 'PUT', 'DELETE', 'POST', 'OPTIONS']
  const methods = new Set<string>(['OPTIONS', ...matching.map(({ method }) => method)])
  if (methods.has('GET')) methods.add('HEAD')
  return order.filter((method) => methods.has(method)).join(', ')
}

/** Undefined for a request without credentials. @throws ApiError for wrong ones. */
function authenticate(site: Site, message: IncomingMessage): Account | undefined {
  const { authorization } = message.headers
  if (authorization === undefined) return undefined
  const [, encoded] = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? []
  const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? []
  const user = name === undefined ? undefined : site.broker.users.get(name)
  if (user === undefined || password === undefined || !isPassword(password, user.passwordHash)) {
    throw new ApiError(
      401,
      'not_authorized',
      site.broker.profile.hasApiOf4 ? 'Not_Authorized' : 'Login failed',
    )
  }
  return user
}

/** @throws ApiError */
function authorise(
  site: Site,
  user: Account,
  { route, words }: { route: Route; words: Readonly<Record<string, string>> },
): void {
  const { needs, method } = route
  if (!userTags.some((tag) => user.tags.includes(tag))) throw notAuthorised('Not management user')
  if (needs === 'administrator' && !user.tags.includes('administrator'))
    throw notAuthorised('Not administrator user')
  if (needs === 'monitor' && !isMonitor(user)) throw notAuthorised('Not monitor user')
  const { vhost } = words
  if (needs === 'policymaker') {
    const isAdministrator = user.tags.includes('administrator')
    if (isAdministrator || (user.tags.includes('policymaker') && mayOpen(user, vhost ?? ''))) return
    throw notAuthorised('User not authorised to access object')
  }
  // That there is no such vhost is for the route to say.
  if (vhost === undefined || !site.broker.vhosts.has(vhost)) return
  if (mayOpen(user, vhost) || (method === 'GET' && isMonitor(user))) return
  throw notAuthorised('User not authorised to access virtual host')
}

function problem(error: unknown): Reply {
  if (error instanceof ApiError) {
    const { status, error: name, reason } = error
    const headers = name === 'not_authorized' ? CHALLENGE : {}
    return { status, json: { error: name, reason }, headers }
  }
  // A defect of ours: told to whoever asked, and the broker stays up.
  return { status: 500, json: { error: 'internal_server_error', reason: String(error) } }
}

function send(message: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const text = reply.json === undefined ? '' : JSON.stringify(reply.json)
  response.writeHead(reply.status, {
    ...(reply.json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(reply.status === 204 ? {} : { 'content-length': Buffer.byteLength(text) }),
    ...(reply.location === undefined ? {} : { location: reply.location }),
    'cache-control': 'no-cache',
    vary: 'accept, accept-encoding, origin',
    // What is left of a body that was refused would be taken for the next request.
    ...(message.complete ? {} : { connection: 'close' }),
    ...reply.headers,
  })
  response.end(message.method === 'HEAD' ? undefined : text)
}
