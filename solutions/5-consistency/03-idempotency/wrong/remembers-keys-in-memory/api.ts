// mistake: keeps the answers to keys in memory
// refused by: consistency-03.4
// says: after a restart

/** The HTTP API of the payments: a merchant asks under an idempotency key, and asks again when no answer came. */

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import { z } from 'zod'
import type { Running, Start } from '#lab/subject'
import { newId } from '#payments/ids'
import { moneySchema } from '#payments/money'
import { startRelay } from './relay.ts'
import { KeyConflict, Requests } from './requests.ts'

export interface Api extends Running {
  /** The port it listens on, on 127.0.0.1. */
  port(): number
}

const keySchema = z.string().regex(/^[\x21-\x7e]{1,255}$/)
const bodySchema = z.strictObject({
  merchant_id: z.string().regex(/^[a-z0-9-]{1,64}$/),
  amount: moneySchema.refine(({ minor }) => minor > 0n, { path: ['minor'], error: 'must be more than 0' }),
})

const onError: ErrorRequestHandler = (error, _request, response, _next) => {
  if (error instanceof KeyConflict) return void response.status(422).json({ error: error.message })
  // What express.json refuses carries its status: it is no JSON, or too much of it.
  const status = z.object({ status: z.int().min(400).max(499) }).safeParse(error)
  if (status.success)
    return void response.status(status.data.status).json({ error: 'the body can not be read' })
  response.status(500).json({ error: 'our fault: the same request with the same key is safe to send again' })
}

export const start: Start<Api> = async (world) => {
  const database = world.openDatabase('payments')
  const requests = new Requests(database, world)
  const relay = await startRelay(world, requests.outbox)
  const answers = new Map<string, { body: string; payment_id: string }>()
  const app = express()
  app.disable('x-powered-by')
  app.use(express.json({ limit: '16kb' }))
  app.post('/payments', (request, response) => {
    const key = keySchema.safeParse(request.get('Idempotency-Key'))
    if (!key.success)
      return void response.status(400).json({ error: 'send an Idempotency-Key, a new one for a new payment' })
    const body = bodySchema.safeParse(request.body)
    if (!body.success) return void response.status(400).json({ error: z.prettifyError(body.error) })
    const scoped = `${body.data.merchant_id} ${key.data}`
    const request_ = JSON.stringify(request.body)
    const known = answers.get(scoped)
    if (known !== undefined && known.body !== request_)
      return void response.status(422).json({ error: 'this key stands for another request' })
    const isNew = known === undefined
    // The store gets a key of its own: the one of the merchant is looked after here.
    const payment_id = known?.payment_id ?? requests.accept(newId(world), body.data).payment_id
    answers.set(scoped, { body: request_, payment_id })
    if (isNew) relay.wake()
    else response.set('Idempotent-Replayed', 'true')
    // Accepted, not paid: it is on disk, and the rest comes by message. That is why no request is ever in progress here.
    response.status(202).json({ payment_id })
  })
  app.use(onError)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port: () => port,
    async stop() {
      server.close()
      server.closeAllConnections()
      await relay.stop()
      database.close()
    },
  }
}
