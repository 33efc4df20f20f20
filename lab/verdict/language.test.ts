/** Which language a reader gets, and how numbers and times read in it. */
import { describe, expect, test } from 'vitest'
import { formatMs, formatNumber, languageOf, shortId } from './language.ts'

describe('language', () => {
  test.each([
    ['nothing is set', {}, 'en'],
    ['MQ_LANG is set', { MQ_LANG: 'vi' }, 'vi'],
    ['MQ_LANG contradicts the locale', { MQ_LANG: 'en', LC_ALL: 'vi_VN.UTF-8', LANG: 'vi_VN.UTF-8' }, 'en'],
    ['LC_ALL contradicts LANG', { LC_ALL: 'vi_VN.UTF-8', LANG: 'en_GB.UTF-8' }, 'vi'],
    ['LC_MESSAGES contradicts LANG', { LC_MESSAGES: 'en_GB.UTF-8', LANG: 'vi_VN.UTF-8' }, 'en'],
    ['only LANG is set', { LANG: 'vi-VN' }, 'vi'],
    ['variables are set and empty', { MQ_LANG: '', LC_ALL: '', LANG: 'vi_VN.UTF-8' }, 'vi'],
    ['it is written in capitals', { MQ_LANG: 'VI' }, 'vi'],
    ['it only begins like Vietnamese', { LANG: 'vie_XX' }, 'en'],
    ['it is neither', { LANG: 'fr_FR.UTF-8' }, 'en'],
    ['there is no locale', { LANG: 'C.UTF-8' }, 'en'],
  ])('when %s', (_, env, expected) => {
    expect(languageOf(env)).toBe(expected)
  })
})

test('numbers are grouped as prose in each language does it', () => {
  expect(formatNumber(1_234_567, 'en')).toBe('1,234,567')
  expect(formatNumber(1_234_567, 'vi')).toBe('1.234.567')
  expect(formatNumber(0.5, 'en')).toBe('0.5')
  expect(formatNumber(0.5, 'vi')).toBe('0,5')
  expect(formatNumber(12.345, 'en')).toBe('12.3')
})

test('times are milliseconds up to a second, then seconds to a tenth', () => {
  expect(formatMs(84.4, 'en')).toBe('84 ms')
  expect(formatMs(84.4, 'vi')).toBe('84 ms')
  expect(formatMs(1234, 'en')).toBe('1.2 s')
  expect(formatMs(1234, 'vi')).toBe('1,2 giây')
  expect(formatMs(999.6, 'en')).toBe('1 s')
})

test('ids are told by their last three characters', () => {
  expect(shortId('0193f0a2-7c1e-7a3f')).toBe('…a3f')
  expect(shortId('abcd')).toBe('abcd')
})
