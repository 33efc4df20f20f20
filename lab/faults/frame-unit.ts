/**
 * Joins a method with the content header and the body frames that belong to it: what passes or falls
 * together.
 */
import type { Frame } from '#brokers/amqp/wire'

/** One method with its content, or a frame that is no method. Complete once its last frame is there. */
export interface FrameUnit {
  readonly channel: number
  readonly method: string
  readonly fields: Readonly<Record<string, unknown>>
  properties?: Readonly<Record<string, unknown>>
  bodySize?: number
  /** The parts of the body so far; nothing where the body is larger than is kept. */
  readonly bodyParts: Buffer[]
  bodyBytesLeft: number
  isComplete: boolean
}

/** One frame's bytes and the unit that they belong to. */
export interface UnitFrame {
  readonly raw: Buffer
  readonly unit: FrameUnit
  /** Whether it completes the unit. */
  readonly isLast: boolean
}

const contentMethods: ReadonlySet<string> = new Set([
  'basic.publish',
  'basic.deliver',
  'basic.return',
  'basic.get-ok',
])

/** Fields that hold credentials: what the proxy sees is shown to people. */
const secretFields: Readonly<Record<string, string>> = {
  'connection.start-ok': 'response',
  'connection.secure-ok': 'response',
  'connection.update-secret': 'newSecret',
}

const noFields = Object.freeze({})

/** Joins the frames of one direction of one connection. Contents on different channels may be interleaved. */
export class UnitAssembler {
  readonly #bodyBytesMax: number
  /** By channel: the unit whose content is still coming. */
  readonly #open = new Map<number, FrameUnit>()

  constructor(bodyBytesMax: number) {
    this.#bodyBytesMax = bodyBytesMax
  }

  take(frame: Frame): UnitFrame {
    switch (frame.kind) {
      case 'method':
        return this.#takeMethod(frame)
      case 'header': {
        const unit = this.#open.get(frame.channel) ?? loneUnit('header', frame.channel)
        unit.properties = frame.properties
        unit.bodySize = frame.bodySize
        unit.bodyBytesLeft = frame.bodySize
        return this.#added(frame.raw, unit)
      }
      case 'body': {
        const unit = this.#open.get(frame.channel) ?? loneUnit('body', frame.channel)
        unit.bodyBytesLeft -= frame.payload.length
        if ((unit.bodySize ?? 0) <= this.#bodyBytesMax) unit.bodyParts.push(frame.payload)
        return this.#added(frame.raw, unit)
      }
      case 'heartbeat':
      case 'protocol-header':
        return { raw: frame.raw, unit: loneUnit(frame.kind, 0), isLast: true }
    }
  }

  #takeMethod(frame: Extract<Frame, { kind: 'method' }>): UnitFrame {
    const { channel, method, raw } = frame
    // A content that is cut short by another method is the sender's error; the receiver is to see it as it
    // is.
    const unfinished = this.#open.get(channel)
    if (unfinished !== undefined) {
      unfinished.isComplete = true
      this.#open.delete(channel)
    }
    const hasContent = contentMethods.has(method)
    const unit = makeUnit(method, channel, withoutSecrets(method, frame.fields), !hasContent)
    if (hasContent) this.#open.set(channel, unit)
    return { raw, unit, isLast: !hasContent }
  }

  #added(raw: Buffer, unit: FrameUnit): UnitFrame {
    const isLast = unit.bodyBytesLeft <= 0
    if (isLast) {
      unit.isComplete = true
      this.#open.delete(unit.channel)
    }
    return { raw, unit, isLast: unit.isComplete }
  }
}

/** A unit that stands for bytes without a method. */
export function loneUnit(
  method: string,
  channel: number,
  fields: Readonly<Record<string, unknown>> = noFields,
): FrameUnit {
  return makeUnit(method, channel, fields, true)
}

/** The body as a copy of its own, which keeps no larger buffer alive. */
export function bodyOf(unit: FrameUnit, bodyBytesMax: number): Buffer | undefined {
  if (unit.bodySize === undefined || unit.bodySize > bodyBytesMax) return undefined
  return Buffer.concat(unit.bodyParts)
}

function makeUnit(
  method: string,
  channel: number,
  fields: Readonly<Record<string, unknown>>,
  isComplete: boolean,
): FrameUnit {
  return { channel, method, fields, bodyParts: [], bodyBytesLeft: 0, isComplete }
}

function withoutSecrets(
  method: string,
  fields: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const secret = secretFields[method]
  return secret === undefined ? fields : { ...fields, [secret]: '(hidden)' }
}
