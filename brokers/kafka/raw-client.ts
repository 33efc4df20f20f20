/**
 * A client that speaks single requests: for tests of what no client library would send, or would hide, and for asking
 * whether a broker is there.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { ByteReader, ByteWriter } from '../bytes.ts'
import { isFlexible, readResponse, skipTags, writeRequest } from './wire/codec.ts'
import { API_VERSIONS, FrameParser } from './wire/frame.ts'
import { saslHandshake } from './wire/messages/17-sasl-handshake.ts'
import { saslAuthenticate } from './wire/messages/36-sasl-authenticate.ts'
import { writeUnsignedVarint } from './wire/primitives.ts'
import type { Message, Read, Rows, Write } from './wire/schema.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

export class RawClient {
  readonly socket: Socket
  readonly #clientId: string | null
  readonly #parser = new FrameParser()
  readonly #frames: Buffer[] = []
  #correlationId = 0
  #wake = () => {}
  #isOver = false

  constructor(socket: Socket, clientId: string | null) {
    this.socket = socket
    this.#clientId = clientId
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      try {
        this.#frames.push(...this.#parser.push(chunk))
      } catch {
        // Another program answers at this port, and in another language: nothing more is to be had here.
        socket.destroy()
      }
      this.#wake()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#isOver = true
      this.#wake()
    })
  }

  /** Sends a request and waits for its answer; undefined if the connection ends instead. */
  async call<Q extends Rows, A extends Rows>(
    m: Message<Q, A>,
    version: number,
    fields: Write<Q>,
  ): Promise<Read<A> | undefined> {
    this.send(m, version, fields)
    const frame = await this.next()
    return frame === undefined ? undefined : readAnswer(m, version, frame)
  }

  /** Sends without waiting; gives the correlation id. */
  send<Q extends Rows>(m: Message<Q>, version: number, fields: Write<Q>): number {
    const correlationId = ++this.#correlationId
    this.socket.write(requestFrame(m, version, fields, { correlationId, clientId: this.#clientId }))
    return correlationId
  }

  /** The next answer without its size; undefined when the connection has ended, or none has come in that time. */
  async next(msMax = Number.POSITIVE_INFINITY): Promise<Buffer | undefined> {
    for (const deadline = Date.now() + msMax; this.#frames.length === 0 && !this.#isOver; ) {
      const left = deadline - Date.now()
      if (left <= 0) return undefined
      await this.#change(left)
    }
    return this.#frames.shift()
  }

  #change(msMax: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = msMax < Number.POSITIVE_INFINITY ? setTimeout(resolve, msMax) : undefined
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Nothing more comes, and all that came has been taken. */
  get isOver(): boolean {
    return this.#isOver && this.#frames.length === 0
  }

  cut(): void {
    this.socket.destroy()
  }
}

/** Who a client says it is. */
export interface Login {
  readonly name: string
  readonly password: string
}

/** Logs in with PLAIN. @throws Error if that is refused */
export async function logIn(client: RawClient, { name, password }: Login): Promise<void> {
  await client.call(saslHandshake, 1, { mechanism: 'PLAIN' })
  const authBytes = Buffer.from(`\0${name}\0${password}`)
  const answer = await client.call(saslAuthenticate, 1, { authBytes })
  if (answer?.errorCode !== 0) throw new Error(`could not log in as ${name}: ${answer?.errorMessage}`)
}

/** @throws Error if nobody listens there. */
export async function rawConnect(address: Address, clientId: string | null = 'raw'): Promise<RawClient> {
  const socket = connect(address.port, address.host)
  const client = new RawClient(socket, clientId)
  await once(socket, 'connect')
  return client
}

/** A whole request with its size. */
export function requestFrame<Q extends Rows>(
  m: Message<Q>,
  version: number,
  fields: Write<Q>,
  head: { readonly correlationId: number; readonly clientId: string | null },
): Buffer {
  const writer = new ByteWriter()
  writer.int32(0)
  writer.int16(m.key)
  writer.int16(version)
  writer.int32(head.correlationId)
  writer.int16(head.clientId === null ? -1 : Buffer.byteLength(head.clientId))
  writer.utf8(head.clientId ?? '')
  if (isFlexible(m, version)) writeUnsignedVarint(writer, 0)
  writeRequest(m, version, writer, fields)
  const frame = writer.take()
  frame.writeInt32BE(frame.length - 4, 0)
  return frame
}

/** @throws MessageError, or Error for bytes that are left over. */
export function readAnswer<A extends Rows>(m: Message<Rows, A>, version: number, frame: Buffer): Read<A> {
  const reader = new ByteReader(frame, 4)
  if (isFlexible(m, version) && m.key !== API_VERSIONS) skipTags(reader)
  const fields = readResponse(m, version, reader)
  if (reader.left > 0) throw new Error(`${reader.left} bytes are left over behind ${m.name} v${version}`)
  return fields
}
