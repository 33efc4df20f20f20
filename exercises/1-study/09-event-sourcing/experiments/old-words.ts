/** Deposits were written in three versions over the years; today's code knows the newest. */
import { createHash } from 'node:crypto'
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { text } from '#lab/verdict/language'
import { openEventStore } from './wallet/event-store.ts'
import { available, replay, type WalletEvent } from './wallet/wallet.ts'

/** As it stands in the store. v1 wrote thousands of VND, v2 the amount as text, v3 VND as a number. */
type Written =
  | { readonly type: 'deposited.v1'; readonly thousands: number }
  | { readonly type: 'deposited.v2'; readonly vnd: string }
  | { readonly type: 'deposited.v3'; readonly amount: number }

interface Seen {
  readonly events: number
  /** How much the wallet has, as a reader sees it that knows today's words only. */
  readonly withoutUpcast: number
  readonly withUpcast: number
  readonly rowsChanged: number
}

export const experiment: Experiment<Seen> = {
  name: 'old-words',
  place: 6,
  brokers: {},
  shows: text(
    'old events are brought to today’s form each time they are read; what is stored stays as it was written',
    'event cũ được đổi sang dạng hôm nay mỗi lần đọc; thứ đã lưu giữ nguyên như lúc viết',
  ),
  question: {
    kind: 'choice',
    id: 'old-words',
    item: 'study-09.8',
    ask: text(
      'A stream holds "deposited" as v1 (100, in thousands of VND), v2 ("20000", as text) and v3 (5000). Today’s evolve knows v3. One reader skips what it does not know; another passes each event through v1→v2→v3 while reading. What does each compute, and how many rows of the store change?',
      'Một stream có "deposited" dạng v1 (100, đơn vị nghìn đồng), v2 ("20000", dạng chữ) và v3 (5000). Evolve hôm nay chỉ biết v3. Một bên đọc bỏ qua thứ nó không biết; bên kia khi đọc thì chuyển từng event qua v1→v2→v3. Mỗi bên tính ra bao nhiêu, và bao nhiêu dòng trong store bị sửa?',
    ),
    options: [
      {
        id: 'upcast-no-rows',
        text: text('5,000 and 125,000; no row changes', '5.000 và 125.000; không dòng nào bị sửa'),
        why: text(
          'The chain has one step for each version, and each step is a pure function with golden files of its own. The first reader did not fail: it was wrong in silence.',
          'Chuỗi có mỗi phiên bản một bước, bước nào cũng là hàm thuần với file mẫu riêng. Bên đọc thứ nhất không báo lỗi: nó sai trong im lặng.',
        ),
      },
      {
        id: 'upcast-rewrites',
        text: text(
          '5,000 and 125,000; two rows are rewritten as v3',
          '5.000 và 125.000; hai dòng được ghi lại thành v3',
        ),
        why: text(
          'That is a migration. It destroys what was written, and a mistake in it can’t be repaired from anything. Upcasting leaves the store alone.',
          'Đó là migration. Nó xoá mất thứ đã viết, lỡ sai thì không còn gì để sửa lại. Upcast không đụng vào store.',
        ),
      },
      {
        id: 'tolerant-suffices',
        text: text(
          '125,000 both times: a tolerant reader takes old events too',
          'Đều 125.000: bên đọc rộng rãi đọc được cả event cũ',
        ),
        why: text(
          'Tolerance is for fields one does not know. Here the field that one needs has another name, another type and another unit.',
          'Đọc rộng là bỏ qua field không biết. Ở đây chính field cần đọc lại khác tên, khác kiểu và khác đơn vị.',
        ),
      },
    ],
    answer: 'upcast-no-rows',
  },
  async scenario(lab: Lab) {
    const database = lab.openDatabase('events')
    const store = openEventStore<Written>(database)
    const written: readonly Written[] = [
      { type: 'deposited.v1', thousands: 100 },
      { type: 'deposited.v2', vnd: '20000' },
      { type: 'deposited.v3', amount: 5000 },
    ]
    for (const [at, event] of written.entries()) {
      store.append('w-1', at, event)
      lab.say(`${at + 1}  ${JSON.stringify(event)}`, `${at + 1}  ${JSON.stringify(event)}`)
    }
    const hashes = (): string[] =>
      (database.prepare('SELECT body FROM event ORDER BY version').pluck().all() as string[]).map((body) =>
        createHash('sha256').update(body).digest('hex'),
      )
    const before = hashes()
    const events = store.load('w-1').map(({ event }) => event)
    const known = events.filter((event) => event.type === 'deposited.v3')
    const withoutUpcast = available(replay(known.map(({ amount }) => ({ type: 'deposited', amount }))))
    const withUpcast = available(replay(events.map(upcast)))
    const after = hashes()
    return {
      events: events.length,
      withoutUpcast,
      withUpcast,
      rowsChanged: before.filter((hash, at) => hash !== after[at]).length,
    }
  },
  came({ events, withoutUpcast, withUpcast, rowsChanged }) {
    const said = text(
      `skipping: ${withoutUpcast}; upcasting: ${withUpcast}; ${rowsChanged} rows changed`,
      `bỏ qua: ${withoutUpcast}; upcast: ${withUpcast}; ${rowsChanged} dòng bị sửa`,
    )
    const witnesses = [witness('events', events)]
    if (withUpcast !== 125_000) return { option: undefined, said, witnesses }
    if (withoutUpcast === withUpcast) return { option: 'tolerant-suffices', said, witnesses }
    return { option: rowsChanged === 0 ? 'upcast-no-rows' : 'upcast-rewrites', said, witnesses }
  },
}

/** An event as today's code writes it: one step for each version, each step knowing only the next one. */
function upcast(event: Written): WalletEvent {
  switch (event.type) {
    case 'deposited.v1':
      return upcast({ type: 'deposited.v2', vnd: String(event.thousands * 1000) })
    case 'deposited.v2':
      return upcast({ type: 'deposited.v3', amount: Number(event.vnd) })
    case 'deposited.v3':
      return { type: 'deposited', amount: event.amount }
  }
}
