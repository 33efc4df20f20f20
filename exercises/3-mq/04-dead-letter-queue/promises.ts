/** What a dead letter queue can promise; each is held against the topology, the clock, the attempts and the record. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { shortId, text } from '#lab/verdict/language'
import type { DeadLetterExchangeSeen, DeadLetterQueueSeen } from './scenarios/declarations.ts'
import type { DeadLetter, RecordsSeen, StoredSeen } from './scenarios/handler.ts'
import { attemptsMax } from './scenarios/queues.ts'
import type { AttemptsSeen, ExhaustedSeen, RejectedSeen, WaitingSeen } from './scenarios/retries.ts'

const topology = 'topology.ts'
const consumer = 'consumer.ts'
const handler = 'dead-letters.ts'
const declaringDlx = [{ file: topology, near: ["'payments.dlx'", '.assertExchange('] }]
const declaringDlq = [{ file: topology, near: ["'payments.dlq'", '.assertQueue('] }]
const declaringWork = [{ file: topology, near: ["'payments.work'", '.assertQueue('] }]
const declaringWaits = [{ file: topology, near: ['x-message-ttl', 'messageTtl', '.assertQueue('] }]
const handingOn = [{ file: consumer, near: ['.publish(', '.sendToQueue(', '.nack(', '.reject('] }]
const counting = [{ file: consumer, near: ['x-attempt', 'attempt', '.publish('] }]
const storing = [{ file: handler, near: ['.ack(', 'INSERT', '.consume('] }]

export const dlxRoutesAll: Promised<DeadLetterExchangeSeen> = {
  item: 'mq-04.1',
  text: text(
    'there is a durable dead letter exchange, and no message that dies there goes unrouted',
    'có một dead letter exchange durable, và không message nào đi vào đó mà không tới được queue',
  ),
  judge(seen) {
    if (!seen.exists) {
      return broken(text('there is no exchange "payments.dlx"', 'không có exchange "payments.dlx"'), {
        at: declaringDlx,
      })
    }
    if (!seen.durable) {
      return broken(
        text(
          '"payments.dlx" is not durable: after a restart of the broker there is nowhere to die, and what is rejected then is dropped without a word',
          '"payments.dlx" không durable: broker khởi động lại là không còn chỗ để chết, và thứ bị từ chối lúc đó bị bỏ đi không một lời',
        ),
        { at: declaringDlx },
      )
    }
    if (seen.unrouted.length > 0) {
      const keys = seen.unrouted.map((key) => `"${key}"`).join(', ')
      return broken(
        text(
          `${seen.unrouted.length} of ${seen.keys.length} messages went through "payments.dlx" into no queue (routing key ${keys}): a dead message keeps the key it was published with, and one that no binding matches is gone`,
          `${seen.unrouted.length} trên ${seen.keys.length} message qua "payments.dlx" mà không vào queue nào (routing key ${keys}): message chết giữ nguyên key lúc được publish, không binding nào khớp là mất`,
        ),
        { at: [{ file: topology, near: ['.bindQueue(', "'payments.dlx'"] }] },
      )
    }
    return held(
      witness(
        'keys',
        seen.inDlq,
        text(
          `${seen.inDlq} routing keys, all of them routed`,
          `${seen.inDlq} routing key, key nào cũng tới được queue`,
        ),
      ),
    )
  },
}

export const dlqKeeps: Promised<DeadLetterQueueSeen> = {
  item: 'mq-04.2',
  text: text(
    'there is a durable dead letter queue that keeps its messages when the broker is killed',
    'có một dead letter queue durable, broker bị kill thì message trong đó vẫn còn',
  ),
  judge(seen) {
    if (!seen.exists)
      return broken(text('there is no queue "payments.dlq"', 'không có queue "payments.dlq"'), {
        at: declaringDlq,
      })
    const lost = seen.died.filter((id) => !seen.kept.includes(id))
    if (lost.length > 0) {
      return broken(
        text(
          `${seen.died.length} dead messages were in "payments.dlq", the broker was killed, and ${seen.kept.length} are left${seen.durable ? '' : ': the queue is not durable'}`,
          `"payments.dlq" có ${seen.died.length} message chết, broker bị kill, còn lại ${seen.kept.length}${seen.durable ? '' : ': queue không durable'}`,
        ),
        { at: declaringDlq },
      )
    }
    if (seen.keptLater < seen.died.length) {
      return broken(
        text(
          `an hour later ${seen.keptLater} of ${seen.died.length} are left: what nobody has looked at yet must not expire`,
          `một giờ sau chỉ còn ${seen.keptLater} trên ${seen.died.length}: thứ chưa ai xem thì không được hết hạn`,
        ),
        { at: declaringDlq },
      )
    }
    return held(
      witness(
        'kills',
        seen.kills,
        text(
          `survived ${seen.kills} SIGKILL of the broker`,
          `sống sót qua ${seen.kills} lần broker bị SIGKILL`,
        ),
      ),
      witness('kept', seen.kept.length),
    )
  },
}

export const workDiesThere: Promised<RejectedSeen> = {
  item: 'mq-04.3',
  text: text(
    'the work queue names its dead letter exchange: what it rejects arrives in the DLQ with id and body intact',
    'work queue trỏ tới dead letter exchange: message bị từ chối vào DLQ, id và nội dung còn nguyên',
  ),
  judge(seen) {
    if (!seen.exists)
      return broken(text('there is no queue "payments.work"', 'không có queue "payments.work"'), {
        at: declaringWork,
      })
    const lost = seen.rejected.filter((id) => !seen.arrived.includes(id))
    if (lost.length > 0) {
      const points =
        seen.pointsTo === undefined
          ? text('it names no dead letter exchange', 'nó không trỏ tới dead letter exchange nào')
          : text(`its dead letters go to "${seen.pointsTo}"`, `dead letter của nó đi tới "${seen.pointsTo}"`)
      return broken(
        text(
          `${lost.length} of ${seen.rejected.length} messages rejected from "payments.work" are not in "payments.dlq" (published ${lost.join(' and ')}): ${points.en}`,
          `${lost.length} trên ${seen.rejected.length} message bị từ chối ở "payments.work" không có trong "payments.dlq" (${lost.map((way) => waysVi[way] ?? way).join(' và ')}): ${points.vi}`,
        ),
        { at: declaringWork },
      )
    }
    return held(
      witness(
        'rejected',
        seen.intact,
        text(
          `${seen.intact} rejected, ${seen.intact} found again`,
          `${seen.intact} bị từ chối, tìm lại đủ ${seen.intact}`,
        ),
      ),
    )
  },
}

/** How the rejected ones had come into payments.work. */
const waysVi: Readonly<Record<string, string>> = {
  'through the exchange "payments"': 'publish qua exchange "payments"',
  'straight to the queue': 'publish thẳng vào queue',
}

export const waitsLoseNothing: Promised<WaitingSeen> = {
  item: 'mq-04.4',
  text: text(
    'each delay has a wait queue with a TTL, and what expires is never dropped, even with no consumer there',
    'mỗi mức chờ có một wait queue với TTL; message hết hạn không bị mất, kể cả khi không có consumer',
  ),
  judge(seen) {
    const ttls = seen.waits.map(({ ttlMs }) => ttlMs)
    const missing = seen.wanted.filter((delay) => !ttls.includes(delay))
    if (missing.length > 0) {
      return broken(
        text(
          `no queue has a TTL (x-message-ttl) of ${missing.join(', ')} ms. A queue expires from its head: with one queue for all delays, or an expiration for each message, a short wait stands in line behind a long one`,
          `không queue nào có TTL (x-message-ttl) ${missing.join(', ')} ms. Queue chỉ cho hết hạn từ đầu hàng: dùng chung một queue, hoặc đặt expiration cho từng message, thì khoảng chờ ngắn phải xếp sau khoảng chờ dài`,
        ),
        { at: declaringWaits },
      )
    }
    const transient = seen.waits.find(({ durable }) => !durable)
    if (transient !== undefined) {
      return broken(
        text(
          `"${transient.name}" is not durable: payments that wait in it are gone when the broker restarts`,
          `"${transient.name}" không durable: thanh toán đang chờ trong đó sẽ mất khi broker khởi động lại`,
        ),
        { at: declaringWaits },
      )
    }
    const lost = seen.put.filter((id) => !seen.later.includes(id))
    if (lost.length > 0 && seen.workTtlMs !== undefined) {
      return broken(
        text(
          `"payments.work" has a TTL of ${seen.workTtlMs} ms and nobody consumed for a day: ${lost.length} of ${seen.put.length} messages are in no queue. They expired into a wait, out of it, and into it again; a message that comes round to the same queue without a rejection is dropped by the broker`,
          `"payments.work" có TTL ${seen.workTtlMs} ms và cả ngày không ai consume: ${lost.length} trên ${seen.put.length} message không còn ở queue nào. Chúng hết hạn sang wait, hết hạn ra, rồi lại vào; message đi hết một vòng về đúng queue cũ mà không bị từ chối lần nào thì broker bỏ luôn`,
        ),
        { at: declaringWork },
      )
    }
    const astray = seen.put.filter((id) => !seen.inWork.includes(id))
    if (astray.length > 0) {
      return broken(
        text(
          `all delays are over, and ${astray.length} of ${seen.put.length} messages did not come back to "payments.work" (${astray.join(', ')}): where does what expires there go?`,
          `mọi khoảng chờ đã hết mà ${astray.length} trên ${seen.put.length} message không quay lại "payments.work" (${astray.join(', ')}): hết hạn ở đó thì đi đâu?`,
        ),
        { at: declaringWaits },
      )
    }
    if (lost.length > 0) {
      return broken(
        text(
          `a day later ${lost.length} of ${seen.put.length} messages are in no queue, and nobody has consumed any`,
          `một ngày sau, ${lost.length} trên ${seen.put.length} message không còn ở queue nào, mà chưa ai consume cái nào`,
        ),
        { at: declaringWork },
      )
    }
    return held(
      witness(
        'expired',
        seen.inWork.length,
        text(
          `${seen.inWork.length} waits, all of them came back`,
          `${seen.inWork.length} mức chờ, message nào cũng quay lại`,
        ),
      ),
      witness('kept', seen.later.length),
    )
  },
}

export const fourAttempts: Promised<AttemptsSeen> = {
  item: 'mq-04.5',
  text: text(
    '3 retries mean exactly 4 attempts, also when the consumer restarts in between',
    'tối đa 3 lần retry nghĩa là đúng 4 lần xử lý, kể cả khi consumer khởi động lại giữa chừng',
  ),
  judge(seen) {
    const { id } = seen
    if (seen.early > 0) {
      return broken(
        text(
          `${shortId(id)} was tried ${seen.early} times before its wait was over`,
          `${shortId(id)} bị thử ${seen.early} lần khi chưa hết khoảng chờ`,
        ),
        { at: handingOn, trace: seen.trace, messages: [id] },
      )
    }
    // A count that starts anew with the process makes at most twice as many.
    if (seen.attempts > 2 * attemptsMax) {
      return broken(
        text(
          `${shortId(id)} was tried ${seen.attempts} times: nothing counts its attempts, or it comes again before its wait was over`,
          `${shortId(id)} bị thử ${seen.attempts} lần: không có gì đếm số lần thử, hoặc nó quay lại khi chưa hết khoảng chờ`,
        ),
        { at: handingOn, trace: seen.trace, messages: [id] },
      )
    }
    if (seen.attempts !== attemptsMax || seen.dead === 0) {
      const more = seen.attempts > attemptsMax
      return broken(
        more
          ? text(
              `${shortId(id)} was tried ${seen.attempts} times, with one restart of the consumer: what counts the attempts starts again with the process`,
              `${shortId(id)} bị thử ${seen.attempts} lần, với một lần consumer khởi động lại: thứ đếm số lần thử bắt đầu lại cùng với process`,
            )
          : text(
              `${shortId(id)} was tried ${seen.attempts} times and is not in "payments.dlq"`,
              `${shortId(id)} được thử ${seen.attempts} lần mà không có trong "payments.dlq"`,
            ),
        { at: counting, trace: seen.trace, messages: [id] },
      )
    }
    if (!seen.overtakes) {
      return broken(
        text(
          'a payment whose wait was over stood in line behind one that had to wait longer',
          'một thanh toán đã hết chờ phải xếp hàng sau một thanh toán còn phải chờ lâu hơn',
        ),
        { at: handingOn, trace: seen.trace },
      )
    }
    return held(
      witness(
        'attempts',
        seen.attempts,
        text(`${seen.attempts} attempts, one restart`, `${seen.attempts} lần xử lý, một lần khởi động lại`),
      ),
      witness('restarts', seen.restarts),
    )
  },
}

export const storesThenAcks: Promised<StoredSeen> = {
  item: 'mq-04.6',
  text: text(
    'the DLQ handler stores a dead message before it acks it, so none is lost when the handler is killed',
    'handler của DLQ lưu message rồi mới ack, nên handler bị kill cũng không mất message nào',
  ),
  judge(seen) {
    const lost = seen.died.filter((id) => !seen.stored.includes(id))
    if (lost.length === 1 && lost[0] === seen.unstorable) {
      return broken(
        text(
          `the disk was full as ${shortId(seen.unstorable)} was to be stored, and it is neither on record nor in "payments.dlq" now: the handler had acknowledged it already, or let it go`,
          `đĩa đầy đúng lúc cần lưu ${shortId(seen.unstorable)}, và giờ nó không có trong sổ ghi, cũng không còn trong "payments.dlq": handler đã ack trước, hoặc đã bỏ nó`,
        ),
        { at: storing, trace: seen.trace, messages: lost },
      )
    }
    if (lost.length > 0) {
      return broken(
        text(
          `the handler was killed ${seen.kills} times, and ${lost.length} of ${seen.died.length} dead messages are neither on record nor in "payments.dlq": they were acknowledged (or needed no ack) before they were stored`,
          `handler bị kill ${seen.kills} lần, và ${lost.length} trên ${seen.died.length} message chết không có trong sổ ghi, cũng không còn trong "payments.dlq": chúng đã được ack (hoặc không cần ack) trước khi được lưu`,
        ),
        { at: storing, trace: seen.trace, messages: lost },
      )
    }
    if (seen.stored.length > seen.died.length) {
      return broken(
        text(
          `${seen.died.length} messages died, and ${seen.stored.length} are on record: a message that comes again is the same message`,
          `${seen.died.length} message chết mà sổ ghi có ${seen.stored.length}: message tới lại vẫn là message đó`,
        ),
        { at: storing },
      )
    }
    return held(
      witness(
        'kills',
        seen.kills,
        text(`survived ${seen.kills} SIGKILLs`, `sống sót qua ${seen.kills} lần SIGKILL`),
      ),
      witness('stored', seen.stored.length),
    )
  },
}

export const diesOnce: Promised<ExhaustedSeen> = {
  item: 'mq-04.7',
  text: text(
    'after its last retry a message is in the DLQ, once, and in no other queue',
    'hết lượt retry, message nằm trong DLQ đúng một bản và không còn ở queue nào khác',
  ),
  judge(seen) {
    const { id } = seen
    if (seen.inDlq === 0 && seen.elsewhere.length === 0 && seen.handedOn > 1) {
      return broken(
        text(
          `${shortId(id)} is in no queue: the consumer was killed as it handed it on, got it again, and published the last copy where no queue takes it`,
          `${shortId(id)} không còn ở queue nào: consumer bị kill khi đang chuyển nó đi, nhận lại nó, rồi publish bản cuối cùng tới chỗ không queue nào nhận`,
        ),
        { at: handingOn, trace: seen.trace, messages: [id] },
      )
    }
    if (seen.inDlq === 0 && seen.elsewhere.length === 0) {
      return broken(
        text(
          `${shortId(id)} is in no queue: the consumer was killed as it handed it on, and had acknowledged the only other copy`,
          `${shortId(id)} không còn ở queue nào: consumer bị kill khi đang chuyển nó đi, mà bản còn lại duy nhất thì đã được ack`,
        ),
        { at: handingOn, trace: seen.trace, messages: [id] },
      )
    }
    if (seen.elsewhere.length > 0) {
      return broken(
        text(
          `${shortId(id)} has used up its retries, and a copy is still in ${seen.elsewhere.join(', ')} (${seen.inDlq} in "payments.dlq")`,
          `${shortId(id)} đã hết lượt retry mà vẫn còn một bản trong ${seen.elsewhere.join(', ')} ("payments.dlq" có ${seen.inDlq})`,
        ),
        { at: handingOn, trace: seen.trace, messages: [id] },
      )
    }
    if (seen.inDlq > 1) {
      return broken(
        text(
          `${shortId(id)} is in "payments.dlq" ${seen.inDlq} times: it was published there and rejected as well`,
          `${shortId(id)} nằm trong "payments.dlq" ${seen.inDlq} bản: vừa được publish vào đó vừa bị reject`,
        ),
        { at: handingOn, trace: seen.trace, messages: [id] },
      )
    }
    if (seen.booked > 0) {
      return broken(text(`${shortId(id)} is dead and booked`, `${shortId(id)} vừa chết vừa được ghi sổ`), {
        at: handingOn,
        messages: [id],
      })
    }
    return held(
      witness(
        'dead',
        seen.inDlq,
        text('dead once, after a kill on the way', 'chết đúng một lần, sau một lần bị kill dọc đường'),
      ),
      witness('kills', seen.kills),
    )
  },
}

export const deadAreOnRecord: Promised<RecordsSeen> = {
  item: 'mq-04.8',
  text: text(
    'id, reason, attempts and origin of every dead message are on record, and the DLQ ends empty',
    'message nào vào DLQ cũng được ghi lại id, lý do, số lần thử và nơi xuất phát; cuối cùng DLQ trống',
  ),
  judge(seen) {
    const wanted: readonly Wanted[] = [
      {
        id: seen.failing,
        what: text('the payment that failed to the end', 'thanh toán hỏng tới cùng'),
        attempts: attemptsMax,
        reason: /frozen/i,
        why: text('the error of the last attempt ("… is frozen")', 'lỗi của lần thử cuối ("… is frozen")'),
      },
      {
        id: seen.unreadable,
        what: text('the message that could not be read', 'message không đọc được'),
        attempts: 1,
        reason: /\S/,
        why: text('what is wrong with it', 'nó sai ở đâu'),
      },
      {
        id: seen.rejected,
        what: text('the message that somebody rejected', 'message mà ai đó đã reject'),
        attempts: undefined,
        reason: /reject/i,
        why: text('what x-death says ("rejected")', 'điều x-death nói ("rejected")'),
      },
    ]
    for (const one of wanted) {
      const fault = faultOf(one, seen)
      if (fault !== undefined)
        return broken(fault, { at: [{ file: handler, near: ['INSERT', 'x-death', '.consume('] }] })
    }
    if (seen.left > 0)
      return broken(
        text(
          `${seen.left} messages are still in "payments.dlq"`,
          `"payments.dlq" vẫn còn ${seen.left} message`,
        ),
        { at: storing },
      )
    return held(
      witness(
        'records',
        seen.records.length,
        text(`${seen.records.length} on record`, `${seen.records.length} message đã ghi lại`),
      ),
    )
  },
}

export const notesAreWritten = {
  item: 'mq-04.9',
  text: text(
    'NOTES.md traces a failing message: its queues, its delays, its attempts and where it ends',
    'NOTES.md vẽ đường đi của một message lỗi: qua queue nào, chờ bao lâu, thử mấy lần, kết thúc ở đâu',
  ),
}

interface Wanted {
  readonly id: string
  readonly what: ReturnType<typeof text>
  readonly attempts: number | undefined
  readonly reason: RegExp
  readonly why: ReturnType<typeof text>
}

function faultOf(wanted: Wanted, seen: RecordsSeen): ReturnType<typeof text> | undefined {
  const { what, why } = wanted
  const found = seen.records.find(({ message_id }) => message_id === wanted.id)
  if (found === undefined) {
    return text(
      `${what.en} is not on record under its message id`,
      `${what.vi} không có trong sổ ghi dưới message id của nó`,
    )
  }
  const says = (column: keyof DeadLetter) => `${column} = ${JSON.stringify(found[column])}`
  if (!wanted.reason.test(found.reason ?? '')) {
    return text(
      `${what.en} is on record with ${says('reason')}: a person has to read there ${why.en}`,
      `${what.vi} được ghi với ${says('reason')}: người xem phải đọc được ở đó ${why.vi}`,
    )
  }
  if (wanted.attempts !== undefined && found.attempts !== wanted.attempts) {
    return wanted.attempts === 1
      ? text(
          `${what.en} is on record with ${says('attempts')}: the same bytes can't be read tomorrow either, so it dies at the first attempt`,
          `${what.vi} được ghi với ${says('attempts')}: mai vẫn từng ấy byte nên cũng không đọc được, vậy nó phải chết ngay lần đầu`,
        )
      : text(
          `${what.en} is on record with ${says('attempts')}; there were ${wanted.attempts}`,
          `${what.vi} được ghi với ${says('attempts')}; thật ra có ${wanted.attempts} lần`,
        )
  }
  if (
    !/^payments(?:-x[0-9a-f]{4})?$/.test(found.exchange ?? '') ||
    found.routing_key !== 'payment.requested'
  ) {
    return text(
      `${what.en} is on record with ${says('exchange')}, ${says('routing_key')}; it was published to payments with payment.requested, whatever queues it came through`,
      `${what.vi} được ghi với ${says('exchange')}, ${says('routing_key')}; nó được publish vào payments với payment.requested, dù sau đó đi qua queue nào`,
    )
  }
  const body = found.body === null ? '' : Buffer.from(found.body as Uint8Array).toString()
  if (body !== seen.bodies[wanted.id]) {
    return text(
      `the body of ${what.en} is not on record as it was published`,
      `body của ${what.vi} không được ghi lại y như lúc publish`,
    )
  }
  return undefined
}
