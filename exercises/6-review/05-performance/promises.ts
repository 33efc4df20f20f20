/** What review-05 promises: the stage that sets the pace is named, and the faster consumer keeps what the slow one kept. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import { type BottleneckSeen, type OptimizedSeen, type StageName, stageNames } from './run.ts'

const ratioMin = 2
const unackedMax = 40
const whyWordsMin = 8

export const namesTheBottleneck: Promised<BottleneckSeen> = {
  item: 'review-05.4',
  text: text(
    'the stage that you name sets the pace: made free, it gains more than any other',
    'khâu bạn nêu chính là khâu quyết định tốc độ: cho nó miễn phí thì được lợi hơn mọi khâu khác',
  ),
  judge({ named, why, asItIs, without }) {
    const at = { at: [{ file: 'bottleneck.ts', near: ['stage:'] }] }
    const [pace] = stageNames.toSorted((a, b) => without[a] - without[b]) as [StageName]
    const gain = (stage: StageName): string => `${(asItIs / without[stage]).toFixed(1)}`
    if (named !== pace) {
      const known = stageNames.find((stage) => stage === named)
      if (known === undefined)
        return broken(
          text(
            `bottleneck.ts names no stage yet ("${named}")`,
            `bottleneck.ts chưa nêu khâu nào ("${named}")`,
          ),
          at,
        )
      return broken(
        text(
          `with ${named} for nothing the slow consumer is ${gain(known)} times as fast; another stage gains more`,
          `cho ${named} miễn phí thì consumer chậm nhanh gấp ${gain(known)}; có khâu khác được lợi hơn`,
        ),
        at,
      )
    }
    if ((why.match(/[\p{L}\p{N}]+/gu) ?? []).length < whyWordsMin)
      return broken(
        text(
          'bottleneck.ts does not say which figure or run shows it',
          'bottleneck.ts chưa ghi số liệu hay lần chạy nào cho thấy điều đó',
        ),
        at,
      )
    const gains = stageNames.map((stage) => `${stage} ${gain(stage)}`).join(', ')
    return held(
      witness(
        'gain',
        Math.round((asItIs / without[pace]) * 10) / 10,
        text(`gain with a stage free: ${gains}`, `lợi khi cho một khâu miễn phí: ${gains}`),
      ),
    )
  },
}

export const isFasterAndStillRight: Promised<OptimizedSeen> = {
  item: 'review-05.4',
  text: text(
    'the optimized consumer is at least twice as fast in the same run, and books as the slow one did: each once, in order, before its ack',
    'consumer đã tối ưu nhanh ít nhất gấp đôi trong cùng lần chạy, và ghi sổ như bản chậm: mỗi cái một lần, đúng thứ tự, trước khi ack',
  ),
  judge({ slowMs, ownMs, payments, missing, doubled, disordered, acks, unackedMax: unacked, left }) {
    const at = (...near: string[]) => ({ at: [{ file: 'consumer.ts', near }] })
    if (missing > 0 || doubled > 0)
      return broken(
        text(
          `of ${payments} payments ${missing} were not booked and ${doubled} were booked twice`,
          `trong ${payments} thanh toán, ${missing} chưa ghi sổ và ${doubled} bị ghi hai lần`,
        ),
        at('book('),
      )
    if (acks.length === 0 && left === 0)
      return broken(
        text(
          'no message was ever acknowledged: with noAck each counts as done as soon as it is sent to you',
          'không message nào được ack: với noAck, mỗi message coi như xong ngay lúc được giao',
        ),
        at('.consume('),
      )
    const early = acks.find(({ settled, booked }) => booked < settled)
    if (early !== undefined)
      return broken(
        text(
          `when ack ${early.nth} came by, ${early.settled} messages were settled and ${early.booked} payments booked: acknowledged and not booked`,
          `khi lần ack thứ ${early.nth} đi qua, ${early.settled} message đã ack mà mới ghi sổ ${early.booked} thanh toán: đã ack mà chưa ghi sổ`,
        ),
        at('.ack('),
      )
    if (disordered !== undefined)
      return broken(
        text(
          `the payments of ${disordered} were booked in another order than they came: the faster answer overtook`,
          `các thanh toán của ${disordered} bị ghi sổ sai thứ tự: câu trả lời nhanh hơn đã vượt lên`,
        ),
        at('book('),
      )
    if (unacked > unackedMax)
      return broken(
        text(
          `${unacked} messages were out at a time: after a crash all of them come again, and at most ${unackedMax} may`,
          `có lúc ${unacked} message đang ở ngoài: crash thì tất cả quay lại, mà tối đa chỉ được ${unackedMax}`,
        ),
        at('prefetch('),
      )
    if (left > 0)
      return broken(
        text(
          `${left} messages are left in the queue after stop()`,
          `còn ${left} message trong queue sau stop()`,
        ),
        at('stop()'),
      )
    const ratio = Math.min(...slowMs) / Math.min(...ownMs)
    if (ratio < ratioMin)
      return broken(
        text(
          `it is ${ratio.toFixed(2)} times as fast as the slow one in the same run (${Math.round(Math.min(...ownMs))} beside ${Math.round(Math.min(...slowMs))} ms), and needs ${ratioMin}`,
          `nó nhanh gấp ${ratio.toFixed(2)} lần bản chậm trong cùng lần chạy (${Math.round(Math.min(...ownMs))} so với ${Math.round(Math.min(...slowMs))} ms), cần ${ratioMin}`,
        ),
        at('prefetch(', '.consume('),
      )
    return held(
      witness('payments', payments),
      witness(
        'ratio',
        Math.round(ratio * 10) / 10,
        text(
          `${ratio.toFixed(1)} times as fast in the same run`,
          `nhanh gấp ${ratio.toFixed(1)} trong cùng lần chạy`,
        ),
      ),
      witness('acks', acks.length),
    )
  },
}

export const reportsFigures = {
  item: 'review-05.7',
  text: text(
    'PERFORMANCE.md reports the figures, the bottleneck, the gain and what was traded for it',
    'PERFORMANCE.md ghi số liệu, điểm nghẽn, mức cải thiện và cái giá phải đổi',
  ),
}
