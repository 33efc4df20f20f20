/**
 * A peer's mistake, on its way to becoming a reply: thrown by model and handlers, turned into `channel.close` or
 * `connection.close` by the session. A bug of ours is an `invariant` instead.
 */
import type { MethodName } from './wire/methods.ts'
import { type Reply, replyCodes, replyText } from './wire/reply-code.ts'

export interface RefusalOptions {
  /** Where RabbitMQ closes something else than the code's usual scope. */
  readonly closes?: 'channel' | 'connection'
  readonly blames?: MethodName | 'none'
}

export class Refusal extends Error {
  readonly reply: Reply
  /** The text without the code's name, and not cut. */
  readonly explanation: string
  readonly code: number
  readonly closes: 'channel' | 'connection'
  /** The method that the close names, if it is not the one being handled; `none` where RabbitMQ says class 0, method 0. */
  readonly blames: MethodName | 'none' | undefined

  constructor(reply: Reply, explanation: string, options: RefusalOptions) {
    super(replyText(reply, explanation))
    this.name = 'Refusal'
    this.reply = reply
    this.explanation = explanation
    this.code = replyCodes[reply].code
    const usual = replyCodes[reply].closes
    this.closes = options.closes ?? (usual === 'channel' ? 'channel' : 'connection')
    this.blames = options.blames
  }
}

/** A refusal of the usual scope of its code; `throw` it. */
export function refusal(reply: Reply, explanation: string, options: RefusalOptions = {}): Refusal {
  return new Refusal(reply, explanation, options)
}

/** How RabbitMQ names a thing in its texts. */
export function describe(kind: 'queue' | 'exchange', name: string, vhost: string): string {
  return `${kind} '${name}' in vhost '${vhost}'`
}

/** A term as Erlang prints it: text in double quotes, a number as it is. */
export function erlangTerm(value: unknown): string {
  if (typeof value === 'string') return `<<"${value}">>`
  if (Buffer.isBuffer(value)) return erlangBinary(value)
  return String(value)
}

/** Bytes as Erlang prints a binary: text if all of it is printable, numbers otherwise. */
export function erlangBinary(bytes: Buffer): string {
  const isPrintable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
  return isPrintable && bytes.length > 0 ? `<<"${bytes.toString('latin1')}">>` : `<<${[...bytes].join(',')}>>`
}
