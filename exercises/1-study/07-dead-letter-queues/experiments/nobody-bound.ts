/** The dead letter exchange is there; is anything bound to it under the key that a dead message has? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly rejected: number
  readonly left: number
  readonly dead: number
}

export const experiment: Experiment<Seen> = {
  name: 'nobody-bound',
  place: 2,
  needs: ['inspect'],
  shows: text(
    'a dead message keeps its key, and where nothing is bound under that key it is gone',
    'message chết giữ nguyên key, và nơi không có binding cho key đó thì nó mất',
  ),
  question: {
    kind: 'choice',
    id: 'nobody-bound',
    item: 'study-07.1',
    ask: text(
      'The queue "work" has x-dead-letter-exchange "dlx", a direct exchange. The queue "dlq" is bound to it under the key "dead". A payment published under "payment.requested" is rejected in "work" without requeue. Where is it?',
      'Queue "work" có x-dead-letter-exchange là "dlx", một direct exchange. Queue "dlq" được bind vào đó với key "dead". Một thanh toán gửi với key "payment.requested" bị reject không requeue trong "work". Nó ở đâu?',
    ),
    options: [
      {
        id: 'in-the-dlq',
        text: text('In "dlq": that is what a DLQ is for', 'Trong "dlq": DLQ sinh ra để làm vậy'),
        why: text(
          'To the broker there are no DLQs. There is an exchange, and the message arrives there under the key it had, "payment.requested". It would be in "dlq" with x-dead-letter-routing-key "dead".',
          'Với broker không có thứ gọi là DLQ. Chỉ có một exchange, và message tới đó với key cũ, "payment.requested". Có x-dead-letter-routing-key là "dead" thì nó mới vào "dlq".',
        ),
      },
      {
        id: 'stays',
        text: text(
          'Still in "work": it could not be delivered to the DLQ',
          'Vẫn trong "work": vì không chuyển vào DLQ được',
        ),
        why: text(
          'It left "work" when it was rejected. A quorum queue keeps it until the next queue has it only with x-dead-letter-strategy "at-least-once", and then it stays here for want of a route.',
          'Nó rời "work" ngay khi bị reject. Chỉ quorum queue với x-dead-letter-strategy "at-least-once" mới giữ lại tới khi queue sau đã nhận, và khi đó nó nằm lại vì không có đường.',
        ),
      },
      {
        id: 'nowhere',
        text: text('Nowhere', 'Không ở đâu cả'),
        why: text(
          'An exchange with no binding for a key drops the message. For a publisher there is mandatory, for a dead message nobody is told.',
          'Exchange không có binding cho key thì bỏ message. Với bên gửi còn có mandatory; với message chết thì không ai được báo.',
        ),
      },
    ],
    answer: 'nowhere',
  },
  async scenario(lab: Lab) {
    await declare(lab, {
      exchanges: { payments: 'direct', dlx: 'direct' },
      queues: {
        work: {
          arguments: { 'x-dead-letter-exchange': lab.name('dlx') },
          bindings: [['payments', 'payment.requested']],
        },
        dlq: { bindings: [['dlx', 'dead']] },
      },
    })
    const [event] = paymentEvents(lab, 1)
    if (event === undefined) throw new Error('no payment was made up')
    await (await openProducer(lab)).publish({ exchange: 'payments', routingKey: 'payment.requested', event })
    const consumer = await openConsumer(lab, { queue: 'work' })
    await consumer.has(1)
    for (const { message } of consumer.deliveries) consumer.channel.nack(message, false, false)
    await consumer.told()
    // A second one that finds its way tells when the first must have arrived.
    await lab.observer.publish({ exchange: lab.name('dlx'), routingKey: 'dead', body: 'marker' })
    const dead = await lab.observer.takeAll(lab.name('dlq'))
    const counts = await countsIn(lab, 'work')
    return {
      rejected: consumer.deliveries.length,
      left: (counts?.ready ?? 0) + (counts?.unacked ?? 0),
      dead: dead.filter(({ messageId }) => messageId === event.id).length,
    }
  },
  came({ rejected, left, dead }) {
    const said = text(
      `${rejected} rejected: ${left} left in "work", ${dead} in "dlq"`,
      `${rejected} bị reject: còn ${left} trong "work", ${dead} trong "dlq"`,
    )
    const option = dead > 0 ? 'in-the-dlq' : left > 0 ? 'stays' : 'nowhere'
    return { option, said, witnesses: [witness('rejected', rejected)] }
  },
}
