/** The words around benches. */
import type { Text } from '#lab/verdict'

export const benchTexts = {
  none: { en: 'There are no benches yet.', vi: 'Chưa có bench nào.' },
  unknown: (name: string, near: readonly string[]): Text => ({
    en: `There is no bench "${name}".${near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`}`,
    vi: `Không có bench "${name}".${near.length === 0 ? '' : ` Ý bạn là ${near.join(' hay ')}?`}`,
  }),
} as const
