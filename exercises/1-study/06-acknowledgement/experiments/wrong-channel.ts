/** A payment is delivered on one channel and acknowledged on another one of the same connection. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly delivered: number
  readonly unacked: number
  /** The reply code with which the acknowledging channel was closed; 0 when it was not. */
  readonly closedWith: number
  /** Whether the channel that delivered still answers. */
  readonly deliveringLives: boolean
}

export const experiment: Experiment<Seen> = {
  name: 'wrong-channel',
  place: 3,
  needs: ['inspect'],
  shows: text(
    'an ack on another channel closes that channel with 406 and leaves the message unacked where it was delivered',
    'ack trên channel khác làm channel đó bị đóng với 406, còn message vẫn unacked ở channel đã giao nó',
  ),
  question: {
    kind: 'choice',
    id: 'wrong-channel',
    item: 'study-06.4',
    ask: text(
      'One connection, two channels. A payment is delivered on channel A with delivery tag 1. The handler acks it on channel B. What happens?',
      'Một kết nối, hai channel. Thanh toán được giao trên channel A với delivery tag 1. Handler ack nó trên channel B. Chuyện gì xảy ra?',
    ),
    options: [
      {
        id: 'acked',
        text: text(
          'It is acknowledged: both channels belong to one connection',
          'Message được ack: cả hai channel cùng một kết nối',
        ),
        why: text(
          'A delivery tag counts the deliveries of its channel. "1 on B" would be the first message that B was given, and B was given none.',
          'Delivery tag đếm số lần giao của chính channel đó. "1 trên B" là message đầu tiên B nhận được, mà B chưa nhận gì.',
        ),
      },
      {
        id: 'ignored',
        text: text('Nothing: an unknown tag is ignored', 'Không có gì: tag lạ thì bỏ qua'),
        why: text(
          'An unknown tag means that client and broker count differently, and after that no ack could be trusted. So the channel is closed.',
          'Tag lạ nghĩa là client và broker đếm lệch nhau, và từ đó không ack nào còn tin được. Nên channel bị đóng.',
        ),
      },
      {
        id: 'b-closes',
        text: text(
          'B is closed with 406; on A the payment is still unacked',
          'B bị đóng với 406; trên A thanh toán vẫn unacked',
        ),
        why: text(
          'PRECONDITION_FAILED - unknown delivery tag 1. Had B held messages of its own, all of them would have gone back to the queue with it.',
          'PRECONDITION_FAILED - unknown delivery tag 1. Nếu B đang giữ message của riêng nó thì tất cả cũng trở về queue.',
        ),
      },
      {
        id: 'connection-closes',
        text: text('The whole connection is closed', 'Cả kết nối bị đóng'),
        why: text(
          'A wrong tag is a channel error. Connection errors are for what makes the stream itself unreadable, such as a broken frame.',
          'Tag sai là lỗi ở mức channel. Lỗi mức kết nối dành cho thứ làm hỏng chính dòng dữ liệu, ví dụ frame hỏng.',
        ),
      },
    ],
    answer: 'b-closes',
  },
  async scenario(lab: Lab) {
    await declare(lab, { queues: { payments: {} } })
    const [event] = paymentEvents(lab, 1)
    if (event === undefined) throw new Error('no payment was made up')
    await (await openProducer(lab)).publish({ exchange: '', routingKey: 'payments', event })
    const connection = await lab.client('consumer')
    const [delivering, other] = [await connection.createChannel(), await connection.createChannel()]
    let closedWith = 0
    other.on('error', (error: { code?: number }) => {
      closedWith = error.code ?? 0
    })
    const queue = lab.name('payments')
    const delivered = await new Promise<Parameters<typeof other.ack>[0]>((resolve, reject) => {
      const given = delivering.consume(queue, (message) => message !== null && resolve(message))
      given.catch(reject)
    })
    const closed = new Promise<void>((resolve) => {
      other.once('close', () => resolve())
    })
    other.ack(delivered)
    // Either it is closed, or it answers: the ack came before the question.
    await Promise.race([closed, other.checkQueue(queue).catch(() => closed)])
    const deliveringLives = await delivering.checkQueue(queue).then(
      () => true,
      () => false,
    )
    const unacked = (await countsIn(lab, 'payments'))?.unacked ?? 0
    return { delivered: 1, unacked, closedWith, deliveringLives }
  },
  came({ delivered, unacked, closedWith, deliveringLives }) {
    const said = text(
      `channel B ${closedWith === 0 ? 'is open' : `closed with ${closedWith}`}, channel A ${deliveringLives ? 'answers' : 'is closed'}, ${unacked} unacked`,
      `channel B ${closedWith === 0 ? 'còn mở' : `bị đóng với ${closedWith}`}, channel A ${deliveringLives ? 'còn trả lời' : 'bị đóng'}, ${unacked} unacked`,
    )
    const witnesses = [witness('delivered', delivered)]
    if (!deliveringLives) return { option: 'connection-closes', said, witnesses }
    if (closedWith === 406 && unacked === 1) return { option: 'b-closes', said, witnesses }
    return { option: unacked === 0 ? 'acked' : 'ignored', said, witnesses }
  },
}
