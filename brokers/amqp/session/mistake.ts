/** From what was thrown while reading a client to the close that it means. */
import { TruncatedError } from '../../bytes.ts'
import type { Profile } from '../profile.ts'
import { erlangBinary, Refusal, refusal } from '../refusal.ts'
import { FieldTypeError } from '../wire/field-table.ts'
import { FrameError } from '../wire/frame.ts'
import { MalformedTextError } from '../wire/method-codec.ts'
import { methodNames, methods } from '../wire/methods.ts'
import { isTooLongInCharacters } from '../wire/reply-code.ts'

/** Bytes of a bad frame that RabbitMQ quotes. */
const SNIPPET_BYTES = 16

/** A client's mistake as it is answered; a bug of ours closes the connection with 541 and says that it is one. */
export function refusalFrom(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof FrameError) return badFrame(error.type, error.payload, error.reason)
  if (error instanceof MalformedTextError) return refusal('frameError', error.message, { blames: 'none' })
  // The text for a content header that cannot be decoded is our own.
  if (error instanceof TruncatedError) return refusal('frameError', `undecodable: ${error.message}`)
  if (error instanceof FieldTypeError || error instanceof RangeError)
    return refusal('internalError', error.message)
  console.error(error)
  return refusal('internalError', `broker bug: ${error instanceof Error ? error.message : String(error)}`)
}

/** The same close as the profile words it. RabbitMQ 4 breaks over a text that its cut leaves too long for a short string. */
export function worded(reason: Refusal, profile: Profile): Refusal {
  if (!profile.cutsTextsByCharacter) return reason
  const { reply, explanation, closes, blames } = reason
  if (isTooLongInCharacters(reply, explanation)) return unsendable()
  const options = { closes, ...(blames === undefined ? {} : { blames }) }
  return explanation.isWellFormed() ? reason : refusal(reply, asLatin1(explanation), options)
}

/** What a connection ends with that something has to be sent to which no frame can hold. */
export function unsendable(): Refusal {
  return refusal('internalError', '', { blames: 'none' })
}

/** Bytes that are no UTF-8 as the characters that they are in Latin-1. */
function asLatin1(text: string): string {
  return [...text]
    .map((one) => (one.isWellFormed() ? one : String.fromCharCode(one.charCodeAt(0) & 0xff)))
    .join('')
}

const METHOD_ID_BYTES = 4

/** A method frame that ends before its fields do. */
export function cannotDecode(payload: Buffer): Refusal {
  const [classId, methodId] = [payload.readUInt16BE(0), payload.readUInt16BE(2)]
  const name = methodNames.find((one) => methods[one].id[0] === classId && methods[one].id[1] === methodId)
  return refusal('frameError', `cannot decode ${erlangBinary(payload.subarray(METHOD_ID_BYTES))}`, {
    blames: name ?? 'none',
  })
}

export function badFrame(type: number, payload: Buffer, reason: string): Refusal {
  const quoted = payload.length <= SNIPPET_BYTES ? 'all' : `first ${SNIPPET_BYTES}`
  const octets = erlangBinary(payload.subarray(0, SNIPPET_BYTES))
  return refusal('frameError', `type ${type}, ${quoted} octets = ${octets}: ${reason}`, { blames: 'none' })
}
