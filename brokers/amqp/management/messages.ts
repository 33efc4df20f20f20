/** Messages over HTTP, for looking into queues rather than for messaging: …/get and …/publish */
import { z } from 'zod'
import type { Message } from '../model/message.ts'
import type { Entry } from '../model/queue/entry.ts'
import type { Queue } from '../model/queue/queue.ts'
import type { Profile } from '../profile.ts'
import { Refusal, refusal } from '../refusal.ts'
import { checkExpiration, checkKeyHeaders, checkUserId } from '../session/handlers/publish.ts'
import {
  type BasicProperties,
  encodeProperties,
  type PropertyName,
  propertyRows,
} from '../wire/properties.ts'
import { ApiError, asClient, badRequest, notAuthorised } from './api-error.ts'
import { fields } from './body.ts'
import { exchangeName } from './exchanges.ts'
import { fieldTable, jsonTable } from './json.ts'
import { type Answer, type ApiRequest, ok, type Route, route } from './route.ts'
import { operator, rightsIn, vhostOf } from './site.ts'

const ackModes = [
  'ack_requeue_true',
  'ack_requeue_false',
  'reject_requeue_true',
  'reject_requeue_false',
] as const

const getBody = z.looseObject({
  count: fields.integer(),
  ackmode: fields.string(),
  encoding: fields.string(),
  truncate: fields.integer(Number.MAX_SAFE_INTEGER),
})

const publishBody = z.looseObject({
  properties: fields.table(),
  routing_key: fields.string(),
  payload: fields.string(),
  payload_encoding: fields.string(),
})

/** What the API calls the properties of a message: the names of the spec, such as `content_type`. */
const jsonNames = new Map<PropertyName, string>(
  (Object.keys(propertyRows) as PropertyName[]).map((name) => [
    name,
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  ]),
)

function get(request: ApiRequest): Answer {
  const { count, ackmode, encoding, truncate } = request.body(getBody)
  if (encoding !== 'auto' && encoding !== 'base64') {
    throw badRequest('Unsupported encoding. Please use auto or base64.')
  }
  const mode = ackModes.find((one) => one === ackmode)
  if (mode === undefined) throw badRequest(['unsupported_ackmode', ackmode])
  const queue = queueToRead(request)
  const taken: { entry: Entry; item: unknown }[] = []
  while (taken.length < count) {
    const entry = queue.get(true)
    if (entry === undefined) break
    const item = messageItem(queue, entry, { profile: request.site.broker.profile, encoding, truncate })
    taken.push({ entry, item })
  }
  for (const { entry } of taken) settle(queue, entry, mode)
  queue.dispatch()
  return ok(taken.map(({ item }) => item))
}

/** @throws ApiError in RabbitMQ's words: it reads through a connection of its own. */
function queueToRead(request: ApiRequest): Queue {
  const { site, path } = request
  const vhost = vhostOf(site, path['vhost'] ?? '')
  try {
    const name = path['queue'] ?? ''
    if (site.broker.profile.hasApiOf4 && !vhost.queues.has(name))
      throw new ApiError(404, 'not_found', 'queue_not_found')
    rightsIn(request, vhost).require('read', 'queue', name)
    return vhost.findQueue(name, operator)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.reply === 'notFound') throw new ApiError(404, 'not_found', error.message)
    if (error.reply === 'accessRefused') throw notAuthorised(error.message)
    throw badRequest(`${error.code} ${error.message}`)
  }
}

function settle(queue: Queue, entry: Entry, mode: (typeof ackModes)[number]): void {
  if (mode === 'ack_requeue_true') queue.putBack(entry, 'nack')
  else if (mode === 'reject_requeue_true') queue.putBack(entry, 'reject')
  else if (mode === 'ack_requeue_false') queue.acknowledge(entry)
  else queue.discard(entry)
}

function messageItem(
  queue: Queue,
  entry: Entry,
  options: { profile: Profile; encoding: 'auto' | 'base64'; truncate: number },
) {
  const { body, exchange, routingKey } = entry.message
  const payload = body.subarray(0, Math.max(0, options.truncate))
  const text = options.encoding === 'auto' ? textOf(payload) : undefined
  return {
    payload_bytes: body.length,
    redelivered: entry.wasDelivered,
    exchange,
    routing_key: routingKey,
    message_count: queue.readyCount,
    properties: propertiesItem(queue, entry, options.profile),
    payload: text ?? payload.toString('base64'),
    payload_encoding: text === undefined ? 'base64' : 'string',
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(payload: Buffer): string | undefined {
  try {
    return utf8.decode(payload)
  } catch {
    return undefined
  }
}

/** An empty list where there are none, as RabbitMQ prints an empty property list. */
function propertiesItem(queue: Queue, entry: Entry, profile: Profile): object {
  const { properties } = entry.message
  const items = [...jsonNames].flatMap(([name, jsonName]) => {
    const value = name === 'headers' ? headersItem(queue, entry, profile) : properties[name]
    return value === undefined ? [] : [[jsonName, value] as const]
  })
  return items.length === 0 ? [] : Object.fromEntries(items)
}

/** Quorum queues add how often a message has come back. */
function headersItem(queue: Queue, entry: Entry, profile: Profile): object | undefined {
  const { headers } = entry.message.properties
  const isCounted = queue.isQuorum && (entry.acquisitions > 0 || profile.firstGetHasCount)
  if (!isCounted) return headers === undefined ? undefined : jsonTable(headers)
  return { ...jsonTable(headers ?? {}), 'x-delivery-count': entry.returns }
}

function publish(request: ApiRequest): Answer {
  const body = request.body(publishBody)
  const vhost = vhostOf(request.site, request.path['vhost'] ?? '')
  const payload = payloadOf(body.payload, body.payload_encoding)
  const properties = propertiesOf(body.properties)
  return asClient(() => {
    const name = exchangeName(request.path['exchange'])
    const rights = rightsIn(request, vhost)
    if (request.site.broker.profile.hasApiOf4 && !vhost.exchanges.has(name))
      throw new ApiError(404, 'not_found', 'exchange_not_found')
    rights.require('write', 'exchange', name)
    const exchange = vhost.findExchange(name)
    if (exchange.isInternal) {
      throw refusal(
        'accessRefused',
        `cannot publish to internal exchange '${exchange.name}' in vhost '${vhost.name}'`,
      )
    }
    if (exchange.type === 'topic') rights.requireTopic('write', name, body.routing_key)
    if (properties.userId !== undefined)
      checkUserId(properties.userId, { userName: request.user.name, tags: request.user.tags })
    if (properties.expiration !== undefined) checkExpiration(properties.expiration)
    if (properties.headers !== undefined) checkKeyHeaders(properties.headers)
    const message: Message = {
      exchange: exchange.name,
      routingKey: body.routing_key,
      properties,
      header: encodeProperties(properties),
      body: payload,
      deaths: [],
    }
    return ok({ routed: vhost.publish(exchange, message).isRouted })
  })
}

function payloadOf(payload: string, encoding: string): Buffer {
  if (encoding === 'string') return Buffer.from(payload)
  if (encoding === 'base64') return Buffer.from(payload, 'base64')
  throw badRequest(['unsupported_encoding', encoding])
}

/** Names that are no property are passed over, as in RabbitMQ. @throws ApiError for a value of another type. */
function propertiesOf(json: Readonly<Record<string, unknown>>): BasicProperties {
  const properties: Record<string, unknown> = {}
  for (const [name, jsonName] of jsonNames) {
    const value = json[jsonName]
    if (value !== undefined && value !== null) properties[name] = propertyOf(name, jsonName, value)
  }
  return properties
}

const propertyChecks = {
  shortstr: (value: unknown) => typeof value === 'string' && Buffer.byteLength(value) <= 255,
  octet: (value: unknown) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255,
  timestamp: (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0,
  table: (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value),
} as const

function propertyOf(name: PropertyName, jsonName: string, value: unknown): unknown {
  const type = propertyRows[name]
  if (type === 'octet' && !Number.isInteger(value)) throw badRequest(['not_int', jsonName])
  if (!propertyChecks[type](value)) throw badRequest([`not_${type}`, jsonName])
  return type === 'table' ? fieldTable(value as Record<string, unknown>) : value
}

export const messageRoutes: readonly Route[] = [
  route('POST', '/api/queues/:vhost/:queue/get', get),
  route('POST', '/api/exchanges/:vhost/:exchange/publish', publish),
]
