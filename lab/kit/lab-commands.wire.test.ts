/** A hand on a run: what the watcher hears, and what it can make happen. */
import { type ChannelModel, connect } from 'amqplib'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openRunServer } from '../verdict/channel.ts'
import type { RunEvent } from '../verdict/events.ts'
import { runEventSchema } from '../verdict/events.ts'
import { stopEngines } from './engine.ts'
import type { Lab } from './lab.ts'
import { RunContext } from './run-context.ts'
import { openTestLab, until, type Watcher, watcher } from './test-labs.ts'

afterAll(() => stopEngines())

let watching: Watcher
let lab: Lab
beforeEach(async () => {
  watching = watcher()
  lab = await openTestLab(
    { 'a.ts': 'export const start = async () => ({ stop: async () => {} })\n' },
    watching.run,
  )
})

async function client(): Promise<ChannelModel> {
  const connection = await connect((await lab.world()).amqpUrl, { noDelay: true })
  connection.on('error', () => {})
  return connection
}

const methods = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.kind === 'wire' ? [event.method] : []))
const brokerStates = () => watching.events.flatMap((event) => (event.kind === 'broker' ? [event.state] : []))
const subjectStates = (pid: number) =>
  watching.events.flatMap((event) => (event.kind === 'subject' && event.pid === pid ? [event.state] : []))
const connectionStates = (connection: number) =>
  watching.events.flatMap((event) =>
    event.kind === 'connection' && event.connection === connection ? [event.state] : [],
  )
const firedFaults = () =>
  watching.events.flatMap((event) => (event.kind === 'fault' && event.state === 'fired' ? [event.fault] : []))

test('whoever watches hears the run, the frames and what the subject says, each event valid', async () => {
  const connection = await client()
  const channel = await connection.createChannel()
  await channel.assertQueue(lab.name('work'))
  channel.sendToQueue(lab.name('work'), Buffer.from('x'), {
    messageId: '0193-a3f',
    headers: { deep: { bytes: Buffer.from('abc') } },
  })
  await channel.checkQueue(lab.name('work'))
  ;(await lab.world()).log('hello')
  ;(await lab.world()).log('')
  await connection.close()
  await until(() => methods(watching.events).includes('connection.close-ok'))

  for (const event of watching.events)
    expect(runEventSchema.safeParse(JSON.parse(JSON.stringify(event))).error).toBeUndefined()
  expect(watching.events).toContainEqual(
    expect.objectContaining({
      kind: 'run',
      circumstances: expect.objectContaining({ engine: 'embedded', servers: ['RabbitMQ 4.2.0'] }),
    }),
  )
  expect(watching.events).toContainEqual(
    expect.objectContaining({
      kind: 'wire',
      method: 'basic.publish',
      message: '0193-a3f',
      fields: expect.objectContaining({ routingKey: 'work', bodySize: 1 }),
    }),
  )
  expect(watching.events.filter(({ kind }) => kind === 'say')).toMatchObject([
    { text: { en: 'hello', vi: 'hello' } },
  ])
})

test('a run that nobody watches makes no wire events, and remembers the frames all the same', async () => {
  const run = new RunContext()
  const emit = vi.spyOn(run, 'emit')
  const unwatched = await openTestLab({}, run)
  const connection = await unwatched.client()
  await connection.close()

  expect(run.isWatched).toBe(false)
  expect((await unwatched.frames()).map(({ method }) => method)).toContain('connection.open')
  expect(emit.mock.calls.filter(([{ kind }]) => kind === 'wire')).toEqual([])
})

test('a remark stands beside the next frame of its method, and only there', async () => {
  lab.remark('channel.open', 'one channel', 'một channel')
  const connection = await client()
  await connection.createChannel()
  await connection.createChannel()

  const notes = watching.events.flatMap((event) =>
    event.kind === 'wire' && event.method === 'channel.open' ? [event.note?.vi] : [],
  )
  expect(notes).toEqual(['một channel', undefined])
})

describe('pause', () => {
  test('holds what comes, step lets one frame through, resume the rest', async () => {
    const connection = await client()
    const before = methods(watching.events).length
    watching.command({ command: 'pause' })
    const opened = connection.createChannel()
    let isOpened = false
    void opened.then(() => {
      isOpened = true
    })

    // The frame has arrived when a step lets it through; asking again is free, since nothing follows it.
    await until(() => {
      watching.command({ command: 'step' })
      return methods(watching.events).length > before
    })
    expect(methods(watching.events).slice(before)).toEqual(['channel.open'])
    expect(isOpened).toBe(false)

    watching.command({ command: 'resume' })
    await opened
    expect(methods(watching.events).slice(before)).toEqual(['channel.open', 'channel.open-ok'])
  })

  test('a step is one frame, however many lanes there are', async () => {
    const connections = [
      await client(),
      await connect((await lab.world('consumer')).amqpUrl, { noDelay: true }),
    ]
    const before = methods(watching.events).length
    watching.command({ command: 'pause' })
    const opening = connections.map((connection) => connection.createChannel())
    const steps: number[] = []
    await until(() => {
      const passed = methods(watching.events).length
      watching.command({ command: 'step' })
      steps.push(methods(watching.events).length - passed)
      return methods(watching.events).length >= before + 2
    })
    expect(Math.max(...steps)).toBe(1)

    watching.command({ command: 'resume' })
    await Promise.all(opening)
    expect(methods(watching.events).slice(before).toSorted()).toEqual([
      'channel.open',
      'channel.open',
      'channel.open-ok',
      'channel.open-ok',
    ])
  })

  test('holds lanes that are opened later too', async () => {
    watching.command({ command: 'pause' })
    const proxy = await lab.proxy('consumer')
    const connecting = connect((await lab.world('consumer')).amqpUrl, { noDelay: true })
    await until(() => proxy.openConnections === 1)
    expect(methods(watching.events)).toEqual([])

    watching.command({ command: 'resume' })
    await connecting
    expect(methods(watching.events)).toContain('connection.open-ok')
  })
})

describe('faults by hand', () => {
  const fire = (fault: 'cut' | 'hold' | 'release' | 'kill-broker' | 'restart-broker' | 'kill-subject') =>
    watching.command({ command: 'fault', fault })

  test('cut tears what is connected', async () => {
    const connection = await client()
    const closed = new Promise((resolve) => connection.on('close', resolve))

    fire('cut')
    await closed

    await until(() => firedFaults().includes('cut'))
    const told = watching.events.find((event) => event.kind === 'fault')
    expect(told).toMatchObject({ text: { en: 'cut, asked for by hand', vi: 'cut, do người xem yêu cầu' } })
  })

  test('hold and release are a pause', async () => {
    const connection = await client()
    fire('hold')
    const opened = connection.createChannel()
    fire('release')
    await opened
    expect(firedFaults()).toEqual(['hold', 'release'])
  })

  test('the broker is killed and restarted, in the order in which it was asked for', async () => {
    fire('kill-broker')
    fire('restart-broker')
    fire('kill-broker')
    fire('restart-broker')
    await until(() => firedFaults().length === 4)

    expect(brokerStates().slice(-4)).toEqual(['killed', 'ready', 'killed', 'ready'])
    expect((await lab.inspect()).queues).toEqual([])
  })

  test('a subject’s process is killed', async () => {
    const actor = await lab.start('a.ts')
    fire('kill-subject')
    await actor.ended
    await until(() => firedFaults().includes('kill-subject'))
    expect(actor.state).toBe('killed')
  })

  test('one process of two is killed by its pid; the other goes on, and both ends are told', async () => {
    const [one, other] = [await lab.start('a.ts', 'consumer'), await lab.start('a.ts', 'consumer')]
    watching.command({ command: 'subject', pid: one.pid, action: 'kill' })
    await one.ended
    await until(() => subjectStates(one.pid).includes('killed'))
    expect([one.state, other.state]).toEqual(['killed', 'running'])

    await other.stop()
    await until(() => subjectStates(other.pid).includes('exited'))
    expect(subjectStates(one.pid)).toEqual(['started', 'killed'])
    expect(subjectStates(other.pid)).toEqual(['started', 'exited'])
  })

  test.skipIf(process.platform === 'win32')(
    'one process is frozen, answers nothing, and goes on when it is thawed',
    async () => {
      const actor = await lab.start('a.ts')
      watching.command({ command: 'subject', pid: actor.pid, action: 'freeze' })
      await until(() => subjectStates(actor.pid).includes('frozen'))
      let isOver = false
      const stopping = actor.stop().then(() => {
        isOver = true
      })
      await lab.inspect()
      expect(isOver).toBe(false)

      watching.command({ command: 'subject', pid: actor.pid, action: 'thaw' })
      await stopping
      await until(() => subjectStates(actor.pid).includes('exited'))
      expect(subjectStates(actor.pid)).toEqual(['started', 'frozen', 'resumed', 'exited'])
    },
  )

  test('one connection is cut by its number, and which ones came and went is told', async () => {
    const connections = [await client(), await client()]
    const [first, second] = connections.map((connection) => {
      const closing = { isClosed: false }
      connection.on('close', () => {
        closing.isClosed = true
      })
      return closing
    })
    watching.command({ command: 'cut', connection: 1 })
    await until(() => first?.isClosed === true && connectionStates(1).includes('cut'))
    expect(second?.isClosed).toBe(false)
    await connections[1]?.createChannel()
    await connections[1]?.close()
    await until(() => connectionStates(2).includes('closed'))
    expect([connectionStates(1), connectionStates(2)]).toEqual([
      ['opened', 'cut'],
      ['opened', 'closed'],
    ])
    expect(firedFaults()).toEqual(['cut 1'])
  })

  test.each([
    { command: 'subject', pid: 1, action: 'kill' } as const,
    { command: 'cut', connection: 99 } as const,
  ])('$command of what is not this run’s is said, and nothing happens', async (command) => {
    const actor = await lab.start('a.ts')
    const connection = await client()
    watching.command(command)
    await until(() => watching.events.some(({ kind }) => kind === 'say'))
    expect(watching.events.find(({ kind }) => kind === 'say')).toMatchObject({
      text: {
        en: expect.stringMatching(
          /^That could not be done: (?:process 1 does not run|connection 99 is not open)$/,
        ),
      },
    })
    expect(actor.state).toBe('running')
    await connection.createChannel()
  })

  test('a lab that is closed hears nothing more', async () => {
    await lab[Symbol.asyncDispose]()
    const next = await openTestLab({}, watching.run)
    const before = brokerStates().length

    fire('kill-broker')
    await until(() => firedFaults().length === 1)
    fire('restart-broker')
    await until(() => firedFaults().length === 2)

    expect(brokerStates().slice(before)).toEqual(['killed', 'ready'])
    expect((await next.inspect()).queues).toEqual([])
  })
})

test('time moves on, and what cannot be done is said, not left to the subject as a stray error', async () => {
  const channel = await lab.observer.channel()
  await channel.assertQueue('short-lived', { expires: 60_000 })
  watching.command({ command: 'elapse', ms: 60_000 })
  await until(async () => (await lab.inspect()).queues.length === 0)

  await lab.killBroker()
  watching.command({ command: 'elapse', ms: 1000 })
  await until(() => watching.events.some(({ kind }) => kind === 'say'))

  expect(watching.events.find(({ kind }) => kind === 'say')).toMatchObject({
    text: {
      en: expect.stringMatching(/^That could not be done: /),
      vi: expect.stringMatching(/^Không làm được: /),
    },
  })
})

test('all of it works through MQ_RUN', async () => {
  const server = await openRunServer()
  vi.stubEnv('MQ_RUN', server.address)
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    await server.close()
  })
  const events: RunEvent[] = []
  server.onEvent((event) => events.push(event))
  const run = new RunContext()
  const watched = await openTestLab({}, run)
  await until(() => events.some(({ kind }) => kind === 'run'))

  server.send({ command: 'pause' })
  const connecting = connect((await watched.world()).amqpUrl, { noDelay: true })
  await until(async () => (await watched.proxy()).openConnections === 1)
  server.send({ command: 'resume' })
  const connection = await connecting
  connection.on('error', () => {})
  server.send({ command: 'fault', fault: 'kill-broker' })
  await until(() => events.some((event) => event.kind === 'fault' && event.fault === 'kill-broker'))
  run.emit({ kind: 'end', outcome: 'played' })
  run.emit({ kind: 'say', text: { en: 'late', vi: 'muộn' } })
  await run.close()

  await until(() => events.some(({ kind }) => kind === 'end'))
  expect(methods(events)).toContain('connection.open-ok')
  expect(events.at(-1)).toMatchObject({ kind: 'end', outcome: 'played' })
})
