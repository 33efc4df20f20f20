/** Text on its way through a form and back. */
import { expect, it } from 'vitest'
import { asInFile, stampOf } from './text-file.ts'

it('takes a text for the same whatever its line ends are, and for another when a word changed', () => {
  expect(stampOf('a\r\nb\r\n')).toBe(stampOf('a\nb\n'))
  expect(stampOf('a\nb\n')).not.toBe(stampOf('a\nc\n'))
})

it('gives a file the line ends that it had', () => {
  expect(asInFile('a\r\nb\r\n', '# old\n')).toBe('a\nb\n')
  expect(asInFile('a\r\nb\n', '# old\r\n')).toBe('a\r\nb\r\n')
})
