/**
 * /api/permissions: who may open which vhost. A user may do everything in the vhosts that it may open; there are no
 * permissions below that.
 * As patterns of a permission only `.*` is taken, since there are no permissions below vhosts; others are refused.
 */
import { z } from 'zod'
import type { Account } from '../model/definitions.ts'
import { badRequest, notFound } from './api-error.ts'
import { fields } from './body.ts'
import { list } from './list.ts'
import { created, noContent, ok, type Route, route } from './route.ts'
import { mayOpen, type Site } from './site.ts'

const EVERYTHING = '.*'
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
    vhosts.filter((vhost) => mayOpen(user, vhost)).map((vhost) => permissionItem(user.name, vhost)),
  )
}

function permissionItem(user: string, vhost: string) {
  return { user, vhost, configure: EVERYTHING, write: EVERYTHING, read: EVERYTHING }
}

/** @throws ApiError for a pattern that would allow less than everything, and for a user or vhost that is not there. */
export function permit(
  site: Site,
  of: { user: string; vhost: string },
  patterns: z.infer<typeof permissionBody>,
): boolean {
  const user = site.broker.users.get(of.user)
  if (user === undefined || !site.broker.vhosts.has(of.vhost)) throw badRequest('vhost_or_user_not_found')
  for (const name of ['configure', 'write', 'read'] as const) {
    if (patterns[name] !== EVERYTHING) {
      throw badRequest(
        `the permission ${name} '${patterns[name]}' is not supported here: it can only be '${EVERYTHING}'`,
      )
    }
  }
  if (mayOpen(user, of.vhost)) return false
  site.broker.putAccount({ ...user, vhosts: [...(user.vhosts ?? []), of.vhost] })
  return true
}

function forbid(site: Site, user: Account, vhost: string): void {
  const vhosts = (user.vhosts ?? [...site.broker.vhosts.keys()]).filter((name) => name !== vhost)
  site.broker.putAccount({ ...user, vhosts })
}

/** The user of the path, if it may open the vhost of the path. @throws ApiError 404 */
function permittedUser(site: Site, path: Readonly<Record<string, string>>): Account {
  const user = site.broker.users.get(path['user'] ?? '')
  const isThere = user !== undefined && site.broker.vhosts.has(path['name'] ?? '')
  if (isThere && mayOpen(user, path['name'] ?? '')) return user
  throw notFound()
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
    ({ site, path }) => ok(permissionItem(permittedUser(site, path).name, path['name'] ?? '')),
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
      forbid(site, permittedUser(site, path), path['name'] ?? '')
      return noContent
    },
    'administrator',
  ),
]
