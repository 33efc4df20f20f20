/** A reservation lapses after 15 minutes. One evolve looks at the clock, the other waits for an event that says so. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import { VirtualClock } from '#lab/simulate/clock'
import type { Experiment } from '#lab/study/experiment'
import { text } from '#lab/verdict/language'
import { openEventStore, type StoredEvent } from './wallet/event-store.ts'
import { available, evolve, noWallet, type Wallet, type WalletEvent } from './wallet/wallet.ts'

interface Seen {
  readonly replays: number
  /** What is available, at 10:01 and at 11:00. */
  readonly byClock: readonly number[]
  readonly byEvents: readonly number[]
}

const minuteMs = 60_000
const lapsesAfterMs = 15 * minuteMs
const tenOClock = Date.UTC(2026, 2, 1, 10)

export const experiment: Experiment<Seen> = {
  name: 'twice-replayed',
  place: 5,
  brokers: {},
  shows: text(
    'two replays agree when evolve knows the events alone; one that looks at the clock answers otherwise an hour later',
    'evolve chỉ biết event thì hai lần replay khớp nhau; nhìn đồng hồ thì một giờ sau ra kết quả khác',
  ),
  question: {
    kind: 'choice',
    id: 'twice-replayed',
    item: 'study-09.5',
    ask: text(
      'A wallet: deposited 100,000, reserved 42,000 at 10:00. Reservations lapse after 15 minutes; the job that writes "released" is down. Evolve A leaves out a reservation that is older than 15 minutes by the clock. Evolve B knows nothing but events. The same two events are replayed at 10:01 and at 11:00. What is available?',
      'Một ví: nạp 100.000, giữ chỗ 42.000 lúc 10:00. Giữ chỗ hết hiệu lực sau 15 phút; job ghi event "released" đang sập. Evolve A nhìn đồng hồ, bỏ qua giữ chỗ quá 15 phút. Evolve B chỉ biết event. Replay cùng hai event đó lúc 10:01 và lúc 11:00. Số dư khả dụng?',
    ),
    options: [
      {
        id: 'a-drifts',
        text: text('A 58,000 then 100,000; B 58,000 both times', 'A 58.000 rồi 100.000; B đều 58.000'),
        why: text(
          'A gives two answers for one history. Between them somebody may have captured the payment, and no event says why the money was free. That time has passed is a fact: somebody has to write it down.',
          'A cho hai câu trả lời với cùng một lịch sử. Ở giữa có thể đã có người capture thanh toán đó, và không event nào nói vì sao tiền lại rảnh. Hết giờ cũng là một sự việc: phải có người ghi lại.',
        ),
      },
      {
        id: 'both-same',
        text: text(
          '58,000, then 100,000, for both: the reservation has lapsed',
          'Cả hai 58.000, rồi 100.000: giữ chỗ đã hết hiệu lực',
        ),
        why: text(
          'By agreement it has. In B it lapses when "released" is appended, at one place in the history, for everybody who reads it.',
          'Theo quy định thì đúng. Với B nó chỉ hết khi "released" được append, tại một chỗ trong lịch sử, ai đọc cũng thấy như nhau.',
        ),
      },
      {
        id: 'b-wrong',
        text: text(
          '58,000 for both each time: events do not change',
          'Lần nào cả hai cũng 58.000: event không đổi',
        ),
        why: text(
          'The events don’t; A reads something besides them. Clock, random numbers, exchange rates, a table: each makes the answer depend on when one asks.',
          'Event không đổi; nhưng A còn đọc thứ khác. Đồng hồ, số ngẫu nhiên, tỷ giá, một bảng nào đó: cái nào cũng làm câu trả lời phụ thuộc vào lúc hỏi.',
        ),
      },
    ],
    answer: 'a-drifts',
  },
  async scenario(lab: Lab) {
    const clock = new VirtualClock(tenOClock)
    const store = openEventStore<WalletEvent>(lab.openDatabase('events'))
    store.append('w-1', 0, { type: 'deposited', amount: 100_000 }, { at: clock.now() })
    store.append('w-1', 1, { type: 'reserved', payment: 'p-1', amount: 42_000 }, { at: clock.now() })

    const byClock = (wallet: Wallet, { event, at }: StoredEvent<WalletEvent>): Wallet =>
      event.type === 'reserved' && clock.now() - at > lapsesAfterMs ? wallet : evolve(wallet, event)
    const seen: { byClock: number[]; byEvents: number[] } = { byClock: [], byEvents: [] }
    for (const minutes of [1, 59]) {
      await clock.advance(minutes * minuteMs)
      const events = store.load('w-1')
      seen.byClock.push(available(events.reduce(byClock, noWallet)))
      seen.byEvents.push(available(events.reduce((wallet, { event }) => evolve(wallet, event), noWallet)))
      const time = new Date(clock.now()).toISOString().slice(11, 16)
      lab.say(
        `${time}  A: ${seen.byClock.at(-1)}  B: ${seen.byEvents.at(-1)}  (simulated clock)`,
        `${time}  A: ${seen.byClock.at(-1)}  B: ${seen.byEvents.at(-1)}  (đồng hồ mô phỏng)`,
      )
    }
    return { replays: seen.byClock.length, ...seen }
  },
  came({ replays, byClock, byEvents }) {
    const said = text(
      `by the clock: ${byClock.join(', then ')}; by events alone: ${byEvents.join(', then ')}`,
      `nhìn đồng hồ: ${byClock.join(', rồi ')}; chỉ event: ${byEvents.join(', rồi ')}`,
    )
    const options: Readonly<Record<string, string>> = {
      '58000,100000,58000,58000': 'a-drifts',
      '58000,100000,58000,100000': 'both-same',
      '58000,58000,58000,58000': 'b-wrong',
    }
    return {
      option: options[[...byClock, ...byEvents].join()],
      said,
      witnesses: [witness('replays', replays)],
    }
  },
}
