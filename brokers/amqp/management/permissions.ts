/** /api/permissions: which queues and exchanges of a vhost a user may configure, write and read */
import { z } from 'zod'
import type { Account, Permission } from '../model/definitions.ts'
import { compile, permissionOf } from '../model/rights.ts'
import { badRequest, notFound } from './api-error.ts'
import { fields } from './body.ts'
import { list } from './list.ts'
import { created, noContent, ok, type Route, route } from './route.ts'
import { mayOpen, type Site } from './site.ts'

export const permissionBody = z.looseObject({
  configure: fields.string(),
  write: fields.string(),
  read: fields.string(),
})

/** Of one user, of one vhost, or all. */
export function permissionItems(site: Site, of: { user?: string; vhost?: string } = {}) {
  const users = [...site.broker.users.values()].filter(
    ({ name }) => of.user === undefined || of.user === name,
  )
  const vhosts = [...site.broker.vhosts.keys()].filter((name) => of.vhost === undefined || of.vhost === name)
  return users.flatMap((user) =>
    vhosts.flatMap((vhost) => {
      const permission = permissionOf(user, vhost)
      return permission === undefined ? [] : [permissionItem(user.name, vhost, permission)]
    }),
  )
}

function permissionItem(user: string, vhost: string, { configure, write, read }: Permission) {
  return { user, vhost, configure, write, read }
}

/** False if the user had other ones. @throws ApiError for a pattern that is none, and for a user or vhost that is not there. */
export function permit(
  site: Site,
  of: { user: string; vhost: string },
  { configure, write, read }: z.infer<typeof permissionBody>,
): boolean {
  const user = userIn(site, of)
  for (const pattern of [configure, write, read]) checkPattern(pattern)
  const isNew = !mayOpen(user, of.vhost)
  site.broker.permit(of.user, of.vhost, { configure, write, read })
  return isNew
}

/** @throws ApiError */
export function userIn(site: Site, of: { user: string; vhost: string }): Account {
  const user = site.broker.users.get(of.user)
  if (user === undefined || !site.broker.vhosts.has(of.vhost)) throw badRequest('vhost_or_user_not_found')
  return user
}

/** What PCRE says of the usual mistakes; both find them at the end of the pattern. */
const mistakes: readonly (readonly [ours: RegExp, theirs: string])[] = [
  [/Unterminated group/, 'missing )'],
  [/Unterminated character class/, 'missing terminating ] for character class'],
]

/**
 * RabbitMQ gives the pattern and what is wrong with it as lists of character codes.
 * @throws ApiError
 */
export function checkPattern(pattern: string): void {
  try {
    compile(pattern)
  } catch (error) {
    const { message } = error as Error
    const theirs = mistakes.find(([ours]) => ours.test(message))?.[1] ?? message
    throw badRequest([
      'invalid_regexp',
      [...Buffer.from(pattern)],
      [[...Buffer.from(theirs)], pattern.length],
    ])
  }
}

/** The user of the path with what it may do in the vhost of the path. @throws ApiError 404 */
function permitted(
  site: Site,
  path: Readonly<Record<string, string>>,
): { user: Account; permission: Permission } {
  const { user: name = '', name: vhost = '' } = path
  const user = site.broker.users.get(name)
  const permission = user === undefined ? undefined : permissionOf(user, vhost)
  if (user === undefined || permission === undefined || !site.broker.vhosts.has(vhost)) throw notFound()
  return { user, permission }
}

export const permissionRoutes: readonly Route[] = [
  route(
    'GET',
    '/api/permissions',
    (request) => list(request, permissionItems(request.site), ['vhost', 'user']),
    'administrator',
  ),
  route(
    'GET',
    '/api/permissions/:name/:user',
    ({ site, path }) => {
      const { user, permission } = permitted(site, path)
      return ok(permissionItem(user.name, path['name'] ?? '', permission))
    },
    'administrator',
  ),
  route(
    'PUT',
    '/api/permissions/:name/:user',
    ({ site, path, body }) => {
      const of = { user: path['user'] ?? '', vhost: path['name'] ?? '' }
      return permit(site, of, body(permissionBody)) ? created : noContent
    },
    'administrator',
  ),
  route(
    'DELETE',
    '/api/permissions/:name/:user',
    ({ site, path }) => {
      site.broker.permit(permitted(site, path).user.name, path['name'] ?? '', undefined)
      return noContent
    },
    'administrator',
  ),
]
