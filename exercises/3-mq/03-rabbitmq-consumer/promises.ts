/** What a consumer can promise; each is held against what the wire, the queues and the ledger showed. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import { shortId, text } from '#lab/verdict/language'
import { formatMoney } from '#payments/money'
import type { AckSeen, BookedSeen, KilledSeen, StoppedSeen } from './scenarios/consumer.ts'
import {
  type AcksSeen,
  attemptsMax,
  type FailingSeen,
  type HandledSeen,
  type PrefetchSeen,
} from './scenarios/listener.ts'

const listener = 'listener.ts'
const consumer = 'consumer.ts'
const consuming = [{ file: listener, near: ['.consume(', 'function listen'] }]
const acking = [{ file: listener, near: ['.ack(', '.consume('] }]
const refusing = [{ file: listener, near: ['.nack(', '.reject(', 'catch'] }]
const stopping = [{ file: listener, near: ['async stop(', 'stop(', 'stop:'] }]
const booking = [{ file: consumer, near: ['.post(', 'listen('] }]

export const handsOver: Promised<HandledSeen> = {
  item: 'mq-03.1',
  text: text(
    'a listener hands each message to its handler once, as read() gave it, and outlives a cancel by the broker',
    'listener đưa mỗi message cho handler đúng một lần, ở dạng read() trả về, và không chết khi broker huỷ consumer',
  ),
  judge(seen) {
    const closed = brokenByClose(seen.channelErrors, seen.trace)
    if (closed !== undefined) return closed
    const counts = countsOf(seen.handled.map(({ id }) => id))
    const twice = seen.ids.find((id) => (counts[id] ?? 0) > 1)
    if (twice !== undefined) {
      return broken(
        text(
          `handle() was called ${counts[twice]} times for ${shortId(twice)}, and nothing had gone wrong`,
          `handle() bị gọi ${counts[twice]} lần cho ${shortId(twice)} dù không có sự cố gì`,
        ),
        { at: acking, trace: seen.trace, messages: [twice] },
      )
    }
    const missing = seen.ids.filter((id) => counts[id] === undefined)
    if (missing.length > 0) {
      return broken(
        text(
          `${missing.length} of ${seen.ids.length} messages reached no handler under their message id: handle() is told { messageId, redelivered }`,
          `${missing.length} trên ${seen.ids.length} message không tới handler dưới message id của mình: handle() nhận { messageId, redelivered }`,
        ),
        { at: consuming, messages: missing.slice(0, 3) },
      )
    }
    if (seen.unread > 0) {
      return broken(
        text(
          `${seen.unread} handlers got something else than what read() had made of the body`,
          `${seen.unread} lần handler nhận thứ khác với thứ read() đã đọc ra từ body`,
        ),
        { at: [{ file: listener, near: ['.handle('] }] },
      )
    }
    if (seen.left > 0) return notDone(seen.left)
    if (seen.endedByCancel !== undefined) {
      return broken(
        text(
          `the queue was deleted, the broker cancelled the consumer, and the connection ended with "${seen.endedByCancel}": the callback got null for a message`,
          `queue bị xoá, broker huỷ consumer, và kết nối chết với "${seen.endedByCancel}": callback đã nhận null thay cho message`,
        ),
        { at: consuming },
      )
    }
    return held(
      witness(
        'messages',
        seen.handled.length,
        text(
          `${seen.handled.length} messages handed over once`,
          `${seen.handled.length} message được giao đúng một lần`,
        ),
      ),
    )
  },
}

export const acksByHand: Promised<AcksSeen> = {
  item: 'mq-03.2',
  text: text(
    'acks are manual: a message in work stays unacked until the consumer has decided about it',
    'ack thủ công: message đang xử lý vẫn là unacked cho tới khi consumer quyết định xong',
  ),
  judge(seen) {
    if (seen.automatic) {
      return broken(
        text(
          `the consumer asked for automatic acks (noAck): the broker forgot ${seen.published} messages when it had written them into a socket`,
          `consumer xin ack tự động (noAck): broker quên luôn ${seen.published} message ngay khi vừa ghi chúng vào socket`,
        ),
        { at: [{ file: listener, near: ['noAck', '.consume('] }] },
      )
    }
    if (seen.acksWhileInWork > 0) {
      return broken(
        text(
          `${seen.acksWhileInWork} acks left while the handlers were still at work: whatever fails from here on is lost`,
          `${seen.acksWhileInWork} ack đã đi trong khi handler vẫn đang làm: từ đây hỏng cái gì là mất cái đó`,
        ),
        { at: acking, trace: seen.trace },
      )
    }
    if (seen.unacked !== seen.published) {
      return broken(
        text(
          `${seen.inWork} messages are in work, and the broker counts ${seen.unacked} of ${seen.published} as unacked`,
          `${seen.inWork} message đang được xử lý, còn broker đếm ${seen.unacked} trên ${seen.published} là unacked`,
        ),
        { at: consuming, trace: seen.trace },
      )
    }
    if (seen.left > 0) return notDone(seen.left)
    return held(
      witness(
        'unacked',
        seen.unacked,
        text(`${seen.unacked} unacked while in work`, `${seen.unacked} unacked trong lúc xử lý`),
      ),
      witness('acks', seen.acks),
    )
  },
}

export const booksWhole: Promised<BookedSeen> = {
  item: 'mq-03.3',
  text: text(
    'a valid payment is booked in one database transaction, and an invalid one never touches the ledger',
    'thanh toán hợp lệ được ghi sổ trong một transaction, thanh toán không hợp lệ không hề chạm tới sổ cái',
  ),
  judge(seen) {
    const [fault] = seen.audit
    if (fault !== undefined) {
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: booking })
    }
    const missing = seen.payments.filter((_, at) => seen.captures[at] === 0)
    const [first] = missing
    if (first !== undefined) {
      return broken(
        text(
          `${missing.length} of ${seen.payments.length} payments are done in the queue and not in the ledger, first ${formatMoney(first.amount, 'en')} of ${first.merchant_id} (a capture in the database "wallet")`,
          `${missing.length} trên ${seen.payments.length} thanh toán đã xong ở queue mà không có trong sổ cái, đầu tiên là ${formatMoney(first.amount, 'vi')} của ${first.merchant_id} (capture trong database "wallet")`,
        ),
        { at: booking, messages: missing.slice(0, 3).map(({ payment_id }) => payment_id) },
      )
    }
    if (seen.transactions > seen.payments.length) {
      const extra = seen.transactions - seen.payments.length
      return broken(
        text(
          `${extra} of the ${seen.invalid.length} messages that are no payments were booked all the same (${seen.invalid.join(', ')})`,
          `${extra} trong ${seen.invalid.length} message không phải thanh toán vẫn bị ghi sổ (${seen.invalid.join(', ')})`,
        ),
        { at: [{ file: consumer, near: ['read', 'JSON.parse(', 'listen('] }] },
      )
    }
    if (seen.wrongBalances.length > 0) {
      return broken(
        text(
          `every payment is there, and the balance of ${seen.wrongBalances.join(', ')} is not what they come to: book from 'customers' to 'merchant:<merchant_id>'`,
          `đủ mọi thanh toán, nhưng số dư của ${seen.wrongBalances.join(', ')} không khớp với chúng: ghi từ 'customers' sang 'merchant:<merchant_id>'`,
        ),
        { at: booking },
      )
    }
    // Whoever keeps a record of what was refused may commit that too.
    if (seen.commits > seen.payments.length + seen.invalid.length) {
      return broken(
        text(
          `${seen.payments.length} payments took ${seen.commits} commits: killed between two of them, a payment is half done, and neither half knows of the other`,
          `${seen.payments.length} thanh toán mất ${seen.commits} lần commit: bị kill giữa hai lần thì một thanh toán dở dang, và nửa này không biết tới nửa kia`,
        ),
        { at: booking },
      )
    }
    const lost = seen.invalid.filter((id) => !seen.refused.includes(id))
    if (lost.length > 0) {
      return broken(
        text(
          `what can't be read was acknowledged and is nowhere now (${lost.join(', ')}): refused, it would be in payments.dead, where somebody can look at it`,
          `thứ không đọc được đã bị ack và giờ không còn ở đâu (${lost.join(', ')}): nếu bị từ chối thì nó nằm ở payments.dead cho người xem`,
        ),
        { at: refusing },
      )
    }
    return held(
      witness(
        'booked',
        seen.payments.length,
        text(
          `${seen.payments.length} payments booked in ${seen.commits} commits`,
          `${seen.payments.length} thanh toán đã ghi sổ trong ${seen.commits} lần commit`,
        ),
      ),
      witness('commits', seen.commits),
      witness(
        'refused',
        seen.refused.length,
        text(`${seen.refused.length} refused`, `${seen.refused.length} bị từ chối`),
      ),
    )
  },
}

export const booksBeforeItAcks: Promised<AckSeen> = {
  item: 'mq-03.4',
  text: text(
    'a payment is never acknowledged before it is booked',
    'không thanh toán nào được ack trước khi ghi sổ',
  ),
  judge(seen) {
    const amount = { en: formatMoney(seen.amount, 'en'), vi: formatMoney(seen.amount, 'vi') }
    if (seen.automatic) {
      return broken(
        text(
          `the broker took ${shortId(seen.id)} for done as soon as it was sent (noAck): a crash of this process now, and ${amount.en} are acknowledged and never booked`,
          `broker coi ${shortId(seen.id)} là xong ngay khi vừa gửi (noAck): process này chết lúc đó thì ${amount.vi} đã được ack mà không bao giờ được ghi sổ`,
        ),
        { at: [{ file: listener, near: ['noAck', '.consume('] }], trace: seen.trace, messages: [seen.id] },
      )
    }
    if (seen.bookedWhenAcked === false) {
      return broken(
        text(
          `your ack of ${shortId(seen.id)} left while its handler was still at work: a crash here, and ${amount.en} are acknowledged and never booked`,
          `ack của ${shortId(seen.id)} đã đi trong khi handler vẫn đang làm: chết ở đây thì ${amount.vi} đã được ack mà không bao giờ được ghi sổ`,
        ),
        { at: acking, trace: seen.trace, messages: [seen.id] },
      )
    }
    return held(
      witness(
        'acks',
        seen.bookedWhenAcked ? 1 : 0,
        text('the ack came when the ledger had it', 'ack chỉ đi khi sổ cái đã có nó'),
      ),
    )
  },
}

export const refusesInBounds: Promised<FailingSeen> = {
  item: 'mq-03.5',
  text: text(
    'a failed message is refused with nack or reject, and none spins in an endless redelivery loop',
    'xử lý hỏng thì message bị từ chối bằng nack hoặc reject, và không message nào bị giao lại vô tận',
  ),
  judge(seen) {
    if (seen.attempts > attemptsMax) {
      return broken(
        text(
          `the failing message was handed out more than ${attemptsMax} times, at once each time: refused with requeue it goes back to where it came from, and burns a core until somebody wakes up`,
          `message hỏng đã bị giao lại hơn ${attemptsMax} lần, lần nào cũng ngay lập tức: từ chối kiểu requeue thì nó quay về chỗ cũ và đốt CPU cho tới khi có người thức dậy`,
        ),
        { at: refusing, trace: seen.trace, messages: [seen.failing] },
      )
    }
    const dragged = seen.innocent.filter((id) => seen.refused.includes(id))
    if (dragged.length > 0) {
      return broken(
        text(
          `${dragged.length} messages that nothing was wrong with were refused along with the failing one: nack's second argument, allUpTo, means every delivery up to it`,
          `${dragged.length} message không có lỗi gì bị từ chối chung với message hỏng: tham số thứ hai của nack, allUpTo, nghĩa là mọi message đã giao cho tới nó`,
        ),
        { at: refusing, trace: seen.trace, messages: dragged },
      )
    }
    const closed = brokenByClose(seen.channelErrors, seen.trace)
    if (closed !== undefined) return closed
    if (seen.unreadableHandled) {
      return broken(
        text(
          'read() refused a message, and handle() was called for it all the same',
          'read() đã từ chối một message mà handle() vẫn bị gọi cho nó',
        ),
        { at: [{ file: listener, near: ['.read('] }], messages: [seen.unreadable] },
      )
    }
    const lost = [seen.failing, seen.unreadable].filter((id) => !seen.refused.includes(id))
    if (lost.length > 0) {
      return broken(
        text(
          `${lost.map(shortId).join(' and ')} failed and was acknowledged: it is in no queue, and in no ledger`,
          `${lost.map(shortId).join(' và ')} xử lý hỏng mà vẫn được ack: nó không còn trong queue nào, cũng không có trong sổ cái`,
        ),
        { at: acking, trace: seen.trace, messages: lost },
      )
    }
    const undone = seen.innocent.filter((id) => seen.done[id] !== 1)
    if (undone.length > 0) {
      return broken(
        text(
          `beside the failing message, ${undone.length} that nothing was wrong with were not done exactly once`,
          `bên cạnh message hỏng, ${undone.length} message không có lỗi gì lại không được xử lý đúng một lần`,
        ),
        { at: refusing, trace: seen.trace, messages: undone },
      )
    }
    if (seen.left > 0) return notDone(seen.left)
    return held(
      witness(
        'refused',
        seen.refused.length,
        text(
          `${seen.refused.length} refused, where they can be found`,
          `${seen.refused.length} bị từ chối, và tìm lại được`,
        ),
      ),
      witness('attempts', seen.attempts),
      witness('innocent', seen.innocent.length),
    )
  },
}

export const sharesTheWork: Promised<PrefetchSeen> = {
  item: 'mq-03.6',
  text: text(
    'no consumer holds more unacked messages than its prefetch, and a second consumer gets its share',
    'không consumer nào giữ số message chưa ack vượt prefetch, và consumer thứ hai cũng có phần',
  ),
  judge(seen) {
    if (seen.heldByOne > seen.prefetch) {
      return broken(
        text(
          `one listener with a prefetch of ${seen.prefetch} holds ${seen.heldByOne} of ${seen.published} messages: a second one gets what is left, and a crash gives all of them back`,
          `một listener với prefetch ${seen.prefetch} đang giữ ${seen.heldByOne} trên ${seen.published} message: listener thứ hai chỉ được phần thừa, và một lần crash là trả lại tất cả`,
        ),
        { at: [{ file: listener, near: ['.prefetch(', '.consume('] }] },
      )
    }
    const share = seen.heldByTwo - seen.heldByOne
    if (share <= 0 || share > seen.prefetch) {
      return broken(
        text(
          `a second listener joined while ${seen.published - seen.heldByOne} messages waited, and holds ${share}; its prefetch is ${seen.prefetch}`,
          `listener thứ hai tham gia khi còn ${seen.published - seen.heldByOne} message đang chờ, và nó giữ ${share}; prefetch của nó là ${seen.prefetch}`,
        ),
        { at: [{ file: listener, near: ['.prefetch(', '.consume('] }] },
      )
    }
    return held(
      witness(
        'heldByOne',
        seen.heldByOne,
        text(
          `${seen.heldByOne} held by one, ${seen.heldByTwo} by two`,
          `một listener giữ ${seen.heldByOne}, hai listener giữ ${seen.heldByTwo}`,
        ),
      ),
      witness('done', seen.done),
    )
  },
}

export const stopsCleanly: Promised<StoppedSeen> = {
  item: 'mq-03.7',
  text: text(
    'two consumers at work and one stopped halfway: every payment in the queue is booked once',
    'hai consumer cùng chạy, một cái dừng giữa chừng: mỗi thanh toán trong queue vẫn được ghi sổ đúng một lần',
  ),
  judge(seen) {
    if (seen.stopped !== 'resolved') {
      return broken(
        seen.stopped === 'pending'
          ? text(
              'stop() did not end, though its last handler had',
              'stop() không kết thúc, dù handler cuối cùng đã xong',
            )
          : text(`stop() was rejected: ${seen.why}`, `stop() bị reject: ${seen.why}`),
        { at: stopping, trace: seen.trace },
      )
    }
    const twice = Object.keys(seen.handled).find((id) => (seen.handled[id] ?? 0) > 1)
    if (twice !== undefined) {
      const isInWork = twice === seen.inWork
      if (isInWork && seen.ackOvertaken) {
        return broken(
          text(
            `stop() waited for ${shortId(twice)} and then closed the connection before its ack had left: close() of a connection overtakes what waits in a channel's buffer. Close the channel first`,
            `stop() có chờ ${shortId(twice)} rồi đóng kết nối trước khi ack của nó kịp đi: close() của kết nối vượt mặt những gì còn trong buffer của channel. Hãy đóng channel trước`,
          ),
          { at: stopping, trace: seen.trace, messages: [twice] },
        )
      }
      return broken(
        isInWork
          ? text(
              `stop() went while ${shortId(twice)} was in work: the connection closed under its handler, and the broker gave the payment to the other consumer as well`,
              `stop() bỏ đi khi ${shortId(twice)} còn đang xử lý: kết nối đóng ngay dưới handler, và broker giao thanh toán đó cho consumer kia nữa`,
            )
          : text(
              `${shortId(twice)} was worked on twice: it was given out again before stop() had settled it`,
              `${shortId(twice)} bị xử lý hai lần: nó bị giao lại trước khi stop() giải quyết xong`,
            ),
        { at: stopping, trace: seen.trace, messages: [twice] },
      )
    }
    const [fault] = seen.audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: stopping })
    const missing = seen.ids.filter((_, at) => seen.captures[at] !== 1)
    if (missing.length > 0) {
      return broken(
        text(
          `${missing.length} of ${seen.ids.length} payments were never booked; ${seen.refused.length} are in payments.dead`,
          `${missing.length} trên ${seen.ids.length} thanh toán không được ghi sổ; ${seen.refused.length} nằm ở payments.dead`,
        ),
        { at: stopping, trace: seen.trace, messages: missing.slice(0, 3) },
      )
    }
    return held(
      witness(
        'booked',
        seen.ids.length,
        text(
          `${seen.ids.length} payments booked once by two`,
          `hai consumer ghi sổ ${seen.ids.length} thanh toán, mỗi cái một lần`,
        ),
      ),
      witness('stops', seen.inWork === '' ? 0 : 1),
    )
  },
}

export const survivesTheKill: Promised<KilledSeen> = {
  item: 'mq-03.8',
  text: text(
    'killed between booking and ack, the consumer gets the message again as redelivered and books nothing twice',
    'bị kill sau khi ghi sổ và trước khi ack, consumer nhận lại message với cờ redelivered và không ghi sổ hai lần',
  ),
  judge(seen) {
    const [fault] = seen.audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: booking })
    if (seen.refused.length > 0) {
      return broken(
        text(
          `${shortId(seen.refused[0] ?? '')} came a second time, was in the ledger already, and was refused as if it had failed: it is booked, and somebody will look for the reason in payments.dead`,
          `${shortId(seen.refused[0] ?? '')} tới lần thứ hai, đã có trong sổ cái, và bị từ chối như thể xử lý hỏng: nó đã ghi sổ rồi, còn người ta thì đi tìm nguyên nhân trong payments.dead`,
        ),
        { at: booking, trace: seen.trace, messages: seen.refused.slice(0, 3) },
      )
    }
    const missing = seen.payments.filter((_, at) => seen.captures[at] !== 1)
    const [first] = missing
    if (first !== undefined) {
      return broken(
        text(
          `${missing.length} of ${seen.payments.length} payments are not in the ledger after the restart, first ${formatMoney(first.amount, 'en')} of ${first.merchant_id}`,
          `sau khi khởi động lại, ${missing.length} trên ${seen.payments.length} thanh toán không có trong sổ cái, đầu tiên là ${formatMoney(first.amount, 'vi')} của ${first.merchant_id}`,
        ),
        { at: booking, trace: seen.trace, messages: [first.payment_id] },
      )
    }
    if (seen.redelivered.length === 0) {
      return broken(
        text(
          'nothing came a second time: the broker had taken the payment for done before the ack it never got',
          'không có gì tới lần thứ hai: broker đã coi thanh toán là xong trước cả ack mà nó chưa hề nhận',
        ),
        { at: [{ file: listener, near: ['noAck', '.consume('] }], trace: seen.trace },
      )
    }
    return held(
      witness(
        'kills',
        seen.kills,
        text(`survived ${seen.kills} SIGKILL`, `sống sót qua ${seen.kills} lần SIGKILL`),
      ),
      witness(
        'redelivered',
        seen.redelivered.length,
        text(`${seen.redelivered.length} came again`, `${seen.redelivered.length} message tới lại`),
      ),
      witness('booked', seen.payments.length),
    )
  },
}

export const notesAreWritten = {
  item: 'mq-03.9',
  text: text(
    'NOTES.md says when your consumer acks, when it refuses, and why its prefetch is what it is',
    'NOTES.md ghi consumer của bạn ack lúc nào, từ chối lúc nào và vì sao chọn mức prefetch đó',
  ),
}

function brokenByClose(errors: readonly string[], trace: HandledSeen['trace']): Judgement | undefined {
  const [error] = errors
  if (error === undefined) return undefined
  return broken(
    text(
      `the broker closed the channel ("${error}") and took every unacked message back: each delivery is settled once, on the channel it came from`,
      `broker đóng channel ("${error}") và lấy lại mọi message chưa ack: mỗi message chỉ được ack hoặc từ chối một lần, trên đúng channel đã giao nó`,
    ),
    { at: acking, trace },
  )
}

function notDone(left: number): Judgement {
  return broken(
    text(
      `every handler is done, and ${left} messages are still in payments.work: done but not acknowledged, they come again at the next start`,
      `mọi handler đã xong mà payments.work vẫn còn ${left} message: xong mà chưa ack thì lần khởi động sau chúng lại tới`,
    ),
    { at: acking },
  )
}

function countsOf(ids: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const id of ids) counts[id] = (counts[id] ?? 0) + 1
  return counts
}
