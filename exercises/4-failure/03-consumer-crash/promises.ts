/** What a consumer that dies can promise; each is held against the queue, the wire and the books. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import { shortId, text } from '#lab/verdict/language'
import type { AtWorkSeen, Left, QueueSeen, RecoveredSeen, RedeliveredSeen } from './run.ts'

const working = [{ file: 'consumer.ts', near: ['.clear(', 'function work'] }]
const acking = [{ file: 'consumer.ts', near: ['.ack(', 'noAck', '.consume('] }]
const booking = [{ file: 'consumer.ts', near: ['.process(', '.credit(', 'function work'] }]
const predicting = [{ file: 'predictions.ts', near: ['function predict', 'return'] }]

export const killedAtWork: Promised<AtWorkSeen> = {
  item: 'failure-03.1',
  text: text(
    'the consumer runs as a process of its own and is killed while it works on a payment',
    'consumer chạy trong process riêng và bị kill khi đang xử lý dở một thanh toán',
  ),
  judge({ left, kills, trace }) {
    if (left.isAutomatic) {
      return broken(
        text(
          'the consumer asked for automatic acks (noAck): when it was killed the broker had forgotten the payment already',
          'consumer xin ack tự động (noAck): lúc nó bị kill thì broker đã quên thanh toán rồi',
        ),
        { at: acking, trace, messages: [left.message] },
      )
    }
    if (left.acks > 0) {
      return broken(
        text(
          `${shortId(left.message)} was being screened, and the broker had been told that it was settled: killed now, it is gone`,
          `${shortId(left.message)} đang được sàng lọc mà broker đã được báo là xong: bị kill lúc này thì nó mất`,
        ),
        { at: acking, trace, messages: [left.message] },
      )
    }
    if (left.entries > 0) {
      return broken(
        text(
          `${shortId(left.message)} was in the books before its screening had ended`,
          `${shortId(left.message)} đã vào sổ trước khi sàng lọc xong`,
        ),
        { at: booking, trace, messages: [left.message] },
      )
    }
    return held(
      witness('kills', kills, text('killed in the middle of its work', 'bị kill giữa lúc đang làm')),
      witness('in-queue', left.isInQueue ? 1 : 0),
    )
  },
}

export const keepsTheUnacked: Promised<QueueSeen> = {
  item: 'failure-03.2',
  text: text(
    'after the crash, what was acked is gone from the queue and what was not acked is still there',
    'sau crash, message đã ack không còn trong queue, message chưa ack thì vẫn còn',
  ),
  judge({ left, kills, trace }) {
    const gone = left.find(({ point, isInQueue }) => point !== 'acked' && !isInQueue)
    if (gone !== undefined) {
      return broken(
        text(
          `killed at "${gone.point}", ${shortId(gone.message)} is in the queue no more, and the books have ${gone.entries} entries: it was acknowledged before it was done`,
          `bị kill ở "${gone.point}", ${shortId(gone.message)} không còn trong queue, còn sổ có ${gone.entries} bút toán: nó bị ack trước khi làm xong`,
        ),
        { at: acking, trace, messages: [gone.message] },
      )
    }
    const kept = left.find(({ point, isInQueue }) => point === 'acked' && isInQueue)
    if (kept !== undefined) {
      return broken(
        text(
          `${shortId(kept.message)} was acknowledged, and is in the queue again`,
          `${shortId(kept.message)} đã được ack mà lại có trong queue`,
        ),
        { at: acking, trace, messages: [kept.message] },
      )
    }
    const wrong = left.map((each) => mispredicted(each)).find((each) => each !== undefined)
    if (wrong !== undefined) return wrong
    return held(
      witness('kills', kills, text(`${kills} kills, foreseen`, `${kills} lần kill, đoán đúng cả`)),
      witness('kept', left.filter(({ isInQueue }) => isInQueue).length),
    )
  },
}

export const comesMarked: Promised<RedeliveredSeen> = {
  item: 'failure-03.3',
  text: text(
    'an unacked message goes back to the queue and reaches the next consumer, flagged redelivered',
    'message chưa ack quay lại queue và tới consumer tiếp theo với cờ redelivered',
  ),
  judge({ came, kills, trace }) {
    const never = came.find(({ again }) => again === undefined)
    if (never !== undefined) {
      return broken(
        text(
          `killed at "${never.point}", ${shortId(never.message)} never reached the next consumer: the broker had taken it for settled`,
          `bị kill ở "${never.point}", ${shortId(never.message)} không tới consumer tiếp theo: broker đã coi nó là xong`,
        ),
        { at: acking, trace, messages: [never.message] },
      )
    }
    const unmarked = came.find(({ again }) => again?.isRedelivered === false)
    if (unmarked !== undefined) {
      return broken(
        text(
          `killed at "${unmarked.point}", ${shortId(unmarked.message)} came again without the flag: it was another copy`,
          `bị kill ở "${unmarked.point}", ${shortId(unmarked.message)} tới lại mà không có cờ: đó là bản khác`,
        ),
        { at: working, trace, messages: [unmarked.message] },
      )
    }
    for (const each of came) {
      if (each.predicted?.isRedelivered === false) {
        return broken(
          text(
            `you expected no flag after a kill at "${each.point}", and ${shortId(each.message)} came marked as redelivered: the broker counts what it has sent, not what was seen`,
            `bạn đoán sau khi bị kill ở "${each.point}" thì không có cờ, còn ${shortId(each.message)} tới với cờ redelivered: broker tính cái nó đã gửi, không phải cái đã được nhìn thấy`,
          ),
          { at: predicting, trace, messages: [each.message] },
        )
      }
      const wrong = mispredicted(each)
      if (wrong !== undefined) return wrong
    }
    return held(
      witness('kills', kills),
      witness(
        'redelivered',
        came.length,
        text(`${came.length} came again, marked`, `${came.length} message tới lại, có cờ`),
      ),
    )
  },
}

/** What was expected otherwise than it came: in the queue, or in the books. */
function mispredicted({ point, message, isInQueue, entries, predicted }: Left): Judgement | undefined {
  if (predicted === undefined) return undefined
  if (predicted.isInQueue !== isInQueue) {
    const [is, isVi] = isInQueue
      ? ['still in the queue', 'vẫn còn trong queue']
      : ['gone from the queue', 'không còn trong queue']
    return broken(
      text(
        `killed at "${point}", ${shortId(message)} is ${is}, and you expected the opposite: only the ack decides, whatever the books say`,
        `bị kill ở "${point}", ${shortId(message)} ${isVi}, ngược với dự đoán của bạn: chỉ ack quyết định, sổ sách nói gì cũng vậy`,
      ),
      { at: predicting, messages: [message] },
    )
  }
  if (predicted.entries !== entries) {
    return broken(
      text(
        `killed at "${point}", ${shortId(message)} has ${entries} entries in the books, and you expected ${predicted.entries}`,
        `bị kill ở "${point}", ${shortId(message)} có ${entries} bút toán trong sổ, còn bạn đoán ${predicted.entries}`,
      ),
      { at: [...predicting, ...booking], messages: [message] },
    )
  }
  return undefined
}

export const booksOnce: Promised<RecoveredSeen> = {
  item: 'failure-03.4',
  text: text(
    'the restarted consumer works off what was left, and every payment is booked once',
    'consumer chạy lại xử lý hết phần còn dở, mỗi thanh toán được ghi sổ đúng một lần',
  ),
  judge(seen) {
    const why = (id: string) => {
      if (id === seen.killed)
        return text(
          'the process was killed when it had booked it, and the next one booked it again',
          'process bị kill khi vừa ghi sổ nó, và process sau lại ghi sổ lần nữa',
        )
      return text(
        'one process slept with it in hand, another one did the work, and the sleeper woke up and booked it as well: it had asked before it slept, or asked nobody but itself',
        'một process cầm nó rồi ngủ, process khác đã làm xong, còn kẻ ngủ thức dậy và cũng ghi sổ: nó đã hỏi từ trước lúc ngủ, hoặc chỉ hỏi chính nó',
      )
    }
    const twice = seen.events.find((id) => (seen.entries[id] ?? 0) > 1)
    if (twice !== undefined) {
      return broken(
        text(
          `${shortId(twice)} has ${seen.entries[twice]} entries: ${why(twice).en}`,
          `${shortId(twice)} có ${seen.entries[twice]} bút toán: ${why(twice).vi}`,
        ),
        { at: booking, trace: seen.trace, messages: [twice] },
      )
    }
    const missing = seen.events.find((id) => seen.entries[id] === undefined)
    if (missing !== undefined) {
      return broken(
        text(
          `${shortId(missing)} was never booked, and the queue is empty`,
          `${shortId(missing)} không bao giờ được ghi sổ, mà queue đã trống`,
        ),
        { at: booking, trace: seen.trace, messages: [missing] },
      )
    }
    const [dead] = seen.dead
    if (dead !== undefined) {
      return broken(
        text(
          `${shortId(dead)} came again and was refused as if it had failed`,
          `${shortId(dead)} tới lại và bị từ chối như thể xử lý hỏng`,
        ),
        { at: [{ file: 'consumer.ts', near: ['.reject('] }], trace: seen.trace, messages: [dead] },
      )
    }
    if (!seen.isBalanced) {
      return broken(
        text('a balance is not what its entries come to', 'có số dư không khớp với các bút toán của nó'),
        { at: booking },
      )
    }
    return held(
      witness('freezes', seen.freezes, text('1 sleeper fenced off', 'chặn được 1 process thức dậy muộn')),
      witness('kills', seen.kills),
      witness(
        'booked',
        seen.events.length,
        text(`${seen.events.length} payments booked once`, `${seen.events.length} thanh toán ghi sổ một lần`),
      ),
    )
  },
}

export const notesAreWritten = {
  item: 'failure-03.6',
  text: text(
    'NOTES.md says for each crash point what is repeated, what is lost, and what makes that safe',
    'NOTES.md ghi với từng điểm crash: cái gì lặp lại, cái gì mất, nhờ đâu vẫn an toàn',
  ),
}
