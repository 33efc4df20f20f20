/** What can be promised about order; each is held against the sequence in which events took effect, the balances and the reports. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import {
  gapMsMax,
  keptMax,
  type NaiveSeen,
  type OrderedSeen,
  type RestartedSeen,
  type ShuffledSeen,
  type WalletSeen,
} from './run.ts'

const shuffling = [{ file: 'shuffle.ts', near: ['random.next(', 'Math.random', 'function shuffled'] }]
const applying = [
  { file: 'sequencer.ts', near: ['.apply('] },
  { file: 'consumer.ts', near: ['.apply(', '.consume('] },
]
const keeping = [
  { file: 'sequencer.ts', near: ['keptMax'] },
  { file: 'consumer.ts', near: ['.ack(', '.consume('] },
]
const reporting = [{ file: 'consumer.ts', near: ["'wallets.gaps'", '.sendToQueue(', '.publish('] }]
const timing = [{ file: 'consumer.ts', near: ['clock.sleep(', 'clock.now', 'gapMsMax'] }]
/** At least this share of a shuffled wallet is out of its place. */
const movedShareMin = 0.3
/** What may be kept beyond the bound: what was on its way when it was reached. */
const onTheirWayMax = 50
/** Reports of one gap: once is enough, a few more do no harm, one for each event is a flood. */
const reportsMax = 10

export const arrivesShuffled: Promised<ShuffledSeen> = {
  item: 'failure-05.1',
  text: text(
    'the events of one wallet arrive shuffled, and the same seed gives the same shuffle',
    'event của một ví tới theo thứ tự xáo trộn, cùng seed thì xáo trộn y như nhau',
  ),
  judge(seen) {
    const { events, distance, moved, farthest, farthestOfFar } = seen
    if (!seen.sameItems) {
      return broken(
        text(
          `${events} events went into shuffled(), and ${new Set(seen.arrived).size} different ones came out (${seen.arrived.length} in all)`,
          `đưa ${events} event vào shuffled() mà ra ${new Set(seen.arrived).size} event khác nhau (tổng cộng ${seen.arrived.length})`,
        ),
        { at: shuffling },
      )
    }
    if (farthest > distance) {
      return broken(
        text(
          `with a distance of ${distance} an event arrived ${farthest} places from its own: how far things are apart is what the order costs, so it has to be known`,
          `với khoảng cách ${distance} mà có event tới cách chỗ của nó ${farthest} bậc: cái giá của thứ tự nằm ở khoảng cách, nên phải biết rõ nó`,
        ),
        { at: shuffling },
      )
    }
    if (!seen.staysAtZero) {
      return broken(
        text('with a distance of 0 the order is another one', 'với khoảng cách 0 mà thứ tự vẫn đổi'),
        { at: shuffling },
      )
    }
    if (moved < events * movedShareMin || farthestOfFar <= distance) {
      return broken(
        text(
          `${moved} of ${events} events are out of their place with a distance of ${distance}, and with ${distance * 4} none is further away than ${farthestOfFar}: that is hardly a disorder`,
          `với khoảng cách ${distance} chỉ ${moved} trên ${events} event lệch chỗ, và với ${distance * 4} không event nào lệch quá ${farthestOfFar}: thế thì hầu như chưa xáo trộn`,
        ),
        { at: shuffling },
      )
    }
    if (!seen.sameAgain || !seen.otherSeedDiffers) {
      return broken(
        seen.sameAgain
          ? text('another seed gives the very same order', 'seed khác mà thứ tự vẫn y như cũ')
          : text(
              'the same random numbers gave another order the second time: what it finds can not be repeated',
              'cùng các số ngẫu nhiên mà lần hai ra thứ tự khác: thứ nó tìm được sẽ không lặp lại được',
            ),
        { at: shuffling },
      )
    }
    return held(
      witness(
        'moved',
        moved,
        text(
          `${moved} of ${events} events out of their place, none further than ${farthest}`,
          `${moved} trên ${events} event lệch chỗ, không event nào lệch quá ${farthest}`,
        ),
      ),
      witness('arrived', seen.arrived.length),
    )
  },
}

export const orderIsMissed: Promised<NaiveSeen> = {
  item: 'failure-05.2',
  text: text(
    'a consumer that takes them as they come sees gaps in the sequence and ends at a wrong balance',
    'consumer gặp gì xử lý nấy thì thấy số thứ tự bị nhảy và ra sai số dư',
  ),
  judge({ events, applied, outOfTurn, gaps, balance, rightBalance }) {
    if (applied !== events) {
      return broken(
        text(
          `${events} events came, and ${applied} were applied: as they come, each once`,
          `có ${events} event tới mà ${applied} cái được áp dụng: gặp gì xử lý nấy, mỗi cái một lần`,
        ),
        { at: [{ file: 'naive.ts', near: ['.apply(', '.consume('] }] },
      )
    }
    if (balance === rightBalance || outOfTurn === 0) {
      return broken(
        text(
          'the events were applied in their order and the balance is right: this one is to take them as they come, so that you see what happens then',
          'event được áp dụng đúng thứ tự và số dư đúng: consumer này phải gặp gì xử lý nấy, để bạn thấy khi đó chuyện gì xảy ra',
        ),
        { at: [{ file: 'naive.ts', near: ['.apply('] }] },
      )
    }
    if (gaps !== outOfTurn) {
      return broken(
        text(
          `${outOfTurn} events were not the next one of their wallet, and gaps() says ${gaps}`,
          `${outOfTurn} event không phải event kế tiếp của ví mà gaps() nói ${gaps}`,
        ),
        { at: [{ file: 'naive.ts', near: ['gaps'] }] },
      )
    }
    return held(
      witness(
        'gaps',
        gaps,
        text(
          `${gaps} gaps in ${events} events, the balance is off by ${Math.abs(balance - rightBalance)}`,
          `${gaps} lần nhảy số trong ${events} event, số dư lệch ${Math.abs(balance - rightBalance)}`,
        ),
      ),
      witness('off', Math.abs(balance - rightBalance)),
    )
  },
}

/** What is wrong with the order in which a wallet's events took effect. */
function wrongOrder({ wallet, applied, events, balance, rightBalance }: WalletSeen): Judgement | undefined {
  const at = applied.findIndex((sequence, index) => sequence !== index + 1)
  if (at >= 0) {
    const sequence = applied[at] ?? 0
    const before = applied[at - 1] ?? 0
    const twice = applied.indexOf(sequence) < at
    return broken(
      twice
        ? text(
            `event ${sequence} of ${wallet} took effect twice: a message that comes again, or is sent again, is the same event`,
            `event ${sequence} của ${wallet} có hiệu lực hai lần: message tới lại hay được gửi lại vẫn là event đó`,
          )
        : text(
            `event ${sequence} of ${wallet} took effect ${before === 0 ? 'first' : `right after event ${before}`}: ${before + 1} was not there yet`,
            `event ${sequence} của ${wallet} có hiệu lực ${before === 0 ? 'đầu tiên' : `ngay sau event ${before}`}: lúc đó ${before + 1} chưa tới`,
          ),
      { at: applying },
    )
  }
  if (applied.length < events) {
    return broken(
      text(
        `${events} events of ${wallet} came, and only the first ${applied.length} took effect: number ${applied.length + 1} was taken from the queue, and is nowhere`,
        `${events} event của ${wallet} đã tới mà chỉ ${applied.length} cái đầu có hiệu lực: cái số ${applied.length + 1} đã được lấy khỏi queue và không còn ở đâu`,
      ),
      { at: keeping },
    )
  }
  if (balance === rightBalance) return undefined
  return broken(
    text(
      `the balance of ${wallet} is ${balance}; its events come to ${rightBalance}`,
      `số dư của ${wallet} là ${balance}; các event của nó cộng lại là ${rightBalance}`,
    ),
    { at: applying },
  )
}

export const waitsForItsTurn: Promised<OrderedSeen> = {
  item: 'failure-05.3',
  text: text(
    'each wallet has sequence numbers, and a bounded buffer keeps early events until their turn',
    'mỗi ví có số thứ tự riêng, và một buffer có giới hạn giữ event đến sớm cho tới lượt',
  ),
  judge(seen) {
    for (const wallet of seen.wallets) {
      const wrong = wrongOrder(wallet)
      if (wrong !== undefined) return wrong
    }
    if (seen.keptAfterwards !== 0) {
      return broken(
        text(
          `every event has taken effect, and ${seen.keptAfterwards} are still kept: what is kept for ever fills any buffer`,
          `mọi event đã có hiệu lực mà vẫn còn ${seen.keptAfterwards} cái bị giữ: giữ mãi thì buffer nào cũng đầy`,
        ),
        { at: keeping },
      )
    }
    if (seen.keptMost > keptMax + onTheirWayMax) {
      return broken(
        text(
          `the first event of a wallet was missing, ${seen.early} others came, and ${seen.keptMost} of them were kept; ${keptMax} are allowed. The next gap may be a million long`,
          `thiếu event đầu tiên của một ví, ${seen.early} event khác tới và ${seen.keptMost} cái bị giữ lại; chỉ được ${keptMax}. Lần sau chỗ thiếu có thể dài cả triệu`,
        ),
        { at: keeping },
      )
    }
    if (!seen.othersWentOn) {
      return broken(
        text(
          'one wallet waited for its missing event, and another one, of which nothing was missing, waited with it',
          'một ví chờ event còn thiếu, và một ví khác không thiếu gì cũng phải chờ theo',
        ),
        { at: [{ file: 'consumer.ts', near: ['.prefetch(', 'await ', '.consume('] }] },
      )
    }
    if (!seen.reported.some(({ wallet_id, from }) => wallet_id === 'wallet-late' && from === 1)) {
      return broken(
        text(
          `${seen.early} events of wallet-late came, ${keptMax} may be kept, and no message { wallet_id: "wallet-late", from: 1 } is in wallets.gaps: what there is no room for has to be sent again, and nobody knows`,
          `${seen.early} event của wallet-late đã tới, chỉ được giữ ${keptMax}, mà trong wallets.gaps không có message { wallet_id: "wallet-late", from: 1 }: cái không còn chỗ giữ thì phải gửi lại, mà không ai biết`,
        ),
        { at: reporting },
      )
    }
    if (seen.reported.length > reportsMax) {
      return broken(
        text(
          `one gap, and ${seen.reported.length} reports of it in wallets.gaps`,
          `một chỗ thiếu mà có ${seen.reported.length} báo cáo trong wallets.gaps`,
        ),
        { at: reporting },
      )
    }
    const wrong = wrongOrder(seen.resent)
    if (wrong !== undefined) return wrong
    const applied = seen.wallets.reduce(
      (sum, { applied }) => sum + applied.length,
      seen.resent.applied.length,
    )
    return held(
      witness(
        'applied',
        applied,
        text(
          `${applied} events in order, ${seen.duplicates} duplicates without effect, ${seen.keptMost} kept at most`,
          `${applied} event đúng thứ tự, ${seen.duplicates} bản trùng không có hiệu lực, nhiều nhất giữ ${seen.keptMost}`,
        ),
      ),
      witness('duplicates', seen.duplicates),
      witness('kept', seen.keptMost),
    )
  },
}

export const survivesAndReports: Promised<RestartedSeen> = {
  item: 'failure-05.4',
  text: text(
    'each wallet is processed in order, also over a restart, and a gap that never closes is reported',
    'ví nào cũng được xử lý đúng thứ tự, kể cả qua lần khởi động lại; chỗ thiếu không bao giờ tới thì được báo',
  ),
  judge(seen) {
    const { wallet, earlyReports, tooEarlyMs, reports, gapWallet, gapFrom, lateMs } = seen
    const wrong = wrongOrder(wallet)
    if (wrong !== undefined) return wrong
    if (earlyReports > 0) {
      return broken(
        text(
          `a gap was open for ${tooEarlyMs} ms and reported already; ${gapMsMax} ms are to be waited: most events that are late come by themselves`,
          `chỗ thiếu mới ${tooEarlyMs} ms đã bị báo; phải chờ ${gapMsMax} ms: phần lớn event đến muộn rồi sẽ tự tới`,
        ),
        { at: timing },
      )
    }
    if (seen.closed.applied.length === seen.closed.events - 1) {
      return broken(
        text(
          `event ${gapFrom + 1} of ${gapWallet} came early, the consumer was started again, event ${gapFrom} came, and event ${gapFrom + 1} never took effect. It had been acknowledged, and was kept in a process that is gone`,
          `event ${gapFrom + 1} của ${gapWallet} đến sớm, consumer khởi động lại, event ${gapFrom} tới, mà event ${gapFrom + 1} không bao giờ có hiệu lực. Nó đã được ack, và được giữ trong một process không còn nữa`,
        ),
        { at: keeping },
      )
    }
    if (!reports.some(({ wallet_id, from }) => wallet_id === gapWallet && from === gapFrom)) {
      const [other] = reports
      return broken(
        other === undefined
          ? text(
              `event ${gapFrom} of ${gapWallet} has been missing for ${lateMs} ms by world.clock, with one restart in between, and wallets.gaps is empty: the wallet waits for ever, and nobody knows`,
              `event ${gapFrom} của ${gapWallet} đã thiếu ${lateMs} ms theo world.clock, ở giữa có một lần khởi động lại, mà wallets.gaps trống: ví chờ mãi và không ai biết`,
            )
          : text(
              `event ${gapFrom} of ${gapWallet} is missing, and wallets.gaps says ${JSON.stringify(other)}`,
              `thiếu event ${gapFrom} của ${gapWallet} mà wallets.gaps nói ${JSON.stringify(other)}`,
            ),
        { at: [...reporting, ...timing] },
      )
    }
    const wrongClosed = wrongOrder(seen.closed)
    if (wrongClosed !== undefined) return wrongClosed
    return held(
      witness(
        'kills',
        seen.kills,
        text(
          `${wallet.applied.length} events in order over ${seen.kills} SIGKILLs, a gap reported after ${gapMsMax} ms and a restart`,
          `${wallet.applied.length} event đúng thứ tự qua ${seen.kills} lần SIGKILL, một chỗ thiếu được báo sau ${gapMsMax} ms và một lần khởi động lại`,
        ),
      ),
      witness('applied', wallet.applied.length),
      witness('reports', reports.length),
    )
  },
}

export const notesAreWritten = {
  item: 'failure-05.6',
  text: text(
    'NOTES.md says how long your consumer waits for a missing event, how many it keeps, and what comes then',
    'NOTES.md ghi consumer của bạn chờ event còn thiếu bao lâu, giữ tối đa mấy event, quá mức thì làm gì',
  ),
}
