/** Lines as they are typed, pasted and left. */
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { openLines } from './lines.ts'

function opened() {
  const [input, output] = [new PassThrough(), new PassThrough()]
  return { input, lines: openLines(input, output) }
}

test('answers a line that is typed when it was asked for', async () => {
  const { input, lines } = opened()
  const asked = lines.ask('> ')
  input.write('one\n')
  expect(await asked).toBe('one')
  lines.close()
})

test('loses no line of a paste, though all of it comes before the second question', async () => {
  const { input, lines } = opened()
  const asked = lines.ask('> ')
  input.write('one\ntwo\nthree\n')
  expect([await asked, await lines.ask('> '), await lines.ask('> ')]).toEqual(['one', 'two', 'three'])
  lines.close()
})

test('says that the learner left, after what was typed before', async () => {
  const { input, lines } = opened()
  const asked = lines.ask('> ')
  input.write('one\ntwo\n')
  input.end()
  expect([await asked, await lines.ask('> '), await lines.ask('> ')]).toEqual(['one', 'two', undefined])
  lines.close()
  expect(await lines.ask('> ')).toBeUndefined()
})
