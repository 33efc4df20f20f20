/** /api/topic-permissions: which routing keys of a topic exchange a user may write and read */
import { z } from 'zod'
import type { Account } from '../model/definitions.ts'
import { notFound } from './api-error.ts'
import { fields } from './body.ts'
import { list } from './list.ts'
import { checkPattern, userIn } from './permissions.ts'
import { type ApiRequest, created, noContent, type Route, route } from './route.ts'
import { type Site, vhostOf } from './site.ts'

export const topicPermissionBody = z.looseObject({
  exchange: fields.string(),
  write: fields.string(),
  read: fields.string(),
})

/** Of one user, of one vhost, or all. */
export function topicPermissionItems(site: Site, of: { user?: string; vhost?: string } = {}) {
  const items = [...site.broker.users.values()].flatMap(({ name: user, topicPermissions = {} }) =>
    Object.entries(topicPermissions).flatMap(([vhost, byExchange]) =>
      Object.entries(byExchange).map(([exchange, { write, read }]) => ({
        user,
        vhost,
        exchange,
        write,
        read,
      })),
    ),
  )
  return items.filter(
    ({ user, vhost }) =>
      (of.user === undefined || of.user === user) && (of.vhost === undefined || of.vhost === vhost),
  )
}

/** False if the user had other ones for that exchange. @throws ApiError */
export function permitTopics(
  site: Site,
  of: { user: string; vhost: string },
  { exchange, write, read }: z.infer<typeof topicPermissionBody>,
): boolean {
  const current = userIn(site, of).topicPermissions?.[of.vhost] ?? {}
  for (const pattern of [write, read]) checkPattern(pattern)
  site.broker.putTopicPermissions(of.user, of.vhost, { ...current, [exchange]: { write, read } })
  return current[exchange] === undefined
}

/** @throws ApiError 404 */
function userOf({ site, path }: ApiRequest): Account {
  const user = site.broker.users.get(path['user'] ?? '')
  if (user === undefined) throw notFound()
  return user
}

/** Both of the path. @throws ApiError 404 */
function endsOf(request: ApiRequest): { user: string; vhost: string } {
  const { name } = vhostOf(request.site, request.path['name'] ?? '')
  return { user: userOf(request).name, vhost: name }
}

export const topicPermissionRoutes: readonly Route[] = [
  route(
    'GET',
    '/api/topic-permissions',
    (request) => list(request, topicPermissionItems(request.site), ['vhost', 'user', 'exchange']),
    'administrator',
  ),
  route(
    'GET',
    '/api/topic-permissions/:name/:user',
    (request) => list(request, topicPermissionItems(request.site, endsOf(request)), ['exchange']),
    'administrator',
  ),
  route(
    'PUT',
    '/api/topic-permissions/:name/:user',
    ({ site, path, body }) => {
      const of = { user: path['user'] ?? '', vhost: path['name'] ?? '' }
      return permitTopics(site, of, body(topicPermissionBody)) ? created : noContent
    },
    'administrator',
  ),
  route(
    'DELETE',
    '/api/topic-permissions/:name/:user',
    (request) => {
      const { user, vhost } = endsOf(request)
      request.site.broker.putTopicPermissions(user, vhost, {})
      return noContent
    },
    'administrator',
  ),
  route(
    'GET',
    '/api/users/:user/topic-permissions',
    (request) =>
      list(request, topicPermissionItems(request.site, { user: userOf(request).name }), [
        'vhost',
        'exchange',
      ]),
    'administrator',
  ),
  route(
    'GET',
    '/api/vhosts/:vhost/topic-permissions',
    (request) => {
      const { name: vhost } = vhostOf(request.site, request.path['vhost'] ?? '')
      return list(request, topicPermissionItems(request.site, { vhost }), ['user', 'exchange'])
    },
    'administrator',
  ),
]
