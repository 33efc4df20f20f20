/** A wallet with an inbox that also sends a mail for each payment. The mail server keeps what it was given in a store of its own. */
import { connect } from 'amqplib'
import type { Running, World } from '#lab/subject'

export async function start(world: World): Promise<Running> {
  const book = world.openDatabase('book')
  const mailServer = world.openDatabase('mail-server')
  const note = book.prepare('INSERT INTO inbox VALUES (?) ON CONFLICT DO NOTHING')
  const enter = book.prepare('INSERT INTO entry VALUES (?)')
  const sendMail = mailServer.prepare('INSERT INTO sent VALUES (?)')
  const bookOnce = book.transaction((id: string) => {
    if (note.run(id).changes > 0) enter.run(id)
  })
  const connection = await connect(world.amqpUrl, { noDelay: true })
  connection.on('error', () => {})
  const channel = await connection.createChannel()
  await channel.consume(world.name('wallet'), (message) => {
    if (message === null) return
    const id = String(message.properties.messageId)
    bookOnce(id)
    sendMail.run(id)
    channel.ack(message)
  })
  return { stop: () => connection.close() }
}
