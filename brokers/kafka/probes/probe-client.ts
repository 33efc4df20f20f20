/** The client that probes are written with: sends single requests and notes down what comes, as lines. */
import { setTimeout as pause } from 'node:timers/promises'
import { type RawClient, readAnswer } from '../raw-client.ts'
import type { Message, Read, Rows, Write } from '../wire/schema.ts'
import type { Printer } from './print.ts'

/** A real broker may be busy; an answer that is not there by then never comes. */
const WAIT_MS_MAX = 15_000
const STEP_MS = 20

export interface ProbeLog {
  readonly lines: string[]
  readonly printer: Printer
  readonly silenceMs: number
}

interface Sent {
  readonly message: Message
  readonly version: number
}

export class ProbeClient {
  readonly raw: RawClient
  readonly #log: ProbeLog
  readonly #label: string
  /** What has not been answered yet, oldest first: answers come in this order. */
  readonly #sent: Sent[] = []

  constructor(raw: RawClient, log: ProbeLog, label: string) {
    this.raw = raw
    this.#log = log
    this.#label = label
  }

  /** Sends, and notes the answer, or the end that comes instead. */
  async call<Q extends Rows, A extends Rows>(
    m: Message<Q, A>,
    version: number,
    fields: Write<Q>,
  ): Promise<Read<A> | undefined> {
    this.send(m, version, fields)
    return (await this.arrives()) as Read<A> | undefined
  }

  /** Sends, and gives the answer without a note. @throws Error if none comes */
  async ask<Q extends Rows, A extends Rows>(
    m: Message<Q, A>,
    version: number,
    fields: Write<Q>,
  ): Promise<Read<A>> {
    this.send(m, version, fields)
    const { answer } = await this.#next()
    if (answer === undefined) throw new Error(`no answer to ${m.name} v${version}`)
    return answer as Read<A>
  }

  /** Asks without a note until the answer is as wanted; a second asks for nothing else. @throws Error if it never is */
  async until<Q extends Rows, A extends Rows>(
    m: Message<Q, A>,
    version: number,
    fields: Write<Q>,
    isWanted: (answer: Read<A>) => boolean,
  ): Promise<Read<A>> {
    for (const deadline = Date.now() + WAIT_MS_MAX; ; await pause(STEP_MS)) {
      const answer = await this.ask(m, version, fields)
      if (isWanted(answer)) return answer
      if (Date.now() > deadline)
        throw new Error(`${m.name} never answered as wanted: ${JSON.stringify(answer)}`)
    }
  }

  /** Sends without waiting. */
  send<Q extends Rows>(m: Message<Q>, version: number, fields: Write<Q>): void {
    this.#sent.push({ message: m as unknown as Message, version })
    this.raw.send(m, version, fields)
  }

  /** Sends bytes that no codec would write; the answer, if one comes, is read as this message. */
  write(bytes: Buffer, answeredAs?: { message: Message; version: number }): void {
    if (answeredAs !== undefined) this.#sent.push(answeredAs)
    this.raw.socket.write(bytes)
  }

  /** Notes the answer to the oldest request that has none yet, or the end. */
  async arrives(): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { line, answer } = await this.#next()
    this.note(line ?? (this.raw.isOver ? 'the connection is closed' : 'no answer'))
    return answer
  }

  /** Notes that nothing comes, or what comes. */
  async silence(): Promise<void> {
    const frame = await this.raw.next(this.#log.silenceMs)
    if (frame !== undefined) this.note(`unasked: ${frame.toString('hex')}`)
    else this.note(this.raw.isOver ? 'the connection is closed' : 'silence')
  }

  /** Waits for the end of the connection, and notes it. */
  async closed(): Promise<void> {
    const frame = await this.raw.next(WAIT_MS_MAX)
    this.note(frame === undefined && this.raw.isOver ? 'the connection is closed' : 'the connection is open')
  }

  note(line: string): void {
    this.#log.lines.push(`${this.#label === '' ? '' : `${this.#label}: `}${line}`)
  }

  async #next(): Promise<{
    line: string | undefined
    answer: Readonly<Record<string, unknown>> | undefined
  }> {
    const sent = this.#sent.shift()
    if (sent === undefined) throw new Error('nothing was asked')
    const frame = await this.raw.next(WAIT_MS_MAX)
    const answer = frame === undefined ? undefined : readAnswer(sent.message, sent.version, frame)
    // What it tells is known from now on, whether it is noted or not.
    const line =
      answer === undefined ? undefined : this.#log.printer.answer(sent.message, sent.version, answer)
    return { line, answer }
  }
}
