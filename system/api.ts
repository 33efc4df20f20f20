/**
 * The payment service with its HTTP API: it accepts payments, has their sagas run, and hears from Kafka what became of them.
 *
 *   POST /payments       Idempotency-Key: …   { merchant_id, amount }   202 { payment_id, status }
 *   GET  /payments/:id                                                  200 { status }
 */
import { createServer, type Server } from 'node:http'
import type { Start } from '#lab/subject'
import { paymentApi } from '#payments/api'
import type { PaymentStatus } from '#payments/events'
import { Payments } from '#payments/payments'
import { addressOf } from '#payments/saga-card'
import type { SagaMessage } from '#payments/saga-message'
import { startSagaService } from '#payments/saga-service'
import { openFactWriter, readFacts } from './facts.ts'

/** The way of a payment to the end that its saga came to. */
const ways: Readonly<Record<string, readonly PaymentStatus[]>> = {
  'saga-settled': ['VALIDATED', 'AUTHORIZED', 'CAPTURED', 'SETTLED'],
  'saga-cancelled': ['DECLINED'],
}

export const start: Start = async (world) => {
  const database = world.openDatabase('api')
  const payments = new Payments(database, world)
  const facts = openFactWriter(world, 'api')
  const service = await startSagaService(world, {
    name: 'api',
    database,
    hears: [],
    handle() {},
    // The request is work for the orchestrator; all else that a payment tells of itself is history.
    elsewhere: {
      takes: (type) => !type.endsWith('.payment-requested.v1'),
      send: (message) => facts.write('payments', message),
    },
  })
  const noteHandled = database.prepare('INSERT INTO handled VALUES (?, ?) ON CONFLICT DO NOTHING')

  /** A fact that comes again finds the payment where it belongs. */
  function hear({ id, name, payment }: SagaMessage): void {
    const [first, ...rest] = ways[name] ?? []
    service.commit(() => {
      noteHandled.run(id, name)
      if (first === undefined || payments.get(payment.payment_id)?.status !== 'CREATED') return
      for (const status of [first, ...rest]) payments.advance(payment.payment_id, status)
    })
  }

  const reading = await readFacts(world, { service: 'api', topic: 'sagas', handle: hear })
  const api = paymentApi({
    request: (key, wanted) => service.commit(() => payments.request(key, wanted)),
    get: (id) => payments.get(id),
  })
  const server = createServer(api)
  await listen(server, new URL(addressOf(world.openDatabase('addresses'), 'api')))
  return {
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await reading.close()
      await service.stop()
      await facts.close()
      database.close()
    },
  }
}

function listen(server: Server, { hostname, port }: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(Number(port), hostname, resolve)
  })
}
