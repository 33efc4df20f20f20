// mistake: takes the error of a lost channel for a refusal
// refused by: failure-04.6
// says: which is a lost connection and no refusal

/** A producer that outlives its broker: what is not confirmed is sent again, under its id, on the next connection. */

import type { ConfirmChannel } from 'amqplib'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { keepLine } from './line.ts'
import { declareTopology } from './topology.ts'

export interface Producer {
  /** Resolves when the broker has confirmed the event, however long it is away; rejects when it refused it. */
  send(event: Envelope): Promise<void>
  /** Waits for what is unconfirmed, then closes. */
  stop(): Promise<void>
}

/** What waits for its confirm, and with it the memory that an outage may cost. Beyond it, callers wait. */
const unconfirmedMax = 100

interface Unconfirmed {
  readonly event: Envelope
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

export async function start(world: World): Promise<Producer> {
  // In the order in which they were sent, and by id: a second copy of an event has no second entry.
  const unconfirmed = new Map<string, Unconfirmed>()
  const places: (() => void)[] = []
  let channel: ConfirmChannel | undefined

  function publish(on: ConfirmChannel, { event, resolve, reject }: Unconfirmed): void {
    on.publish(
      world.name('payments'),
      'payment.requested',
      Buffer.from(JSON.stringify(event)),
      { messageId: event.id, contentType: 'application/json', persistent: true },
      (error: unknown) => {
        unconfirmed.delete(event.id)
        places.shift()?.()
        if (error === null) resolve()
        else reject(error instanceof Error ? error : new Error(String(error)))
      },
    )
  }

  const line = keepLine(world, 'payments-producer', async (connection) => {
    const opened = await connection.createConfirmChannel()
    opened.on('error', () => {})
    opened.on('close', () => {
      if (channel === opened) channel = undefined
      // A channel that is gone alone takes its connection along: there is one way to come back, not two.
      void connection.close().catch(() => {})
    })
    await declareTopology(world, opened)
    channel = opened
    for (const waiting of unconfirmed.values()) publish(opened, waiting)
  })
  await line.ready

  return {
    async send(event) {
      while (unconfirmed.size >= unconfirmedMax) await new Promise<void>((resolve) => places.push(resolve))
      await new Promise<void>((resolve, reject) => {
        const waiting = { event, resolve, reject }
        unconfirmed.set(event.id, waiting)
        if (channel !== undefined) publish(channel, waiting)
      })
    },
    async stop() {
      while (unconfirmed.size > 0) await new Promise<void>((resolve) => places.push(resolve))
      await line.close()
    },
  }
}
