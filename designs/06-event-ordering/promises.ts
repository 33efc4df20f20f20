/** What the ordering strategy claims; each claim is held against what the attacks saw. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { MovedSeen } from './attacks/moved.ts'
import { gapMsLimit, type HandledSeen, type RecognisedSeen, waitingLimit } from './attacks/sequencing.ts'
import type { StrategyProblem } from './attacks/strategy.ts'
import type { OrderedSeen, PairsSeen, Trouble } from './run.ts'

// The spaces keep the interface above out, where the same words stand behind "readonly".
const inStrategy = (...near: readonly string[]) => [
  { file: 'strategy.ts', near: [...near, 'strategy: Strategy'] },
]
const inSequencer = (...near: readonly string[]) => [{ file: 'sequencer.ts', near }]

export const orderWhereItMatters: Promised<PairsSeen> = {
  item: 'design-06.1',
  text: text(
    'the strategy names every two events whose order matters, says what breaks without it, and leaves the others free',
    'chiến lược nêu đủ mọi cặp event phụ thuộc thứ tự, nói rõ sai thì hỏng gì, và để các cặp còn lại tự do',
  ),
  judge({ pairs, possible, missing, invented, unsaid }) {
    const [lacks] = missing
    if (lacks !== undefined) {
      const more =
        missing.length > 1
          ? [` (and ${missing.length - 1} more)`, ` (và ${missing.length - 1} cặp nữa)`]
          : ['', '']
      return broken(
        text(
          `${lacks} lead elsewhere when they change places, and "depends" does not name them${more[0]}`,
          `${lacks} đổi chỗ là ra kết quả khác, mà "depends" không nêu${more[1]}`,
        ),
        { at: inStrategy('  depends:') },
      )
    }
    const [free] = invented
    if (free !== undefined) {
      return broken(
        text(
          `${free} come to the same in either order, on every wallet that was tried: keeping them in order would cost something and buy nothing`,
          `${free} theo thứ tự nào cũng như nhau, trên mọi ví đã thử: giữ thứ tự của chúng là tốn mà không được gì`,
        ),
        { at: inStrategy('  depends:') },
      )
    }
    const [silent] = unsaid
    if (silent !== undefined) {
      return broken(
        text(
          `say in a sentence what breaks without the order of ${silent}`,
          `viết một câu: sai thứ tự ${silent} thì hỏng gì`,
        ),
        { at: inStrategy('      breaks:') },
      )
    }
    return held(
      witness(
        'pairs',
        pairs,
        text(
          `${pairs} of ${possible} pairs depend on their order`,
          `${pairs} trong ${possible} cặp phụ thuộc thứ tự`,
        ),
      ),
    )
  },
}

const circumstances: Readonly<Record<Trouble, Text>> = {
  'hot-wallet': text('when one wallet has two of five events', 'khi một ví chiếm hai phần năm số event'),
  'failing-records': text(
    'when one record in twenty fails a few times',
    'khi cứ hai mươi record có một cái lỗi vài lần',
  ),
  'a-crash': text(
    'when a consumer dies and its partitions move',
    'khi một consumer chết và partition đổi chủ',
  ),
  'all-of-it': text(
    'with a hot wallet, failing records and a crash',
    'khi có ví nóng, record lỗi và một lần crash',
  ),
}

/** By a strategy that is none, nothing is played. */
function unplayable(problem: StrategyProblem): Judgement {
  return problem === 'no-partitions'
    ? broken(
        text(
          'partitions and consumers are whole numbers from 1 on',
          'partitions và consumers phải là số nguyên từ 1 trở lên',
        ),
        { at: inStrategy('  partitions:') },
      )
    : broken(
        text(
          'there are more consumers than partitions: the others get nothing and cost money',
          'consumer nhiều hơn partition: số dư ra không nhận được gì mà vẫn tốn tiền',
        ),
        { at: inStrategy('  consumers:') },
      )
}

export const eachWalletAsItHappened: Promised<OrderedSeen> = {
  item: 'design-06.2',
  text: text(
    'under skew, retries, a crash and a rebalance each wallet ends as its history says',
    'dù lệch tải, retry, crash hay rebalance, ví nào cũng kết thúc đúng như lịch sử của nó',
  ),
  judge({ problem, events, wallets, scattered, runs, wrong, duplicates }) {
    if (problem !== undefined) return unplayable(problem)
    if (wrong !== undefined) {
      const said = circumstances[wrong.trouble]
      const spread =
        scattered.length === 0
          ? text('', '')
          : text(
              ` (the events of ${scattered.length} wallets lie in more than one partition of the topic)`,
              ` (event của ${scattered.length} ví nằm ở nhiều partition của topic)`,
            )
      return broken(
        text(
          `${said.en}, ${wrong.walletId} ended otherwise than its history says: ${wrong.order} took effect in this order${spread.en}`,
          `${said.vi}, ${wrong.walletId} kết thúc khác với lịch sử: thứ tự có hiệu lực là ${wrong.order}${spread.vi}`,
        ),
        { at: inStrategy(scattered.length > 0 ? '  key:' : '  retry:') },
      )
    }
    return held(
      witness(
        'runs',
        runs,
        text(
          `${runs} runs of ${events} events and ${wallets} wallets (placed by a Kafka, consumed in simulation)`,
          `${runs} lượt chạy, mỗi lượt ${events} event của ${wallets} ví (Kafka xếp partition, phần tiêu thụ là mô phỏng)`,
        ),
      ),
      witness(
        'second effects',
        duplicates,
        text(`${duplicates} deliveries repeated by crashes`, `${duplicates} lần giao lặp lại do crash`),
      ),
    )
  },
}

export const eachWalletWhereverItMoves: Promised<MovedSeen> = {
  item: 'design-06.2',
  text: text(
    'on a Kafka whose consumer is killed and whose partitions move, each wallet ends as its history says',
    'trên một Kafka có consumer bị kill và partition đổi chủ, ví nào cũng kết thúc đúng như lịch sử của nó',
  ),
  judge({ problem, events, readers, kills, repeated, moved, resent, wrong }) {
    if (problem !== undefined) return unplayable(problem)
    if (wrong !== undefined) {
      const again =
        resent === 0
          ? text('', '')
          : text(` (${resent} wallets were sent again)`, ` (${resent} ví đã được gửi lại)`)
      return broken(
        text(
          `on the Kafka, ${wrong.wallets} wallets ended otherwise than their history says, ${wrong.walletId} first: ${wrong.order} took effect in this order${again.en}`,
          `trên Kafka, ${wrong.wallets} ví kết thúc khác với lịch sử, đầu tiên là ${wrong.walletId}: thứ tự có hiệu lực là ${wrong.order}${again.vi}`,
        ),
        { at: inStrategy('  retry:') },
      )
    }
    return held(
      witness('kills', kills),
      witness(
        'moved',
        moved,
        text(
          `${events} events, ${moved} partitions worked on by more than one of ${readers} consumers`,
          `${events} event, ${moved} partition qua tay nhiều hơn một trong ${readers} consumer`,
        ),
      ),
      witness(
        'repeated',
        repeated,
        text(`${repeated} deliveries came again`, `${repeated} lần giao lặp lại`),
      ),
    )
  },
}

export const toldByNumbers: Promised<RecognisedSeen> = {
  item: 'design-06.4',
  text: text(
    'a gap, a repeat and a late event are recognised by their numbers, whatever the clocks say',
    'event bị thiếu, bị trùng, đến muộn được nhận ra bằng số thứ tự, đồng hồ nói gì cũng mặc',
  ),
  judge({ arrivals, misjudged, swayed }) {
    const at = inSequencer('function recognise')
    if (misjudged !== undefined) {
      const { state, sequence, said, right } = misjudged
      return broken(
        text(
          `with ${state}, number ${sequence} is "${right}", and recognise() says "${said}"`,
          `với ${state}, số ${sequence} là "${right}", mà recognise() nói "${said}"`,
        ),
        { at },
      )
    }
    if (swayed !== undefined) {
      return broken(
        text(
          `number ${swayed.sequence} was "${swayed.said}", and "${swayed.then}" when nothing but its time was another: two servers' clocks differ by more than that`,
          `số ${swayed.sequence} là "${swayed.said}", rồi thành "${swayed.then}" khi chỉ có thời điểm thay đổi: đồng hồ hai máy còn lệch nhau hơn thế`,
        ),
        { at },
      )
    }
    return held(
      ...Object.entries(arrivals).map(([kind, count]) =>
        witness(kind, count, text(`${count} × ${kind}`, `${count} × ${kind}`)),
      ),
    )
  },
}

const mishandled: Readonly<Record<NonNullable<HandledSeen['wrong']>, Text>> = {
  order: text(
    'events did not take effect once, in their turn',
    'event không có hiệu lực đúng một lần, theo lượt',
  ),
  'asked-for-nothing': text(
    'somebody was asked to send again though everything was there in the end',
    'có người bị yêu cầu gửi lại dù cuối cùng mọi thứ đều tới đủ',
  ),
  'too-many-waiting': text(
    'more events wait than waitingMax allows: one lost event fills the database',
    'số event chờ vượt quá waitingMax: mất một event là đầy database',
  ),
  'overflow-not-asked': text(
    'events came beyond what may wait, and nobody was asked to send them again: they are gone',
    'event tới quá số được phép chờ mà không ai được yêu cầu gửi lại: chúng mất luôn',
  ),
  'asked-too-early': text(
    'somebody was asked though the gap was younger than gapMsMax',
    'chỗ thiếu chưa tới gapMsMax mà đã yêu cầu gửi lại',
  ),
  'never-asked': text('a gap stays open and nobody is asked', 'chỗ thiếu cứ để đó mà không ai được hỏi'),
  'asked-again-and-again': text(
    'the same gap is asked for again and again',
    'cùng một chỗ thiếu mà hỏi đi hỏi lại',
  ),
  'asked-from-elsewhere': text(
    'what is asked for does not begin at the event that is missing',
    'yêu cầu gửi lại không bắt đầu từ event bị thiếu',
  ),
  'not-resumed': text(
    'everything was sent again, and the wallet did not go on from there',
    'đã gửi lại mọi thứ mà ví không chạy tiếp từ đó',
  ),
  'second-gap-unheard': text(
    'a second gap opened, and nobody was asked, since somebody had been told of the first',
    'xuất hiện chỗ thiếu thứ hai mà không ai được hỏi, chỉ vì đã báo chỗ thứ nhất',
  ),
  'forgot-at-restart': text(
    'the gap is still open after twice gapMsMax',
    'quá hai lần gapMsMax mà chỗ thiếu vẫn còn đó',
  ),
}

export const earlyOnesWaitWithinLimits: Promised<HandledSeen> = {
  item: 'design-06.5',
  text: text(
    'early events wait within limits that outlive a restart, and a gap that stays open is asked for once, from where it begins',
    'event tới sớm chờ trong giới hạn, restart vẫn còn, và chỗ thiếu không tự lấp thì được hỏi đúng một lần, từ đúng chỗ bắt đầu',
  ),
  judge({ limits, arrivals, wrong, detail }) {
    if (limits === 'waiting') {
      return broken(
        text(
          `waitingMax is a whole number from 1 to ${waitingLimit}: so much room there is for a wallet`,
          `waitingMax là số nguyên từ 1 tới ${waitingLimit}: mỗi ví chỉ có chừng đó chỗ`,
        ),
        { at: inSequencer('waitingMax') },
      )
    }
    if (limits === 'gap') {
      return broken(
        text(
          `gapMsMax is a whole number from 1 to ${gapMsLimit}: after that somebody wants to know`,
          `gapMsMax là số nguyên từ 1 tới ${gapMsLimit}: quá đó phải có người được báo`,
        ),
        { at: inSequencer('gapMsMax') },
      )
    }
    if (wrong !== undefined) {
      const said = mishandled[wrong]
      const more = detail === '' ? '' : ` (${detail})`
      return broken(text(said.en + more, said.vi + more), {
        at: inSequencer('function take', 'function tick'),
      })
    }
    return held(
      witness(
        'arrivals',
        arrivals,
        text(
          `${arrivals} arrivals, written down and read between any two`,
          `${arrivals} lần tới, giữa hai lần đều ghi xuống rồi đọc lại`,
        ),
      ),
    )
  },
}

export const strategyIsWrittenUp = {
  item: 'design-06.6',
  text: text(
    'DESIGN.md says what keeps the order and at which price, how disorder is noticed and handled, and what is not promised',
    'DESIGN.md nói cái gì giữ thứ tự và giá phải trả, nhận ra và xử lý sai thứ tự thế nào, và điều gì không hứa',
  ),
}
