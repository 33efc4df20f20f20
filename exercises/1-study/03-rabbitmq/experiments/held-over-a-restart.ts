/** Three stored payments, one of them in a consumer's hands, a SIGKILL of the broker: what comes back, and how flagged? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import { countsOf } from '#lab/kit/queues'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

/** How often the broker is asked for its queue. */
const inspectEveryMs = 15

interface Seen {
  readonly published: number
  readonly kills: number
  /** For each message in the order in which it came back: its number, and whether it was flagged. */
  readonly back: readonly (readonly [number: number, redelivered: boolean])[]
}

export const experiment: Experiment<Seen> = {
  name: 'held-over-a-restart',
  place: 5,
  needs: ['kill', 'inspect'],
  shows: text(
    'after a kill of the broker an unacknowledged message comes back flagged as redelivered, the others unflagged',
    'sau khi broker bị kill, message chưa ack trở lại kèm cờ redelivered, các message khác không có cờ',
  ),
  question: {
    kind: 'choice',
    id: 'held-over-a-restart',
    item: 'study-03.6',
    ask: text(
      'Three persistent payments lie in a durable queue. A consumer (prefetch 1) has been given the first and not acknowledged it when the broker is killed. After the restart another consumer reads the queue. What does it get?',
      'Ba thanh toán persistent nằm trong queue durable. Consumer (prefetch 1) đã nhận cái đầu và chưa ack thì broker bị kill. Sau khi broker chạy lại, một consumer khác đọc queue. Nó nhận được gì?',
    ),
    options: [
      {
        id: 'two',
        text: text(
          '2 and 3; the first is lost with the consumer’s connection',
          '2 và 3; cái đầu mất theo kết nối của consumer',
        ),
        why: text(
          'Delivery is no removal: the stored copy is still there, and only an ack would have deleted it.',
          'Giao đi không phải là xoá: bản đã lưu vẫn còn, chỉ có ack mới xoá nó.',
        ),
      },
      {
        id: 'first-flagged',
        text: text(
          '1 flagged as redelivered, then 2 and 3 without the flag',
          '1 có cờ redelivered, rồi 2 và 3 không có cờ',
        ),
        why: text(
          'The broker also remembers how far the queue had been delivered. The flag means "somebody may have seen this": the first consumer may have booked it.',
          'Broker còn nhớ queue đã giao tới đâu. Cờ này nghĩa là "có thể đã có bên thấy": consumer đầu có thể đã ghi sổ rồi.',
        ),
      },
      {
        id: 'all-unflagged',
        text: text(
          '1, 2 and 3 without the flag: the broker has forgotten whom it gave what',
          '1, 2 và 3 đều không có cờ: broker đã quên giao gì cho ai',
        ),
        why: text(
          'Whom, yes; but not that. If the flag could vanish, a consumer could not take its absence as "surely new".',
          'Giao cho ai thì quên; nhưng đã giao thì không quên. Nếu cờ có thể biến mất, consumer không thể coi việc thiếu cờ là "chắc chắn mới".',
        ),
      },
    ],
    answer: 'first-flagged',
  },
  async scenario(lab: Lab) {
    await declare(lab, { queues: { work: { arguments: { 'x-queue-type': 'quorum' } } } })
    const producer = await openProducer(lab)
    const events = paymentEvents(lab, 3)
    for (const event of events) await producer.publish({ exchange: '', routingKey: 'work', event })
    const consumer = await openConsumer(lab, { queue: 'work', prefetch: 1 })
    await consumer.has(1)
    await lab.killBroker()
    await lab.restartBroker()
    // A real broker serves before it has noticed that the consumer which holds the first one is gone.
    await lab.until(
      text(
        'the payments never came back to the queue, all three of them',
        'ba thanh toán không quay lại đủ trong queue',
      ),
      async () => (await countsOf(lab, 'work')).ready === events.length,
      { whose: 'lab', everyMs: inspectEveryMs },
    )
    const found = await lab.observer.takeAll(lab.name('work'))
    const numberOf = (id: string | undefined): number => events.findIndex((event) => event.id === id) + 1
    return {
      published: events.length,
      kills: 1,
      back: found.map(({ messageId, redelivered }) => [numberOf(messageId), redelivered] as const),
    }
  },
  came({ published, kills, back }) {
    const list = (word: string): string =>
      back.map(([number, redelivered]) => `${number}${redelivered ? ` (${word})` : ''}`).join(', ')
    const options: Readonly<Record<string, string>> = {
      '2,3': 'two',
      '1r,2,3': 'first-flagged',
      '1,2,3': 'all-unflagged',
    }
    const key = back.map(([number, redelivered]) => `${number}${redelivered ? 'r' : ''}`).join()
    return {
      option: options[key],
      said: text(
        `it got ${list('redelivered') || 'nothing'}`,
        `nó nhận ${list('redelivered') || 'không gì cả'}`,
      ),
      witnesses: [witness('published', published), witness('kills', kills)],
    }
  },
}
