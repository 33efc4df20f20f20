/** What goes wrong over HTTP, with RabbitMQ's status, `error` and `reason` (measured on 3.10.8). */
import { Refusal } from '../refusal.ts'

export class ApiError extends Error {
  readonly status: number
  readonly error: string
  /** Text, or a list where RabbitMQ gives an Erlang tuple. */
  readonly reason: unknown

  constructor(status: number, error: string, reason: unknown) {
    super(`${status} ${error}: ${JSON.stringify(reason)}`)
    this.name = 'ApiError'
    this.status = status
    this.error = error
    this.reason = reason
  }
}

export function badRequest(reason: unknown): ApiError {
  return new ApiError(400, 'bad_request', reason)
}

export function notFound(): ApiError {
  return new ApiError(404, 'Object Not Found', 'Not Found')
}

export function notAuthorised(reason: string): ApiError {
  return new ApiError(401, 'not_authorised', reason)
}

/** Runs what may be refused by the model; a refusal becomes what the API says of it. @throws ApiError */
export function declaring<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.reply === 'accessRefused') throw notAuthorised('Access refused.')
    const text = error.message.replace(/^[A-Z_]+ - /, '')
    throw error.reply === 'notFound' ? new ApiError(404, 'not_found', text) : badRequest(text)
  }
}

/** The same for what RabbitMQ does through a connection of its own: it tells the close as the connection got it. */
export function asClient<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (error instanceof Refusal) throw badRequest(`${error.code} ${error.message}`)
    throw error
  }
}
