/** The reply codes of AMQP 0-9-1 (section 1.1 of its reference) that RabbitMQ sends, and what each one closes there. */

import { bytesOf, textOf } from './text.ts'

export const replyCodes = {
  noRoute: { code: 312, name: 'NO_ROUTE', closes: 'nothing' },
  connectionForced: { code: 320, name: 'CONNECTION_FORCED', closes: 'connection' },
  accessRefused: { code: 403, name: 'ACCESS_REFUSED', closes: 'channel' },
  notFound: { code: 404, name: 'NOT_FOUND', closes: 'channel' },
  resourceLocked: { code: 405, name: 'RESOURCE_LOCKED', closes: 'channel' },
  preconditionFailed: { code: 406, name: 'PRECONDITION_FAILED', closes: 'channel' },
  frameError: { code: 501, name: 'FRAME_ERROR', closes: 'connection' },
  syntaxError: { code: 502, name: 'SYNTAX_ERROR', closes: 'connection' },
  commandInvalid: { code: 503, name: 'COMMAND_INVALID', closes: 'connection' },
  channelError: { code: 504, name: 'CHANNEL_ERROR', closes: 'connection' },
  unexpectedFrame: { code: 505, name: 'UNEXPECTED_FRAME', closes: 'connection' },
  resourceError: { code: 506, name: 'RESOURCE_ERROR', closes: 'connection' },
  notAllowed: { code: 530, name: 'NOT_ALLOWED', closes: 'connection' },
  notImplemented: { code: 540, name: 'NOT_IMPLEMENTED', closes: 'connection' },
  internalError: { code: 541, name: 'INTERNAL_ERROR', closes: 'connection' },
} as const

export type Reply = keyof typeof replyCodes

/** A short string holds so many bytes. */
const TEXT_BYTES_MAX = 255
/** Bytes that are left of a longer one, before three dots. */
const CUT_BYTES = 252

/** RabbitMQ's reply text: the code's name, a dash, the explanation; a short string, so cut at 255 bytes. */
export function replyText(reply: Reply, explanation: string): string {
  const text = explanation === '' ? replyCodes[reply].name : `${replyCodes[reply].name} - ${explanation}`
  const bytes = bytesOf(text)
  return bytes.length <= TEXT_BYTES_MAX ? text : `${textOf(bytes.subarray(0, CUT_BYTES))}...`
}

/** Whether a cut of so many characters, not bytes, would still be too long for a short string. */
export function isTooLongInCharacters(reply: Reply, explanation: string): boolean {
  const text = `${replyCodes[reply].name} - ${explanation}`
  const cut = [...text].slice(0, CUT_BYTES).join('')
  return bytesOf(text).length > TEXT_BYTES_MAX && bytesOf(cut).length > CUT_BYTES
}
