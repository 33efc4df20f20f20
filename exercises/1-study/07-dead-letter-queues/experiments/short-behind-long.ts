/** A message that may wait for a second stands behind one that may wait for twenty. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly published: number
  readonly afterFive: number
  /** When the long one has left the wait queue as well. */
  readonly inTheEnd: number
}

export const experiment: Experiment<Seen> = {
  name: 'short-behind-long',
  place: 3,
  needs: ['inspect'],
  shows: text(
    'an expired message leaves a queue only from its head: the short one waits for the long one',
    'message hết hạn chỉ rời queue khi đứng đầu hàng: cái ngắn phải chờ cái dài',
  ),
  question: {
    kind: 'choice',
    id: 'short-behind-long',
    item: 'study-07.3',
    ask: text(
      'Into a wait queue goes first a message with an expiration of 20 seconds, then one of 1 second. Nobody reads the queue; what expires goes to "work". How many are in "work" after 5 seconds, and after 20?',
      'Vào một wait queue trước tiên là message hết hạn sau 20 giây, rồi message hết hạn sau 1 giây. Không ai đọc queue này; hết hạn thì vào "work". Sau 5 giây trong "work" có mấy cái, sau 20 giây có mấy cái?',
    ),
    options: [
      {
        id: 'one-two',
        text: text('1 and 2: each leaves when its time is up', '1 và 2: cái nào tới giờ cái đó đi'),
        why: text(
          'RabbitMQ looks at the head of a queue only. It would have to keep a second order, by time, to do this, and does not.',
          'RabbitMQ chỉ nhìn đầu hàng. Muốn vậy nó phải giữ thêm một thứ tự theo thời gian, mà nó không giữ.',
        ),
      },
      {
        id: 'none-two',
        text: text('0 and 2: the short one waits behind the long one', '0 và 2: cái ngắn chờ sau cái dài'),
        why: text(
          'That is why each delay of a retry needs a queue of its own, in which all wait for the same time.',
          'Vì vậy mỗi khoảng chờ của retry cần một queue riêng, trong đó mọi message chờ bằng nhau.',
        ),
      },
      {
        id: 'none-one',
        text: text(
          '0 and 1: the short one is dropped, it is long past',
          '0 và 1: cái ngắn bị bỏ, vì quá hạn từ lâu',
        ),
        why: text(
          'Late is not lost: when the head is gone, the next one is looked at, found expired, and dead-lettered like the first.',
          'Trễ không phải là mất: đầu hàng đi rồi thì cái sau được xét tới, thấy hết hạn, và cũng được dead-letter như cái đầu.',
        ),
      },
    ],
    answer: 'none-two',
  },
  async scenario(lab: Lab) {
    await declare(lab, {
      queues: {
        wait: { arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': lab.name('work') } },
        work: {},
      },
    })
    const [long, short, marker] = paymentEvents(lab, 3)
    if (long === undefined || short === undefined || marker === undefined)
      throw new Error('no payments were made up')
    const producer = await openProducer(lab)
    await producer.publish({ exchange: '', routingKey: 'wait', event: long, expiration: 20_000 })
    await producer.publish({ exchange: '', routingKey: 'wait', event: short, expiration: 1000 })
    await lab.elapse(5000)
    const afterFive = (await countsIn(lab, 'work'))?.ready ?? 0
    await lab.elapse(14_000)
    // It comes last: whatever has not come before it has been dropped.
    await producer.publish({ exchange: '', routingKey: 'wait', event: marker, expiration: 1 })
    const { deliveries } = await openConsumer(lab, { queue: 'work' })
    const ids = (): string[] => deliveries.map(({ id }) => id)
    await lab.until(
      text('nothing left the wait queue', 'không gì rời wait queue'),
      () => ids().includes(marker.id),
      { whose: 'lab' },
    )
    return { published: 2, afterFive, inTheEnd: ids().indexOf(marker.id) }
  },
  came({ published, afterFive, inTheEnd }) {
    const said = text(
      `in "work" after 5 seconds: ${afterFive}; after 20: ${inTheEnd}`,
      `trong "work" sau 5 giây: ${afterFive}; sau 20 giây: ${inTheEnd}`,
    )
    const options: Readonly<Record<string, string>> = {
      '1,2': 'one-two',
      '0,2': 'none-two',
      '0,1': 'none-one',
    }
    return {
      option: options[`${afterFive},${inTheEnd}`],
      said,
      witnesses: [witness('published', published)],
    }
  },
}
