/** Answers that a test or a lesson puts in: which requests they meet, and what happens to those instead. */
import { type ErrorName, errorCodes } from '../wire/error-code.ts'
import type { Message } from '../wire/schema.ts'
import type { InjectedAnswer, Injection } from './injection-schema.ts'
import { keyFieldsOf } from './key-fields.ts'

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
