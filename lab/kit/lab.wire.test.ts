/** The lab, over the embedded broker: names, waiting, promises, killed brokers and started subjects. */
import { basename } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { text } from '../verdict/language.ts'
import { stopEngines } from './engine.ts'
import { CannotTell, PromiseBroken } from './failure.ts'
import type { Lab } from './lab.ts'
import { broken, held, type Promised, witness } from './promise.ts'
import { openTestLab, watcher } from './test-labs.ts'

afterAll(() => stopEngines())

const never = new Promise<never>(() => {})
const missing = text('nothing was sent', 'chưa gửi gì')

/** What was thrown. */
async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('nothing was thrown')
    },
    (error: unknown) => error,
  )
}

const lines = (error: unknown) =>
  error instanceof PromiseBroken
    ? error.breach.places.map(({ file, line }) => `${basename(file)}:${line}`)
    : [String(error)]

describe('names and numbers', () => {
  test('no two labs share a name, and a reader sees none of that', async () => {
    const [one, two] = [await openTestLab(), await openTestLab()]

    expect(one.name('payments')).not.toBe(two.name('payments'))
    expect((await one.world()).name('payments')).toBe(one.name('payments'))
    expect(one.shown(`no queue '${one.name('payments.work')}' in ${one.name('x')}`)).toBe(
      "no queue 'payments.work' in x",
    )
    expect(one.shown(two.name('payments'))).toBe(two.name('payments'))
    expect(one.server).toBe('RabbitMQ 4.2.0')
  })

  test('two labs of one seed draw the same numbers, two subjects of one lab do not', async () => {
    const [one, two] = [await openTestLab(), await openTestLab()]

    const drawn = async (lab: Lab) => [
      (await lab.world()).random.next(),
      (await lab.world('consumer')).random.next(),
      lab.random.next(),
    ]

    const [first, second, own] = await drawn(one)
    expect(await drawn(two)).toEqual([first, second, own])
    expect(first).not.toBe(second)
  })
})

describe('until', () => {
  test('answers the fact as soon as it is there', async () => {
    const lab = await openTestLab()
    let looks = 0
    expect(await lab.until(missing, () => (++looks < 3 ? undefined : { looks }))).toEqual({ looks: 3 })
    expect(await lab.until(missing, async () => 0)).toBe(0)
  })

  test.each([
    ['is never there', () => false],
    ['is asked for and never answers', () => never],
  ])('a fact that %s breaks the promise, at its place', async (_, fact) => {
    const lab = await openTestLab({ 'a.ts': '\nsend()\n' })
    const error = await thrownBy(
      lab.until(missing, fact as () => boolean, { withinMs: 30, at: { file: 'a.ts', near: ['send('] } }),
    )
    expect(error).toMatchObject({ breach: { said: missing } })
    expect(lines(error)).toEqual(['a.ts:2'])
  })

  test('a fact of the lab’s own cannot be told', async () => {
    const lab = await openTestLab()
    expect(await thrownBy(lab.until(missing, () => null, { withinMs: 20, whose: 'lab' }))).toMatchObject({
      name: 'CannotTell',
      said: missing,
    })
  })

  test('settles() says whether it came, and soon', async () => {
    const lab = await openTestLab()
    let isThere = false
    setImmediate(() => {
      isThere = true
    })
    expect(await lab.settles(() => isThere)).toBe(true)
    expect(await lab.settles(() => false)).toBe(false)
  })
})

describe('calls into the subject', () => {
  const source = `
export const answers = async (): Promise<string> => 'ok'
export const refuses = async (): Promise<void> => { throw new Error('full') }
export const todo = async (): Promise<void> => { throw new Error('TODO: send it') }
export const forgets = (): void => {}
export const hangs = (): Promise<void> => new Promise(() => {})
`
  const names = ['answers', 'refuses', 'todo', 'forgets', 'hangs'] as const
  type Calls = Record<(typeof names)[number], () => Promise<unknown>>
  const opened = async () => {
    const lab = await openTestLab({ 'a.ts': source })
    return { lab, calls: await lab.subject.load<Calls>('a.ts', names) }
  }

  test('end in one of three ways', async () => {
    const { lab, calls } = await opened()
    expect(await lab.outcomeOf(calls.answers())).toEqual({ state: 'resolved', value: 'ok' })
    expect(await lab.outcomeOf(calls.refuses())).toMatchObject({ state: 'rejected', message: 'full' })
    expect(await lab.outcomeOf(calls.hangs(), 20)).toEqual({ state: 'pending' })
    // A method that forgets its promise is a wrong answer at most, never a defect of the check.
    expect(await lab.outcomeOf(calls.forgets())).toEqual({ state: 'resolved', value: undefined })
  })

  test('a TODO is no outcome, and what is no error of the subject’s is passed on', async () => {
    const { lab, calls } = await opened()
    expect(lines(await thrownBy(lab.outcomeOf(calls.todo())))).toEqual(['a.ts:4'])
    const own = new TypeError('of the lab')
    expect(await thrownBy(lab.outcomeOf(Promise.reject(own)))).toBe(own)
  })

  test('that must succeed are waited for, but not for ever', async () => {
    const { lab, calls } = await opened()
    const what = text('hangs()', 'hangs()')
    expect(await lab.finished(calls.answers(), what)).toBe('ok')
    expect(await thrownBy(lab.finished(calls.refuses(), what))).toMatchObject({
      breach: { said: { en: 'refuses() in a.ts threw: full' } },
    })
    const error = await thrownBy(lab.finished(calls.hangs(), what, { file: 'a.ts', near: ['hangs'] }, 20))
    // 0.02 s on a computer that does nothing else.
    const seconds = Number((lab.allowed(20) / 1000).toPrecision(2))
    expect(error).toMatchObject({
      breach: {
        said: text(`hangs() did not finish within ${seconds} s`, `hangs() không xong trong ${seconds} giây`),
      },
    })
    expect(lines(error)).toEqual(['a.ts:6'])
  })
})

describe('hold', () => {
  const promised = (judge: Promised<void>['judge']): Promised<void> => ({
    item: 'mq-07.1',
    text: text('kept', 'giữ'),
    judge,
  })

  test('a promise that held leaves its figures', async () => {
    const { run, events } = watcher()
    const lab = await openTestLab({}, run)
    const figures = [witness('kills', 1), witness('messages', 3)]

    lab.hold(
      promised(() => held(...figures)),
      undefined,
    )

    expect(lab.figures).toEqual(figures)
    expect(
      events.filter(({ kind }) => kind === 'promise' || kind === 'figure').map(({ kind }) => kind),
    ).toEqual(['promise', 'figure', 'figure'])
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'promise', item: 'mq-07.1', state: 'held' }),
    )
  })

  test.each([
    ['no witness', [], 'no witness', 'không có bằng chứng nào'],
    ['a zero among others', [witness('kills', 1), witness('messages', 0)], 'messages: 0', 'messages: 0'],
    ['no number', [witness('messages', Number.NaN)], 'messages: NaN', 'messages: NaN'],
  ])(
    'a pass with %s is a defect of the check, and nobody is told that it held',
    async (_, figures, en, vi) => {
      const { run, events } = watcher()
      const lab = await openTestLab({}, run)

      expect(() =>
        lab.hold(
          promised(() => held(...figures)),
          undefined,
        ),
      ).toThrow(CannotTell)

      const error = await thrownBy(
        (async () =>
          lab.hold(
            promised(() => held(...figures)),
            undefined,
          ))(),
      )
      expect(error).toMatchObject({
        said: text(
          `a defect of the check: it saw nothing that it could judge by (${en})`,
          `lỗi của chính bài kiểm tra: nó không thấy gì để dựa vào mà đánh giá (${vi})`,
        ),
      })
      expect(lab.figures).toEqual([])
      expect(events.some(({ kind }) => kind === 'promise')).toBe(false)
    },
  )

  test('a promise that broke is thrown with its places, and told', async () => {
    const { run, events } = watcher()
    const lab = await openTestLab({ 'a.ts': 'x\nsend()\n' }, run)

    const error = await thrownBy(
      (async () =>
        lab.hold(
          promised(() => broken(missing, { at: [{ file: 'a.ts', near: ['send('] }], messages: ['a3f'] })),
          undefined,
        ))(),
    )

    expect(lines(error)).toEqual(['a.ts:2'])
    expect(error).toMatchObject({ breach: { said: missing, messages: ['a3f'] } })
    expect(events).toContainEqual(expect.objectContaining({ kind: 'promise', state: 'broken' }))
  })
})

describe('the broker', () => {
  test('keeps what is durable over a kill, and loses the rest', async () => {
    const { run, events } = watcher()
    const lab = await openTestLab({}, run)
    const queue = lab.name('work')
    const channel = await lab.observer.channel()
    await channel.assertQueue(queue, { durable: true })
    for (const messageId of ['one', 'two'])
      await lab.observer.publish({ exchange: '', routingKey: queue, body: messageId, messageId })
    await lab.observer.publish({ exchange: '', routingKey: queue, body: 'gone', persistent: false })

    await lab.killBroker()
    await lab.restartBroker()

    expect((await lab.observer.takeAll(queue)).map(({ messageId }) => messageId)).toEqual(['one', 'two'])
    expect(events.flatMap((event) => (event.kind === 'broker' ? [event.state] : [])).slice(-2)).toEqual([
      'killed',
      'ready',
    ])
    expect((await lab.inspect()).connections).toEqual([])
  })

  test('a kill and a restart at the same moment come one after the other', async () => {
    const lab = await openTestLab()

    await Promise.all([lab.killBroker(), lab.restartBroker(), lab.killBroker(), lab.restartBroker()])

    expect((await lab.inspect()).queues).toEqual([])
  })

  test('a check that needs what the engine cannot do is not judged', async () => {
    const lab = await openTestLab()
    lab.needs('kill', 'inspect')
    expect(() => lab.needs('kill', 'tls', 'nodes')).toThrow('this check needs an engine that can: tls, nodes')
  })
})

describe('faults', () => {
  const place = (lab: Lab, action: () => Promise<void>) =>
    lab.place({
      name: 'at the open',
      text: text('at the open', 'lúc mở'),
      when: { direction: 'to-broker', method: 'connection.open' },
      what: { kind: 'do', action },
    })

  test('one that fired has done what it does', async () => {
    const { run, events } = watcher()
    const lab = await openTestLab({}, run)
    let isDone = false
    const placed = await place(lab, async () => {
      await new Promise((resolve) => setImmediate(resolve))
      isDone = true
    })
    const connecting = lab.client().catch(() => undefined)

    await lab.fired(placed, missing)

    expect(isDone).toBe(true)
    expect(events.flatMap((event) => (event.kind === 'fault' ? [event.state] : []))).toEqual([
      'placed',
      'fired',
    ])
    ;(await lab.proxy()).cut()
    await connecting
  })

  test.each([
    ['failed', new Error('no hands'), 'the check itself failed: no hands'],
    ['cannot be done here', new CannotTell(text('no kill', 'không kill được')), 'no kill'],
  ])('one whose action %s cannot be told', async (_, failure, message) => {
    const { run, events } = watcher()
    const lab = await openTestLab({}, run)
    const placed = await place(lab, () => Promise.reject(failure))
    const connecting = lab.client().catch(() => undefined)

    expect(await thrownBy(lab.fired(placed, missing))).toMatchObject({ name: 'CannotTell', message })

    expect(events).toContainEqual(expect.objectContaining({ kind: 'fault', state: 'impossible' }))
    ;(await lab.proxy()).cut()
    await connecting
  })
})

describe('a subject in a process of its own', () => {
  const start = (source: string) =>
    openTestLab({ 'consumer.ts': source }).then((lab) => lab.start('consumer.ts', 'consumer'))

  test('is started with a world, called and killed', async () => {
    const { run, events } = watcher()
    const source =
      'export const start = async (world) => ({ stop: async () => {}, greet: async (name) => world.name(name) })\n'
    const lab = await openTestLab({ 'consumer.ts': source }, run)

    const actor = await lab.start('consumer.ts', 'consumer')
    expect(await actor.call('greet', 'x')).toBe(lab.name('x'))
    await lab.killSubject(actor)

    expect(actor.state).toBe('killed')
    expect(
      events.flatMap((event) => (event.kind === 'subject' ? [[event.name, event.lane, event.state]] : [])),
    ).toEqual([
      ['consumer', 'consumer', 'started'],
      ['consumer', 'consumer', 'killed'],
    ])
  })

  test.each([
    [
      'is still a TODO',
      "export async function start() {\n  throw new Error('TODO: consume')\n}\n",
      'start() in consumer.ts is still a TODO: consume',
      'consumer.ts:2',
    ],
    [
      'throws',
      "export async function start() {\n  throw new Error('boom')\n}\n",
      'start() in consumer.ts threw: boom',
      'consumer.ts:2',
    ],
    [
      'cannot be loaded',
      'export const a = 1\nexport const = 2\n',
      'consumer.ts could not be loaded: Unexpected token',
      'consumer.ts:2',
    ],
    [
      'is declared twice',
      'const a = 1\nconst a = 2\n',
      "consumer.ts could not be loaded: Identifier 'a' has already been declared",
      'consumer.ts:2',
    ],
    [
      'exports nothing to start',
      'export const go = 1\n',
      'consumer.ts does not export start()',
      'consumer.ts:undefined',
    ],
    [
      'leaves at once',
      'export const start = async () => process.exit(7)\n',
      'start() in consumer.ts threw: the subject called process.exit(7)',
      'consumer.ts:1',
    ],
  ])('one that %s has failed, with its place', async (_, source, said, at) => {
    const error = await thrownBy(start(source))

    expect(error).toMatchObject({ name: 'PromiseBroken' })
    expect((error as PromiseBroken).breach.said.en).toContain(said)
    expect(lines(error)).toEqual([at])
  })
})
