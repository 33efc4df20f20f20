/** A quorum queue with a delivery limit of 3 and a message that nobody can process. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly deliveries: number
  readonly dead: number
}

const limit = 3
/** It would go on for ever without a limit. */
const deliveriesMax = 12

export const experiment: Experiment<Seen> = {
  name: 'limit-of-three',
  place: 4,
  needs: ['inspect'],
  shows: text(
    'a delivery limit of 3 means three returns, so four deliveries',
    'delivery limit 3 là ba lần trả về, tức bốn lần giao',
  ),
  question: {
    kind: 'choice',
    id: 'limit-of-three',
    item: 'study-07.4',
    ask: text(
      'A quorum queue has x-delivery-limit 3 and a DLQ. Its consumer rejects one payment with requeue, every time. How often is the payment delivered before it is in the DLQ?',
      'Một quorum queue có x-delivery-limit là 3 và một DLQ. Consumer lần nào cũng reject kèm requeue một thanh toán. Thanh toán được giao mấy lần trước khi vào DLQ?',
    ),
    options: [
      {
        id: 'three',
        text: text('3 times', '3 lần'),
        why: text(
          'The limit counts how often it came back, not how often it went out. The first delivery is no return.',
          'Limit đếm số lần trả về, không đếm số lần giao. Lần giao đầu không phải là một lần trả về.',
        ),
      },
      {
        id: 'four',
        text: text('4 times', '4 lần'),
        why: text(
          'Three returns are allowed, the fourth is one too many. "Three retries" are four attempts, here as everywhere; say which one you count.',
          'Được trả về ba lần, lần thứ tư là quá. "Ba lần retry" là bốn lần thử, ở đây cũng như mọi nơi; hãy nói rõ bạn đếm cái nào.',
        ),
      },
      {
        id: 'for-ever',
        text: text('For ever: a requeue is no failure', 'Mãi mãi: requeue không phải là lỗi'),
        why: text(
          'In a classic queue, yes, and that is the hot loop that fills a night. A quorum queue counts; since RabbitMQ 4.0 it has a limit of 20 even if you set none.',
          'Với classic queue thì đúng, và đó là vòng lặp nóng chạy suốt đêm. Quorum queue thì đếm; từ RabbitMQ 4.0, không đặt thì limit vẫn là 20.',
        ),
      },
    ],
    answer: 'four',
  },
  async scenario(lab: Lab) {
    await declare(lab, {
      queues: {
        work: {
          arguments: {
            'x-queue-type': 'quorum',
            'x-delivery-limit': limit,
            'x-dead-letter-exchange': '',
            'x-dead-letter-routing-key': lab.name('dlq'),
          },
        },
        dlq: {},
      },
    })
    const [event] = paymentEvents(lab, 1)
    if (event === undefined) throw new Error('no payment was made up')
    await (await openProducer(lab)).publish({ exchange: '', routingKey: 'work', event })
    const consumer = await openConsumer(lab, { queue: 'work' })
    const dead = async (): Promise<number> => (await countsIn(lab, 'dlq'))?.ready ?? 0
    for (let seen = 0; seen < deliveriesMax; seen++) {
      await lab.until(
        text('the payment is neither delivered nor dead', 'thanh toán không được giao cũng không chết'),
        async () => consumer.deliveries.length > seen || (await dead()) > 0,
        { whose: 'lab' },
      )
      const message = consumer.deliveries[seen]?.message
      if (message === undefined) break
      consumer.channel.reject(message, true)
      await consumer.told()
    }
    return { deliveries: consumer.deliveries.length, dead: await dead() }
  },
  came({ deliveries, dead }) {
    const said = text(
      `delivered ${deliveries} times, ${dead} in the DLQ`,
      `giao ${deliveries} lần, ${dead} trong DLQ`,
    )
    const option = dead === 0 ? 'for-ever' : { 3: 'three', 4: 'four' }[deliveries]
    return { option, said, witnesses: [witness('deliveries', deliveries)] }
  },
}
