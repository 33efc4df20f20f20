/** Answers that a test or a lesson puts in: which requests they meet, and what happens to those instead. */
import { z } from 'zod'
import { type ErrorName, errorCodes } from '../wire/error-code.ts'
import type { Message } from '../wire/schema.ts'
import { keyFieldsOf } from './key-fields.ts'

const isError = (error: string | number) =>
  Object.values(errorCodes).some(({ name, code }) => name === error || code === error)

const answerSchema = z.union([
  /** Everything the request asks for is answered with this error, and nothing is done. `NOT_COORDINATOR`, or 16. */
  z.strictObject({
    error: z
      .union([z.string(), z.int()])
      .refine(isError, 'an error is a name or a number of the table "Error codes" in SUPPORTED.md'),
  }),
  /** It is served when so much real time has passed; whatever this client sends behind it waits, too. */
  z.strictObject({ delayMs: z.int().min(0) }),
  /**
   * It is served, and the client never hears of it (`dropped`), or the connection ends instead of an answer (`reset`): if it
   * was a produce request, its records are appended twice when it comes again.
   */
  z.strictObject({ reply: z.enum(['dropped', 'reset']) }),
  /** The connection ends before it is served. */
  z.strictObject({ request: z.literal('reset') }),
  /** It is served, and the answer asks the client to hold back for so long. */
  z.strictObject({ throttleMs: z.int().min(0) }),
])
export type InjectedAnswer = z.infer<typeof answerSchema>

/** An answer for the next requests that fit; what is left out of the filter may be anything. */
export const injectionSchema = z.strictObject({
  /** As Kafka spells it: `Produce`, `JoinGroup`. */
  api: z.string(),
  node: z.int().optional(),
  clientId: z.string().optional(),
  /** Requests that have to do with this topic, and if it is given this partition of it. */
  topic: z.string().optional(),
  partition: z.int().optional(),
  groupId: z.string().optional(),
  transactionalId: z.string().optional(),
  answer: answerSchema,
  /** How many requests; 1 if left out. */
  times: z.int().min(1).optional(),
})
export type Injection = z.infer<typeof injectionSchema>
type RequestFilter = Omit<Injection, 'answer' | 'times'>

interface Placed {
  readonly injection: Injection
  left: number
}

export interface Incoming {
  readonly message: Message
  readonly nodeId: number
  readonly clientId: string
  readonly request: Readonly<Record<string, unknown>>
}

export class Injections {
  readonly #apis: readonly string[]
  #placed: Placed[] = []

  /** @param apis the names of those that are served */
  constructor(apis: readonly string[]) {
    this.#apis = apis
  }

  get isEmpty(): boolean {
    return this.#placed.length === 0
  }

  /** @throws Error in one sentence for an API that there is not */
  add(injection: Injection): void {
    if (!this.#apis.includes(injection.api))
      throw new Error(`no API '${injection.api}': it is one of ${this.#apis.join(', ')}`)
    this.#placed.push({ injection, left: injection.times ?? 1 })
  }

  /** Those that still wait for requests, with how many. */
  pending(): { injection: Injection; left: number }[] {
    return this.#placed.map(({ injection, left }) => ({ injection, left }))
  }

  clear(): void {
    this.#placed = []
  }

  /** What this request meets: the first that fits, which counts it. */
  take(incoming: Incoming): InjectedAnswer | undefined {
    const found = this.#placed.find(({ injection }) => fits(injection, incoming))
    if (found === undefined) return undefined
    found.left--
    if (found.left <= 0) this.#placed = this.#placed.filter((one) => one !== found)
    return found.injection.answer
  }
}

function fits(filter: RequestFilter, { message, nodeId, clientId, request }: Incoming): boolean {
  if (filter.api !== message.name) return false
  if (filter.node !== undefined && filter.node !== nodeId) return false
  if (filter.clientId !== undefined && filter.clientId !== clientId) return false
  const { groupIds, transactionalId, topics } = keyFieldsOf(request)
  if (filter.groupId !== undefined && !groupIds.includes(filter.groupId)) return false
  if (filter.transactionalId !== undefined && filter.transactionalId !== transactionalId) return false
  if (filter.topic === undefined && filter.partition === undefined) return true
  return topics.some(
    ({ topic, partitions }) =>
      (filter.topic === undefined || filter.topic === topic) &&
      (filter.partition === undefined || partitions.includes(filter.partition)),
  )
}

/** The number of an error that the schema has let in. */
export function errorCodeOf(error: string | number): number {
  const known = Object.values(errorCodes).find(({ name, code }) => name === error || code === error)
  return known?.code ?? errorCodes.unknownServerError.code
}

export function errorNameOf(code: number): string {
  const known = (Object.keys(errorCodes) as ErrorName[]).find((name) => errorCodes[name].code === code)
  return known === undefined ? String(code) : errorCodes[known].name
}
