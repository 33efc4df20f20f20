/** /api/definitions: everything that was declared, as one document to take out and put in */
import { z } from 'zod'
import type { Account } from '../model/definitions.ts'
import type { Vhost } from '../model/vhost.ts'
import type { Profile } from '../profile.ts'
import { PRODUCT } from '../session/server-properties.ts'
import { badRequest, declaring } from './api-error.ts'
import { bindingBody, bindingItem } from './bindings.ts'
import { fields } from './body.ts'
import { declareExchange, exchangeBody, exchangeItem } from './exchanges.ts'
import { fieldTable } from './json.ts'
import { permissionBody, permissionItems, permit } from './permissions.ts'
import { policyBody, policyItem, setPolicy } from './policies.ts'
import { declareQueue, queueArguments, queueBody } from './queues.ts'
import { noContent, ok, type Route, route } from './route.ts'
import { operator, rightsIn, type Site, vhostOf } from './site.ts'
import { permitTopics, topicPermissionBody, topicPermissionItems } from './topic-permissions.ts'
import { putUser, userBody, userItem } from './users.ts'
import { addVhost, vhostBody } from './vhosts.ts'

const rows = <T extends z.ZodType>(row: T) => z.array(row).default([])
const named = { name: fields.string() }
/** Left out in a document of one vhost. */
const placed = { vhost: fields.string('') }

const document = z.looseObject({
  users: rows(userBody.extend(named)),
  vhosts: rows(vhostBody.extend(named)),
  permissions: rows(permissionBody.extend({ user: fields.string(), vhost: fields.string() })),
  topic_permissions: rows(topicPermissionBody.extend({ user: fields.string(), vhost: fields.string() })),
  exchanges: rows(exchangeBody.extend({ ...named, ...placed })),
  queues: rows(queueBody.extend({ ...named, ...placed })),
  bindings: rows(
    bindingBody.extend({
      ...placed,
      source: fields.string(),
      destination: fields.string(),
      destination_type: z.enum(['queue', 'exchange']),
    }),
  ),
  policies: rows(policyBody.extend({ ...named, ...placed })),
  parameters: rows(z.unknown()),
})
type Document = z.infer<typeof document>

/** Exclusive queues and what the broker itself declares are left out. */
function declaredIn(vhost: Vhost, profile: Profile) {
  const queues = [...vhost.queues.values()].filter((queue) => queue.owner === undefined)
  const exchanges = [...vhost.exchanges.values()].filter(
    ({ name }) => name !== '' && !name.startsWith('amq.'),
  )
  const bindings = [...vhost.exchanges.values()]
    .flatMap((exchange) => [...exchange.bindings.values()])
    .filter(({ destination }) => destination.kind === 'exchange' || destination.owner === undefined)
  return {
    policies: vhost.policies.all('policy').map((policy) => policyItem(vhost, policy)),
    queues: queues.map((queue) => ({
      name: queue.name,
      vhost: vhost.name,
      durable: queue.isDurable,
      auto_delete: queue.isAutoDelete,
      arguments: queueArguments(queue, profile),
    })),
    exchanges: exchanges.map((exchange) => exchangeItem(vhost, exchange)),
    bindings: bindings.map((binding) => {
      const { properties_key: _, ...item } = bindingItem(vhost, binding)
      return item
    }),
  }
}

function everything({ broker, ...site }: Site) {
  const { version } = broker.profile
  const parts = [...broker.vhosts.values()].map((vhost) => declaredIn(vhost, broker.profile))
  return {
    rabbit_version: version,
    rabbitmq_version: version,
    product_name: PRODUCT,
    product_version: version,
    users: [...broker.users.values()].map(userItem),
    vhosts: [...broker.vhosts.keys()].map((name) => ({ name })),
    permissions: permissionItems({ broker, ...site }),
    topic_permissions: topicPermissionItems({ broker, ...site }),
    parameters: [],
    global_parameters: [],
    policies: parts.flatMap(({ policies }) => policies),
    queues: parts.flatMap(({ queues }) => queues),
    exchanges: parts.flatMap(({ exchanges }) => exchanges),
    bindings: parts.flatMap(({ bindings }) => bindings),
  }
}

function ofOneVhost(site: Site, vhost: Vhost) {
  const { policies, queues, exchanges, bindings } = declaredIn(vhost, site.broker.profile)
  const unplaced = <T extends { vhost: string }>({ vhost: _, ...rest }: T) => rest
  return {
    rabbit_version: site.broker.profile.version,
    parameters: [],
    policies: site.broker.profile.name === '3.10' ? policies : policies.map(unplaced),
    queues: queues.map(unplaced),
    exchanges: exchanges.map(unplaced),
    bindings: bindings.map(unplaced),
  }
}

/** Merges a document in; what is there already stays as it is. @throws ApiError, with a part of it applied, as in RabbitMQ. */
function apply(asker: { site: Site; user: Account }, given: Document, only?: Vhost): void {
  const { site } = asker
  if (given.parameters.length > 0) throw badRequest('parameters are not supported here')
  for (const { name, default_queue_type, description, tags } of given.vhosts) {
    addVhost(asker, name, { default_queue_type, tracing: false, description, tags })
  }
  for (const { name, ...user } of given.users) putUser(site, name, user)
  for (const { user, vhost, ...patterns } of given.permissions) permit(site, { user, vhost }, patterns)
  for (const { user, vhost, ...patterns } of given.topic_permissions)
    permitTopics(site, { user, vhost }, patterns)
  const placeOf = (name: string) => only ?? knownVhost(site, name)
  for (const { vhost, ...policy } of given.policies) setPolicy(site, placeOf(vhost), 'policy', policy)
  for (const { name, vhost, ...body } of given.exchanges) {
    const place = placeOf(vhost)
    if (!place.exchanges.has(name))
      declaring(() => declareExchange(place, name, body, rightsIn(asker, place)))
  }
  for (const { name, vhost, ...body } of given.queues) {
    const place = placeOf(vhost)
    if (!place.queues.has(name)) declaring(() => declareQueue(place, name, body, rightsIn(asker, place)))
  }
  for (const { vhost, source, destination, destination_type: destinationType, ...body } of given.bindings) {
    const ends = { source, destination, destinationType, routingKey: body.routing_key }
    const args = fieldTable(body.arguments)
    const place = placeOf(vhost)
    const rights = rightsIn(asker, place)
    declaring(() => place.bind({ ...ends, arguments: args, connection: operator, rights }))
  }
}

/** @throws ApiError in words of its own. */
function definedVhost(site: Site, name: string): Vhost {
  const vhost = site.broker.vhosts.get(name)
  if (vhost === undefined) throw badRequest('vhost_not_found')
  return vhost
}

function knownVhost(site: Site, name: string): Vhost {
  const vhost = site.broker.vhosts.get(name)
  if (vhost === undefined) throw badRequest(['no_such_vhost', name])
  return vhost
}

export const definitionRoutes: readonly Route[] = [
  route('GET', '/api/definitions', ({ site }) => ok(everything(site)), 'administrator'),
  route(
    'POST',
    '/api/definitions',
    (request) => {
      apply(request, request.body(document, 'failed_to_parse_json'))
      return noContent
    },
    'administrator',
  ),
  route('GET', '/api/definitions/:vhost', ({ site, path }) =>
    ok(ofOneVhost(site, definedVhost(site, path['vhost'] ?? ''))),
  ),
  route('POST', '/api/definitions/:vhost', (request) => {
    const { site, path } = request
    const { exchanges, queues, bindings, policies } = request.body(document, 'failed_to_parse_json')
    const part = {
      users: [],
      vhosts: [],
      permissions: [],
      topic_permissions: [],
      policies,
      parameters: [],
      exchanges,
      queues,
      bindings,
    }
    apply(request, part, vhostOf(site, path['vhost'] ?? ''))
    return noContent
  }),
]
