/** What review-02 promises: an architecture without findings, faults of another one seen, and a review that says why. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { designsOf, type Look } from './attacks/designs.ts'
import { type Kind, reviewKey } from './rubric.ts'
import type { CitedSeen, LintSeen, OptimizationSeen, SampleSeen } from './run.ts'

const precisionMin = 0.75
const improvementsMin = 3

function lints(
  item: string,
  part: Look,
  counted: keyof LintSeen['counts'],
  promise: Text,
): Promised<LintSeen> {
  return {
    item,
    text: promise,
    judge({ unreadable, findings, counts, designs }): Judgement {
      if (unreadable !== undefined)
        return broken(
          text(
            `architecture.ts can't be looked through: ${unreadable}`,
            `không đọc được architecture.ts: ${unreadable}`,
          ),
          {
            at: [{ file: 'architecture.ts', near: [unreadable.split('.')[0] ?? ''] }],
          },
        )
      const [first, ...more] = findings[part]
      if (first !== undefined)
        return broken(andMore(first.said, more.length), {
          at: [
            {
              file: 'architecture.ts',
              near: [`'${first.about}'`, part === 'failures' ? 'consumers:' : `${part}:`],
            },
          ],
        })
      // A design that is not there has no findings, and was not reviewed.
      const [missing] = designs.notThere.filter(({ task }) => designsOf[part].includes(task))
      if (missing !== undefined) return broken(missing.said, { at: [missing.at] })
      const [found, ...others] = designs.findings[part]
      if (found !== undefined) return broken(andMore(found.said, others.length), { at: [found.at] })
      const names = designsOf[part].join(', ')
      return held(
        witness(
          counted,
          counts[counted],
          text(`${counts[counted]} ${counted} looked through`, `đã xem ${counts[counted]} ${counted}`),
        ),
        witness(
          'designs',
          designs.counts[part],
          text(`${designs.counts[part]} more in ${names}`, `thêm ${designs.counts[part]} trong ${names}`),
        ),
      )
    },
  }
}

function andMore(said: Text, more: number): Text {
  if (more === 0) return said
  return text(`${said.en} (and ${more} more)`, `${said.vi} (và ${more} điểm nữa)`)
}

export const eventsAreSound = lints(
  'review-02.2',
  'events',
  'events',
  text(
    'every event of your architecture has its envelope, whole minor units, a key, and versions that its readers survive',
    'event nào trong kiến trúc của bạn cũng có envelope, tiền theo đơn vị nhỏ nhất, key, và version mà bên đọc chịu được',
  ),
)
export const flowIsWhole = lints(
  'review-02.3',
  'flow',
  'keys',
  text(
    'every message of your architecture gets to somebody who reads it, and nothing leads nowhere',
    'message nào trong kiến trúc của bạn cũng tới được bên đọc, và không gì đi vào ngõ cụt',
  ),
)
export const failuresEnd = lints(
  'review-02.4',
  'failures',
  'consumers',
  text(
    'every consumer of your architecture has attempts that end, pauses, dead letters behind it, and knows a copy',
    'consumer nào trong kiến trúc của bạn cũng có số lần thử có hạn, có nghỉ, có dead letter phía sau, và nhận ra bản trùng',
  ),
)
export const readersGetEnough = lints(
  'review-02.5',
  'views',
  'readers',
  text(
    'every view of your architecture says how old it may be, and no reader relies on more',
    'view nào trong kiến trúc của bạn cũng nói được phép cũ tới đâu, và không bên đọc nào dựa vào hơn thế',
  ),
)

function finds(item: string, kind: Kind, promise: Text): Promised<SampleSeen> {
  return {
    item,
    text: promise,
    judge({ marks, score, unexplained }): Judgement {
      const at = { at: [{ file: 'marks.ts', near: ['marks: readonly', 'marks'] }] }
      const [first] = unexplained
      if (first !== undefined)
        return broken(
          text(
            `the mark ${first} does not say in a sentence what would happen`,
            `dấu ${first} chưa nói thành câu chuyện gì sẽ xảy ra`,
          ),
          at,
        )
      const all = reviewKey.planted.filter((fault) => fault.kind === kind)
      const missed = all.filter((fault) => score.missed.includes(fault))
      const [next] = missed
      if (next !== undefined) {
        const seen = all.length - missed.length
        return broken(
          text(
            `${seen} of ${all.length} ${kind} faults of the sample found. Look once more at ${next.asks.en}`,
            `tìm được ${seen} trên ${all.length} lỗi ${kind} của bản mẫu. Xem lại ${next.asks.vi}`,
          ),
          at,
        )
      }
      const [alarm] = score.falseAlarms
      if (alarm !== undefined && score.precision < precisionMin) {
        const why = alarm.why ?? text('nothing is wrong with it', 'chỗ đó không sai gì')
        return broken(
          text(
            `${score.falseAlarms.length} of ${marks.length} marks are about nothing, such as ${alarm.mark.where}: ${why.en}`,
            `${score.falseAlarms.length} trên ${marks.length} dấu không đúng, như ${alarm.mark.where}: ${why.vi}`,
          ),
          at,
        )
      }
      return held(
        witness(
          'faults',
          all.length,
          text(
            `all ${all.length} ${kind} faults of the sample found`,
            `tìm đủ ${all.length} lỗi ${kind} của bản mẫu`,
          ),
        ),
      )
    },
  }
}

export const findsSchemas = finds(
  'review-02.2',
  'schema',
  text(
    'the review of the sample finds the events that readers can’t rely on',
    'bài xem xét bản mẫu tìm ra những event mà bên đọc không dựa vào được',
  ),
)
export const findsFlows = finds(
  'review-02.3',
  'flow',
  text('the review of the sample finds what leads nowhere', 'bài xem xét bản mẫu tìm ra chỗ đi vào ngõ cụt'),
)
export const findsFailures = finds(
  'review-02.4',
  'failure',
  text(
    'the review of the sample finds what loses, doubles or never ends when something fails',
    'bài xem xét bản mẫu tìm ra chỗ làm mất, làm trùng hoặc không bao giờ dừng khi có lỗi',
  ),
)
export const findsConsistency = finds(
  'review-02.5',
  'consistency',
  text(
    'the review of the sample finds who relies on more than a view promises',
    'bài xem xét bản mẫu tìm ra bên dựa vào nhiều hơn view hứa',
  ),
)

/** What is cited and is not there. */
function notThere(as: string): Text {
  const isClaim = as.includes('.')
  const [task = ''] = as.split(/[.:]/)
  return isClaim
    ? text(
        `REVIEW.md cites ${as}, and no check holds a claim of that number (npm run progress ${task} lists them)`,
        `REVIEW.md dẫn ${as}, mà không có check nào mang số đó (npm run progress ${task} liệt kê)`,
      )
    : text(
        `REVIEW.md cites ${as}, and no figure of that name was measured (npm run measure ${task})`,
        `REVIEW.md dẫn ${as}, mà chưa đo con số nào tên đó (npm run measure ${task})`,
      )
}

const inReview = (...near: string[]) => ({ at: [{ file: 'REVIEW.md', near }] })

export const citesWhatChanges: Promised<CitedSeen> = {
  item: 'review-02.6',
  text: text(
    'each improvement names a claim that a check holds or a figure that was measured, and that would be another then',
    'mỗi điểm cải thiện nêu một khẳng định có check hoặc một con số đã đo sẽ thay đổi theo',
  ),
  judge({ rows, unknown }): Judgement {
    const at = inReview('Three improvements', 'Ba điểm cải thiện')
    const [first] = unknown
    if (first !== undefined) return broken(notThere(first), at)
    if (rows < improvementsMin)
      return broken(
        text(
          `${rows} of ${improvementsMin} improvements name the claim (design-05.4) or the figure (mq-02:burst-throughput) that they would change`,
          `mới ${rows} trên ${improvementsMin} điểm cải thiện nêu khẳng định (design-05.4) hay con số (mq-02:burst-throughput) sẽ thay đổi`,
        ),
        at,
      )
    return held(
      witness(
        'improvements',
        rows,
        text(
          `${rows} improvements with what they would change`,
          `${rows} điểm cải thiện kèm điều sẽ thay đổi`,
        ),
      ),
    )
  },
}

export const citesItsFigure: Promised<OptimizationSeen> = {
  item: 'review-02.7',
  text: text(
    'the optimization names a figure that was measured, and says what it is today',
    'tối ưu nêu một con số đã đo, và ghi hôm nay nó là bao nhiêu',
  ),
  judge({ figures, unknown, unquoted }): Judgement {
    const at = inReview('Proposed optimization', 'Đề xuất tối ưu')
    const [strange] = unknown
    if (strange !== undefined) return broken(notThere(strange), at)
    if (figures.length === 0)
      return broken(
        text(
          'the optimization names no measured figure that it would change (such as mq-02:burst-throughput; they lie in results/)',
          'tối ưu chưa nêu con số đã đo nào nó sẽ thay đổi (như mq-02:burst-throughput; chúng nằm trong results/)',
        ),
        at,
      )
    const [first] = unquoted
    if (first !== undefined)
      return broken(
        text(
          `the optimization does not say what its figure is today (${first})`,
          `tối ưu chưa ghi con số của nó hôm nay là bao nhiêu (${first})`,
        ),
        at,
      )
    return held(
      witness(
        'figures',
        figures.length,
        text(`would change ${figures.join(', ')}`, `sẽ thay đổi ${figures.join(', ')}`),
      ),
    )
  },
}

const written = (item: string, en: string, vi: string) => ({ item, text: text(en, vi) })
export const walksThrough = written(
  'review-02.1',
  'REVIEW.md walks through your design flow by flow and says what it found',
  'REVIEW.md đi qua thiết kế của bạn theo từng luồng và ghi những gì tìm thấy',
)
export const improves = written(
  'review-02.6',
  'REVIEW.md names 3 improvements, each with its problem and the claim or figure that it changes',
  'REVIEW.md nêu 3 điểm cải thiện, mỗi điểm kèm vấn đề và điều hay con số nó làm thay đổi',
)
export const optimizes = written(
  'review-02.7',
  'REVIEW.md proposes an optimization with the figure that it would change and what it costs',
  'REVIEW.md đề xuất một tối ưu kèm con số nó sẽ thay đổi và cái giá',
)
export const compares = written(
  'review-02.8',
  'REVIEW.md compares your design with what the industry does, point by point and with sources',
  'REVIEW.md so thiết kế với cách làm trong ngành, từng điểm một và có nguồn',
)
export const concludes = written(
  'review-02.9',
  'REVIEW.md says what holds, what does not, and what should change first',
  'REVIEW.md ghi chỗ nào vững, chỗ nào chưa, cần sửa gì trước',
)
