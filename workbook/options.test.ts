/** What is typed and what it means. */
import { describe, expect, test } from 'vitest'
import { findCommand } from './commands/table.ts'
import { parseOptions, UsageError } from './options.ts'

describe('options', () => {
  test('take a target, words and settings in any order', () => {
    const options = parse('exercise', 'live mq-03.4 seed=7 lang=vi events engine=local')

    expect(options).toMatchObject({ target: 'mq-03.4', seed: 7, lang: 'vi', engine: 'local' })
    expect([...options.words]).toEqual(['live', 'events'])
  })

  test.each(['--engine docker --json', '--engine=docker --json', '-- --json --engine docker'])(
    'take the flag form: %s',
    (typed) => {
      const options = parse('check', `mq-01 ${typed}`)

      expect(options.engine).toBe('docker')
      expect([...options.words]).toEqual(['json'])
    },
  )

  test('leave it to the registry whether an id exists', () => {
    expect(parse('check', 'mq-99').target).toBe('mq-99')
  })

  test.each([
    ['check', 'mq-01 jsn', '"jsn" means nothing here. Did you mean json?'],
    ['check', 'mq-01 engin=local', '"engin=local" means nothing here. Did you mean engine=local?'],
    [
      'check',
      'mq-01 engine=loca',
      '"engine=loca" is not possible; it takes engine=embedded|local|docker|url.',
    ],
    ['check', 'mq-01 seed=-1', '"seed=-1" is not possible; it takes seed=N.'],
    ['check', 'mq-01 seed=', '"seed" needs a value: seed=N.'],
    ['check', 'mq-01 mq-02', '"mq-02" means nothing here.'],
    ['check', '', '"check" needs the id of a task.'],
    ['doctor', 'mq-01', '"mq-01" means nothing here.'],
    ['exercise', 'lvie', '"lvie" means nothing here. Did you mean live?'],
  ])('refuse "%s %s" with a sentence', (command, typed, sentence) => {
    expect(() => parse(command, typed)).toThrow(sentence)
    expect(() => parse(command, typed)).toThrow(UsageError)
  })

  test('hand unknown words on where a command is open', () => {
    const options = parse('test', 'soak lab/verdict -t codec lang=vi')

    expect([...options.words]).toEqual(['soak'])
    expect(options.rest).toEqual(['lab/verdict', '-t', 'codec'])
    expect(options.lang).toBe('vi')
  })

  test('hear a call for help before anything else is missed', () => {
    expect(parse('check', 'help').wantsHelp).toBe(true)
    expect(parse('check', '--help').wantsHelp).toBe(true)
  })
})

function parse(command: string, typed: string) {
  const row = findCommand(command)
  if (row === undefined) throw new Error(`no command ${command}`)
  return parseOptions(
    row,
    typed.split(' ').filter((word) => word !== ''),
  )
}
