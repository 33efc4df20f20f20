/**
 * The payment service's HTTP API, with express: a merchant asks for a payment under an idempotency key (the Idempotency-Key
 * header, IETF draft-ietf-httpapi-idempotency-key-header) and looks at it later. "202 Accepted" is all that is promised:
 * payment and event are on disk, and the rest happens through messages.
 */
import express, { type ErrorRequestHandler, type Express, type Response } from 'express'
import { z } from 'zod'
import { idSchema } from './ids.ts'
import { moneySchema, toWire } from './money.ts'
import { IdempotencyConflict, type Payments, type StoredPayment } from './payments.ts'

const keySchema = z.string().regex(/^[\x21-\x7e]{1,255}$/)
const merchantText = 'must be 1 to 64 lower-case letters, digits and hyphens'
const bodySchema = z.strictObject({
  merchant_id: z.string(merchantText).regex(/^[a-z0-9-]{1,64}$/, merchantText),
  amount: moneySchema.refine(({ minor }) => minor > 0n, { path: ['minor'], error: 'must be more than 0' }),
})

/** An express application over a store of payments; whoever starts it chooses address and port. */
export function paymentApi(payments: Pick<Payments, 'request' | 'get'>): Express {
  const api = express()
  api.disable('x-powered-by')
  api.use(express.json({ limit: '16kb' }))
  api.post('/payments', (request, response) => {
    const key = keySchema.safeParse(request.get('Idempotency-Key'))
    if (!key.success) {
      return refuse(
        response,
        400,
        'send an Idempotency-Key header: 1 to 255 printable characters, a new one for a new payment',
      )
    }
    const body = bodySchema.safeParse(request.body)
    if (!body.success) return refuse(response, 400, z.prettifyError(body.error))
    const { payment, isNew } = payments.request(key.data, body.data)
    response.status(202).location(`/payments/${payment.payment_id}`)
    if (!isNew) response.set('Idempotent-Replayed', 'true')
    response.json(shown(payment))
  })
  api.get('/payments/:id', (request, response) => {
    const id = idSchema.safeParse(request.params.id)
    const payment = id.success ? payments.get(id.data) : undefined
    if (payment === undefined) return refuse(response, 404, 'there is no such payment')
    response.set('ETag', `"${payment.version}"`).json(shown(payment))
  })
  api.use((_request, response) =>
    refuse(response, 404, 'POST /payments and GET /payments/:id are all there is'),
  )
  api.use(onError)
  return api
}

function shown({ payment_id, merchant_id, amount, status, version }: StoredPayment) {
  return { payment_id, merchant_id, amount: toWire(amount), status, version }
}

/** Problem details (RFC 9457). */
function refuse(response: Response, status: number, detail: string): void {
  response.status(status).type('application/problem+json').json({ status, detail })
}

const onError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error)
  if (error instanceof IdempotencyConflict) return refuse(response, 422, error.message)
  // What express.json refuses carries the status that fits: 400 for no JSON, 413 for too much of it.
  const status = z.object({ status: z.int().min(400).max(499), message: z.string() }).safeParse(error)
  if (status.success)
    return refuse(response, status.data.status, `the body can't be read: ${status.data.message}`)
  console.error(error)
  refuse(
    response,
    500,
    'this is our fault, and it is logged; the same request with the same key is safe to send again',
  )
}
