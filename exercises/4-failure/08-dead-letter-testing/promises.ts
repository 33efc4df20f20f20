/** What can be promised about a dead letter queue and its tools; each is held against the queues, the ledger and the monitor. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import { shortId, text } from '#lab/verdict/language'
import type { Audit, AuditedSeen } from './scenarios/audit.ts'
import type { BatchSeen } from './scenarios/batch.ts'
import { attemptsMax } from './scenarios/letters.ts'
import type { ListedSeen } from './scenarios/listing.ts'
import { agedSeconds, type MonitoredSeen } from './scenarios/monitor.ts'
import { type RedrivenSeen, redrivesMax } from './scenarios/redrive.ts'

const making = [{ file: 'batch.ts', near: ['function makeBatch'] }]
const drawing = [{ file: 'batch.ts', near: ['Math.random', 'Date.now', 'newId(', 'function makeBatch'] }]
const auditing = [{ file: 'audit.ts', near: ['function audit'] }]
const listing = [{ file: 'dlq.ts', near: ['list', '.get(', '.consume('] }]
const redriving = [{ file: 'dlq.ts', near: ['.publish(', 'redrive'] }]
const acking = [{ file: 'dlq.ts', near: ['.ack(', '.publish('] }]
/** What an age may be off by: the broker dates deaths by a clock of its own, in whole seconds. */
const slackSeconds = 300
/** More different values than kinds of reasons, with room for one's own; each value is a time series for ever. */
const labelValuesMax = 8

export const batchFailsAsPlanned: Promised<BatchSeen> = {
  item: 'failure-08.1',
  text: text(
    'a seeded batch mixes good messages with ones that fail in different ways',
    'một lô message sinh theo seed trộn message tốt với message hỏng theo nhiều kiểu',
  ),
  judge(seen) {
    if (seen.size !== seen.wanted) {
      return broken(
        text(
          `makeBatch() was asked for ${seen.wanted} messages and made ${seen.size}`,
          `makeBatch() được yêu cầu ${seen.wanted} message mà làm ra ${seen.size}`,
        ),
        { at: making },
      )
    }
    const [other] = seen.otherwise
    if (other !== undefined) {
      return broken(
        text(
          `${shortId(other.id)} says that it is ${other.says}, and three attempts at it ended: ${other.ended}. A batch that is wrong about itself proves nothing about a consumer`,
          `${shortId(other.id)} tự nhận là ${other.says} mà ba lần thử kết thúc: ${other.ended}. Lô message nói sai về chính nó thì không chứng minh được gì về consumer`,
        ),
        { at: making, messages: [other.id] },
      )
    }
    if (seen.ways.length < 3 || seen.good < seen.size / 3) {
      return broken(
        text(
          `of ${seen.size} messages ${seen.good} are good, the others fail as: ${seen.ways.join(', ') || 'none'}. Wanted: about half of them good, and unreadable, invalid and frozen ones among them`,
          `trong ${seen.size} message có ${seen.good} cái tốt, còn lại hỏng kiểu: ${seen.ways.join(', ') || 'không có'}. Cần: khoảng một nửa tốt, xen vào là unreadable, invalid và frozen`,
        ),
        { at: making },
      )
    }
    if (seen.differentIds !== seen.size) {
      return broken(
        text(
          `${seen.size} messages have ${seen.differentIds} different ids`,
          `${seen.size} message mà chỉ có ${seen.differentIds} id khác nhau`,
        ),
        { at: drawing },
      )
    }
    if (!seen.sameAgain) {
      return broken(
        text(
          'the same seed made another batch the second time: a failure that is found with it can not be repeated. Everything has to come from source',
          'cùng một seed mà lần hai ra lô khác: lỗi tìm được với nó sẽ không lặp lại được. Mọi thứ phải lấy từ source',
        ),
        { at: drawing },
      )
    }
    if (!seen.otherSeedDiffers) {
      return broken(text('another seed makes the very same batch', 'seed khác mà lô vẫn y như cũ'), {
        at: drawing,
      })
    }
    if (seen.changes < 3) {
      return broken(
        text(
          `good and failing messages lie apart: only ${seen.changes} changes from one to the other in ${seen.size} messages. What fails has to stand among what does not, or nobody sees who waits for whom`,
          `message tốt và message hỏng nằm tách rời: ${seen.size} message mà chỉ đổi loại ${seen.changes} lần. Cái hỏng phải nằm xen giữa cái tốt, nếu không thì chẳng thấy ai chờ ai`,
        ),
        { at: making },
      )
    }
    return held(
      witness(
        'failing',
        seen.failing,
        text(
          `${seen.good} good, ${seen.failing} failing in ${seen.ways.length} ways, each as it says`,
          `${seen.good} cái tốt, ${seen.failing} cái hỏng theo ${seen.ways.length} kiểu, cái nào cũng đúng như nó nói`,
        ),
      ),
      witness('good', seen.good),
    )
  },
}

/** Compares lists of ids as sets; answers the first that the audit got wrong. */
function wrongList(
  names: readonly (keyof Audit)[],
  planted: Audit,
  found: Audit,
): { name: keyof Audit; kind: 'overlooked' | 'invented'; ids: readonly string[] } | undefined {
  for (const name of names) {
    const overlooked = planted[name].filter((id) => !found[name].includes(id))
    if (overlooked.length > 0) return { name, kind: 'overlooked', ids: overlooked }
    const extra = found[name].filter((id) => !planted[name].includes(id))
    if (extra.length > 0) return { name, kind: 'invented', ids: extra }
  }
  return undefined
}

const nothing: Audit = { tooOften: [], tooSeldom: [], missing: [], invented: [], twice: [] }

const whatItIs: Readonly<Record<keyof Audit, { en: string; vi: string }>> = {
  tooOften: {
    en: 'was attempted once more than the limit allows',
    vi: 'được thử nhiều hơn giới hạn một lần',
  },
  tooSeldom: {
    en: 'was given up before its attempts were used up',
    vi: 'bị bỏ khi còn chưa thử đủ số lần',
  },
  missing: { en: 'was acknowledged and is in no place', vi: 'đã được ack mà không còn ở đâu' },
  invented: { en: 'is in the DLQ and was never published', vi: 'nằm trong DLQ mà chưa ai publish' },
  twice: { en: 'is booked, and in the DLQ as well', vi: 'đã ghi sổ mà vẫn nằm trong DLQ' },
}

function judgeAudit(
  seen: AuditedSeen,
  names: readonly (keyof Audit)[],
  why: { en: string; vi: string },
): Judgement {
  const onSound = wrongList(names, nothing, seen.sound)
  if (onSound !== undefined) {
    const ids = onSound.ids.map(shortId).join(', ')
    return broken(
      text(
        `a run without a fault, and audit() lists ${onSound.ids.length} under ${onSound.name} (${ids}): whoever cries wolf is not heard the next time`,
        `một lần chạy không có lỗi nào mà audit() liệt kê ${onSound.ids.length} cái ở ${onSound.name} (${ids}): báo động giả thì lần sau không ai nghe`,
      ),
      { at: auditing, messages: onSound.ids },
    )
  }
  const wrong = wrongList(names, seen.planted, seen.found)
  if (wrong === undefined) return held()
  const [id = ''] = wrong.ids
  const { en, vi } = whatItIs[wrong.name]
  return broken(
    wrong.kind === 'overlooked'
      ? text(
          `${shortId(id)} ${en}, and audit() does not name it under ${wrong.name}${why.en}`,
          `${shortId(id)} ${vi}, mà audit() không nêu nó ở ${wrong.name}${why.vi}`,
        )
      : text(
          `audit() names ${shortId(id)} under ${wrong.name}, and nothing of the kind happened to it`,
          `audit() nêu ${shortId(id)} ở ${wrong.name}, mà không có chuyện đó xảy ra với nó`,
        ),
    { at: auditing, messages: wrong.ids },
  )
}

export const attemptsAreAudited: Promised<AuditedSeen> = {
  item: 'failure-08.2',
  text: text(
    'each failing message is attempted as often as the limit allows, and no more',
    'mỗi message hỏng được thử đúng số lần giới hạn cho phép, không hơn',
  ),
  judge(seen) {
    const judged = judgeAudit(seen, ['tooOften', 'tooSeldom'], { en: '', vi: '' })
    if ('broken' in judged) return judged
    return held(
      witness(
        'failing',
        seen.failing,
        text(
          `${seen.failing} failing messages attempted 1 or ${attemptsMax} times; the two attempted otherwise were named`,
          `${seen.failing} message hỏng được thử 1 hoặc ${attemptsMax} lần; hai cái bị thử sai số lần đều bị nêu tên`,
        ),
      ),
      witness('planted', seen.planted.tooOften.length + seen.planted.tooSeldom.length),
    )
  },
}

export const nothingIsLost: Promised<AuditedSeen> = {
  item: 'failure-08.3',
  text: text(
    'by their ids, the messages that went in are those processed plus those in the DLQ',
    'đối chiếu theo id: số message gửi vào đúng bằng phần đã xử lý cộng phần trong DLQ',
  ),
  judge(seen) {
    const { published, inPlaces } = seen.plantedCounts
    const why = {
      en: `. The numbers come out even (${published} published, ${inPlaces} found), the ids don't`,
      vi: `. Số lượng thì khớp (gửi ${published}, tìm thấy ${inPlaces}), id thì không`,
    }
    const judged = judgeAudit(seen, ['missing', 'invented', 'twice'], why)
    if ('broken' in judged) return judged
    const { missing, invented, twice } = seen.planted
    return held(
      witness(
        'planted',
        missing.length + invented.length + twice.length,
        text(
          `${seen.published} messages conserved; where ${missing.length} were lost, ${invented.length} made up and ${twice.length} in two places, each was named`,
          `${seen.published} message được bảo toàn; khi có ${missing.length} cái mất, ${invented.length} cái từ đâu ra, ${twice.length} cái nằm hai chỗ, cái nào cũng bị nêu tên`,
        ),
      ),
      witness('published', seen.published),
    )
  },
}

export const readsAndLeaves: Promised<ListedSeen> = {
  item: 'failure-08.4',
  text: text(
    'reason, attempts and origin of a dead message can be read, and the message stays in the DLQ',
    'đọc được lý do, số lần thử và nơi xuất phát của message trong DLQ mà message vẫn nằm yên đó',
  ),
  judge(seen) {
    const gone = seen.wanted.filter(({ id }) => !seen.after.includes(id))
    if (gone.length > 0) {
      return broken(
        text(
          `list() was asked ${seen.lists} times, and ${gone.length} of ${seen.wanted.length} messages are not in payments.dlq any more${seen.unacked > 0 ? `: ${seen.unacked} are out, unacknowledged` : ''}`,
          `list() được gọi ${seen.lists} lần thì ${gone.length} trên ${seen.wanted.length} message không còn trong payments.dlq${seen.unacked > 0 ? `: ${seen.unacked} cái đang bị giữ, chưa ack` : ''}`,
        ),
        { at: listing, messages: gone.map(({ id }) => id) },
      )
    }
    for (const [listed, which] of [
      [seen.first, text('the first time', 'lần đầu')],
      [seen.last, text('the last time', 'lần cuối')],
    ] as const) {
      const ids = listed.map(({ id }) => id).join()
      if (ids === seen.wanted.map(({ id }) => id).join()) continue
      const isRepeated = new Set(listed.map(({ id }) => id)).size < listed.length
      const how = isRepeated
        ? text(', the same ones more than once', ', có cái bị lặp lại')
        : listed.length === seen.wanted.length
          ? text(', in another order', ', theo thứ tự khác')
          : text('', '')
      return broken(
        text(
          `${seen.wanted.length} messages are in payments.dlq, and list() answers ${listed.length} ${which.en}${how.en}`,
          `payments.dlq có ${seen.wanted.length} message mà ${which.vi} list() trả về ${listed.length}${how.vi}`,
        ),
        { at: listing },
      )
    }
    for (const [at, wanted] of seen.wanted.entries()) {
      const found = seen.first[at]
      const wrong = (['reason', 'attempts', 'exchange', 'routingKey', 'redrives'] as const).find(
        (name) => found?.[name] !== wanted[name],
      )
      if (wrong === undefined) continue
      return broken(
        text(
          `list() says of ${shortId(wanted.id)}: ${wrong} ${JSON.stringify(found?.[wrong])}; right is ${JSON.stringify(wanted[wrong])}`,
          `list() nói về ${shortId(wanted.id)}: ${wrong} là ${JSON.stringify(found?.[wrong])}; đúng ra là ${JSON.stringify(wanted[wrong])}`,
        ),
        { at: [{ file: 'dlq.ts', near: ['x-reason', 'x-death', 'list'] }], messages: [wanted.id] },
      )
    }
    const frozen = seen.wanted.filter(({ reason }) => reason.includes('frozen')).map(({ id }) => id)
    if (seen.frozenOnly.join() !== frozen.join() || seen.byId.join() !== seen.askedFor) {
      return broken(
        text(
          `list({ reason: 'frozen' }) answers ${seen.frozenOnly.length} messages (${frozen.length} are right), list({ ids: […] }) with one id ${seen.byId.length}`,
          `list({ reason: 'frozen' }) trả về ${seen.frozenOnly.length} message (đúng là ${frozen.length}), list({ ids: […] }) với một id trả về ${seen.byId.length}`,
        ),
        { at: [{ file: 'dlq.ts', near: ['filter', 'list'] }] },
      )
    }
    return held(
      witness(
        'lists',
        seen.lists,
        text(
          `${seen.wanted.length} messages read ${seen.lists} times, all of them still there`,
          `${seen.wanted.length} message được đọc ${seen.lists} lần, cái nào cũng còn đó`,
        ),
      ),
      witness('messages', seen.after.length),
    )
  },
}

export const comesBackOnce: Promised<RedrivenSeen> = {
  item: 'failure-08.5',
  text: text(
    'after the fix, messages sent back from the DLQ keep their ids and are processed once',
    'sửa lỗi xong, message gửi lại từ DLQ giữ nguyên id và được xử lý đúng một lần',
  ),
  judge(seen) {
    const { dead, dry, afterDry, atWork, trace } = seen
    if (afterDry.work > 0 || afterDry.dlq !== dead.length + 1) {
      return broken(
        text(
          `a dry run, and ${afterDry.work} messages are in payments.work, ${afterDry.dlq} of ${dead.length + 1} in payments.dlq: it was to say what would happen, and to do nothing`,
          `chạy thử (dryRun) mà payments.work có ${afterDry.work} message, payments.dlq còn ${afterDry.dlq} trên ${dead.length + 1}: chạy thử thì chỉ nói, không làm`,
        ),
        { at: redriving, trace },
      )
    }
    if ([...dry.sent].sort().join() !== [...dead].sort().join()) {
      return broken(
        text(
          `the dry run says that ${dry.sent.length} messages would be sent; the filter means ${dead.length}`,
          `chạy thử nói sẽ gửi ${dry.sent.length} message; bộ lọc chỉ tới ${dead.length}`,
        ),
        { at: redriving },
      )
    }
    const ids = atWork.map(({ id }) => id)
    const stranger = ids.find((id) => !dead.includes(id) && id !== seen.spared)
    if (stranger !== undefined) {
      return broken(
        text(
          `a message came back to payments.work under the id "${stranger.slice(-12)}", and none died under that id: to every consumer this is another payment, and what was booked before it died is booked again`,
          `một message quay lại payments.work với id "${stranger.slice(-12)}", mà không message nào chết với id đó: với mọi consumer đây là một thanh toán khác, cái đã ghi sổ trước khi chết sẽ bị ghi lần nữa`,
        ),
        { at: redriving, trace, messages: [stranger] },
      )
    }
    if (!seen.sparedStays || ids.includes(seen.spared)) {
      return broken(
        text(
          `the filter meant what died of a frozen account; ${shortId(seen.spared)}, which can't be read, left the DLQ as well`,
          `bộ lọc chỉ tới message chết vì tài khoản bị khoá; ${shortId(seen.spared)}, không đọc được, cũng bị lấy khỏi DLQ`,
        ),
        { at: redriving, messages: [seen.spared] },
      )
    }
    const missing = dead.filter((id) => !ids.includes(id))
    if (missing.length > 0) {
      return broken(
        text(
          `${missing.length} of ${dead.length} messages that redrive() was to send are not in payments.work`,
          `${missing.length} trên ${dead.length} message mà redrive() phải gửi không có trong payments.work`,
        ),
        { at: redriving, trace, messages: missing },
      )
    }
    for (const one of atWork) {
      if (one.exchange !== 'payments' || one.routingKey !== 'payment.requested') {
        return broken(
          text(
            `${shortId(one.id)} came back through exchange "${one.exchange}" with key "${one.routingKey}"; it was published to "payments" with payment.requested, and whoever else listens there has a right to it`,
            `${shortId(one.id)} quay lại qua exchange "${one.exchange}" với key "${one.routingKey}"; nó vốn được publish vào "payments" với payment.requested, và ai khác nghe ở đó cũng có quyền nhận`,
          ),
          { at: redriving, messages: [one.id] },
        )
      }
      if (!one.sameBody) {
        return broken(
          text(
            `${shortId(one.id)} came back with another body`,
            `${shortId(one.id)} quay lại với nội dung khác`,
          ),
          { at: redriving, messages: [one.id] },
        )
      }
      if (one.hasOldCounts) {
        return broken(
          text(
            `${shortId(one.id)} came back with its old x-attempts (or x-death): a consumer that goes on counting from there gives it up at its first failure`,
            `${shortId(one.id)} quay lại với x-attempts (hoặc x-death) cũ: consumer đếm tiếp từ đó thì hỏng một lần là bỏ luôn`,
          ),
          { at: redriving, messages: [one.id] },
        )
      }
      if (one.redrives !== 1) {
        return broken(
          text(
            `${shortId(one.id)} was sent back for the first time, and its header x-redrives says ${one.redrives}: nobody will know when it is enough`,
            `${shortId(one.id)} được gửi lại lần đầu mà header x-redrives nói ${one.redrives}: sẽ không ai biết bao nhiêu lần là đủ`,
          ),
          { at: redriving, messages: [one.id] },
        )
      }
    }
    return judgeEnds(seen)
  },
}

function judgeEnds({ dead, booked, killed, hopeless, unroutable, trace }: RedrivenSeen): Judgement {
  if (booked !== dead.length) {
    return broken(
      text(
        `${dead.length} payments were sent back after the fix, and ${booked} are booked`,
        `${dead.length} thanh toán được gửi lại sau khi sửa mà chỉ ${booked} cái được ghi sổ`,
      ),
      { at: redriving, trace },
    )
  }
  const lost = killed.produced.filter((id) => !killed.booked.includes(id))
  if (lost.length > 0) {
    return broken(
      text(
        `the tool was killed ${killed.kills} times while it sent ${killed.produced.length} messages back, and ${lost.length} of them are neither booked nor in a queue: the dead copy was gone before the new one was there`,
        `công cụ bị kill ${killed.kills} lần khi đang gửi lại ${killed.produced.length} message, và ${lost.length} cái vừa không được ghi sổ vừa không còn ở queue nào: bản chết mất trước khi bản mới tới nơi`,
      ),
      { at: acking, trace, messages: lost },
    )
  }
  if (killed.left.length > 0) {
    return broken(
      text(
        `${killed.left.length} messages are still in a queue after redrive() had come to its end`,
        `redrive() chạy xong rồi mà vẫn còn ${killed.left.length} message trong queue`,
      ),
      { at: acking, trace, messages: killed.left },
    )
  }
  if (hopeless.sends > redrivesMax) {
    return broken(
      text(
        `${shortId(hopeless.id)} died again each time, and was sent back ${hopeless.sends} times in ${hopeless.rounds} rounds; ${redrivesMax} are allowed. A redrive into a consumer that is still broken is an endless loop with a person in it`,
        `${shortId(hopeless.id)} lần nào cũng chết lại mà được gửi lại ${hopeless.sends} lần trong ${hopeless.rounds} vòng; chỉ được ${redrivesMax}. Gửi lại vào một consumer vẫn còn hỏng là vòng lặp vô tận có con người ở giữa`,
      ),
      { at: [{ file: 'dlq.ts', near: ['redrivesMax', 'x-redrives'] }], messages: [hopeless.id] },
    )
  }
  if (hopeless.sends < redrivesMax || !hopeless.stays || !hopeless.refused) {
    return broken(
      text(
        `${shortId(hopeless.id)} died again each time: it was sent back ${hopeless.sends} times (${redrivesMax} are right), is ${hopeless.stays ? 'still' : 'not'} in payments.dlq, and ${hopeless.refused ? 'is' : 'is not'} named under refused`,
        `${shortId(hopeless.id)} lần nào cũng chết lại: được gửi lại ${hopeless.sends} lần (đúng là ${redrivesMax}), ${hopeless.stays ? 'vẫn' : 'không'} còn trong payments.dlq, ${hopeless.refused ? 'có' : 'không'} được nêu ở refused`,
      ),
      { at: [{ file: 'dlq.ts', near: ['redrivesMax', 'x-redrives'] }], messages: [hopeless.id] },
    )
  }
  if (!unroutable.stays || !unroutable.failed) {
    return broken(
      text(
        `the routing key of ${shortId(unroutable.id)} leads to no queue any more: after redrive() it is ${unroutable.stays ? '' : 'not '}in payments.dlq, and ${unroutable.failed ? '' : 'not '}named under failed. A confirm says that the broker has it, not that a queue has`,
        `routing key của ${shortId(unroutable.id)} không còn dẫn tới queue nào: sau redrive() nó ${unroutable.stays ? 'còn' : 'không còn'} trong payments.dlq, ${unroutable.failed ? 'có' : 'không'} được nêu ở failed. Confirm nói broker đã có nó, không nói queue đã có nó`,
      ),
      { at: [{ file: 'dlq.ts', near: ['mandatory', '.publish('] }], messages: [unroutable.id] },
    )
  }
  return held(
    witness(
      'redriven',
      dead.length,
      text(
        `${dead.length} sent back and booked once, ${killed.kills} SIGKILLs survived, refused after ${hopeless.sends} redrives`,
        `${dead.length} cái gửi lại và ghi sổ đúng một lần, sống sót qua ${killed.kills} lần SIGKILL, từ chối sau ${hopeless.sends} lần gửi lại`,
      ),
    ),
    witness('kills', killed.kills),
    witness('booked', booked + killed.booked.length),
  )
}

export const alertsUntilEmpty: Promised<MonitoredSeen> = {
  item: 'failure-08.6',
  text: text(
    'a monitor shows how full the DLQ is, how old its oldest message is, and alerts until it is empty',
    'màn theo dõi cho biết DLQ có bao nhiêu message, cái cũ nhất bao lâu, và cảnh báo cho tới khi DLQ trống',
  ),
  judge(seen) {
    const { empty, full, aged, oneLeft, emptied } = seen
    const wrong = (en: string, vi: string, near: readonly string[]): Judgement =>
      broken(text(en, vi), { at: [{ file: 'monitor.ts', near }] })
    const missing =
      empty.depth === undefined
        ? 'dlq_messages'
        : empty.ageSeconds === undefined
          ? 'dlq_oldest_age_seconds'
          : ''
    if (missing !== '')
      return wrong(`GET /metrics has no ${missing}`, `GET /metrics không có ${missing}`, ['new Gauge'])
    if (empty.depth !== 0 || empty.alerts > 0) {
      return wrong(
        `payments.dlq is empty, and the monitor says: depth ${empty.depth}, ${empty.alerts} alerts`,
        `payments.dlq trống mà monitor nói: ${empty.depth} message, ${empty.alerts} cảnh báo`,
        ['.set('],
      )
    }
    const died = seen.frozen + seen.rejected
    if (full.depth !== died || full.alerts === 0) {
      return wrong(
        `${died} payments died: dlq_messages says ${full.depth}, ${full.alerts} alerts fire`,
        `${died} thanh toán chết: dlq_messages nói ${full.depth}, có ${full.alerts} cảnh báo`,
        ['dlq_messages', 'alert'],
      )
    }
    const values = Object.keys(full.byReason)
    if (values.length > labelValuesMax) {
      return wrong(
        `${seen.frozen} payments died of frozen accounts, each text with a name of its own in it, and the label reason has ${values.length} values: each is a time series of its own, kept for months. ${labelValuesMax} at most, by class`,
        `${seen.frozen} thanh toán chết vì tài khoản bị khoá, mỗi thông báo lỗi chứa một tên riêng, và label reason có ${values.length} giá trị: mỗi giá trị là một time series, giữ hàng tháng trời. Tối đa ${labelValuesMax}, theo loại`,
        ['inc(', 'labelNames', 'dlq_arrivals_total'],
      )
    }
    const counts = Object.values(full.byReason).toSorted((a, b) => b - a)
    if (full.arrivals !== died || !counts.includes(seen.frozen) || !counts.includes(seen.rejected)) {
      const told = Object.entries(full.byReason)
        .map(([reason, count]) => `${reason === '' ? 'without a reason' : reason} ${count}`)
        .join(', ')
      return wrong(
        `${seen.frozen} payments died of frozen accounts and ${seen.rejected} were rejected; dlq_arrivals_total tells: ${told || 'nothing'}`,
        `${seen.frozen} thanh toán chết vì tài khoản bị khoá, ${seen.rejected} cái bị reject; dlq_arrivals_total nói: ${told || 'không có gì'}`,
        ['inc(', 'labelNames', 'dlq_arrivals_total'],
      )
    }
    const age = aged.ageSeconds ?? 0
    if (Math.abs(age - agedSeconds) > slackSeconds) {
      return wrong(
        `the oldest message has been in payments.dlq for ${agedSeconds} s, and dlq_oldest_age_seconds says ${age}`,
        `message cũ nhất nằm trong payments.dlq đã ${agedSeconds} giây mà dlq_oldest_age_seconds nói ${age}`,
        ['dlq_oldest_age_seconds'],
      )
    }
    if (oneLeft.depth !== 1 || oneLeft.alerts === 0) {
      return wrong(
        `${died - 1} of ${died} left payments.dlq: dlq_messages says ${oneLeft.depth}, and ${oneLeft.alerts} alerts fire. The last payment is somebody's money too`,
        `${died - 1} trên ${died} message đã rời payments.dlq: dlq_messages nói ${oneLeft.depth}, có ${oneLeft.alerts} cảnh báo. Thanh toán cuối cùng cũng là tiền của ai đó`,
        ['alert'],
      )
    }
    if (emptied.depth !== 0 || emptied.alerts > 0 || emptied.ageSeconds !== 0) {
      return wrong(
        `payments.dlq is empty again, and the monitor says: depth ${emptied.depth}, age ${emptied.ageSeconds} s, ${emptied.alerts} alerts`,
        `payments.dlq đã trống trở lại mà monitor nói: ${emptied.depth} message, tuổi ${emptied.ageSeconds} giây, ${emptied.alerts} cảnh báo`,
        ['alert', '.set('],
      )
    }
    return held(
      witness(
        'arrivals',
        full.arrivals ?? 0,
        text(
          `${full.arrivals} arrivals in ${values.length} classes, an alert from the first to the last of them`,
          `${full.arrivals} lần vào thuộc ${values.length} loại, có cảnh báo từ cái đầu tới cái cuối`,
        ),
      ),
      witness('alerts', full.alerts + oneLeft.alerts),
    )
  },
}

export const notesAreWritten = {
  item: 'failure-08.7',
  text: text(
    'NOTES.md reports the results: messages by outcome and by reason, and what you did not expect',
    'NOTES.md ghi kết quả: số message theo kết cục và theo lý do, cùng điều bạn không ngờ tới',
  ),
}
