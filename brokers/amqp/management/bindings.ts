/** /api/bindings, and the bindings of one queue or exchange */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Binding } from '../model/binding.ts'
import type { Vhost } from '../model/vhost.ts'
import { encodeTable } from '../wire/field-table.ts'
import { declaring, notFound } from './api-error.ts'
import { fields } from './body.ts'
import { exchangeName, exchangeOf, targetVhost } from './exchanges.ts'
import { fieldTable, jsonTable } from './json.ts'
import { list } from './list.ts'
import { queueOf } from './queues.ts'
import { type Answer, type ApiRequest, noContent, ok, type Route, route } from './route.ts'
import { operator, rightsIn, vhostOf, visibleVhosts } from './site.ts'

export const bindingBody = z.looseObject({ routing_key: fields.string(''), arguments: fields.table() })

export function bindingItem(vhost: Vhost, binding: Binding) {
  return {
    source: binding.source.name,
    vhost: vhost.name,
    destination: binding.destination.name,
    destination_type: binding.destination.kind,
    routing_key: binding.routingKey,
    arguments: jsonTable(binding.arguments),
    properties_key: propertiesKey(binding),
  }
}

/**
 * A binding has no name, so the API makes one of its routing key and a hash of its arguments.
 * The hash of arguments in a properties_key is our own; RabbitMQ takes Erlang's phash2.
 */
function propertiesKey({ routingKey, arguments: args }: Binding): string {
  const key = quoted(routingKey)
  if (Object.keys(args).length === 0) return key === '' ? '~' : key
  return `${key}~${createHash('sha256').update(encodeTable(args)).digest().subarray(0, 4).toString('base64url')}`
}

/** Percent-encoded as Erlang does it: all but letters, digits and `.-_`, with a plus for a space. */
function quoted(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()*~]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

/** With what every queue has by itself: a binding to the default exchange by its name. */
function bindingItems(vhost: Vhost) {
  const source = vhost.findExchange('')
  const byDefault = [...vhost.queues.values()].map((queue) =>
    bindingItem(vhost, { source, destination: queue, routingKey: queue.name, arguments: {} }),
  )
  const declared = [...vhost.exchanges.values()].flatMap((exchange) =>
    [...exchange.bindings.values()].map((binding) => bindingItem(vhost, binding)),
  )
  return [...byDefault, ...declared]
}

type Item = ReturnType<typeof bindingItem>

function listed(request: ApiRequest, vhosts: readonly Vhost[], isWanted: (item: Item) => boolean): Answer {
  const items = vhosts.flatMap(bindingItems).filter(isWanted)
  return list(request, items, ['vhost', 'source', 'destination_type', 'destination', 'routing_key'])
}

/** What the path says of a binding's two ends. */
function endsOf({ path }: ApiRequest, kind: 'queue' | 'exchange') {
  return {
    source: exchangeName(path['source']),
    destination: kind === 'queue' ? (path['destination'] ?? '') : exchangeName(path['destination']),
    destinationType: kind,
  }
}

function isBetween(ends: ReturnType<typeof endsOf>): (item: Item) => boolean {
  return ({ source, destination, destination_type: type }) =>
    source === ends.source && destination === ends.destination && type === ends.destinationType
}

/** The five routes of bindings from an exchange to a `kind`. */
function routesTo(kind: 'queue' | 'exchange'): Route[] {
  const pair = `/api/bindings/:vhost/e/:source/${kind === 'queue' ? 'q' : 'e'}/:destination`
  const one = `${pair}/:props`
  const itemOf = (request: ApiRequest) => {
    const vhost = vhostOf(request.site, request.path['vhost'] ?? '')
    const isWanted = isBetween(endsOf(request, kind))
    const item = bindingItems(vhost).find(
      (each) => isWanted(each) && each.properties_key === request.path['props'],
    )
    if (item === undefined) throw notFound()
    return { vhost, item }
  }
  return [
    route('GET', pair, (request) => {
      const vhost = vhostOf(request.site, request.path['vhost'] ?? '')
      return listed(request, [vhost], isBetween(endsOf(request, kind)))
    }),
    route('POST', pair, (request) => bind(request, kind)),
    route('GET', one, (request) => ok(itemOf(request).item)),
    route('DELETE', one, (request) => {
      const { vhost, item } = itemOf(request)
      const binding = [...vhost.findExchange(item.source).bindings.values()].find(
        (each) =>
          each.destination.kind === kind &&
          each.destination.name === item.destination &&
          propertiesKey(each) === item.properties_key,
      )
      if (binding === undefined) throw notFound()
      declaring(() =>
        vhost.unbind({
          ...endsOf(request, kind),
          routingKey: binding.routingKey,
          arguments: binding.arguments,
          connection: operator,
          rights: rightsIn(request, vhost),
        }),
      )
      return noContent
    }),
  ]
}

function bind(request: ApiRequest, kind: 'queue' | 'exchange'): Answer {
  const body = request.body(bindingBody)
  const vhost = targetVhost(request)
  const ends = endsOf(request, kind)
  const args = fieldTable(body.arguments)
  declaring(() =>
    vhost.bind({
      ...ends,
      routingKey: body.routing_key,
      arguments: args,
      connection: operator,
      rights: rightsIn(request, vhost),
    }),
  )
  const source = vhost.findExchange(ends.source)
  const destination =
    kind === 'queue' ? vhost.queues.get(ends.destination) : vhost.exchanges.get(ends.destination)
  if (destination === undefined) throw notFound()
  const key = propertiesKey({ source, destination, routingKey: body.routing_key, arguments: args })
  return { status: 201, location: `${encodeURIComponent(destination.name)}/${encodeURIComponent(key)}` }
}

export const bindingRoutes: readonly Route[] = [
  route('GET', '/api/bindings', (request) =>
    listed(request, visibleVhosts(request.site, request.user), () => true),
  ),
  route('GET', '/api/bindings/:vhost', (request) =>
    listed(request, [vhostOf(request.site, request.path['vhost'] ?? '')], () => true),
  ),
  route('GET', '/api/queues/:vhost/:queue/bindings', (request) => {
    const { vhost, queue } = queueOf(request)
    return listed(
      request,
      [vhost],
      ({ destination, destination_type: type }) => type === 'queue' && destination === queue.name,
    )
  }),
  route('GET', '/api/exchanges/:vhost/:exchange/bindings/source', (request) => {
    const { vhost, exchange } = exchangeOf(request)
    return listed(request, [vhost], ({ source }) => source === exchange.name)
  }),
  route('GET', '/api/exchanges/:vhost/:exchange/bindings/destination', (request) => {
    const { vhost, exchange } = exchangeOf(request)
    return listed(
      request,
      [vhost],
      ({ destination, destination_type: type }) => type === 'exchange' && destination === exchange.name,
    )
  }),
  ...routesTo('queue'),
  ...routesTo('exchange'),
]
