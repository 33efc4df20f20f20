/** A payment that always fails is sent back to a classic queue, with two good ones behind it. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly deliveries: number
  readonly ofTheBadOne: number
  readonly flagged: number
}

const watched = 10

export const experiment: Experiment<Seen> = {
  name: 'at-the-head',
  place: 6,
  shows: text(
    'a requeue puts the message back to its place: one that always fails is delivered again and again, and nothing behind it is reached',
    'requeue đặt message về đúng chỗ cũ: cái lần nào cũng lỗi cứ được giao lại mãi, không tới lượt cái nào phía sau',
  ),
  question: {
    kind: 'choice',
    id: 'at-the-head',
    item: 'study-06.8',
    ask: text(
      'A classic queue holds three payments; the first can never be processed. The only consumer has a prefetch of 1 and nacks whatever fails with requeue. Of its first ten deliveries, how many are the bad payment?',
      'Một classic queue có ba thanh toán; cái đầu không bao giờ xử lý được. Consumer duy nhất có prefetch 1 và nack kèm requeue mọi thứ bị lỗi. Trong mười lần giao đầu tiên, bao nhiêu lần là thanh toán hỏng?',
    ),
    options: [
      {
        id: 'eight',
        text: text(
          '8: it goes to the end, the two others come in between',
          '8: nó về cuối hàng, hai cái kia chen vào giữa',
        ),
        why: text(
          'That is what a new publish would do. A requeue is no publish: the message takes its old place, and that was the head.',
          'Gửi mới thì mới về cuối hàng. Requeue không phải gửi mới: message về chỗ cũ, mà chỗ cũ là đầu hàng.',
        ),
      },
      {
        id: 'one',
        text: text(
          '1: redelivered messages are put aside until the others are done',
          '1: message redelivered được để riêng tới khi xong các cái khác',
        ),
        why: text(
          'The flag only informs. The broker treats a redelivered message like any other.',
          'Cờ đó chỉ để báo. Với broker, message redelivered cũng như mọi message khác.',
        ),
      },
      {
        id: 'ten',
        text: text('10', '10'),
        why: text(
          'A hot loop: no delay, no limit, a busy processor, and two customers wait behind it. A quorum queue of RabbitMQ 4.0 to 4.2 ends it after 20 returns; a classic queue never does, nor does 4.3 for nacks.',
          'Vòng lặp nóng: không chờ, không giới hạn, CPU bận rộn, và hai khách hàng đứng chờ phía sau. Quorum queue của RabbitMQ 4.0 tới 4.2 dừng nó sau 20 lần trả về; classic queue thì không bao giờ, 4.3 với nack cũng vậy.',
        ),
      },
    ],
    answer: 'ten',
  },
  async scenario(lab: Lab) {
    await declare(lab, { queues: { payments: { arguments: { 'x-queue-type': 'classic' } } } })
    const events = paymentEvents(lab, 3)
    const producer = await openProducer(lab)
    for (const event of events) await producer.publish({ exchange: '', routingKey: 'payments', event })
    const consumer = await openConsumer(lab, { queue: 'payments', prefetch: 1 })
    const bad = events[0]?.id
    for (let seen = 0; seen < watched; seen++) {
      await consumer.has(seen + 1)
      const delivery = consumer.deliveries[seen]
      if (delivery === undefined) break
      if (delivery.id === bad) consumer.channel.nack(delivery.message, false, true)
      else consumer.ack(delivery)
    }
    const those = consumer.deliveries.slice(0, watched).filter(({ id }) => id === bad)
    return {
      deliveries: Math.min(watched, consumer.deliveries.length),
      ofTheBadOne: those.length,
      flagged: those.filter(({ redelivered }) => redelivered).length,
    }
  },
  came({ deliveries, ofTheBadOne, flagged }) {
    const said = text(
      `${ofTheBadOne} of ${deliveries} deliveries were the bad payment, ${flagged} of them marked as redelivered`,
      `${ofTheBadOne} trên ${deliveries} lần giao là thanh toán hỏng, ${flagged} lần có cờ redelivered`,
    )
    const option = { 8: 'eight', 1: 'one', 10: 'ten' }[ofTheBadOne]
    return { option, said, witnesses: [witness('deliveries', deliveries)] }
  },
}
