/** Six payments, one queue, two consumers: who gets which? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly sent: readonly string[]
  /** What each of the two consumers was given. */
  readonly got: readonly (readonly string[])[]
}

export const experiment: Experiment<Seen> = {
  name: 'one-queue',
  place: 1,
  shows: text(
    'two consumers of one queue share its messages, each message reaches one of them',
    'hai consumer của một queue chia nhau message, mỗi message chỉ tới một bên',
  ),
  question: {
    kind: 'choice',
    id: 'one-queue',
    item: 'study-01.5',
    ask: text(
      'Two consumers, A and B, listen to the same queue. Six payments are published. Who gets what?',
      'Hai consumer A và B cùng nghe một queue. Có sáu thanh toán được gửi. Ai nhận được gì?',
    ),
    options: [
      {
        id: 'both-all',
        text: text('A and B each get all six', 'A và B, mỗi bên nhận đủ sáu'),
        why: text(
          'For that each of them would need a queue of its own, and the exchange a binding to both. A queue holds one copy and gives it away once.',
          'Muốn vậy mỗi bên phải có queue riêng, và exchange phải có binding tới cả hai. Một queue chỉ giữ một bản và chỉ giao bản đó một lần.',
        ),
      },
      {
        id: 'shared',
        text: text('Each payment goes to one of the two', 'Mỗi thanh toán chỉ tới một trong hai bên'),
        why: text(
          'The broker hands a message to one consumer and marks it as in that consumer’s hands. With no limit on what they may hold, the two take turns.',
          'Broker giao message cho một consumer và ghi nhận nó đang ở tay consumer đó. Khi không giới hạn số lượng được cầm, hai bên nhận lần lượt.',
        ),
      },
      {
        id: 'first-all',
        text: text(
          'A gets all six, because it came first; B is a reserve',
          'A nhận cả sáu vì đến trước; B chỉ dự phòng',
        ),
        why: text(
          'That is a queue declared with x-single-active-consumer. Without this argument every consumer of a queue is active.',
          'Đó là queue khai báo với x-single-active-consumer. Không có argument này thì mọi consumer của queue đều hoạt động.',
        ),
      },
    ],
    answer: 'shared',
  },
  async scenario(lab: Lab) {
    await declare(lab, {
      exchanges: { payments: 'direct' },
      queues: { 'payments.work': { bindings: [['payments', 'payment.requested']] } },
    })
    const consumers = [
      await openConsumer(lab, { queue: 'payments.work' }),
      await openConsumer(lab, { queue: 'payments.work' }),
    ]
    const producer = await openProducer(lab)
    const events = paymentEvents(lab, 6)
    for (const event of events) {
      await producer.publish({ exchange: 'payments', routingKey: 'payment.requested', event })
    }
    const arrived = (): number => consumers.reduce((sum, { deliveries }) => sum + deliveries.length, 0)
    await lab.until(
      text('not all payments arrived', 'chưa tới đủ thanh toán'),
      () => arrived() >= events.length,
      {
        whose: 'lab',
      },
    )
    for (const consumer of consumers) {
      for (const delivery of consumer.deliveries) consumer.ack(delivery)
      await consumer.told()
    }
    return {
      sent: events.map(({ id }) => id),
      got: consumers.map(({ deliveries }) => deliveries.map(({ id }) => id)),
    }
  },
  came({ sent, got }) {
    const [a = [], b = []] = got
    const said = text(
      `of ${sent.length} payments A got ${a.length} and B got ${b.length}; ${a.filter((id) => b.includes(id)).length} went to both`,
      `trong ${sent.length} thanh toán, A nhận ${a.length}, B nhận ${b.length}; ${a.filter((id) => b.includes(id)).length} cái tới cả hai`,
    )
    const isWhole = sent.every((id) => a.includes(id) || b.includes(id))
    const witnesses = [witness('payments', a.length + b.length)]
    if (a.length === sent.length && b.length === sent.length) return { option: 'both-all', said, witnesses }
    if (!isWhole || a.length + b.length !== sent.length) return { option: undefined, said, witnesses }
    return { option: a.length > 0 && b.length > 0 ? 'shared' : 'first-all', said, witnesses }
  },
}
