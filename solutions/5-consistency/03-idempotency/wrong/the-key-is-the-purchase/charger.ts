// mistake: makes the key of what was bought: merchant and amount
// refused by: consistency-03.6
// says: neither charged nor declined

/** The charging service: it takes the money for a payment once, however often and wherever its event comes. */

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { openEvent, type Payment } from '#payments/events'
import { Inbox } from '#payments/inbox'
import { Ledger, transfer } from '#payments/ledger'
import { Cards, type Outcome, OutcomeUnknown, TryLater } from './cards.ts'

const prefetch = 10
/** Between two questions to a gateway that can't say yet. */
const pauseMs = 40
/** After so many questions the message goes back, and another worker may have more luck. */
const questionsMax = 100

// What is to be done, and what came of it. The row is written before the gateway is called, so a restart knows that it was.
const schema = `
CREATE TABLE IF NOT EXISTS charge (
  payment_id TEXT PRIMARY KEY,
  key        TEXT NOT NULL,
  outcome    TEXT CHECK (outcome IN ('approved', 'declined'))
) STRICT`

export const start: Start = async (world) => {
  const database = world.openDatabase('charger')
  database.exec(schema)
  const ledger = new Ledger(database, world)
  const inbox = new Inbox(database, 'charger', world.clock)
  const cards = new Cards(world)
  const intend = database.prepare('INSERT INTO charge VALUES (?, ?, NULL) ON CONFLICT DO NOTHING')
  const find = database.prepare('SELECT key, outcome FROM charge WHERE payment_id = ?')
  const conclude = database.prepare('UPDATE charge SET outcome = ? WHERE payment_id = ? AND outcome IS NULL')

  // The outcome and its booking, both or neither; and if another worker was here first, neither.
  const settle = database.transaction((payment: Payment, outcome: Outcome) => {
    const { payment_id, merchant_id, amount } = payment
    if (conclude.run(outcome, payment_id).changes === 0 || outcome === 'declined') return
    ledger.post({
      payment_id,
      kind: 'capture',
      legs: transfer('customers', `merchant:${merchant_id}`, amount),
    })
  })

  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'charger' },
  })
  const channel = await connection.createChannel()
  let isStopping = false
  connection.on('error', () => {})
  channel.on('error', () => {})
  channel.on('close', () => {
    if (!isStopping) process.exit(1)
  })

  /** Undefined: nobody can say yet. */
  async function outcomeOf(key: string, payment: Payment, wasAsked: boolean): Promise<Outcome | undefined> {
    try {
      // Somebody has asked for this before, and died, or is at it. First look what came of that; and if nothing did, ask under
      // the very same key, so that a call that is still on its way counts as this one.
      const known = wasAsked ? await cards.find(key) : undefined
      return known ?? (await cards.charge(key, payment))
    } catch (error) {
      if (error instanceof OutcomeUnknown || error instanceof TryLater) return undefined
      throw error
    }
  }

  async function charge(payment: Payment, isNew: boolean): Promise<boolean> {
    for (let question = 1; question <= questionsMax; question += 1) {
      const { key, outcome: known } = find.get(payment.payment_id) as { key: string; outcome: Outcome | null }
      // Settled, by us or by another worker.
      if (known !== null) return true
      const outcome = await outcomeOf(key, payment, !isNew || question > 1)
      if (outcome !== undefined) {
        settle.immediate(payment, outcome)
        return true
      }
      await world.clock.sleep(pauseMs)
    }
    return false
  }

  async function work(message: ConsumeMessage): Promise<void> {
    const { content } = message
    try {
      const { envelope, data } = openEvent(content)
      // The inbox remembers what is to be done, not that it is done: a duplicate may be the second copy of something unfinished.
      // The key is made of what is paid, not of the attempt, the message or the worker.
      const effect = () =>
        void intend.run(data.payment_id, `${data.merchant_id}:${data.amount.currency}:${data.amount.minor}`)
      const isNew = inbox.process({ id: envelope.id, content }, effect) === 'applied'
      if (await charge(data, isNew)) channel.ack(message)
      else channel.nack(message, false, true)
    } catch (error) {
      // Not to be read, another payload under a known id, or refused by the gateway for good: a person has to look.
      world.log(`refused: ${error instanceof Error ? error.message : String(error)}`)
      channel.reject(message, false)
    }
  }

  await channel.prefetch(prefetch)
  const inWork = new Set<Promise<void>>()
  const { consumerTag } = await channel.consume(world.name('payments.charge'), (message) => {
    if (message === null) return
    const working = work(message).finally(() => inWork.delete(working))
    inWork.add(working)
  })

  return {
    async stop() {
      await channel.cancel(consumerTag)
      await Promise.all(inWork)
      isStopping = true
      await channel.close()
      await connection.close()
      database.close()
    },
  }
}
