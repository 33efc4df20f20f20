/** Three payments are booked and acknowledged, the first of them twice. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly booked: number
  readonly backInTheQueue: number
  readonly isChannelClosed: boolean
}

export const experiment: Experiment<Seen> = {
  name: 'acked-twice',
  place: 4,
  needs: ['inspect'],
  shows: text(
    'a second ack of one delivery closes the channel, and what was not acknowledged before it comes back although it was booked',
    'ack lần hai cho cùng một lần giao làm channel bị đóng, những gì chưa kịp ack thì quay lại dù đã ghi sổ',
  ),
  question: {
    kind: 'choice',
    id: 'acked-twice',
    item: 'study-06.5',
    ask: text(
      'A consumer holds three payments and has booked all three. A helper acks the first, the framework around it acks the first once more, then the second and the third are acked. How many payments lie in the queue again?',
      'Consumer đang giữ ba thanh toán và đã ghi sổ cả ba. Một hàm phụ ack cái đầu, framework bên ngoài ack cái đầu lần nữa, rồi tới ack cái thứ hai và thứ ba. Bao nhiêu thanh toán nằm lại trong queue?',
    ),
    options: [
      {
        id: 'none',
        text: text('None: the repeated ack is harmless', 'Không có: ack lặp lại thì vô hại'),
        why: text(
          'An ack is no request that one may repeat. The broker has forgotten tag 1 and takes the second ack for a consumer that counts wrongly.',
          'Ack không phải request muốn lặp bao nhiêu cũng được. Broker đã quên tag 1 và coi ack thứ hai là của một consumer đếm sai.',
        ),
      },
      {
        id: 'two',
        text: text('Two', 'Hai'),
        why: text(
          'The second ack closes the channel (406), the acks behind it meet a closed one, and both payments go back. They are booked already: without an inbox they are booked twice.',
          'Ack thứ hai làm channel bị đóng (406), các ack sau nó rơi vào channel đã đóng, và hai thanh toán trở về queue. Chúng đã ghi sổ rồi: không có inbox thì sẽ ghi hai lần.',
        ),
      },
      {
        id: 'three',
        text: text(
          'Three: a channel error undoes everything on it',
          'Ba: lỗi channel huỷ mọi thứ đã làm trên đó',
        ),
        why: text(
          'Only a channel in transaction mode undoes anything. The first ack was handled when it came, and that payment is gone for good.',
          'Chỉ channel ở chế độ transaction mới huỷ được. Ack đầu tiên đã xử lý xong lúc nó tới, thanh toán đó không còn nữa.',
        ),
      },
    ],
    answer: 'two',
  },
  async scenario(lab: Lab) {
    await declare(lab, { queues: { payments: {} } })
    const events = paymentEvents(lab, 3)
    const producer = await openProducer(lab)
    for (const event of events) await producer.publish({ exchange: '', routingKey: 'payments', event })
    const consumer = await openConsumer(lab, { queue: 'payments', prefetch: 10 })
    await consumer.has(events.length)
    let isChannelClosed = false
    const closed = new Promise<void>((resolve) => {
      consumer.channel.once('close', () => {
        isChannelClosed = true
        resolve()
      })
    })
    const [first, second, third] = consumer.deliveries
    for (const delivery of [first, first, second, third]) consumer.ack(delivery)
    // Either it is closed, or it answers: the acks came before the question.
    await Promise.race([closed, consumer.told().catch(() => closed)])
    const left = await lab.until(
      text('the broker still counts deliveries as unacked', 'broker vẫn còn đếm message unacked'),
      async () => {
        const counts = await countsIn(lab, 'payments')
        return counts?.unacked === 0 ? counts : undefined
      },
      { whose: 'lab' },
    )
    return { booked: events.length, backInTheQueue: left.ready, isChannelClosed }
  },
  came({ booked, backInTheQueue, isChannelClosed }) {
    const said = text(
      `${booked} booked, ${backInTheQueue} in the queue again, the channel is ${isChannelClosed ? 'closed' : 'open'}`,
      `đã ghi sổ ${booked}, nằm lại trong queue ${backInTheQueue}, channel ${isChannelClosed ? 'bị đóng' : 'còn mở'}`,
    )
    const option = { 0: 'none', 2: 'two', 3: 'three' }[backInTheQueue]
    return { option, said, witnesses: [witness('booked', booked)] }
  },
}
