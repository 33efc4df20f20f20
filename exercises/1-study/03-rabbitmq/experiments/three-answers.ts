/** A consumer's three answers: ack, nack with requeue, nack without. Where is each message then? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly delivered: number
  /** Numbers of the messages found, with those flagged as redelivered. */
  readonly inWork: readonly number[]
  readonly redelivered: readonly number[]
  readonly inDead: readonly number[]
}

export const experiment: Experiment<Seen> = {
  name: 'three-answers',
  place: 3,
  shows: text(
    'an ack deletes, a nack with requeue puts back as redelivered, a nack without sends to the dead letters',
    'ack thì xoá, nack có requeue thì trả lại kèm cờ redelivered, nack không requeue thì chuyển vào dead letter',
  ),
  question: {
    kind: 'choice',
    id: 'three-answers',
    item: 'study-03.7',
    ask: text(
      'A work queue has a dead letter exchange, which leads to a queue "dead". A consumer acks message 1, nacks 2 with requeue and 3 without, and leaves. Where are they?',
      'Work queue có dead letter exchange dẫn tới queue "dead". Consumer ack message 1, nack message 2 có requeue, nack message 3 không requeue, rồi rời đi. Chúng ở đâu?',
    ),
    options: [
      {
        id: 'each-elsewhere',
        text: text(
          '1 nowhere, 2 in work (redelivered), 3 in dead',
          '1 không còn, 2 ở work (redelivered), 3 ở dead',
        ),
        why: text(
          'Three answers, three ways: forget it, give it to somebody again, put it out. Without a dead letter exchange the third way would be the first: gone.',
          'Ba câu trả lời, ba lối: quên đi, giao lại cho ai đó, đưa ra ngoài. Không có dead letter exchange thì lối thứ ba cũng là mất.',
        ),
      },
      {
        id: 'nacks-to-dead',
        text: text(
          '1 nowhere, 2 and 3 in dead: both were refused',
          '1 không còn, 2 và 3 ở dead: cả hai đều bị từ chối',
        ),
        why: text(
          'requeue is the difference: with it a refusal means "not me, not now", and the message stays in line for whoever comes next.',
          'Khác nhau ở requeue: có nó thì từ chối nghĩa là "không phải tôi, không phải lúc này", message vẫn xếp hàng cho bên kế tiếp.',
        ),
      },
      {
        id: 'dead-needs-limit',
        text: text(
          '1 nowhere, 2 and 3 in work: dead takes them only after the delivery limit',
          '1 không còn, 2 và 3 ở work: hết delivery limit mới vào dead',
        ),
        why: text(
          'The delivery limit is for messages that keep coming back. A nack without requeue is a decision and takes effect at once.',
          'Delivery limit dành cho message cứ quay lại mãi. Nack không requeue là một quyết định và có hiệu lực ngay.',
        ),
      },
    ],
    answer: 'each-elsewhere',
  },
  async scenario(lab: Lab) {
    await declare(lab, {
      exchanges: { payments: 'direct', dlx: 'fanout' },
      queues: {
        work: {
          arguments: { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': lab.name('dlx') },
          bindings: [['payments', 'payment.requested']],
        },
        dead: { bindings: [['dlx', '']] },
      },
    })
    const producer = await openProducer(lab)
    const events = paymentEvents(lab, 3)
    for (const event of events) {
      await producer.publish({ exchange: 'payments', routingKey: 'payment.requested', event })
    }
    const consumer = await openConsumer(lab, { queue: 'work', prefetch: 3 })
    await consumer.has(3)
    // It takes no more, or what it puts back would come to it again.
    await consumer.channel.cancel(consumer.tag)
    const [first, second, third] = consumer.deliveries
    consumer.ack(first)
    if (second !== undefined) consumer.channel.nack(second.message, false, true)
    if (third !== undefined) consumer.channel.nack(third.message, false, false)
    await consumer.told()
    await consumer.close()
    const numbers = (ids: readonly (string | undefined)[]): number[] =>
      ids.map((id) => events.findIndex((event) => event.id === id) + 1)
    const work = await lab.observer.takeAll(lab.name('work'))
    const dead = await lab.observer.takeAll(lab.name('dead'))
    return {
      delivered: consumer.deliveries.length,
      inWork: numbers(work.map(({ messageId }) => messageId)),
      redelivered: numbers(work.filter(({ redelivered }) => redelivered).map(({ messageId }) => messageId)),
      inDead: numbers(dead.map(({ messageId }) => messageId)),
    }
  },
  came({ delivered, inWork, redelivered, inDead }) {
    const list = (numbers: readonly number[]): string => numbers.join(' and ') || '-'
    const said = text(
      `work: ${list(inWork)} (redelivered: ${list(redelivered)}); dead: ${list(inDead)}`,
      `work: ${list(inWork)} (redelivered: ${list(redelivered)}); dead: ${list(inDead)}`,
    )
    const options: Readonly<Record<string, string>> = {
      '2/2/3': 'each-elsewhere',
      '//2,3': 'nacks-to-dead',
      '2,3/2,3/': 'dead-needs-limit',
    }
    return {
      option: options[[inWork, redelivered, inDead].map((numbers) => numbers.join()).join('/')],
      said,
      witnesses: [witness('delivered', delivered)],
    }
  },
}
