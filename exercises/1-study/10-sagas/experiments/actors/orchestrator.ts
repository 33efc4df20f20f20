/** An orchestrator of a saga with one step, which keeps the saga in a table or in its memory. */
import { randomUUID } from 'node:crypto'
import { connect } from 'amqplib'
import type { Running, World } from '#lab/subject'

interface Body {
  readonly payment: string
  readonly key: string
}

/** Before it sends the command it stores what it is about to do, under a key made of the payment. */
export async function startStored(world: World): Promise<Running> {
  const database = world.openDatabase('sagas')
  const begin = database.prepare(`INSERT INTO saga VALUES (?, ?, 'charging') ON CONFLICT DO NOTHING`)
  const end = database.prepare(`UPDATE saga SET state = 'paid' WHERE key = ?`)
  const open = database.prepare(`SELECT payment, key FROM saga WHERE state = 'charging'`)
  const { channel, send, stop } = await openChannel(world, 'stored')
  // What was under way when it died goes on, under the same key.
  for (const saga of open.all() as Body[]) await send(saga)
  await channel.consume(world.name('stored.start'), async (message) => {
    if (message === null) return
    const { payment } = JSON.parse(message.content.toString()) as Body
    const key = `${payment}-charge`
    if (begin.run(payment, key).changes === 1) await send({ payment, key })
    channel.ack(message)
  })
  await channel.consume(world.name('stored.replies'), (message) => {
    if (message === null) return
    end.run((JSON.parse(message.content.toString()) as Body).key)
    channel.ack(message)
  })
  return { stop }
}

/** It acknowledges the request when the saga is over, so that a crash brings it again. */
export async function startInMemory(world: World): Promise<Running> {
  const { channel, send, stop } = await openChannel(world, 'in-memory')
  const sagas = new Map<string, () => void>()
  await channel.consume(world.name('in-memory.start'), async (message) => {
    if (message === null) return
    const { payment } = JSON.parse(message.content.toString()) as Body
    const key = randomUUID()
    sagas.set(key, () => channel.ack(message))
    await send({ payment, key })
  })
  await channel.consume(world.name('in-memory.replies'), (message) => {
    if (message === null) return
    const { key } = JSON.parse(message.content.toString()) as Body
    sagas.get(key)?.()
    sagas.delete(key)
    channel.ack(message)
  })
  return { stop }
}

async function openChannel(world: World, name: string) {
  const connection = await connect(world.amqpUrl, { noDelay: true })
  connection.on('error', () => {})
  const channel = await connection.createConfirmChannel()
  channel.on('error', () => {})
  return {
    channel,
    async send(command: Body): Promise<void> {
      const body = Buffer.from(JSON.stringify(command))
      channel.publish('', world.name(`${name}.card`), body, { persistent: true, messageId: command.key })
      await channel.waitForConfirms()
    },
    stop: () => connection.close(),
  }
}
