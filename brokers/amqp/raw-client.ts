/**
 * A client that speaks single frames: for tests of what no client library would send, or would hide. Fields that a call
 * leaves out are empty, zero or false.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { FRAME_BODY, FRAME_HEADER } from './wire/frame.ts'
import { encodeProperties } from './wire/properties.ts'
import {
  type BasicProperties,
  createFrameDecoder,
  encodeMethodFrame,
  type Frame,
  type MethodFields,
  type MethodFrame,
  type MethodName,
  methods,
} from './wire/wire.ts'

export const PROTOCOL_HEADER = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1])

/** What the frames of a server with the default frame_max hold. */
const PAYLOAD_BYTES_MAX = 131_072 - 8

export class RawClient {
  readonly socket: Socket
  readonly #decoder = createFrameDecoder()
  readonly #frames: Frame[] = []
  #wake = () => {}
  #isClosed = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      try {
        this.#frames.push(...this.#decoder.push(chunk))
      } catch {
        // Another program answers at this port, and in another language: nothing more is to be had here.
        socket.destroy()
      }
      this.#wake()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#isClosed = true
      this.#wake()
    })
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes)
  }

  send<N extends MethodName>(channel: number, name: N, fields: Partial<MethodFields<N>> = {}): void {
    this.write(encodeMethodFrame(channel, name, { ...emptyFields(name), ...fields }))
  }

  /** Sends a method and waits for the next method frame that comes. */
  call<N extends MethodName>(
    channel: number,
    name: N,
    fields: Partial<MethodFields<N>> = {},
  ): Promise<MethodFrame> {
    this.send(channel, name, fields)
    return this.nextMethod()
  }

  publish(
    channel: number,
    fields: Partial<MethodFields<'basic.publish'>>,
    properties: BasicProperties = {},
    body = 'x',
  ): void {
    this.send(channel, 'basic.publish', fields)
    const head = Buffer.alloc(12)
    head.writeUInt16BE(60)
    head.writeUInt32BE(Buffer.byteLength(body), 8)
    this.write(frameBytes(FRAME_HEADER, channel, Buffer.concat([head, encodeProperties(properties)])))
    const bytes = Buffer.from(body)
    for (let at = 0; at < bytes.length; at += PAYLOAD_BYTES_MAX) {
      this.write(frameBytes(FRAME_BODY, channel, bytes.subarray(at, at + PAYLOAD_BYTES_MAX)))
    }
  }

  /** The next frame, whatever it is; undefined once the server has closed the socket. */
  async next(): Promise<Frame | undefined> {
    while (this.#frames.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#frames.shift()
  }

  /** The next method frame; heartbeats and contents are passed over. @throws Error if the socket closes instead. */
  async nextMethod(): Promise<MethodFrame> {
    for (;;) {
      const frame = await this.next()
      if (frame === undefined) throw new Error('the server closed the socket')
      if (frame.kind === 'method') return frame
    }
  }

  /** Cuts the connection without a word. */
  cut(): void {
    this.socket.destroy()
  }
}

/** Connects, and stops before the first byte. */
export async function rawSocket(broker: { host: string; port: number }): Promise<RawClient> {
  const socket = connect(broker.port, broker.host)
  await once(socket, 'connect')
  return new RawClient(socket)
}

export interface RawOptions {
  readonly user?: string
  readonly password?: string
  readonly vhost?: string
  readonly heartbeat?: number
  readonly frameMax?: number
  readonly channelMax?: number
  readonly capabilities?: Readonly<Record<string, boolean>>
}

/** Connects, logs in and opens a vhost; gives the client and the server's last answer, open-ok or a close. */
export async function rawConnect(
  broker: { host: string; port: number },
  options: RawOptions = {},
): Promise<{ client: RawClient; answer: MethodFrame }> {
  const client = await rawSocket(broker)
  client.write(PROTOCOL_HEADER)
  await client.nextMethod()
  const response = Buffer.from(`\0${options.user ?? 'guest'}\0${options.password ?? 'guest'}`)
  const capabilities = options.capabilities ?? {
    authentication_failure_close: true,
    consumer_cancel_notify: true,
  }
  const tune = await client.call(0, 'connection.start-ok', {
    clientProperties: { capabilities },
    mechanism: 'PLAIN',
    response,
  })
  if (tune.method !== 'connection.tune') return { client, answer: tune }
  const { heartbeat = 0, frameMax = 131_072, channelMax = 2047 } = options
  client.send(0, 'connection.tune-ok', { channelMax, frameMax, heartbeat })
  return { client, answer: await client.call(0, 'connection.open', { virtualHost: options.vhost ?? '/' }) }
}

/** A connection with channel 1 open. */
export async function rawChannel(
  broker: { host: string; port: number },
  options: RawOptions = {},
): Promise<RawClient> {
  const { client } = await rawConnect(broker, options)
  await client.call(1, 'channel.open')
  return client
}

/** A frame as bytes, of any type. */
export function frameBytes(type: number, channel: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(7)
  head.writeUInt8(type)
  head.writeUInt16BE(channel, 1)
  head.writeUInt32BE(payload.length, 3)
  return Buffer.concat([head, payload, Buffer.from([0xce])])
}

function emptyFields<N extends MethodName>(name: N): MethodFields<N> {
  const empty = { bit: false, shortstr: '', longstr: Buffer.alloc(0), table: {} } as Readonly<
    Record<string, unknown>
  >
  const rows = Object.entries(methods[name].fields)
  return Object.fromEntries(
    rows.map(([field, type]) => [field, empty[type] ?? 0]),
  ) as unknown as MethodFields<N>
}
