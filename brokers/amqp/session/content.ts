/** A publish as it arrives: the method, then a content header, then body frames until the announced size is reached. */
import { ByteReader } from '../../bytes.ts'
import { refusal } from '../refusal.ts'
import { FRAME_BODY, FRAME_HEADER } from '../wire/frame.ts'
import type { MethodFields } from '../wire/methods.ts'
import { type BasicProperties, readProperties } from '../wire/properties.ts'

export interface Publish {
  readonly fields: MethodFields<'basic.publish'>
  readonly properties: BasicProperties
  /** Flags and property list as they came. */
  readonly header: Buffer
  readonly body: Buffer
}

const emptyBody: Buffer = Buffer.alloc(0)
/** Class id and weight. */
const BEFORE_BODY_SIZE_BYTES = 4

export class ContentAssembly {
  readonly #bytesMax: number
  #fields: MethodFields<'basic.publish'> | undefined
  #properties: BasicProperties | undefined
  #header = emptyBody
  #bodySize = 0
  #parts: Buffer[] = []
  #received = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Whether a publish has begun and a method may not come now. */
  get isOpen(): boolean {
    return this.#fields !== undefined
  }

  begin(fields: MethodFields<'basic.publish'>): void {
    this.#fields = fields
    this.#properties = undefined
  }

  /** What a client did that sent something else than what has to come next. */
  unexpectedMethod() {
    const expected = this.#properties === undefined ? 'content header for class 60' : 'content body'
    const got = this.#properties === undefined ? 'non content header' : 'non content body'
    return refusal('unexpectedFrame', `expected ${expected}, got ${got} frame instead`, {
      blames: 'basic.publish',
    })
  }

  /** Takes a header or body frame; gives the publish when it is complete. @throws Refusal */
  take(type: number, buffer: Buffer, start: number, end: number): Publish | undefined {
    if (this.#fields === undefined) {
      throw refusal('unexpectedFrame', 'expected method frame, got non method frame instead', {
        blames: 'none',
      })
    }
    if (this.#properties === undefined) {
      if (type !== FRAME_HEADER) throw this.unexpectedMethod()
      this.#takeHeader(buffer, start, end)
    } else {
      if (type !== FRAME_BODY) throw this.unexpectedMethod()
      // What will be refused is not kept meanwhile.
      if (this.#bodySize <= this.#bytesMax) this.#parts.push(buffer.subarray(start, end))
      this.#received += end - start
    }
    if (this.#received > this.#bodySize) throw this.unexpectedMethod()
    if (this.#received < this.#bodySize) return undefined
    return this.#complete(this.#fields)
  }

  #takeHeader(buffer: Buffer, start: number, end: number): void {
    const reader = new ByteReader(buffer, start, end)
    reader.skip(BEFORE_BODY_SIZE_BYTES)
    this.#bodySize = reader.uint64()
    this.#header = buffer.subarray(reader.position, end)
    this.#properties = readProperties(reader)
  }

  /** Like RabbitMQ, takes in all of a message that is too large before it is refused. @throws Refusal */
  #complete(fields: MethodFields<'basic.publish'>): Publish {
    if (this.#bodySize > this.#bytesMax) {
      const text = `message size ${this.#bodySize} is larger than configured max size ${this.#bytesMax}`
      throw refusal('preconditionFailed', text)
    }
    const [first = emptyBody] = this.#parts
    const body = this.#parts.length > 1 ? Buffer.concat(this.#parts) : first
    const publish: Publish = { fields, properties: this.#properties ?? {}, header: this.#header, body }
    this.#fields = undefined
    this.#parts = []
    this.#received = 0
    return publish
  }
}
