/** What review-04 promises: a table of failure modes without gaps, and a consumer that comes back when its queue is taken away. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import type { CancelledSeen, CoverageSeen, ModesSeen } from './run.ts'

const tasks = Array.from({ length: 8 }, (_, at) => `failure-0${at + 1}`)
const at = { at: [{ file: 'modes.ts', near: ['modes: readonly', 'modes'] }] }

function words(said: string): number {
  return (said.match(/[\p{L}\p{N}]+/gu) ?? []).length
}

export const recordsEveryScenario: Promised<ModesSeen> = {
  item: 'review-04.1',
  text: text(
    'modes.ts has every failure scenario of the week, with the item that shows it and the moments that were tried and not tried',
    'modes.ts có đủ mọi kịch bản sự cố trong tuần, kèm mục chứng tỏ và những thời điểm đã thử, chưa thử',
  ),
  judge({ modes }) {
    const missing = tasks.filter((task) => !modes.some((mode) => mode.task === task))
    const [first] = missing
    if (first !== undefined)
      return broken(
        text(
          `modes.ts has no row for ${first}${missing.length > 1 ? ` (and ${missing.length - 1} more)` : ''}`,
          `modes.ts chưa có dòng nào cho ${first}${missing.length > 1 ? ` (và ${missing.length - 1} bài nữa)` : ''}`,
        ),
        at,
      )
    const astray = modes.find(
      ({ task, shownBy }) => !tasks.includes(task) || !new RegExp(`^${task}\\.\\d+$`).test(shownBy),
    )
    if (astray !== undefined)
      return broken(
        text(
          `the row of ${astray.task} is shown by "${astray.shownBy}", which is no item of it`,
          `dòng của ${astray.task} ghi "${astray.shownBy}", không phải mục nào của bài đó`,
        ),
        at,
      )
    const vague = modes.find(({ tried, untried }) => words(tried) < 3 || untried.trim() === '')
    if (vague !== undefined)
      return broken(
        text(
          `the row of ${vague.task} does not say which moments were tried, and which were not`,
          `dòng của ${vague.task} chưa ghi thời điểm nào đã thử, thời điểm nào chưa`,
        ),
        at,
      )
    return held(
      witness(
        'scenarios',
        modes.length,
        text(`${modes.length} scenarios with their runs`, `${modes.length} kịch bản kèm lần chạy`),
      ),
    )
  },
}

const crashPoints = { at: [{ file: 'RELIABILITY.md', near: ['Crash points', 'Các thời điểm crash'] }] }

export const listsCrashPoints: Promised<CoverageSeen> = {
  item: 'review-04.1',
  text: text(
    'RELIABILITY.md lists for each task the moments at which your code was crashed and the ones that nothing has tried, as the explorer found them',
    'RELIABILITY.md ghi với từng bài những thời điểm code của bạn đã bị làm sập và những thời điểm chưa ai thử, đúng như explorer tìm thấy',
  ),
  judge(seen) {
    const { neverExplored, outdated, broke, withoutRow, contradicting, unremarked } = seen
    const [never] = neverExplored
    if (never !== undefined)
      return broken(
        text(
          `${never} has moments to crash at, and nothing has tried one of them on your code (npm run explore ${never})${more(neverExplored).en}`,
          `${never} có những thời điểm để làm sập, mà chưa thử lần nào trên code của bạn (npm run explore ${never})${more(neverExplored).vi}`,
        ),
        crashPoints,
      )
    const [old] = outdated
    if (old !== undefined)
      return broken(
        text(
          `${old.file} has been changed since ${old.task} was explored (npm run explore ${old.task})${more(outdated).en}`,
          `${old.file} đã đổi từ lần dò ${old.task} (npm run explore ${old.task})${more(outdated).vi}`,
        ),
        crashPoints,
      )
    const [bad] = broke
    if (bad !== undefined)
      return broken(
        text(
          `in ${bad} a crash breaks the promise: go back to it (npm run explore ${bad})${more(broke).en}`,
          `trong ${bad} có một lần sập làm hỏng lời hứa: quay lại bài đó (npm run explore ${bad})${more(broke).vi}`,
        ),
        crashPoints,
      )
    const [missing] = withoutRow
    if (missing !== undefined)
      return broken(
        text(
          `RELIABILITY.md has no row for ${missing} among the crash points (npm run explore coverage fill)${more(withoutRow).en}`,
          `RELIABILITY.md chưa có dòng cho ${missing} trong bảng thời điểm crash (npm run explore coverage fill)${more(withoutRow).vi}`,
        ),
        crashPoints,
      )
    const [wrong] = contradicting
    if (wrong !== undefined)
      return broken(
        text(
          `the row of ${wrong.task} contradicts what was explored, ${wrong.explored} (npm run explore coverage fill)${more(contradicting).en}`,
          `dòng của ${wrong.task} trái với kết quả đã dò, ${wrong.explored} (npm run explore coverage fill)${more(contradicting).vi}`,
        ),
        crashPoints,
      )
    const [silent] = unremarked
    if (silent !== undefined)
      return broken(
        text(
          `the row of ${silent} leaves something untried and does not say what could happen there${more(unremarked).en}`,
          `dòng của ${silent} còn chỗ chưa thử mà chưa ghi ở đó có thể xảy ra gì${more(unremarked).vi}`,
        ),
        crashPoints,
      )
    return held(
      witness('tasks', seen.tasks),
      witness(
        'moments',
        seen.tried,
        text(
          `${seen.tried} of ${seen.moments} moments tried in ${seen.tasks} tasks`,
          `đã thử ${seen.tried} trên ${seen.moments} thời điểm trong ${seen.tasks} bài`,
        ),
      ),
    )
  },
}

function more(all: readonly unknown[]): { readonly en: string; readonly vi: string } {
  return all.length < 2
    ? text('', '')
    : text(`, and ${all.length - 1} more like it`, `, và ${all.length - 1} chỗ nữa như vậy`)
}

export const losesAndDoublesNothing: Promised<ModesSeen> = {
  item: 'review-04.2',
  text: text(
    'in each scenario nothing acknowledged is lost and nothing is booked twice, and modes.ts says what makes it so',
    'trong từng kịch bản không mất thứ đã xác nhận, không ghi sổ hai lần, và modes.ts ghi nhờ điều gì',
  ),
  judge({ modes }) {
    const missing = tasks.find((task) => !modes.some((mode) => mode.task === task))
    if (missing !== undefined)
      return broken(
        text(
          `modes.ts does not say what became of the payments in ${missing}`,
          `modes.ts chưa ghi các thanh toán trong ${missing} ra sao`,
        ),
        at,
      )
    const lossy = modes.find(({ lost, doubled }) => lost !== 0 || doubled !== 0)
    if (lossy !== undefined)
      return broken(
        text(
          `in ${lossy.task} ${lossy.lost} payments were lost and ${lossy.doubled} booked twice: go back to it (npm run exercise ${lossy.task})`,
          `trong ${lossy.task} mất ${lossy.lost} thanh toán và ghi hai lần ${lossy.doubled}: quay lại bài đó (npm run exercise ${lossy.task})`,
        ),
        at,
      )
    const unexplained = modes.find(({ because }) => words(because) < 6)
    if (unexplained !== undefined)
      return broken(
        text(
          `the row of ${unexplained.task} does not say what keeps payments from being lost or doubled`,
          `dòng của ${unexplained.task} chưa ghi điều gì giữ thanh toán không mất, không trùng`,
        ),
        at,
      )
    const same = modes.find(
      ({ because }, index) => modes.findIndex((other) => other.because === because) < index,
    )
    if (same !== undefined)
      return broken(
        text(
          `${same.task} and another scenario are kept by the same sentence`,
          `${same.task} và một kịch bản khác được giữ bằng cùng một câu`,
        ),
        at,
      )
    return held(witness('scenarios', modes.length))
  },
}

export const comesBack: Promised<CancelledSeen> = {
  item: 'review-04.5',
  text: text(
    'a consumer whose queue is deleted declares, binds and consumes again by itself, once, with pauses, for as long as it takes',
    'consumer bị xoá queue thì tự khai báo, bind và consume lại, đúng một lần, có nghỉ, tới khi được thì thôi',
  ),
  judge({ cancels, before, afterCancel, afterRefusal, sent, consumers, refusals, pauses, trace }) {
    const near = { at: [{ file: 'consumer.ts', near: ['=== null', '!== null', '.consume('] }], trace }
    if (consumers !== 1)
      return broken(
        text(
          `at the end the broker counts ${consumers} consumers on the queue: one cancel was taken for two`,
          `cuối cùng broker đếm ${consumers} consumer trên queue: một lần huỷ bị tính thành hai`,
        ),
        near,
      )
    if (pauses < refusals - 1)
      return broken(
        text(
          `refused ${refusals} times, it paused ${pauses} times (world.clock): a queue that can't be declared makes it spin`,
          `bị từ chối ${refusals} lần mà chỉ nghỉ ${pauses} lần (world.clock): không khai báo được queue thì nó quay tít`,
        ),
        near,
      )
    return held(
      witness('cancels', cancels, text(`${cancels} cancels survived`, `qua ${cancels} lần bị huỷ`)),
      witness(
        'refusals',
        refusals,
        text(
          `${refusals} refused declarations, ${pauses} pauses`,
          `${refusals} lần bị từ chối khai báo, ${pauses} lần nghỉ`,
        ),
      ),
      witness(
        'booked',
        before + afterCancel + afterRefusal,
        text(
          `${before + afterCancel + afterRefusal} of ${sent * 3} payments booked`,
          `ghi sổ ${before + afterCancel + afterRefusal} trên ${sent * 3} thanh toán`,
        ),
      ),
    )
  },
}

const written = (item: string, en: string, vi: string) => ({ item, text: text(en, vi) })
export const listsWhatRemains = written(
  'review-04.3',
  'RELIABILITY.md lists the failure modes that remain, each with how likely it is and what it would cost',
  'RELIABILITY.md liệt kê những kiểu sự cố còn lại, mỗi kiểu kèm khả năng xảy ra và thiệt hại',
)
export const designsHandling = written(
  'review-04.4',
  'RELIABILITY.md says for each remaining mode how it is noticed, contained and repaired',
  'RELIABILITY.md ghi với từng kiểu sự cố còn lại cách phát hiện, khoanh vùng và khắc phục',
)
export const saysWhatSurvives = written(
  'review-04.6',
  'RELIABILITY.md says what your system survives, what it does not, and how you know',
  'RELIABILITY.md ghi hệ thống chịu được gì, không chịu được gì, và vì sao biết',
)
