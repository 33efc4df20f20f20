/** The limit for a single payment is lowered. One wallet checks it when it decides, the other when it applies events. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { text } from '#lab/verdict/language'
import { openEventStore } from './wallet/event-store.ts'
import {
  available,
  evolve,
  noWallet,
  replay,
  reserve,
  type Wallet,
  type WalletEvent,
} from './wallet/wallet.ts'

interface Seen {
  readonly events: number
  /** What may be spent, as each of the two computes it; nothing when it could not load the wallet. */
  readonly checkedInDecide: number | undefined
  readonly checkedInEvolve: number | undefined
  readonly newOneRefused: boolean
}

const [limitBefore, limitNow] = [1_000_000, 50_000]

export const experiment: Experiment<Seen> = {
  name: 'rule-in-evolve',
  place: 1,
  brokers: {},
  shows: text(
    'a rule in decide holds for new commands only; the same rule in evolve makes old events unreadable when it changes',
    'luật đặt trong decide chỉ áp cho command mới; đặt trong evolve thì khi luật đổi, event cũ không đọc lại được',
  ),
  question: {
    kind: 'choice',
    id: 'rule-in-evolve',
    item: 'study-09.1',
    ask: text(
      'In May a wallet with 200,000 VND reserved 80,000 for a payment. In June the limit for one payment becomes 50,000. Wallet A checks limits in decide, wallet B in evolve. Both are loaded from their events. What is available?',
      'Tháng năm, ví có 200.000 ₫ đã giữ chỗ 80.000 cho một thanh toán. Tháng sáu, mức tối đa cho một thanh toán còn 50.000. Ví A kiểm tra mức này trong decide, ví B trong evolve. Cả hai được nạp lại từ event. Số dư khả dụng là bao nhiêu?',
    ),
    options: [
      {
        id: 'both-120',
        text: text('120,000 for both: the reservation was legal', 'Cả hai 120.000: lúc giữ chỗ thì hợp lệ'),
        why: text(
          'It was, but evolve of B asks the rule of today. It does not know what was legal in May, and has no business asking.',
          'Đúng là hợp lệ, nhưng evolve của B hỏi luật hôm nay. Nó không biết tháng năm luật ra sao, và vốn không nên hỏi.',
        ),
      },
      {
        id: 'a-only',
        text: text('120,000 for A; B can’t be loaded any more', 'A là 120.000; B không nạp lại được nữa'),
        why: text(
          'Evolve meets what has happened. To refuse there is to refuse the past: every wallet with a large payment in May is locked, by a rule for June.',
          'Evolve gặp việc đã xảy ra. Từ chối ở đó là từ chối quá khứ: mọi ví có thanh toán lớn hồi tháng năm bị khoá, vì một luật của tháng sáu.',
        ),
      },
      {
        id: 'both-200',
        text: text(
          '200,000 for both: what breaks the rule is left out',
          'Cả hai 200.000: cái nào trái luật thì bỏ qua',
        ),
        why: text(
          'Then the money of a captured payment would be spent twice. What was stored has happened, whatever one thinks of it today.',
          'Vậy thì tiền của một thanh toán đã qua sẽ được tiêu lần nữa. Đã lưu là đã xảy ra, hôm nay nghĩ sao cũng vậy.',
        ),
      },
    ],
    answer: 'a-only',
  },
  async scenario(lab: Lab) {
    const store = openEventStore<WalletEvent>(lab.openDatabase('events'))
    store.append('w-1', 0, { type: 'deposited', amount: 200_000 })
    const [may] = reserve(replay(store.load('w-1').map(({ event }) => event)), 'p-1', 80_000, limitBefore)
    if (may === undefined) throw new Error('the reservation of May was refused')
    store.append('w-1', 1, may)
    lab.say('May: 1 deposited 200,000; 2 reserved 80,000.', 'Tháng năm: 1 nạp 200.000; 2 giữ chỗ 80.000.')
    lab.say('June: at most 50,000. Both are loaded.', 'Tháng sáu: tối đa 50.000. Nạp lại cả hai.')

    const events = store.load('w-1').map(({ event }) => event)
    const a = replay(events)
    const strict = (wallet: Wallet, event: WalletEvent): Wallet => {
      if (event.type === 'reserved' && event.amount > limitNow)
        throw new RangeError(`${event.amount} are more than ${limitNow}`)
      return evolve(wallet, event)
    }
    let b: Wallet | undefined
    try {
      b = events.reduce(strict, noWallet)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      lab.say(`B: ${error.message}`, `B: ${error.message}`)
    }
    return {
      events: events.length,
      checkedInDecide: available(a),
      checkedInEvolve: b === undefined ? undefined : available(b),
      newOneRefused: reserve(a, 'p-2', 80_000, limitNow).length === 0,
    }
  },
  came({ events, checkedInDecide, checkedInEvolve, newOneRefused }) {
    const b = { en: checkedInEvolve ?? 'not loaded', vi: checkedInEvolve ?? 'không nạp được' }
    const said = text(
      `A: ${checkedInDecide}, a new payment of 80,000 ${newOneRefused ? 'is refused' : 'passes'}; B: ${b.en}`,
      `A: ${checkedInDecide}, thanh toán mới 80.000 ${newOneRefused ? 'bị từ chối' : 'vẫn qua'}; B: ${b.vi}`,
    )
    const options: Readonly<Record<string, string>> = {
      '120000,120000': 'both-120',
      '120000,': 'a-only',
      '200000,200000': 'both-200',
    }
    const option = newOneRefused ? options[`${checkedInDecide},${checkedInEvolve ?? ''}`] : undefined
    return { option, said, witnesses: [witness('events', events)] }
  },
}
