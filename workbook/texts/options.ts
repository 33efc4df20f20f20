/** What is said about words that were typed and mean nothing. */
import type { Text } from '#lab/verdict'

export const optionTexts = {
  unknownCommand: (word: string, near: readonly string[]): Text => ({
    en: `There is no command "${word}".${didYouMean(near).en}`,
    vi: `Không có lệnh "${word}".${didYouMean(near).vi}`,
  }),
  unknownWord: (word: string, near: readonly string[]): Text => ({
    en: `"${word}" means nothing here.${didYouMean(near).en}`,
    vi: `"${word}" không có nghĩa với lệnh này.${didYouMean(near).vi}`,
  }),
  unknownTarget: (word: string, near: readonly string[]): Text => ({
    en: `There is no task, item or part "${word}".${didYouMean(near).en}`,
    vi: `Không có bài, mục hay phần nào tên "${word}".${didYouMean(near).vi}`,
  }),
  targetMissing: (command: string): Text => ({
    en: `"${command}" needs the id of a task.`,
    vi: `"${command}" cần id của một bài.`,
  }),
  needsTask: (word: string): Text => ({
    en: `"${word}" is a whole part; this command takes one task.`,
    vi: `"${word}" là cả một phần; lệnh này chỉ nhận một bài.`,
  }),
  badValue: (name: string, value: string, values: string): Text => ({
    en:
      value === ''
        ? `"${name}" needs a value: ${name}=${values}.`
        : `"${name}=${value}" is not possible; it takes ${name}=${values}.`,
    vi:
      value === ''
        ? `"${name}" cần một giá trị: ${name}=${values}.`
        : `Không thể dùng "${name}=${value}"; chỉ nhận ${name}=${values}.`,
  }),
  usage: (usage: string): Text => ({ en: `Usage: ${usage}`, vi: `Cách dùng: ${usage}` }),
}

function didYouMean(near: readonly string[]): Text {
  if (near.length === 0) return { en: '', vi: '' }
  return { en: ` Did you mean ${near.join(' or ')}?`, vi: ` Ý bạn là ${near.join(' hay ')}?` }
}
