/** The words around a reset. */
import type { Text } from '#lab/verdict'

export const resetTexts = {
  fresh: (id: string): Text => ({
    en: `${id} is the untouched starter already; nothing was changed.`,
    vi: `Bài ${id} vốn đang là bản khởi đầu; không có gì thay đổi.`,
  }),
  done: (files: readonly string[]): Text => ({
    en: `The starter is back: ${files.join(', ')}.`,
    vi: `Đã trả lại bản khởi đầu: ${files.join(', ')}.`,
  }),
  kept: (kept: string, folder: string): Text => ({
    en: `Your version is kept in ${kept}. To get it back: cp -r ${kept}/. ${folder}/`,
    vi: `Bản của bạn được giữ trong ${kept}. Để lấy lại: cp -r ${kept}/. ${folder}/`,
  }),
  noStarter: (folder: string): Text => ({
    en: `There is no starter in ${folder}. Bring it back with: git checkout -- ${folder}`,
    vi: `Không có bản khởi đầu trong ${folder}. Lấy lại bằng: git checkout -- ${folder}`,
  }),
  notWritable: (folder: string, why: string): Text => ({
    en: `${folder} could not be reset (${why}), and your version is untouched. Make the checkout writable for your user and try again.`,
    vi: `Không đặt lại được ${folder} (${why}); bản của bạn vẫn nguyên. Cấp quyền ghi thư mục này cho user của bạn rồi thử lại.`,
  }),
} as const
