/** The producer makes a new id for each attempt: what good is the wallet's memory then? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'
import { openBooks } from './wallet/books.ts'

interface Seen {
  readonly attempts: number
  readonly booked: number
}

export const experiment: Experiment<Seen> = {
  name: 'new-key',
  place: 2,
  shows: text(
    'a key that is made anew for each attempt makes every attempt a message of its own',
    'mỗi lần gửi một key mới thì mỗi lần gửi thành một message riêng',
  ),
  question: {
    kind: 'choice',
    id: 'new-key',
    item: 'study-12.2',
    ask: text(
      'The checkout sends payment 42 three times, since it never saw a confirm. Its library makes a fresh message id for each publish. The wallet keeps every id it has processed, in the same transaction as the booking. How often is the payment booked?',
      'Bên thanh toán gửi thanh toán số 42 ba lần vì không thấy confirm. Thư viện tạo message id mới cho mỗi lần publish. Ví nhớ mọi id đã xử lý, trong cùng transaction với việc ghi sổ. Thanh toán được ghi sổ mấy lần?',
    ),
    options: [
      {
        id: 'once',
        text: text('Once: the wallet is idempotent', 'Một lần: ví đã idempotent'),
        why: text(
          'It is idempotent by id, and there were three ids. A consumer can’t know that two messages mean one thing if they claim to be two.',
          'Nó idempotent theo id, mà có tới ba id. Consumer không thể biết hai message là một việc khi chính chúng bảo là hai.',
        ),
      },
      {
        id: 'three-times',
        text: text('Three times', 'Ba lần'),
        why: text(
          'The key has to be made once for each intent, before the first attempt, and stored with it. Then every attempt carries the same one, even after a restart of the producer.',
          'Key phải được tạo một lần cho mỗi ý định, trước lần gửi đầu, và lưu cùng nó. Khi đó lần gửi nào cũng mang cùng key, kể cả sau khi producer khởi động lại.',
        ),
      },
      {
        id: 'broker-drops',
        text: text(
          'Once: the broker sees that the bodies are the same',
          'Một lần: broker thấy nội dung giống nhau',
        ),
        why: text(
          'RabbitMQ does not look into bodies and drops no duplicates. Kafka’s idempotent producer drops repeated batches of one producer session by sequence number, not by what is in them.',
          'RabbitMQ không nhìn nội dung và không lọc trùng. Idempotent producer của Kafka lọc batch lặp trong một phiên producer theo sequence number, không theo nội dung.',
        ),
      },
    ],
    answer: 'three-times',
  },
  async scenario(lab: Lab) {
    const books = openBooks(lab.openDatabase('wallet'))
    await declare(lab, { queues: { wallet: {} } })
    // Three envelopes, three ids, one payment inside.
    const [first, ...others] = paymentEvents(lab, 3)
    if (first === undefined) throw new Error('no payment was made up')
    const attempts = [first, ...others].map((event) => ({
      ...event,
      subject: first.subject,
      data: first.data,
    }))
    const producer = await openProducer(lab)
    for (const event of attempts) await producer.publish({ exchange: '', routingKey: 'wallet', event })
    const wallet = await openConsumer(lab, { queue: 'wallet' })
    await wallet.has(attempts.length)
    for (const delivery of wallet.deliveries) {
      books.together(() => {
        if (books.note(delivery.id)) books.book(first.subject)
      })
      wallet.ack(delivery)
    }
    await wallet.told()
    return { attempts: attempts.length, booked: books.timesBooked(first.subject) }
  },
  came({ attempts, booked }) {
    const said = text(
      `${attempts} attempts with ${attempts} ids: booked ${booked} times`,
      `${attempts} lần gửi với ${attempts} id: ghi sổ ${booked} lần`,
    )
    const option = booked === 1 ? 'once' : booked === attempts ? 'three-times' : undefined
    return { option, said, witnesses: [witness('attempts', attempts), witness('bookings', booked)] }
  },
}
