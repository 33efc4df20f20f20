/** /api/vhosts */
import { z } from 'zod'
import type { Account } from '../model/definitions.ts'
import type { Vhost } from '../model/vhost.ts'
import { badRequest } from './api-error.ts'
import { fields } from './body.ts'
import { connectionItem } from './connections.ts'
import { list } from './list.ts'
import { permissionItems } from './permissions.ts'
import { created, noContent, ok, type Route, route } from './route.ts'
import { NODE, runningConnections, type Site, vhostOf, visibleVhosts } from './site.ts'

export const vhostBody = z.looseObject({
  default_queue_type: fields.string('undefined'),
  tracing: fields.boolean(false),
  description: z.string().optional(),
  tags: fields.tags([]),
})

/** @throws ApiError for what a vhost can't do here. */
export function addVhost(
  { site, user }: { site: Site; user: Account },
  name: string,
  options: z.infer<typeof vhostBody>,
): boolean {
  if (!['undefined', 'classic'].includes(options.default_queue_type)) {
    throw badRequest(`default_queue_type '${options.default_queue_type}' is not supported here`)
  }
  if (options.tracing) throw badRequest('tracing is not supported here')
  const isNew = !site.broker.vhosts.has(name)
  const vhost = site.broker.addVhost(name, user.name)
  const { description, tags } = options
  if (description !== undefined || tags.length > 0) vhost.setNotes({ description: description ?? '', tags })
  return isNew
}

function vhostItem(site: Site, vhost: Vhost) {
  const queues = [...vhost.queues.values()]
  const ready = queues.reduce((sum, queue) => sum + queue.readyCount, 0)
  const unacknowledged = queues.reduce((sum, queue) => sum + queue.unsettledCount, 0)
  const { description, tags } = vhost.notes
  const queueType = site.broker.profile.hasApiOf4 ? { default_queue_type: 'classic' } : {}
  return {
    name: vhost.name,
    description,
    tags,
    metadata: { description, tags, ...queueType },
    default_queue_type: 'undefined',
    ...queueType,
    tracing: false,
    cluster_state: { [NODE]: 'running' },
    messages: ready + unacknowledged,
    messages_ready: ready,
    messages_unacknowledged: unacknowledged,
  }
}

export const vhostRoutes: readonly Route[] = [
  route('GET', '/api/vhosts', (request) => {
    const { site, user } = request
    const items = visibleVhosts(site, user).map((vhost) => vhostItem(site, vhost))
    return list(request, items, ['name'])
  }),
  route('GET', '/api/vhosts/:vhost', ({ site, path }) =>
    ok(vhostItem(site, vhostOf(site, path['vhost'] ?? ''))),
  ),
  route(
    'PUT',
    '/api/vhosts/:name',
    (request) => {
      const isNew = addVhost(request, request.path['name'] ?? '', request.body(vhostBody))
      return isNew ? created : noContent
    },
    'administrator',
  ),
  route(
    'DELETE',
    '/api/vhosts/:name',
    ({ site, path }) => {
      site.deleteVhost(vhostOf(site, path['name'] ?? '').name)
      return noContent
    },
    'administrator',
  ),
  route(
    'GET',
    '/api/vhosts/:vhost/permissions',
    (request) => {
      const vhost = vhostOf(request.site, request.path['vhost'] ?? '')
      return list(request, permissionItems(request.site, { vhost: vhost.name }), ['user'])
    },
    'administrator',
  ),
  route('GET', '/api/vhosts/:vhost/connections', (request) => {
    const vhost = vhostOf(request.site, request.path['vhost'] ?? '')
    return list(request, runningConnections(request.site, [vhost]).map(connectionItem), ['name'])
  }),
]
