/** How the code that is judged is found and loaded, and how its errors become sentences with a place. */
import { basename, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { text } from '../verdict/language.ts'
import { PromiseBroken } from './failure.ts'
import { repositoryRoot, SubjectUnderTest, subjectPath } from './subject-under-test.ts'
import { layOutTask } from './test-tasks.ts'

beforeEach(() => void vi.stubEnv('MQ_SUBJECT', undefined))
afterEach(() => void vi.unstubAllEnvs())

/** What was thrown, as a breach. */
async function breachOf(work: () => unknown): Promise<PromiseBroken> {
  try {
    await work()
  } catch (error) {
    expect(error).toBeInstanceOf(PromiseBroken)
    return error as PromiseBroken
  }
  throw new Error('nothing was thrown')
}

/** A place with its path as the learner's file is called. */
const placesOf = ({ breach }: PromiseBroken) =>
  breach.places.map(({ file, line }) => ({ file: basename(file), line }))

describe('which folder is judged', () => {
  const task = 'exercises/3-mq/01-rabbitmq-setup'

  test('the learner’s, unless another subject is named', () => {
    for (const value of [undefined, '']) {
      vi.stubEnv('MQ_SUBJECT', value)
      const subject = new SubjectUnderTest(task)
      expect(subject.folder).toBe(join(repositoryRoot, task))
      expect(subject.shown('topology.ts')).toBe(`${task}/topology.ts`)
    }
  })

  test('another root has the task at its path without "exercises"', () => {
    vi.stubEnv('MQ_SUBJECT', 'solutions')
    const subject = new SubjectUnderTest(join(repositoryRoot, task))
    expect(subject.taskFolder).toBe(task)
    expect(subject.folder).toBe(join(repositoryRoot, 'solutions/3-mq/01-rabbitmq-setup'))
    expect(subject.shown('topology.ts')).toBe('solutions/3-mq/01-rabbitmq-setup/topology.ts')
  })

  test('an absolute root, and designs, which keep their name', () => {
    vi.stubEnv('MQ_SUBJECT', '/somewhere/else')
    expect(new SubjectUnderTest('designs/02-outbox').folder).toBe(
      join('/somewhere/else', 'designs/02-outbox'),
    )
    expect(subjectPath('designs/02-outbox')).toBe('designs/02-outbox')
    expect(subjectPath(task)).toBe('3-mq/01-rabbitmq-setup')
  })
})

describe('where on a stack the subject is', () => {
  const failed = (stack: string) => Object.assign(new Error('x'), { stack })

  test('in a real error, however deep in calls of others', async () => {
    const folder = layOutTask({
      'a.ts': 'export function go(call: () => void): void {\n  [1].forEach(() => call())\n}\n',
    })
    const subject = new SubjectUnderTest(folder)
    const { go } = (await import(pathToFileURL(join(folder, 'a.ts')).href)) as { go(call: () => void): void }

    const error = await new Promise<unknown>((resolve) => {
      try {
        go(() => JSON.parse('{'))
      } catch (thrown) {
        resolve(thrown)
      }
    })

    expect(subject.placeIn(error)).toEqual({ file: subject.shown('a.ts'), line: 2 })
    expect(subject.placeIn(new Error('not its own'))).toBeUndefined()
  })

  test('in a folder with spaces, signs and diacritics', async () => {
    const folder = layOutTask(
      { 'tài liệu/b c.ts': "\nexport const boom = () => { throw new Error('x') }\n" },
      'bài 100% (thử nghiệm) #1',
    )
    const subject = new SubjectUnderTest(folder)
    const { boom } = (await import(pathToFileURL(join(folder, 'tài liệu/b c.ts')).href)) as { boom(): void }

    const error = await breachOf(() => subject.guard({ boom }, ['boom'], 'tài liệu/b c.ts').boom())

    expect(placesOf(error)).toEqual([{ file: 'b c.ts', line: 2 }])
    const { cause } = error
    expect((cause as Error).stack).toContain('b%C3%A0i')
  })

  test('in frames of every shape', () => {
    const folder = layOutTask({}, 'my task')
    const subject = new SubjectUnderTest(folder)
    const url = pathToFileURL(join(folder, 'a.ts')).href
    const place = (frame: string) =>
      subject.placeIn(failed(`Error: x\n    at node:internal/process:1:2\n${frame}\n    at z (${url}:99:1)`))
        ?.line

    expect(place(`    at ${url}:3:4`)).toBe(3)
    expect(place(`    at go (${url}:5:4)`)).toBe(5)
    expect(place(`    at async Service.go [as stop] (${url}:6:4)`)).toBe(6)
    expect(place(`    at ${url}?vitest=17955:7:4`)).toBe(7)
    expect(place(`    at Object.go (${join(folder, 'a.ts')}:8:4)`)).toBe(8)
    expect(place(`    at eval (eval at go (${url}:9:4), <anonymous>:1:1)`)).toBe(99)
  })

  test('nowhere in strange or foreign frames, which break nothing', () => {
    const subject = new SubjectUnderTest(layOutTask({}))
    for (const frame of [
      '    at go (C:\\work\\exercises\\3-mq\\a.ts:3:4)',
      '    at go (file:///C:/work/a.ts:3:4)',
      '    at go (file://server/share/a.ts:3:4)',
      '    at go (/tmp/100%/a.ts:3:4)',
      '    at go (file:///tmp/%ZZ/a.ts:3:4)',
      '    at a.ts:3:4',
      '    at ../a.ts:3:4',
      '    at <anonymous>',
    ]) {
      expect(subject.placeIn(failed(`Error: x\n${frame}`)), frame).toBeUndefined()
    }
    for (const thrown of [
      undefined,
      null,
      'text',
      42,
      { stack: 'at /a.ts:1:1' },
      Object.assign(new Error(), { stack: 7 }),
    ]) {
      expect(subject.placeIn(thrown)).toBeUndefined()
    }
  })

  test('not in our own files, although they lie in the learner’s folder', () => {
    const folder = layOutTask({})
    const subject = new SubjectUnderTest(folder)
    const frames = (...files: string[]) =>
      failed(
        `Error: x\n${files.map((file) => `    at f (${pathToFileURL(join(folder, file)).href}:3:4)`).join('\n')}`,
      )

    expect(
      subject.placeIn(
        frames('run.ts', 'promises.ts', 'notes.rules.ts', 'mq-07.check.test.ts', 'claims.test.ts'),
      ),
    ).toBeUndefined()
    expect(subject.placeIn(frames('run.ts', 'producer.ts'))).toMatchObject({
      file: subject.shown('producer.ts'),
    })
    expect(subject.placeIn(frames('../other/producer.ts'))).toBeUndefined()
    expect(subject.placeIn(frames('..producer.ts'))).toBeDefined()
  })
})

describe('find', () => {
  const source = [
    "import { assertQueue } from 'amqplib'",
    '// assertQueue( comes later',
    '/** assertQueue( in a block',
    ' * assertQueue( too */',
    'const url = "amqp://guest@host/x"   // then assertQueue(',
    '// TODO: declare it',
    'await channel.assertQueue(name)',
    'await channel.assertQueue(other)',
  ].join('\n')

  test('points at the first use outside imports and comments', () => {
    const subject = new SubjectUnderTest(layOutTask({ 'topology.ts': source }))
    expect(subject.find({ file: 'topology.ts', near: ['assertQueue('] })).toEqual({
      file: subject.shown('topology.ts'),
      line: 7,
    })
    expect(subject.find({ file: 'topology.ts', near: ['amqp://guest'] }).line).toBe(5)
  })

  test('tries one text after another, then the first TODO, then the file alone', () => {
    const subject = new SubjectUnderTest(layOutTask({ 'topology.ts': source, 'empty.ts': 'export {}\n' }))
    expect(subject.find({ file: 'topology.ts', near: ['bindQueue(', 'other'] }).line).toBe(8)
    expect(subject.find({ file: 'topology.ts', near: ['bindQueue('] }).line).toBe(6)
    expect(subject.find({ file: 'topology.ts' }).line).toBe(6)
    expect(subject.find({ file: 'empty.ts', near: ['bindQueue('] })).toEqual({
      file: subject.shown('empty.ts'),
    })
    expect(subject.find({ file: 'missing.ts', near: ['x'] })).toEqual({ file: subject.shown('missing.ts') })
  })
})

describe('load', () => {
  const load = (files: Record<string, string>, exports: string[] = ['go']) =>
    new SubjectUnderTest(layOutTask(files)).load<Record<string, (...args: unknown[]) => unknown>>(
      'a.ts',
      exports,
    )

  test('hands out the exports, which answer as they are', async () => {
    const { go, soon } = await load(
      {
        'a.ts':
          'export const go = (n: number): number => n + 1\nexport const soon = async (): Promise<string> => "x"\n',
      },
      ['go', 'soon'],
    )
    expect(go?.(1)).toBe(2)
    await expect(soon?.()).resolves.toBe('x')
  })

  test('a missing file', async () => {
    const error = await breachOf(() => load({}))
    expect(error.breach.said.en).toMatch(/07-task\/a\.ts is missing$/)
    expect(error.breach.said.vi).toMatch(/^thiếu file .*07-task\/a\.ts$/)
    expect(placesOf(error)).toEqual([{ file: 'a.ts', line: undefined }])
  })

  test.each([
    ['a syntax error', 'export const a = 1\n\nexport const = 3\n', 3, 'Unexpected token'],
    ['what Node does not run', 'export const a = 1\n\nenum Mode { On }\n', 3, 'enum is not supported'],
    [
      'an export that is not there',
      "export const a = 1\nimport { nope } from './b.ts'\n",
      2,
      "does not provide an export named 'nope'",
    ],
    ['a throw while it is loaded', "export const a = 1\nthrow new Error('at once')\n", 2, 'at once'],
    ['a module that is not there', "import './nowhere.ts'\n", undefined, 'nowhere.ts'],
    ['a name that is taken', 'const x = 1\nconst x = 2\n', undefined, 'has already been declared'],
  ])('%s, with its line where Node says so', async (_, source, line, message) => {
    const error = await breachOf(() => load({ 'a.ts': source, 'b.ts': 'export const yes = 1\n' }))
    expect(error.breach.said.en).toMatch(/^a\.ts could not be loaded: /)
    expect(error.breach.said.vi).toMatch(/^không nạp được a\.ts: /)
    expect(error.breach.said.en).toContain(message)
    expect(placesOf(error)).toEqual([{ file: 'a.ts', line }])
  })

  test('an error in another file of the subject is found there', async () => {
    const error = await breachOf(() =>
      load({ 'a.ts': "import './b.ts'\n", 'b.ts': '\n\n\nexport const = 1\n' }),
    )
    expect(placesOf(error)).toEqual([{ file: 'b.ts', line: 4 }])
  })

  test('missing exports', async () => {
    const error = await breachOf(() => load({ 'a.ts': 'export const go = 1\n' }, ['go', 'stop']))
    expect(error.breach.said).toEqual(
      text('a.ts does not export go(), stop()', 'a.ts chưa export go(), stop()'),
    )
  })
})

describe('what a call throws', () => {
  const subjectOf = (source: string) => new SubjectUnderTest(layOutTask({ 'a.ts': source }))

  test('a TODO says what is left to do, at its line', async () => {
    const subject = subjectOf(
      "// TODO mq-07.1: all of it\nexport async function go() {\n  throw new Error('TODO: open the connection')\n}\n",
    )
    const { go } = await subject.load<{ go(): Promise<void> }>('a.ts', ['go'])

    const error = await breachOf(() => go())

    expect(error.breach.said).toEqual(
      text(
        'go() in a.ts is still a TODO: open the connection',
        'go() trong a.ts vẫn còn là TODO: open the connection',
      ),
    )
    expect(placesOf(error)).toEqual([{ file: 'a.ts', line: 3 }])
  })

  test('a TODO without words', async () => {
    const { go } = await subjectOf("export const go = () => { throw new Error('TODO') }\n").load<{
      go(): void
    }>('a.ts', ['go'])
    expect((await breachOf(() => go())).breach.said.en).toBe('go() in a.ts is still a TODO')
  })

  test.each([
    ['throws', "export function go() {\n  throw new TypeError('bad\\n  luck')\n}\n", 'bad luck', 2],
    [
      'rejects',
      "export async function go() {\n  await null\n  throw new TypeError('bad luck')\n}\n",
      'bad luck',
      3,
    ],
    [
      'rejects by a promise that is not Node’s own',
      "export const go = () => ({ then(_, no) { no(new Error('bad luck')) } })\n",
      'bad luck',
      1,
    ],
    [
      'throws no error',
      '// TODO: it\nexport async function go() {\n  throw { code: 5 }\n}\n',
      '{ code: 5 }',
      1,
    ],
    [
      'throws nothing that reads',
      'export const go = () => { throw Object.create(null) }\n',
      '[Object: null prototype] {}',
      undefined,
    ],
    [
      'throws an error without words',
      'export const go = () => { throw new RangeError() }\n',
      'RangeError',
      1,
    ],
    [
      'throws many at once',
      "export const go = () => { throw new AggregateError([new Error('refused'), new Error('b')]) }\n",
      'refused',
      1,
    ],
  ])('a call that %s', async (_, source, message, line) => {
    const { go } = await subjectOf(source).load<{ go(): unknown }>('a.ts', ['go'])

    const error = await breachOf(() => go())

    expect(error.breach.said).toEqual(
      text(`go() in a.ts threw: ${message}`, `go() trong a.ts ném lỗi: ${message}`),
    )
    expect(error.cause).toBeDefined()
    expect(placesOf(error)).toEqual([{ file: 'a.ts', line }])
  })

  test('an error that has been judged already stays as it is', () => {
    const subject = subjectOf('')
    const broken = new PromiseBroken({ said: text('x', 'x') })
    expect(subject.brokenBy(broken, { file: 'a.ts', doing: text('go()', 'go()') })).toBe(broken)
    expect(subject.unloadable(broken, 'a.ts')).toBe(broken)
  })

  test('an error without a place takes the one that is given, then the first TODO', () => {
    const subject = subjectOf('\n// TODO: it\n')
    const error = Object.assign(new Error('x'), { stack: '' })
    const place = { file: 'elsewhere.ts', line: 9 }
    const doing = text('go()', 'go()')
    expect(subject.brokenBy(error, { file: 'a.ts', doing, place }).breach.places).toEqual([place])
    expect(placesOf(subject.brokenBy(error, { file: 'a.ts', doing }))).toEqual([{ file: 'a.ts', line: 2 }])
  })
})

describe('guard', () => {
  const subject = () => new SubjectUnderTest(layOutTask({ 'a.ts': '' }))

  test('keeps a method’s object, and makes what it throws the subject’s', async () => {
    class Counter {
      private count = 0
      async add(): Promise<number> {
        this.count += 1
        if (this.count > 1) throw new Error('too many')
        return this.count
      }
    }
    const counter = subject().guard(new Counter(), ['add'], 'a.ts')

    await expect(counter.add()).resolves.toBe(1)
    expect((await breachOf(() => counter.add())).breach.said.en).toBe('add() in a.ts threw: too many')
  })

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['string', 'connected'],
    ['function', () => 'a long story'],
  ])('refuses %s in the place of an object', async (name, given) => {
    const error = await breachOf(() => subject().guard(given as never, ['stop', 'send'] as never, 'a.ts'))
    expect(error.breach.said).toEqual(
      text(
        `a.ts answers ${name} instead of an object with stop(), send()`,
        `a.ts trả về ${name} thay vì một object có stop(), send()`,
      ),
    )
  })

  test('refuses an object without the method', async () => {
    const error = await breachOf(() => subject().guard({ stop: 1 } as never, ['stop'] as never, 'a.ts'))
    expect(error.breach.said).toEqual(
      text('what a.ts answers has no stop()', 'object mà a.ts trả về chưa có stop()'),
    )
  })
})

test('paths are told relative to the repository, with slashes', () => {
  const folder = layOutTask({})
  const subject = new SubjectUnderTest(folder)
  expect(subject.shown('deep/a.ts')).toBe(`${relative(repositoryRoot, folder)}/deep/a.ts`)
  expect(subject.path('deep/a.ts')).toBe(join(folder, 'deep', 'a.ts'))
})
