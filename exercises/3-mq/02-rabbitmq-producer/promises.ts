/** What a producer can promise; each is held against what the wire and the queues showed. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import {
  type BurstSeen,
  type EndingsSeen,
  inFlightMax,
  type KilledSeen,
  type LabelsSeen,
  type LostConfirmSeen,
  type RestartSeen,
  type Sent,
  type ServiceSeen,
  sendMs,
} from './run.ts'

const file = 'producer.ts'
const starting = [{ file, near: ['amqp.connect(', 'connect('] }]
const publishing = [{ file, near: ['.publish('] }]
const settling = [{ file, near: ["'return'", '"return"', 'waitForConfirms', '.publish('] }]
const stopping = [{ file, near: ['async stop(', 'stop('] }]
const losing = [{ file, near: ["'close'", "'error'", 'recovery', 'amqp.connect('] }]

export const oneService: Promised<ServiceSeen> = {
  item: 'mq-02.1',
  text: text(
    'the producer is one service: one connection, one confirm channel, and a stop that abandons nothing',
    'producer là một service: một kết nối, một confirm channel, và khi dừng không bỏ rơi message nào',
  ),
  judge(seen) {
    const lost = seen.sent.find(({ state }) => state !== 'resolved')
    if (lost !== undefined) return broken(notSent(lost), { at: publishing })
    if (seen.connections !== 1) {
      return broken(
        text(
          `${seen.sent.length} messages took ${seen.connections} connections: each costs a handshake, a socket and memory at the broker`,
          `${seen.sent.length} message tốn ${seen.connections} kết nối: mỗi kết nối là một handshake, một socket và bộ nhớ ở broker`,
        ),
        { at: starting },
      )
    }
    if (seen.channels !== 1) {
      return broken(
        text(
          `${seen.sent.length} messages took ${seen.channels} channels: a channel is opened with a round trip and meant to be kept`,
          `${seen.sent.length} message tốn ${seen.channels} channel: mở channel mất một vòng đi về, và channel là thứ để giữ lại dùng tiếp`,
        ),
        { at: [{ file, near: ['createConfirmChannel(', 'createChannel('] }] },
      )
    }
    if (!seen.confirming) {
      return broken(
        text(
          'the channel is a plain one: the broker never says whether it has a message',
          'channel là loại thường: broker không bao giờ nói nó đã có message hay chưa',
        ),
        { at: [{ file, near: ['createChannel('] }] },
      )
    }
    if (seen.outstanding?.state !== 'resolved') {
      return broken(
        text(
          'stop() was called while one confirm was out, and that message was abandoned: the broker has it, the caller was told nothing good',
          'stop() được gọi khi còn một confirm chưa về, và message đó bị bỏ rơi: broker đã có nó mà người gọi không được báo',
        ),
        {
          at: stopping,
          trace: seen.trace,
          messages: seen.outstanding === undefined ? [] : [seen.outstanding.id],
        },
      )
    }
    if (seen.stopped !== 'resolved' || !seen.closedCleanly || seen.openConnections > 0) {
      return broken(
        text(
          seen.stopped === 'resolved'
            ? 'stop() resolved, and the connection was not closed'
            : `stop() did not resolve (${seen.stopped})`,
          seen.stopped === 'resolved'
            ? 'stop() đã xong mà kết nối chưa được đóng'
            : `stop() không xong (${seen.stopped})`,
        ),
        { at: stopping, trace: seen.trace },
      )
    }
    return held(
      witness(
        'messages',
        seen.sent.length + 1,
        text(
          `${seen.sent.length + 1} messages over 1 connection and 1 channel`,
          `${seen.sent.length + 1} message qua 1 kết nối và 1 channel`,
        ),
      ),
    )
  },
}

export const resolvesOnlyWhenRouted: Promised<EndingsSeen> = {
  item: 'mq-02.2',
  text: text(
    'sendMessage resolves when the message is confirmed and routed, and rejects when it is returned, refused or has no exchange',
    'sendMessage chỉ resolve khi message đã confirm và đã vào queue, và reject khi bị trả về, bị từ chối hoặc exchange không tồn tại',
  ),
  judge(seen) {
    if (seen.routed.state !== 'resolved')
      return broken(notSent(seen.routed), { at: publishing, trace: seen.trace })
    if (seen.inQueue === 0) {
      return broken(
        text(
          'sendMessage resolved, and payments.work is empty: nothing was sent',
          'sendMessage đã resolve mà payments.work trống: chưa gửi gì cả',
        ),
        { at: publishing, trace: seen.trace },
      )
    }
    if (seen.unroutable.state === 'resolved') {
      return broken(
        text(
          'a payment.refunded was reported as sent, and no queue has it: nothing is bound to that key, and the broker confirms what it drops',
          'một payment.refunded được báo là đã gửi mà không queue nào có nó: không gì được bind với key đó, và broker vẫn confirm thứ nó bỏ đi',
        ),
        { at: settling, trace: seen.trace, messages: [seen.unroutable.id] },
      )
    }
    if (seen.refused.state === 'resolved') {
      return broken(
        text(
          'a full queue refused the message (basic.nack), and it was reported as sent',
          'queue đầy đã từ chối message (basic.nack) mà nó vẫn được báo là đã gửi',
        ),
        { at: publishing, trace: seen.trace, messages: [seen.refused.id] },
      )
    }
    const unsettled = [
      { sent: seen.unroutable, en: 'that was returned', vi: 'bị trả về' },
      { sent: seen.refused, en: 'that was refused', vi: 'bị từ chối' },
      {
        sent: seen.noExchange,
        en: 'to an exchange that does not exist',
        vi: 'gửi tới exchange không tồn tại',
      },
    ].find(({ sent }) => sent.state === 'pending')
    if (unsettled !== undefined) {
      const { sent, en, vi } = unsettled
      return broken(
        text(
          `the caller still waits: sendMessage of a message ${en} had not settled after ${sendMs / 1000} s and more`,
          `người gọi vẫn đang chờ: sendMessage của message ${vi} sau hơn ${sendMs / 1000} giây vẫn chưa kết thúc`,
        ),
        { at: settling, trace: seen.trace, messages: [sent.id] },
      )
    }
    if (seen.noExchange.state === 'resolved') {
      return broken(
        text(
          'a message to an exchange that does not exist was reported as sent',
          'message gửi tới một exchange không tồn tại vẫn được báo là đã gửi',
        ),
        { at: settling, messages: [seen.noExchange.id] },
      )
    }
    if (seen.afterwards.state !== 'resolved') {
      return broken(
        text(
          `after a 404 the broker closes the channel, and the producer never opened another: ${seen.afterwards.message || 'the next message waits for ever'}`,
          `sau lỗi 404 broker đóng channel, và producer không mở channel khác: ${seen.afterwards.message || 'message sau chờ mãi mãi'}`,
        ),
        { at: losing, messages: [seen.afterwards.id] },
      )
    }
    return held(
      witness(
        'endings',
        4,
        text(
          '4 endings told apart: routed, returned, refused, no exchange',
          'phân biệt được 4 kết cục: vào queue, bị trả về, bị từ chối, không có exchange',
        ),
      ),
    )
  },
}

export const sentMeansKept: Promised<KilledSeen> = {
  item: 'mq-02.3',
  text: text(
    'every message reported as sent is in the queue after the broker was killed mid-stream',
    'mọi message đã báo là gửi xong đều có trong queue sau khi broker bị kill giữa chừng',
  ),
  judge(seen) {
    const resolved = seen.sent.filter(({ state }) => state === 'resolved')
    if (resolved.length === 0) return broken(noneSent(seen.sent), { at: publishing })
    const kept = new Set(seen.kept)
    const lost = resolved.filter(({ id }) => !kept.has(id))
    const [renamed] = lost.filter(({ id }) => seen.renamed.includes(id))
    if (renamed !== undefined) {
      return broken(
        text(
          `${seen.renamed.length} payments reported as sent are in the queue under another id than their event's: no consumer can tell a second copy of such a message from a second payment`,
          `${seen.renamed.length} thanh toán đã báo là gửi xong nằm trong queue dưới một id khác id của event: không consumer nào phân biệt được bản thứ hai với một thanh toán thứ hai`,
        ),
        { at: [{ file, near: ['messageId', '.publish('] }], trace: seen.trace, messages: [renamed.id] },
      )
    }
    if (lost.length > 0) {
      return broken(
        text(
          `${lost.length} of ${resolved.length} messages reported as sent are not in the queue: they were in a buffer or on the wire when the broker was killed, and no confirm had come for them`,
          `${lost.length} trong ${resolved.length} message đã báo là gửi xong không có trong queue: lúc broker bị kill chúng còn nằm trong buffer hoặc trên đường truyền, và chưa có confirm nào`,
        ),
        { at: publishing, trace: seen.trace, messages: lost.slice(0, 5).map(({ id }) => id) },
      )
    }
    return held(
      witness(
        'kills',
        seen.kills,
        text(`${seen.kills} SIGKILL in the middle of a burst`, `${seen.kills} lần SIGKILL giữa loạt message`),
      ),
      witness(
        'sent',
        resolved.length,
        text(`0 of ${resolved.length} lost`, `mất 0 trong ${resolved.length}`),
      ),
    )
  },
}

export const messagesArePersistent: Promised<RestartSeen> = {
  item: 'mq-02.4',
  text: text(
    'confirmed messages in a durable classic queue survive a kill of the broker',
    'message đã confirm trong một classic queue durable sống sót khi broker bị kill',
  ),
  judge(seen) {
    const resolved = seen.sent.filter(({ state }) => state === 'resolved')
    if (resolved.length === 0) return broken(noneSent(seen.sent), { at: publishing })
    const kept = new Set(seen.kept)
    const lost = resolved.filter(({ id }) => !kept.has(id))
    if (lost.length > 0) {
      const transient = seen.deliveryModes.filter((mode) => mode !== 2).length
      const why =
        transient > 0
          ? text(
              `${transient} were published without delivery mode 2, so the broker kept them in memory only`,
              `${transient} message publish mà không có delivery mode 2, nên broker chỉ giữ trong bộ nhớ`,
            )
          : text(
              'they were persistent, but nobody waited for the broker to say that it had them',
              'chúng là persistent, nhưng không ai chờ broker nói rằng nó đã có',
            )
      return broken(
        text(
          `${lost.length} of ${resolved.length} messages reported as sent were gone after the restart: ${why.en}`,
          `${lost.length} trong ${resolved.length} message đã báo là gửi xong không còn sau khi khởi động lại: ${why.vi}`,
        ),
        { at: publishing, messages: lost.slice(0, 5).map(({ id }) => id) },
      )
    }
    return held(
      witness(
        'kills',
        seen.kills,
        text(`survived ${seen.kills} SIGKILL`, `sống sót qua ${seen.kills} lần SIGKILL`),
      ),
      witness(
        'messages',
        resolved.length,
        text(
          `${resolved.length} of ${resolved.length} kept`,
          `giữ được ${resolved.length} trên ${resolved.length}`,
        ),
      ),
    )
  },
}

export const messagesCarryTheirLabels: Promised<LabelsSeen> = {
  item: 'mq-02.5',
  text: text(
    'each message carries its id, correlation id, timestamp, type and content type',
    'mỗi message mang theo id, correlation id, timestamp, type và content type của nó',
  ),
  judge(seen) {
    const lost = seen.sent.find(({ state }) => state !== 'resolved')
    if (lost !== undefined) return broken(notSent(lost), { at: publishing })
    if (seen.found.length !== seen.events.length) {
      return broken(
        text(
          `${seen.events.length} were sent and ${seen.found.length} arrived`,
          `gửi ${seen.events.length} mà tới nơi ${seen.found.length}`,
        ),
        { at: publishing },
      )
    }
    for (const [index, event] of seen.events.entries()) {
      const message = seen.found[index]
      if (message === undefined) continue
      const wanted = [
        ['messageId', message.messageId, event.id],
        ['correlationId', message.correlationId, event.correlationid],
        ['type', message.type, event.type],
        ['contentType', message.contentType?.split(';')[0]?.trim(), 'application/json'],
      ] as const
      const [wrong] = wanted.filter(([, is, should]) => is !== should)
      if (wrong !== undefined) {
        const [name, is, should] = wrong
        return broken(
          text(
            `${name} is ${JSON.stringify(is) ?? 'missing'}, it should be ${JSON.stringify(should)}`,
            `${name} là ${JSON.stringify(is) ?? 'trống'}, đáng lẽ phải là ${JSON.stringify(should)}`,
          ),
          { at: publishing, messages: [event.id] },
        )
      }
      const { timestamp } = message
      if (timestamp === undefined) {
        return broken(text('the message has no timestamp', 'message không có timestamp'), {
          at: publishing,
          messages: [event.id],
        })
      }
      if (timestamp > seen.nowSeconds * 100) {
        const year = Math.round(1970 + timestamp / 31_556_952)
        return broken(
          text(
            `the timestamp ${timestamp} is the year ${year}: AMQP counts seconds, Date.now() milliseconds`,
            `timestamp ${timestamp} là năm ${year}: AMQP tính bằng giây, còn Date.now() tính bằng mili giây`,
          ),
          { at: [{ file, near: ['timestamp'] }], messages: [event.id] },
        )
      }
      if (
        Math.abs(timestamp - seen.nowSeconds) > 60 &&
        Math.abs(timestamp - Date.parse(event.time) / 1000) > 1
      ) {
        return broken(
          text(
            `the timestamp ${timestamp} is neither now nor the time of the event`,
            `timestamp ${timestamp} không phải bây giờ, cũng không phải thời điểm của event`,
          ),
          { at: [{ file, near: ['timestamp'] }], messages: [event.id] },
        )
      }
    }
    return held(
      witness(
        'messages',
        seen.found.length,
        text(
          `${seen.found.length} messages read back, 5 properties each`,
          `đọc lại ${seen.found.length} message, mỗi message 5 thuộc tính`,
        ),
      ),
    )
  },
}

export const unknownIsNotFailed: Promised<LostConfirmSeen> = {
  item: 'mq-02.6',
  text: text(
    'after a lost confirm the message may be there twice, but under one id, and the producer goes on',
    'sau khi mất confirm, message có thể có hai bản nhưng cùng một id, và producer vẫn chạy tiếp',
  ),
  judge(seen) {
    if (seen.copies.length === 0) {
      return broken(text('the payment never reached the queue', 'thanh toán không hề vào được queue'), {
        at: publishing,
        trace: seen.trace,
      })
    }
    const ids = new Set(seen.copies.map(({ messageId }) => messageId))
    const eventIds = new Set(seen.copies.map(({ eventId }) => eventId))
    if (Math.max(ids.size, eventIds.size) > 1) {
      const many = Math.max(ids.size, eventIds.size)
      return broken(
        text(
          `the confirm was lost, the message was sent again, and one payment now stands in the queue under ${many} ids: no consumer can tell that it is the same`,
          `confirm bị mất, message được gửi lại, và giờ một thanh toán nằm trong queue dưới ${many} id: không consumer nào biết đó là cùng một cái`,
        ),
        {
          at: [{ file, near: ['messageId'] }],
          trace: seen.trace,
          messages: [...(ids.size > 1 ? ids : eventIds)].map(String),
        },
      )
    }
    if (!ids.has(seen.id) || !eventIds.has(seen.id)) {
      return broken(
        text(
          'the message in the queue does not carry the id of its event',
          'message trong queue không mang id của event',
        ),
        { at: [{ file, near: ['messageId', '.publish('] }], trace: seen.trace },
      )
    }
    const settled = seen.first.state === 'resolved' || seen.second?.state === 'resolved'
    if (!settled || seen.afterwards.state !== 'resolved') {
      const why = seen.afterwards.message || seen.second?.message || 'nothing is answered any more'
      return broken(
        text(
          `the connection was lost once, and the producer never came back: ${why}`,
          `kết nối mất một lần mà producer không bao giờ quay lại: ${why}`,
        ),
        { at: losing, trace: seen.trace },
      )
    }
    return held(
      witness('lost confirms', 1, text('1 confirm lost', 'mất 1 confirm')),
      witness(
        'copies',
        seen.copies.length,
        text(`${seen.copies.length} copies under 1 id`, `${seen.copies.length} bản dưới 1 id`),
      ),
    )
  },
}

export const burstArrivesOnce: Promised<BurstSeen> = {
  item: 'mq-02.7',
  text: text(
    'a burst of 400 payments arrives once each, with at most 100 unconfirmed at a time',
    'một loạt 400 thanh toán tới nơi mỗi cái đúng một lần, cùng lúc không quá 100 cái chưa confirm',
  ),
  judge(seen) {
    const lost = seen.sent.find(({ state }) => state !== 'resolved')
    if (lost !== undefined) return broken(notSent(lost), { at: publishing })
    const arrived = new Set(seen.arrived)
    const missing = seen.ids.filter((id) => !arrived.has(id))
    if (missing.length > 0 || seen.arrived.length !== seen.ids.length) {
      return broken(
        text(
          `${seen.ids.length} were sent; ${missing.length} are missing and ${seen.arrived.length - arrived.size} came twice`,
          `gửi ${seen.ids.length}; thiếu ${missing.length} và bị trùng ${seen.arrived.length - arrived.size}`,
        ),
        { at: publishing, messages: missing.slice(0, 5) },
      )
    }
    if (seen.wholeBodies !== seen.ids.length) {
      const torn = seen.ids.length - seen.wholeBodies
      return broken(
        text(`${torn} bodies are not the JSON that was sent`, `${torn} body không phải JSON đã gửi`),
        { at: publishing },
      )
    }
    if (seen.inFlightPeak > inFlightMax) {
      return broken(
        text(
          `${seen.inFlightPeak} messages were out unconfirmed at the same time, the task allows ${inFlightMax}: against a slow broker this buffer grows until the process dies, and takes its messages along`,
          `có lúc ${seen.inFlightPeak} message chưa confirm cùng lúc, bài cho phép ${inFlightMax}: gặp broker chậm, buffer này phình ra tới khi process chết và kéo message theo`,
        ),
        { at: publishing },
      )
    }
    return held(
      witness(
        'messages',
        seen.arrived.length,
        text(
          `${seen.arrived.length} payments, each once`,
          `${seen.arrived.length} thanh toán, mỗi cái đúng một lần`,
        ),
      ),
      witness(
        'in flight',
        seen.inFlightPeak,
        text(`at most ${seen.inFlightPeak} unconfirmed`, `nhiều nhất ${seen.inFlightPeak} cái chưa confirm`),
      ),
    )
  },
}

export const notesAreWritten = {
  item: 'mq-02.8',
  text: text(
    'NOTES.md says what "sent" means and what happens when nobody knows',
    'NOTES.md ghi "đã gửi" nghĩa là gì, và làm gì khi không ai biết',
  ),
}

function notSent(sent: Sent) {
  return sent.state === 'pending'
    ? text(
        'sendMessage never settled, with a broker that confirms everything',
        'sendMessage không bao giờ kết thúc, dù broker confirm mọi thứ',
      )
    : text(
        `sendMessage rejected a message that the broker confirmed: ${sent.message}`,
        `sendMessage reject một message mà broker đã confirm: ${sent.message}`,
      )
}

function noneSent(sent: readonly Sent[]) {
  const why = sent.find(({ message }) => message !== '')?.message ?? 'sendMessage never settled'
  return text(
    `none of ${sent.length} messages was sent: ${why}`,
    `không message nào trong ${sent.length} được gửi: ${why}`,
  )
}
