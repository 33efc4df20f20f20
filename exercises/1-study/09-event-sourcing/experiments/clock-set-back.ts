/** Between two events of one wallet the server's clock is set back by a second. In which order are they read? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { text } from '#lab/verdict/language'
import { openEventStore } from './wallet/event-store.ts'
import type { WalletEvent } from './wallet/wallet.ts'

interface Seen {
  readonly events: number
  readonly byVersion: readonly string[]
  readonly byTime: readonly string[]
}

const tenOClock = Date.UTC(2026, 2, 1, 10)

export const experiment: Experiment<Seen> = {
  name: 'clock-set-back',
  place: 3,
  brokers: {},
  shows: text(
    'the version puts the events of a stream in order; the clock can put the effect before its cause',
    'phiên bản xếp đúng thứ tự event trong stream; đồng hồ thì có thể đặt kết quả trước nguyên nhân',
  ),
  question: {
    kind: 'choice',
    id: 'clock-set-back',
    item: 'study-09.3',
    ask: text(
      'Events of one wallet: deposited at 10:00:05; then the clock is corrected by −2 s; reserved, stored a moment later with the time 10:00:04; then released at 10:00:06. Read by ORDER BY version, and by ORDER BY time: what comes out?',
      'Event của một ví: nạp tiền lúc 10:00:05; rồi đồng hồ bị chỉnh lùi 2 giây; giữ chỗ, lưu ngay sau đó nhưng mang giờ 10:00:04; rồi trả chỗ lúc 10:00:06. Đọc theo ORDER BY version và theo ORDER BY time thì ra gì?',
    ),
    options: [
      {
        id: 'same',
        text: text('The same: later events have later times', 'Như nhau: event sau thì giờ sau'),
        why: text(
          'Of one clock that only goes forward. Clocks of computers are set back, and two computers have two.',
          'Chỉ đúng với một đồng hồ luôn đi tới. Đồng hồ máy tính bị chỉnh lùi, và hai máy có hai đồng hồ.',
        ),
      },
      {
        id: 'time-swaps',
        text: text(
          'deposited, reserved, released by version; reserved first by time',
          'Theo version: nạp, giữ chỗ, trả chỗ; theo giờ: giữ chỗ đứng đầu',
        ),
        why: text(
          'A wallet that reserves before it has anything: a replay by time would be one in which decide had refused. The version was given at the append, under the key; the time is only told along.',
          'Ví giữ chỗ khi chưa có đồng nào: replay theo giờ sẽ là một câu chuyện mà decide đáng lẽ đã từ chối. Version được cấp lúc append, có key giữ; giờ chỉ là thông tin kèm theo.',
        ),
      },
      {
        id: 'version-swaps',
        text: text(
          'By time it is right; the version counts what was stored, not what happened',
          'Theo giờ mới đúng; version đếm thứ tự lưu chứ không đếm thứ tự xảy ra',
        ),
        why: text(
          'In an event store what was stored is what happened: before the append there was a wish.',
          'Trong event store, lưu rồi mới là xảy ra: trước khi append thì chỉ là mong muốn.',
        ),
      },
    ],
    answer: 'time-swaps',
  },
  async scenario(lab: Lab) {
    const database = lab.openDatabase('events')
    const store = openEventStore<WalletEvent>(database)
    const happened: readonly [seconds: number, event: WalletEvent][] = [
      [5, { type: 'deposited', amount: 100_000 }],
      [4, { type: 'reserved', payment: 'p-1', amount: 80_000 }],
      [6, { type: 'released', payment: 'p-1' }],
    ]
    for (const [at, [seconds, event]] of happened.entries()) {
      store.append('w-1', at, event, { at: tenOClock + seconds * 1000 })
      lab.say(`${at + 1}  10:00:0${seconds}  ${event.type}`, `${at + 1}  10:00:0${seconds}  ${event.type}`)
    }
    const byVersion = store.load('w-1').map(({ event }) => event.type)
    const byTime = database.prepare('SELECT body FROM event ORDER BY at').pluck().all() as string[]
    return {
      events: byVersion.length,
      byVersion,
      byTime: byTime.map((body) => (JSON.parse(body) as WalletEvent).type),
    }
  },
  came({ events, byVersion, byTime }) {
    const said = text(
      `by version: ${byVersion.join(', ')}; by time: ${byTime.join(', ')}`,
      `theo version: ${byVersion.join(', ')}; theo giờ: ${byTime.join(', ')}`,
    )
    const witnesses = [witness('events', events)]
    if (byVersion.join() === byTime.join()) return { option: 'same', said, witnesses }
    return { option: byVersion[0] === 'deposited' ? 'time-swaps' : 'version-swaps', said, witnesses }
  },
}
