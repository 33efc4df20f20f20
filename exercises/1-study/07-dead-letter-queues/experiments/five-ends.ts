/** Five things happen to a message in a queue with a dead letter exchange: which of them send it there? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

const ends = ['rejected', 'expired', 'crowded', 'crashed', 'purged'] as const
type End = (typeof ends)[number]

interface Seen {
  /** Messages in the DLQ of each queue. */
  readonly dead: Readonly<Record<End, number>>
}

const ttlMs = 1000

export const experiment: Experiment<Seen> = {
  name: 'five-ends',
  place: 1,
  needs: ['inspect'],
  shows: text(
    'a message is dead-lettered when it is rejected, expires or is crowded out, not when its consumer dies or the queue is purged',
    'message vào DLQ khi bị reject, hết hạn hoặc bị đẩy ra vì đầy, không phải khi consumer chết hay queue bị purge',
  ),
  question: {
    kind: 'choice',
    id: 'five-ends',
    item: 'study-07.2',
    ask: text(
      'Five queues, each with a dead letter exchange and a DLQ of its own, each with one payment. In the first the consumer rejects it without requeue. In the second its time-to-live runs out. In the third x-max-length is 1 and another message comes. In the fourth its consumer dies before the ack. The fifth is purged. In how many DLQs is a message?',
      'Năm queue, mỗi queue có dead letter exchange và DLQ riêng, mỗi queue một thanh toán. Queue thứ nhất: consumer reject không requeue. Thứ hai: hết time-to-live. Thứ ba: x-max-length là 1 và có message nữa tới. Thứ tư: consumer chết trước khi ack. Thứ năm: bị purge. Bao nhiêu DLQ có message?',
    ),
    options: [
      {
        id: 'one',
        text: text('1: only what somebody rejected', '1: chỉ cái có người reject'),
        why: text(
          'The broker itself buries too: what expires, and what a full queue drops from its head. There is a fourth reason, the delivery limit of a quorum queue.',
          'Chính broker cũng chôn: thứ hết hạn, và thứ mà queue đầy bỏ từ đầu hàng. Còn lý do thứ tư là delivery limit của quorum queue.',
        ),
      },
      {
        id: 'three',
        text: text('3: rejected, expired, crowded out', '3: bị reject, hết hạn, bị đẩy ra'),
        why: text(
          'A consumer that dies has said nothing about the message: it goes back and is delivered again. A purge is somebody’s order to throw away, and is obeyed.',
          'Consumer chết thì chưa nói gì về message: nó trở lại queue và được giao lại. Còn purge là lệnh vứt bỏ của ai đó, và được làm đúng như vậy.',
        ),
      },
      {
        id: 'four',
        text: text('4: those, and the one whose consumer died', '4: ba cái đó, và cái có consumer chết'),
        why: text(
          'A crash is not a verdict. Otherwise every restart of a service would fill its DLQ with messages that nobody had looked at.',
          'Crash không phải là phán quyết. Nếu không thì mỗi lần service khởi động lại, DLQ sẽ đầy những message chưa ai nhìn tới.',
        ),
      },
      {
        id: 'five',
        text: text(
          '5: a dead letter exchange catches whatever leaves without an ack',
          '5: dead letter exchange hứng mọi thứ rời đi mà không có ack',
        ),
        why: text(
          'It catches what the broker gives up for one of four reasons. Purging and deleting a queue are not among them.',
          'Nó chỉ hứng thứ mà broker từ bỏ vì một trong bốn lý do. Purge và xoá queue không nằm trong đó.',
        ),
      },
    ],
    answer: 'three',
  },
  async scenario(lab: Lab) {
    const queues = Object.fromEntries(
      ends.flatMap((end) => {
        const dead = {
          'x-dead-letter-exchange': '',
          'x-dead-letter-routing-key': lab.name(`${end}.dlq`),
          ...(end === 'expired' ? { 'x-message-ttl': ttlMs } : {}),
          ...(end === 'crowded' ? { 'x-max-length': 1 } : {}),
        }
        return [
          [end, { arguments: dead }],
          [`${end}.dlq`, {}],
        ] as const
      }),
    )
    await declare(lab, { queues })
    const [event, another] = paymentEvents(lab, 2)
    if (event === undefined || another === undefined) throw new Error('no payments were made up')
    const producer = await openProducer(lab)
    for (const end of ends) await producer.publish({ exchange: '', routingKey: end, event })

    const rejecting = await openConsumer(lab, { queue: 'rejected' })
    await rejecting.has(1)
    for (const { message } of rejecting.deliveries) rejecting.channel.nack(message, false, false)
    await rejecting.told()

    await lab.elapse(ttlMs)
    await producer.publish({ exchange: '', routingKey: 'crowded', event: another })

    const dying = await openConsumer(lab, { queue: 'crashed' })
    await dying.has(1)
    await dying.close()

    const operator = await lab.observer.channel()
    await operator.purgeQueue(lab.name('purged'))
    await operator.close()

    const dead = {} as Record<End, number>
    for (const end of ends) {
      const mayDie = end === 'rejected' || end === 'expired' || end === 'crowded'
      const ready = async (): Promise<number> => (await countsIn(lab, `${end}.dlq`))?.ready ?? 0
      if (mayDie) {
        await lab.until(
          text(`nothing died in ${end}`, `không có gì chết trong ${end}`),
          async () => (await ready()) > 0,
          {
            whose: 'lab',
          },
        )
      }
      dead[end] = await ready()
    }
    return { dead }
  },
  came({ dead }) {
    const filled = ends.filter((end) => dead[end] > 0)
    const said = text(
      `a dead message in: ${filled.join(', ') || 'none'}`,
      `có message chết ở: ${filled.join(', ') || 'không đâu'}`,
    )
    const option = { 1: 'one', 3: 'three', 4: 'four', 5: 'five' }[filled.length]
    return { option, said, witnesses: [witness('queues', ends.length), witness('dead', filled.length)] }
  },
}
