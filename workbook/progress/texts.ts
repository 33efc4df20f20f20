/** What evidence, checklist and report say, in both languages. */
import type { Language, Text } from '#lab/verdict'
import { formatNumber } from '#lab/verdict/language'
import type { EvidenceKind } from '../registry/registry.ts'
import type { ItemState, Sums } from './fold.ts'

/** Kinds of evidence as a proof names them when no broker took part. */
export const kindTexts: Readonly<Record<EvidenceKind, Text>> = {
  check: { en: 'check', vi: 'check' },
  document: { en: 'document', vi: 'tài liệu' },
  measure: { en: 'measured', vi: 'đã đo' },
  question: { en: 'question', vi: 'câu hỏi' },
  rubric: { en: 'rubric', vi: 'rubric' },
  computed: { en: 'computed', vi: 'tính từ các mục khác' },
  claim: { en: 'own rating', vi: 'tự đánh giá' },
}

export const stateTexts: Readonly<Record<ItemState, Text>> = {
  verified: { en: 'verified', vi: 'đã kiểm chứng' },
  claimed: { en: 'claimed', vi: 'tự đánh dấu' },
  stale: { en: 'stale', vi: 'đã cũ' },
  open: { en: 'open', vi: 'chưa làm' },
}

export const evidenceTexts = {
  notKept: (cause: string): Text => ({
    en: `The result could not be kept, because .workbook/evidence can't be written (${cause}): make the checkout writable, then repeat the command.`,
    vi: `Không lưu được kết quả vì không ghi được vào .workbook/evidence (${cause}): cấp quyền ghi cho thư mục rồi chạy lại lệnh.`,
  }),
  setAside: (task: string, cause: string, aside: string | undefined): Text => ({
    en:
      aside === undefined
        ? `The evidence of ${task} can't be read (${cause}) and could not be moved aside, so its items count as open.`
        : `The evidence of ${task} can't be read (${cause}); it was kept as .workbook/evidence/${aside}, and npm run check ${task} proves its items again.`,
    vi:
      aside === undefined
        ? `Không đọc được bằng chứng của ${task} (${cause}) và cũng không đổi tên được file, nên các mục của phần này tạm tính là chưa làm.`
        : `Không đọc được bằng chứng của ${task} (${cause}); file cũ được giữ lại ở .workbook/evidence/${aside}, chạy npm run check ${task} để kiểm chứng lại.`,
  }),
} as const

export const checklistTexts = {
  title: { en: '# Week 7 checklist', vi: '# Checklist tuần 7' },
  header: [
    {
      en: 'A box is ticked by a proof or by you.',
      vi: 'Một ô được đánh dấu bởi bằng chứng, hoặc bởi chính bạn.',
    },
    {
      en: '- `npm run check mq-01` ticks what it has proven and writes the proof behind it: `✓ embedded · RabbitMQ 4.2.0 · …`. When your file changes, the proof is stale and the tick goes, until the item is proven again.',
      vi: '- `npm run check mq-01` đánh dấu những gì đã được kiểm chứng và ghi bằng chứng ngay sau đó: `✓ embedded · RabbitMQ 4.2.0 · …`. Khi bạn sửa file, bằng chứng thành cũ và dấu biến mất, cho đến khi mục đó được kiểm chứng lại.',
    },
    {
      en: '- A box that you tick, `[x]`, stays until you untick it. It counts as claimed; when a proof comes too, the line says "ticked by hand" behind it.',
      vi: '- Ô do bạn đánh dấu, `[x]`, được giữ cho đến khi bạn bỏ dấu. Mục đó tính là tự đánh dấu; khi có thêm bằng chứng, cuối dòng ghi "tự đánh dấu".',
    },
    {
      en: '- `npm run progress` prints this page again and keeps your ticks; `npm run progress lang=vi` prints it in Vietnamese. Notes of your own belong in the NOTES.md of a section.',
      vi: '- `npm run progress` in lại trang này và giữ nguyên các dấu của bạn; `npm run progress lang=en` in bằng tiếng Anh. Ghi chú riêng thì viết vào NOTES.md của từng phần.',
    },
  ],
  notWritten: { en: 'not written yet', vi: 'chưa viết' },
  byHand: { en: 'ticked by hand', vi: 'tự đánh dấu' },
  sums: ({ verified, claimed, stale, open, total }: Sums): Text => ({
    en: `_${verified} of ${total} items verified · ${claimed} claimed · ${stale} stale · ${open} open_`,
    vi: `_${verified} trên ${total} mục đã kiểm chứng · ${claimed} tự đánh dấu · ${stale} đã cũ · ${open} chưa làm_`,
  }),
  stale: (when: string, file: string): Text => ({
    en: `stale since ${when}: ${file}`,
    vi: `đã cũ từ ${when}: ${file}`,
  }),
  staleGone: (file: string): Text => ({ en: `stale: ${file} is gone`, vi: `đã cũ: không còn ${file}` }),
  folded: (done: number, of: number): Text => ({
    en: `${done} of ${of} items`,
    vi: `${done} trên ${of} mục`,
  }),
  unknownIds: (ids: readonly string[], kept: string): Text => ({
    en: `CHECKLIST.md ticks ${ids.join(', ')}, which no item is called; the page as it was is kept as ${kept}.`,
    vi: `CHECKLIST.md đánh dấu ${ids.join(', ')} nhưng không có mục nào tên như vậy; bản cũ được giữ lại ở ${kept}.`,
  }),
  foreignLines: (count: number, kept: string): Text => ({
    en: `${count} ${count === 1 ? 'line' : 'lines'} of CHECKLIST.md did not come from the workbook; the page as it was is kept as ${kept}.`,
    vi: `CHECKLIST.md có ${count} dòng không do workbook in ra; bản cũ được giữ lại ở ${kept}.`,
  }),
  unreadable: (cause: string, aside: string): Text => ({
    en: `CHECKLIST.md can't be read (${cause}); it was kept as ${aside}, so copy your ticks from there.`,
    vi: `Không đọc được CHECKLIST.md (${cause}); file cũ được giữ lại ở ${aside}, chép lại các dấu của bạn từ đó.`,
  }),
  notWritable: (cause: string): Text => ({
    en: `CHECKLIST.md was left as it is, because it can't be written safely (${cause}): make the checkout writable, then run npm run progress.`,
    vi: `CHECKLIST.md được giữ nguyên vì không ghi an toàn được (${cause}): cấp quyền ghi cho thư mục rồi chạy npm run progress.`,
  }),
} as const

export const reportTexts = {
  of: (total: number): Text => ({ en: `of ${total}`, vi: `trên ${total}` }),
  week: { en: 'week 7', vi: 'tuần 7' },
  weekSums: ({ verified, claimed, total }: Sums): Text => ({
    en: `${verified} of ${total} verified · ${claimed} claimed`,
    vi: `${verified} trên ${total} đã kiểm chứng · ${claimed} tự đánh dấu`,
  }),
  runs: (list: string): Text => ({ en: `engine runs: ${list}`, vi: `số lượt chạy theo engine: ${list}` }),
  changedOn: (file: string, when: string | undefined): Text => ({
    en: when === undefined ? `${file} is gone` : `${file} changed on ${formatDay(when, 'en')}`,
    vi: when === undefined ? `không còn ${file}` : `${file} sửa ngày ${formatDay(when, 'vi')}`,
  }),
  failedOn: (when: string): Text => ({
    en: `failed on ${formatDay(when, 'en')}`,
    vi: `chưa đạt ngày ${formatDay(when, 'vi')}`,
  }),
  more: (count: number): Text => ({ en: `and ${count} more`, vi: `và ${count} mục nữa` }),
  tickedByHand: { en: 'ticked by hand, without a proof', vi: 'tự đánh dấu, chưa có bằng chứng' },
  alsoByHand: { en: 'ticked by hand too', vi: 'cũng tự đánh dấu' },
  inputs: (done: number, of: number): Text => ({
    en: `${done} of ${of} items that it is folded from`,
    vi: `${done} trên ${of} mục mà mục này được tính từ đó`,
  }),
  missing: (ids: readonly string[], more: number): Text => ({
    en: `missing: ${ids.join(' ')}${more > 0 ? ` and ${more} more` : ''}`,
    vi: `còn thiếu: ${ids.join(' ')}${more > 0 ? ` và ${more} mục nữa` : ''}`,
  }),
  goOn: (command: string): Text => ({ en: `go on: ${command}`, vi: `làm tiếp: ${command}` }),
  needsLater: { en: 'needs a part that is not written yet', vi: 'cần một phần chưa viết' },
  notWritten: checklistTexts.notWritten,
  next: { en: 'Next:', vi: 'Tiếp theo:' },
  checkAgain: (count: number): Text => ({
    en: `${count} stale ${count === 1 ? 'item' : 'items'}`,
    vi: `${count} mục đã cũ`,
  }),
  tickRating: (ids: string): Text => ({
    en: `tick ${ids} in CHECKLIST.md, which only you can know`,
    vi: `đánh dấu ${ids} trong CHECKLIST.md, điều chỉ bạn mới biết`,
  }),
  prove: (count: number): Text => ({
    en: `${count} ${count === 1 ? 'item is' : 'items are'} ticked by hand and can be proven`,
    vi: `${count} mục tự đánh dấu có thể kiểm chứng được`,
  }),
  writtenDone: (count: number): Text => ({
    en: `everything that is written is done; ${count} ${count === 1 ? 'item waits' : 'items wait'} for what is not written yet`,
    vi: `đã xong mọi phần đã viết; còn ${count} mục chờ những phần chưa viết`,
  }),
  allDone: { en: 'every item is done', vi: 'đã xong mọi mục' },
} as const

/** A file's name without its folders, where the task says which they are. */
export function fileName(path: string): string {
  return path.split('/').at(-1) ?? path
}

/** A day as prose writes it: 21 July, ngày 21/7. */
export function formatDay(iso: string, lang: Language): string {
  const day = new Date(iso)
  if (lang === 'vi') return `${day.getDate()}/${day.getMonth() + 1}`
  return day.toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })
}

/** A day as tables write it, on this computer's clock: 2026-07-21. */
export function isoDay(iso: string): string {
  const day = new Date(iso)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}

/** A figure for reading: its own phrase, or name, value and unit. */
export function figurePhrase(
  figure: { name: string; value: number; unit: string; said?: Text | undefined },
  lang: Language,
): string {
  if (figure.said !== undefined) return figure.said[lang]
  return `${figure.name} ${formatNumber(figure.value, lang)} ${figure.unit}`.trim()
}

/** What was looked up for the final checklist. */
export const lookedUpTexts = {
  noGit: {
    en: 'git can say nothing about this folder: install git, or clone the repository instead of unpacking it',
    vi: 'git không cho biết gì về thư mục này: hãy cài git, hoặc clone repository thay vì giải nén',
  },
  nothingRefactored: {
    en: 'REVIEW.md names no file of your own (exercises/…/file.ts) under "What I refactored"',
    vi: 'REVIEW.md chưa nêu file nào của bạn (exercises/…/file.ts) trong mục "Tôi đã refactor gì"',
  },
  noOwnFile: (file: string): Text => ({
    en: `${file} is no file of a task that you write: name one that is yours`,
    vi: `${file} không phải file bài tập do bạn viết: hãy nêu một file của bạn`,
  }),
  neverPassed: (id: string): Text => ({
    en: `no run is kept in which all checks of ${id} passed: run them once before you refactor, and once after`,
    vi: `chưa lưu lần chạy nào mà mọi check của ${id} đều đạt: chạy một lần trước khi refactor, một lần sau đó`,
  }),
  notPassedSince: (id: string, file: string): Text => ({
    en: `${file} has been changed since ${id} passed last`,
    vi: `${file} đã đổi từ lần cuối ${id} đạt`,
  }),
  notRefactored: (file: string, id: string): Text => ({
    en: `${file} is the same code as when ${id} first passed: refactor it, then run its checks again`,
    vi: `${file} vẫn là code từ lần đầu ${id} đạt: hãy refactor, rồi chạy lại các check`,
  }),
  refactored: (file: string, id: string, before: string, after: string): Text => ({
    en: `${file}: ${id} passed with the code of ${before.slice(0, 10)}, and with what it is now on ${after.slice(0, 10)}`,
    vi: `${file}: ${id} đạt với code ngày ${before.slice(0, 10)}, và đạt với code hiện giờ ngày ${after.slice(0, 10)}`,
  }),
  asCloned: (ids: readonly string[]): Text => ({
    en: `${ids.length === 1 ? 'one task is' : `${ids.length} tasks are`} as they were cloned: ${few(ids, 'and', 'more')}`,
    vi: `${ids.length} bài vẫn y như lúc clone: ${few(ids, 'và', 'bài nữa')}`,
  }),
  leftOver: (files: readonly string[]): Text => ({
    en: `not committed: ${few(files, 'and', 'more')}`,
    vi: `chưa commit: ${few(files, 'và', 'file nữa')}`,
  }),
  committed: (files: number): Text => ({
    en: `${files} files of yours, all committed as they are`,
    vi: `${files} file của bạn đều đã commit đúng như hiện giờ`,
  }),
  noDesigns: { en: 'no design task with a schema is ready yet', vi: 'chưa có bài thiết kế nào có schema' },
  schemaAsCloned: (id: string): Text => ({
    en: `the schema of ${id} is as it was cloned`,
    vi: `schema của ${id} vẫn y như lúc clone`,
  }),
  schemas: (files: number): Text => ({
    en: `${files} files of schemas, committed`,
    vi: `${files} file schema, đã commit`,
  }),
  nothingMeasures: { en: 'no failure task measures anything yet', vi: 'chưa bài sự cố nào có phần đo' },
  notMeasured: (ids: readonly string[]): Text => ({
    en: `no results are kept of ${few(ids, 'and', 'more')}`,
    vi: `chưa lưu kết quả của ${few(ids, 'và', 'bài nữa')}`,
  }),
  results: (tasks: number, figures: number): Text => ({
    en: `${figures} figures of ${tasks} failure tasks, each with engine, seed and date, committed`,
    vi: `${figures} số liệu của ${tasks} bài sự cố, cái nào cũng có engine, seed và ngày, đã commit`,
  }),
} as const

const fewMax = 5

function few(names: readonly string[], and: string, more: string): string {
  const shown = names.slice(0, fewMax).join(' ')
  return names.length > fewMax ? `${shown} ${and} ${names.length - fewMax} ${more}` : shown
}

/** What is filled into REFLECTION.md. */
export const reflectionTexts = {
  fought: (item: string, failed: number, said: Text | undefined): Text => ({
    en: `${item} failed ${failed === 1 ? 'once' : `${failed} times`} before it held${said === undefined ? '' : `, the last time: ${said.en}`}`,
    vi: `${item} hỏng ${failed} lần rồi mới đứng vững${said === undefined ? '' : `, lần cuối: ${said.vi}`}`,
  }),
  missed: (key: string, wrong: number): Text => ({
    en: `the question ${key} was missed ${wrong === 1 ? 'once' : `${wrong} times`}`,
    vi: `câu hỏi ${key} trả lời sai ${wrong} lần`,
  }),
  figure: (task: string, said: Text, value: number, unit: string): Text => ({
    en: `${task}, measured: ${said.en}, ${Number(value.toPrecision(3))} ${unit}`,
    vi: `${task}, đã đo: ${said.vi}, ${Number(value.toPrecision(3))} ${unit}`,
  }),
  confidence: (rating: number | undefined, verified: number, of: number): Text => ({
    en: `${rating === undefined ? 'not rated yet' : `rated ${rating} of 10`}; ${verified} of ${of} items of the week are verified`,
    vi: `${rating === undefined ? 'chưa chấm' : `tự chấm ${rating} trên 10`}; ${verified} trên ${of} mục của tuần đã kiểm chứng`,
  }),
  week: (days: number, first: string, last: string, verified: number, of: number): Text => ({
    en: `runs on ${days} ${days === 1 ? 'day' : 'days'} from ${first} to ${last}; ${verified} of ${of} items verified`,
    vi: `chạy trong ${days} ngày, từ ${first} tới ${last}; ${verified} trên ${of} mục đã kiểm chứng`,
  }),
  weak: (part: string, task: string, open: number): Text => ({
    en: `least proven: ${part}, ${open} items open; it goes on with npm run exercise ${task}`,
    vi: `ít bằng chứng nhất: ${part}, còn ${open} mục; làm tiếp bằng npm run exercise ${task}`,
  }),
} as const

/** The written report. */
export const writtenReportTexts = {
  title: { en: 'Week 7: what is proven', vi: 'Tuần 7: những gì đã chứng minh' },
  part: { en: 'Part', vi: 'Phần' },
  of: { en: 'of', vi: 'trên' },
  split: (
    {
      verified,
      claimed,
      stale,
      open,
      total,
    }: Record<'verified' | 'claimed' | 'stale' | 'open' | 'total', number>,
    day: string,
  ): Text => ({
    en: `${verified} of ${total} items verified, ${claimed} claimed, ${stale} stale, ${open} open (${day})`,
    vi: `${verified} trên ${total} mục đã kiểm chứng, ${claimed} tự đánh dấu, ${stale} đã cũ, ${open} chưa làm (${day})`,
  }),
  changed: (file: string): Text => ({ en: `${file} has changed since`, vi: `${file} đã đổi từ đó` }),
  folded: (done: number, of: number): Text => ({
    en: `${done} of ${of} items`,
    vi: `${done} trên ${of} mục`,
  }),
  written: (files: readonly string[]): Text => ({
    en: `Written: ${files.join(', ')}.`,
    vi: `Đã ghi: ${files.join(', ')}.`,
  }),
  notWritten: (why: string): Text => ({
    en: `The report can't be written here (${why}); npm run progress prints it.`,
    vi: `Không ghi được báo cáo ở đây (${why}); npm run progress sẽ in ra màn hình.`,
  }),
} as const
