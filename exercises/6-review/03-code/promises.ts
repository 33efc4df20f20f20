/** What review-03 promises: faults seen and named, sound changes let pass, and a refactoring that changed nothing. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { type Kind, reviewKey } from './rubric.ts'
import type { KilledSeen, MarksSeen, PlacesSeen, RefactoredSeen, SettledSeen } from './run.ts'

const marksAt = { at: [{ file: 'marks.ts', near: ['marks: readonly', 'marks'] }] }
const settleAt = (...near: string[]) => ({ at: [{ file: 'settle.ts', near }] })
/** One alarm about nothing is human. */
const precisionMin = 0.9
const statementsMax = 16
const depthMax = 3

export const letsPass: Promised<MarksSeen> = {
  item: 'review-03.1',
  text: text(
    'every mark of the review has its reason, and what is sound in the three pull requests is let pass',
    'dấu nào trong bài review cũng có lý do, và chỗ đúng trong ba pull request thì được cho qua',
  ),
  judge({ marks, score, unexplained }) {
    if (marks.length === 0)
      return broken(
        text(
          'marks.ts marks nothing in any of the three pull requests',
          'marks.ts chưa đánh dấu gì trong ba pull request',
        ),
        marksAt,
      )
    const [first] = unexplained
    if (first !== undefined)
      return broken(
        text(
          `the mark ${first} does not say in a sentence what would happen`,
          `dấu ${first} chưa nói thành câu chuyện gì sẽ xảy ra`,
        ),
        marksAt,
      )
    if (marks.length < reviewKey.planted.length / 2)
      return broken(
        text(
          `${marks.length} marks are no review of three pull requests: who marks nothing raises no false alarm either`,
          `${marks.length} dấu thì chưa phải review ba pull request: không đánh dấu gì thì cũng chẳng báo nhầm`,
        ),
        marksAt,
      )
    const [alarm] = score.falseAlarms
    if (alarm !== undefined && score.precision < precisionMin) {
      const { where, line, kind } = alarm.mark
      const why =
        alarm.why ?? text('nothing happens there that could fail so', 'ở đó không có gì hỏng theo kiểu ấy')
      return broken(
        text(
          `${score.falseAlarms.length} of ${marks.length} marks are about nothing, such as ${where}:${line} (${kind}): ${why.en}`,
          `${score.falseAlarms.length} trên ${marks.length} dấu không đúng, như ${where}:${line} (${kind}): ${why.vi}`,
        ),
        marksAt,
      )
    }
    return held(
      witness(
        'marks',
        marks.length,
        text(
          `${marks.length} marks, precision ${percent(score.precision)}, recall ${percent(score.recall)}`,
          `${marks.length} dấu, precision ${percent(score.precision)}, recall ${percent(score.recall)}`,
        ),
      ),
    )
  },
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function finds(item: string, kind: Kind, promise: Text, what: Text): Promised<MarksSeen> {
  return {
    item,
    text: promise,
    judge({ score, marks }): Judgement {
      const all = reviewKey.planted.filter((fault) => fault.kind === kind)
      const missed = all.filter((fault) => score.missed.includes(fault))
      const [first] = missed
      if (first !== undefined) {
        const misnamed = score.misnamed.find(({ planted }) => planted === first)
        const seen = all.length - missed.length
        if (misnamed !== undefined) {
          const { where, line, kind: named } = misnamed.mark
          return broken(
            text(
              `${seen} of ${all.length} faults in ${what.en} found; ${where}:${line} is marked as ${named}, and something else breaks first there: ${first.asks.en}`,
              `tìm được ${seen} trên ${all.length} lỗi về ${what.vi}; ${where}:${line} được đánh dấu là ${named}, mà ở đó thứ khác hỏng trước: ${first.asks.vi}`,
            ),
            marksAt,
          )
        }
        return broken(
          text(
            `${seen} of ${all.length} faults in ${what.en} found. Look once more at ${first.asks.en}`,
            `tìm được ${seen} trên ${all.length} lỗi về ${what.vi}. Xem lại ${first.asks.vi}`,
          ),
          marksAt,
        )
      }
      const whys = all.map(({ why }) => why)
      return held(
        witness(
          'faults',
          marks.length === 0 ? 0 : all.length,
          text(
            `all ${all.length} found: ${whys.map(({ en }) => en).join('; ')}`,
            `tìm đủ ${all.length}: ${whys.map(({ vi }) => vi).join('; ')}`,
          ),
        ),
      )
    },
  }
}

export const findsErrors = finds(
  'review-03.2',
  'errors',
  text(
    'the review finds every error that is swallowed in the three pull requests',
    'bài review tìm ra mọi lỗi bị nuốt trong ba pull request',
  ),
  text('error handling', 'xử lý lỗi'),
)
export const findsRetries = finds(
  'review-03.3',
  'retry',
  text(
    'the review finds every retry without an end, a pause or a reason',
    'bài review tìm ra mọi retry không điểm dừng, không nghỉ hoặc vô ích',
  ),
  text('retrying', 'retry'),
)
export const findsIdempotency = finds(
  'review-03.4',
  'idempotency',
  text(
    'the review finds every place where a message that comes twice counts twice, or two count as one',
    'bài review tìm ra mọi chỗ message tới hai lần bị tính hai, hoặc hai cái bị tính một',
  ),
  text('idempotency', 'idempotency'),
)
export const findsAcks = finds(
  'review-03.5',
  'ack',
  text(
    'the review finds every ack and offset commit that comes before the effect or speaks for others',
    'bài review tìm ra mọi ack và commit offset đi trước kết quả hoặc nói thay message khác',
  ),
  text('acknowledgements', 'ack'),
)
export const findsEventSourcing = finds(
  'review-03.6',
  'event-sourcing',
  text(
    'the review finds where stored events, state and published events come apart',
    'bài review tìm ra chỗ event đã lưu, trạng thái và event đã publish lệch nhau',
  ),
  text('event sourcing', 'event sourcing'),
)

export const namesImprovements = {
  item: 'review-03.7',
  text: text(
    'REVIEW.md names 3 improvements of your own code, each with place, problem, reason and remedy',
    'REVIEW.md nêu 3 điểm cải thiện code của bạn, mỗi điểm có vị trí, vấn đề, lý do và cách sửa',
  ),
}

export const namesPlaces: Promised<PlacesSeen> = {
  item: 'review-03.7',
  text: text(
    'each place that REVIEW.md names is a line of code that is there',
    'vị trí nào REVIEW.md nêu cũng là một dòng code có thật',
  ),
  judge({ named, nowhere }) {
    const at = { at: [{ file: 'REVIEW.md' }] }
    if (named.length < 3)
      return broken(
        text(
          `REVIEW.md names ${named.length} places as exercises/…/file.ts:line, and needs 3`,
          `REVIEW.md nêu ${named.length} vị trí dạng exercises/…/file.ts:dòng, cần 3`,
        ),
        at,
      )
    const [first] = nowhere
    if (first !== undefined) return broken(text(`there is nothing at ${first}`, `ở ${first} không có gì`), at)
    return held(
      witness(
        'places',
        named.length,
        text(`${named.length} places looked up`, `đã tra ${named.length} vị trí`),
      ),
    )
  },
}

export const survivesAsBefore: Promised<KilledSeen> = {
  item: 'review-03.8',
  text: text(
    'killed before and after its ack, the refactored consumer leaves one receipt for each payment, as it did before',
    'bị kill trước và sau khi ack, consumer đã refactor vẫn để lại mỗi thanh toán một biên nhận, như trước',
  ),
  judge({ twice, ackLost, ackArrived }) {
    if (twice !== 1)
      return broken(
        text(
          `a payment that came twice has ${twice} receipts, and had one before`,
          `thanh toán tới hai lần có ${twice} biên nhận, trước đây có một`,
        ),
        settleAt('INSERT INTO inbox', 'inbox'),
      )
    if (ackLost !== 1)
      return broken(
        text(
          `a payment whose ack was lost has ${ackLost} receipts after the restart, and had one before`,
          `thanh toán bị mất ack có ${ackLost} biên nhận sau khi khởi động lại, trước đây có một`,
        ),
        settleAt('transaction(', 'INSERT INTO inbox'),
      )
    if (ackArrived !== 1)
      return broken(
        text(
          `killed just after its ack, the consumer leaves ${ackArrived} receipts: acknowledged and not booked`,
          `bị kill ngay sau khi ack, consumer để lại ${ackArrived} biên nhận: đã ack mà chưa ghi sổ`,
        ),
        settleAt('.ack('),
      )
    return held(
      witness(
        'receipts',
        twice + ackLost + ackArrived,
        text('2 kills survived as before', 'qua 2 lần kill như trước'),
      ),
    )
  },
}

export const changesNothing: Promised<SettledSeen> = {
  item: 'review-03.8',
  text: text(
    'settle.ts is cut into pieces that one can read, and refuses, puts off and gives up as it did before',
    'settle.ts đã được cắt thành những phần đọc được, và vẫn từ chối, hoãn, bỏ đúng như trước',
  ),
  judge(seen) {
    const { functions } = seen.structure
    return (
      behaviour(seen) ??
      shape(seen) ??
      held(
        witness('receipts', seen.putOff),
        witness(
          'functions',
          functions.length,
          text(
            `${functions.length} functions; ${seen.delays} delays and a dead letter as before`,
            `${functions.length} hàm; ${seen.delays} lần hoãn và một dead letter như trước`,
          ),
        ),
      )
    )
  },
}

function behaviour({ putOff, dead, invalid, hopeless, delays, left }: SettledSeen): Judgement | undefined {
  if (putOff !== 1)
    return broken(
      text(
        `a payment whose merchant was busy for a while has ${putOff} receipts, and had one before`,
        `thanh toán có merchant bận một lúc có ${putOff} biên nhận, trước đây có một`,
      ),
      settleAt('payments.retry'),
    )
  if (!dead.includes(invalid))
    return broken(
      text(
        'an invalid message is not among the dead letters any more',
        'message không hợp lệ không còn nằm trong dead letter',
      ),
      settleAt('.reject(', '.nack('),
    )
  if (!dead.includes(hopeless) || delays !== 2)
    return broken(
      text(
        `a payment whose merchant stays busy was put off ${delays} times and ${dead.includes(hopeless) ? 'is' : 'is not'} among the dead letters; before, it was given up at the third attempt`,
        `thanh toán có merchant bận mãi bị hoãn ${delays} lần và ${dead.includes(hopeless) ? 'đã' : 'không'} vào dead letter; trước đây lần thử thứ ba là thôi`,
      ),
      settleAt('x-attempt'),
    )
  const extra = dead.filter((id) => id !== invalid && id !== hopeless)
  if (extra.length > 0 || left > 0)
    return broken(
      text(
        `${extra.length} sound payments are among the dead letters, and ${left} are left in the queues`,
        `${extra.length} thanh toán lành nằm trong dead letter, và ${left} còn sót trong queue`,
      ),
      settleAt('.reject(', '.nack('),
    )
  return undefined
}

function shape({ structure }: SettledSeen): Judgement | undefined {
  const { functions, repeated } = structure
  const [long] = functions.toSorted((a, b) => b.statements - a.statements)
  if (long !== undefined && long.statements > statementsMax)
    return broken(
      text(
        `it still does what it did, and ${long.name} (line ${long.line}) has ${long.statements} statements; at most ${statementsMax} can be read at a time`,
        `nó vẫn làm đúng như cũ, nhưng ${long.name} (dòng ${long.line}) có ${long.statements} câu lệnh; tối đa ${statementsMax} thì mới đọc nổi`,
      ),
      settleAt(`${long.name}`),
    )
  const [deep] = functions.toSorted((a, b) => b.depth - a.depth)
  if (deep !== undefined && deep.depth > depthMax)
    return broken(
      text(
        `it still does what it did, and ${deep.name} (line ${deep.line}) is ${deep.depth} levels deep; at most ${depthMax} can be followed`,
        `nó vẫn làm đúng như cũ, nhưng ${deep.name} (dòng ${deep.line}) lồng ${deep.depth} tầng; tối đa ${depthMax} thì mới theo nổi`,
      ),
      settleAt(`${deep.name}`),
    )
  const [copy] = repeated
  if (copy !== undefined)
    return broken(
      text(
        `lines ${copy.line} and ${copy.again} say the same three statements: whoever mends one forgets the other`,
        `dòng ${copy.line} và ${copy.again} lặp lại ba câu lệnh: sửa chỗ này sẽ quên chỗ kia`,
      ),
      settleAt(),
    )
  return undefined
}

export const namesOwnRefactoring: Promised<RefactoredSeen> = {
  item: 'review-03.8',
  text: text(
    'REVIEW.md names a file of your own that you refactored besides settle.ts',
    'REVIEW.md nêu một file của chính bạn đã được refactor, ngoài settle.ts',
  ),
  judge({ named, nowhere, notOwn }) {
    const at = { at: [{ file: 'REVIEW.md', near: ['What I refactored', 'Tôi đã refactor gì'] }] }
    if (named.length === 0)
      return broken(
        text(
          '"What I refactored" names no file of your own as exercises/…/file.ts, only what was given',
          'mục "Tôi đã refactor gì" chưa nêu file nào của bạn dạng exercises/…/file.ts, chỉ có phần cho sẵn',
        ),
        at,
      )
    const [strange] = [...nowhere, ...notOwn]
    if (strange !== undefined)
      return broken(
        nowhere.includes(strange)
          ? text(`there is no file ${strange}`, `không có file ${strange}`)
          : text(`${strange} is none of the files that you write`, `${strange} không phải file do bạn viết`),
        at,
      )
    return held(
      witness(
        'files',
        named.length,
        text(`refactored: ${named.join(', ')}`, `đã refactor: ${named.join(', ')}`),
      ),
    )
  },
}

export const writesFindings = {
  item: 'review-03.9',
  text: text(
    'REVIEW.md lists the findings by weight with their lines, and what was refactored',
    'REVIEW.md liệt kê các phát hiện theo mức độ kèm dòng code, và phần đã refactor',
  ),
}
