/** The sentences of `verify`: each names the file and the next step. */
import type { Text, Verdict } from '#lab/verdict'

export const verifyTexts = {
  start: (tasks: number): Text => ({
    en: `verifying ${tasks} task${tasks === 1 ? '' : 's'} on embedded …`,
    vi: `đang kiểm chứng ${tasks} bài trên embedded …`,
  }),
  missing: (file: string): Text => ({
    en: `${file} is missing: write it.`,
    vi: `Thiếu ${file}: hãy viết file này.`,
  }),
  plannedFolder: (folder: string): Text => ({
    en: `${folder} exists although the registry calls the task planned: set it to "ready" there, or remove the folder.`,
    vi: `${folder} đã có trong khi registry ghi bài này là planned: đổi thành "ready", hoặc xóa thư mục.`,
  }),
  killsStale: (file: string): Text => ({
    en: `${file} does not say what the wrong solutions say: npm run verify print`,
    vi: `${file} không khớp với các lời giải sai: npm run verify print`,
  }),
  printed: (file: string): Text => ({
    en: `${file} is printed from the wrong solutions; npm run verify proves that it is true`,
    vi: `đã in ${file} từ các lời giải sai; npm run verify chứng minh nó đúng`,
  }),
  noFigure: (item: string, file: string, task: string): Text => ({
    en: `no figure in ${file} proves ${item}: name it in the task's measure.ts, then npm run measure ${task} reference`,
    vi: `trong ${file} không có số liệu nào chứng minh ${item}: ghi nó vào measure.ts của bài, rồi npm run measure ${task} reference`,
  }),
  noCheck: (folder: string, id: string): Text => ({
    en: `${folder} has no test: write ${id}.check.test.ts.`,
    vi: `${folder} chưa có test: hãy viết ${id}.check.test.ts.`,
  }),
  notRegistered: (file: string, id: string): Text => ({
    en: `${file} is not among the files of ${id}: add it to the registry, or remove it.`,
    vi: `${file} không nằm trong danh sách file của ${id}: thêm vào registry, hoặc xóa đi.`,
  }),
  overlayUnknown: (file: string): Text => ({
    en: `${file} stands over no file of the reference: rename it, or remove it.`,
    vi: `${file} không đè lên file nào của lời giải mẫu: đổi tên, hoặc xóa đi.`,
  }),
  overlaySame: (file: string): Text => ({
    en: `${file} equals the reference: remove it, an overlay holds only what differs.`,
    vi: `${file} giống hệt lời giải mẫu: xóa đi, overlay chỉ chứa file khác biệt.`,
  }),
  hintCount: (file: string, count: number): Text => ({
    en: `${file} has ${count} hints: make it three, each under a "## question?".`,
    vi: `${file} có ${count} gợi ý: cần đúng ba, mỗi gợi ý dưới một "## câu hỏi?".`,
  }),
  hintNoQuestion: (file: string, title: string): Text => ({
    en: `${file}: "${title}" is no question: ask what a stuck learner would ask.`,
    vi: `${file}: "${title}" không phải câu hỏi: hãy hỏi điều mà người đang bí sẽ hỏi.`,
  }),
  hintEmpty: (file: string, title: string): Text => ({
    en: `${file}: nothing stands below "${title}": answer it.`,
    vi: `${file}: dưới "${title}" chưa có gì: hãy trả lời.`,
  }),
  repeated: (subject: string, first: Text): Text => ({
    en: `${subject} came out as it should in a later run only; the first: ${first.en}`,
    vi: `${subject} phải chạy lại mới đúng; lần đầu: ${first.vi}`,
  }),
  starterChanged: (file: string): Text => ({
    en: `${file} was changed by the learner, so it was not compared with the starter.`,
    vi: `${file} đã được người học sửa, nên không so với bản khởi đầu.`,
  }),
  starterDiffers: (file: string, starter: string): Text => ({
    en: `${file} differs from ${starter}: copy the starter over it.`,
    vi: `${file} khác ${starter}: chép bản khởi đầu đè lên.`,
  }),
  heading: (file: string, expected: string, found: string | undefined): Text => ({
    en: `${file}: the heading "${expected}" ${found === undefined ? 'is missing at the end' : `is expected where "${found}" stands`}: keep the headings and their order.`,
    vi: `${file}: ${found === undefined ? `thiếu mục "${expected}" ở cuối` : `chỗ của "${found}" phải là mục "${expected}"`}: giữ đúng các mục và thứ tự của chúng.`,
  }),
  extraHeading: (file: string, found: string): Text => ({
    en: `${file}: the heading "${found}" is one too many: move its text under another.`,
    vi: `${file}: mục "${found}" bị thừa: chuyển nội dung sang mục khác.`,
  }),
  brokenLink: (file: string, link: string): Text => ({
    en: `${file}: the link ${link} leads nowhere: correct it.`,
    vi: `${file}: link ${link} không dẫn tới đâu: hãy sửa.`,
  }),
  brokenCommand: (file: string, line: string, why: 'unknown' | 'words' | 'id'): Text => ({
    en: `${file}: "${line}" ${commandWhy[why].en}: correct it.`,
    vi: `${file}: "${line}" ${commandWhy[why].vi}: hãy sửa.`,
  }),
  types: (folder: string, place: string, message: string): Text => ({
    en: `${folder} does not compile (${place}: ${message}): correct it.`,
    vi: `${folder} không qua được kiểm tra kiểu (${place}: ${message}): hãy sửa.`,
  }),
  starterPasses: (folder: string, item: string): Text => ({
    en: `${folder} passes ${item} untouched: sharpen the check, or list the item in the registry with a reason.`,
    vi: `${folder} chưa sửa gì mà ${item} đã ĐẠT: siết lại check, hoặc ghi mục này vào registry kèm lý do.`,
  }),
  starterInconclusive: (folder: string, item: string, cause: Text): Text => ({
    en: `${folder} leaves ${item} inconclusive ("${cause.en}"): a TODO must fail, in words.`,
    vi: `${folder} khiến ${item} CHƯA KẾT LUẬN ĐƯỢC ("${cause.vi}"): TODO thì phải CHƯA ĐẠT và nói rõ vì sao.`,
  }),
  starterSilent: (folder: string, item: string, said: Text): Text => ({
    en: `${folder} ends the test of ${item} before it can speak ("${said.en}"): let the check say what is missing.`,
    vi: `${folder} làm test của ${item} dừng trước khi kịp nói ("${said.vi}"): hãy để check nói rõ còn thiếu gì.`,
  }),
  notPassed: (folder: string, item: string, said: Text): Text => ({
    en: `${folder} does not pass ${item} ("${said.en}"): correct the answer or the check.`,
    vi: `${folder} không ĐẠT ${item} ("${said.vi}"): sửa lời giải hoặc check.`,
  }),
  experimentOtherwise: (folder: string, name: string, said: Text): Text => ({
    en: `${folder}: the experiment ${name} does not come out as the lesson says ("${said.en}"): correct one of them.`,
    vi: `${folder}: thí nghiệm ${name} không cho kết quả như bài học nói ("${said.vi}"): sửa một trong hai.`,
  }),
  experimentUntested: (folder: string, name: string): Text => ({
    en: `${folder}: no test holds the experiment ${name}: add experimentTest('experiment ${name}: …').`,
    vi: `${folder}: không test nào chạy thí nghiệm ${name}: thêm experimentTest('experiment ${name}: …').`,
  }),
  experimentCount: (folder: string, count: number, min: number): Text => ({
    en: `${folder} has ${count} experiments: write ${min - count} more.`,
    vi: `${folder} mới có ${count} thí nghiệm: viết thêm ${min - count}.`,
  }),
  lessonFlaw: (folder: string, flaw: string): Text => ({
    en: `${folder}/${flaw}: correct it.`,
    vi: `${folder}/${flaw}: hãy sửa.`,
  }),
  notAsked: (folder: string, item: string): Text => ({
    en: `${folder}/questions.ts asks nothing about ${item}, which a question has to prove: write one.`,
    vi: `${folder}/questions.ts chưa có câu hỏi về ${item}, mục phải chứng minh bằng câu hỏi: hãy viết.`,
  }),
  askedElsewhere: (folder: string, id: string, item: string): Text => ({
    en: `${folder}: the question ${id} is about ${item}, which no question of this lesson can prove: name another item.`,
    vi: `${folder}: câu hỏi ${id} nói về ${item}, mục mà câu hỏi của bài này không chứng minh được: nêu mục khác.`,
  }),
  lessonLength: (file: string, words: number, min: number, max: number): Text => ({
    en: `${file} has ${words} words of prose: a lesson is read in six to ten minutes, ${min} to ${max} words.`,
    vi: `${file} có ${words} từ: một bài đọc trong sáu đến mười phút, từ ${min} đến ${max} từ.`,
  }),
  noDrawing: (file: string): Text => ({
    en: `${file} has no drawing: add one in Mermaid.`,
    vi: `${file} chưa có hình vẽ: thêm một hình Mermaid.`,
  }),
  wrongHeader: (folder: string): Text => ({
    en: `${folder} does not open with "mistake:", "refused by:" and "says:": add the three comment lines.`,
    vi: `${folder} không mở đầu bằng "mistake:", "refused by:" và "says:": thêm ba dòng comment đó.`,
  }),
  wrongItem: (folder: string, item: string): Text => ({
    en: `${folder} names ${item}, which no check of this task judges: name another item.`,
    vi: `${folder} nêu ${item}, nhưng không check nào của bài này chấm mục đó: nêu mục khác.`,
  }),
  notRefused: (folder: string, item: string, outcome: Verdict['outcome']): Text => ({
    en: `${folder} is not refused by ${item} (${outcome}): sharpen the check.`,
    vi: `${folder} không bị ${item} từ chối (${outcome}): siết lại check.`,
  }),
  saysOtherwise: (folder: string, says: string, sentence: string): Text => ({
    en: `${folder} is refused with other words than "${says}" ("${sentence}"): correct the comment or the message.`,
    vi: `${folder} bị từ chối bằng câu khác với "${says}" ("${sentence}"): sửa comment hoặc thông điệp.`,
  }),
  untested: (folder: string, item: string): Text => ({
    en: `${folder} has no test whose name begins with ${item}: write it.`,
    vi: `${folder} không có test nào có tên bắt đầu bằng ${item}: hãy viết.`,
  }),
  unnamedTest: (folder: string, name: string): Text => ({
    en: `${folder}: the test "${name}" begins with no item of this task: name it after one.`,
    vi: `${folder}: test "${name}" không bắt đầu bằng mục nào của bài: đặt tên theo một mục.`,
  }),
  skipped: { en: 'not looked at', vi: 'không kiểm tra' },
  done: (tasks: number, subjects: number, took: string, planned: number): Text => ({
    en: `${tasks} task${tasks === 1 ? '' : 's'}, ${subjects} subjects in ${took}${planned === 0 ? '' : `; ${planned} planned`}`,
    vi: `${tasks} bài, ${subjects} bản code trong ${took}${planned === 0 ? '' : `; ${planned} bài đang lên kế hoạch`}`,
  }),
  kept: { en: 'every law is kept', vi: 'mọi luật đều được giữ' },
  broken: (count: number): Text => ({
    en: `${count} problem${count === 1 ? '' : 's'}`,
    vi: `${count} vấn đề`,
  }),
  legend: {
    en: '✓ passed  ✗ failed  ? inconclusive  ⊗ refused by the test that had to',
    vi: '✓ ĐẠT  ✗ CHƯA ĐẠT  ? CHƯA KẾT LUẬN ĐƯỢC  ⊗ CHƯA ĐẠT ở đúng mục phải từ chối nó',
  },
} as const

const commandWhy = {
  unknown: { en: 'is no command', vi: 'không phải lệnh có thật' },
  words: { en: 'has words that the command refuses', vi: 'có từ mà lệnh này không nhận' },
  id: { en: 'names no task or item', vi: 'không chỉ bài hay mục nào' },
} as const
