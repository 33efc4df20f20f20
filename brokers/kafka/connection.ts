/**
 * A client's connection to one node: requests are served one after the other and answered in their order, as Kafka does it:
 * a fetch that waits holds up what was sent behind it on the same connection.
 */
import type { Socket } from 'node:net'
import { ByteReader, ByteWriter, TruncatedError } from '../bytes.ts'
import type { Answer, Call, Handler } from './handlers/handler.ts'
import { handlerOf } from './handlers/handlers.ts'
import { errorAnswer } from './interception/error-answer.ts'
import type { Interception } from './interception/interception.ts'
import type { Cluster } from './model/cluster.ts'
import type { Node } from './model/node.ts'
import { type Authentication, AuthenticationError } from './security/authentication.ts'
import type { Security } from './security/security.ts'
import type { Turn } from './turn.ts'
import { MessageError, readRequest, writeResponse } from './wire/codec.ts'
import { codeOf } from './wire/error-code.ts'
import {
  API_VERSIONS,
  endResponse,
  FrameParser,
  FrameSizeError,
  type RequestHead,
  readClientId,
  readRequestHead,
  startResponse,
} from './wire/frame.ts'
import { MalformedError } from './wire/primitives.ts'
import { includes, type Message, type ResponseOf } from './wire/schema.ts'

const SASL_HANDSHAKE = 17
const SASL_AUTHENTICATE = 36
const ILLEGAL_SASL_STATE = codeOf('illegalSaslState')

/** Requests that have come in and wait; beyond that the socket is not read. */
const WAITING_MAX = 64

export interface ConnectionContext {
  readonly cluster: Cluster
  readonly node: Node
  readonly security: Security
  readonly interception: Interception
  /** Where things are kept: when answers may leave. Left out: at once. */
  readonly turn?: Turn | undefined
  /** Called once, when the socket is gone. */
  readonly onClosed: (connection: Connection) => void
  /** Called for a mistake of ours; the client's connection ends. */
  readonly onBug: (error: unknown) => void
}

export class Connection {
  readonly #socket: Socket
  readonly #context: ConnectionContext
  readonly #frames = new FrameParser()
  readonly #waiting: Buffer[] = []
  readonly #output = new ByteWriter(256, { mayLink: true })
  readonly #whenGone = new Set<() => void>()
  readonly #host: string
  /** undefined: clients do not log in here. */
  readonly #authentication: Authentication | undefined
  #isServing = false
  #isClosed = false
  #isFrozen = false

  constructor(socket: Socket, context: ConnectionContext) {
    this.#socket = socket
    this.#context = context
    this.#host = socket.remoteAddress ?? ''
    this.#authentication = context.security.authentication()
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#onData(chunk))
    // What went wrong with a socket changes nothing: 'close' follows.
    socket.on('error', () => {})
    socket.on('close', () => this.#onSocketClosed())
  }

  /** Ends it at once. */
  cut(): void {
    this.#isClosed = true
    this.#socket.destroy()
  }

  /** Leaves everything where it is: what comes in is not served, and what is answered does not leave. */
  freeze(): void {
    this.#isFrozen = true
    this.#socket.pause()
  }

  thaw(): void {
    this.#isFrozen = false
    this.#socket.resume()
    this.#serve()
  }

  #onData(chunk: Buffer): void {
    try {
      this.#waiting.push(...this.#frames.push(chunk))
    } catch (error) {
      this.#end(error)
    }
    this.#serve()
    if (this.#waiting.length > WAITING_MAX) this.#socket.pause()
  }

  /** Serves what waits until a request has to wait itself. Answers of one go leave in one write. */
  #serve(): void {
    while (!this.#isServing && !this.#isClosed && !this.#isFrozen) {
      const frame = this.#waiting.shift()
      if (frame === undefined) break
      try {
        this.#serveOne(frame)
      } catch (error) {
        this.#end(error)
      }
    }
    this.#flush()
    if (this.#isFrozen) return
    if (this.#waiting.length <= WAITING_MAX && this.#socket.isPaused()) this.#socket.resume()
  }

  #serveOne(frame: Buffer): void {
    if (this.#authentication?.expectsBareToken === true)
      return this.#answerBareToken(this.#authentication, frame)
    const reader = new ByteReader(frame)
    const head = readRequestHead(reader)
    const handler = handlerOf(head.key)
    const isMisplaced = this.#authentication?.status === 'exchanging' && head.key !== SASL_AUTHENTICATE
    if (handler === undefined || (!isMisplaced && !this.#mayAsk(head.key))) return this.cut()
    if (!includes(handler.versions, head.version)) {
      if (head.key !== API_VERSIONS || isMisplaced) return this.cut()
      readClientId(reader, handler.message, head.version)
      // The client does not know yet what is spoken here: it is told in the oldest form.
      const call = this.#call(head, '')
      return this.#answer(
        handler,
        { ...head, version: 0 },
        handler.handle(call, {}) as Answer<ResponseOf<Message>>,
      )
    }
    const clientId = readClientId(reader, handler.message, head.version)
    const request = readRequest(handler.message, head.version, reader)
    if (isMisplaced) {
      // Where a token is due, any other request is told so in its own form, and that is the end.
      this.#authentication?.fail()
      const { message } = handler
      return this.#answer(handler, head, errorAnswer(message, head.version, request, ILLEGAL_SASL_STATE))
    }
    const answer = this.#context.interception.handle(handler, this.#call(head, clientId ?? ''), request)
    if (!(answer instanceof Promise)) return this.#answer(handler, head, answer)
    this.#isServing = true
    answer.then(
      (later) => {
        this.#isServing = false
        if (this.#isClosed) return
        this.#answer(handler, head, later)
        this.#serve()
      },
      (error) => this.#end(error),
    )
  }

  /** Before a client has proven who it is, it may do nothing but that. */
  #mayAsk(key: number): boolean {
    switch (this.#authentication?.status) {
      case 'begun':
        return key === API_VERSIONS || key === SASL_HANDSHAKE
      case 'failed':
        return false
      default:
        return true
    }
  }

  #answerBareToken(authentication: Authentication, token: Buffer): void {
    try {
      const answer = authentication.answer(token)
      this.#output.int32(answer.length)
      this.#output.bytes(answer)
    } catch (error) {
      // There is no form in which a client could be told why.
      if (!(error instanceof AuthenticationError)) throw error
      this.cut()
    }
  }

  #call({ version }: RequestHead, clientId: string): Call {
    const { cluster, node, security } = this.#context
    return {
      cluster,
      node,
      security,
      authentication: this.#authentication,
      subject: { principal: `User:${this.#authentication?.user ?? 'ANONYMOUS'}`, host: this.#host },
      version,
      clientId,
      clientHost: `/${this.#host}`,
      whenGone: (act) => {
        this.#whenGone.add(act)
        return () => void this.#whenGone.delete(act)
      },
    }
  }

  #answer(handler: Handler, head: RequestHead, answer: Answer<ResponseOf<Message>>): void {
    if (answer === 'close') return this.cut()
    if (answer === 'nothing') return
    const start = startResponse(this.#output, handler.message, head)
    writeResponse(handler.message, head.version, this.#output, answer)
    endResponse(this.#output, start)
    // It is told why, and that is all.
    if (this.#authentication?.status === 'failed') this.#hangUp()
  }

  #hangUp(): void {
    this.#flush()
    this.#isClosed = true
    this.#socket.end()
  }

  /** Sends what has been answered. */
  flush(): void {
    if (this.#output.length === 0 || this.#isClosed || this.#isFrozen) return
    // One call of the system for all of them.
    this.#socket.cork()
    for (const piece of this.#output.takePieces()) this.#socket.write(piece)
    this.#socket.uncork()
  }

  #flush(): void {
    const { turn } = this.#context
    if (turn === undefined) this.flush()
    else if (this.#output.length > 0) turn.flushLater(this)
  }

  /** Bytes that are no request end the connection, as with Kafka; anything else is a mistake of ours. */
  #end(error: unknown): void {
    const isTheirs =
      error instanceof MessageError ||
      error instanceof TruncatedError ||
      error instanceof MalformedError ||
      error instanceof FrameSizeError
    // What was being written when we failed is no whole answer.
    if (isTheirs) {
      this.#flush()
      this.#context.turn?.end()
    } else this.#context.onBug(error)
    this.cut()
  }

  #onSocketClosed(): void {
    this.#isClosed = true
    for (const act of this.#whenGone) act()
    this.#whenGone.clear()
    this.#context.onClosed(this)
  }
}
