/** What review-06 asks of answers, calculations and the list of gaps. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import type { ConsumersSeen, StaysSeen, StayTried } from './run.ts'

const file = 'calculations.ts'
/** Waits of 10 messages' work or more, for one in a hundred. */
const p99WaitMsMax = 150
/** Whoever runs more than four times what is needed pays for sleeping consumers. */
const consumersMax = 40
const whyWordsMin = 8

const explained = (item: string, en: string, vi: string) => ({ item, text: text(en, vi) })

export const comparesDelivery = explained(
  'review-06.1',
  'the comparison of at-least-once with exactly-once makes every point and states nothing that is not so',
  'bài so sánh at-least-once với exactly-once nêu đủ ý và không viết điều gì sai',
)
export const explainsPartitions = explained(
  'review-06.2',
  'the explanation of partitions and consumer groups makes every point and states nothing that is not so',
  'bài giải thích partition và consumer group nêu đủ ý và không viết điều gì sai',
)
export const explainsDeadLetters = explained(
  'review-06.3',
  'the analysis of the dead letter queue makes every point and states nothing that is not so',
  'bài phân tích dead letter queue nêu đủ ý và không viết điều gì sai',
)
export const weighsEventSourcing = explained(
  'review-06.4',
  'the analysis of event sourcing makes every point and states nothing that is not so',
  'bài phân tích event sourcing nêu đủ ý và không viết điều gì sai',
)
export const comparesSagas = explained(
  'review-06.5',
  'the comparison of choreography with orchestration makes every point and states nothing that is not so',
  'bài so sánh choreography với orchestration nêu đủ ý và không viết điều gì sai',
)
export const putsRight = explained(
  'review-06.8',
  'each of the five was tried in ANSWERS.md, and what missed a point there is whole in CORRECTED.md',
  'cả năm câu đều đã thử trong ANSWERS.md, câu nào thiếu ý thì đã đủ trong CORRECTED.md',
)
export const listsGaps = explained(
  'review-06.9',
  'GAPS.md names the gaps that showed, where each showed, and what would close it',
  'GAPS.md nêu những lỗ hổng đã lộ ra, lộ ở đâu, và cách lấp từng chỗ',
)

export const findsTheConsumers: Promised<ConsumersSeen> = {
  item: 'review-06.6',
  text: text(
    'the number of consumers follows from the load, and in a simulation it holds while one of them is down',
    'số consumer suy ra từ tải, và trong mô phỏng vẫn đứng vững khi một consumer ngừng',
  ),
  judge({ tried, answer, atWork, oneDown }) {
    const wrong = tried.find(({ said, right }) => !isSame(said, right))
    if (wrong !== undefined) {
      const { call, said, right } = wrong
      const name = call.slice(0, call.indexOf('('))
      return broken(
        text(
          `${call} answers ${shown(said)}; it is ${shown(right)}`,
          `${call} trả về ${shown(said)}; đúng ra là ${shown(right)}`,
        ),
        { at: [{ file, near: [`function ${name}`, name] }] },
      )
    }
    const at = [{ file, near: ['consumersAnswer'] }]
    const { minimum, consumers, why } = answer
    if (minimum !== 10) {
      return broken(
        text(
          `consumersAnswer.minimum is ${shown(minimum)}; 1,000 a second by 100 a second each is the theoretical minimum`,
          `consumersAnswer.minimum là ${shown(minimum)}; mức tối thiểu lý thuyết là 1.000 mỗi giây chia cho 100 mỗi giây`,
        ),
        { at },
      )
    }
    if (atWork === undefined || oneDown === undefined) {
      return broken(
        text(
          `consumersAnswer.consumers is ${shown(consumers)}, which is no number of consumers`,
          `consumersAnswer.consumers là ${shown(consumers)}, không phải số consumer`,
        ),
        { at },
      )
    }
    if (consumers > consumersMax) {
      return broken(
        text(
          `${consumers} consumers would be busy for ${Math.round(1000 / consumers)} % of their time: why so many?`,
          `${consumers} consumer thì mỗi cái chỉ bận ${Math.round(1000 / consumers)} % thời gian: vì sao nhiều thế?`,
        ),
        { at },
      )
    }
    if (consumers <= minimum || atWork.p99WaitMs > p99WaitMsMax) {
      return broken(
        text(
          `with ${consumers} consumers one message in a hundred waited ${Math.round(atWork.p99WaitMs)} ms or longer, and ${atWork.waitingAtTheEnd} were waiting when 60,000 had arrived (simulation): busy all the time, they never catch up`,
          `với ${consumers} consumer, cứ một trăm message thì có một cái chờ từ ${Math.round(atWork.p99WaitMs)} ms, và khi 60.000 message đã tới thì còn ${atWork.waitingAtTheEnd} cái đang chờ (mô phỏng): bận suốt thì không bao giờ đuổi kịp`,
        ),
        { at },
      )
    }
    if (consumers - 1 <= minimum) {
      return broken(
        text(
          `while one of ${consumers} consumers is down, one message in a hundred waits ${Math.round(oneDown.p99WaitMs)} ms or longer and nothing is left to catch up with (simulation)`,
          `khi một trong ${consumers} consumer ngừng, cứ một trăm message thì có một cái chờ từ ${Math.round(oneDown.p99WaitMs)} ms và không còn sức để đuổi kịp (mô phỏng)`,
        ),
        { at },
      )
    }
    if (words(why) < whyWordsMin) {
      return broken(
        text(
          'consumersAnswer.why does not say why so many: how busy may they be, who may fail, what has to be caught up',
          'consumersAnswer.why chưa nói vì sao chừng đó: được bận tới đâu, ai có thể hỏng, phải đuổi kịp cái gì',
        ),
        { at },
      )
    }
    return held(
      witness(
        'calculations',
        tried.length,
        text(`${tried.length} calculations right`, `${tried.length} phép tính đúng`),
      ),
      witness(
        'consumers',
        consumers,
        text(
          `${consumers} consumers: p99 wait ${Math.round(atWork.p99WaitMs)} ms, ${Math.round(oneDown.p99WaitMs)} ms with one down (simulation)`,
          `${consumers} consumer: chờ p99 ${Math.round(atWork.p99WaitMs)} ms, ${Math.round(oneDown.p99WaitMs)} ms khi một cái ngừng (mô phỏng)`,
        ),
      ),
    )
  },
}

export const findsTheLongestStay: Promised<StaysSeen> = {
  item: 'review-06.7',
  text: text(
    'the longest stay is right in every model, as a broker shows it, and the answer says which model it means',
    'thời gian lâu nhất đúng trong mọi mô hình, như broker cho thấy, và câu trả lời nêu rõ mô hình',
  ),
  judge({ tried, answer, right }) {
    const wrong = tried.find((each) => !isSame(each.said, each.right))
    if (wrong !== undefined)
      return broken(otherwise(wrong), {
        at: [{ file, near: [`'${wrong.model}'`, 'function longestStay', 'longestStay'] }],
      })
    const at = [{ file, near: ['stayAnswer'] }]
    if (right === undefined)
      return broken(
        text(
          `stayAnswer.model is ${shown(answer.model)}, which is none of the models`,
          `stayAnswer.model là ${shown(answer.model)}, không thuộc mô hình nào`,
        ),
        { at },
      )
    if (!isSame(answer.seconds, right)) {
      return broken(
        text(
          `stayAnswer says ${shown(answer.seconds)} s; in the model ${answer.model} it is ${right} s`,
          `stayAnswer ghi ${shown(answer.seconds)} giây; theo mô hình ${answer.model} thì là ${right} giây`,
        ),
        { at },
      )
    }
    if (words(answer.why) < whyWordsMin)
      return broken(
        text(
          'stayAnswer.why does not defend the model: which topology, which consumer, what else one may mean',
          'stayAnswer.why chưa bảo vệ mô hình: topology nào, consumer nào, còn cách hiểu nào khác',
        ),
        { at },
      )
    const seen = tried.filter((each) => each.seen !== undefined).length
    return held(
      witness(
        'calculations',
        tried.length,
        text(`${tried.length} stays right`, `${tried.length} phép tính đúng`),
      ),
      witness(
        'broker',
        seen,
        text(`${seen} of them played on a broker`, `trong đó ${seen} lần chạy trên broker`),
      ),
    )
  },
}

function otherwise({ model, settings, said, right, seen }: StayTried) {
  const { ttl, retries, delay, processing } = settings
  const given = `TTL ${ttl} s, retries ${retries}, delay ${delay} s, processing ${processing} s`
  const witnessed =
    seen === undefined
      ? ''
      : `; on the broker the message was there for ${Math.round(seen.ms / 1000)} s, in ${seen.visits} visits`
  const inVietnamese =
    seen === undefined
      ? ''
      : `; trên broker message ở đó ${Math.round(seen.ms / 1000)} giây, qua ${seen.visits} lượt`
  return text(
    `longestStay('${model}', ${given}) answers ${shown(said)} s; it is ${right} s${witnessed}`,
    `longestStay('${model}', ${given}) trả về ${shown(said)} giây; đúng ra là ${right} giây${inVietnamese}`,
  )
}

function isSame(said: unknown, right: number | boolean): boolean {
  if (typeof right === 'boolean' || !Number.isFinite(right)) return said === right
  return typeof said === 'number' && Math.abs(said - right) <= 1e-6 * Math.max(1, Math.abs(right))
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value)
}

function words(said: unknown): number {
  return typeof said === 'string' ? (said.match(/[\p{L}\p{N}]+/gu) ?? []).length : 0
}
