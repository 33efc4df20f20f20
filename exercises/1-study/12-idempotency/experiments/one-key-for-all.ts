/** Ledger and notifications share one table of processed ids. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { type Consumer, declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'
import { type Books, openBooks } from './wallet/books.ts'

interface Seen {
  readonly payments: number
  readonly ledger: number
  readonly notified: number
}

export const experiment: Experiment<Seen> = {
  name: 'one-key-for-all',
  place: 5,
  shows: text(
    'of two consumers that share a key the second finds everything done already',
    'hai consumer dùng chung key thì bên tới sau thấy việc gì cũng đã xong',
  ),
  question: {
    kind: 'choice',
    id: 'one-key-for-all',
    item: 'study-12.5',
    ask: text(
      'Ledger and notifications run in one process and share the table of processed message ids; its key is the id alone. Each has its own queue, and both get the same four payments, the ledger first. How many bookings and how many notifications come of it?',
      'Ledger và notifications chạy trong một process, dùng chung bảng id đã xử lý; khoá của bảng chỉ là id. Mỗi bên có queue riêng, cả hai nhận cùng bốn thanh toán, ledger nhận trước. Sẽ có mấy lần ghi sổ và mấy thông báo?',
    ),
    options: [
      {
        id: 'four-four',
        text: text('Four and four', 'Bốn và bốn'),
        why: text(
          'For that the key has to say who has processed the message: (consumer, message id).',
          'Muốn vậy khoá phải nói ai đã xử lý: (consumer, message id).',
        ),
      },
      {
        id: 'four-none',
        text: text('Four bookings, no notification', 'Bốn lần ghi sổ, không thông báo nào'),
        why: text(
          'The ledger noted all four ids. Notifications finds them noted, takes each for a duplicate, and acks. Nothing fails and nobody is told.',
          'Ledger đã ghi nhớ cả bốn id. Notifications thấy id đã có, tưởng là bản trùng và ack. Không lỗi gì, cũng không ai được báo.',
        ),
      },
      {
        id: 'two-two',
        text: text('Two and two: they share the work', 'Hai và hai: hai bên chia việc'),
        why: text(
          'They would share the messages of one queue. Here each has a queue and gets a copy of everything; what they share is the memory.',
          'Chia nhau là khi dùng chung một queue. Ở đây mỗi bên có queue riêng và nhận đủ mọi bản; thứ dùng chung là trí nhớ.',
        ),
      },
    ],
    answer: 'four-none',
  },
  async scenario(lab: Lab) {
    const books = openBooks(lab.openDatabase('shared'))
    await declare(lab, {
      exchanges: { payments: 'fanout' },
      queues: { ledger: { bindings: [['payments', '']] }, notifications: { bindings: [['payments', '']] } },
    })
    const events = paymentEvents(lab, 4)
    const producer = await openProducer(lab)
    for (const event of events) await producer.publish({ exchange: 'payments', routingKey: '', event })
    const ledger = await handled(await openConsumer(lab, { queue: 'ledger' }), events.length, books)
    const notified = await handled(await openConsumer(lab, { queue: 'notifications' }), events.length, books)
    return { payments: events.length, ledger, notified }
  },
  came({ payments, ledger, notified }) {
    const said = text(
      `${payments} payments: ${ledger} booked, ${notified} notified`,
      `${payments} thanh toán: ghi sổ ${ledger}, thông báo ${notified}`,
    )
    const options: Readonly<Record<string, string>> = {
      '4,4': 'four-four',
      '4,0': 'four-none',
      '2,2': 'two-two',
    }
    return {
      option: options[`${ledger},${notified}`],
      said,
      witnesses: [witness('payments', payments), witness('booked', ledger)],
    }
  },
}

/** How many of the messages a consumer took for new. */
async function handled(consumer: Consumer, count: number, books: Books): Promise<number> {
  await consumer.has(count)
  let done = 0
  for (const delivery of consumer.deliveries) {
    if (books.note(delivery.id)) done += 1
    consumer.ack(delivery)
  }
  await consumer.told()
  return done
}
