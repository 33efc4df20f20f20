/** A service as an experiment needs it: it reads one queue, does something for each message, and acknowledges it then. */
import type { Lab } from '#lab/kit'

export interface Message {
  readonly id: string
  readonly type: string
  readonly payment: string
}

/** Handles the messages of a queue one after the other. What a handler throws reaches the lab as a stray error. */
export async function react(
  lab: Lab,
  queue: string,
  handle: (message: Message) => Promise<void>,
): Promise<void> {
  const channel = await (await lab.client('consumer')).createChannel()
  channel.on('error', () => {})
  await channel.prefetch(1)
  await channel.consume(lab.name(queue), (delivered) => {
    if (delivered === null) return
    const message = JSON.parse(delivered.content.toString()) as Message
    void handle(message).then(() => channel.ack(delivered))
  })
}
