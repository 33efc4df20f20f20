/** Spans of time as they are typed (`90s`, `10m`, `2h`, `3d`) and as they are shown. */
import type { Language } from '#lab/verdict'
import { formatNumber } from '#lab/verdict/language'

const unitsMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const names = {
  s: { en: 's', vi: 'giây' },
  m: { en: 'min', vi: 'phút' },
  h: { en: 'h', vi: 'giờ' },
  d: { en: 'd', vi: 'ngày' },
} as const

/** Milliseconds; undefined when it is no span. */
export function readSpan(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  return unit === undefined ? undefined : Number(amount) * unitsMs[unit as keyof typeof unitsMs]
}

/** In the largest unit of which there is one: `2 h`, `3 ngày`. A clock that runs behind makes no negative age. */
export function shownSpan(ms: number, lang: Language): string {
  const unit = (['d', 'h', 'm'] as const).find((each) => ms >= unitsMs[each]) ?? 's'
  return `${formatNumber(Math.max(0, Math.floor(ms / unitsMs[unit])), lang)} ${names[unit][lang]}`
}
