/** What a page must show as words and nothing else: markup, a megabyte, bytes, text that runs the other way. For tests. */
import { createInterface } from 'node:readline'
import amqp from 'amqplib'

export const hack =
  '<script>globalThis.isHacked = true</script><img src=x onerror="globalThis.isHacked = true">'

export const payloads: readonly Buffer[] = [
  Buffer.from('{"amount":42000}'),
  Buffer.from(hack),
  Buffer.alloc(1_000_000, 'x'),
  Buffer.from([0, 1, 2, 0xff, 0xfe, 0x1b, 0x5b]),
  Buffer.from('\u202eالعربية עברית\u202e </pre><b>'),
]

/** A dead letter of each, with ids and headers of the same kind. */
export async function fillWithDeadLetters(url: string): Promise<void> {
  const connection = await amqp.connect(url)
  const channel = await connection.createConfirmChannel()
  await channel.assertExchange('payments', 'direct')
  await channel.assertQueue('payments.work')
  await channel.bindQueue('payments.work', 'payments', 'payment.requested')
  await channel.assertQueue('payments.dlq')
  for (const [index, body] of payloads.entries())
    channel.sendToQueue('payments.dlq', body, {
      messageId: `dead-${index}">${hack}`,
      headers: {
        'x-reason': index === 0 ? 'card refused' : '<b onmouseover=alert(1)>\u202ebad',
        'x-origin-exchange': 'payments',
        'x-origin-routing-key': 'payment.requested',
        'x-attempts': 3,
        'x-died-at': Date.now(),
      },
    })
  await channel.waitForConfirms()
  await connection.close()
}

/**
 * A scenario for the live lab that goes on whatever is done to it, and begins again when anything breaks: it publishes and consumes
 * all of the above, under names of the same kind, and keeps two processes of the task's consumer.
 */
export const paymentsWithoutEnd = `
import { setTimeout as pause } from 'node:timers/promises'
const hack = ${JSON.stringify(hack)}
const bodies = ${JSON.stringify(payloads.map((body) => body.toString('base64')))}.map((body) => Buffer.from(body, 'base64'))
export const live = [{
  title: { en: 'Payments without end', vi: 'Thanh toán không ngừng' },
  scenario: async (lab) => {
    const [exchange, queue] = [lab.name('payments'), lab.name('<b>work</b>')]
    const keep = async () => {
      for (;;) {
        await lab.start('consumer.ts', 'consumer').then((actor) => actor.ended, () => {})
        await pause(100)
      }
    }
    void keep()
    void keep()
    for (let sent = 0; ; ) {
      try {
        const connection = await lab.client()
        const channel = await connection.createConfirmChannel()
        channel.on('error', () => {})
        let isOver = false
        connection.once('close', () => { isOver = true })
        await channel.assertExchange(exchange, 'direct')
        await channel.assertQueue(queue)
        await channel.bindQueue(queue, exchange, 'payment.<i>requested')
        await channel.prefetch(3)
        await channel.consume(queue, (message) => message && channel.ack(message))
        while (!isOver) {
          sent += 1
          channel.publish(exchange, 'payment.<i>requested', bodies[sent % bodies.length], { messageId: hack + 'payment-' + sent, headers: { hack } })
          await pause(50)
        }
      } catch {}
      await pause(100)
    }
  },
}]
`

/** A subject that does nothing until it is ended. */
export const idleSubject = `
export const start = async () => {
  const timer = setInterval(() => {}, 1000)
  return { stop: async () => clearInterval(timer) }
}
`

/** The address that `brokers up` prints. */
export async function addressIn(output: NodeJS.ReadableStream | null): Promise<string> {
  if (output === null) throw new Error('the broker has no output')
  for await (const line of createInterface({ input: output })) {
    const found = /127\.0\.0\.1:\d+/.exec(line)?.[0]
    if (found !== undefined) return `amqp://guest:guest@${found}`
  }
  throw new Error('the broker ended without an address')
}
