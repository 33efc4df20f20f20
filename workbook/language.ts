/** Which of the two languages a reader gets, and how one text is picked. */
import type { Language, Text } from '#lab/verdict'

/** What was asked for now, else what was remembered, else what the locale says; English when nothing says Vietnamese. */
export function pickLanguage(
  asked: Language | undefined,
  remembered: Language | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Language {
  return asked ?? remembered ?? localeLanguage(env)
}

/** The first of the locale variables that is set decides, as POSIX has it. */
function localeLanguage(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return locale.toLowerCase().startsWith('vi') ? 'vi' : 'en'
}

export function inLanguage(text: Text, lang: Language): string {
  return text[lang].normalize('NFC')
}
