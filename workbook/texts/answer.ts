/** The words around answers in sentences. */
import type { Text } from '#lab/verdict'

export const answerTexts = {
  notWritten: (id: string): Text => ({
    en: `${id} asks for no answers in sentences; review-06 and review-08 do.`,
    vi: `${id} không hỏi câu nào cần viết; review-06 và review-08 thì có.`,
  }),
  notItem: (id: string, task: string): Text => ({
    en: `${id} is not answered in sentences: npm run check ${id}, or npm run answer ${task} for all questions.`,
    vi: `${id} không trả lời bằng câu văn: npm run check ${id}, hoặc npm run answer ${task} để xem mọi câu hỏi.`,
  }),
  points: (made: number, of: number): Text => ({ en: `${made} of ${of} points`, vi: `${made} trên ${of} ý` }),
  open: { en: 'not tried yet', vi: 'chưa thử' },
  inFile: (file: string): Text => ({ en: `read in ${file}`, vi: `đọc trong ${file}` }),
  words: (words: number, min: number): Text => ({
    en: `${words} words, at least ${min} are needed`,
    vi: `${words} từ, cần ít nhất ${min}`,
  }),
  notSo: { en: 'not so', vi: 'không đúng' },
  typeIt: (file: string): Text => ({
    en: `Type your answer, without notes; an empty line ends it, Ctrl-C leaves. It goes to ${file}.`,
    vi: `Gõ câu trả lời, không xem ghi chú; dòng trống để kết thúc, Ctrl-C để thoát. Nó được ghi vào ${file}.`,
  }),
  writeIt: (file: string, heading: string): Text => ({
    en: `Write your answer into ${file} under "${heading}".`,
    vi: `Viết câu trả lời vào ${file}, dưới mục "${heading}".`,
  }),
  kept: (file: string): Text => ({ en: `Kept in ${file}.`, vi: `Đã ghi vào ${file}.` }),
  notKept: (file: string, why: string): Text => ({
    en: `${file} can't be written (${why}). Your answer, to copy:`,
    vi: `Không ghi được ${file} (${why}). Câu trả lời của bạn, để chép lại:`,
  }),
  model: { en: 'A model answer, to hold yours against', vi: 'Bài mẫu, để đối chiếu' },
  modelLater: (words: number): Text => ({
    en: `A model answer is shown once you have tried: ${words} words are a try.`,
    vi: `Thử rồi mới xem được bài mẫu: từ ${words} từ là đã thử.`,
  }),
  whole: { en: 'Every point is made.', vi: 'Đã nêu đủ ý.' },
  improve: (file: string): Text => ({
    en: `Leave the first version as it is, and write this answer anew, whole, into ${file}.`,
    vi: `Để nguyên bản đầu, và viết lại trọn câu này vào ${file}.`,
  }),
} as const
