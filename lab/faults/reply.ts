/** Which frame of the broker answers which frame of the client. */
import type { FrameUnit } from './frame-unit.ts'

/** Methods whose answer is not their own name with `-ok` behind it. */
const otherReplies: Readonly<Record<string, readonly string[]>> = {
  'basic.publish': ['basic.ack', 'basic.nack'],
  'basic.get': ['basic.get-ok', 'basic.get-empty'],
}

const unanswered: ReadonlySet<string> = new Set([
  'basic.ack',
  'basic.nack',
  'basic.reject',
  'basic.recover-async',
  'heartbeat',
  'protocol-header',
])

/** Whether the broker answers this method at all; a publish it answers on a confirm channel. */
export function hasReply(method: string): boolean {
  return !unanswered.has(method) && !method.endsWith('-ok')
}

/** Whether a frame of the broker with this method may be the answer to one of the client's with that. */
export function answers(reply: string, method: string): boolean {
  return (otherReplies[method] ?? [`${method}-ok`]).includes(reply)
}

/** Recognises the broker's answer to one frame. */
export class AwaitedReply {
  readonly #method: string
  readonly #channel: number
  readonly #publishTag: number | undefined

  /** @param publishTag the number of the publish on its confirm channel */
  constructor(unit: FrameUnit, publishTag: number | undefined) {
    this.#method = unit.method
    this.#channel = unit.channel
    this.#publishTag = unit.method === 'basic.publish' ? publishTag : undefined
  }

  /** A publish outside confirm mode gets no answer. */
  get isExpected(): boolean {
    return this.#method !== 'basic.publish' || this.#publishTag !== undefined
  }

  /** Whether this frame of the broker is the answer, a refusal included. */
  isMet(unit: FrameUnit): boolean {
    if (unit.method === 'connection.close') return true
    if (unit.channel !== this.#channel) return false
    if (unit.method === 'channel.close') return true
    return answers(unit.method, this.#method) && (this.#publishTag === undefined || this.#covers(unit))
  }

  #covers({ fields }: FrameUnit): boolean {
    const tag = Number(fields.deliveryTag)
    const wanted = this.#publishTag ?? 0
    return fields.multiple === true ? tag === 0 || tag >= wanted : tag === wanted
  }
}
