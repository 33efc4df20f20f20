/** Which language a reader gets. */
import { expect, test } from 'vitest'
import { pickLanguage } from './language.ts'

test.each([
  ['en', 'vi', { LANG: 'vi_VN.UTF-8' }, 'en'],
  [undefined, 'vi', { LANG: 'en_US.UTF-8' }, 'vi'],
  [undefined, undefined, { LANG: 'vi_VN.UTF-8' }, 'vi'],
  [undefined, undefined, { LC_ALL: 'C', LANG: 'vi_VN.UTF-8' }, 'en'],
  [undefined, undefined, { LC_ALL: '', LC_MESSAGES: 'vi_VN', LANG: 'en_US' }, 'vi'],
  [undefined, undefined, {}, 'en'],
] as const)('asked %s, remembered %s, locale %j: %s', (asked, remembered, env, lang) => {
  expect(pickLanguage(asked, remembered, env)).toBe(lang)
})
