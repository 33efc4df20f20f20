/** A message that no binding wants: what does the producer hear of it? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly plain: string
  readonly mandatory: string
  readonly inQueue: number
  readonly published: number
}

export const experiment: Experiment<Seen> = {
  name: 'no-binding',
  place: 2,
  needs: ['inspect'],
  shows: text(
    'a message that no binding wants is confirmed and dropped, with mandatory it comes back first',
    'message không binding nào khớp vẫn được confirm rồi bị bỏ, có mandatory thì bị trả về trước',
  ),
  question: {
    kind: 'choice',
    id: 'no-binding',
    item: 'study-03.4',
    ask: text(
      'payments.work is bound with payment.requested. A payment is published with the key payment.reqested (a typing mistake) on a confirm channel, once without mandatory and once with it. What does the producer hear?',
      'payments.work bind bằng payment.requested. Một thanh toán được gửi với key payment.reqested (gõ nhầm) trên confirm channel, một lần không mandatory và một lần có. Producer nghe thấy gì?',
    ),
    options: [
      {
        id: 'nack',
        text: text('A nack both times: nobody took it', 'Cả hai lần đều là nack: không ai nhận'),
        why: text(
          'A nack says that the broker could not do what it should, such as store. Here it did what the bindings say: pass it on to nobody.',
          'Nack nghĩa là broker không làm được việc phải làm, ví dụ lưu. Ở đây nó đã làm đúng như binding: chuyển cho không ai cả.',
        ),
      },
      {
        id: 'closed',
        text: text('The channel is closed with 404', 'Channel bị đóng với mã 404'),
        why: text(
          '404 is for an exchange that does not exist. The exchange is there; it only has no binding for this key.',
          '404 là khi exchange không tồn tại. Exchange vẫn có, chỉ là không có binding cho key này.',
        ),
      },
      {
        id: 'waits',
        text: text(
          'An ack; the message waits in the exchange for a binding',
          'Ack; message chờ trong exchange tới khi có binding',
        ),
        why: text(
          'An exchange keeps nothing. A binding that is added a second later finds nothing to route.',
          'Exchange không giữ gì. Một giây sau mới thêm binding thì cũng không còn gì để định tuyến.',
        ),
      },
      {
        id: 'acked-and-gone',
        text: text(
          'An ack both times; with mandatory, a basic.return before it',
          'Cả hai lần đều là ack; có mandatory thì có basic.return trước ack',
        ),
        why: text(
          'The broker has handled the message, so it confirms. Only mandatory makes it say that handling meant dropping. Without it the payment is gone and everybody is content.',
          'Broker đã xử lý xong message nên confirm. Chỉ mandatory mới khiến nó nói ra rằng xử lý ở đây là bỏ đi. Không có mandatory thì thanh toán mất mà mọi bên đều hài lòng.',
        ),
      },
    ],
    answer: 'acked-and-gone',
  },
  async scenario(lab: Lab) {
    await declare(lab, {
      exchanges: { payments: 'direct' },
      queues: { 'payments.work': { bindings: [['payments', 'payment.requested']] } },
    })
    const producer = await openProducer(lab)
    const [first, second] = paymentEvents(lab, 2)
    if (first === undefined || second === undefined) throw new Error('there are two payments')
    const publication = { exchange: 'payments', routingKey: 'payment.reqested' }
    const plain = await producer.publish({ ...publication, event: first })
    const mandatory = await producer.publish({ ...publication, event: second, mandatory: true })
    const counts = await countsIn(lab, 'payments.work')
    return { plain, mandatory, inQueue: counts?.ready ?? 0, published: 2 }
  },
  came({ plain, mandatory, inQueue, published }) {
    const said = text(
      `without mandatory: ${plain}; with it: ${mandatory}; in the queue: ${inQueue}`,
      `không mandatory: ${plain}; có mandatory: ${mandatory}; trong queue: ${inQueue}`,
    )
    const options: Readonly<Record<string, string>> = {
      'nacked nacked': 'nack',
      'confirmed returned': 'acked-and-gone',
      'confirmed confirmed': 'waits',
    }
    return {
      option: inQueue === 0 ? options[`${plain} ${mandatory}`] : undefined,
      said,
      witnesses: [witness('published', published)],
    }
  },
}
