/** What can be promised about order: which events need it, that what is declared is enough, and that every arrival ends alike. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { LogEvent, WalletState } from '#payments/wallet-log'
import type { RestartedSeen, WalletSeen } from './scenarios/consumer.ts'
import type { HarmSeen } from './scenarios/harm.ts'
import { isSame } from './scenarios/log.ts'
import type { Pair } from './scenarios/pairs.ts'
import type { ShuffledSeen } from './scenarios/projector.ts'
import { type Declared, leastStrategies } from './scenarios/strategies.ts'

const pairing = [{ file: 'commute.ts', near: ['function doesOrderMatter'] }]
const harming = [{ file: 'harm.ts', near: ['function harmfulOrder'] }]
const projecting = [{ file: 'projector.ts', near: ['.apply(', 'take'] }]
const consuming = [{ file: 'consumer.ts', near: ['take(', 'eachMessage', 'eachBatch', '.run('] }]

export const orderMattersForSome: Promised<readonly Pair[]> = {
  item: 'consistency-02.1',
  text: text(
    'several events change one wallet, and doesOrderMatter() knows for each pair of kinds whether they may change places',
    'nhiều event cùng làm đổi một ví, và doesOrderMatter() biết với từng cặp loại event chúng có được đổi chỗ hay không',
  ),
  judge(pairs) {
    for (const { kinds, answered, turned, example } of pairs) {
      const [one, other] = kinds
      if (example !== undefined && answered !== true) {
        return broken(
          text(
            `doesOrderMatter(${one}, ${other}) says ${answered}; a wallet with ${told(example.before).en} ends at ${told(example.forwards).en} one way and at ${told(example.backwards).en} the other`,
            `doesOrderMatter(${one}, ${other}) nói ${answered}; một ví có ${told(example.before).vi} theo thứ tự này thì ra ${told(example.forwards).vi}, theo thứ tự kia thì ra ${told(example.backwards).vi}`,
          ),
          { at: pairing },
        )
      }
      if (example === undefined && answered !== false) {
        return broken(
          text(
            `doesOrderMatter(${one}, ${other}) says ${answered}; of hundreds of wallets none ends differently when they change places: whoever orders these makes them wait for nothing`,
            `doesOrderMatter(${one}, ${other}) nói ${answered}; thử hàng trăm ví, không ví nào ra khác khi chúng đổi chỗ: ai bắt chúng xếp hàng là bắt chờ vô ích`,
          ),
          { at: pairing },
        )
      }
      if (answered !== turned) {
        return broken(
          text(
            `doesOrderMatter(${one}, ${other}) says ${answered}, and (${other}, ${one}) says ${turned}: it is one question`,
            `doesOrderMatter(${one}, ${other}) nói ${answered}, còn (${other}, ${one}) nói ${turned}: đó là cùng một câu hỏi`,
          ),
          { at: pairing },
        )
      }
    }
    const matter = pairs.filter(({ example }) => example !== undefined).length
    return held(
      witness(
        'pairs',
        pairs.length,
        text(
          `order matters for ${matter} of ${pairs.length} pairs`,
          `thứ tự quan trọng với ${matter} trên ${pairs.length} cặp`,
        ),
      ),
      witness('matter', matter),
    )
  },
}

export const anotherOrderAnotherEnd: Promised<HarmSeen> = {
  item: 'consistency-02.2',
  text: text(
    'harmfulOrder() finds an order in which the events end at another state, where there is one, and a consumer of it does end there',
    'harmfulOrder() tìm được thứ tự làm các event ra trạng thái khác, nếu có, và consumer nhận theo thứ tự đó đúng là ra như vậy',
  ),
  judge({ logs, naive, published }) {
    for (const { what, log, answered, isSameEvents, right, wrong, isPossible } of logs) {
      if (!isSameEvents) {
        return broken(
          text(
            `harmfulOrder() got ${log.length} events (${what.en}) and answers ${answered?.length} that are not the same ones`,
            `harmfulOrder() nhận ${log.length} event (${what.vi}) mà trả về ${answered?.length} event không phải chính chúng`,
          ),
          { at: harming },
        )
      }
      if (answered !== undefined && isSame(right, wrong)) {
        return broken(
          text(
            `harmfulOrder() answers ${shown(answered)} (${what.en}): that ends at ${told(right).en}, just as the log does`,
            `harmfulOrder() trả về ${shown(answered)} (${what.vi}): thứ tự đó ra ${told(right).vi}, y như log`,
          ),
          { at: harming },
        )
      }
      if (answered === undefined && isPossible) {
        return broken(
          text(
            `harmfulOrder() finds none for ${shown(log)} (${what.en}), and there is one`,
            `harmfulOrder() không tìm thấy thứ tự nào cho ${shown(log)} (${what.vi}), trong khi có`,
          ),
          { at: harming },
        )
      }
    }
    const first = logs.find(({ answered }) => answered !== undefined)
    if (first === undefined || naive === undefined || !isSame(naive, first.wrong)) {
      return broken(
        text(
          `the naive consumer ended at ${naive === undefined ? 'nothing' : told(naive).en} instead of ${first === undefined ? 'anything' : told(first.wrong).en}`,
          `consumer ngây thơ ra ${naive === undefined ? 'không gì cả' : told(naive).vi} thay vì ${first === undefined ? 'một trạng thái nào đó' : told(first.wrong).vi}`,
        ),
        { at: harming },
      )
    }
    return held(
      witness(
        'published',
        published,
        text(
          `${published} events in another order: ${told(first.wrong).en} instead of ${told(first.right).en}`,
          `${published} event theo thứ tự khác: ${told(first.wrong).vi} thay vì ${told(first.right).vi}`,
        ),
      ),
      witness('logs', logs.length),
    )
  },
}

export const declaresEnough: Promised<readonly Declared[]> = {
  item: 'consistency-02.4',
  text: text(
    'each kind of event declares the weakest strategy that still ends right: in order, newest wins, or any order',
    'mỗi loại event khai báo chiến lược yếu nhất mà kết quả vẫn đúng: theo thứ tự, mới nhất thắng, hay thứ tự nào cũng được',
  ),
  judge(kinds) {
    for (const { kind, strategy, isStrategy, isTooWeak, isTooStrict, example } of kinds) {
      const at = [{ file: 'strategies.ts', near: [kind, 'strategies'] }]
      if (!isStrategy) {
        return broken(
          text(
            `${kind} declares ${JSON.stringify(strategy)}: it is 'in order', 'newest wins' or 'any order'`,
            `${kind} khai báo ${JSON.stringify(strategy)}: phải là 'in order', 'newest wins' hoặc 'any order'`,
          ),
          { at },
        )
      }
      if (isTooWeak) {
        const how =
          example === undefined
            ? text('', '')
            : text(
                `: arriving as ${shown(example.arrival)} the wallet ends at ${told(example.wrong).en}, and the log says ${told(example.right).en}`,
                `: tới theo ${shown(example.arrival)} thì ví ra ${told(example.wrong).vi}, còn log nói ${told(example.right).vi}`,
              )
        return broken(
          text(
            `'${strategy}' is not enough for ${kind}${how.en}`,
            `'${strategy}' chưa đủ cho ${kind}${how.vi}`,
          ),
          { at },
        )
      }
      if (isTooStrict) {
        return broken(
          text(
            `${kind} declares '${strategy}', and '${leastStrategies[kind]}' would do: every order ends alike, and so it waits for events that are nothing to it`,
            `${kind} khai báo '${strategy}' trong khi '${leastStrategies[kind]}' là đủ: thứ tự nào cũng ra như nhau, nên nó đang chờ những event không liên quan`,
          ),
          { at },
        )
      }
    }
    return held(
      witness(
        'kinds',
        kinds.length,
        text(`${kinds.length} kinds declared`, `${kinds.length} loại đã khai báo`),
      ),
    )
  },
}

export const keepsOrderThroughTrouble: Promised<RestartedSeen> = {
  item: 'consistency-02.5',
  text: text(
    'through an outage, a gap, duplicates and two kills each wallet takes its deposits and withdrawals in order, each once',
    'qua một lần tạm ngưng, một chỗ thiếu, các bản trùng và hai lần kill, mỗi ví nhận lệnh nạp và rút đúng thứ tự, mỗi cái một lần',
  ),
  judge({ kills, duplicates, wallets, othersWentOn, lag }) {
    if (!othersWentOn) {
      const seen = wallets[0]
      return broken(
        text(
          `a wallet is out of service, and events on the other partition have no effect: points ${seen?.ended.points} instead of what has arrived. One partition waits, and so does everybody`,
          `một ví đang tạm ngưng, và event ở partition kia không có hiệu lực: điểm ${seen?.ended.points} thay vì số đã tới. Một partition chờ là tất cả cùng chờ`,
        ),
        { at: consuming },
      )
    }
    for (const wallet of wallets) {
      const amiss = amissWith(wallet)
      if (amiss !== undefined) return amiss
    }
    if (lag > 0) {
      return broken(
        text(
          `${lag} records have taken effect and are not committed: the next start reads them again`,
          `${lag} record đã có hiệu lực mà chưa commit: lần khởi động sau sẽ đọc lại chúng`,
        ),
        { at: consuming },
      )
    }
    const events = wallets.reduce((sum, { inOrder }) => sum + inOrder.length, 0)
    return held(
      witness(
        'events',
        events,
        text(
          `${events} deposits and withdrawals in order over ${kills} SIGKILLs, ${duplicates} duplicates without effect`,
          `${events} lệnh nạp và rút đúng thứ tự qua ${kills} lần SIGKILL, ${duplicates} bản trùng không có hiệu lực`,
        ),
      ),
      witness('kills', kills),
    )
  },
}

export const everyShuffleEndsAlike: Promised<ShuffledSeen> = {
  item: 'consistency-02.6',
  text: text(
    'for every order of arrival the wallet ends where the log in order ends, and what need not wait does not',
    'với mọi thứ tự tới, ví kết thúc đúng chỗ mà log đúng thứ tự kết thúc, và cái không cần chờ thì không chờ',
  ),
  judge({ shuffles, events, duplicates, wrongly }) {
    if (wrongly !== undefined) {
      const { arrival, right, ended, after, isLate } = wrongly
      return broken(
        isLate
          ? text(
              `${shown(arrival.slice(0, after))} have arrived, and the wallet has ${ended.points} points and the address "${ended.address}"; of what has arrived it would be ${right.points} and "${right.address}"`,
              `${shown(arrival.slice(0, after))} đã tới, mà ví có ${ended.points} điểm và địa chỉ "${ended.address}"; theo những gì đã tới phải là ${right.points} và "${right.address}"`,
            )
          : text(
              `arriving as ${shown(arrival)} the wallet ends at ${told(ended).en}; the log in order comes to ${told(right).en}`,
              `tới theo ${shown(arrival)} thì ví ra ${told(ended).vi}; log đúng thứ tự ra ${told(right).vi}`,
            ),
        { at: projecting },
      )
    }
    return held(
      witness(
        'shuffles',
        shuffles,
        text(
          `${shuffles} orders of arrival, ${events} events and ${duplicates} duplicates, one end`,
          `${shuffles} thứ tự tới, ${events} event và ${duplicates} bản trùng, một kết quả`,
        ),
      ),
      witness('duplicates', duplicates),
    )
  },
}

export const notesAreWritten = {
  item: 'consistency-02.7',
  text: text(
    'NOTES.md says which of your events need order, what gives it to them, and at what price',
    'NOTES.md ghi event nào của bạn cần thứ tự, nhờ đâu mà có thứ tự và phải trả giá gì',
  ),
}

function amissWith({ wallet, inOrder, expected, ended, right }: WalletSeen): Judgement | undefined {
  const at = inOrder.findIndex((sequence, index) => sequence !== expected[index])
  if (at >= 0) {
    const sequence = inOrder[at] ?? 0
    const isTwice = inOrder.indexOf(sequence) < at
    return broken(
      isTwice
        ? text(
            `event ${sequence} of ${wallet} took effect twice`,
            `event ${sequence} của ${wallet} có hiệu lực hai lần`,
          )
        : text(
            `event ${sequence} of ${wallet} took effect before event ${expected[at]}`,
            `event ${sequence} của ${wallet} có hiệu lực trước event ${expected[at]}`,
          ),
      { at: [...projecting, ...consuming] },
    )
  }
  if (inOrder.length < expected.length) {
    return broken(
      text(
        `event ${expected[inOrder.length]} of ${wallet} never took effect: it was committed as done, or kept where a kill has taken it`,
        `event ${expected[inOrder.length]} của ${wallet} không bao giờ có hiệu lực: nó đã được commit như thể xong, hoặc được giữ ở chỗ mà lần kill đã cuốn đi`,
      ),
      { at: [...consuming, ...projecting] },
    )
  }
  if (isSame(ended, right)) return undefined
  return broken(
    text(
      `${wallet} ends at ${told(ended).en}; its log in order comes to ${told(right).en}`,
      `${wallet} kết thúc ở ${told(ended).vi}; log của nó đúng thứ tự ra ${told(right).vi}`,
    ),
    { at: projecting },
  )
}

function told({ balance_minor, points, address }: WalletState): Text {
  return text(
    `balance ${balance_minor}, ${points} points, ${address === '' ? 'no address' : `"${address}"`}`,
    `số dư ${balance_minor}, ${points} điểm, ${address === '' ? 'chưa có địa chỉ' : `"${address}"`}`,
  )
}

/** `1 deposited, 4 withdrawn, …` */
function shown(events: readonly LogEvent[]): string {
  return `[${events.map(({ sequence, kind }) => `${sequence} ${kind}`).join(', ')}]`
}
