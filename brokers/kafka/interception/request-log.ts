/** The last requests, decoded: what clients asked, of which node, and with which errors they were answered. */
import type { Call } from '../handlers/handler.ts'
import type { Message } from '../wire/schema.ts'
import { errorNameOf } from './injection.ts'
import { type KeyFields, keyFieldsOf } from './key-fields.ts'

export interface LoggedRequest extends KeyFields {
  /** When it came in, in milliseconds since 1970. */
  readonly atMs: number
  readonly tookMs: number
  readonly nodeId: number
  /** As Kafka spells it: `Produce`. */
  readonly api: string
  readonly version: number
  readonly clientId: string
  /** How it ended; `none` for a client that wants no answer, or does not get it. */
  readonly outcome: 'answered' | 'none' | 'closed'
  /** Each error in the answer once, by its name. */
  readonly errors: readonly string[]
}

export class RequestLog {
  #limit = 0
  #entries: LoggedRequest[] = []
  /** Told of every request that is recorded. */
  onRecorded: (request: LoggedRequest) => void = () => {}

  get isOn(): boolean {
    return this.#limit > 0
  }

  /** Keeps the last `limit` requests from now on; 0 ends it. */
  record(limit: number): void {
    this.#limit = limit
    this.#entries = limit === 0 ? [] : this.#entries.slice(-limit)
  }

  all(): readonly LoggedRequest[] {
    return [...this.#entries]
  }

  add(
    call: Call,
    message: Message,
    told: { request: Readonly<Record<string, unknown>>; answer: unknown; atMs: number; tookMs: number },
  ): void {
    const { atMs, tookMs, answer } = told
    const entry: LoggedRequest = {
      atMs,
      tookMs,
      nodeId: call.node.id,
      api: message.name,
      version: call.version,
      clientId: call.clientId,
      ...keyFieldsOf(told.request),
      outcome: answer === 'close' ? 'closed' : answer === 'nothing' ? 'none' : 'answered',
      errors: [...new Set(codesIn(answer))].map(errorNameOf),
    }
    this.#entries.push(entry)
    if (this.#entries.length > this.#limit) this.#entries.shift()
    this.onRecorded(entry)
  }
}

/** Every error code of an answer but 0. */
function codesIn(answer: unknown): number[] {
  if (typeof answer !== 'object' || answer === null || Buffer.isBuffer(answer)) return []
  return Object.entries(answer).flatMap(([name, value]) => {
    if (name === 'errorCode') return value === 0 ? [] : [Number(value)]
    return codesIn(value)
  })
}
