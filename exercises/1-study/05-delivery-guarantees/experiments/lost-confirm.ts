/** The confirm of a publish is lost on its way; the producer sends again with the same id: how many copies are in the queue? */
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly sends: number
  readonly copies: number
  /** Different ids among the copies. */
  readonly ids: number
}

export const experiment: Experiment<Seen> = {
  name: 'lost-confirm',
  place: 4,
  shows: text(
    'a producer that sends again after a lost confirm makes a second copy, with the same id',
    'producer gửi lại sau khi mất confirm sẽ tạo bản thứ hai, cùng id',
  ),
  question: {
    kind: 'choice',
    id: 'lost-confirm',
    item: 'study-05.3',
    ask: text(
      'A producer publishes a payment. The broker stores it, and the connection breaks before the confirm is through. The producer connects again and publishes the payment once more, with the same message id. What is in the queue?',
      'Producer gửi một thanh toán. Broker đã lưu, nhưng kết nối đứt trước khi confirm tới nơi. Producer kết nối lại và gửi thanh toán đó lần nữa, cùng message id. Trong queue có gì?',
    ),
    options: [
      {
        id: 'one',
        text: text('One message: the broker recognises the id', 'Một message: broker nhận ra id'),
        why: text(
          'RabbitMQ looks at no message id; it is a property for the application. Recognising it is the consumer’s work.',
          'RabbitMQ không nhìn message id; đó là thuộc tính dành cho ứng dụng. Nhận ra nó là việc của consumer.',
        ),
      },
      {
        id: 'two-same-id',
        text: text('Two messages with the same id', 'Hai message cùng id'),
        why: text(
          'A lost confirm looks exactly like a lost publish, so sending again is right, and the copy is its price. The same id is what lets the consumer see it.',
          'Mất confirm trông y như mất lệnh gửi, nên gửi lại là đúng, và bản trùng là cái giá. Cùng id thì consumer mới nhận ra được.',
        ),
      },
      {
        id: 'one-unconfirmed-dropped',
        text: text(
          'One: what was not confirmed is dropped when the channel closes',
          'Một: cái chưa confirm bị bỏ khi channel đóng',
        ),
        why: text(
          'The confirm is a report, no condition. What was routed stays, whether the report arrives or not. (A transaction would be rolled back.)',
          'Confirm chỉ là báo cáo, không phải điều kiện. Đã vào queue thì ở lại, báo cáo có tới hay không. (Transaction thì mới bị huỷ.)',
        ),
      },
    ],
    answer: 'two-same-id',
  },
  async scenario(lab) {
    await declare(lab, { queues: { 'payments.work': {} } })
    const [event] = paymentEvents(lab, 1)
    if (event === undefined) throw new Error('there is a payment')
    const first = await openProducer(lab)
    const loss = await lab.place({
      name: 'lost confirm',
      text: text('the confirm is lost here, with the connection', 'confirm mất ở đây, cùng với kết nối'),
      lane: 'producer',
      when: { direction: 'to-broker', method: 'basic.publish' },
      what: { kind: 'drop-reply' },
    })
    const publication = { exchange: '', routingKey: 'payments.work', event }
    const unknown = first.publish(publication)
    unknown.catch(() => {})
    await lab.fired(loss, text('nothing was published', 'chưa gửi gì'))
    lab.say(
      'The producer connects again and sends the same payment.',
      'Producer kết nối lại và gửi lại đúng thanh toán đó.',
    )
    const second = await openProducer(lab)
    await second.publish(publication)
    const found = await lab.observer.takeAll(lab.name('payments.work'))
    return { sends: 2, copies: found.length, ids: new Set(found.map(({ messageId }) => messageId)).size }
  },
  came({ sends, copies, ids }) {
    const options: Readonly<Record<string, string>> = { '2 1': 'two-same-id', '1 1': 'one' }
    return {
      option: options[`${copies} ${ids}`],
      said: text(
        `sent ${sends} times; ${copies} copies in the queue, ${ids} id`,
        `gửi ${sends} lần; trong queue có ${copies} bản, ${ids} id`,
      ),
      witnesses: [witness('sends', sends), witness('copies', copies)],
    }
  },
}
