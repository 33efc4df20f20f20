/** The words of the list. */
import type { Text } from '#lab/verdict'

export const listTexts = {
  statuses: {
    verified: { en: 'verified', vi: 'đã kiểm chứng' },
    checked: { en: 'checks pass', vi: 'các check đã ĐẠT' },
    stale: { en: 'stale', vi: 'đã cũ' },
    started: { en: 'begun', vi: 'đang làm' },
    open: { en: '', vi: '' },
    planned: { en: 'planned', vi: 'đang lên kế hoạch' },
  },
  nothing: (word: string, near: readonly string[]): Text => ({
    en: `No task matches "${word}".${near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`}`,
    vi: `Không có bài nào khớp "${word}".${near.length === 0 ? '' : ` Ý bạn là ${near.join(' hay ')}?`}`,
  }),
} as const
