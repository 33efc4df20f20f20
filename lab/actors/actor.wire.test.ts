/** Subjects in processes of their own: started, called, frozen, stopped, killed. */
import { existsSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { Actor, ActorOptions } from './actor.ts'
import { prepareSpareActors, startActor } from './actor.ts'
import { ActorFailed, ActorGone } from './failures.ts'
import { exists, testSubjects } from './test-subjects.ts'

const subjects = testSubjects()
const started: Actor[] = []
afterEach(() => Promise.all(started.splice(0).map((actor) => actor.kill())))
afterAll(() => subjects[Symbol.dispose]())

async function start(text: string, changes: Partial<ActorOptions> = {}): Promise<Actor> {
  const actor = await startActor(subjects.write(text, changes))
  started.push(actor)
  return actor
}

async function failing(text: string, changes: Partial<ActorOptions> = {}): Promise<ActorFailed> {
  const failure = await startActor(subjects.write(text, changes)).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(ActorFailed)
  return failure as ActorFailed
}

const idle = 'stop: async () => {}'

describe('a running actor', () => {
  it('answers calls with values of every kind that structured clone knows', async () => {
    const actor = await start(`
      export async function start(world: { name(name: string): string }) {
        return { ${idle}, echo: (...args: unknown[]) => args, queue: async () => world.name('orders') }
      }`)

    const values = [
      1n,
      Buffer.from('body'),
      new Map([['a', new Date(5)]]),
      undefined,
      { nested: [new Set([1])] },
    ]

    expect(await actor.call('echo', ...values)).toEqual(values)
    expect(Buffer.isBuffer(((await actor.call('echo', Buffer.from('x'))) as unknown[])[0])).toBe(true)
    expect(await actor.call('queue')).toBe('orders-run')
  })

  it('passes the errors of the subject on, whole', async () => {
    const actor = await start(`
      class CardDeclined extends Error { override name = 'CardDeclined'; code = 'declined'; paymentId = 'p1' }
      export const start = async () => ({ ${idle}, capture() { throw new CardDeclined('no funds') } })`)

    const error = (await actor.call('capture').catch((thrown) => thrown)) as Error

    expect(error).toMatchObject({
      name: 'CardDeclined',
      message: 'no funds',
      code: 'declined',
      paymentId: 'p1',
    })
    expect(error.stack).toMatch(/at Object\.capture .*subject-\d+\.ts:3/)
    expect(actor.state).toBe('running')
  })

  it('says which methods there are when the called one is missing, and refuses what cannot be cloned', async () => {
    const actor = await start(`
      class Service { async stop() {} publish() { return () => 1 } }
      export const start = async () => new Service()`)

    await expect(actor.call('send')).rejects.toThrow('no method send(); it has stop, publish')
    await expect(actor.call('publish')).rejects.toThrow(/could not be cloned/)
    await expect(actor.call('publish', () => 1)).rejects.toThrow(/could not be cloned/)
    expect(actor.state).toBe('running')
  })

  it('keeps what it prints, standard error and world.log alike', async () => {
    const actor = await start(`
      export const start = async (world: { log(line: string): void }) => ({ ${idle}, tell() { world.log('later'); console.error('two\\nlines') } })`)
    const heard: string[] = []
    actor.onLog((line) => heard.push(line))

    await actor.call('tell')
    await actor.stop()

    expect(heard.toSorted()).toEqual(['later', 'lines', 'two'])
    expect(actor.log).toEqual(heard)
  })

  it('opens a database that outlives it', async () => {
    const text = `
      export const start = async (world: any) => {
        const database = world.openDatabase('ledger')
        database.exec('create table if not exists entry (id integer primary key)')
        return { ${idle}, add: () => database.exec('insert into entry default values'),
          count: () => database.prepare('select count(*) as n from entry').get().n }
      }`
    const first = await start(text)
    await first.call('add')
    await first.kill()

    const second = await start(text)

    expect(await second.call('count')).toBe(1)
  })

  it('stops when asked to, once, and ends its process', async () => {
    const actor = await start(`
      let stops = 0
      export const start = async () => ({ stop: async () => { stops += 1; console.log('stops', stops) } })`)

    await Promise.all([actor.stop(), actor.stop()])
    await actor.stop()

    expect(await actor.ended).toEqual({ code: 0, signal: null })
    expect(actor.log).toEqual(['stops 1'])
    expect(actor.state).toBe('exited')
    expect(exists(actor.pid)).toBe(false)
    await expect(actor.call('stop')).rejects.toBeInstanceOf(ActorGone)
  })

  it('is killed when its stop() does not resolve, and says so', async () => {
    const actor = await start('export const start = async () => ({ stop: () => new Promise(() => {}) })', {
      stopTimeoutMs: 100,
    })

    await expect(actor.stop()).rejects.toMatchObject({
      stage: 'stop',
      message: expect.stringContaining('was killed'),
    })
    expect(actor.state).toBe('killed')
  })

  it('passes on why its stop() rejected', async () => {
    const actor = await start(
      `export const start = async () => ({ stop: async () => { throw new Error('no') } })`,
    )

    await expect(actor.stop()).rejects.toMatchObject({
      stage: 'stop',
      error: { message: 'no' },
      place: { line: 1 },
    })
    expect(actor.state).toBe('exited')
  })
})

describe('a killed actor', () => {
  it('is gone, and so are its answers', async () => {
    const actor = await start(
      `export const start = async () => ({ ${idle}, never: () => new Promise(() => {}) })`,
    )
    const answer = actor.call('never')
    const outcome = expect(answer).rejects.toMatchObject({ name: 'ActorGone', method: 'never' })

    await actor.kill()

    await outcome
    expect(exists(actor.pid)).toBe(false)
    expect(actor.state).toBe('killed')
    expect(await actor.ended).toEqual({ code: null, signal: 'SIGKILL' })
    await actor.kill()
    await actor.stop()
  })

  it('is gone even out of an endless loop', async () => {
    const actor = await start(`export const start = async () => ({ ${idle}, spin: () => { for (;;); } })`)
    const outcome = expect(actor.call('spin')).rejects.toBeInstanceOf(ActorGone)

    await actor.kill()

    await outcome
    expect(exists(actor.pid)).toBe(false)
  })

  it.skipIf(process.platform === 'win32')('can have been frozen, and answers again when thawed', async () => {
    const actor = await start(`export const start = async () => ({ ${idle}, ping: () => 'pong' })`)

    actor.freeze()
    let isAnswered = false
    const answer = actor.call('ping').finally(() => {
      isAnswered = true
    })
    // Nothing must happen, and nothing can be awaited: a wrong one would answer well within this time.
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(isAnswered).toBe(false)
    actor.thaw()
    expect(await answer).toBe('pong')

    actor.freeze()
    await actor.kill()
    expect(exists(actor.pid)).toBe(false)
  })
})

describe('a subject that ends by itself', () => {
  it('reports an unhandled rejection with its stack and exit code 70', async () => {
    const actor = await start(`
      export const start = async () => ({ ${idle}, later: () => { void (async () => { throw new RangeError('lost') })() } })`)
    await actor.call('later').catch(() => undefined)

    const end = await actor.ended

    expect(end).toMatchObject({ code: 70, signal: null, error: { name: 'RangeError', message: 'lost' } })
    expect(end.error?.stack).toMatch(/subject-\d+\.ts:2/)
    expect(actor.log.join('\n')).toContain('RangeError: lost')
  })

  it('reports an exception out of a timer', async () => {
    const actor = await start(`
      export const start = async () => ({ ${idle}, later: () => void setTimeout(() => { throw new Error('timer') }, 1) })`)
    await actor.call('later')

    expect(await actor.ended).toMatchObject({ code: 70, error: { message: 'timer' } })
  })

  it('reports process.exit as what it is', async () => {
    const actor = await start(`
      export const start = async () => ({ ${idle}, leave: () => process.exit(3) })`)
    const outcome = expect(actor.call('leave')).rejects.toMatchObject({
      message: expect.stringContaining('exit code 3'),
    })

    const end = await actor.ended

    await outcome
    expect(end).toMatchObject({ code: 3, error: { message: 'the subject called process.exit(3)' } })
    expect(end.error?.stack).toMatch(/subject-\d+\.ts:2/)
  })
})

describe('a subject that does not start', () => {
  it.each([
    ['an enum', 'export const start = 1\nenum Kind { A }\n', 2, /enum is not supported/],
    ['a missing bracket', 'export async function start() {\n  return {\n}\n', 3, /Expected|Unexpected/],
    [
      'a name declared twice',
      'const a = 1\n\nconst a = 2\nexport async function start() {}\n',
      3,
      /already been declared/,
    ],
    [
      'an import that is not there',
      "\nimport { fork } from 'node:net'\nexport const start = fork\n",
      2,
      /does not provide/,
    ],
    ['a throw at the top', '\nthrow new Error("early")\n', 2, /early/],
  ])('because of %s, is refused with its line', async (_what, text, line, message) => {
    const failure = await failing(text)

    expect(failure.stage).toBe('import')
    expect(failure.error.message).toMatch(message)
    expect(failure.place).toMatchObject({ file: expect.stringMatching(/subject-\d+\.ts$/), line })
  })

  it('because an import has no file, is refused with the name of the file', async () => {
    const failure = await failing(`import './nowhere.ts'\nexport const start = 1`)

    expect(failure).toMatchObject({ stage: 'import', error: { code: 'ERR_MODULE_NOT_FOUND' } })
    expect(failure.message).toContain('nowhere.ts')
  })

  it('because it exports no start, is told what it exports', async () => {
    const failure = await failing('export const begin = 1')

    expect(failure).toMatchObject({
      stage: 'export',
      error: { message: expect.stringContaining('it exports begin') },
    })
  })

  it('because start rejects, is told its own error', async () => {
    const failure = await failing(`
      export async function start() {
        console.log('about to')
        throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
      }`)

    expect(failure).toMatchObject({ stage: 'start', error: { code: 'ECONNREFUSED' }, place: { line: 4 } })
    expect(failure.log).toContain('about to')
  })

  it('because start returns nothing, is told what was expected', async () => {
    expect(await failing('export const start = async () => {}')).toMatchObject({
      stage: 'start',
      error: { message: expect.stringContaining('stop() method') },
    })
  })

  it('because it ends the process, is told that it did', async () => {
    expect(await failing('export const start = async () => { process.exit(0) }')).toMatchObject({
      stage: 'exit',
      error: { message: 'the subject called process.exit(0)' },
      place: { line: 1 },
    })
    expect(
      await failing(`export const start = async () => { process.kill(process.pid, 'SIGKILL') }`),
    ).toMatchObject({
      stage: 'exit',
      error: { message: expect.stringContaining('SIGKILL') },
    })
  })

  it('because it takes for ever, is killed', async () => {
    // Time enough to be imported first, on a computer that does other work too.
    const asleep = await failing('export const start = () => new Promise(() => {})', { startTimeoutMs: 3000 })
    expect(asleep).toMatchObject({
      stage: 'timeout',
      error: { message: expect.stringContaining('start(world)') },
    })

    const looping = await failing('for (;;);\nexport const start = 1', { startTimeoutMs: 600 })
    expect(looping).toMatchObject({
      stage: 'timeout',
      error: { message: expect.stringContaining('importing') },
    })
  })

  it('because it swallows every error, is refused for the right reason all the same', async () => {
    const failure = await failing(`
      process.on('uncaughtException', () => {})
      throw new Error('swallowed')`)

    expect(failure).toMatchObject({ stage: 'import', error: { message: 'swallowed' } })
  })
})

describe('a spare', () => {
  it('becomes the next actor, and only that one', async () => {
    prepareSpareActors()
    prepareSpareActors()
    // Ample for it to load. A spare tells nobody that it has, and the test holds for one that has not.
    await new Promise((resolve) => setTimeout(resolve, 300))
    const text = `export const start = async () => ({ ${idle}, args: () => process.argv.slice(2) })`

    const first = await start(text)
    const second = await start(text)

    expect(await first.call('args')).toEqual(['spare'])
    expect(await second.call('args')).toEqual([])
  })

  it('can be taken before it is ready', async () => {
    prepareSpareActors()

    const actor = await start(
      `export const start = async () => ({ ${idle}, args: () => process.argv.slice(2) })`,
    )

    expect(await actor.call('args')).toEqual(['spare'])
    await actor.stop()
    expect(actor.log).toEqual([])
  })

  it('that has loaded a file serves no other, and what is wrong with the file is told at its start', async () => {
    using subjects = testSubjects()
    // Leaves a file beside itself when it is loaded: a spare tells nobody that it has.
    const counted = `import { writeFileSync } from 'node:fs'
      writeFileSync(import.meta.filename + '.loaded', '')
      const loadedAt = Date.now()
      export const start = async () => ({ stop: async () => {}, loadedAt: () => loadedAt })`
    const [one, other] = [subjects.write(counted), subjects.write(counted)]
    const broken = subjects.write('export const = 1')
    for (const { file } of [one, broken]) prepareSpareActors({ file })
    await expect.poll(() => existsSync(`${one.file}.loaded`), { timeout: 30_000 }).toBe(true)
    // The clock has to move on for the comparison.
    const loaded = Date.now()
    await expect.poll(() => Date.now()).toBeGreaterThan(loaded)

    const startedAt = Date.now()
    await using early = await startActor(one)
    await using late = await startActor(other)

    expect(await early.call('loadedAt')).toBeLessThan(startedAt)
    expect(await late.call('loadedAt')).toBeGreaterThanOrEqual(startedAt)
    await expect(startActor(broken)).rejects.toMatchObject({ stage: 'import' })
  })
})
