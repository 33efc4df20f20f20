/** What a producer can promise about a Kafka whose leader dies: held against the log under the next one. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { shortId, text } from '#lab/verdict/language'
import type { LeaderLostSeen } from './run-kafka.ts'

const file = 'on-kafka.ts'
const sending = [{ file, near: ['.send(', 'acks', 'startProducer'] }]

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
