/** A confirm is lost, so the same payment comes twice: what does a consumer with a memory do with the second copy? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'
import { openBooks } from './wallet/books.ts'

interface Seen {
  readonly delivered: number
  readonly booked: number
  readonly waiting: number
  readonly dead: number
}

export const experiment: Experiment<Seen> = {
  name: 'two-copies',
  place: 1,
  needs: ['inspect'],
  shows: text(
    'the second copy of a message is acknowledged like the first and changes nothing in the books',
    'bản thứ hai của một message cũng được ack như bản đầu, và không thay đổi gì trong sổ',
  ),
  question: {
    kind: 'choice',
    id: 'two-copies',
    item: 'study-12.1',
    ask: text(
      'A payment was stored, but its confirm got lost with the connection, so the producer sent it again under the same id. The wallet has noted the id of the first copy. What does it do with the second, and where is that copy in the end?',
      'Một thanh toán đã được lưu, nhưng confirm mất theo kết nối, nên producer gửi lại với cùng id. Ví đã ghi nhớ id của bản đầu. Nó làm gì với bản thứ hai, và cuối cùng bản đó ở đâu?',
    ),
    options: [
      {
        id: 'acked-not-booked',
        text: text('It books nothing and acks: the copy is gone', 'Không ghi sổ, và ack: bản đó biến mất'),
        why: text(
          'What the message asks for has been done, so the honest answer to the broker is "done". Whether it was done by this delivery or by an earlier one is nobody else’s business.',
          'Việc message yêu cầu đã làm xong, nên câu trả lời đúng với broker là "xong". Xong nhờ lần giao này hay lần trước không phải chuyện của ai khác.',
        ),
      },
      {
        id: 'rejected',
        text: text(
          'It rejects the copy, which ends in the dead letter queue',
          'Nó reject bản đó, và bản đó nằm ở dead letter queue',
        ),
        why: text(
          'A dead letter queue is for what somebody has to look at. A duplicate is the normal price of at-least-once delivery; rejecting it wakes people for nothing and hides the letters that matter.',
          'Dead letter queue dành cho thứ cần người xem. Bản trùng là cái giá bình thường của at-least-once; reject nó chỉ đánh thức người ta vô ích và vùi mất những thứ đáng xem.',
        ),
      },
      {
        id: 'requeued',
        text: text(
          'It nacks with requeue, since it did not process it: the copy waits in the queue',
          'Nó nack và requeue vì không xử lý: bản đó chờ trong queue',
        ),
        why: text(
          'Then it comes back at once and is as much a duplicate as before: a loop that never ends.',
          'Vậy thì nó quay lại ngay và vẫn là bản trùng: một vòng lặp không bao giờ dừng.',
        ),
      },
      {
        id: 'booked-twice',
        text: text('It cannot know, and books the payment twice', 'Nó không thể biết, và ghi sổ hai lần'),
        why: text(
          'That is the consumer without a memory. This one has noted the id, and the producer kept the id when it sent again.',
          'Đó là consumer không có trí nhớ. Ở đây nó đã ghi nhớ id, và producer giữ nguyên id khi gửi lại.',
        ),
      },
    ],
    answer: 'acked-not-booked',
  },
  async scenario(lab: Lab) {
    const books = openBooks(lab.openDatabase('wallet'))
    await declare(lab, {
      queues: {
        wallet: {
          arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': lab.name('dead') },
        },
        dead: {},
      },
    })
    const [event] = paymentEvents(lab, 1)
    if (event === undefined) throw new Error('no payment was made up')
    const lost = await lab.place({
      name: 'confirm lost',
      text: text('the confirm is lost with the connection', 'confirm mất theo kết nối'),
      lane: 'producer',
      when: { direction: 'to-client', method: 'basic.ack' },
      what: { kind: 'cut' },
    })
    const producer = await openProducer(lab)
    void producer.publish({ exchange: '', routingKey: 'wallet', event })
    await lab.fired(lost, text('the broker confirmed nothing', 'broker không confirm gì'))
    await (await openProducer(lab)).publish({ exchange: '', routingKey: 'wallet', event })
    const wallet = await openConsumer(lab, { queue: 'wallet' })
    await wallet.has(2)
    for (const delivery of wallet.deliveries) {
      books.together(() => {
        if (books.note(delivery.id)) books.book(delivery.id)
        else lab.say('The second copy: noted already.', 'Bản thứ hai: đã ghi nhớ rồi.')
      })
      wallet.ack(delivery)
    }
    await wallet.told()
    return {
      delivered: wallet.deliveries.length,
      booked: books.timesBooked(event.id),
      waiting: (await countsIn(lab, 'wallet'))?.ready ?? 0,
      dead: (await countsIn(lab, 'dead'))?.ready ?? 0,
    }
  },
  came({ delivered, booked, waiting, dead }) {
    const said = text(
      `delivered ${delivered} times, booked ${booked === 1 ? 'once' : `${booked} times`}; ${waiting} left in the queue, ${dead} dead`,
      `giao ${delivered} lần, ghi sổ ${booked} lần; còn ${waiting} trong queue, ${dead} dead letter`,
    )
    const witnesses = [witness('deliveries', delivered), witness('bookings', booked)]
    if (delivered !== 2) return { option: undefined, said, witnesses }
    if (booked === 2) return { option: 'booked-twice', said, witnesses }
    if (dead > 0) return { option: 'rejected', said, witnesses }
    return { option: waiting > 0 ? 'requeued' : 'acked-not-booked', said, witnesses }
  },
}
