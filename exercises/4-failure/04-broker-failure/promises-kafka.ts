/** What producer and consumer can promise about a Kafka whose nodes die: held against the log, the requests and the ledger. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { shortId, text } from '#lab/verdict/language'
import type { EachNodeSeen, LeaderLostSeen } from './run-kafka.ts'

const file = 'on-kafka.ts'
const sending = [{ file, near: ['.send(', 'acks', 'startProducer'] }]
const consuming = [{ file, near: ['retry', '.run(', 'startConsumer'] }]

export const takesNoLeadersWord: Promised<LeaderLostSeen> = {
  item: 'failure-04.2',
  text: text(
    'on Kafka the producer calls nothing sent that only the leader has, and all is sent when another one leads',
    'trên Kafka producer không báo gửi xong record nào mới chỉ leader có, và gửi được hết khi node khác lên làm leader',
  ),
  judge(seen) {
    const [early] = seen.early
    if (early !== undefined) {
      const gone = seen.lost.length
      return broken(
        text(
          `${seen.early.length} of ${seen.sent} payments were called sent while only the leader had them, ${shortId(early)} first; it died, and ${gone} of them are gone`,
          `${seen.early.length} trên ${seen.sent} thanh toán được báo là đã gửi khi mới chỉ leader có, đầu tiên là ${shortId(early)}; leader chết, và ${gone} cái đã mất`,
        ),
        { at: sending, trace: seen.trace, messages: seen.early.slice(0, 3) },
      )
    }
    const [lost] = seen.lost
    if (lost !== undefined) {
      return broken(
        text(
          `${seen.lost.length} payments were called sent and are not in the log of the new leader, ${shortId(lost)} first`,
          `${seen.lost.length} thanh toán được báo là đã gửi mà không có trong log của leader mới, đầu tiên là ${shortId(lost)}`,
        ),
        { at: sending, trace: seen.trace, messages: seen.lost.slice(0, 3) },
      )
    }
    if (seen.unsent > 0) {
      return broken(
        text(
          `another node leads, and ${seen.unsent} of ${seen.sent} payments could not be sent: ${seen.why}`,
          `node khác đã lên làm leader mà ${seen.unsent} trên ${seen.sent} thanh toán không gửi được: ${seen.why}`,
        ),
        { at: sending, trace: seen.trace },
      )
    }
    return held(
      witness('kills', seen.kills),
      witness(
        'sent',
        seen.sent,
        text(`${seen.sent} waited for the new leader`, `${seen.sent} cái chờ leader mới`),
      ),
    )
  },
}

export const outlivesEachNode: Promised<EachNodeSeen> = {
  item: 'failure-04.5',
  text: text(
    'on Kafka both go on by themselves whichever node dies, the leader and the coordinator of the group included',
    'trên Kafka node nào chết cả hai cũng tự chạy tiếp, kể cả leader và coordinator của group',
  ),
  judge({ rounds, audit, kills, trace }) {
    const [fault] = audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: consuming })
    const bad = rounds.find(({ isSent, captures }) => !isSent || captures !== 1)
    if (bad !== undefined) {
      const role = bad.isLeader ? text(', the leader,', ', đang là leader,') : text('', '')
      return bad.isSent
        ? broken(
            text(
              `node ${bad.node}${role.en} was killed; a payment was sent after it, and nobody booked it`,
              `node ${bad.node}${role.vi} bị kill; một thanh toán gửi sau đó mà không ai ghi sổ`,
            ),
            { at: consuming, trace },
          )
        : broken(
            text(
              `node ${bad.node}${role.en} was killed, and the next payment could not be sent: ${bad.why}`,
              `node ${bad.node}${role.vi} bị kill, và thanh toán tiếp theo không gửi được: ${bad.why}`,
            ),
            { at: sending, trace },
          )
    }
    return held(
      witness(
        'kills',
        kills,
        text(
          `each of ${kills} nodes died once, and each payment was booked`,
          `cả ${kills} node lần lượt chết, thanh toán nào cũng được ghi sổ`,
        ),
      ),
    )
  },
}
