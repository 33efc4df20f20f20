/** A charge is compensated by a command that is delivered twice, to a ledger that knows repeats and to one that doesn't. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly deliveries: number
  readonly withKey: Books
  readonly withoutKey: Books
}

interface Books {
  readonly entries: number
  readonly sum: number
}

const amount = 42_000

export const experiment: Experiment<Seen> = {
  name: 'undone',
  place: 4,
  shows: text(
    'a compensation adds an entry that reverses and erases nothing; delivered twice it reverses twice, unless its key is remembered',
    'bù trừ thêm một bút toán ngược và không xoá gì; giao hai lần thì ngược hai lần, trừ khi nhớ key của nó',
  ),
  question: {
    kind: 'choice',
    id: 'undone',
    item: 'study-10.5',
    ask: text(
      'A ledger has booked −42,000 for a payment. The saga compensates: the command "refund" is delivered twice, since the first ack was lost. Ledger A has a unique key on (payment, kind), ledger B has none. How many entries has each, and what do they add up to?',
      'Ledger đã ghi −42.000 cho một thanh toán. Saga bù trừ: command "refund" được giao hai lần vì mất ack lần đầu. Ledger A có unique key trên (payment, kind), ledger B không có. Mỗi bên có mấy bút toán, cộng lại bao nhiêu?',
    ),
    options: [
      {
        id: 'erased',
        text: text(
          'None, sum 0, in both: the charge is undone',
          'Cả hai không còn bút toán nào, tổng 0: đã hoàn tác',
        ),
        why: text(
          'A rollback leaves nothing behind. A compensation comes later, when the customer has seen the charge and reports have counted it: it is a second fact.',
          'Rollback thì không để lại gì. Bù trừ tới sau, khi khách đã thấy khoản trừ và báo cáo đã tính nó: đây là một sự việc thứ hai.',
        ),
      },
      {
        id: 'two-three',
        text: text('A: 2, sum 0; B: 3, sum +42,000', 'A: 2, tổng 0; B: 3, tổng +42.000'),
        why: text(
          'Compensations are messages like any other and come at least once. They need a key even more than actions do: money given back twice is rarely returned.',
          'Bù trừ cũng là message như mọi message, tới ít nhất một lần. Nó cần key còn hơn cả hành động: tiền trả lại hai lần thì hiếm ai gửi lại.',
        ),
      },
      {
        id: 'two-two',
        text: text(
          '2, sum 0, in both: the second delivery is marked as redelivered',
          'Cả hai 2 bút toán, tổng 0: lần giao sau có cờ redelivered',
        ),
        why: text(
          'The flag tells that it was sent before, not that it was done. Ledger B books what it is given.',
          'Cờ chỉ nói từng được gửi, không nói đã làm. Ledger B được giao gì ghi nấy.',
        ),
      },
    ],
    answer: 'two-three',
  },
  async scenario(lab: Lab) {
    const [event] = paymentEvents(lab, 1)
    if (event === undefined) throw new Error('no payment was made up')
    let deliveries = 0
    const compensated = async (queue: string, key: string): Promise<Books> => {
      await declare(lab, { queues: { [queue]: {} } })
      const database = lab.openDatabase(queue)
      database.exec(`CREATE TABLE entry (payment TEXT, kind TEXT, amount INTEGER${key})`)
      const enter = database.prepare('INSERT INTO entry VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      enter.run(event.subject, 'charge', -amount)
      await (await openProducer(lab)).publish({ exchange: '', routingKey: queue, event })
      // The first one books and loses its connection before the ack, the second one is given the command again.
      for (const isCutOff of [true, false]) {
        const ledger = await openConsumer(lab, { queue })
        await ledger.has(1)
        for (const delivery of ledger.deliveries) {
          deliveries += 1
          enter.run(event.subject, 'refund', amount)
          if (!isCutOff) ledger.ack(delivery)
        }
        if (isCutOff) await ledger.close()
        else await ledger.told()
      }
      return database
        .prepare('SELECT count(*) AS entries, coalesce(sum(amount), 0) AS sum FROM entry')
        .get() as Books
    }
    const withKey = await compensated('ledger-a', ', UNIQUE (payment, kind)')
    const withoutKey = await compensated('ledger-b', '')
    return { deliveries, withKey, withoutKey }
  },
  came({ deliveries, withKey, withoutKey }) {
    const said = text(
      `A: ${withKey.entries} entries, sum ${withKey.sum}; B: ${withoutKey.entries} entries, sum ${withoutKey.sum}`,
      `A: ${withKey.entries} bút toán, tổng ${withKey.sum}; B: ${withoutKey.entries} bút toán, tổng ${withoutKey.sum}`,
    )
    const options: Readonly<Record<string, string>> = {
      '0,0': 'erased',
      '2,3': 'two-three',
      '2,2': 'two-two',
    }
    return {
      option: options[`${withKey.entries},${withoutKey.entries}`],
      said,
      witnesses: [witness('deliveries', deliveries)],
    }
  },
}
