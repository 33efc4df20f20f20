/** The order to charge a card is published like an event, to everybody; then it is sent to one queue. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'
import { startService } from './neighbours/service.ts'

interface Seen {
  readonly commands: number
  readonly asEvent: number
  readonly asCommand: number
}

export const experiment: Experiment<Seen> = {
  name: 'two-takers',
  place: 2,
  needs: ['inspect'],
  shows: text(
    'a command that is published like an event is carried out by everybody who is bound; in one queue it is carried out once',
    'command gửi đi như event thì ai có binding cũng thực hiện; nằm trong một queue thì thực hiện một lần',
  ),
  question: {
    kind: 'choice',
    id: 'two-takers',
    item: 'study-08.2',
    ask: text(
      'The message "charge-card" is published to the exchange of events. The card service has its queue there. A second team tries a new version of the card service beside it, with a queue of its own. How often is the card charged? And how often when both versions read the one queue "charge-card"?',
      'Message "charge-card" được gửi tới exchange của các event. Card service có queue ở đó. Một nhóm khác chạy thử bản mới của card service bên cạnh, với queue riêng. Thẻ bị trừ mấy lần? Còn nếu cả hai bản cùng đọc một queue "charge-card" thì mấy lần?',
    ),
    options: [
      {
        id: 'twice-once',
        text: text('Twice; then once', 'Hai lần; rồi một lần'),
        why: text(
          'Whoever binds a queue gets a copy. For a fact that is right, any number may know it. An order must have exactly one address, so that two readers share it instead of doubling it.',
          'Ai bind queue thì có một bản. Với một sự việc thì đúng, bao nhiêu bên biết cũng được. Mệnh lệnh thì phải có đúng một địa chỉ, để hai bên đọc chia nhau chứ không nhân đôi.',
        ),
      },
      {
        id: 'once-once',
        text: text(
          'Once both times: a broker gives a message to one consumer',
          'Đều một lần: broker giao message cho một consumer',
        ),
        why: text(
          'A queue does. An exchange copies the message to each queue that is bound, and each has its consumer.',
          'Queue thì vậy. Exchange thì chép message vào từng queue được bind, và queue nào cũng có consumer.',
        ),
      },
      {
        id: 'twice-twice',
        text: text('Twice both times: there are two services', 'Đều hai lần: có hai service mà'),
        why: text(
          'Two consumers of one queue share its messages: each message goes to one of them.',
          'Hai consumer của một queue chia nhau message: mỗi message chỉ tới một bên.',
        ),
      },
    ],
    answer: 'twice-once',
  },
  async scenario(lab: Lab) {
    const card = await startService(lab)
    await declare(lab, {
      exchanges: { events: 'fanout' },
      queues: {
        cards: { bindings: [['events', '']] },
        'cards-new': { bindings: [['events', '']] },
        'charge-card': {},
      },
    })
    const [order] = paymentEvents(lab, 1)
    if (order === undefined) throw new Error('no payment was made up')
    const consumers = await Promise.all([
      openConsumer(lab, { queue: 'cards' }),
      openConsumer(lab, { queue: 'cards-new' }),
      openConsumer(lab, { queue: 'charge-card' }),
      openConsumer(lab, { queue: 'charge-card' }),
    ])
    const producer = await openProducer(lab)
    /** Carries out what was delivered, until no queue holds anything. */
    const charges = async (): Promise<number> => {
      const before = card.calls
      await lab.until(
        text('an order was not carried out', 'một lệnh không được thực hiện'),
        async () => {
          for (const consumer of consumers) {
            for (const delivery of consumer.deliveries.slice(taken.get(consumer) ?? 0)) {
              taken.set(consumer, (taken.get(consumer) ?? 0) + 1)
              await card.call()
              consumer.ack(delivery)
            }
          }
          const { queues } = await lab.inspect()
          return card.calls > before && queues.every(({ ready, unacked }) => ready + unacked === 0)
        },
        { whose: 'lab', everyMs: 15 },
      )
      return card.calls - before
    }
    const taken = new Map<(typeof consumers)[number], number>()
    await producer.publish({ exchange: 'events', routingKey: '', event: order })
    const asEvent = await charges()
    lab.say('The same order, now to the one queue.', 'Cũng lệnh đó, giờ gửi vào một queue.')
    await producer.publish({ exchange: '', routingKey: 'charge-card', event: order })
    return { commands: 2, asEvent, asCommand: await charges() }
  },
  came({ commands, asEvent, asCommand }) {
    const said = text(
      `published like an event: charged ${asEvent} times; sent to one queue: ${asCommand}`,
      `gửi như event: trừ thẻ ${asEvent} lần; gửi vào một queue: ${asCommand} lần`,
    )
    const options: Readonly<Record<string, string>> = {
      '2,1': 'twice-once',
      '1,1': 'once-once',
      '2,2': 'twice-twice',
    }
    return { option: options[`${asEvent},${asCommand}`], said, witnesses: [witness('orders', commands)] }
  },
}
