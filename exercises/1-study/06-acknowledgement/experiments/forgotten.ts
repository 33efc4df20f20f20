/** A handler forgets the ack for every fourth payment. Nothing fails; when does it stand still? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly sent: number
  readonly handled: number
  readonly waiting: number
  readonly isConnected: boolean
}

const sent = 12
const prefetch = 2
const forgetsEvery = 4

export const experiment: Experiment<Seen> = {
  name: 'forgotten',
  place: 2,
  needs: ['inspect'],
  shows: text(
    'a forgotten ack keeps its place of the prefetch for ever: when all places are taken the consumer stands still, connected and without an error',
    'ack bị quên chiếm mãi một chỗ của prefetch: hết chỗ thì consumer đứng yên, vẫn kết nối và không lỗi gì',
  ),
  question: {
    kind: 'choice',
    id: 'forgotten',
    item: 'study-06.5',
    ask: text(
      'Twelve payments, prefetch 2. The handler returns early for every fourth payment and forgets the ack. How many payments does it handle before it stands still?',
      'Mười hai thanh toán, prefetch 2. Cứ tới thanh toán thứ tư handler lại return sớm và quên ack. Nó xử lý được bao nhiêu thanh toán rồi đứng yên?',
    ),
    options: [
      {
        id: 'all',
        text: text(
          '12: after a while the broker takes the forgotten ones back',
          '12: một lúc sau broker tự lấy lại các message bị quên',
        ),
        why: text(
          'The broker can’t tell forgetting from working. It waits for the ack timeout, 30 minutes by default, and then closes the whole channel.',
          'Broker không phân biệt được quên với đang làm. Nó chờ tới ack timeout, mặc định 30 phút, rồi đóng cả channel.',
        ),
      },
      {
        id: 'four',
        text: text('4: the first missing ack stops the queue', '4: thiếu ack đầu tiên là queue dừng'),
        why: text(
          'A queue does not wait for one ack after the other. One of two places is taken, and the other still goes round.',
          'Queue không chờ lần lượt từng ack. Mới mất một trong hai chỗ, chỗ kia vẫn quay vòng.',
        ),
      },
      {
        id: 'eight',
        text: text('8', '8'),
        why: text(
          'Payments 4 and 8 hold both places. Connection and heartbeat are fine, the log is empty, and four payments wait. On a dashboard: unacked equals prefetch and never moves.',
          'Thanh toán 4 và 8 chiếm cả hai chỗ. Kết nối và heartbeat vẫn tốt, log trống, còn bốn thanh toán nằm chờ. Trên dashboard: unacked bằng prefetch và không nhúc nhích.',
        ),
      },
      {
        id: 'nine',
        text: text('9: the three without an ack are skipped', '9: bỏ qua ba cái không được ack'),
        why: text(
          'Nothing is skipped: the handler has seen the forgotten ones, it has only not said so. What counts is how many places they hold.',
          'Không có gì bị bỏ qua: handler đã xử lý các cái bị quên, chỉ là không báo. Điều quyết định là chúng chiếm bao nhiêu chỗ.',
        ),
      },
    ],
    answer: 'eight',
  },
  async scenario(lab: Lab) {
    await declare(lab, { queues: { payments: {} } })
    const producer = await openProducer(lab)
    for (const event of paymentEvents(lab, sent))
      await producer.publish({ exchange: '', routingKey: 'payments', event })
    const consumer = await openConsumer(lab, { queue: 'payments', prefetch })
    let handled = 0
    let forgotten = 0
    const handleAll = (): void => {
      for (; handled < consumer.deliveries.length; handled++) {
        if ((handled + 1) % forgetsEvery === 0) forgotten += 1
        else consumer.ack(consumer.deliveries[handled])
      }
    }
    // It stands still when the broker counts as unacked what was forgotten, and that fills the prefetch.
    await lab.until(
      text('the consumer never stood still', 'consumer không hề đứng yên'),
      async () => {
        handleAll()
        if (handled === sent) return true
        const counts = await countsIn(lab, 'payments')
        const isFull = forgotten === prefetch && counts?.unacked === prefetch
        return isFull && counts.ready + handled === sent
      },
      { whose: 'lab', everyMs: 15 },
    )
    const isConnected = await consumer.told().then(
      () => true,
      () => false,
    )
    const counts = await countsIn(lab, 'payments')
    return { sent, handled, waiting: counts?.ready ?? 0, isConnected }
  },
  came({ sent: all, handled, waiting, isConnected }) {
    const said = text(
      `${handled} of ${all} handled, ${waiting} wait${isConnected ? ', and the channel still answers' : ''}`,
      `xử lý ${handled} trên ${all}, ${waiting} đang chờ${isConnected ? ', và channel vẫn trả lời' : ''}`,
    )
    const option = { 12: 'all', 4: 'four', 8: 'eight', 9: 'nine' }[handled]
    return { option, said, witnesses: [witness('handled', handled)] }
  },
}
