/**
 * A connection from its first byte to its last (AMQP 0-9-1 section 2.2.4): handshake, channels, heartbeats, and the ways in
 * which it ends.
 */
import type { Socket } from 'node:net'
import { ByteReader, TruncatedError } from '../../bytes.ts'
import type { Broker } from '../model/broker.ts'
import type { Account } from '../model/definitions.ts'
import type { Vhost } from '../model/vhost.ts'
import { type Refusal, refusal } from '../refusal.ts'
import { type FieldTable, FieldTypeError } from '../wire/field-table.ts'
import {
  FRAME_BODY,
  FRAME_HEADER,
  FRAME_HEARTBEAT,
  FRAME_METHOD,
  FrameError,
  FrameParser,
  type FrameSink,
  PROTOCOL_HEADER,
} from '../wire/frame.ts'
import { type Method, readMethod, UnknownMethodError } from '../wire/method-codec.ts'
import { type MethodFields, type MethodName, methods } from '../wire/methods.ts'
import { Channel } from './channel.ts'
import type { DirectReplies } from './direct-reply.ts'
import { greeting, loginRefused, negotiate, openVhost, tuning } from './handshake.ts'
import { startHeartbeats } from './heartbeat.ts'
import { logIn } from './login.ts'
import { badFrame, cannotDecode, refusalFrom } from './mistake.ts'
import { Output, payloadLimit } from './output.ts'
import type { Turn } from './turn.ts'

/** AMQP 1.0 with a SASL layer. */
const SASL_HEADER = Buffer.from('AMQP\x03\x01\0\0', 'latin1')

/** A client has so long to complete the handshake, as with RabbitMQ. */
const HANDSHAKE_MS_MAX = 10_000
/** A client has so long to answer connection.close before it is cut off. */
const CLOSE_MS_MAX = 5_000

/** Methods that the connection itself takes from a client. */
export const connectionMethods: readonly MethodName[] = [
  'connection.start-ok',
  'connection.tune-ok',
  'connection.open',
  'connection.close',
  'connection.close-ok',
  'connection.update-secret',
  'channel.open',
  'channel.close',
  'channel.close-ok',
]
/** Behind a bad frame no answer can be read, so RabbitMQ waits for so long. */
const BAD_FRAME_MS_MAX = 3_000

type State = 'header' | 'start' | 'tune' | 'open' | 'running' | 'closing' | 'closed'

/** The two ends of a socket; kept, since a socket that has closed no longer knows them. */
interface Ends {
  readonly peerHost: string
  readonly peerPort: number
  readonly host: string
  readonly port: number
  readonly isSecure: boolean
}

function endsOf(socket: Socket): Ends {
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket
  return {
    peerHost: remoteAddress,
    peerPort: remotePort,
    host: localAddress,
    port: localPort,
    isSecure: 'encrypted' in socket,
  }
}

export interface ConnectionContext {
  readonly broker: Broker
  readonly turn: Turn
  readonly directReplies: DirectReplies
  readonly alarm: { readonly isRaised: boolean }
  /** Called once, when the socket is gone. */
  readonly onClosed: (connection: Connection) => void
}

export class Connection implements FrameSink {
  readonly broker: Broker
  readonly turn: Turn
  readonly directReplies: DirectReplies
  readonly channels = new Map<number, Channel>()
  clientProperties: FieldTable = {}
  heartbeatSeconds = 0
  /** In real milliseconds since 1970. */
  readonly connectedAtMs = Date.now()
  readonly #socket: Socket
  readonly #ends: Ends
  readonly #parser: FrameParser
  readonly #output: Output
  readonly #alarm: { readonly isRaised: boolean }
  readonly #onClosed: (connection: Connection) => void
  #state: State = 'header'
  #user: Account | undefined
  #vhost: Vhost | undefined
  #channelMax = 0
  #frameBytesMax = 0
  #mechanism = ''
  #isBlocked = false
  #stopHeartbeats = () => {}
  #deadline: NodeJS.Timeout | undefined

  constructor(socket: Socket, context: ConnectionContext) {
    this.broker = context.broker
    this.turn = context.turn
    this.directReplies = context.directReplies
    this.#alarm = context.alarm
    this.#onClosed = context.onClosed
    this.#socket = socket
    this.#ends = endsOf(socket)
    const payloadBytesMax = payloadLimit(this.broker.profile.preAuthFrameBytesMax)
    this.#parser = new FrameParser(this, { protocolHeader: 'required', payloadBytesMax })
    this.#output = new Output(socket, payloadBytesMax)
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#onData(chunk))
    socket.on('drain', () => this.#resumeConsumers())
    // What went wrong with a socket changes nothing: 'close' follows.
    socket.on('error', () => {})
    socket.on('close', () => this.#onSocketClosed())
    this.#setDeadline(HANDSHAKE_MS_MAX)
  }

  get userName(): string {
    return this.#user?.name ?? ''
  }

  get vhostName(): string {
    return this.#vhost?.name ?? ''
  }

  /** Whether the client has opened a vhost and neither side has begun to close. */
  get isRunning(): boolean {
    return this.#state === 'running'
  }

  /** What an operator is told of it. */
  get facts() {
    return {
      ...this.#ends,
      mechanism: this.#mechanism,
      channelMax: this.#channelMax,
      frameBytesMax: this.#frameBytesMax,
      receivedBytes: this.#socket.bytesRead,
      sentBytes: this.#socket.bytesWritten,
      isBlocked: this.#isBlocked,
    }
  }

  get hasRoom(): boolean {
    return this.#output.hasRoom
  }

  get wantsCancelNotify(): boolean {
    return this.#clientCan('consumer_cancel_notify')
  }

  send<N extends MethodName>(channel: number, name: N, fields: MethodFields<N>): void {
    this.#output.method(channel, name, fields)
    this.turn.flushLater(this)
  }

  sendContent<N extends MethodName>(
    channel: number,
    name: N,
    fields: MethodFields<N>,
    header: Buffer,
    body: Buffer,
  ): void {
    this.#output.method(channel, name, fields)
    this.#output.content(channel, header, body)
    this.turn.flushLater(this)
  }

  flush(): void {
    if (this.#state === 'closed') return
    this.#output.flush()
    if (!this.#socket.writableNeedDrain && this.#output.takeHeldBack())
      setImmediate(() => this.#resumeConsumers())
  }

  /** Closes from our side: tells the client why and gives it a while to answer. */
  close(reason: Refusal, cause?: MethodName): void {
    if (this.#state === 'closing' || this.#state === 'closed') return
    const [classId, methodId] = cause === undefined ? [0, 0] : methods[cause].id
    this.#release()
    this.#state = 'closing'
    this.send(0, 'connection.close', { replyCode: reason.code, replyText: reason.message, classId, methodId })
    this.#setDeadline(CLOSE_MS_MAX)
  }

  /** Cuts the connection without a word. */
  cut(): void {
    this.#socket.destroy()
  }

  /** The alarm is over: goes on where it stopped. */
  unblock(): void {
    if (!this.#isBlocked) return
    this.#isBlocked = false
    if (this.#clientCan('connection.blocked')) this.send(0, 'connection.unblocked', {})
    this.turn.touch()
    this.#socket.resume()
    this.#read(() => this.#parser.resume())
  }

  /** Who publishes during an alarm is not read any more, and so gets no answers either; who does not goes on. */
  #block(): void {
    this.#isBlocked = true
    this.#parser.pause()
    this.#socket.pause()
    if (this.#clientCan('connection.blocked')) this.send(0, 'connection.blocked', { reason: 'low on memory' })
  }

  onProtocolHeader(header: Buffer): void {
    // The protocol header of AMQP 1.0 is refused in every profile; RabbitMQ 4 speaks it.
    if (!header.equals(PROTOCOL_HEADER)) {
      const isAmqp = header.subarray(0, 4).toString('latin1') === 'AMQP'
      const wantsSasl = !isAmqp && this.broker.profile.answersForeignProtocolsWithSasl
      this.#output.bytes(wantsSasl ? SASL_HEADER : PROTOCOL_HEADER)
      this.turn.flushLater(this)
      this.#end()
      return
    }
    this.#state = 'start'
    this.send(0, 'connection.start', greeting(this.broker.profile))
  }

  onFrame(type: number, channel: number, buffer: Buffer, start: number, end: number): void {
    let method: MethodName | undefined
    try {
      if (type === FRAME_METHOD) {
        const read = readMethod(new ByteReader(buffer, start, end))
        method = read.method
        this.#onMethod(channel, read)
        if (method === 'basic.publish' && this.#alarm.isRaised && this.isRunning) this.#block()
      } else if (type === FRAME_HEADER || type === FRAME_BODY) {
        method = 'basic.publish'
        this.#onContent(type, channel, buffer, start, end)
      } else if (type !== FRAME_HEARTBEAT) {
        throw badFrame(type, buffer.subarray(start, end), 'unknown_frame')
      }
    } catch (error) {
      const isBadMethod = type === FRAME_METHOD && method === undefined
      if (isBadMethod && (error instanceof UnknownMethodError || error instanceof FieldTypeError)) {
        // RabbitMQ's reader breaks over these, so the client hears nothing.
        return this.#end()
      }
      const isCut = isBadMethod && error instanceof TruncatedError
      this.#refuse(isCut ? cannotDecode(buffer.subarray(start, end)) : error, channel, method)
    }
  }

  #onData(chunk: Buffer): void {
    this.turn.touch()
    this.#read(() => this.#parser.push(chunk))
  }

  #read(take: () => void): void {
    try {
      take()
    } catch (error) {
      this.#refuse(error, 0, undefined)
    }
  }

  #onMethod(number: number, method: Method): void {
    if (this.#state === 'closing') {
      if (number === 0 && method.method === 'connection.close-ok') this.#end()
      if (number === 0 && method.method === 'connection.close') this.#answerClose()
      return
    }
    if (number === 0) return this.#onConnectionMethod(method)
    if (this.#state !== 'running') throw refusal('channelError', 'expected method of connection class')
    if (method.method === 'channel.open') return this.#openChannel(number)
    const channel = this.channels.get(number)
    if (channel === undefined) throw refusal('channelError', "expected 'channel.open'")
    if (method.method === 'channel.close') {
      this.turn.confirmNow(channel)
      this.channels.delete(number)
      if (!channel.isClosing) channel.release()
      return this.send(number, 'channel.close-ok', {})
    }
    if (!channel.isClosing) return channel.onMethod(method)
    if (method.method === 'channel.close-ok') this.channels.delete(number)
  }

  #onContent(type: number, number: number, buffer: Buffer, start: number, end: number): void {
    if (this.#state === 'closing') return
    const channel = this.channels.get(number)
    if (channel === undefined) throw refusal('channelError', "expected 'channel.open'")
    if (!channel.isClosing) channel.onContent(type, buffer, start, end)
  }

  #onConnectionMethod(method: Method): void {
    switch (method.method) {
      case 'connection.start-ok':
        return this.#logIn(method.fields)
      case 'connection.tune-ok':
        return this.#tune(method.fields)
      case 'connection.open':
        return this.#open(method.fields)
      case 'connection.close':
        return this.#answerClose()
      case 'connection.update-secret':
        // connection.update-secret is accepted and changes nothing, since passwords never expire here.
        return this.send(0, 'connection.update-secret-ok', {})
      default:
        throw refusal('commandInvalid', 'unimplemented method')
    }
  }

  #logIn(fields: MethodFields<'connection.start-ok'>): void {
    this.#expectState('start')
    this.clientProperties = fields.clientProperties
    this.#mechanism = fields.mechanism
    this.#user = logIn(this.broker.users, fields)
    if (this.#user === undefined) {
      // Older clients take a close during the handshake for a protocol error, so only those that announce it get one.
      if (!this.#clientCan('authentication_failure_close')) return this.#end()
      throw loginRefused(fields.mechanism)
    }
    this.#state = 'tune'
    this.send(0, 'connection.tune', tuning())
  }

  #tune(fields: MethodFields<'connection.tune-ok'>): void {
    this.#expectState('tune')
    const { channelMax, frameBytesMax, heartbeatSeconds } = negotiate(fields, this.broker.profile)
    this.#channelMax = channelMax
    this.#frameBytesMax = frameBytesMax
    this.#parser.payloadBytesMax = payloadLimit(frameBytesMax)
    this.#output.payloadBytesMax = payloadLimit(frameBytesMax)
    this.heartbeatSeconds = heartbeatSeconds
    this.#stopHeartbeats = startHeartbeats(heartbeatSeconds, {
      traffic: () => ({ sent: this.#socket.bytesWritten, received: this.#socket.bytesRead }),
      isReading: () => !this.#isBlocked,
      beat: () => {
        this.#output.heartbeat()
        this.turn.flushLater(this)
      },
      silent: () => this.cut(),
    })
    this.#state = 'open'
  }

  #open({ virtualHost }: MethodFields<'connection.open'>): void {
    this.#expectState('open')
    this.#vhost = openVhost(this.broker, this.#user as Account, virtualHost)
    this.#state = 'running'
    clearTimeout(this.#deadline)
    this.send(0, 'connection.open-ok', {})
  }

  #expectState(state: State): void {
    if (this.#state !== state) throw refusal('commandInvalid', 'unimplemented method')
  }

  #openChannel(number: number): void {
    if (this.channels.has(number)) throw refusal('channelError', "second 'channel.open' seen")
    if (this.channels.size >= this.#channelMax) {
      const text = `number of channels opened (${this.channels.size}) has reached the negotiated channel_max (${this.#channelMax})`
      throw refusal('notAllowed', text)
    }
    this.channels.set(number, new Channel(number, this, this.#vhost as Vhost))
    this.send(number, 'channel.open-ok', { channelId: Buffer.alloc(0) })
  }

  /** Turns what was thrown while handling a frame into the close that it means. */
  #refuse(error: unknown, number: number, cause: MethodName | undefined): void {
    const reason = refusalFrom(error)
    // A handshake that fails is cut off at once, and mostly without a word; RabbitMQ waits three seconds before.
    const isHandshake = this.#state === 'start' || this.#state === 'tune'
    if (isHandshake && reason.reply !== 'accessRefused') return this.#end()
    const named = reason.blames === 'none' ? undefined : (reason.blames ?? cause)
    const channel = this.channels.get(number)
    if (reason.closes === 'channel' && channel !== undefined) channel.close(reason, named)
    else if (this.#state !== 'closing') this.close(reason, named)
    if (!(error instanceof FrameError)) return
    this.#parser.stop()
    this.#setDeadline(BAD_FRAME_MS_MAX)
  }

  #answerClose(): void {
    for (const channel of this.channels.values()) this.turn.confirmNow(channel)
    this.#release()
    this.send(0, 'connection.close-ok', {})
    this.#end()
  }

  /** Sends what is left, then ends the socket. */
  #end(): void {
    this.#release()
    this.#parser.stop()
    this.turn.end()
    this.#output.flush()
    this.#state = 'closed'
    this.#socket.end()
    this.#setDeadline(CLOSE_MS_MAX)
  }

  #onSocketClosed(): void {
    this.#state = 'closed'
    this.#parser.stop()
    clearTimeout(this.#deadline)
    this.#release()
    this.#onClosed(this)
    this.turn.touch()
  }

  /** Gives back what the connection holds: unsettled messages, consumers, exclusive queues. */
  #release(): void {
    this.#stopHeartbeats()
    this.#stopHeartbeats = () => {}
    const channels = [...this.channels.values()]
    this.channels.clear()
    for (const channel of channels) {
      if (channel.isClosing) continue
      channel.isClosing = true
      channel.release()
    }
    this.#vhost?.deleteOwned(this)
  }

  #resumeConsumers(): void {
    this.#output.takeHeldBack()
    for (const channel of this.channels.values()) {
      for (const consumer of channel.consumers.values()) consumer.queue.dispatch()
    }
  }

  #clientCan(capability: string): boolean {
    const capabilities = this.clientProperties['capabilities']
    return (
      typeof capabilities === 'object' &&
      capabilities !== null &&
      (capabilities as FieldTable)[capability] === true
    )
  }

  #setDeadline(ms: number): void {
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => this.cut(), ms)
  }
}
