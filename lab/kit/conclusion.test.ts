/** Whatever a scenario throws becomes the right one of three ends: the subject's errors fail, everything else can't tell. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ActorFailed } from '../actors/failures.ts'
import { text } from '../verdict/language.ts'
import { conclude, preferStray, throwStray } from './conclusion.ts'
import { CannotTell, labDefect, messageOf, PromiseBroken } from './failure.ts'
import type { Lab } from './lab.ts'
import { SubjectUnderTest } from './subject-under-test.ts'
import { layOutTask } from './test-tasks.ts'

/** As much of a lab as a conclusion looks at. */
function labOf(...strayErrors: unknown[]): Lab {
  return { subject: new SubjectUnderTest(layOutTask({})), strayErrors } as unknown as Lab
}

function thrownIn(lab: Lab, ...files: string[]): Error {
  const frames = files.map((file) => `    at f (${pathToFileURL(join(lab.subject.folder, file)).href}:3:4)`)
  return Object.assign(new Error('boom'), { stack: ['Error: boom', ...frames].join('\n') })
}

describe('conclude', () => {
  test('a broken promise has failed, with its breach', () => {
    const broken = new PromiseBroken({ said: text('lost', 'mất'), messages: ['a3f'] })

    expect(conclude(broken, labOf())).toEqual({ outcome: 'failed', breach: broken.breach })
    expect(broken.breach).toEqual({ said: text('lost', 'mất'), places: [], trace: [], messages: ['a3f'] })
  })

  test('what the run cannot tell stays open, with the engines that can', () => {
    const error = new CannotTell(text('no kill', 'không kill được'), { enginesThatCan: ['embedded'] })

    expect(conclude(error)).toEqual({
      outcome: 'inconclusive',
      cause: text('no kill', 'không kill được'),
      enginesThatCan: ['embedded'],
    })
  })

  test('an error that passed through the subject has failed, with its place', () => {
    const lab = labOf()

    expect(conclude(thrownIn(lab, 'producer.ts', 'run.ts'), lab)).toEqual({
      outcome: 'failed',
      breach: {
        said: text('your code threw: boom', 'code của bạn ném lỗi: boom'),
        places: [{ file: lab.subject.shown('producer.ts'), line: 3 }],
        trace: [],
        messages: [],
      },
    })
  })

  test('a process that does not stop when it is asked to has failed, and not the check', () => {
    const error = new ActorFailed({
      message: 'consumer: late',
      stage: 'stop',
      error: new Error('stop() of consumer had not resolved after 12000 ms; its process was killed'),
    })

    expect(conclude(error, labOf())).toMatchObject({
      outcome: 'failed',
      breach: { said: { en: expect.stringContaining('had not resolved after 12000 ms') } },
    })
  })

  test('an error of the scenario’s own is a defect of the check, although it lies beside the subject', () => {
    const lab = labOf()

    expect(conclude(thrownIn(lab, 'run.ts', 'mq-07.check.test.ts'), lab)).toEqual({
      outcome: 'inconclusive',
      cause: text('the check itself failed: boom', 'chính bài kiểm tra bị lỗi: boom'),
      enginesThatCan: [],
    })
  })

  test.each([[undefined], [null], ['boom'], [{ code: 5 }], [Object.create(null)], [Symbol('x')]])(
    '%o is a defect too',
    (thrown) => {
      expect(conclude(thrown, labOf())).toMatchObject({ outcome: 'inconclusive' })
      expect(conclude(thrown)).toMatchObject({ outcome: 'inconclusive' })
    },
  )
})

describe('an error that nothing awaited', () => {
  test('explains a missing fact better than the fact that is missing', () => {
    const lab = labOf(new Error('lost on the way'), new Error('a later one'))

    const preferred = preferStray(lab, new PromiseBroken({ said: text('nothing was sent', 'chưa gửi gì') }))

    expect(conclude(preferred, lab)).toEqual({
      outcome: 'failed',
      breach: {
        said: text(
          'an error got away that nothing in your code waits for; it would end the process: lost on the way',
          'có một lỗi không được await, cũng không ai bắt, đủ để làm process chết: lost on the way',
        ),
        places: [],
        trace: [],
        messages: [],
      },
    })
  })

  test('has its place', () => {
    const lab = labOf()
    lab.strayErrors.push(thrownIn(lab, 'producer.ts'))

    expect(() => throwStray(lab)).toThrow(PromiseBroken)
    expect(conclude(preferStray(lab, new Error('x')), lab)).toMatchObject({
      outcome: 'failed',
      breach: { places: [{ file: lab.subject.shown('producer.ts'), line: 3 }] },
    })
  })

  test('judges nothing that the run could not tell anyway', () => {
    const cannot = new CannotTell(text('no broker', 'không có broker'))

    expect(preferStray(labOf(new Error('x')), cannot)).toBe(cannot)
  })

  test('changes nothing when there is none', () => {
    const error = new Error('x')

    expect(preferStray(labOf(), error)).toBe(error)
    expect(() => throwStray(labOf())).not.toThrow()
  })
})

test('a message is one line, whatever was thrown', () => {
  expect(messageOf(new Error(' two\n\t lines '))).toBe('two lines')
  expect(messageOf(new AggregateError([new Error('connect ECONNREFUSED 127.0.0.1:1')]))).toBe(
    'connect ECONNREFUSED 127.0.0.1:1',
  )
  expect(messageOf(new AggregateError([]))).toBe('AggregateError')
  expect(messageOf({ reply: { code: 404 } })).toBe('{ reply: { code: 404 } }')
  expect(messageOf(undefined)).toBe('undefined')
})

test('a defect keeps its cause', () => {
  const cause = new Error('x')
  expect(labDefect(cause).cause).toBe(cause)
})
