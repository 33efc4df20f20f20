/** Q1 on RabbitMQ: six payments, each confirmed by the broker, and each with another rule under which it is kept. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import { countIn } from '#lab/kit/queues'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer, type Publication, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly confirmed: number
  /** The ways in which one was lost. */
  readonly lost: readonly string[]
  readonly kept: readonly string[]
}

const expiresAfterMs = 1000

export const experiment: Experiment<Seen> = {
  name: 'acked-and-lost',
  place: 1,
  shows: text(
    'six payments that the broker has confirmed are lost in six ways, and not one of them by a defect',
    'sáu thanh toán đã được broker confirm bị mất theo sáu cách, và không cách nào là lỗi của broker',
  ),
  question: {
    kind: 'choice',
    id: 'acked-and-lost',
    item: 'review-08.1',
    ask: text(
      'Six payments are published and confirmed: to an exchange without a binding; to a queue that holds one message; to a queue with a TTL of 1 s; as a transient message, before the broker is killed; to a consumer with automatic acks that dies; to a consumer that rejects without requeue. No queue has a dead-letter exchange. How many are lost?',
      'Sáu thanh toán được gửi và đã có confirm: vào exchange không binding; vào queue chỉ chứa một message; vào queue có TTL 1 giây; gửi không persistent rồi broker bị kill; tới consumer ack tự động rồi chết; tới consumer reject không requeue. Không queue nào có dead-letter exchange. Mất mấy cái?',
    ),
    options: [
      {
        id: 'none',
        text: text('None: that is what the confirm is for', 'Không cái nào: confirm sinh ra để làm gì'),
        why: text(
          'The confirm says that the broker has done what its rules ask for. With these rules that includes dropping, expiring and forgetting.',
          'Confirm nói rằng broker đã làm đúng luật. Với các luật này thì bỏ đi, cho hết hạn và quên cũng là đúng luật.',
        ),
      },
      {
        id: 'four',
        text: text(
          'Four: the two that reached a consumer are safe',
          'Bốn: hai cái đã tới consumer thì an toàn',
        ),
        why: text(
          'Delivered is not done. With automatic acks the delivery itself was the ack; and a rejected message without a dead-letter exchange is thrown away.',
          'Đã giao chưa phải đã xong. Với ack tự động thì việc giao chính là ack; còn message bị reject mà không có dead-letter exchange thì bị vứt.',
        ),
      },
      {
        id: 'six',
        text: text('All six', 'Cả sáu'),
        why: text(
          'Each has its own remedy: mandatory, reject-publish, a dead-letter exchange, persistence, manual acks. Together they still leave a disk and a mistake, which is why one compares ids at both ends.',
          'Mỗi cách có thuốc riêng: mandatory, reject-publish, dead-letter exchange, persistent, ack thủ công. Gộp lại vẫn còn ổ đĩa và sai sót con người, nên phải đối soát id ở hai đầu.',
        ),
      },
    ],
    answer: 'six',
  },
  async scenario(lab: Lab) {
    lab.needs('kill', 'inspect')
    await declare(lab, {
      exchanges: { nowhere: 'direct' },
      queues: {
        one: { arguments: { 'x-max-length': 1 } },
        brief: { arguments: { 'x-message-ttl': expiresAfterMs } },
        transient: {},
        automatic: {},
        refused: {},
      },
    })
    const producer = await openProducer(lab)
    const [unbound, pushedOut, newer, expired, transient, automatic, refused] = paymentEvents(lab, 7)
    let confirmed = 0
    const send = async (publication: Omit<Publication, 'event'>, event: typeof unbound): Promise<void> => {
      if (event === undefined) throw new Error('too few payments were made up')
      if ((await producer.publish({ ...publication, event })) === 'confirmed') confirmed += 1
    }
    const to = (routingKey: string) => ({ exchange: '', routingKey })

    await send({ exchange: 'nowhere', routingKey: 'payment.requested' }, unbound)
    await send(to('one'), pushedOut)
    await send(to('one'), newer)
    await send(to('brief'), expired)
    await send({ ...to('transient'), persistent: false }, transient)
    await send(to('automatic'), automatic)
    await send(to('refused'), refused)

    lab.say(
      'A consumer with automatic acks gets its payment and dies.',
      'Consumer ack tự động nhận thanh toán rồi chết.',
    )
    const hasty = await openConsumer(lab, { queue: 'automatic', noAck: true })
    await hasty.has(1)
    await hasty.close()
    const strict = await openConsumer(lab, { queue: 'refused' })
    await strict.has(1)
    for (const { message } of strict.deliveries) strict.channel.reject(message, false)
    await strict.told()
    await strict.close()
    await lab.elapse(expiresAfterMs + 1)
    const brief = await countIn(lab, 'brief')
    lab.say('The broker is killed and started again.', 'Broker bị kill rồi khởi động lại.')
    await lab.killBroker()
    await lab.restartBroker()

    const left = new Map<string, readonly string[]>()
    for (const queue of ['one', 'transient', 'automatic', 'refused'])
      left.set(
        queue,
        (await lab.observer.takeAll(lab.name(queue))).map(({ messageId = '' }) => messageId),
      )
    const has = (queue: string, event: typeof unbound): boolean =>
      left.get(queue)?.includes(event?.id ?? '') ?? false
    const isKept: Readonly<Record<string, boolean>> = {
      // A direct exchange without a binding has no queue in which it could be.
      unbound: [...left.values()].flat().includes(unbound?.id ?? ''),
      'pushed out': has('one', pushedOut),
      expired: brief > 0,
      transient: has('transient', transient),
      'automatic ack': has('automatic', automatic),
      refused: has('refused', refused),
    }
    const names = Object.keys(isKept)
    return {
      // The seventh only pushes another one out.
      confirmed: confirmed - 1,
      lost: names.filter((name) => isKept[name] === false),
      kept: names.filter((name) => isKept[name] === true),
    }
  },
  came({ confirmed, lost, kept }) {
    const said = text(
      `${confirmed} confirmed; lost: ${lost.join(', ') || 'none'}; kept: ${kept.join(', ') || 'none'}`,
      `${confirmed} đã confirm; mất: ${lost.join(', ') || 'không'}; còn: ${kept.join(', ') || 'không'}`,
    )
    const options: Readonly<Record<number, string>> = { 0: 'none', 4: 'four', 6: 'six' }
    return {
      option: confirmed === 6 ? options[lost.length] : undefined,
      said,
      witnesses: [witness('confirmed', confirmed)],
    }
  },
}
