/** mq-03 measured: what a larger prefetch buys a consumer whose work takes no time. */
import type { Lab } from '#lab/kit'
import { countIn } from '#lab/kit/queues'
import type { Measurement } from '#lab/measure'
import type { Meter } from '#lab/measure/meter'
import { text } from '#lab/verdict/language'
import { listening } from './scenarios/listener.ts'
import { declare, paymentEvents, put, work } from './scenarios/queue.ts'

const prefetches = [1, 10, 100]
const warmUp = 200
const messages = 2000

export const measurement: Measurement = {
  libraries: ['amqplib'],
  async measure(lab: Lab, meter: Meter) {
    await declare(lab)
    const events = paymentEvents(lab, warmUp + messages).map(({ id, ...rest }) => ({
      id,
      body: JSON.stringify({ id, ...rest }),
    }))
    for (const prefetch of prefetches) {
      for (const { id, body } of events) await put(lab, id, body)
      let handled = 0
      let began = 0
      const all = Promise.withResolvers<void>()
      const listener = await listening(lab, {
        prefetch,
        async handle() {
          handled += 1
          if (handled === warmUp) began = performance.now()
          if (handled === events.length) all.resolve()
        },
      })
      await lab.finished(all.promise, text('2,200 messages', '2.200 message'), undefined, 60_000)
      const ms = performance.now() - began
      // The last acks: a queue that is not empty would be the next round's.
      await lab.until(text('the queue was never empty', 'queue mãi không trống'), async () => {
        return (await countIn(lab, work)) === 0
      })
      await listener.stop()
      const one = prefetch === 1
      meter.rate(
        {
          name: `prefetch-${prefetch}`,
          said: text(`handled with a prefetch of ${prefetch}`, `xử lý với prefetch ${prefetch}`),
          method: text(
            `${messages} small messages that lie in a durable classic queue, one consumer whose handler does nothing, the first ${warmUp} left out${one ? '; each waits for the ack of the one before' : ''}`,
            `${messages} message nhỏ nằm sẵn trong classic queue durable, một consumer có handler không làm gì, bỏ ${warmUp} cái đầu${one ? '; cái sau phải chờ ack của cái trước' : ''}`,
          ),
        },
        { n: messages, ms, unit: 'messages/s' },
      )
    }
  },
}
