/** A queue forgets what was acknowledged: what does a service find that comes a day later? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly published: number
  readonly booked: number
  /** What the new service finds in its own queue, which it declared after the payments. */
  readonly foundByNew: number
  /** What a second consumer finds in the ledger's queue. */
  readonly foundInOld: number
}

export const experiment: Experiment<Seen> = {
  name: 'late-reader',
  place: 3,
  shows: text(
    'what was acknowledged, or sent before a queue was there, is in no queue any more',
    'message đã ack, hoặc gửi trước khi có queue, thì không còn ở queue nào',
  ),
  question: {
    kind: 'choice',
    id: 'late-reader',
    item: 'study-01.1',
    ask: text(
      'The ledger has acknowledged five payments. Then a new reporting service declares its own queue, binds it to the same exchange and reads; it also looks into the ledger’s queue. What does it find?',
      'Ledger đã ack năm thanh toán. Sau đó service báo cáo mới khai báo queue riêng, bind vào cùng exchange rồi đọc; nó còn xem cả queue của ledger. Nó thấy gì?',
    ),
    options: [
      {
        id: 'all-again',
        text: text(
          'All five: the exchange plays them back to a queue that is bound later',
          'Đủ năm: exchange phát lại cho queue được bind sau',
        ),
        why: text(
          'An exchange stores nothing; it routes at the moment of the publish. Playing back needs a log, in which reading removes nothing: a Kafka topic, or a RabbitMQ stream.',
          'Exchange không lưu gì, chỉ định tuyến đúng lúc message được gửi. Muốn phát lại thì cần log, nơi đọc không làm mất gì: topic của Kafka, hoặc stream của RabbitMQ.',
        ),
      },
      {
        id: 'in-the-old-queue',
        text: text(
          'Its own queue is empty, but the five are still in the ledger’s queue until somebody purges it',
          'Queue riêng trống, nhưng năm message vẫn nằm trong queue của ledger tới khi có người purge',
        ),
        why: text(
          'Between delivery and ack they would be. An ack is the permission to forget, and the broker uses it at once.',
          'Từ lúc giao tới lúc ack thì đúng. Nhưng ack là cho phép quên, và broker quên ngay.',
        ),
      },
      {
        id: 'nothing',
        text: text('Nothing, in either queue', 'Không có gì, ở cả hai queue'),
        why: text(
          'The broker deletes a message when it is acknowledged, and routes only to queues that exist at the publish. Who comes later has missed it.',
          'Broker xoá message khi được ack, và chỉ định tuyến tới queue đang có lúc gửi. Ai tới sau thì đã lỡ.',
        ),
      },
    ],
    answer: 'nothing',
  },
  async scenario(lab: Lab) {
    await declare(lab, {
      exchanges: { payments: 'fanout' },
      queues: { ledger: { bindings: [['payments', '']] } },
    })
    const producer = await openProducer(lab)
    const ledger = await openConsumer(lab, { queue: 'ledger' })
    const events = paymentEvents(lab, 5)
    for (const event of events) await producer.publish({ exchange: 'payments', routingKey: '', event })
    await ledger.has(events.length)
    for (const delivery of ledger.deliveries) ledger.ack(delivery)
    await ledger.told()
    await ledger.close()
    lab.say(
      'A new service declares its queue and looks into both.',
      'Một service mới khai báo queue và xem cả hai.',
    )
    await declare(lab, { queues: { reports: { bindings: [['payments', '']] } } })
    return {
      published: events.length,
      booked: ledger.deliveries.length,
      foundByNew: (await lab.observer.takeAll(lab.name('reports'))).length,
      foundInOld: (await lab.observer.takeAll(lab.name('ledger'))).length,
    }
  },
  came({ published, booked, foundByNew, foundInOld }) {
    const said = text(
      `${published} published, ${booked} acknowledged; the new queue had ${foundByNew}, the ledger’s ${foundInOld}`,
      `gửi ${published}, ack ${booked}; queue mới có ${foundByNew}, queue của ledger có ${foundInOld}`,
    )
    const witnesses = [witness('acknowledged', booked)]
    if (foundByNew === published) return { option: 'all-again', said, witnesses }
    if (foundByNew > 0) return { option: undefined, said, witnesses }
    return { option: foundInOld > 0 ? 'in-the-old-queue' : 'nothing', said, witnesses }
  },
}
