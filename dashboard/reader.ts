/** Who reads: the language, which the whole workbook remembers, and the theme, which this browser does. */
import type { Request } from 'express'
import type { Language, Text } from '#lab/verdict'
import { inLanguage, pickLanguage } from '#workbook/language'
import { readSettings } from '#workbook/state'

export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const themeCookie = 'mq-theme'

export interface Reader {
  readonly lang: Language
  readonly theme: Theme
  /** Picks one of the two languages. */
  say(text: Text): string
}

export function readerOf(request: Pick<Request, 'headers'>): Reader {
  const lang = pickLanguage(undefined, readSettings().lang, process.env)
  const cookie = new RegExp(`(?:^|;\\s*)${themeCookie}=(\\w+)`).exec(request.headers.cookie ?? '')?.[1]
  return {
    lang,
    theme: themes.find((theme) => theme === cookie) ?? 'auto',
    say: (text) => inLanguage(text, lang),
  }
}
