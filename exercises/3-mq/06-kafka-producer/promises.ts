/** What a Kafka producer can promise; each is held against what the log and the wire showed. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { shortId, text } from '#lab/verdict/language'
import type { KeysSeen } from './scenarios/keys.ts'
import type { AcksSeen, KilledSeen, LeaderKilledSeen } from './scenarios/leader.ts'
import { connectionsMax, type OutageSeen } from './scenarios/outage.ts'
import type { PartitionsSeen } from './scenarios/partitions.ts'
import type { Sent } from './scenarios/producer.ts'
import type { LostReplySeen } from './scenarios/retries.ts'
import type { PlacesSeen, ServiceSeen } from './scenarios/service.ts'

const file = 'producer.ts'
const starting = [{ file, near: ['.producer(', 'function start'] }]
const sending = [{ file, near: ['.send(', '.sendBatch('] }]
const stopping = [{ file, near: ['stop:', 'stop(', '.disconnect('] }]
const retrying = [{ file, near: ['retry', 'retries', '.producer('] }]
const giving = [{ file, near: ['OutcomeUnknown(', 'catch', '.send('] }]
const choosing = [{ file: 'key.ts', near: ['return', 'function keyOf'] }]

export const stopsWhole: Promised<ServiceSeen> = {
  item: 'mq-06.1',
  text: text(
    'one producer service: one connected kafkajs producer, and stop() leaves nothing half sent',
    'một service producer: một kafkajs producer giữ kết nối, và stop() không bỏ dở message nào',
  ),
  judge(seen) {
    const failed = seen.sent.find(({ state }) => state !== 'resolved')
    if (failed !== undefined)
      return broken(unsent(failed, 'nothing was wrong', 'không có sự cố gì'), {
        at: sending,
        trace: seen.trace,
      })
    if (seen.connections > connectionsMax) {
      return broken(
        text(
          `${seen.sent.length} payments took ${seen.connections} connections: each costs a handshake and a question for the cluster's metadata, and the brokers count them`,
          `gửi ${seen.sent.length} thanh toán mà mở ${seen.connections} kết nối: mỗi cái tốn một lần bắt tay và một lần hỏi metadata, và broker đếm hết`,
        ),
        { at: starting },
      )
    }
    if (seen.producerIds > 1) {
      return broken(
        text(
          `${seen.producerIds} producer ids were drawn: the broker compares sequence numbers within one id, so each of your producers starts with a clean record`,
          `đã xin ${seen.producerIds} producer id: broker chỉ so sequence trong cùng một id, nên mỗi producer của bạn lại bắt đầu từ đầu`,
        ),
        { at: starting },
      )
    }
    const abandoned = seen.outstanding.find(({ state }) => state !== 'resolved')
    if (abandoned !== undefined) {
      return broken(
        text(
          `stop() was called while ${shortId(abandoned.id)} was on its way, and it ended ${abandoned.state}: ${abandoned.message || 'its caller will never know'}`,
          `stop() được gọi khi ${shortId(abandoned.id)} còn đang gửi, và nó kết thúc kiểu ${abandoned.state}: ${abandoned.message || 'nơi gọi sẽ không bao giờ biết'}`,
        ),
        { at: stopping, trace: seen.trace, messages: [abandoned.id] },
      )
    }
    if (seen.stopped !== 'resolved') {
      return broken(text(`stop() ended ${seen.stopped}`, `stop() kết thúc kiểu ${seen.stopped}`), {
        at: stopping,
        trace: seen.trace,
      })
    }
    if (seen.openConnections > 0) {
      return broken(
        text(
          `stop() is done, and ${seen.openConnections} connections are still open`,
          `stop() đã xong mà ${seen.openConnections} kết nối vẫn mở`,
        ),
        { at: stopping },
      )
    }
    const sent = seen.sent.length + seen.outstanding.length
    if (seen.stored !== sent) return broken(miscounted(sent, seen.stored), { at: sending, trace: seen.trace })
    return held(
      witness(
        'sent',
        sent,
        text(
          `${sent} payments over ${seen.connections} connections, ${seen.outstanding.length} of them finished by stop()`,
          `${sent} thanh toán qua ${seen.connections} kết nối, ${seen.outstanding.length} cái do stop() chờ cho xong`,
        ),
      ),
    )
  },
}

export const saysWhereItLies: Promised<PlacesSeen> = {
  item: 'mq-06.2',
  text: text(
    'sendMessage(topic, key, message) resolves with the partition and offset where the message lies',
    'sendMessage(topic, key, message) trả về đúng partition và offset nơi message nằm',
  ),
  judge(seen) {
    const { trace } = seen
    const failed = seen.sent.find(({ state }) => state !== 'resolved')
    if (failed !== undefined)
      return broken(unsent(failed, 'nothing was wrong', 'không có sự cố gì'), { at: sending, trace })
    const missing = seen.sent.filter((_, at) => seen.found[at] === undefined)
    const [lost] = missing
    if (lost !== undefined) {
      return broken(
        text(
          `${missing.length} of ${seen.sent.length} payments are not in the topic under the id of their envelope, first ${shortId(lost.id)}`,
          `${missing.length} trên ${seen.sent.length} thanh toán không có trong topic theo id của envelope, đầu tiên là ${shortId(lost.id)}`,
        ),
        { at: sending, trace, messages: [lost.id] },
      )
    }
    if (seen.keysLost > 0) {
      return broken(
        text(
          `${seen.keysLost} payments lie in the log without the key that they were sent with: without it their order is left to chance`,
          `${seen.keysLost} thanh toán nằm trong log mà không có key đã gửi kèm: thiếu nó thì thứ tự là chuyện may rủi`,
        ),
        { at: sending, trace },
      )
    }
    if (seen.changed > 0) {
      return broken(
        text(
          `${seen.changed} payments lie in the log otherwise than they were given: the value is the envelope as JSON`,
          `${seen.changed} thanh toán nằm trong log khác với lúc được đưa vào: value phải là envelope ở dạng JSON`,
        ),
        { at: sending, trace },
      )
    }
    const at = seen.sent.findIndex(({ place }, index) => place !== seen.found[index])
    if (at >= 0) {
      const said = seen.sent[at]?.place ?? 'nothing'
      return broken(
        text(
          `sendMessage() said ${said} (partition/offset), and the payment lies at ${seen.found[at]}: of several records in one request the broker names the offset of the first`,
          `sendMessage() báo ${said} (partition/offset), còn thanh toán nằm ở ${seen.found[at]}: khi một request chở nhiều record, broker chỉ báo offset của record đầu`,
        ),
        { at: sending, trace, messages: [seen.sent[at]?.id ?? ''] },
      )
    }
    return held(
      witness(
        'placed',
        seen.sent.length,
        text(
          `${seen.sent.length} payments where they were said to be`,
          `${seen.sent.length} thanh toán nằm đúng chỗ đã báo`,
        ),
      ),
      witness('partitions', seen.partitions),
    )
  },
}

export const choosesWhoMustHaveIt: Promised<LeaderKilledSeen> = {
  item: 'mq-06.3',
  text: text(
    'acks 0, 1 and all meet a killed leader: what 0 and 1 lose is shown, and with all nothing confirmed is lost',
    'cho leader chết với acks 0, 1 và all: chỉ ra 0 và 1 mất gì, còn all thì không mất message nào đã xác nhận',
  ),
  judge({ runs, kills }) {
    const [none, leader, all] = runs as readonly [AcksSeen, AcksSeen, AcksSeen]
    for (const run of runs) {
      const wrong = run.onTheWire.find((acks) => acks !== run.acks)
      if (wrong !== undefined || run.onTheWire.length === 0) {
        return broken(
          text(
            `start(world, { acks: ${run.acks} }) was asked for, and the requests said acks=${wrong ?? 'nothing'}`,
            `gọi start(world, { acks: ${run.acks} }), còn request lại ghi acks=${wrong ?? 'không có'}`,
          ),
          { at: [{ file, near: ['acks', '.send('] }], trace: run.trace },
        )
      }
    }
    if (all.reportedBefore > 0) {
      return broken(
        text(
          `with acks=all ${all.reportedBefore} payments were reported as sent while no follower had them`,
          `với acks=all mà ${all.reportedBefore} thanh toán được báo đã gửi khi chưa follower nào có`,
        ),
        { at: sending, trace: all.trace },
      )
    }
    const [lost] = all.lost
    if (lost !== undefined) {
      return broken(
        text(
          `with acks=all ${all.lost.length} of ${all.reported.length} payments reported as sent are gone with the leader, first ${shortId(lost)}`,
          `với acks=all mà ${all.lost.length} trên ${all.reported.length} thanh toán đã báo gửi xong biến mất cùng leader, đầu tiên là ${shortId(lost)}`,
        ),
        { at: sending, trace: all.trace, messages: [lost] },
      )
    }
    if (all.twice.length > 0)
      return broken(doubled(all.twice), { at: starting, trace: all.trace, messages: all.twice })
    if (all.reported.length < all.sent) {
      return broken(
        text(
          `with acks=all ${all.sent - all.reported.length} of ${all.sent} payments never got through, though another node led at once: ${all.why || 'they are still pending'}`,
          `với acks=all, ${all.sent - all.reported.length} trên ${all.sent} thanh toán không gửi được dù node khác lên thay ngay: ${all.why || 'vẫn còn treo'}`,
        ),
        { at: retrying, trace: all.trace },
      )
    }
    for (const run of [none, leader]) {
      if (run.reported.length === run.sent) continue
      return broken(
        text(
          `with acks=${run.acks} ${run.sent - run.reported.length} of ${run.sent} payments were not reported as sent, though the leader was well: ${run.why || 'they are still pending'}`,
          `với acks=${run.acks}, ${run.sent - run.reported.length} trên ${run.sent} thanh toán không được báo đã gửi dù leader bình thường: ${run.why || 'vẫn còn treo'}`,
        ),
        { at: sending, trace: run.trace },
      )
    }
    return held(
      witness('kills', kills, text(`${kills} leaders killed`, `${kills} leader bị kill`)),
      witness(
        'lostWith0',
        none.lost.length,
        text(
          `acks=0 lost ${none.lost.length} of ${none.sent} reported as sent`,
          `acks=0 mất ${none.lost.length} trên ${none.sent} đã báo gửi xong`,
        ),
      ),
      witness(
        'lostWith1',
        leader.lost.length,
        text(
          `acks=1 lost ${leader.lost.length} of ${leader.sent}`,
          `acks=1 mất ${leader.lost.length} trên ${leader.sent}`,
        ),
      ),
      witness(
        'keptWithAll',
        all.reported.length,
        text(`acks=all lost 0 of ${all.reported.length}`, `acks=all mất 0 trên ${all.reported.length}`),
      ),
    )
  },
}

export const outlastsAnOutage: Promised<OutageSeen> = {
  item: 'mq-06.4',
  text: text(
    'retries with a growing backoff outlast a short outage, and an unknown outcome is never called a failure',
    'retry với backoff tăng dần vượt qua được lúc broker ngừng ngắn; chưa rõ kết quả thì không báo là thất bại',
  ),
  judge(seen) {
    const { outlasted, unknown, next, refused, trace } = seen
    if (outlasted.state !== 'resolved') {
      return broken(
        text(
          `two nodes were away for ${seconds(seen.waits)} s, and ${shortId(outlasted.id)} ended ${outlasted.state} though they came back: ${outlasted.message || 'nobody hears of it any more'}`,
          `hai node vắng mặt ${seconds(seen.waits)} giây, ${shortId(outlasted.id)} kết thúc kiểu ${outlasted.state} dù chúng đã quay lại: ${outlasted.message || 'không ai còn nghe nói về nó'}`,
        ),
        { at: retrying, trace, messages: [outlasted.id] },
      )
    }
    if (seen.outlastedInLog !== 1) return broken(miscounted(1, seen.outlastedInLog), { at: sending, trace })
    if (seen.hasGrown === false) {
      return broken(
        text(
          `while nobody could write, the attempts came ${seen.waits.join(', ')} ms apart: a hundred producers that don't wait longer each time keep a cluster down that wants to get up`,
          `trong lúc không ai ghi được, các lần thử cách nhau ${seen.waits.join(', ')} ms: một trăm producer không chịu chờ lâu dần sẽ đè cluster không cho đứng dậy`,
        ),
        { at: retrying, trace },
      )
    }
    if (unknown.state === 'rejected' && unknown.error !== 'OutcomeUnknown' && seen.unknownInLog > 0) {
      return broken(
        text(
          `every reply to ${shortId(unknown.id)} was lost; its caller was told "${unknown.error}: ${unknown.message}", takes that for "not sent", and it is in the log`,
          `mọi phản hồi cho ${shortId(unknown.id)} đều mất; nơi gọi được báo "${unknown.error}: ${unknown.message}", tưởng là chưa gửi, trong khi nó nằm trong log`,
        ),
        { at: giving, trace, messages: [unknown.id] },
      )
    }
    if (unknown.state === 'pending') {
      return broken(
        text(
          `start(world, { retries: 2 }) still tries to send ${shortId(unknown.id)}: give up when told to, and say that the outcome is unknown`,
          `start(world, { retries: 2 }) mà vẫn còn thử gửi ${shortId(unknown.id)}: hãy bỏ cuộc đúng lúc được bảo, và nói rõ là chưa rõ kết quả`,
        ),
        { at: retrying, trace, messages: [unknown.id] },
      )
    }
    if (next.state !== 'resolved') {
      return broken(
        text(
          `after an unknown outcome the next payment was not sent any more: ${next.message || next.state}`,
          `sau một kết quả chưa rõ, thanh toán tiếp theo không gửi được nữa: ${next.message || next.state}`,
        ),
        { at: giving, trace, messages: [next.id] },
      )
    }
    if (seen.nextInLog === 0) {
      return broken(
        text(
          `${shortId(next.id)} was reported as sent (${next.place}) and is not in the log: kafkajs had counted the sequence number of the payment before back, so the broker took this one for its repetition`,
          `${shortId(next.id)} được báo đã gửi (${next.place}) mà không có trong log: kafkajs đã lùi sequence của thanh toán trước, nên broker tưởng cái này là bản lặp của nó`,
        ),
        { at: giving, trace, messages: [next.id] },
      )
    }
    if (seen.nextInLog > 1 || seen.unknownInLog > 1) {
      const twice = seen.nextInLog > 1 ? next.id : unknown.id
      return broken(doubled([twice]), { at: giving, trace, messages: [twice] })
    }
    if (refused.state !== 'rejected') {
      return broken(
        text(
          `a payment larger than the topic takes ended ${refused.state}: the broker refuses it each time (MESSAGE_TOO_LARGE)`,
          `một thanh toán lớn hơn mức topic nhận kết thúc kiểu ${refused.state}: broker lần nào cũng từ chối (MESSAGE_TOO_LARGE)`,
        ),
        { at: giving, messages: [refused.id] },
      )
    }
    if (seen.refusedAttempts > 1) {
      return broken(
        text(
          `a payment that the broker refuses for good (MESSAGE_TOO_LARGE) was sent ${seen.refusedAttempts} times: it will not get smaller`,
          `một thanh toán bị broker từ chối hẳn (MESSAGE_TOO_LARGE) vẫn được gửi ${seen.refusedAttempts} lần: nó không nhỏ đi đâu`,
        ),
        { at: retrying, messages: [refused.id] },
      )
    }
    return held(
      witness(
        'attempts',
        seen.waits.length + 1,
        text(
          `${seen.waits.length + 1} attempts, ${seen.waits.join(', ')} ms apart, then sent`,
          `${seen.waits.length + 1} lần thử, cách nhau ${seen.waits.join(', ')} ms, rồi gửi được`,
        ),
      ),
      witness(
        'unknown',
        seen.unknownInLog,
        text('1 outcome unknown, and said to be', '1 kết quả chưa rõ, và được nói đúng như thế'),
      ),
      witness('next', seen.nextInLog),
    )
  },
}

export const repeatsHarmlessly: Promised<LostReplySeen> = {
  item: 'mq-06.5',
  text: text(
    'the producer is idempotent: a lost reply and the retry after it leave one record in the log',
    'producer idempotent: mất phản hồi rồi gửi lại, trong log vẫn chỉ có một record',
  ),
  judge(seen) {
    const { trace } = seen
    const at = seen.copies.findIndex((copies) => copies > 1)
    const isIdempotent = seen.attempts.every(({ producerId }) => producerId >= 0)
    const lostAt = seen.sent.findIndex(({ state }, index) => state === 'resolved' && seen.copies[index] === 0)
    if (lostAt >= 0) {
      const id = seen.sent[lostAt]?.id ?? ''
      return broken(
        text(
          `${shortId(id)} was reported as sent (${seen.sent[lostAt]?.place}) and is not in the log: it went out while the payment before it waited for its retry, under the same sequence number, and the broker took it for the repetition`,
          `${shortId(id)} được báo đã gửi (${seen.sent[lostAt]?.place}) mà không có trong log: nó đi ra trong lúc thanh toán trước đang chờ retry, mang cùng sequence, nên broker tưởng nó là bản lặp`,
        ),
        { at: sending, trace, messages: [id] },
      )
    }
    if (at >= 0) {
      const id = seen.sent[at]?.id ?? ''
      return broken(
        isIdempotent
          ? text(
              `${shortId(id)} is in the log ${seen.copies[at]} times: it was sent again under another sequence number, so the broker could not know it`,
              `${shortId(id)} nằm trong log ${seen.copies[at]} lần: nó được gửi lại dưới một sequence khác nên broker không nhận ra`,
            )
          : text(
              `${shortId(id)} is in the log ${seen.copies[at]} times: the request had arrived, only its reply was lost, and without a producer id the broker can't tell a repetition from a new payment`,
              `${shortId(id)} nằm trong log ${seen.copies[at]} lần: request đã tới nơi, chỉ mất phản hồi, và không có producer id thì broker không phân biệt được bản lặp với thanh toán mới`,
            ),
        { at: isIdempotent ? sending : starting, trace, messages: [id] },
      )
    }
    const failed = seen.sent.find(({ state }) => state !== 'resolved')
    if (failed !== undefined)
      return broken(unsent(failed, 'only replies were lost', 'chỉ mất phản hồi'), { at: retrying, trace })
    if (!isIdempotent) {
      return broken(
        text(
          'the requests carried no producer id: what was repeated here went well by luck',
          'request không mang producer id: lần lặp này trót lọt chỉ là nhờ may',
        ),
        { at: starting, trace },
      )
    }
    return held(
      witness(
        'repeated',
        seen.repeated,
        text(
          `${seen.repeated} requests repeated under their producer id and sequence, still 1 record each`,
          `${seen.repeated} request lặp lại với đúng producer id và sequence cũ, vẫn 1 record mỗi cái`,
        ),
      ),
      witness('records', seen.copies.length),
    )
  },
}

/** The share of all events that one of six partitions may have: more than half is one busy key. */
const shareMax = 0.5

export const keepsAStoryTogether: Promised<KeysSeen> = {
  item: 'mq-06.6',
  text: text(
    'the key is the entity whose order matters, and all its events land in one partition',
    'key là đối tượng cần giữ thứ tự, mọi event của nó vào cùng một partition',
  ),
  judge(seen) {
    if (seen.stored < seen.events) return broken(miscounted(seen.events, seen.stored), { at: sending })
    if (seen.keyless > 0) {
      return broken(
        text(
          `${seen.keyless} of ${seen.events} events have no key: they are dealt out to the partitions in turn, and a payment may be captured before it was requested`,
          `${seen.keyless} trên ${seen.events} event không có key: chúng được chia lần lượt vào các partition, và một thanh toán có thể bị capture trước khi được yêu cầu`,
        ),
        { at: choosing },
      )
    }
    const [scattered] = seen.scattered
    if (scattered !== undefined) {
      return broken(
        text(
          `the events of ${seen.scattered.length} of ${seen.payments} payments lie in several partitions, first ${shortId(scattered)} (a key was "${seen.example}"): whoever reads them may meet the capture before the request`,
          `event của ${seen.scattered.length} trên ${seen.payments} thanh toán nằm rải ở nhiều partition, đầu tiên là ${shortId(scattered)} (một key là "${seen.example}"): nơi đọc có thể gặp capture trước request`,
        ),
        { at: choosing, messages: [scattered] },
      )
    }
    const [disordered] = seen.disordered
    if (disordered !== undefined) {
      return broken(
        text(
          `the events of ${shortId(disordered)} lie in one partition, and in another order than they were sent`,
          `event của ${shortId(disordered)} nằm trong một partition, nhưng không đúng thứ tự đã gửi`,
        ),
        { at: sending, messages: [disordered] },
      )
    }
    const share = seen.fullest / seen.stored
    if (share > shareMax) {
      return broken(
        text(
          `${seen.fullest} of ${seen.stored} events lie in one of ${seen.partitions} partitions (a key was "${seen.example}"): the key is shared by payments that have no order among each other, and one busy merchant has one consumer`,
          `${seen.fullest} trên ${seen.stored} event nằm ở một trong ${seen.partitions} partition (một key là "${seen.example}"): key gom cả những thanh toán không cần thứ tự với nhau, và merchant đông khách chỉ có một consumer`,
        ),
        { at: choosing },
      )
    }
    return held(
      witness(
        'payments',
        seen.payments,
        text(
          `${seen.events} events of ${seen.payments} payments, each payment in one partition`,
          `${seen.events} event của ${seen.payments} thanh toán, mỗi thanh toán trong một partition`,
        ),
      ),
      witness(
        'fullest',
        seen.fullest,
        text(`${seen.fullest} events in the fullest partition`, `${seen.fullest} event ở partition đầy nhất`),
      ),
    )
  },
}

export const survivesABroker: Promised<KilledSeen> = {
  item: 'mq-06.7',
  text: text(
    'every message reported as sent is in the topic once, after a broker was killed mid-stream',
    'broker bị kill giữa lúc đang gửi: message nào đã báo gửi xong đều có trong topic, đúng một bản',
  ),
  judge(seen) {
    const { trace } = seen
    const reported = seen.sent.filter(({ state }) => state === 'resolved').length
    const [lost] = seen.lost
    if (lost !== undefined) {
      return broken(
        text(
          `${seen.lost.length} of ${reported} payments reported as sent are not in the topic, first ${shortId(lost)}`,
          `${seen.lost.length} trên ${reported} thanh toán đã báo gửi xong không có trong topic, đầu tiên là ${shortId(lost)}`,
        ),
        { at: sending, trace, messages: seen.lost.slice(0, 3) },
      )
    }
    if (seen.twice.length > 0)
      return broken(doubled(seen.twice), { at: sending, trace, messages: seen.twice.slice(0, 3) })
    const failed = seen.sent.find(({ state, error }) => state !== 'resolved' && error !== 'OutcomeUnknown')
    if (failed !== undefined) {
      return broken(unsent(failed, 'two of three nodes were well', 'hai trên ba node vẫn bình thường'), {
        at: retrying,
        trace,
      })
    }
    return held(
      witness(
        'kills',
        seen.kills,
        text(`survived ${seen.kills} killed broker`, `sống sót qua ${seen.kills} broker bị kill`),
      ),
      witness(
        'reported',
        reported,
        text(
          `${reported} of ${seen.sent.length} sent, each there once`,
          `${reported} trên ${seen.sent.length} đã gửi, mỗi cái đúng một bản`,
        ),
      ),
    )
  },
}

export const hashesAsJavaDoes: Promised<PartitionsSeen> = {
  item: 'mq-06.8',
  text: text(
    'keys go to the partitions that murmur2 predicts, and the skew of few keys against many is shown',
    'key vào đúng partition mà murmur2 tính ra; độ lệch khi ít key so với nhiều key được chỉ rõ',
  ),
  judge(seen) {
    if (seen.records < seen.sent) return broken(miscounted(seen.sent, seen.records), { at: sending })
    const [astray] = seen.astray
    if (astray !== undefined) {
      return broken(
        text(
          `${seen.astray.length} of ${seen.records} records lie elsewhere than murmur2 says: the key "${astray.key}" is in partition ${astray.is} and belongs in ${astray.predicted}, where a Java producer puts it and a Java consumer looks for it`,
          `${seen.astray.length} trên ${seen.records} record không nằm ở chỗ murmur2 tính: key "${astray.key}" ở partition ${astray.is}, lẽ ra là ${astray.predicted}, nơi producer Java đặt và consumer Java tìm nó`,
        ),
        { at: [{ file, near: ['createPartitioner', 'partition', '.producer('] }] },
      )
    }
    return held(
      witness(
        'skewOfFew',
        seen.skewOfFew,
        text(
          `${seen.few} keys: the fullest of 10 partitions has ${seen.skewOfFew} times its share, ${seen.emptyOfFew} are empty`,
          `${seen.few} key: partition đầy nhất trong 10 cái gấp ${seen.skewOfFew} lần phần của nó, ${seen.emptyOfFew} cái trống`,
        ),
      ),
      witness(
        'skewOfMany',
        seen.skewOfMany,
        text(`${seen.many} keys: ${seen.skewOfMany} times`, `${seen.many} key: gấp ${seen.skewOfMany} lần`),
      ),
      witness('records', seen.records),
    )
  },
}

export const notesAreWritten = {
  item: 'mq-06.9',
  text: text(
    'NOTES.md says which acks, retries and key you chose and what each of them costs',
    'NOTES.md ghi bạn chọn acks, retry và key thế nào, mỗi lựa chọn phải trả giá gì',
  ),
}

function unsent(failed: Sent, en: string, vi: string) {
  return text(
    `${shortId(failed.id)} ended ${failed.state} though ${en}: ${failed.message || 'sendMessage() never answers'}`,
    `${shortId(failed.id)} kết thúc kiểu ${failed.state} dù ${vi}: ${failed.message || 'sendMessage() không bao giờ trả lời'}`,
  )
}

function miscounted(sent: number, stored: number) {
  return text(
    `${sent} payments were sent, and ${stored} records are in the topic`,
    `đã gửi ${sent} thanh toán, còn trong topic có ${stored} record`,
  )
}

function doubled(ids: readonly string[]) {
  const [first = ''] = ids
  return text(
    `${ids.length} ${ids.length === 1 ? 'payment is' : 'payments are'} in the log more than once, first ${shortId(first)}: the same event was sent again in a way that the broker could not recognise`,
    `${ids.length} thanh toán nằm trong log hơn một lần, đầu tiên là ${shortId(first)}: cùng một event được gửi lại theo cách broker không nhận ra`,
  )
}

const seconds = (waits: readonly number[]): number =>
  Math.round(waits.reduce((sum, ms) => sum + ms, 0) / 100) / 10
