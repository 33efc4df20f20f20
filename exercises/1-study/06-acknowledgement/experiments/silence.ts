/** A consumer takes a payment and says nothing for half an hour, its connection alive all the while. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly delivered: number
  readonly closedEarly: boolean
  readonly closedWith: number
  readonly redelivered: boolean
  readonly dead: number
}

const minuteMs = 60_000

export const experiment: Experiment<Seen> = {
  name: 'silence',
  place: 5,
  needs: ['virtual-time', 'inspect'],
  shows: text(
    'when the ack timeout passes RabbitMQ closes the channel with 406, and the message is delivered again as redelivered',
    'quá ack timeout thì RabbitMQ đóng channel với 406, và message được giao lại kèm cờ redelivered',
  ),
  question: {
    kind: 'choice',
    id: 'silence',
    item: 'study-06.6',
    ask: text(
      'A consumer takes a payment and its handler hangs; connection and heartbeat are fine. The queue has a dead letter exchange, nothing is configured about time. What has happened after 29 minutes, and what after 31?',
      'Consumer nhận một thanh toán rồi handler bị treo; kết nối và heartbeat vẫn tốt. Queue có dead letter exchange, không cấu hình gì về thời gian. Sau 29 phút có gì xảy ra, sau 31 phút thì sao?',
    ),
    options: [
      {
        id: 'nothing',
        text: text(
          'Nothing, and nothing: as long as the heartbeat comes, it is being processed',
          'Không có gì cả: còn heartbeat là còn đang xử lý',
        ),
        why: text(
          'The heartbeat says that the process and the network live. That a handler makes progress nobody says but the ack, and for that the broker has a second limit.',
          'Heartbeat nói process và mạng còn sống. Handler có tiến triển hay không thì chỉ ack mới nói, và broker có một giới hạn thứ hai cho việc đó.',
        ),
      },
      {
        id: 'channel-closed',
        text: text(
          'Nothing; then the channel is closed with 406 and the payment is delivered again',
          'Chưa có gì; rồi channel bị đóng với 406 và thanh toán được giao lại',
        ),
        why: text(
          'Thirty minutes is the default. Everything that this channel held goes back to its queues, and the slow handler, when it ends after all, has nothing left to ack with.',
          'Mặc định là ba mươi phút. Mọi thứ channel này giữ đều trở về queue, còn handler chậm kia nếu cuối cùng có xong thì cũng không còn gì để ack.',
        ),
      },
      {
        id: 'dead',
        text: text(
          'Nothing; then the payment is dead-lettered, for it took too long',
          'Chưa có gì; rồi thanh toán vào dead letter vì quá lâu',
        ),
        why: text(
          'A timeout is no death: rejected, expired, crowded out and returned too often are. It goes back to be tried again, and will hang the next consumer as well.',
          'Timeout không phải là chết: bị reject, hết hạn, bị đẩy ra và trả về quá nhiều lần mới là chết. Nó quay lại để thử tiếp, và sẽ làm treo cả consumer sau.',
        ),
      },
    ],
    answer: 'channel-closed',
  },
  async scenario(lab: Lab) {
    await declare(lab, {
      queues: {
        work: { arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': lab.name('dead') } },
        dead: {},
      },
    })
    const [event] = paymentEvents(lab, 1)
    if (event === undefined) throw new Error('no payment was made up')
    await (await openProducer(lab)).publish({ exchange: '', routingKey: 'work', event })
    const silent = await openConsumer(lab, { queue: 'work' })
    await silent.has(1)
    let closedWith = 0
    silent.channel.on('error', (error: { code?: number }) => {
      closedWith = error.code ?? 0
    })
    await lab.elapse(29 * minuteMs)
    await silent.told()
    const closedEarly = closedWith !== 0
    lab.say('29 minutes: nothing. Two more.', '29 phút: chưa có gì. Thêm hai phút.')
    await lab.elapse(2 * minuteMs)
    // Either it is closed by now, or it answers.
    await silent.told().catch(() => {})
    await lab.settles(() => closedWith !== 0)
    const next = await openConsumer(lab, { queue: 'work' })
    const dead = async (): Promise<number> => (await countsIn(lab, 'dead'))?.ready ?? 0
    if (closedWith !== 0) {
      await lab.until(
        text('the payment is neither delivered nor dead', 'thanh toán không được giao cũng không chết'),
        async () => next.deliveries.length > 0 || (await dead()) > 0,
        { whose: 'lab' },
      )
    }
    const redelivered = next.deliveries[0]?.redelivered ?? false
    return { delivered: silent.deliveries.length, closedEarly, closedWith, redelivered, dead: await dead() }
  },
  came({ delivered, closedEarly, closedWith, redelivered, dead }) {
    const said = text(
      `after 31 minutes the channel is ${closedWith === 0 ? 'open' : `closed with ${closedWith}`}; ${redelivered ? 'the payment was delivered again' : `${dead} in the dead letter queue`}`,
      `sau 31 phút channel ${closedWith === 0 ? 'còn mở' : `bị đóng với ${closedWith}`}; ${redelivered ? 'thanh toán đã được giao lại' : `${dead} trong dead letter queue`}`,
    )
    const witnesses = [witness('delivered', delivered)]
    if (closedEarly) return { option: undefined, said, witnesses }
    if (dead > 0) return { option: 'dead', said, witnesses }
    if (closedWith === 0) return { option: 'nothing', said, witnesses }
    return { option: redelivered && closedWith === 406 ? 'channel-closed' : undefined, said, witnesses }
  },
}
