/** A checkout tells ledger and notifications of payments, first by calling them, then by an event. Notifications is down. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { type Consumer, declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'
import { startService } from './neighbours/service.ts'

interface Seen {
  readonly payments: number
  readonly acceptedByCalls: number
  /** Of the payments that were called out and refused to the customer: booked all the same. */
  readonly bookedByCalls: number
  readonly acceptedByEvents: number
  readonly receipts: number
}

const payments = 3

export const experiment: Experiment<Seen> = {
  name: 'one-is-down',
  place: 1,
  shows: text(
    'a chain of calls fails with its weakest member, half done; an event is accepted while a consumer is down and reaches it later',
    'chuỗi lời gọi hỏng theo mắt xích yếu nhất và bỏ dở giữa chừng; event vẫn được nhận khi một consumer sập, và tới nó sau',
  ),
  question: {
    kind: 'choice',
    id: 'one-is-down',
    item: 'study-08.1',
    ask: text(
      'Ledger is up, notifications is down. A checkout handles three payments by calling the ledger, then notifications, and refuses the payment when a call fails. Then it handles three by publishing an event to which both have a queue; notifications comes back an hour later. How many payments are accepted each time, and how many receipts go out?',
      'Ledger đang chạy, notifications đang sập. Checkout xử lý ba thanh toán bằng cách gọi ledger rồi gọi notifications, gọi lỗi thì từ chối thanh toán. Sau đó nó xử lý ba thanh toán bằng cách gửi event mà cả hai bên đều có queue; một giờ sau notifications sống lại. Mỗi cách có bao nhiêu thanh toán được nhận, và bao nhiêu biên nhận được gửi?',
    ),
    options: [
      {
        id: 'all-both',
        text: text(
          'Three and three, no receipts the first time: the ledger is what counts',
          'Ba và ba, lần đầu không có biên nhận: quan trọng là ledger',
        ),
        why: text(
          'A caller decides that only if it was written to: somebody has to say which failures a payment survives. This one, as most, fails when a call fails.',
          'Bên gọi chỉ làm vậy nếu được viết như thế: phải có người quyết định lỗi nào thì thanh toán vẫn qua. Bên gọi này, như đa số, cứ gọi lỗi là hỏng.',
        ),
      },
      {
        id: 'none-then-three',
        text: text(
          'None, then three; three receipts, an hour late',
          'Không cái nào, rồi ba; ba biên nhận, trễ một giờ',
        ),
        why: text(
          'The event needs only the broker. What it costs is in the answer too: the receipts are late, and "accepted" says nothing of them. And look at the first three: refused to the customer, and booked.',
          'Event chỉ cần broker. Cái giá cũng nằm ngay trong câu trả lời: biên nhận tới trễ, và "đã nhận" không nói gì về chúng. Hãy nhìn cả ba cái đầu: từ chối với khách, mà vẫn ghi sổ.',
        ),
      },
      {
        id: 'events-lost',
        text: text(
          'None, then three; no receipts, since nobody was there to hear the event',
          'Không cái nào, rồi ba; không biên nhận nào, vì lúc đó không ai nghe event',
        ),
        why: text(
          'That is so when a queue is made by the consumer when it comes. Here the queue was there, and waited in its place.',
          'Đúng nếu queue do consumer tạo khi nó tới. Ở đây queue có sẵn và đã chờ thay nó.',
        ),
      },
      {
        id: 'none-at-all',
        text: text(
          'None either time: without all consumers an event is not confirmed',
          'Lần nào cũng không: thiếu consumer thì event không được confirm',
        ),
        why: text(
          'The confirm comes when the queues have it. Producers know nothing of consumers, neither their number nor their health.',
          'Confirm tới khi các queue đã có message. Producer không biết gì về consumer, kể cả có mấy cái hay còn sống không.',
        ),
      },
    ],
    answer: 'none-then-three',
  },
  async scenario(lab: Lab) {
    const [ledger, notifications] = [await startService(lab), await startService(lab)]
    await notifications.stop()
    let acceptedByCalls = 0
    for (let payment = 0; payment < payments; payment++) {
      if ((await ledger.call()) && (await notifications.call())) acceptedByCalls += 1
    }
    const bookedByCalls = ledger.calls
    lab.say(
      `By calls: ${acceptedByCalls} accepted, and ${bookedByCalls} in the ledger. Now by an event.`,
      `Bằng lời gọi: nhận ${acceptedByCalls}, mà ledger đã ghi ${bookedByCalls}. Giờ tới event.`,
    )
    await declare(lab, {
      exchanges: { payments: 'topic' },
      queues: {
        ledger: { bindings: [['payments', 'payment.requested']] },
        notifications: { bindings: [['payments', 'payment.#']] },
      },
    })
    const producer = await openProducer(lab)
    let acceptedByEvents = 0
    for (const event of paymentEvents(lab, payments)) {
      const answer = await producer.publish({
        exchange: 'payments',
        routingKey: 'payment.requested',
        event,
      })
      if (answer === 'confirmed') acceptedByEvents += 1
    }
    await handled(await openConsumer(lab, { queue: 'ledger' }))
    lab.say('An hour later notifications comes back.', 'Một giờ sau notifications sống lại.')
    const receipts = await handled(await openConsumer(lab, { queue: 'notifications' }))
    return { payments, acceptedByCalls, bookedByCalls, acceptedByEvents, receipts }
  },
  came({ payments: all, acceptedByCalls, bookedByCalls, acceptedByEvents, receipts }) {
    const said = text(
      `by calls: ${acceptedByCalls} accepted, ${bookedByCalls} booked; by events: ${acceptedByEvents} accepted, ${receipts} receipts`,
      `bằng lời gọi: nhận ${acceptedByCalls}, ghi sổ ${bookedByCalls}; bằng event: nhận ${acceptedByEvents}, ${receipts} biên nhận`,
    )
    const options: Readonly<Record<string, string>> = {
      '3,3,3': 'all-both',
      '0,3,3': 'none-then-three',
      '0,3,0': 'events-lost',
      '0,0,0': 'none-at-all',
    }
    return {
      option: options[`${acceptedByCalls},${acceptedByEvents},${receipts}`],
      said,
      witnesses: [witness('payments', all), witness('booked by calls', bookedByCalls)],
    }
  },
}

/** Handles all that a queue holds, and answers how much that was. */
async function handled(consumer: Consumer): Promise<number> {
  await consumer.has(payments)
  for (const delivery of consumer.deliveries) consumer.ack(delivery)
  await consumer.told()
  return consumer.deliveries.length
}
