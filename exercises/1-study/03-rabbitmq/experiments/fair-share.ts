/** Two consumers of one queue, one of which is stuck on its first payment: how many do they get done with a prefetch of 10, and of 1? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

const sent = 12
const prefetches = [10, 1] as const

interface Seen {
  /** Payments that were acknowledged while one consumer was stuck, by prefetch. */
  readonly done: readonly number[]
  /** What the stuck consumer holds then, as the broker counts it. */
  readonly held: readonly number[]
}

export const experiment: Experiment<Seen> = {
  name: 'fair-share',
  place: 6,
  needs: ['inspect'],
  shows: text(
    'a queue deals to its consumers in turn until their prefetch is full: what it has dealt to a slow one waits, though another is idle',
    'queue chia lần lượt cho các consumer tới khi đầy prefetch: phần đã chia cho bên chậm phải chờ, dù bên kia đang rảnh',
  ),
  question: {
    kind: 'choice',
    id: 'fair-share',
    item: 'study-03.8',
    ask: text(
      'Two consumers wait at one queue; twelve payments come. One consumer gets stuck on its first payment, the other acknowledges each at once. How many of the twelve are done while the one is stuck: with a prefetch of 10 each, and with 1 each?',
      'Hai consumer cùng chờ ở một queue; có mười hai thanh toán tới. Một bên kẹt ở thanh toán đầu tiên, bên kia nhận cái nào ack ngay cái nấy. Trong lúc bên này kẹt, bao nhiêu cái đã xong: khi prefetch mỗi bên là 10, và khi là 1?',
    ),
    options: [
      {
        id: 'eleven-eleven',
        text: text(
          '11 and 11: whoever is free gets the next one',
          '11 và 11: bên nào rảnh thì được cái tiếp theo',
        ),
        why: text(
          'The broker does not see who is free, only how many messages a consumer has not answered yet. Below the prefetch it counts as ready for more.',
          'Broker không thấy ai rảnh, chỉ thấy mỗi consumer còn bao nhiêu message chưa trả lời. Dưới prefetch thì với nó bên đó vẫn nhận thêm được.',
        ),
      },
      {
        id: 'six-eleven',
        text: text('6 and 11', '6 và 11'),
        why: text(
          'With 10 the queue deals in turn, six to each, and five wait behind the one that is stuck. With 1 the stuck one holds one, and the other does the rest. The price of 1 is a round trip for each message: slow, uneven work wants a small prefetch, quick work a larger one.',
          'Với 10, queue chia lần lượt mỗi bên sáu cái, và năm cái nằm chờ sau cái bị kẹt. Với 1, bên kẹt chỉ giữ một, bên kia làm hết phần còn lại. Cái giá của 1 là mỗi message một vòng đi về: việc chậm và không đều thì prefetch nhỏ, việc nhanh thì lớn hơn.',
        ),
      },
      {
        id: 'six-six',
        text: text('6 and 6: a queue deals in turn', '6 và 6: queue chia lần lượt'),
        why: text(
          'In turn, but among those whose prefetch is not full. With 1 the stuck consumer is passed over from the second message on.',
          'Lần lượt, nhưng chỉ giữa những bên chưa đầy prefetch. Với 1 thì từ message thứ hai bên kẹt bị bỏ qua.',
        ),
      },
    ],
    answer: 'six-eleven',
  },
  async scenario(lab: Lab) {
    const names = prefetches.map((prefetch) => `prefetch-${prefetch}`)
    await declare(lab, { queues: Object.fromEntries(names.map((name) => [name, {}])) })
    const producer = await openProducer(lab)
    const done: number[] = []
    const held: number[] = []
    for (const [at, prefetch] of prefetches.entries()) {
      const queue = names[at] as string
      const stuck = await openConsumer(lab, { queue, prefetch })
      const quick = await openConsumer(lab, { queue, prefetch })
      let answered = 0
      const answer = (): void => {
        for (; answered < quick.deliveries.length; answered++) quick.ack(quick.deliveries[answered])
      }
      for (const event of paymentEvents(lab, sent))
        await producer.publish({ exchange: '', routingKey: queue, event })
      const isDealt = (): boolean => {
        answer()
        return stuck.deliveries.length + quick.deliveries.length === sent
      }
      const left = text('some payments stayed in the queue', 'còn thanh toán nằm lại trong queue')
      await lab.until(left, isDealt, { whose: 'lab' })
      answer()
      await quick.told()
      done.push(answered)
      const isSettled = async (): Promise<boolean> => {
        const counts = await countsIn(lab, queue)
        return counts?.ready === 0 && counts.unacked === stuck.deliveries.length
      }
      await lab.until(text('an ack did not count', 'có ack chưa được tính'), isSettled, {
        whose: 'lab',
        everyMs: 50,
      })
      held.push(stuck.deliveries.length)
    }
    return { done, held }
  },
  came({ done, held }) {
    const said = text(
      `with a prefetch of ${prefetches.join(' and ')}: ${done.join(' and ')} of ${sent} done, ${held.join(' and ')} held by the stuck one`,
      `với prefetch ${prefetches.join(' và ')}: xong ${done.join(' và ')} trên ${sent}, bên kẹt giữ ${held.join(' và ')}`,
    )
    const options: Readonly<Record<string, string>> = {
      '11,11': 'eleven-eleven',
      '6,11': 'six-eleven',
      '6,6': 'six-six',
    }
    return {
      option: options[done.join()],
      said,
      witnesses: [
        ...done.map((count) => witness('done', count)),
        ...held.map((count) => witness('held', count)),
      ],
    }
  },
}
