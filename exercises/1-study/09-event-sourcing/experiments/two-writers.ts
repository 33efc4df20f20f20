/** Two services decide on the same version of a wallet and append; once with a unique key on (stream, version), once without. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { text } from '#lab/verdict/language'
import { openEventStore } from './wallet/event-store.ts'
import { available, replay, reserve, type WalletEvent } from './wallet/wallet.ts'

interface Seen {
  readonly decisions: number
  readonly withKey: Outcome
  readonly withoutKey: Outcome
}

interface Outcome {
  readonly accepted: number
  readonly available: number
}

export const experiment: Experiment<Seen> = {
  name: 'two-writers',
  place: 2,
  brokers: {},
  shows: text(
    'of two who decided on one version a unique key lets one append; without it both do, and the wallet is overdrawn',
    'hai bên quyết định trên cùng phiên bản thì unique key chỉ cho một bên append; không có key thì cả hai, và ví bị âm',
  ),
  question: {
    kind: 'choice',
    id: 'two-writers',
    item: 'study-09.2',
    ask: text(
      'A wallet has 100,000 VND. Two services load it at version 1, each decides to reserve 80,000, and both append as version 2. What is available, with UNIQUE (stream, version) and without?',
      'Ví có 100.000 ₫. Hai service cùng nạp nó ở phiên bản 1, bên nào cũng quyết định giữ chỗ 80.000, và cùng append thành phiên bản 2. Số dư khả dụng là bao nhiêu, khi có UNIQUE (stream, version) và khi không có?',
    ),
    options: [
      {
        id: 'same-20',
        text: text(
          '20,000 both times: each checked that there was enough',
          'Đều 20.000: bên nào cũng đã kiểm tra đủ tiền',
        ),
        why: text(
          'Each checked the same 100,000. A check is worth what keeps the ground from moving until the write.',
          'Cả hai cùng kiểm tra một khoản 100.000. Kiểm tra chỉ có giá trị khi có thứ giữ cho nó không đổi tới lúc ghi.',
        ),
      },
      {
        id: 'key-decides',
        text: text('20,000 with it, −60,000 without', 'Có thì 20.000, không có thì −60.000'),
        why: text(
          'The version says on what somebody decided. If that place is taken, the decision rests on something old: load, decide again, and this time refuse.',
          'Phiên bản nói người ta đã quyết định dựa trên cái gì. Chỗ đó có người lấy rồi thì quyết định dựa trên thứ đã cũ: nạp lại, quyết định lại, và lần này từ chối.',
        ),
      },
      {
        id: 'both-minus',
        text: text(
          '−60,000 both times: appends never conflict',
          'Đều −60.000: append thì không bao giờ xung đột',
        ),
        why: text(
          'A log that takes everything does not. An event store is one that refuses: that is the only thing it does beyond a table.',
          'Log nhận mọi thứ thì không xung đột. Event store là thứ biết từ chối: đó là điều duy nhất nó làm hơn một cái bảng.',
        ),
      },
    ],
    answer: 'key-decides',
  },
  async scenario(lab: Lab) {
    const play = (name: string, keepsVersions: boolean): Outcome => {
      const store = openEventStore<WalletEvent>(lab.openDatabase(name), { keepsVersions })
      store.append('w-1', 0, { type: 'deposited', amount: 100_000 })
      const load = () => replay(store.load('w-1').map(({ event }) => event))
      // Both have decided before either of them writes.
      const decisions = ['p-1', 'p-2'].map((payment) => reserve(load(), payment, 80_000))
      const accepted = decisions.flat().filter((event) => store.append('w-1', 1, event)).length
      const left = available(load())
      lab.say(
        `${name}: ${accepted} appended, ${left} available.`,
        `${name}: append ${accepted}, còn ${left}.`,
      )
      return { accepted, available: left }
    }
    return {
      decisions: 2,
      withKey: play('with-key', true),
      withoutKey: play('without-key', false),
    }
  },
  came({ decisions, withKey, withoutKey }) {
    const said = text(
      `with the key ${withKey.accepted} of 2 appended, ${withKey.available} available; without it ${withoutKey.accepted}, ${withoutKey.available}`,
      `có key: append ${withKey.accepted} trên 2, còn ${withKey.available}; không có: ${withoutKey.accepted}, còn ${withoutKey.available}`,
    )
    const options: Readonly<Record<string, string>> = {
      '20000,20000': 'same-20',
      '20000,-60000': 'key-decides',
      '-60000,-60000': 'both-minus',
    }
    return {
      option: options[`${withKey.available},${withoutKey.available}`],
      said,
      witnesses: [witness('decisions', decisions), witness('appended', withKey.accepted)],
    }
  },
}
