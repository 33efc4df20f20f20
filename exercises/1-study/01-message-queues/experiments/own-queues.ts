/** One publish, three queues, four bindings: how many copies are there, and what does one ack remove? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly published: number
  /** Copies in each queue after the publish. */
  readonly copies: readonly number[]
  /** Copies left in each queue after the ledger's ack. */
  readonly left: readonly number[]
}

const queues = ['ledger', 'notifications', 'fraud'] as const

export const experiment: Experiment<Seen> = {
  name: 'own-queues',
  place: 2,
  needs: ['inspect'],
  shows: text(
    'each bound queue gets one copy of its own, and an ack removes that one copy only',
    'mỗi queue được bind nhận một bản riêng, và ack chỉ xoá đúng bản đó',
  ),
  question: {
    kind: 'choice',
    id: 'own-queues',
    item: 'study-01.6',
    ask: text(
      'The queues ledger, notifications and fraud are bound to one exchange, ledger twice (payment.requested and payment.#). One payment is published; the ledger acknowledges. What is where?',
      'Các queue ledger, notifications và fraud bind vào một exchange, riêng ledger bind hai lần (payment.requested và payment.#). Gửi một thanh toán; ledger ack. Lúc này còn gì ở đâu?',
    ),
    options: [
      {
        id: 'one-message',
        text: text(
          'There was one message; with the first ack it is gone for all three',
          'Chỉ có một message; ack đầu tiên là nó mất với cả ba',
        ),
        why: text(
          'That would be one queue with three consumers. A queue knows nothing of other queues, so an ack in one can’t reach into another.',
          'Như vậy là một queue có ba consumer. Queue này không biết gì về queue khác, nên ack ở đây không với tới chỗ kia.',
        ),
      },
      {
        id: 'copy-per-queue',
        text: text(
          'There were three copies; two are left, in notifications and fraud',
          'Đã có ba bản; còn hai bản, ở notifications và fraud',
        ),
        why: text(
          'One copy for each queue that any binding leads to, however many bindings that are. Every copy lives and dies by itself.',
          'Mỗi queue có ít nhất một binding khớp thì được một bản, dù khớp bao nhiêu binding. Bản nào sống chết theo queue của bản đó.',
        ),
      },
      {
        id: 'copy-per-binding',
        text: text(
          'There were four copies, one for each binding; three are left',
          'Đã có bốn bản, mỗi binding một bản; còn ba',
        ),
        why: text(
          'Routing collects queues, not bindings: a queue that matches twice is in the set once. Two copies in one queue need two publishes.',
          'Định tuyến gom queue chứ không gom binding: queue khớp hai lần vẫn chỉ được tính một. Muốn hai bản trong một queue thì phải gửi hai lần.',
        ),
      },
    ],
    answer: 'copy-per-queue',
  },
  async scenario(lab: Lab) {
    await declare(lab, {
      exchanges: { events: 'topic' },
      queues: {
        ledger: {
          bindings: [
            ['events', 'payment.requested'],
            ['events', 'payment.#'],
          ],
        },
        notifications: { bindings: [['events', 'payment.requested']] },
        fraud: { bindings: [['events', 'payment.requested']] },
      },
    })
    const [event] = paymentEvents(lab, 1)
    const producer = await openProducer(lab)
    if (event !== undefined)
      await producer.publish({ exchange: 'events', routingKey: 'payment.requested', event })
    const copies = await heldIn(lab)
    const ledger = await openConsumer(lab, { queue: 'ledger' })
    await ledger.has(copies[0] ?? 1)
    lab.remark('basic.ack', 'the ledger is done with its copy', 'ledger đã xong với bản của nó')
    for (const delivery of ledger.deliveries) ledger.ack(delivery)
    await ledger.told()
    return { published: 1, copies, left: await heldIn(lab) }
  },
  came({ copies, left }) {
    const said = text(
      `${queues.map((name, index) => `${name}: ${copies[index]} before the ack, ${left[index]} after`).join('; ')}`,
      `${queues.map((name, index) => `${name}: trước khi ack ${copies[index]}, sau khi ack ${left[index]}`).join('; ')}`,
    )
    const witnesses = [
      witness(
        'copies',
        copies.reduce((sum, count) => sum + count, 0),
      ),
    ]
    const was = `${copies.join()} ${left.join()}`
    const options: Readonly<Record<string, string>> = {
      '1,1,1 0,0,0': 'one-message',
      '1,1,1 0,1,1': 'copy-per-queue',
      '2,1,1 0,1,1': 'copy-per-binding',
      '2,1,1 1,1,1': 'copy-per-binding',
    }
    return { option: options[was], said, witnesses }
  },
}

async function heldIn(lab: Lab): Promise<number[]> {
  const counts = await Promise.all(queues.map((queue) => countsIn(lab, queue)))
  return counts.map((count) => (count === undefined ? 0 : count.ready + count.unacked))
}
