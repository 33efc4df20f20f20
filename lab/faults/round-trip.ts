/**
 * Proves that the broker has handled a frame: by the answer to something that was sent behind it on the same
 * channel.
 */
import { encodeMethodFrame } from '#brokers/amqp/wire'
import type { FrameUnit } from './frame-unit.ts'

/** How long the broker may take to answer. */
export const answerMsMax = 5_000

/**
 * A question that every broker answers and that changes nothing: does `amq.direct` exist? It needs no
 * permission, and a channel answers in order.
 */
export function question(channel: number): Buffer {
  return encodeMethodFrame(channel, 'exchange.declare', {
    exchange: 'amq.direct',
    type: 'direct',
    passive: true,
    durable: true,
    autoDelete: false,
    internal: false,
    nowait: false,
    arguments: {},
  })
}

/** What can be sent behind a frame to prove it handled. */
export type Proof =
  /** The question above. */
  | 'question'
  /** Nothing may be sent behind it; the broker's own answer to the frame is the proof. */
  | 'answer'
  /** The broker never answers it, and nothing can be asked behind it. */
  | 'none'

const unanswered: ReadonlySet<string> = new Set([
  'heartbeat',
  'undecodable',
  'connection.tune-ok',
  'connection.close-ok',
  'channel.close-ok',
])

export function proofOf(unit: FrameUnit): Proof {
  if (unanswered.has(unit.method)) return 'none'
  return unit.channel === 0 || unit.method === 'channel.close' ? 'answer' : 'question'
}

/** Counts the answers to declares per channel, so that the proxy's own question is told from the client's. */
export class DeclareCount {
  readonly #open = new Map<number, number>()

  /** A unit that has gone to the broker. */
  sent(unit: FrameUnit): void {
    if (unit.method === 'exchange.declare' && unit.fields.nowait !== true) this.#add(unit.channel, 1)
    if (unit.method === 'channel.open') this.#open.delete(unit.channel)
  }

  /** A unit that has come from the broker. */
  came(unit: FrameUnit): void {
    if (unit.method === 'exchange.declare-ok') this.#add(unit.channel, -1)
  }

  /** Declares that the broker has not answered. */
  open(channel: number): number {
    return this.#open.get(channel) ?? 0
  }

  #add(channel: number, by: number): void {
    this.#open.set(channel, Math.max(0, this.open(channel) + by))
  }
}

/** Waits for the proof that one frame has been handled. */
export class RoundTrip {
  /** Resolves with whether the broker has answered on that channel. */
  readonly answered: Promise<boolean>
  readonly #channel: number
  readonly #proof: Proof
  #declareOksLeft: number
  readonly #outcome = Promise.withResolvers<boolean>()
  readonly #timer: NodeJS.Timeout

  constructor(options: { channel: number; proof: Proof; declaresOpen: number }) {
    this.answered = this.#outcome.promise
    this.#channel = options.channel
    this.#proof = options.proof
    this.#declareOksLeft = options.declaresOpen + 1
    this.#timer = setTimeout(() => this.end(false), answerMsMax)
    if (this.#proof === 'none') this.end(false)
  }

  /** A unit that has come from the broker. Gives whether it is the answer to the proxy's own question. */
  came(unit: FrameUnit): boolean {
    const isDeclareOk = unit.method === 'exchange.declare-ok' && unit.channel === this.#channel
    if (isDeclareOk) this.#declareOksLeft -= 1
    const isOurs = this.#proof === 'question' && isDeclareOk && this.#declareOksLeft === 0
    if (isOurs || this.#isRefusal(unit) || this.#isAnswer(unit)) this.end(true)
    return isOurs
  }

  /** Nothing more will come. */
  end(isAnswered: boolean): void {
    clearTimeout(this.#timer)
    this.#outcome.resolve(isAnswered)
  }

  /** The broker refused the frame, and with it the channel: handled all the same. */
  #isRefusal(unit: FrameUnit): boolean {
    if (unit.method === 'connection.close') return true
    return unit.method === 'channel.close' && unit.channel === this.#channel
  }

  #isAnswer(unit: FrameUnit): boolean {
    if (this.#proof !== 'answer' || unit.channel !== this.#channel) return false
    return !/^(?:heartbeat$|basic\.|connection\.(?:un)?blocked$)/.test(unit.method)
  }
}
