/** /api/vhost-limits and /api/user-limits: how many connections, channels and queues there may be */
import { z } from 'zod'
import type { Limits } from '../model/definitions.ts'
import { erlangTerm } from '../refusal.ts'
import { ApiError, badRequest, notFound } from './api-error.ts'
import { fields } from './body.ts'
import { targetVhost } from './exchanges.ts'
import { list } from './list.ts'
import { invalid } from './policies.ts'
import { type ApiRequest, noContent, type Route, route } from './route.ts'
import { vhostOf, visibleVhosts } from './site.ts'

const limitBody = z.looseObject({ value: fields.any() })

/** The limit that path and body name. @throws ApiError with what RabbitMQ's validation says. */
function limitOf({ path, body }: ApiRequest, names: readonly string[]): Limits {
  const name = path['limit'] ?? ''
  const { value } = body(limitBody)
  if (!names.includes(name)) {
    throw badRequest(invalid(`Unrecognised terms [{${erlangTerm(name)},${erlangTerm(value)}}] in limits`))
  }
  if (!Number.isInteger(value))
    throw badRequest(invalid(`${name} should be a number, actually was ${erlangTerm(value)}`))
  return { [name]: value as number }
}

function without(limits: Limits, name = ''): Limits {
  const { [name as keyof Limits]: _, ...others } = limits
  return others
}

const hasAny = ({ value }: { value: Limits }) => Object.keys(value).length > 0

const vhostRoutes: readonly Route[] = [
  route('GET', '/api/vhost-limits', (request) => {
    const items = visibleVhosts(request.site, request.user).map(({ name, limits }) => ({
      vhost: name,
      value: limits,
    }))
    return list(request, items.filter(hasAny), ['vhost'])
  }),
  route('GET', '/api/vhost-limits/:vhost', (request) => {
    const { name, limits } = vhostOf(request.site, request.path['vhost'] ?? '')
    return list(request, [{ vhost: name, value: limits }].filter(hasAny), ['vhost'])
  }),
  route(
    'PUT',
    '/api/vhost-limits/:vhost/:limit',
    (request) => {
      const vhost = targetVhost(request)
      vhost.setLimits({ ...vhost.limits, ...limitOf(request, ['max-connections', 'max-queues']) })
      return noContent
    },
    'administrator',
  ),
  route(
    'DELETE',
    '/api/vhost-limits/:vhost/:limit',
    ({ site, path }) => {
      const vhost = vhostOf(site, path['vhost'] ?? '')
      vhost.setLimits(without(vhost.limits, path['limit']))
      return noContent
    },
    'administrator',
  ),
]

const userRoutes: readonly Route[] = [
  route(
    'GET',
    '/api/user-limits',
    (request) => {
      const items = [...request.site.broker.users.values()].map(({ name, limits = {} }) => ({
        user: name,
        value: limits,
      }))
      return list(request, items.filter(hasAny), ['user'])
    },
    'administrator',
  ),
  route(
    'GET',
    '/api/user-limits/:user',
    (request) => {
      const { name, limits = {} } = userOf(request)
      return list(request, [{ user: name, value: limits }].filter(hasAny), ['user'])
    },
    'administrator',
  ),
  route(
    'PUT',
    '/api/user-limits/:user/:limit',
    (request) => {
      const account = request.site.broker.users.get(request.path['user'] ?? '')
      if (account === undefined) throw new ApiError(404, 'not_found', 'user_not_found')
      const limits = { ...account.limits, ...limitOf(request, ['max-connections', 'max-channels']) }
      request.site.broker.putAccount({ ...account, limits })
      return noContent
    },
    'administrator',
  ),
  route(
    'DELETE',
    '/api/user-limits/:user/:limit',
    (request) => {
      const account = userOf(request)
      const limits = without(account.limits ?? {}, request.path['limit'])
      request.site.broker.putAccount({ ...account, limits })
      return noContent
    },
    'administrator',
  ),
]

/** @throws ApiError 404 */
function userOf({ site, path }: ApiRequest) {
  const account = site.broker.users.get(path['user'] ?? '')
  if (account === undefined) throw notFound()
  return account
}

export const limitRoutes: readonly Route[] = [...vhostRoutes, ...userRoutes]
