/** /api/users and /api/whoami */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Account } from '../model/definitions.ts'
import { HASHING_ALGORITHM, hashPassword, isPasswordHash, SALT_BYTES } from '../model/password.ts'
import { badRequest, notFound } from './api-error.ts'
import { fields } from './body.ts'
import { list } from './list.ts'
import { permissionItems } from './permissions.ts'
import { type ApiRequest, created, noContent, ok, type Route, route } from './route.ts'
import type { Site } from './site.ts'

export const userBody = z.looseObject({
  password: z.string().optional(),
  password_hash: z.string().optional(),
  hashing_algorithm: fields.string(HASHING_ALGORITHM),
  tags: fields.tags([]),
})

/** Adds a user or changes one; permissions stay, and a new user has none. @throws ApiError for a hash that can't be used. */
export function putUser(site: Site, name: string, body: z.infer<typeof userBody>): boolean {
  const current = site.broker.users.get(name)
  const { tags } = body
  const kept = {
    permissions: current === undefined ? {} : current.permissions,
    topicPermissions: current?.topicPermissions,
    limits: current?.limits,
  }
  if (body.password !== undefined) {
    const passwordHash = hashPassword(body.password, randomBytes(SALT_BYTES))
    site.broker.putAccount({ name, passwordHash, tags, ...kept })
    return current === undefined
  }
  const passwordHash = body.password_hash ?? ''
  if (body.hashing_algorithm !== HASHING_ALGORITHM) {
    throw badRequest(`hashing_algorithm '${body.hashing_algorithm}' is not supported here`)
  }
  if (!isPasswordHash(passwordHash)) throw badRequest('password_hash is no salted SHA-256 in base64')
  site.broker.putAccount({ name, passwordHash, tags, ...kept })
  return current === undefined
}

export function userItem(user: Account) {
  return {
    name: user.name,
    password_hash: user.passwordHash,
    hashing_algorithm: HASHING_ALGORITHM,
    tags: user.tags,
    limits: user.limits ?? {},
  }
}

/** @throws ApiError 404 */
function userOf({ site, path }: ApiRequest): Account {
  const user = site.broker.users.get(path['user'] ?? '')
  if (user === undefined) throw notFound()
  return user
}

export const userRoutes: readonly Route[] = [
  route('GET', '/api/whoami', ({ site, user: { name, tags } }) =>
    ok({ name, tags, ...(site.broker.profile.hasApiOf4 ? { is_internal_user: true } : {}) }),
  ),
  route(
    'GET',
    '/api/users',
    (request) => list(request, [...request.site.broker.users.values()].map(userItem), ['name']),
    'administrator',
  ),
  route('GET', '/api/users/:user', (request) => ok(userItem(userOf(request))), 'administrator'),
  route(
    'PUT',
    '/api/users/:user',
    ({ site, path, body }) => {
      if (body(z.looseObject({}))['tags'] === undefined) throw badRequest('tags_not_present')
      return putUser(site, path['user'] ?? '', body(userBody)) ? created : noContent
    },
    'administrator',
  ),
  route(
    'DELETE',
    '/api/users/:user',
    (request) => {
      request.site.deleteUser(userOf(request).name)
      return noContent
    },
    'administrator',
  ),
  route(
    'GET',
    '/api/users/:user/permissions',
    (request) => list(request, permissionItems(request.site, { user: userOf(request).name }), ['vhost']),
    'administrator',
  ),
]
