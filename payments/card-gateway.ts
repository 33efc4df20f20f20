/**
 * A card gateway to test against, over HTTP: it takes and gives back money, honours idempotency keys, answers as it is told to
 * (late, declined, not at all), and can be asked what became of a key. What the network of the cards would do is made up;
 * how it fails is not.
 *
 *   POST /charges            { payment_id, amount }   Idempotency-Key: …   201 { operation }, 402 declined
 *   POST /refunds            { payment_id, amount }   Idempotency-Key: …   201 { operation }
 *   GET  /operations/:key                                                  200 { operation }, 404: never heard of it
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express'
import { z } from 'zod'
import type { Money, WireMoney } from './money.ts'
import { moneySchema, toWire } from './money.ts'

/**
 * What happens to one call. Left out: it is approved at once.
 * - `approve`, `decline`: answered after `delayMs`. A card may decline a charge; money that is given back is declined by nobody
 * - `fail`: 503, and nothing was done
 * - `lose-request`: the connection breaks before anything is done
 * - `lose-answer`: it is done, and the connection breaks before the answer: the caller can't know
 */
export interface CardAnswer {
  readonly does: 'approve' | 'decline' | 'fail' | 'lose-request' | 'lose-answer'
  readonly delayMs?: number
}

export type OperationKind = 'charge' | 'refund'

/** What was done under a key. There is at most one operation for a key. */
export interface CardOperation {
  readonly key: string
  readonly kind: OperationKind
  readonly paymentId: string
  readonly amount: Money
  readonly outcome: 'approved' | 'declined'
}

/** A call that came in, also one that was answered from memory or not at all. */
export interface CardCall {
  readonly kind: OperationKind
  readonly key: string
  readonly paymentId: string
}

export interface CardGateway {
  /** `http://127.0.0.1:port` */
  readonly url: string
  /** Answers for the calls to come, one after the other. Repeats under a known key use none up. */
  script(...answers: readonly CardAnswer[]): void
  /** What was done, in order: each is money that moved, or a refusal. */
  readonly operations: readonly CardOperation[]
  readonly calls: readonly CardCall[]
  /** Cuts every connection and frees the port. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const bodySchema = z.strictObject({
  payment_id: z.string().min(1).max(256),
  amount: moneySchema.refine(({ minor }) => minor > 0n, { path: ['minor'], error: 'must be more than 0' }),
})

/** Starts a gateway on loopback. `port` 0 picks a free one; `onCall` is told of each call before it is answered. */
export async function startCardGateway(
  options: { readonly port?: number; readonly onCall?: (call: CardCall) => void } = {},
): Promise<CardGateway> {
  const book = new OperationBook(options.onCall ?? (() => {}))
  const server = createServer(routes(book))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const stop = () => stopServer(server)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script: (...answers) => void book.script.push(...answers),
    operations: book.operations,
    calls: book.calls,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** What a key stands for, from the moment its first call came in. */
interface Kept {
  readonly request: string
  /** Undefined while the first call is on its way: a second one has to wait and ask again. */
  operation: CardOperation | undefined
}

class OperationBook {
  readonly script: CardAnswer[] = []
  readonly operations: CardOperation[] = []
  readonly calls: CardCall[] = []
  readonly byKey = new Map<string, Kept>()
  readonly #onCall: (call: CardCall) => void

  constructor(onCall: (call: CardCall) => void) {
    this.#onCall = onCall
  }

  heard(call: CardCall): void {
    this.calls.push(call)
    this.#onCall(call)
  }

  done(kept: Kept, operation: CardOperation): CardOperation {
    kept.operation = operation
    this.operations.push(operation)
    return operation
  }
}

function routes(book: OperationBook): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(express.json({ limit: '16kb' }))
  app.post('/charges', (request, response) => take(book, 'charge', request, response))
  app.post('/refunds', (request, response) => take(book, 'refund', request, response))
  app.get('/operations/:key', (request, response) => {
    const operation = book.byKey.get(request.params.key)?.operation
    if (operation === undefined) return tell(response, 404, 'no operation has this key')
    response.json(shown(operation))
  })
  app.use(onUnreadable)
  return app
}

const onUnreadable: ErrorRequestHandler = (_error, _request, response, _next) =>
  tell(response, 400, 'the body must be JSON with payment_id and amount')

async function take(
  book: OperationBook,
  kind: OperationKind,
  request: Request,
  response: Response,
): Promise<void> {
  const key = request.get('Idempotency-Key')
  const body = bodySchema.safeParse(request.body)
  if (key === undefined || key === '') return tell(response, 400, 'send an Idempotency-Key header')
  if (!body.success) return tell(response, 400, z.prettifyError(body.error))
  const { payment_id: paymentId, amount } = body.data
  book.heard({ kind, key, paymentId })
  const text = JSON.stringify([kind, paymentId, toWire(amount)])
  const before = book.byKey.get(key)
  if (before !== undefined) return again(response, before, text)
  const kept: Kept = { request: text, operation: undefined }
  const { does, delayMs = 0 } = book.script.shift() ?? { does: 'approve' }
  if (does === 'lose-request') return void request.socket.destroy()
  if (does === 'fail') return tell(response, 503, 'the card network is away; nothing was done')
  book.byKey.set(key, kept)
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
  const outcome = does === 'decline' && kind === 'charge' ? 'declined' : 'approved'
  const operation = book.done(kept, { key, kind, paymentId, amount, outcome })
  if (does === 'lose-answer') return void request.socket.destroy()
  answer(response, operation)
}

function again(response: Response, { request, operation }: Kept, text: string): void {
  if (request !== text) return tell(response, 422, 'this idempotency key was used for another request')
  if (operation === undefined) return tell(response, 409, 'the first call with this key is still on its way')
  answer(response, operation)
}

function answer(response: Response, operation: CardOperation): void {
  response.status(operation.outcome === 'approved' ? 201 : 402).json(shown(operation))
}

function shown({ key, kind, paymentId, amount, outcome }: CardOperation): {
  key: string
  kind: OperationKind
  payment_id: string
  amount: WireMoney
  outcome: string
} {
  return { key, kind, payment_id: paymentId, amount: toWire(amount), outcome }
}

function tell(response: Response, status: number, detail: string): void {
  response.status(status).type('application/problem+json').json({ status, detail })
}

function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
