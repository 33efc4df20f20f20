/** basic.publish once its content has arrived: checks, routing, return, confirm (rabbitmq.md 2.3, 2.7). */
import type { Exchange } from '../../model/exchange/exchange.ts'
import { keysOf, type Message, withoutBcc, withProperties } from '../../model/message.ts'
import { EXPIRY_MS_MAX } from '../../model/queue/arguments.ts'
import { deathsFrom } from '../../model/queue/death.ts'
import { describe, refusal } from '../../refusal.ts'
import { type FieldTable, isSorted, sortedTable, wireTypeOf } from '../../wire/field-table.ts'
import { replyCodes } from '../../wire/reply-code.ts'
import type { Channel } from '../channel.ts'
import type { Publish } from '../content.ts'
import { isReplyName, REPLY_TO } from '../direct-reply.ts'

const noDeaths: Message['deaths'] = []

export function publish(channel: Channel, { fields, properties, header, body }: Publish): void {
  if (fields.immediate) throw refusal('notImplemented', 'immediate=true')
  const { vhost, connection, rights } = channel
  rights.require('write', 'exchange', fields.exchange)
  const exchange = vhost.findExchange(fields.exchange)
  if (exchange.isInternal) {
    throw refusal(
      'accessRefused',
      `cannot publish to internal ${describe('exchange', exchange.name, vhost.name)}`,
    )
  }
  if (exchange.type === 'topic') requireTopics(channel, exchange.name, fields.routingKey, properties.headers)
  if (properties.userId !== undefined) checkUserId(properties.userId, connection)
  if (properties.expiration !== undefined) checkExpiration(properties.expiration)
  const { profile } = connection.broker
  if (properties.headers !== undefined) checkKeyHeaders(properties.headers)
  const deaths = profile.honoursClientDeaths ? deathsFrom(properties.headers) : noDeaths
  const received: Message = {
    exchange: exchange.name,
    routingKey: fields.routingKey,
    properties,
    header,
    body,
    deaths,
  }
  const plain = profile.sortsHeaders ? inOrder(received) : received
  const asksForReply = properties.replyTo === REPLY_TO
  const message = asksForReply
    ? withProperties(plain, { ...plain.properties, replyTo: connection.directReplies.nameOf(channel) })
    : plain
  if (channel.transaction === undefined) deliver(channel, exchange, message, fields.mandatory)
  else channel.transaction.publishLater(() => deliver(channel, exchange, message, fields.mandatory))
}

function deliver(channel: Channel, exchange: Exchange, message: Message, isMandatory: boolean): void {
  const { isRouted, isRejected } = route(channel, exchange, message)
  if (isMandatory && !isRouted) returnMessage(channel, message)
  if (channel.confirms === undefined) return
  channel.confirms.add({ isRefused: isRejected })
  channel.connection.turn.confirmLater(channel)
}

function route(
  channel: Channel,
  exchange: Exchange,
  message: Message,
): { isRouted: boolean; isRejected: boolean } {
  const { connection, vhost } = channel
  if (exchange.name !== '' || !isReplyName(message.routingKey)) return vhost.publish(exchange, message)
  connection.directReplies.deliver(message)
  return { isRouted: connection.broker.profile.replyToIsAlwaysRouted, isRejected: false }
}

/** With its headers in order of name and a plain number as expiration. */
function inOrder(message: Message): Message {
  const { headers, expiration } = message.properties
  const plainNumber = expiration === undefined ? undefined : String(Number(expiration))
  if ((headers === undefined || isSorted(headers)) && plainNumber === expiration) return message
  const sorted = headers === undefined ? undefined : sortedTable(headers)
  return withProperties(message, { ...message.properties, headers: sorted, expiration: plainNumber })
}

/** Goes out at once, and so before the confirm, which waits for the end of the turn. */
function returnMessage(channel: Channel, message: Message): void {
  const { code, name } = replyCodes.noRoute
  const { exchange, routingKey } = message
  const fields = { replyCode: code, replyText: name, exchange, routingKey }
  channel.sendMessage('basic.return', fields, withoutBcc(message))
}

/** @throws Refusal */
function requireTopics(
  { connection, rights }: Channel,
  exchange: string,
  routingKey: string,
  headers: FieldTable | undefined,
): void {
  rights.requireTopic('write', exchange, routingKey)
  if (headers === undefined || !connection.broker.profile.asksTopicRightsOfCc) return
  for (const key of [...keysOf(headers, 'CC'), ...keysOf(headers, 'BCC')]) {
    rights.requireTopic('write', exchange, key)
  }
}

/** Only who has the tag `impersonator` may publish in another's name. @throws Refusal */
export function checkUserId(userId: string, by: { userName: string; tags: readonly string[] }): void {
  const { userName, tags } = by
  if (userId === userName || tags.includes('impersonator')) return
  throw refusal(
    'preconditionFailed',
    `user_id property set to '${userId}' but authenticated user was '${userName}'`,
  )
}

/** @throws Refusal */
export function checkExpiration(expiration: string): void {
  const wrong = wrongExpiration(expiration)
  if (wrong !== undefined) throw refusal('preconditionFailed', `invalid expiration '${expiration}': ${wrong}`)
}

const ERLANG_LINE_MAX = 80

function wrongExpiration(expiration: string): string | undefined {
  const [, digits, rest] = /^([+-]?\d+)(.*)$/s.exec(expiration) ?? []
  if (digits === undefined) return 'no_integer'
  if (rest !== '') return `{leftover_string,"${rest}"}`
  if (Number(digits) < 0) return `{value_negative,${Number(digits)}}`
  if (Number(digits) > EXPIRY_MS_MAX) return tooLarge(expiration, String(BigInt(digits)))
  return undefined
}

/** Erlang breaks a term that is too long for a line, and aligns what it breaks. */
function tooLarge(expiration: string, digits: string): string {
  const column = `invalid expiration '${expiration}': `.length
  const term = `{value_too_large,${digits}}`
  if (column + term.length <= ERLANG_LINE_MAX) return term
  return term.replace(',', `,\n${' '.repeat(column + 1)}`)
}

/** @throws Refusal */
export function checkKeyHeaders(headers: FieldTable): void {
  for (const name of ['CC', 'BCC']) {
    const value = headers[name]
    if (value === undefined || Array.isArray(value)) continue
    const text = `invalid message: {unacceptable_type_in_header,"${name}",${wireTypeOf(headers, name)}}`
    throw refusal('preconditionFailed', text)
  }
}
