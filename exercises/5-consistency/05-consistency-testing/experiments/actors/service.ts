/** A service that books payments and transfers from a queue, sound or with one mistake. Ours: the checker is what is judged. */
import amqp, { type ConsumeMessage } from 'amqplib'
import type { Running, World } from '#lab/subject'

/** Left out: it is sound. */
export type Mistake = 'acknowledges first' | 'remembers nothing' | 'remembers too early'

/** A message: a payment, or a transfer of two steps, each of which is booked in a transaction of its own. */
export interface Order {
  readonly operation: number
  readonly does: 'pay' | 'saga'
  readonly wallet: string
  readonly amount_minor: number
}

const schema = `
CREATE TABLE IF NOT EXISTS entry (
  position     INTEGER PRIMARY KEY AUTOINCREMENT,
  operation    INTEGER NOT NULL,
  wallet       TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  version      INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS step (operation INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (operation, name)) STRICT;
CREATE TABLE IF NOT EXISTS inbox (operation INTEGER PRIMARY KEY) STRICT`

/** What booking takes when it does not hold the message: long enough for the ack to be on its way. */
const workMs = 20

export const sagaSteps = ['debit', 'credit'] as const

export async function startService(world: World, mistake?: Mistake): Promise<Running> {
  const database = world.openDatabase('books')
  database.exec(schema)
  const enter = database.prepare(
    `INSERT INTO entry (operation, wallet, amount_minor, version)
     SELECT ?, ?, ?, coalesce(max(version), 0) + 1 FROM entry WHERE wallet = ?`,
  )
  const remember = database.prepare('INSERT INTO inbox VALUES (?) ON CONFLICT DO NOTHING')
  const done = database.prepare('INSERT INTO step VALUES (?, ?) ON CONFLICT DO NOTHING')
  const pay = database.transaction(({ operation, wallet, amount_minor }: Order) => {
    if (mistake !== 'remembers nothing' && remember.run(operation).changes === 0) return
    enter.run(operation, wallet, amount_minor, wallet)
  })
  const transfer = ({ operation }: Order): void => {
    // The mark belongs to the last step: before it the saga is not done, and a second delivery has to go on with it.
    if (mistake === 'remembers too early' && remember.run(operation).changes === 0) return
    for (const name of sagaSteps) done.run(operation, name)
    if (mistake !== 'remembers too early') remember.run(operation)
  }

  const connection = await amqp.connect(world.amqpUrl, { noDelay: true })
  connection.on('error', () => {})
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  function work(message: ConsumeMessage): void {
    const order = JSON.parse(message.content.toString()) as Order
    const act = (): void => (order.does === 'pay' ? pay.immediate(order) : transfer(order))
    if (mistake === 'acknowledges first') {
      channel.ack(message)
      setTimeout(act, workMs)
      return
    }
    act()
    channel.ack(message)
  }
  await channel.prefetch(1)
  await channel.consume(world.name('orders'), (message) => {
    if (message !== null) work(message)
  })
  return {
    async stop() {
      await channel.close().catch(() => {})
      await connection.close().catch(() => {})
      database.close()
    },
  }
}
