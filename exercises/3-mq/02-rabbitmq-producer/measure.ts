/** mq-02 measured: what a confirm costs one at a time, and what a bounded window brings. */
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { type Meter, timed } from '#lab/measure/meter'
import { text } from '#lab/verdict/language'
import { declare, paymentEvents, started } from './run.ts'

const warmUp = 100
const oneByOne = 500
const burst = 5000

export const measurement: Measurement = {
  libraries: ['amqplib'],
  async measure(lab: Lab, meter: Meter) {
    await declare(lab, 'quorum')
    const producer = await started(lab)
    const events = paymentEvents(lab, warmUp + oneByOne + burst)
    const send = (nth: number): Promise<void> => {
      const event = events[nth]
      if (event === undefined) throw new Error(`there is no payment ${nth}`)
      return producer.sendMessage(lab.name('payments'), 'payment.requested', event)
    }
    for (let nth = 0; nth < warmUp; nth += 1) await send(nth)

    meter.distribution(
      {
        name: 'send-latency',
        said: text('sendMessage, one at a time', 'sendMessage, từng cái một'),
        method: text(
          'from the call until it resolves, each after the one before, durable quorum queue',
          'từ lúc gọi tới lúc resolve, cái sau đợi cái trước, quorum queue durable',
        ),
      },
      await timed(oneByOne, (nth) => send(warmUp + nth)),
    )

    const began = performance.now()
    await Promise.all(Array.from({ length: burst }, (_, nth) => send(warmUp + oneByOne + nth)))
    meter.rate(
      {
        name: 'burst-throughput',
        said: text('a burst of 5,000', 'một loạt 5.000'),
        method: text(
          'all called at once, until the last has resolved; the producer bounds what is unconfirmed',
          'gọi cùng lúc, tính tới khi cái cuối resolve; producer tự giới hạn số chưa confirm',
        ),
      },
      { n: burst, ms: performance.now() - began, unit: 'messages/s' },
    )
    await producer.stop()
  },
}
