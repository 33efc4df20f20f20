/** /api/exchanges */
import { z } from 'zod'
import type { Exchange } from '../model/exchange/exchange.ts'
import type { Rights } from '../model/rights.ts'
import type { Vhost } from '../model/vhost.ts'
import { ApiError, declaring, notFound } from './api-error.ts'
import { fields } from './body.ts'
import { fieldTable, jsonTable } from './json.ts'
import { list } from './list.ts'
import { type ApiRequest, created, noContent, ok, type Route, route } from './route.ts'
import { rightsIn, vhostOf, visibleVhosts } from './site.ts'

/** How paths name the default exchange, whose name is empty. */
const DEFAULT = 'amq.default'

export const exchangeBody = z.looseObject({
  type: fields.string('direct'),
  durable: fields.boolean(false),
  auto_delete: fields.boolean(false),
  internal: fields.boolean(false),
  arguments: fields.table(),
})

export function exchangeItem(vhost: Vhost, exchange: Exchange) {
  return {
    name: exchange.name,
    vhost: vhost.name,
    type: exchange.type,
    durable: exchange.isDurable,
    auto_delete: exchange.isAutoDelete,
    internal: exchange.isInternal,
    arguments: jsonTable(exchange.arguments),
    ...(exchange.policies.policy === undefined ? {} : { policy: exchange.policies.policy }),
  }
}

/** False if it was there before. @throws Refusal */
export function declareExchange(
  vhost: Vhost,
  name: string,
  body: z.infer<typeof exchangeBody>,
  rights: Rights,
): boolean {
  const isNew = !vhost.exchanges.has(name)
  vhost.declareExchange({
    name,
    type: body.type,
    isDurable: body.durable,
    isAutoDelete: body.auto_delete,
    isInternal: body.internal,
    arguments: fieldTable(body.arguments),
    rights,
  })
  return isNew
}

/** Vhost and exchange that the path names. @throws ApiError 404 */
export function exchangeOf({ site, path }: ApiRequest): { vhost: Vhost; exchange: Exchange } {
  const vhost = vhostOf(site, path['vhost'] ?? '')
  const exchange = vhost.exchanges.get(exchangeName(path['exchange']))
  if (exchange === undefined) throw notFound()
  return { vhost, exchange }
}

export function exchangeName(word = ''): string {
  return word === DEFAULT ? '' : word
}

/** The vhost of a PUT or POST: RabbitMQ has other words for one that is missing there. @throws ApiError 404 */
export function targetVhost({ site, path }: ApiRequest): Vhost {
  const vhost = site.broker.vhosts.get(path['vhost'] ?? '')
  if (vhost === undefined) throw new ApiError(404, 'not_found', 'vhost_not_found')
  return vhost
}

export const exchangeRoutes: readonly Route[] = [
  route('GET', '/api/exchanges', (request) => {
    const vhosts = visibleVhosts(request.site, request.user)
    const items = vhosts.flatMap((vhost) =>
      [...vhost.exchanges.values()].map((one) => exchangeItem(vhost, one)),
    )
    return list(request, items, ['vhost', 'name'])
  }),
  route('GET', '/api/exchanges/:vhost', (request) => {
    const vhost = vhostOf(request.site, request.path['vhost'] ?? '')
    const items = [...vhost.exchanges.values()].map((one) => exchangeItem(vhost, one))
    return list(request, items, ['name'])
  }),
  route('GET', '/api/exchanges/:vhost/:exchange', (request) => {
    const { vhost, exchange } = exchangeOf(request)
    return ok({ ...exchangeItem(vhost, exchange), incoming: [], outgoing: [] })
  }),
  route('PUT', '/api/exchanges/:vhost/:exchange', (request) => {
    const body = request.body(exchangeBody)
    const vhost = targetVhost(request)
    const name = exchangeName(request.path['exchange'])
    return declaring(() => declareExchange(vhost, name, body, rightsIn(request, vhost))) ? created : noContent
  }),
  route('DELETE', '/api/exchanges/:vhost/:exchange', (request) => {
    const { vhost, exchange } = exchangeOf(request)
    const ifUnused = request.query.get('if-unused') === 'true'
    declaring(() => vhost.deleteExchange({ name: exchange.name, ifUnused, rights: rightsIn(request, vhost) }))
    return noContent
  }),
]
