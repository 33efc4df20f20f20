/** What producer and consumer can promise about a broker that goes away; each is held against the wire and the ledger. */
import { lost } from '#lab/checkers/lost'
import { stuck } from '#lab/checkers/stuck'
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import { shortId, text } from '#lab/verdict/language'
import { attemptsMax, type BackoffSeen, firstMs, maxMs } from './scenarios/backoff.ts'
import type { OutageSeen } from './scenarios/outage.ts'
import type { ProducerSeen } from './scenarios/producer.ts'
import type { ResumedSeen, SurvivedSeen } from './scenarios/return.ts'
import type { TagsSeen } from './scenarios/tags.ts'

const keeping = [{ file: 'line.ts', near: ["'close'", 'connect(', 'function keepLine'] }]
const drawing = [{ file: 'backoff.ts', near: ['return', 'function delayMs'] }]
const sending = [{ file: 'producer.ts', near: ['.publish(', 'send('] }]
const consuming = [{ file: 'consumer.ts', near: ['.consume(', 'keepLine('] }]
const settling = [{ file: 'consumer.ts', near: ['.ack(', '.consume('] }]

export const livesThrough: Promised<OutageSeen> = {
  item: 'failure-04.1',
  text: text(
    'the broker is killed while messages are on their way in and out, and is started again',
    'broker bị kill khi message đang vào và đang ra, rồi được khởi động lại',
  ),
  judge(seen) {
    const died = ended(seen.ended)
    if (died !== undefined) return died
    if (!seen.isBack) {
      return broken(
        text(
          `the broker is back, and ${seen.unconfirmed} payments that were on their way in were never heard of again`,
          `broker đã trở lại mà ${seen.unconfirmed} thanh toán đang trên đường vào không bao giờ có hồi âm`,
        ),
        { at: [...sending, ...keeping], trace: seen.trace },
      )
    }
    return held(
      witness(
        'kills',
        seen.kills,
        text('survived 1 SIGKILL of the broker', 'sống sót qua 1 lần SIGKILL broker'),
      ),
      witness(
        'in',
        seen.unconfirmed,
        text(`${seen.unconfirmed} on their way in`, `${seen.unconfirmed} đang vào`),
      ),
      witness('out', seen.unacked, text(`${seen.unacked} on their way out`, `${seen.unacked} đang ra`)),
    )
  },
}

export const saysNothingUnconfirmed: Promised<ProducerSeen> = {
  item: 'failure-04.2',
  text: text(
    'the producer notices the lost connection and calls nothing sent that was not confirmed',
    'producer nhận ra đã mất kết nối và không báo gửi xong message nào chưa được confirm',
  ),
  judge(seen) {
    const [early] = seen.resolvedUnconfirmed
    if (early !== undefined) {
      return broken(
        text(
          `${seen.resolvedUnconfirmed.length} payments were reported as sent while the broker was dead, ${shortId(early)} among them: they were in a buffer of this process, and nowhere else`,
          `${seen.resolvedUnconfirmed.length} thanh toán được báo là đã gửi trong khi broker đã chết, có ${shortId(early)}: chúng chỉ nằm trong buffer của process này`,
        ),
        { at: sending, trace: seen.trace, messages: seen.resolvedUnconfirmed.slice(0, 3) },
      )
    }
    const died = ended(seen.ended)
    if (died !== undefined) return died
    const waiting = stuck(seen.operations)
    if (waiting !== undefined) {
      return broken(
        text(
          `the broker is back, and ${waiting.messages.length} callers still wait for a confirm that will never come: it went with the old connection`,
          `broker đã trở lại mà ${waiting.messages.length} nơi gọi vẫn chờ một confirm không bao giờ tới: nó mất cùng kết nối cũ`,
        ),
        { at: sending, trace: seen.trace, messages: waiting.messages.slice(0, 3) },
      )
    }
    if (seen.renamed > 0) {
      return broken(
        text(
          `${seen.renamed} messages were sent under another id than that of the event in them: their copies can't be told`,
          `${seen.renamed} message được gửi dưới id khác với id của event bên trong: không nhận ra được bản sao`,
        ),
        { at: sending, trace: seen.trace },
      )
    }
    return held(
      witness('kills', seen.kills),
      witness(
        'outstanding',
        seen.outstanding,
        text(
          `${seen.outstanding} waited for the broker, and none was called sent before`,
          `${seen.outstanding} cái chờ broker, không cái nào bị báo gửi xong sớm`,
        ),
      ),
    )
  },
}

export const forgetsOldTags: Promised<TagsSeen> = {
  item: 'failure-04.3',
  text: text(
    'the consumer notices the lost connection and never acks with a delivery tag from before it',
    'consumer nhận ra đã mất kết nối và không bao giờ ack bằng delivery tag của kết nối cũ',
  ),
  judge(seen) {
    const died = ended(seen.ended)
    if (died !== undefined) return died
    if (seen.redelivered === 0) {
      return broken(
        text(
          'the connection was lost, and the consumer never consumed again: it looks alive and eats nothing',
          'kết nối bị mất và consumer không bao giờ nhận message nữa: trông còn sống mà không ăn gì',
        ),
        { at: [...consuming, ...keeping], trace: seen.trace },
      )
    }
    const [error] = seen.channelErrors
    if (error !== undefined || seen.strayAcks > 0) {
      return broken(
        text(
          `deliveries of the lost connection were acknowledged on the new one${error === undefined ? '' : ` ("${error}")`}: there the same tag means another message, or none`,
          `delivery của kết nối đã mất lại được ack trên kết nối mới${error === undefined ? '' : ` ("${error}")`}: ở đó cùng tag ấy là message khác, hoặc không là gì`,
        ),
        { at: settling, trace: seen.trace },
      )
    }
    if (seen.left > 0) {
      return broken(
        text(
          `${seen.left} messages are done and were never acknowledged`,
          `${seen.left} message đã làm xong mà không bao giờ được ack`,
        ),
        { at: settling, trace: seen.trace },
      )
    }
    const undone = seen.captures.filter((captures) => captures !== 1).length
    if (undone > 0) {
      return broken(
        text(
          `${undone} of ${seen.captures.length} payments are not in the ledger`,
          `${undone} trên ${seen.captures.length} thanh toán không có trong sổ cái`,
        ),
        { at: settling, trace: seen.trace },
      )
    }
    return held(
      witness(
        'redelivered',
        seen.redelivered,
        text(
          `${seen.redelivered} came again and were settled once`,
          `${seen.redelivered} tới lại và được ack đúng một lần`,
        ),
      ),
    )
  },
}

/** So much of its range must the jitter use: below it, those who fail together come back together. */
const spreadMin = 0.2

export const waitsLonger: Promised<BackoffSeen> = {
  item: 'failure-04.4',
  text: text(
    'reconnects follow an exponential backoff with a cap and jitter, and their number stays bounded',
    'kết nối lại theo exponential backoff có mức trần và jitter, số lần thử luôn nằm trong giới hạn',
  ),
  judge(seen) {
    for (const { attempt, delays } of seen.drawn) {
      const ceiling = Math.min(maxMs, firstMs * 2 ** (attempt - 1))
      const wrong = delays.find((ms) => !(ms >= 0 && ms <= ceiling))
      if (wrong !== undefined) {
        return broken(
          text(
            `before attempt ${attempt} it would wait ${wrong} ms, and ${ceiling} ms is the most`,
            `trước lần thử ${attempt} nó sẽ chờ ${wrong} ms, trong khi nhiều nhất là ${ceiling} ms`,
          ),
          { at: drawing },
        )
      }
      const spread = Math.max(...delays) - Math.min(...delays)
      if (spread < ceiling * spreadMin) {
        return broken(
          text(
            `a hundred services that fail together would wait ${Math.round(Math.min(...delays))} to ${Math.round(Math.max(...delays))} ms before attempt ${attempt}, and come back in step`,
            `một trăm service cùng mất kết nối sẽ chờ từ ${Math.round(Math.min(...delays))} tới ${Math.round(Math.max(...delays))} ms trước lần thử ${attempt}, rồi cùng ập vào một lúc`,
          ),
          { at: drawing },
        )
      }
    }
    const mean = (nth: number) => average(seen.drawn.find(({ attempt }) => attempt === nth)?.delays ?? [0])
    if (mean(5) < 4 * mean(1)) {
      return broken(
        text(
          `attempt 5 waits ${Math.round(mean(5))} ms on average, attempt 1 ${Math.round(mean(1))} ms: the wait does not double`,
          `lần thử 5 chờ trung bình ${Math.round(mean(5))} ms, lần thử 1 chờ ${Math.round(mean(1))} ms: thời gian chờ không tăng gấp đôi`,
        ),
        { at: drawing },
      )
    }
    const died = ended(seen.ended)
    if (died !== undefined) return died
    for (const [lane, attempts] of Object.entries(seen.attempts)) {
      if (attempts > attemptsMax) {
        return broken(
          text(
            `the ${lane} tried to connect ${attempts} times in ${seen.refusingMs / 1000} s while the broker hung up on everybody: it does not wait between attempts`,
            `trong ${seen.refusingMs / 1000} giây broker cúp máy với tất cả, ${lane} đã thử kết nối ${attempts} lần: giữa các lần nó không chờ`,
          ),
          { at: keeping },
        )
      }
      if (attempts === 0) {
        return broken(text(`the ${lane} never tried to connect again`, `${lane} không hề thử kết nối lại`), {
          at: keeping,
        })
      }
    }
    const attempts = Object.values(seen.attempts)
    return held(
      witness(
        'attempts',
        Math.min(...attempts),
        text(
          `${attempts.join(' and ')} attempts in ${seen.refusingMs / 1000} s`,
          `${attempts.join(' và ')} lần thử trong ${seen.refusingMs / 1000} giây`,
        ),
      ),
      witness(
        'drawn',
        seen.drawn.reduce((sum, { delays }) => sum + delays.length, 0),
      ),
    )
  },
}

export const resumes: Promised<ResumedSeen> = {
  item: 'failure-04.5',
  text: text(
    'once the broker is back, producer and consumer resume by themselves, with one connection each',
    'broker trở lại là producer và consumer tự chạy tiếp, mỗi bên đúng một kết nối',
  ),
  judge(seen) {
    const died = ended(seen.ended)
    if (died !== undefined) return died
    for (const { outage, connections, isSent, why, captures, deliveries } of seen.rounds) {
      const after = {
        killed: text('the broker was killed and started again', 'broker bị kill rồi khởi động lại'),
        cut: text('the connections were torn', 'các kết nối bị ngắt'),
        'without its queue': text(
          "the consumer's connection was torn, and its queue had gone",
          'kết nối của consumer bị ngắt, và queue của nó đã mất',
        ),
      }[outage]
      if (!isSent || captures === 0) {
        const what = isSent
          ? text('was sent, and nobody booked it', 'đã gửi mà không ai ghi sổ')
          : text(`could not be sent${rejected(why).en}`, `không gửi được${rejected(why).vi}`)
        return broken(text(`${after.en}; a payment ${what.en}`, `${after.vi}; một thanh toán ${what.vi}`), {
          at: isSent ? [...consuming, ...keeping] : [...sending, ...keeping],
          trace: seen.trace,
        })
      }
      const many = Object.entries(connections).find(([, open]) => open !== 1)
      if (many !== undefined) {
        return broken(
          text(
            `${after.en}, and the ${many[0]} has ${many[1]} connections: each loss is answered more than once`,
            `${after.vi}, và ${many[0]} có ${many[1]} kết nối: mỗi lần mất kết nối được trả lời hơn một lần`,
          ),
          { at: keeping },
        )
      }
      if (deliveries > 1 && outage !== 'killed') {
        return broken(
          text(
            `${after.en}, and one payment was delivered ${deliveries} times with nothing wrong: somebody else consumes as well`,
            `${after.vi}, và một thanh toán được giao ${deliveries} lần dù không có sự cố: có ai đó khác cũng đang nhận`,
          ),
          { at: consuming, trace: seen.trace },
        )
      }
    }
    return held(
      witness(
        'outages',
        seen.rounds.length,
        text(`resumed after ${seen.rounds.length} outages`, `tự chạy tiếp sau ${seen.rounds.length} sự cố`),
      ),
    )
  },
}

export const losesNothing: Promised<SurvivedSeen> = {
  item: 'failure-04.6',
  text: text(
    'every message confirmed before the kill is processed after the restart, and booked once',
    'message nào đã confirm trước lúc kill đều được xử lý sau khi khởi động lại, và chỉ ghi sổ một lần',
  ),
  judge(seen) {
    const died = ended(seen.ended)
    if (died !== undefined) return died
    const [fault] = seen.audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: settling })
    const gone = seen.confirmedBefore.filter((id) => seen.captures[id] !== 1)
    if (gone.length > 0) {
      return broken(
        text(
          `${gone.length} of ${seen.confirmedBefore.length} payments that were confirmed before the kill were never booked, first ${shortId(gone[0] ?? '')}`,
          `${gone.length} trên ${seen.confirmedBefore.length} thanh toán đã confirm trước lúc kill không bao giờ được ghi sổ, đầu tiên là ${shortId(gone[0] ?? '')}`,
        ),
        { at: [...sending, ...consuming], messages: gone.slice(0, 3) },
      )
    }
    const waiting = seen.sent.filter((id) => seen.captures[id] === 0)
    if (waiting.length > 0 && seen.left >= waiting.length) {
      return broken(
        text(
          `${waiting.length} payments were sent and are still in payments.work: after the outage nobody takes them out any more, or too slowly`,
          `${waiting.length} thanh toán đã gửi mà vẫn còn nằm trong payments.work: sau sự cố không còn ai lấy chúng ra nữa, hoặc lấy quá chậm`,
        ),
        { at: consuming, messages: waiting.slice(0, 3) },
      )
    }
    const booked = Object.entries(seen.captures).flatMap(([id, captures]) => (captures > 0 ? [id] : []))
    const anomaly = lost(
      seen.sent.map((message, at) => ({
        id: at + 1,
        by: 'caller',
        what: 'send',
        message,
        ending: 'ok' as const,
        invokedAt: 0,
        endedAt: undefined,
        endedMs: undefined,
        reason: undefined,
      })),
      { what: 'send', found: booked },
    )
    if (anomaly !== undefined)
      return broken(anomaly.said, { at: [...sending, ...consuming], messages: anomaly.messages })
    const all = Object.keys(seen.captures)
    if (seen.sent.length < all.length) {
      return broken(
        text(
          `${all.length - seen.sent.length} of ${all.length} payments could not be sent, though the broker came back${rejected(seen.why).en}`,
          `${all.length - seen.sent.length} trên ${all.length} thanh toán không gửi được dù broker đã trở lại${rejected(seen.why).vi}`,
        ),
        { at: sending },
      )
    }
    const [dead] = seen.dead
    if (dead !== undefined) {
      return broken(
        text(
          `${shortId(dead)} came again after the outage and was refused as if it had failed`,
          `${shortId(dead)} tới lại sau sự cố và bị từ chối như thể xử lý hỏng`,
        ),
        { at: settling, messages: [dead] },
      )
    }
    return held(
      witness(
        'kills',
        seen.kills,
        text('survived 1 SIGKILL of the broker', 'sống sót qua 1 lần SIGKILL broker'),
      ),
      witness('confirmed-before', seen.confirmedBefore.length),
      witness(
        'booked',
        booked.length,
        text(
          `${booked.length} payments booked once, ${seen.copies} sent again`,
          `${booked.length} thanh toán ghi sổ một lần, gửi lại ${seen.copies}`,
        ),
      ),
    )
  },
}

export const notesAreWritten = {
  item: 'failure-04.7',
  text: text(
    'NOTES.md says what producer and consumer do between the lost connection and the first success',
    'NOTES.md ghi producer và consumer làm gì từ lúc mất kết nối đến lần thành công đầu tiên',
  ),
}

/** A callback of amqplib that gets an error may have met a lost channel, and no nack. */
function rejected(why: string | undefined) {
  if (why === undefined) return text('', '')
  const isLoss = /clos|lost|connection|socket|EPIPE|ECONN/i.test(why)
  return text(
    `: send() was rejected with "${why}"${isLoss ? ', which is a lost connection and no refusal' : ''}`,
    `: send() bị reject với "${why}"${isLoss ? ', đó là mất kết nối chứ không phải broker từ chối' : ''}`,
  )
}

function ended(services: readonly { readonly file: string; readonly why: string }[]): Judgement | undefined {
  const [first] = services
  if (first === undefined) return undefined
  return broken(
    text(
      `${first.file} did not live through the outage: ${first.why}`,
      `${first.file} không sống qua được sự cố: ${first.why}`,
    ),
    { at: [{ file: first.file, near: ["'close'", "'error'"] }, ...keeping] },
  )
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
