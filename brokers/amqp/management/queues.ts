/** /api/queues, without the messages in them */
import { z } from 'zod'
import type { Queue } from '../model/queue/queue.ts'
import type { Rights } from '../model/rights.ts'
import { refuseReservedName, type Vhost } from '../model/vhost.ts'
import type { Profile } from '../profile.ts'
import { Connection } from '../session/connection.ts'
import { badRequest, declaring, notFound } from './api-error.ts'
import { fields } from './body.ts'
import { connectionName } from './connections.ts'
import { consumerItems } from './consumers.ts'
import { targetVhost } from './exchanges.ts'
import { fieldTable, jsonTable } from './json.ts'
import { list } from './list.ts'
import { type ApiRequest, created, noContent, ok, type Route, route } from './route.ts'
import { NODE, operator, rightsIn, vhostOf, visibleVhosts } from './site.ts'

/** A queue's name has to fit into a short string. */
const NAME_BYTES_MAX = 255

export const queueBody = z.looseObject({
  durable: fields.boolean(false),
  auto_delete: fields.boolean(false),
  arguments: fields.table(),
})

/** RabbitMQ 4 gives a queue that was declared without a type the default one. */
export function queueArguments(queue: Queue, profile: Profile): Record<string, unknown> {
  const type = profile.hasApiOf4 ? { 'x-queue-type': queue.settings.type } : {}
  return { ...type, ...jsonTable(queue.arguments) }
}

function queueItem(vhost: Vhost, queue: Queue, profile: Profile) {
  const consumers = [...queue.consumers]
  const exclusive = consumers.find((consumer) => consumer.isExclusive)
  const single = queue.settings.isSingleActive ? consumers[0] : undefined
  return {
    name: queue.name,
    vhost: vhost.name,
    type: queue.settings.type,
    durable: queue.isDurable,
    auto_delete: queue.isAutoDelete,
    exclusive: queue.owner !== undefined,
    arguments: queueArguments(queue, profile),
    node: NODE,
    state: 'running',
    messages: queue.readyCount + queue.unsettledCount,
    messages_ready: queue.readyCount,
    messages_unacknowledged: queue.unsettledCount,
    consumers: queue.consumers.size,
    exclusive_consumer_tag: exclusive?.tag ?? null,
    single_active_consumer_tag: single?.tag ?? null,
    policy: queue.policies.policy ?? null,
    operator_policy: queue.policies.operatorPolicy ?? null,
    effective_policy_definition: queue.policies.definition,
    ...(queue.isQuorum ? { leader: NODE, members: [NODE], online: [NODE] } : {}),
    ...ownerOf(queue),
  }
}

function ownerOf({ owner }: Queue) {
  if (!(owner instanceof Connection)) return {}
  const { peerHost, peerPort } = owner.facts
  return { owner_pid_details: { name: connectionName(owner), peer_host: peerHost, peer_port: peerPort } }
}

/** False if it was there before. @throws Refusal */
export function declareQueue(
  vhost: Vhost,
  name: string,
  body: z.infer<typeof queueBody>,
  rights: Rights,
): boolean {
  const bytes = Buffer.byteLength(name)
  if (bytes > NAME_BYTES_MAX)
    throw badRequest(`queue should be less than ${NAME_BYTES_MAX} bytes, actually was ${bytes}\n`)
  const isNew = !vhost.queues.has(name)
  if (isNew) refuseReservedName('queue', name)
  vhost.declareQueue({
    name,
    isDurable: body.durable,
    isAutoDelete: body.auto_delete,
    isExclusive: false,
    arguments: fieldTable(body.arguments),
    connection: operator,
    rights,
  })
  return isNew
}

/** Vhost and queue that the path names. @throws ApiError 404 */
export function queueOf({ site, path }: ApiRequest): { vhost: Vhost; queue: Queue } {
  const vhost = vhostOf(site, path['vhost'] ?? '')
  const queue = vhost.queues.get(path['queue'] ?? '')
  if (queue === undefined) throw notFound()
  return { vhost, queue }
}

export const queueRoutes: readonly Route[] = [
  route('GET', '/api/queues', (request) => {
    const vhosts = visibleVhosts(request.site, request.user)
    const items = vhosts.flatMap((vhost) =>
      [...vhost.queues.values()].map((queue) => queueItem(vhost, queue, request.site.broker.profile)),
    )
    return list(request, items, ['vhost', 'name'])
  }),
  route('GET', '/api/queues/:vhost', (request) => {
    const vhost = vhostOf(request.site, request.path['vhost'] ?? '')
    const { profile } = request.site.broker
    const items = [...vhost.queues.values()].map((queue) => queueItem(vhost, queue, profile))
    return list(request, items, ['name'])
  }),
  route('GET', '/api/queues/:vhost/:queue', (request) => {
    const { vhost, queue } = queueOf(request)
    const details = consumerItems(request.site, [vhost]).filter((one) => one.queue.name === queue.name)
    return ok({
      ...queueItem(vhost, queue, request.site.broker.profile),
      consumer_details: details,
      incoming: [],
      deliveries: [],
    })
  }),
  route('PUT', '/api/queues/:vhost/:queue', (request) => {
    const body = request.body(queueBody)
    const vhost = targetVhost(request)
    return declaring(() => declareQueue(vhost, request.path['queue'] ?? '', body, rightsIn(request, vhost)))
      ? created
      : noContent
  }),
  route('DELETE', '/api/queues/:vhost/:queue', (request) => {
    const { vhost, queue } = queueOf(request)
    const ifUnused = request.query.get('if-unused') === 'true'
    const ifEmpty = request.query.get('if-empty') === 'true'
    const rights = rightsIn(request, vhost)
    declaring(() => vhost.deleteQueue({ name: queue.name, ifUnused, ifEmpty, connection: operator, rights }))
    return noContent
  }),
  route('DELETE', '/api/queues/:vhost/:queue/contents', (request) => {
    const { vhost, queue } = queueOf(request)
    declaring(() => {
      rightsIn(request, vhost).require('read', 'queue', queue.name)
      vhost.findQueue(queue.name, operator).purge()
    })
    return noContent
  }),
]
