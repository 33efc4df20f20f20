/** Which of the two languages a reader gets, and small helpers to write a text in both at once. */
import type { Language, Text } from './verdict.ts'

/** `MQ_LANG` wins, then the usual locale variables, of which an empty one counts as unset; else English. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const asked = env.MQ_LANG || env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return /^vi(?![a-z])/i.test(asked) ? 'vi' : 'en'
}

/** One text in both languages. */
export function text(en: string, vi: string): Text {
  return { en, vi }
}

const locales = { en: 'en-GB', vi: 'vi-VN' } as const
const numberFormats = new Map<Language, Intl.NumberFormat>()

/** A number as prose writes it: 1,234.5 in English, 1.234,5 in Vietnamese. */
export function formatNumber(value: number, lang: Language): string {
  // Made when the first number is written: the first of a process takes longer than most modules do.
  const format = numberFormats.get(lang) ?? new Intl.NumberFormat(locales[lang], { maximumFractionDigits: 1 })
  numberFormats.set(lang, format)
  return format.format(value)
}

/** A span of time for reading: `84 ms`, `1.2 s`. */
export function formatMs(ms: number, lang: Language): string {
  const whole = Math.round(ms)
  if (whole < 1000) return `${whole} ms`
  return `${formatNumber(whole / 1000, lang)} ${lang === 'vi' ? 'giây' : 's'}`
}

/** The last three characters of an id, as every screen shows it. */
export function shortId(id: string): string {
  return id.length <= 4 ? id : `…${id.slice(-3)}`
}
