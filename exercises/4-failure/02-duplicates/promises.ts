/** What a consumer can promise about duplicates; each is held against the wire, the books and the dead letters. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import type { Text } from '#lab/verdict'
import { shortId, text } from '#lab/verdict/language'
import { type Caused, type CausesSeen, shown } from './scenarios/causes.ts'
import type { Doubled, DoubledSeen } from './scenarios/doubled.ts'
import type { DuplicatesSeen } from './scenarios/duplicates.ts'
import type { InboxSeen } from './scenarios/inbox.ts'

const causes = [{ file: 'causes.ts', near: ['return', 'frame:'] }]
const finding = [{ file: 'doubled.ts', near: ['return', 'function findDoubled'] }]
const remembering = [{ file: 'inbox.ts', near: ['.transaction(', '.run(', 'process('] }]
const deciding = [{ file: 'consumer.ts', near: ['.process(', '.credit(', 'function work'] }]
const settling = [{ file: 'consumer.ts', near: ['.reject(', '.nack(', '.ack('] }]

export const comesTwice: Promised<CausesSeen> = {
  item: 'failure-02.1',
  text: text(
    'a lost ack makes the broker deliver a message twice; no duplicate is faked',
    'ack bị mất nên broker giao message hai lần; không có bản trùng nào là dàn dựng',
  ),
  judge({ handedOutAgain, sentAgain }) {
    const once = [handedOutAgain, sentAgain].find(({ deliveries }) => deliveries.length < 2)
    if (once !== undefined) {
      const lane = once === handedOutAgain ? text('consumer', 'consumer') : text('producer', 'producer')
      return broken(
        text(
          `the ${lane.en}'s connection was torn ${shown(once.cut).en}, and ${shortId(once.message)} ${whyOnce(once).en}`,
          `kết nối của ${lane.vi} bị ngắt ${shown(once.cut).vi}, và ${shortId(once.message)} ${whyOnce(once).vi}`,
        ),
        { at: causes, trace: once.trace, messages: [once.message] },
      )
    }
    if (sentAgain.sent < 2) {
      return broken(
        text(
          `${shortId(sentAgain.message)} came twice, and the producer had sent one copy only: that was the consumer's doing`,
          `${shortId(sentAgain.message)} tới hai lần mà producer chỉ gửi một bản: đó là do phía consumer`,
        ),
        { at: causes, trace: sentAgain.trace },
      )
    }
    return held(
      witness(
        'handed-out-again',
        handedOutAgain.deliveries.length,
        text(
          `one copy, delivered ${handedOutAgain.deliveries.length} times`,
          `một bản, được giao ${handedOutAgain.deliveries.length} lần`,
        ),
      ),
      witness(
        'sent-again',
        sentAgain.sent,
        text(
          `${sentAgain.sent} copies sent, none marked as redelivered`,
          `gửi ${sentAgain.sent} bản, không bản nào có cờ redelivered`,
        ),
      ),
    )
  },
}

function whyOnce({ sent, deliveries }: Caused): Text {
  if (deliveries.length === 0) return text('reached nobody', 'không tới ai cả')
  return sent < 2
    ? text(
        'reached the consumer once: nothing had happened yet that could be repeated, or the other side knew already',
        'tới consumer đúng một lần: lúc đó chưa có gì để lặp lại, hoặc bên kia đã biết rồi',
      )
    : text('reached the consumer once', 'tới consumer đúng một lần')
}

export const findsTheDoubled: Promised<DoubledSeen> = {
  item: 'failure-02.2',
  text: text(
    'the consumer gets one message id twice, and without protection the ledger holds two entries for it',
    'consumer nhận một message id hai lần, và khi chưa bảo vệ thì sổ cái có hai bút toán cho nó',
  ),
  judge(seen) {
    const played = seen.cases.find(({ isPlayed }) => isPlayed)
    const single = seen.caused.find((id) => !(played?.expected.booked.includes(id) ?? false))
    if (single !== undefined) {
      return broken(
        text(
          `${shortId(single)} was to come twice, and the books have it once: see failure-02.1`,
          `${shortId(single)} lẽ ra tới hai lần mà sổ chỉ có một bút toán: xem failure-02.1`,
        ),
        { at: causes, trace: seen.trace },
      )
    }
    for (const { expected, answered } of seen.cases) {
      const difference = differenceOf(expected, answered)
      if (difference !== undefined) return broken(difference, { at: finding, trace: seen.trace })
    }
    return held(
      witness(
        'doubled',
        played?.expected.booked.length ?? 0,
        text(
          `${played?.expected.booked.length} messages booked twice, and named`,
          `${played?.expected.booked.length} message bị ghi sổ hai lần và được chỉ tên`,
        ),
      ),
      witness('cases', seen.cases.length),
    )
  },
}

function differenceOf(expected: Doubled, answered: Doubled): Text | undefined {
  for (const list of ['delivered', 'booked'] as const) {
    const missing = expected[list].find((id) => !answered[list].includes(id))
    if (missing !== undefined) {
      const why =
        list === 'delivered'
          ? text('which reached the consumer more than once', 'cái đã tới consumer hơn một lần')
          : text('which has more than one entry', 'cái có hơn một bút toán')
      return text(
        `"${list}" does not name ${shortId(missing)}, ${why.en}`,
        `"${list}" không nêu ${shortId(missing)}, ${why.vi}`,
      )
    }
    const extra = answered[list].find((id) => !expected[list].includes(id))
    if (extra !== undefined) {
      const why =
        list === 'delivered'
          ? text('which reached the consumer once', 'cái chỉ tới consumer một lần')
          : text(
              'which has one entry: its neighbour only looks like it',
              'cái chỉ có một bút toán: cái bên cạnh chỉ trông giống nó',
            )
      return text(
        `"${list}" names ${shortId(extra)}, ${why.en}`,
        `"${list}" nêu cả ${shortId(extra)}, ${why.vi}`,
      )
    }
    if (new Set(answered[list]).size < answered[list].length)
      return text(`"${list}" names a message twice`, `"${list}" nêu một message hai lần`)
  }
  const currencies = new Set([...Object.keys(expected.excess), ...Object.keys(answered.excess)])
  for (const currency of currencies as Set<keyof Doubled['excess']>) {
    const [want = 0n, got = 0n] = [expected.excess[currency], answered.excess[currency]]
    if (want !== got) {
      return text(
        `the books say ${want} ${currency} too much (in its smallest unit), and "excess" says ${got}`,
        `sổ dư ra ${want} ${currency} (tính theo đơn vị nhỏ nhất) mà "excess" nói ${got}`,
      )
    }
  }
  return undefined
}

export const remembersInOneTransaction: Promised<InboxSeen> = {
  item: 'failure-02.3',
  text: text(
    'the consumer writes the message id into an inbox, in the transaction that books the payment',
    'consumer ghi message id vào inbox ngay trong transaction ghi sổ thanh toán',
  ),
  judge(seen) {
    const places = {
      before: text('just before its first commit', 'ngay trước commit đầu tiên'),
      after: text('just after its first commit', 'ngay sau commit đầu tiên'),
      ack: text('with its ack on the way', 'khi ack đang trên đường'),
    }
    const more = (id: string) => ({ at: [...remembering, ...deciding], trace: seen.trace, messages: [id] })
    for (const id of seen.events) {
      const entries = seen.entries[id] ?? 0
      const place = places[seen.killedAt[id] ?? 'ack']
      const [stranger] = seen.strangers
      if (entries === 0 && stranger !== undefined) {
        return broken(
          text(
            `there is no entry for ${shortId(id)}, and one for ${shortId(stranger)}, which no message is called: books.credit() gets the id of the event`,
            `không có bút toán nào cho ${shortId(id)} mà lại có một cho ${shortId(stranger)}, id không phải của message nào: books.credit() nhận id của event`,
          ),
          { at: deciding, trace: seen.trace, messages: [id] },
        )
      }
      if (entries === 0) {
        return broken(
          text(
            `killed ${place.en}, the consumer took ${shortId(id)} for done when it came again: it is marked, and never booked`,
            `bị kill ${place.vi}, consumer coi ${shortId(id)} là xong khi nó tới lại: đã đánh dấu mà không bao giờ ghi sổ`,
          ),
          more(id),
        )
      }
      if (entries > 1) {
        return broken(
          text(
            `killed ${place.en}, the consumer booked ${shortId(id)} again when it came again: ${entries} entries for one payment`,
            `bị kill ${place.vi}, consumer ghi sổ ${shortId(id)} lần nữa khi nó tới lại: ${entries} bút toán cho một thanh toán`,
          ),
          more(id),
        )
      }
    }
    const [dead] = seen.dead
    if (dead !== undefined) {
      return broken(
        text(
          `${shortId(dead)} came again and was refused as if it had failed: it is booked, and somebody will look for the reason`,
          `${shortId(dead)} tới lại và bị từ chối như thể xử lý hỏng: nó đã ghi sổ rồi, còn người ta đi tìm nguyên nhân`,
        ),
        { at: settling, trace: seen.trace, messages: [dead] },
      )
    }
    const { conflict } = seen
    if (conflict.booked > 0) {
      return broken(
        text(
          `${shortId(conflict.id)} was booked, came again with another amount, and was booked as well: one of the two is wrong, and nobody was asked`,
          `${shortId(conflict.id)} đã ghi sổ, tới lại với số tiền khác, và cũng được ghi sổ: một trong hai là sai mà không ai được hỏi`,
        ),
        more(conflict.id),
      )
    }
    if (!conflict.isDead) {
      return broken(
        text(
          `another payload came under the id ${shortId(conflict.id)}, and was acknowledged as a duplicate: that payment is nowhere now, and nobody knows`,
          `một payload khác tới dưới id ${shortId(conflict.id)} và được ack như bản trùng: thanh toán đó không còn ở đâu, và không ai biết`,
        ),
        { at: [...remembering, ...settling], trace: seen.trace, messages: [conflict.id] },
      )
    }
    if (seen.services.includes('duplicate')) {
      return broken(
        text(
          'two services share a database, and the second one was told that its first message is a duplicate: what it has to do is never done',
          'hai service dùng chung một database, và service thứ hai nghe rằng message đầu tiên của nó là bản trùng: việc của nó không bao giờ được làm',
        ),
        { at: remembering },
      )
    }
    if (seen.afterError === 'duplicate') {
      return broken(
        text(
          'an effect threw, and when its message came again it was taken for a duplicate: it is marked, and was never done',
          'một effect ném lỗi, và khi message của nó tới lại thì bị coi là bản trùng: đã đánh dấu mà chưa hề làm',
        ),
        { at: remembering },
      )
    }
    if (!seen.isBalanced) return broken(unbalancedBooks, { at: deciding })
    return held(
      witness(
        'kills',
        seen.kills,
        text(`survived ${seen.kills} SIGKILLs`, `sống sót qua ${seen.kills} lần SIGKILL`),
      ),
      witness('booked', seen.events.length),
      witness('conflicts', 1, text('1 conflict put aside', '1 xung đột được để riêng')),
    )
  },
}

export const changesNoBalance: Promised<DuplicatesSeen> = {
  item: 'failure-02.4',
  text: text(
    'a duplicate changes no balance, even after a restart or with two consumers at once',
    'message trùng không làm đổi số dư, kể cả sau khi khởi động lại hay khi hai consumer cùng nhận',
  ),
  judge(seen) {
    const when: Readonly<Record<string, Text>> = {
      [seen.atOnce]: text('its copy came right behind it', 'bản sao tới ngay sau nó'),
      [seen.afterRestart]: text('its copy came after a restart', 'bản sao tới sau khi khởi động lại'),
      [seen.together]: text('two consumers had a copy each', 'hai consumer mỗi bên có một bản'),
    }
    const twice = seen.events.find((id) => (seen.entries[id] ?? 0) > 1)
    if (twice !== undefined) {
      const said = when[twice] ?? text('it came once', 'nó chỉ tới một lần')
      return broken(
        text(
          `${shortId(twice)} has ${seen.entries[twice]} entries: ${said.en}, and the merchant was paid again`,
          `${shortId(twice)} có ${seen.entries[twice]} bút toán: ${said.vi}, và merchant được trả thêm lần nữa`,
        ),
        { at: [...remembering, ...deciding], trace: seen.trace, messages: [twice] },
      )
    }
    const missing = seen.events.find((id) => (seen.entries[id] ?? 0) === 0)
    if (missing !== undefined) {
      const said = seen.lookAlikes.includes(missing)
        ? text(
            'an honest payment that only looks like another (same merchant, same amount) was dropped as its duplicate',
            'một thanh toán thật, chỉ trông giống cái khác (cùng merchant, cùng số tiền), bị bỏ như bản trùng',
          )
        : text('it was taken for a duplicate, and is nowhere', 'nó bị coi là bản trùng, và không còn ở đâu')
      return broken(
        text(
          `${shortId(missing)} was never booked: ${said.en}`,
          `${shortId(missing)} không được ghi sổ: ${said.vi}`,
        ),
        {
          at: [...remembering, ...deciding],
          trace: seen.trace,
          messages: [missing],
        },
      )
    }
    const [dead] = seen.dead
    if (dead !== undefined) {
      return broken(
        text(
          `${shortId(dead)} is booked, and its copy was refused as if it had failed`,
          `${shortId(dead)} đã ghi sổ, còn bản sao của nó bị từ chối như thể xử lý hỏng`,
        ),
        { at: settling, trace: seen.trace, messages: [dead] },
      )
    }
    if (!seen.isBalanced) return broken(unbalancedBooks, { at: deciding })
    return held(
      witness(
        'duplicates',
        seen.duplicates,
        text(
          `${seen.duplicates} duplicates changed nothing`,
          `${seen.duplicates} bản trùng không làm đổi gì`,
        ),
      ),
      witness(
        'look-alikes',
        seen.lookAlikes.length,
        text(
          `${seen.lookAlikes.length} look-alikes booked`,
          `${seen.lookAlikes.length} thanh toán trông giống vẫn được ghi sổ`,
        ),
      ),
      // Both copies with one consumer would prove nothing about two.
      witness('consumers', Math.max(0, seen.consumersWithCopy - 1)),
    )
  },
}

const unbalancedBooks = text(
  'a balance is not what its entries come to: books.credit() belongs in one transaction, whole',
  'có số dư không khớp với các bút toán của nó: books.credit() phải nằm trọn trong một transaction',
)

export const notesAreWritten = {
  item: 'failure-02.6',
  text: text(
    'NOTES.md says what your idempotency key is, how long it is kept, and what happens if one id has two payloads',
    'NOTES.md ghi idempotency key của bạn là gì, giữ bao lâu và làm gì khi cùng một id mà payload khác nhau',
  ),
}
