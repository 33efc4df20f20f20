/** What a payment service can promise; each is held against the wire, the databases and the ledger. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import type { Text } from '#lab/verdict'
import { shortId, text } from '#lab/verdict/language'
import { type KilledSeen, shown } from './scenarios/crash.ts'
import type { SameKillsSeen } from './scenarios/kills.ts'
import type { OutboxSeen } from './scenarios/outbox.ts'
import { type Aftermath, lists, type ReckonedSeen, type Reckoning } from './scenarios/reckoning.ts'

const choosing = [{ file: 'crash-point.ts', near: ['return'] }]
const reckoning = [{ file: 'reconcile.ts', near: ['return'] }]
const sending = [{ file: 'payments.ts', near: ['.publish('] }]
const saving = [{ file: 'payments.ts', near: ['.transaction(', 'INSERT INTO', 'accept('] }]
const booking = [{ file: 'consumer.ts', near: ['.post(', 'function work'] }]

export const killedBetween: Promised<KilledSeen> = {
  item: 'failure-01.1',
  text: text(
    'the producer is killed after its commit and before the confirm, at a point chosen on the wire',
    'producer bị kill sau khi commit và trước khi nhận confirm, đúng tại điểm đã chọn trên đường truyền',
  ),
  judge(seen) {
    const where = shown(seen.point)
    if (!seen.committed) {
      return broken(
        text(
          `killed ${where.en}, the service had saved nothing: nobody was promised anything, and a customer who asks again has lost nothing`,
          `bị kill ${where.vi}, service chưa lưu gì: chưa hứa với ai điều gì, khách hỏi lại cũng không mất gì`,
        ),
        { at: choosing, trace: seen.trace },
      )
    }
    if (seen.confirmed) {
      return broken(
        text(
          `killed ${where.en}, the service had its confirm already: the broker has the message, and there is nothing left to lose`,
          `bị kill ${where.vi}, service đã nhận confirm rồi: broker đã có message, không còn gì để mất`,
        ),
        { at: choosing, trace: seen.trace },
      )
    }
    return held(
      witness(
        'kills',
        seen.kills,
        text(`killed ${where.en}: committed, not confirmed`, `bị kill ${where.vi}: đã commit, chưa confirm`),
      ),
    )
  },
}

export const namesTheLost: Promised<ReckonedSeen> = {
  item: 'failure-01.2',
  text: text(
    'the run names the payment that was committed and never reached a queue',
    'lần chạy chỉ đích danh thanh toán đã commit mà không tới được queue nào',
  ),
  judge(seen) {
    const played = seen.cases.find(({ isPlayed }) => isPlayed)
    if (played !== undefined && !played.expected.lost.includes(seen.victim)) {
      const why = whereabouts(seen.victim, played.aftermath)
      return broken(
        text(
          `killed ${shown(seen.point).en}, and no payment is lost: ${shortId(seen.victim)} ${why.en}`,
          `bị kill ${shown(seen.point).vi} mà không mất thanh toán nào: ${shortId(seen.victim)} ${why.vi}`,
        ),
        { at: choosing, trace: seen.trace },
      )
    }
    for (const { aftermath, expected, reckoning: got } of seen.cases) {
      const difference = differenceOf(aftermath, expected, got)
      if (difference !== undefined) return broken(difference, { at: reckoning, trace: seen.trace })
    }
    return held(
      witness(
        'lost',
        played?.expected.lost.length ?? 0,
        text(`lost, and named: ${shortId(seen.victim)}`, `bị mất và được chỉ tên: ${shortId(seen.victim)}`),
      ),
      witness('reckonings', seen.cases.length),
    )
  },
}

/** Where a payment is, as far as anybody knows. */
function whereabouts(id: string, { answers, committed, arrived }: Aftermath): Text {
  if (arrived.includes(id)) return text('is in the queue', 'đang nằm trong queue')
  const isPromised =
    committed.includes(id) || answers.some(({ payment_id, answer }) => payment_id === id && answer === 'ok')
  return isPromised
    ? text('was promised and is in no queue', 'đã được hứa mà không có trong queue nào')
    : text('was promised to nobody', 'chưa được hứa với ai')
}

/** The first thing that a reckoning got wrong. */
function differenceOf(aftermath: Aftermath, expected: Reckoning, got: Reckoning): Text | undefined {
  for (const list of lists) {
    const missing = expected[list].find((id) => !got[list].includes(id))
    if (missing !== undefined) {
      const why = reasonOf(list, missing, aftermath)
      return text(
        `"${list}" does not name ${shortId(missing)}, which ${why.en}`,
        `"${list}" không nêu ${shortId(missing)}, cái ${why.vi}`,
      )
    }
    const extra = got[list].find((id) => !expected[list].includes(id))
    if (extra !== undefined) {
      const why = whereabouts(extra, aftermath)
      return text(
        `"${list}" names ${shortId(extra)}, which ${why.en}`,
        `"${list}" nêu cả ${shortId(extra)}, cái ${why.vi}`,
      )
    }
    if (new Set(got[list]).size < got[list].length)
      return text(`"${list}" names a payment twice`, `"${list}" nêu một thanh toán hai lần`)
  }
  return undefined
}

function reasonOf(list: (typeof lists)[number], id: string, aftermath: Aftermath): Text {
  if (list === 'repeated') return text('arrived more than once', 'đã tới hơn một lần')
  if (list === 'unfounded')
    return text('arrived, and nobody had promised it', 'đã tới mà chưa ai hứa gì về nó')
  if (list === 'open')
    return text(
      'nobody answered for, saved or received',
      'không ai trả lời, không ai lưu, cũng không tới đâu',
    )
  return whereabouts(id, aftermath)
}

export const leavesThroughTheOutbox: Promised<OutboxSeen> = {
  item: 'failure-01.3',
  text: text(
    'a committed payment leaves through an outbox, is resent under its own id, and its consumer is idempotent',
    'thanh toán đã commit được gửi đi qua outbox, gửi lại vẫn với id cũ, và consumer idempotent',
  ),
  judge(seen) {
    const under = (payment: string) => seen.sentUnder[payment] ?? []
    const more = { at: sending, trace: seen.trace }
    const refused = seen.endedWithNack.find((id) => (seen.captures[id] ?? 0) === 0)
    if (refused !== undefined) {
      return broken(
        text(
          `${shortId(refused)} met a full queue, was refused (nack), and was never sent again`,
          `${shortId(refused)} gặp queue đầy, bị từ chối (nack), và không được gửi lại`,
        ),
        { ...more, messages: [refused] },
      )
    }
    if ((seen.captures[seen.returned] ?? 0) === 0 && under(seen.returned).length > 0) {
      return broken(
        text(
          `${shortId(seen.returned)} was confirmed before anything was bound, and never sent again: the broker confirms what it drops. Ask for it back (mandatory), and call nothing sent that came back`,
          `${shortId(seen.returned)} được confirm khi chưa có binding nào, rồi không được gửi lại: broker confirm cả thứ nó vứt đi. Hãy bảo nó trả lại (mandatory), và đừng coi message bị trả về là đã gửi`,
        ),
        { ...more, messages: [seen.returned] },
      )
    }
    if (under(seen.unconfirmed).length < 2) {
      return broken(
        text(
          `the confirm of ${shortId(seen.unconfirmed)} was lost, and it was not sent again: this time the broker happened to have it, and nothing in your service knew`,
          `confirm của ${shortId(seen.unconfirmed)} bị mất mà nó không được gửi lại: lần này broker tình cờ đã có nó, còn service của bạn không hề biết`,
        ),
        { ...more, messages: [seen.unconfirmed] },
      )
    }
    const renamed = Object.entries(seen.sentUnder).find(([, ids]) => new Set(ids).size > 1)
    if (renamed !== undefined || seen.renamed > 0) {
      const [payment = '', ids = []] = renamed ?? []
      const said =
        renamed === undefined
          ? text(
              `${seen.renamed} messages carry another id than the event in them`,
              `${seen.renamed} message mang id khác với event bên trong`,
            )
          : text(
              `${shortId(payment)} was sent under ${new Set(ids).size} ids: no consumer can tell that it is the same message`,
              `${shortId(payment)} được gửi dưới ${new Set(ids).size} id: không consumer nào biết đó là cùng một message`,
            )
      return broken(said, {
        at: [{ file: 'payments.ts', near: ['sealEvent(', 'messageId'] }],
        trace: seen.trace,
      })
    }
    const wrong = brokenBooks(seen.audit, seen.dead)
    if (wrong !== undefined) return wrong
    const payments = Object.keys(seen.sentUnder)
    const unbooked = payments.find((id) => seen.captures[id] !== 1)
    if (unbooked !== undefined) {
      return broken(
        text(
          `${shortId(unbooked)} reached the wallet and is not in its ledger`,
          `${shortId(unbooked)} đã tới ví mà không có trong sổ cái`,
        ),
        { at: booking, messages: [unbooked] },
      )
    }
    const copies = Object.values(seen.sentUnder).reduce((sum, ids) => sum + ids.length, 0)
    return held(
      witness(
        'resent',
        copies - payments.length,
        text(
          `${copies - payments.length} sent again, each under its id`,
          `gửi lại ${copies - payments.length} lần, lần nào cũng dưới id cũ`,
        ),
      ),
      witness(
        'booked',
        payments.length,
        text(`${payments.length} booked once`, `${payments.length} thanh toán ghi sổ một lần`),
      ),
    )
  },
}

export const losesNothing: Promised<SameKillsSeen> = {
  item: 'failure-01.4',
  text: text(
    'under the same kills every committed payment is booked once: none missing, none doubled',
    'vẫn những lần kill đó, mọi thanh toán đã commit được ghi sổ đúng một lần: không thiếu, không trùng',
  ),
  judge(seen) {
    const told = seen.answers.flatMap(({ payment_id, answer }) => (answer === 'ok' ? [payment_id] : []))
    const unsaved = told.find((id) => !seen.committed.includes(id))
    if (unsaved !== undefined) {
      return broken(
        text(
          `${shortId(unsaved)} was reported as accepted, and the table payment does not have it`,
          `${shortId(unsaved)} được báo là đã nhận mà bảng payment không có nó`,
        ),
        { at: saving, trace: seen.trace, messages: [unsaved] },
      )
    }
    const unfounded = Object.entries(seen.captures).find(
      ([id, captures]) => captures > 0 && !seen.committed.includes(id),
    )
    if (unfounded !== undefined) {
      const [id] = unfounded
      return broken(
        text(
          `the wallet has booked ${shortId(id)}, and the payment service knows no such payment: it was told before it was saved`,
          `ví đã ghi sổ ${shortId(id)} mà service thanh toán không biết thanh toán nào như thế: nó được báo đi trước khi được lưu`,
        ),
        { at: saving, trace: seen.trace, messages: [id] },
      )
    }
    const wrong = brokenBooks(seen.audit, seen.dead)
    if (wrong !== undefined) return wrong
    const missing = seen.committed.filter((id) => seen.captures[id] !== 1)
    const [first] = missing
    if (first !== undefined) {
      return broken(
        text(
          `${missing.length} of ${seen.committed.length} payments are committed and were never booked, first ${shortId(first)}: the customer sees it, the merchant never gets it`,
          `${missing.length} trên ${seen.committed.length} thanh toán đã commit mà không bao giờ được ghi sổ, đầu tiên là ${shortId(first)}: khách thấy nó, merchant thì không bao giờ nhận được`,
        ),
        { at: [...sending, ...booking], trace: seen.trace, messages: missing.slice(0, 3) },
      )
    }
    return held(
      witness(
        'kills',
        seen.kills,
        text(
          `survived ${seen.kills} SIGKILLs of the service`,
          `sống sót qua ${seen.kills} lần SIGKILL service`,
        ),
      ),
      witness('consumer-kills', seen.consumerKills),
      witness(
        'booked',
        seen.committed.length,
        text(
          `${seen.committed.length} payments booked once`,
          `${seen.committed.length} thanh toán ghi sổ đúng một lần`,
        ),
      ),
    )
  },
}

export const notesAreWritten = {
  item: 'failure-01.6',
  text: text(
    'NOTES.md lists each place where a payment can be lost and what prevents it there',
    'NOTES.md liệt kê từng chỗ thanh toán có thể bị mất và cách chặn ở chỗ đó',
  ),
}

function brokenBooks(audit: readonly string[], dead: readonly string[]): Judgement | undefined {
  const [fault] = audit
  if (fault !== undefined)
    return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: booking })
  const [first] = dead
  if (first === undefined) return undefined
  return broken(
    text(
      `${shortId(first)} came again, and the consumer refused it as if it had failed: what is booked already is done`,
      `${shortId(first)} tới lần nữa và bị consumer từ chối như thể xử lý hỏng: cái đã ghi sổ là đã xong`,
    ),
    { at: booking, messages: [first] },
  )
}
