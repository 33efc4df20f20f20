/** A group commits the offset of the record it has processed, instead of the next: what does a restart read? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { joinGroup, openKafkaProducer } from '#lab/study/kafka-moves'
import { paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly processed: number
  readonly committed: number | undefined
  /** Offsets of old records that the group read after its restart, before the new one. */
  readonly again: readonly number[]
  /** The offset of the one record that was sent while the group was away, if it was read. */
  readonly fresh: number | undefined
}

export const experiment: Experiment<Seen> = {
  name: 'one-too-few',
  place: 3,
  brokers: { kafka: 1 },
  shows: text(
    'a committed offset is the next to be read: whoever commits the last one reads it again at each restart',
    'offset đã commit là cái sẽ đọc tiếp: ai commit cái cuối cùng thì mỗi lần khởi động lại đọc lại nó',
  ),
  question: {
    kind: 'choice',
    id: 'one-too-few',
    item: 'study-02.6',
    ask: text(
      'A consumer has processed the records at offsets 0, 1 and 2 and committed 2, "the last one that I have done". It restarts; meanwhile a record came at offset 3. What does it read?',
      'Consumer đã xử lý record ở offset 0, 1, 2 và commit 2, "cái cuối cùng tôi đã làm". Nó khởi động lại; trong lúc đó có thêm record ở offset 3. Nó đọc gì?',
    ),
    options: [
      {
        id: 'three',
        text: text('3: it goes on behind what it committed', '3: nó đọc tiếp sau cái đã commit'),
        why: text(
          'For that the commit would have to mean "done up to here". It means "begin here": commit 3 to begin at 3.',
          'Muốn vậy commit phải có nghĩa "đã xong tới đây". Thực ra nó nghĩa là "bắt đầu từ đây": commit 3 thì mới bắt đầu ở 3.',
        ),
      },
      {
        id: 'two-and-three',
        text: text('2 and 3: the last payment once more', '2 và 3: thanh toán cuối thêm một lần nữa'),
        why: text(
          'The committed offset is the position of the next read. Committed without + 1, each restart processes one record twice, which no test without a restart sees.',
          'Offset đã commit là vị trí của lần đọc kế tiếp. Commit mà không + 1 thì mỗi lần khởi động lại xử lý trùng một record, test nào không khởi động lại thì không thấy.',
        ),
      },
      {
        id: 'from-the-start',
        text: text('0 to 3: the commit was lost with the consumer', 'Từ 0 đến 3: commit mất theo consumer'),
        why: text(
          'Commits are kept by the group’s coordinator, not by the member. Without any commit the group would begin where fromBeginning says.',
          'Commit do coordinator của group giữ, không phải member. Chưa có commit nào thì group mới bắt đầu theo fromBeginning.',
        ),
      },
    ],
    answer: 'two-and-three',
  },
  async scenario(lab: Lab) {
    const topic = lab.name('payments')
    await lab.kafka.observer.createTopic(topic)
    const producer = await openKafkaProducer(lab)
    const [fourth, ...first] = paymentEvents(lab, 4).toReversed()
    const send = (event: unknown) =>
      producer.send({ topic, acks: -1, messages: [{ key: 'wallet-1', value: JSON.stringify(event) }] })
    for (const event of first) await send(event)
    const before = await joinGroup(lab, {
      topic: 'payments',
      group: 'ledger',
      commits: ({ offset }) => offset,
    })
    await before.has(3)
    const isCommitted = async (): Promise<boolean> =>
      (await lab.kafka.committed(lab.name('ledger'), topic)) === 2
    await lab.until(text('nothing was committed', 'chưa commit gì'), isCommitted, { whose: 'lab' })
    await before.leave()
    await send(fourth)
    lab.say('The consumer starts again.', 'Consumer khởi động lại.')
    const after = await joinGroup(lab, { topic: 'payments', group: 'ledger' })
    await lab.until(
      text('the new record was not read', 'chưa đọc tới record mới'),
      () => after.records.some(({ offset }) => offset === 3),
      { whose: 'lab' },
    )
    return {
      processed: before.records.length,
      committed: 2,
      again: after.records.filter(({ offset }) => offset < 3).map(({ offset }) => offset),
      fresh: after.records.find(({ offset }) => offset === 3)?.offset,
    }
  },
  came({ processed, again, fresh }) {
    const list = [...again, ...(fresh === undefined ? [] : [fresh])].join(', ')
    const options: Readonly<Record<string, string>> = {
      '3': 'three',
      '2, 3': 'two-and-three',
      '0, 1, 2, 3': 'from-the-start',
    }
    return {
      option: options[list],
      said: text(`after the restart it read ${list}`, `sau khi khởi động lại nó đọc ${list}`),
      witnesses: [witness('processed', processed)],
    }
  },
}
