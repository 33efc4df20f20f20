/** Books requested payments. It does what it should; nobody wants to touch it. */
import amqp from 'amqplib'
import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { Ledger, transfer } from '#payments/ledger'

// TODO review-03.8: cut this into pieces that one can read. Nothing that it does may change.
export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  database.exec('CREATE TABLE IF NOT EXISTS inbox (id TEXT PRIMARY KEY)')
  database.exec('CREATE TABLE IF NOT EXISTS receipt (id TEXT)')
  const merchants = world.openDatabase('merchants')
  merchants.exec('CREATE TABLE IF NOT EXISTS busy (merchant_id TEXT PRIMARY KEY)')
  const ledger = new Ledger(database, world)
  const connection = await amqp.connect(world.amqpUrl, { noDelay: true })
  connection.on('error', () => {})
  const channel = await connection.createConfirmChannel()
  let open = true
  channel.on('error', () => {})
  channel.on('close', () => {
    open = false
  })
  await channel.prefetch(10)
  const pending = new Set<Promise<void>>()
  const { consumerTag } = await channel.consume(world.name('payments.work'), (message) => {
    if (message !== null) {
      const work = (async () => {
        const id = String(message.properties.messageId)
        let event: ReturnType<typeof openEvent> | undefined
        try {
          event = openEvent(message.content)
        } catch (error) {
          if (open) {
            world.log(`refused ${id}`)
            channel.reject(message, false)
            world.log(String(error))
          }
        }
        if (event !== undefined) {
          const { payment_id, merchant_id, amount } = event.data
          const busy = merchants.prepare('SELECT 1 FROM busy WHERE merchant_id = ?').get(merchant_id)
          if (busy === undefined) {
            try {
              database.transaction(() => {
                const fresh = database.prepare('INSERT INTO inbox VALUES (?) ON CONFLICT DO NOTHING').run(id)
                if (fresh.changes > 0) {
                  ledger.post({
                    payment_id,
                    kind: 'capture',
                    legs: transfer('customers', `merchant:${merchant_id}`, amount),
                  })
                  database.prepare('INSERT INTO receipt VALUES (?)').run(id)
                }
              })()
              if (open) {
                channel.ack(message)
              }
            } catch (error) {
              if (open) {
                world.log(`refused ${id}`)
                channel.reject(message, false)
                world.log(String(error))
              }
            }
          } else {
            const attempt = Number(message.properties.headers?.['x-attempt'] ?? 1)
            if (attempt < 3) {
              try {
                channel.sendToQueue(world.name('payments.retry'), message.content, {
                  messageId: id,
                  persistent: true,
                  headers: { 'x-attempt': attempt + 1 },
                })
                await channel.waitForConfirms()
                if (open) {
                  channel.ack(message)
                }
              } catch (error) {
                if (open) {
                  world.log(`not put off: ${id}, ${String(error)}`)
                  channel.nack(message, false, true)
                }
              }
            } else {
              if (open) {
                world.log(`given up: ${id}`)
                channel.reject(message, false)
              }
            }
          }
        }
      })().finally(() => pending.delete(work))
      pending.add(work)
    }
  })
  return {
    async stop() {
      if (open) await channel.cancel(consumerTag)
      await Promise.all(pending)
      if (open) await channel.close()
      await connection.close()
      database.close()
      merchants.close()
    },
  }
}
