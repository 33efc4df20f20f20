/** From what was thrown while reading a client to the close that it means. */
import { TruncatedError } from '../../bytes.ts'
import { erlangBinary, Refusal, refusal } from '../refusal.ts'
import { FieldTypeError } from '../wire/field-table.ts'
import { FrameError } from '../wire/frame.ts'
import { UnknownMethodError } from '../wire/method-codec.ts'

/** Bytes of a bad frame that RabbitMQ quotes. */
const SNIPPET_BYTES = 16

/** A client's mistake as it is answered; a bug of ours closes the connection with 541 and says that it is one. */
export function refusalFrom(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof FrameError) return badFrame(error.type, error.payload, error.reason)
  // The text for a method that cannot be decoded is our own.
  if (error instanceof UnknownMethodError || error instanceof TruncatedError) {
    return refusal('frameError', `undecodable method: ${error.message}`)
  }
  if (error instanceof FieldTypeError || error instanceof RangeError)
    return refusal('internalError', error.message)
  console.error(error)
  return refusal('internalError', `broker bug: ${error instanceof Error ? error.message : String(error)}`)
}

export function badFrame(type: number, payload: Buffer, reason: string): Refusal {
  const quoted = payload.length <= SNIPPET_BYTES ? 'all' : `first ${SNIPPET_BYTES}`
  const octets = erlangBinary(payload.subarray(0, SNIPPET_BYTES))
  return refusal('frameError', `type ${type}, ${quoted} octets = ${octets}: ${reason}`, { blames: 'none' })
}
