/** What the command line itself says, and the words that many commands share. */
import type { Text } from '#lab/verdict'

export const cliTexts = {
  setAside: (name: string): Text => ({
    en: `A file of the workbook could not be read; it was set aside as .workbook/${name} and a fresh one begun.`,
    vi: `Không đọc được một file của workbook; nó được cất riêng thành .workbook/${name} và một file mới được tạo.`,
  }),
  unexpected: (reason: string): Text => ({
    en: `The workbook could not do this, and your code was not judged: ${reason} (MQ_DEBUG=1 shows where)`,
    vi: `Workbook không làm được việc này, và code của bạn chưa được chấm: ${reason} (MQ_DEBUG=1 cho biết chỗ lỗi)`,
  }),
  next: (step: string): Text => ({ en: `Next: ${step}`, vi: `Tiếp theo: ${step}` }),
  taskPlanned: (id: string): Text => ({
    en: `${id} is planned; its exercise does not exist yet.`,
    vi: `Bài ${id} đang được lên kế hoạch; phần thực hành chưa có.`,
  }),
  partPlanned: (id: string): Text => ({
    en: `No task of "${id}" is ready yet.`,
    vi: `Chưa có bài nào của phần "${id}" sẵn sàng.`,
  }),
  allDone: { en: 'Every task that is ready has been verified.', vi: 'Mọi bài đã có đều đã được kiểm chứng.' },
} as const
