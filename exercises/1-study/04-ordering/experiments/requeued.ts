/** Four messages, the first fails once and is put back: in which order does the consumer get them? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  /** Numbers in the order of delivery. */
  readonly order: readonly number[]
}

export const experiment: Experiment<Seen> = {
  name: 'requeued',
  place: 2,
  shows: text(
    'a message that is put back comes after those that its consumer already holds',
    'message bị trả lại sẽ tới sau những message mà consumer đang cầm',
  ),
  question: {
    kind: 'choice',
    id: 'requeued',
    item: 'study-04.6',
    ask: text(
      'One consumer, prefetch 4, has been given messages 1, 2, 3 and 4. Number 1 fails for a moment; the consumer nacks it with requeue, then handles the others. In which order has it handled the four in the end?',
      'Một consumer, prefetch 4, đã nhận message 1, 2, 3, 4. Số 1 lỗi tạm thời; consumer nack có requeue rồi làm tiếp các số kia. Cuối cùng nó đã xử lý bốn cái theo thứ tự nào?',
    ),
    options: [
      {
        id: 'in-place',
        text: text(
          '1, 2, 3, 4: a classic queue puts it back to its place',
          '1, 2, 3, 4: classic queue trả nó về đúng chỗ',
        ),
        why: text(
          'Its place in the queue, yes; but 2, 3 and 4 are not in the queue any more, they are in the consumer’s hands. With a prefetch of 1 it would be so.',
          'Đúng là về đúng chỗ trong queue; nhưng 2, 3, 4 không còn trong queue mà đang ở tay consumer. Prefetch 1 thì mới vậy.',
        ),
      },
      {
        id: 'behind',
        text: text('2, 3, 4, 1', '2, 3, 4, 1'),
        why: text(
          'What was sent ahead is handled first. A requeue gives up the order as soon as the prefetch is above 1, with any type of queue.',
          'Cái đã gửi trước thì được làm trước. Prefetch lớn hơn 1 thì requeue là bỏ thứ tự, queue loại nào cũng vậy.',
        ),
      },
      {
        id: 'all-again',
        text: text(
          '1, 2, 3, 4: the broker takes all four back and begins anew',
          '1, 2, 3, 4: broker lấy lại cả bốn rồi bắt đầu lại',
        ),
        why: text(
          'That happens when the channel closes. A nack concerns its one message (or, with multiple, all up to it).',
          'Đó là khi channel đóng. Nack chỉ liên quan tới một message (hoặc với multiple thì mọi cái tới nó).',
        ),
      },
    ],
    answer: 'behind',
  },
  async scenario(lab: Lab) {
    await declare(lab, { queues: { wallet: { arguments: { 'x-queue-type': 'classic' } } } })
    const producer = await openProducer(lab)
    const events = paymentEvents(lab, 4)
    for (const event of events) await producer.publish({ exchange: '', routingKey: 'wallet', event })
    const consumer = await openConsumer(lab, { queue: 'wallet', prefetch: events.length })
    await consumer.has(events.length)
    const [first, ...others] = consumer.deliveries
    if (first !== undefined) consumer.channel.nack(first.message, false, true)
    const handled: string[] = []
    for (const delivery of others) {
      handled.push(delivery.id)
      consumer.ack(delivery)
    }
    await consumer.has(events.length + 1)
    const again = consumer.deliveries.at(-1)
    consumer.ack(again)
    if (again !== undefined) handled.push(again.id)
    await consumer.told()
    return { order: handled.map((id) => events.findIndex((event) => event.id === id) + 1) }
  },
  came({ order }) {
    const list = order.join(', ')
    return {
      option: { '1, 2, 3, 4': 'in-place', '2, 3, 4, 1': 'behind' }[list],
      said: text(`handled: ${list}`, `đã xử lý: ${list}`),
      witnesses: [witness('handled', order.length)],
    }
  },
}
