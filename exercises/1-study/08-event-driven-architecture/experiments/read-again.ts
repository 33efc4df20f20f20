/** A service rebuilds its sums by reading the topic again, with a handler that also sends receipts. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { joinGroup, openKafkaProducer } from '#lab/study/kafka-moves'
import { paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'
import { startService } from './neighbours/service.ts'

interface Seen {
  readonly payments: number
  readonly isSumRight: boolean
  readonly receiptsAfterRebuild: number
  /** How many more went out when the projection alone read it all once more. */
  readonly receiptsOfProjection: number
}

const payments = 5

export const experiment: Experiment<Seen> = {
  name: 'read-again',
  place: 4,
  brokers: { kafka: 1 },
  shows: text(
    'a replay runs whatever the handler does: sums come out the same, receipts go out again',
    'replay chạy lại mọi thứ handler làm: tổng ra như cũ, còn biên nhận bị gửi lần nữa',
  ),
  question: {
    kind: 'choice',
    id: 'read-again',
    item: 'study-08.6',
    ask: text(
      'A handler adds each payment to a table of sums and sends a receipt through the mail service. It has handled five. The table is emptied and rebuilt: a new group reads the topic from its beginning with the same handler. What holds afterwards?',
      'Handler cộng mỗi thanh toán vào bảng tổng và gửi biên nhận qua mail service. Nó đã xử lý năm cái. Bảng được xoá và dựng lại: một group mới đọc topic từ đầu với cùng handler đó. Sau đó thế nào?',
    ),
    options: [
      {
        id: 'five-receipts',
        text: text(
          'The sum is right, five receipts in all: they are marked as sent in the topic',
          'Tổng đúng, tất cả năm biên nhận: trong topic đã đánh dấu là gửi rồi',
        ),
        why: text(
          'A topic notes nothing about what readers did. The new group has no commits, so for it everything is new.',
          'Topic không ghi gì về việc bên đọc đã làm. Group mới chưa commit gì, nên với nó mọi thứ đều mới.',
        ),
      },
      {
        id: 'ten-receipts',
        text: text('The sum is right, ten receipts in all', 'Tổng đúng, tất cả mười biên nhận'),
        why: text(
          'The table could be emptied, the mail could not. What computes from events may run any number of times; what tells somebody outside belongs in another consumer, which is never replayed.',
          'Bảng thì xoá được, thư đã gửi thì không. Phần tính từ event chạy lại bao nhiêu lần cũng được; phần báo ra bên ngoài phải nằm ở consumer khác, không bao giờ replay.',
        ),
      },
      {
        id: 'double-sum',
        text: text('The sum is doubled, ten receipts in all', 'Tổng bị gấp đôi, tất cả mười biên nhận'),
        why: text(
          'It would be, had nobody emptied the table. A rebuild starts from nothing; that is why it comes to the same.',
          'Sẽ vậy nếu không xoá bảng. Dựng lại là bắt đầu từ số không, nên kết quả mới như cũ.',
        ),
      },
    ],
    answer: 'ten-receipts',
  },
  async scenario(lab: Lab) {
    const mail = await startService(lab)
    await lab.kafka.observer.createTopic(lab.name('payments'))
    const producer = await openKafkaProducer(lab)
    const amounts = paymentEvents(lab, payments).map((_, at) => (at + 1) * 10_000)
    const right = amounts.reduce((sum, amount) => sum + amount, 0)
    for (const amount of amounts)
      await producer.send({
        topic: lab.name('payments'),
        acks: -1,
        messages: [{ key: 'wallet-1', value: JSON.stringify({ amount }) }],
      })

    const database = lab.openDatabase('sums')
    database.exec('CREATE TABLE payment (at INTEGER, amount INTEGER)')
    const add = database.prepare('INSERT INTO payment VALUES (?, ?)')
    const sum = (): number => Number(database.prepare('SELECT sum(amount) FROM payment').pluck().get())
    const read = async (group: string, withReceipts: boolean): Promise<void> => {
      const member = await joinGroup(lab, {
        topic: 'payments',
        group,
        async before({ offset, value }) {
          add.run(offset, (JSON.parse(value) as { amount: number }).amount)
          if (withReceipts) await mail.call()
        },
      })
      await member.has(payments)
      await member.leave()
    }
    await read('sums', true)
    const isRightFirst = sum() === right
    lab.say(
      'The table is emptied; a new group reads from the beginning.',
      'Bảng được xoá; một group mới đọc từ đầu.',
    )
    database.exec('DELETE FROM payment')
    await read('sums-rebuilt', true)
    const isSumRight = isRightFirst && sum() === right
    const receiptsAfterRebuild = mail.calls
    lab.say('Once more, the projection alone.', 'Thêm lần nữa, chỉ có projection.')
    database.exec('DELETE FROM payment')
    await read('sums-alone', false)
    return {
      payments,
      isSumRight: isSumRight && sum() === right,
      receiptsAfterRebuild,
      receiptsOfProjection: mail.calls - receiptsAfterRebuild,
    }
  },
  came({ payments: all, isSumRight, receiptsAfterRebuild, receiptsOfProjection }) {
    const said = text(
      `the sum is ${isSumRight ? 'right each time' : 'wrong'}; ${receiptsAfterRebuild} receipts after the rebuild, ${receiptsOfProjection} more when the projection read alone`,
      `tổng ${isSumRight ? 'lần nào cũng đúng' : 'sai'}; ${receiptsAfterRebuild} biên nhận sau khi dựng lại, thêm ${receiptsOfProjection} khi chỉ có projection đọc`,
    )
    const witnesses = [witness('payments', all), witness('receipts', receiptsAfterRebuild)]
    if (receiptsOfProjection !== 0) return { option: undefined, said, witnesses }
    if (!isSumRight) return { option: 'double-sum', said, witnesses }
    return {
      option: { [all]: 'five-receipts', [2 * all]: 'ten-receipts' }[receiptsAfterRebuild],
      said,
      witnesses,
    }
  },
}
