/** A dead letter is sent again after a weekend, and the wallet remembers for a day. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'
import { openBooks } from './wallet/books.ts'

interface Seen {
  readonly redriven: number
  readonly withinADay: number
  readonly afterTheWeekend: number
}

const hourMs = 3_600_000
const rememberedMs = 24 * hourMs
const weekendMs = 62 * hourMs

export const experiment: Experiment<Seen> = {
  name: 'short-memory',
  place: 4,
  shows: text(
    'a note that is forgotten before the last copy comes protects from nothing',
    'dấu bị quên trước khi bản cuối cùng tới thì không bảo vệ được gì',
  ),
  question: {
    kind: 'choice',
    id: 'short-memory',
    item: 'study-12.4',
    ask: text(
      'The wallet forgets ids after 24 hours. On Friday evening it books a payment, dies before the ack, and the second delivery is put aside by hand in a queue. Operations sends it again on Monday morning, 62 hours later. Another payment of the same kind is sent again after 2 hours. How often is each booked?',
      'Ví quên id sau 24 giờ. Tối thứ sáu nó ghi sổ một thanh toán, chết trước khi ack, và lần giao thứ hai bị gạt tay vào một queue. Sáng thứ hai, 62 giờ sau, operations gửi lại. Một thanh toán khác cũng vậy nhưng được gửi lại sau 2 giờ. Mỗi thanh toán được ghi sổ mấy lần?',
    ),
    options: [
      {
        id: 'once-each',
        text: text('Once each: both have the id they always had', 'Mỗi cái một lần: cả hai vẫn giữ id cũ'),
        why: text(
          'The id is right, but a memory is needed on the other side too. After 24 hours the wallet has none.',
          'Id thì đúng, nhưng phía bên kia cũng phải còn nhớ. Sau 24 giờ ví không còn nhớ gì.',
        ),
      },
      {
        id: 'monday-twice',
        text: text(
          'The one after 2 hours once, the one of Monday twice',
          'Cái sau 2 giờ một lần, cái sáng thứ hai hai lần',
        ),
        why: text(
          'The note must outlive the latest moment at which a copy can still come: all retries, the time in the dead letter queue, and how long people take to send again.',
          'Dấu phải sống lâu hơn thời điểm muộn nhất còn có thể tới một bản: hết mọi lần retry, thời gian nằm trong dead letter queue, và thời gian người ta chờ rồi mới gửi lại.',
        ),
      },
      {
        id: 'twice-each',
        text: text(
          'Twice each: what is sent again is a new message',
          'Mỗi cái hai lần: gửi lại là message mới',
        ),
        why: text(
          'It would be one if it had got a new id on the way. These kept theirs, and after 2 hours the wallet still knew.',
          'Đúng nếu giữa đường nó được cấp id mới. Ở đây id giữ nguyên, và sau 2 giờ ví vẫn còn nhớ.',
        ),
      },
    ],
    answer: 'monday-twice',
  },
  async scenario(lab: Lab) {
    const books = openBooks(lab.openDatabase('wallet'))
    await declare(lab, { queues: { wallet: {} } })
    const [early, late] = paymentEvents(lab, 2)
    if (early === undefined || late === undefined) throw new Error('no payments were made up')
    let nowMs = 0
    const take = async (): Promise<void> => {
      const wallet = await openConsumer(lab, { queue: 'wallet' })
      await wallet.has(1)
      for (const delivery of wallet.deliveries) {
        books.together(() => {
          books.forgetBefore(nowMs - rememberedMs)
          if (books.note(delivery.id, nowMs)) books.book(delivery.id)
        })
        wallet.ack(delivery)
      }
      await wallet.told()
      await wallet.close()
    }
    const producer = await openProducer(lab)
    const send = async (event: typeof early): Promise<void> => {
      await producer.publish({ exchange: '', routingKey: 'wallet', event })
      await take()
    }
    // Time counts in the wallet's own notes only, so it is its clock that moves.
    const pass = (ms: number): void => {
      nowMs += ms
      const hours = nowMs / hourMs
      lab.say(
        `${hours} hours later, by the wallet’s clock (simulated).`,
        `${hours} giờ sau, theo đồng hồ của ví (mô phỏng).`,
      )
    }
    await send(early)
    await send(late)
    pass(2 * hourMs)
    await send(early)
    pass(weekendMs - 2 * hourMs)
    lab.say('Monday: operations sends the other one again.', 'Thứ hai: operations gửi lại cái còn lại.')
    await send(late)
    return {
      redriven: 2,
      withinADay: books.timesBooked(early.id),
      afterTheWeekend: books.timesBooked(late.id),
    }
  },
  came({ redriven, withinADay, afterTheWeekend }) {
    const said = text(
      `sent again after 2 hours: booked ${withinADay} in all; after 62 hours: ${afterTheWeekend}`,
      `gửi lại sau 2 giờ: ghi sổ tổng cộng ${withinADay} lần; sau 62 giờ: ${afterTheWeekend} lần`,
    )
    const options: Readonly<Record<string, string>> = {
      '1,1': 'once-each',
      '1,2': 'monday-twice',
      '2,2': 'twice-each',
    }
    return {
      option: options[`${withinADay},${afterTheWeekend}`],
      said,
      witnesses: [witness('sent again', redriven)],
    }
  },
}
