/** What can be promised about duplicates: why they came, what they did, and that they do nothing any more, up to the card. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import { shortId } from '#payments/ids'
import { formatMoney } from '#payments/money'
import type { ArrivalsSeen } from './scenarios/arrivals.ts'
import type { Fate } from './scenarios/books.ts'
import type { ExtrasSeen } from './scenarios/extras.ts'
import { type Fortune, fortuneVi, type InvariantsSeen } from './scenarios/fortunes.ts'
import type { Answered, EndToEndSeen } from './scenarios/requests.ts'
import type { TogetherSeen } from './scenarios/workers.ts'

const telling = [{ file: 'findings.ts', near: ['function causeOf'] }]
const naming = [{ file: 'findings.ts', near: ['function extras'] }]
const keeping = [
  { file: 'requests.ts', near: ['.transaction(', 'accept('] },
  { file: 'api.ts', near: ['.post('] },
]
const answering = [{ file: 'api.ts', near: ['.post(', 'listen('] }]
const charging = [{ file: 'charger.ts', near: ['.charge(', 'key'] }]
const booking = [{ file: 'charger.ts', near: ['.post(', '.transaction(', '.process('] }]
const refusing = [{ file: 'charger.ts', near: ['.reject(', '.nack(', 'catch'] }]

export const cameForAReason: Promised<ArrivalsSeen> = {
  item: 'consistency-03.1',
  text: text(
    'a payment event comes several times, and causeOf() tells a redelivery, a resend and a dead letter that was sent back apart',
    'một event thanh toán tới nhiều lần, và causeOf() phân biệt được giao lại, gửi lại và lấy lại từ dead letter',
  ),
  judge({ arrivals }) {
    const wrong = arrivals.find(({ expected, answered }) => expected !== answered)
    if (wrong !== undefined) {
      const { delivery, expected, answered, isPlayed } = wrong
      const mark = `redelivered ${delivery.redelivered}, x-redrives ${delivery.headers['x-redrives'] ?? 'not set'}`
      const where = isPlayed ? text('', '') : text(' (made up)', ' (dựng thêm)')
      return broken(
        text(
          `a delivery${where.en} came as "${expected}" (${mark}), and causeOf() says ${JSON.stringify(answered)}`,
          `một lần giao${where.vi} là "${expected}" (${mark}), mà causeOf() nói ${JSON.stringify(answered)}`,
        ),
        { at: telling },
      )
    }
    const causes = new Set(arrivals.map(({ expected }) => expected))
    return held(
      witness(
        'deliveries',
        arrivals.length,
        text(
          `${arrivals.length} deliveries for ${causes.size} reasons`,
          `${arrivals.length} lần giao vì ${causes.size} lý do`,
        ),
      ),
    )
  },
}

export const namesTheExtra: Promised<ExtrasSeen> = {
  item: 'consistency-03.2',
  text: text(
    'without protection duplicates are charged and booked again, and extras() names every entry and charge that is too much',
    'chưa bảo vệ thì event trùng bị trừ tiền và ghi sổ thêm, và extras() chỉ ra từng bút toán và lần trừ thừa',
  ),
  judge({ books, expected, answered }) {
    const shown = (extra: { entries: readonly number[]; charges: readonly string[] } | undefined) =>
      extra === undefined ? 'nothing' : `${extra.entries.length} entries, ${extra.charges.length} charges`
    const ids = new Set([...expected, ...answered].map(({ payment_id }) => payment_id))
    for (const id of ids) {
      const right = expected.find(({ payment_id }) => payment_id === id)
      const said = answered.find(({ payment_id }) => payment_id === id)
      const isSame =
        right !== undefined &&
        said !== undefined &&
        [...right.entries].sort().join() === [...said.entries].sort().join() &&
        [...right.charges].sort().join() === [...said.charges].sort().join()
      if (isSame) continue
      const entries = books.entries.filter(({ payment_id }) => payment_id === id).length
      const taken = books.charges.filter(
        ({ payment_id, outcome }) => payment_id === id && outcome === 'approved',
      ).length
      return broken(
        text(
          `payment ${shortId(id)} was charged ${taken} times and booked ${entries} times; extras() names ${shown(said)} of it, and too much are ${shown(right)}`,
          `thanh toán ${shortId(id)} bị trừ tiền ${taken} lần và ghi sổ ${entries} lần; extras() nêu ${shown(said)}, còn phần thừa là ${shown(right)}`,
        ),
        { at: naming },
      )
    }
    const charges = expected.reduce((sum, extra) => sum + extra.charges.length, 0)
    const entries = expected.reduce((sum, extra) => sum + extra.entries.length, 0)
    return held(
      witness(
        'charges',
        charges,
        text(
          `${charges} charges and ${entries} entries too many: one customer paid twice, and the books look right`,
          `thừa ${charges} lần trừ tiền và ${entries} bút toán: có một khách trả hai lần mà sổ trông vẫn đúng`,
        ),
      ),
      witness('entries', entries),
    )
  },
}

export const oneKeyToTheCard: Promised<EndToEndSeen> = {
  item: 'consistency-03.4',
  text: text(
    'one key makes one payment, one event, one charge and one booking, from the HTTP request to the card',
    'một key chỉ tạo ra một thanh toán, một event, một lần trừ tiền và một bút toán, từ request HTTP tới thẻ',
  ),
  judge({ answers, events, fates, dead }) {
    const wrong = wrongAnswer(answers)
    if (wrong !== undefined) return wrong
    const payments = new Set(
      answers.flatMap(({ payment_id }) => (typeof payment_id === 'string' ? [payment_id] : [])),
    )
    if (events.length !== payments.size || new Set(events).size !== events.length) {
      return broken(
        text(
          `${payments.size} payments were accepted, and ${events.length} events were sent under ${new Set(events).size} ids`,
          `đã nhận ${payments.size} thanh toán mà gửi ${events.length} event dưới ${new Set(events).size} id`,
        ),
        { at: keeping },
      )
    }
    if (dead > 0) {
      return broken(
        text(
          `${dead} events of accepted payments are in payments.dead: the gateway's answer to the first call was lost, and no answer is no refusal`,
          `${dead} event của thanh toán đã nhận nằm trong payments.dead: câu trả lời của cổng thẻ cho lần gọi đầu bị mất, và không có câu trả lời không phải là từ chối`,
        ),
        { at: refusing },
      )
    }
    for (const fate of fates) {
      const amiss = amissWith(fate)
      if (amiss !== undefined) return amiss
    }
    return held(
      witness(
        'requests',
        answers.length,
        text(
          `${answers.length} requests, ${payments.size} payments, each charged and booked once under one key`,
          `${answers.length} request, ${payments.size} thanh toán, mỗi cái trừ tiền và ghi sổ một lần dưới một key`,
        ),
      ),
      witness('payments', fates.length),
    )
  },
}

export const onceForTwoWorkers: Promised<TogetherSeen> = {
  item: 'consistency-03.5',
  text: text(
    'an event that two workers hold at the same time is charged and booked once, and neither gives it up',
    'event mà hai worker cùng cầm một lúc chỉ bị trừ tiền và ghi sổ một lần, và không bên nào bỏ nó đi',
  ),
  judge({ copies, workers, outTogether, fate, dead, audit }) {
    const amiss = amissWith(fate)
    if (amiss !== undefined) return amiss
    if (dead > 0) {
      return broken(
        text(
          'one worker had the payment in hand, and the other one put its copy to the dead letters: a payment that is in progress has not failed',
          'một worker đang cầm thanh toán, còn worker kia đẩy bản của mình vào dead letter: thanh toán đang xử lý không phải là hỏng',
        ),
        { at: refusing },
      )
    }
    const [fault] = audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: booking })
    return held(
      witness(
        'copies',
        copies,
        text(
          `${copies} copies with ${workers} workers (${outTogether} out at the same time): 1 charge, 1 booking`,
          `${copies} bản với ${workers} worker (${outTogether} bản ở ngoài cùng lúc): 1 lần trừ tiền, 1 bút toán`,
        ),
      ),
    )
  },
}

export const invariantsHold: Promised<InvariantsSeen> = {
  item: 'consistency-03.6',
  text: text(
    'whatever answer is lost and whoever dies, each approved charge is booked once, and the ledger sums to zero',
    'mất câu trả lời nào, ai chết, thì mỗi lần trừ tiền được duyệt vẫn ghi sổ đúng một lần, và tổng sổ cái bằng không',
  ),
  judge({ fates, kills, copies, deadPayments, hasConflict, conflict, audit }) {
    for (const fate of fates) {
      const amiss = amissWith(fate, fate.fortune)
      if (amiss !== undefined) return amiss
    }
    if (conflict.approved + conflict.captures > 0) {
      return broken(
        text(
          'a message came under the id of another one, with another payload, and was charged: one of the two is a mistake, and nobody knows which',
          'một message tới dưới id của message khác, mang payload khác, mà vẫn bị trừ tiền: một trong hai là nhầm, và không ai biết cái nào',
        ),
        { at: booking },
      )
    }
    if (deadPayments.length > 0) {
      return broken(
        text(
          `${deadPayments.length} valid payments are in payments.dead`,
          `${deadPayments.length} thanh toán hợp lệ nằm trong payments.dead`,
        ),
        { at: refusing, messages: deadPayments },
      )
    }
    if (!hasConflict) {
      return broken(
        text(
          'a message with another payload under a known id was acknowledged as a duplicate: it is nowhere now',
          'message mang payload khác dưới một id đã biết bị ack như bản trùng: giờ nó không còn ở đâu',
        ),
        { at: booking },
      )
    }
    const [fault] = audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: booking })
    const approved = fates.filter((fate) => fate.approved === 1).length
    return held(
      witness(
        'payments',
        fates.length,
        text(
          `${fates.length} payments, ${approved} charged and booked once, over ${kills} SIGKILLs and ${copies} duplicates`,
          `${fates.length} thanh toán, ${approved} cái trừ tiền và ghi sổ một lần, qua ${kills} lần SIGKILL và ${copies} bản trùng`,
        ),
      ),
      witness(
        'captures',
        fates.reduce((sum, { captures }) => sum + captures, 0),
      ),
    )
  },
}

export const notesAreWritten = {
  item: 'consistency-03.7',
  text: text(
    'NOTES.md says how far your idempotency reaches and what happens beyond that border',
    'NOTES.md ghi idempotency của bạn có hiệu lực tới đâu và ra ngoài ranh giới đó thì sao',
  ),
}

const askedVi = {
  first: 'lần đầu',
  'at once': 'nhiều lần cùng lúc',
  'other merchant': 'cửa hàng khác, cùng key',
} as const

function wrongAnswer(answers: readonly Answered[]): Judgement | undefined {
  const first = answers.find(({ what }) => what === 'first')
  const isAccepted = ({ status, payment_id }: Answered) =>
    status >= 200 && status < 300 && typeof payment_id === 'string'
  for (const what of ['first', 'at once', 'other merchant'] as const) {
    const refused = answers.find((answer) => answer.what === what && !isAccepted(answer))
    if (refused === undefined) continue
    return broken(
      text(
        `a new payment (${what}) was asked for, and the answer is ${refused.status} with the payment_id ${refused.payment_id}`,
        `có người xin một thanh toán mới (${askedVi[what]}) mà câu trả lời là ${refused.status} với payment_id ${refused.payment_id}`,
      ),
      { at: answering },
    )
  }
  for (const what of ['again', 'after a restart'] as const) {
    const answer = answers.find((each) => each.what === what)
    if (answer !== undefined && isAccepted(answer) && answer.payment_id === first?.payment_id) continue
    return broken(
      text(
        `the same request came once more under the same key (${what}), and the answer is ${answer?.status} with ${answer?.payment_id === undefined ? 'no payment_id' : 'another payment_id'}: a merchant whose answer was lost now has two payments, or none`,
        `cùng request tới lại dưới cùng key (${what === 'again' ? 'hỏi lại' : 'sau khi khởi động lại'}), mà câu trả lời là ${answer?.status} với ${answer?.payment_id === undefined ? 'không có payment_id' : 'payment_id khác'}: cửa hàng bị mất câu trả lời giờ có hai thanh toán, hoặc không có cái nào`,
      ),
      { at: keeping },
    )
  }
  const together = new Set(
    answers.flatMap(({ what, payment_id }) => (what === 'at once' ? [payment_id] : [])),
  )
  if (together.size > 1) {
    return broken(
      text(
        `five requests with one key came at the same time and made ${together.size} payments: each had looked before any had written`,
        `năm request cùng một key tới cùng lúc và tạo ra ${together.size} thanh toán: cái nào cũng nhìn trước khi có cái nào kịp ghi`,
      ),
      { at: keeping },
    )
  }
  const other = answers.find(({ what }) => what === 'other merchant')
  if (other?.payment_id === first?.payment_id) {
    return broken(
      text(
        'two merchants used the same key, and the second one got the payment of the first',
        'hai cửa hàng dùng cùng một key, và cửa hàng thứ hai nhận thanh toán của cửa hàng thứ nhất',
      ),
      { at: keeping },
    )
  }
  for (const what of ['other body', 'no key', 'no amount'] as const) {
    const answer = answers.find((each) => each.what === what)
    if (answer !== undefined && answer.status >= 400 && answer.status < 500) continue
    const said = {
      'other body': text('a known key came with another amount', 'một key đã biết tới kèm số tiền khác'),
      'no key': text('a request came without a key', 'một request tới mà không có key'),
      'no amount': text('a request came without an amount', 'một request tới mà không có số tiền'),
    }[what]
    return broken(
      text(
        `${said.en}, and the answer is ${answer?.status}: the client has made a mistake, and takes this for a success or for ours`,
        `${said.vi}, mà câu trả lời là ${answer?.status}: client đã nhầm, và sẽ tưởng đây là thành công hoặc là lỗi của ta`,
      ),
      { at: what === 'other body' ? keeping : answering },
    )
  }
  return undefined
}

/** What is wrong with what became of a payment, when all is quiet. */
function amissWith(
  { payment, keys, approved, declined, captures }: Fate,
  fortune?: Fortune,
): Judgement | undefined {
  const id = shortId(payment.payment_id)
  const when = fortune === undefined ? text('', '') : text(` (${fortune})`, ` (${fortuneVi[fortune]})`)
  const at = charging
  if (approved > 1) {
    return broken(
      text(
        `payment ${id}${when.en} took ${formatMoney(payment.amount, 'en')} from the card ${approved} times, under ${keys.length} keys: to the gateway each key is another purchase`,
        `thanh toán ${id}${when.vi} trừ ${formatMoney(payment.amount, 'vi')} trên thẻ ${approved} lần, dưới ${keys.length} key: với cổng thẻ mỗi key là một lần mua`,
      ),
      { at },
    )
  }
  if (approved + declined === 0) {
    return broken(
      text(
        `the event of payment ${id}${when.en} is acknowledged, and the card was neither charged nor declined: somebody took it for done`,
        `event của thanh toán ${id}${when.vi} đã được ack mà thẻ chưa bị trừ cũng chưa bị từ chối: có ai đó tưởng là xong rồi`,
      ),
      { at },
    )
  }
  if (captures < approved) {
    return broken(
      text(
        `payment ${id}${when.en} was charged, and is not in the ledger: the customer has paid, and nobody knows`,
        `thanh toán ${id}${when.vi} đã trừ tiền mà không có trong sổ cái: khách đã trả và không ai biết`,
      ),
      { at: booking },
    )
  }
  if (captures > approved) {
    return broken(
      text(
        `payment ${id}${when.en} is in the ledger, and the card was ${declined > 0 ? 'declined' : 'never charged'}`,
        `thanh toán ${id}${when.vi} có trong sổ cái mà thẻ ${declined > 0 ? 'bị từ chối' : 'chưa hề bị trừ'}`,
      ),
      { at: booking },
    )
  }
  if (keys.length > 1) {
    return broken(
      text(
        `the gateway was called for payment ${id}${when.en} under ${keys.length} keys: this time only one of them took money`,
        `cổng thẻ được gọi cho thanh toán ${id}${when.vi} dưới ${keys.length} key: lần này chỉ một key lấy tiền`,
      ),
      { at },
    )
  }
  return undefined
}
