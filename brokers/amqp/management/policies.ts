/** /api/policies and /api/operator-policies */
import { z } from 'zod'
import { type Policy, type PolicyKind, wrongPolicy } from '../model/policy.ts'
import type { Vhost } from '../model/vhost.ts'
import { erlangTerm } from '../refusal.ts'
import { badRequest, notFound } from './api-error.ts'
import { fields } from './body.ts'
import { targetVhost } from './exchanges.ts'
import { list } from './list.ts'
import { type ApiRequest, created, noContent, ok, type Route, route } from './route.ts'
import { type Site, vhostOf, visibleVhosts } from './site.ts'

export const policyBody = z.looseObject({
  pattern: fields.string(),
  definition: fields.requiredTable(),
  priority: z.unknown().default(0),
  'apply-to': fields.string('all'),
})

export function policyItem(vhost: Vhost, { name, pattern, definition, priority, applyTo }: Policy) {
  return { vhost: vhost.name, name, pattern, 'apply-to': applyTo, definition, priority }
}

/** False if there was one of that name. @throws ApiError with what RabbitMQ's validation says. */
export function setPolicy(
  site: Site,
  vhost: Vhost,
  kind: PolicyKind,
  given: z.infer<typeof policyBody> & { name: string },
): boolean {
  const { name, pattern, definition, priority, 'apply-to': applyTo } = given
  const policy = { name, pattern, definition, priority: Number(priority), applyTo }
  const wrong = Number.isInteger(priority)
    ? wrongPolicy(kind, policy, site.broker.profile)
    : `priority should be a number, actually was ${erlangTerm(priority)}`
  if (wrong !== undefined) throw badRequest(invalid(kind === 'policy' ? escaped(wrong) : wrong))
  const isNew = vhost.policies.get(kind, name) === undefined
  vhost.setPolicy(kind, policy)
  return isNew
}

export function invalid(wrong: string): string {
  return `Validation failed\n\n${wrong}\n`
}

/** RabbitMQ makes this text fit for a web page, unlike others. */
function escaped(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** @throws ApiError 404 */
function policyOf({ site, path }: ApiRequest, kind: PolicyKind): { vhost: Vhost; policy: Policy } {
  const vhost = vhostOf(site, path['vhost'] ?? '')
  const policy = vhost.policies.get(kind, path['policy'] ?? '')
  if (policy === undefined) throw notFound()
  return { vhost, policy }
}

function itemsOf(kind: PolicyKind, vhosts: readonly Vhost[]) {
  return vhosts.flatMap((vhost) => vhost.policies.all(kind).map((policy) => policyItem(vhost, policy)))
}

function routesOf(kind: PolicyKind, at: string, needs: 'policymaker' | 'administrator'): Route[] {
  return [
    route('GET', at, (request) =>
      list(request, itemsOf(kind, visibleVhosts(request.site, request.user)), ['vhost', 'name']),
    ),
    route('GET', `${at}/:vhost`, (request) =>
      list(request, itemsOf(kind, [vhostOf(request.site, request.path['vhost'] ?? '')]), ['name']),
    ),
    route('GET', `${at}/:vhost/:policy`, (request) => {
      const { vhost, policy } = policyOf(request, kind)
      return ok(policyItem(vhost, policy))
    }),
    route(
      'PUT',
      `${at}/:vhost/:policy`,
      (request) => {
        const vhost = targetVhost(request)
        const body = { ...request.body(policyBody), name: request.path['policy'] ?? '' }
        return setPolicy(request.site, vhost, kind, body) ? created : noContent
      },
      needs,
    ),
    route(
      'DELETE',
      `${at}/:vhost/:policy`,
      (request) => {
        const { vhost, policy } = policyOf(request, kind)
        vhost.deletePolicy(kind, policy.name)
        return noContent
      },
      needs,
    ),
  ]
}

export const policyRoutes: readonly Route[] = [
  ...routesOf('policy', '/api/policies', 'policymaker'),
  ...routesOf('operator-policy', '/api/operator-policies', 'administrator'),
]
