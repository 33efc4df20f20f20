/** A topic that is compacted: what does somebody find who reads it from the start? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { configureTopic, daysAgo, openKafkaProducer } from '#lab/study/kafka-moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly sent: number
  /** Each record that was left after the first compaction, as `offset wallet=balance`. */
  readonly first: readonly string[]
  /** The same after the next one. */
  readonly second: readonly string[]
}

/** What each wallet's balance became, in turn; nothing says that the wallet is closed (a tombstone). */
const balances = [
  ['wallet-1', '100'],
  ['wallet-2', '50'],
  ['wallet-1', '70'],
  ['wallet-2', null],
  ['wallet-1', '30'],
  // The newest record lies in the segment that is written to, which no compaction touches.
  ['wallet-3', '10'],
] as const

const logged = { 'segment.ms': '1000', 'retention.ms': '-1' }
const compacted = {
  ...logged,
  'cleanup.policy': 'compact',
  'min.cleanable.dirty.ratio': '0.01',
  // From the first compaction that meets a tombstone; the next one then takes it away.
  'delete.retention.ms': '0',
}

export const experiment: Experiment<Seen> = {
  name: 'newest-value',
  place: 9,
  brokers: { kafka: 1 },
  needs: ['inspect', 'tidies'],
  shows: text(
    'compaction keeps the newest value of each key under its old offset; a tombstone stays for a while and then goes with its key',
    'compaction giữ giá trị mới nhất của mỗi key ở offset cũ; tombstone ở lại một thời gian rồi mất cùng key của nó',
  ),
  question: {
    kind: 'choice',
    id: 'newest-value',
    item: 'study-02.10',
    ask: text(
      'A topic with cleanup.policy=compact holds, from offset 0 on: wallet-1=100, wallet-2=50, wallet-1=70, wallet-2=null, wallet-1=30, and behind them newer records of other wallets. It is compacted twice. What does a reader from the start find of wallets 1 and 2?',
      'Topic có cleanup.policy=compact chứa, từ offset 0: wallet-1=100, wallet-2=50, wallet-1=70, wallet-2=null, wallet-1=30, sau đó là record mới hơn của các ví khác. Nó được compact hai lần. Ai đọc từ đầu thì thấy gì của ví 1 và ví 2?',
    ),
    options: [
      {
        id: 'all',
        text: text('All five: a log never changes', 'Cả năm: log không bao giờ thay đổi'),
        why: text(
          'No record is ever altered or moved to another offset, but records do go: by age, by size, or here because a newer one has their key.',
          'Không record nào bị sửa hay đổi offset, nhưng record vẫn bị bỏ: theo tuổi, theo dung lượng, hay như ở đây là vì có cái mới hơn cùng key.',
        ),
      },
      {
        id: 'newest-in-place',
        text: text(
          'wallet-1=30 at offset 4, and nothing of wallet-2',
          'wallet-1=30 ở offset 4, và không còn gì của wallet-2',
        ),
        why: text(
          'Offsets keep their gaps. The null, a tombstone, removes the older values; it stays for delete.retention.ms itself, so that readers who lag behind hear of it, and a later compaction removes it. A topic like that is a table that can be read again, and no history: 100 and 70 are gone.',
          'Offset giữ nguyên, để lại khoảng trống. null là tombstone: nó làm mất các giá trị cũ, còn chính nó ở lại thêm delete.retention.ms để bên đọc chậm kịp biết, rồi lần compact sau mới bỏ. Topic như vậy là một bảng đọc lại được, không phải lịch sử: 100 và 70 đã mất.',
        ),
      },
      {
        id: 'renumbered',
        text: text(
          'wallet-1=30 at offset 0: what is left moves up',
          'wallet-1=30 ở offset 0: phần còn lại dồn lên',
        ),
        why: text(
          'Then every committed offset would point to another record than before. An offset means one record for ever, or none.',
          'Nếu vậy mọi offset đã commit sẽ chỉ sang record khác. Một offset mãi mãi chỉ một record, hoặc không chỉ gì.',
        ),
      },
      {
        id: 'null-is-a-value',
        text: text(
          'wallet-1=30 and wallet-2=null, for ever: null is its newest value',
          'wallet-1=30 và wallet-2=null, mãi mãi: null là giá trị mới nhất của nó',
        ),
        why: text(
          'After the first compaction it is so. For ever would mean that keys never end, and the topic would grow with every wallet that was ever closed.',
          'Sau lần compact đầu thì đúng vậy. Nhưng nếu mãi mãi thì key không bao giờ hết, và topic cứ phình ra theo từng ví đã đóng.',
        ),
      },
    ],
    answer: 'newest-in-place',
  },
  async scenario(lab: Lab) {
    const topic = lab.name('balances')
    // Compacted only once all are there, or a quick cleaner would begin in between.
    await lab.kafka.observer.createTopic(topic, { config: logged })
    const producer = await openKafkaProducer(lab)
    let age = 30
    const send = async (key: string, value: string | null): Promise<void> => {
      // A day younger than the one before, so that each begins a segment and closes the last.
      await producer.send({ topic, acks: -1, messages: [{ key, value, timestamp: daysAgo(age) }] })
      age -= 1
    }
    for (const [key, value] of balances) await send(key, value)
    const left = async (): Promise<string[]> =>
      (await lab.kafka.observer.read(topic)).map(
        ({ offset, key, value }) => `${offset} ${key}=${value?.toString() ?? 'null'}`,
      )
    await configureTopic(lab, 'balances', compacted)
    await lab.kafka.untilTidied(
      text('the topic was not compacted', 'topic chưa được compact'),
      async () => (await left()).length < balances.length,
    )
    const first = await left()
    lab.say(`Compacted: ${first.join(', ')}.`, `Đã compact: ${first.join(', ')}.`)
    // Something new must have come, or there is nothing to clean.
    await send('wallet-3', '20')
    await lab.kafka.untilTidied(
      text('the tombstone stayed', 'tombstone vẫn còn'),
      async () => !(await left()).some((each) => each.endsWith('=null')),
    )
    return { sent: balances.length + 1, first, second: await left() }
  },
  came({ sent, first, second }) {
    const said = text(
      `of ${sent} records: after the first compaction ${first.join(', ')}; after the second ${second.join(', ')}`,
      `trong ${sent} record: sau lần compact đầu còn ${first.join(', ')}; sau lần hai còn ${second.join(', ')}`,
    )
    const witnesses = [witness('left', second.length)]
    const options: Readonly<Record<string, string>> = {
      '0 wallet-1=100,1 wallet-2=50,2 wallet-1=70,3 wallet-2=null,4 wallet-1=30': 'all',
      '4 wallet-1=30': 'newest-in-place',
      '0 wallet-1=30': 'renumbered',
      '3 wallet-2=null,4 wallet-1=30': 'null-is-a-value',
    }
    const ofTwo = second.filter((each) => !each.includes('wallet-3')).join()
    // The tombstone must have been there, or nothing would have told a reader that lags behind.
    const hadTombstone = first.includes('3 wallet-2=null')
    return { option: hadTombstone ? options[ofTwo] : undefined, said, witnesses }
  },
}
