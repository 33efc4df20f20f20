/** How a lab closes: in bounded time, once, with nothing left behind and nobody torn out of a conversation. */
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { type ChannelModel, connect } from 'amqplib'
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { text } from '../verdict/language.ts'
import { startRabbitMQ, stopEngines } from './engine.ts'
import { pace } from './pace.ts'
import { RunContext } from './run-context.ts'
import { isAlive, openTestLab, until, watcher } from './test-labs.ts'
import { layOutTask } from './test-tasks.ts'

afterAll(() => stopEngines())

/** Less than a step of closing may take, on a computer that does nothing else. */
const inTimeMs = () => 3000 * pace()

const idle = 'export const start = async () => ({ stop: async () => {} })\n'

/** A client of the subject's that nobody closes, and how its connection ended. */
async function leftOpen(url: string): Promise<{
  connection: ChannelModel
  ended: Promise<{ code?: number; message?: string } | undefined>
  errors: unknown[]
}> {
  const connection = await connect(url, { noDelay: true })
  const errors: unknown[] = []
  connection.on('error', (error) => errors.push(error))
  const ended = new Promise<{ code?: number } | undefined>((resolve) => connection.on('close', resolve))
  return { connection, ended, errors }
}

describe('a client that was left open', () => {
  test('is told by connection.close 320, every time', async () => {
    for (let round = 0; round < 8; round += 1) {
      const lab = await openTestLab()
      const clients = [
        await leftOpen((await lab.world()).amqpUrl),
        await leftOpen((await lab.world('consumer')).amqpUrl),
      ]

      await lab[Symbol.asyncDispose]()

      for (const { ended, errors } of clients) {
        expect(await ended).toMatchObject({ code: 320 })
        expect(errors).toEqual([])
      }
      // Each could answer before its socket ended.
      for (const frames of [await lab.frames(), await lab.frames('consumer')]) {
        expect(frames.at(-1)).toMatchObject({ method: 'connection.close-ok', forwarded: true })
      }
    }
  })

  test('is told although its frames are held back and the run is paused', async () => {
    const { run, command } = watcher()
    const lab = await openTestLab({}, run)
    const { connection, ended, errors } = await leftOpen((await lab.world()).amqpUrl)
    const channel = await connection.createConfirmChannel()
    const placed = await lab.place({
      name: 'late confirm',
      text: text('held', 'giữ lại'),
      when: { direction: 'to-client', method: 'basic.ack' },
      what: { kind: 'hold' },
    })
    channel.publish('', 'nowhere', Buffer.from('x'))
    await lab.fired(placed, text('no confirm', 'không có confirm'))
    command({ command: 'pause' })

    await lab[Symbol.asyncDispose]()

    expect(await ended).toMatchObject({ code: 320 })
    expect(errors).toEqual([])
  })

  test('does not hold up the end when its socket was torn, nor does work that never ends', async () => {
    const lab = await openTestLab()
    await lab.client()
    const { connection } = await leftOpen((await lab.world()).amqpUrl)
    lab.defer(() => connection.close())
    lab.defer(() => new Promise(() => {}))
    lab.defer(() => Promise.reject(new Error('late')))
    lab.defer(() => {
      throw new Error('at once')
    })
    ;(await lab.proxy()).cut()

    const began = performance.now()
    await lab[Symbol.asyncDispose]()

    expect(performance.now() - began).toBeLessThan(inTimeMs())
  })
})

test('a broker that is killed while the lab closes over an open observer does not hold it up', async () => {
  const lab = await openTestLab()
  await lab.observer.channel()
  const killing = lab.killBroker()
  await new Promise((resolve) => setImmediate(resolve))

  const began = performance.now()
  await lab[Symbol.asyncDispose]()
  await killing

  expect(performance.now() - began).toBeLessThan(inTimeMs())
  const next = await openTestLab()
  expect((await next.inspect()).queues).toEqual([])
})

test('a broker that a check left killed is back for the next lab', async () => {
  const { run, events } = watcher()
  const lab = await openTestLab({}, run)
  await lab.killBroker()

  await lab[Symbol.asyncDispose]()

  expect(events.flatMap((event) => (event.kind === 'broker' ? [event.state] : [])).slice(-2)).toEqual([
    'killed',
    'ready',
  ])
  const next = await openTestLab()
  await (await next.observer.channel()).assertQueue('q')
  expect((await next.inspect()).queues).toMatchObject([{ name: 'q' }])
})

test('closing twice, also at the same time, is closing once, and the second waits for the first', async () => {
  const lab = await openTestLab()
  let calls = 0
  let isDone = false
  lab.defer(async () => {
    calls += 1
    await new Promise((resolve) => setImmediate(resolve))
    isDone = true
  })

  const first = lab[Symbol.asyncDispose]()
  await lab[Symbol.asyncDispose]()
  expect(isDone).toBe(true)
  await first
  await lab[Symbol.asyncDispose]()

  expect(calls).toBe(1)
})

test('what was deferred runs last first, while the lab still works', async () => {
  const lab = await openTestLab()
  const order: string[] = []
  lab.defer(async () => void order.push(`first, of ${(await lab.inspect()).queues.length} queues`))
  lab.defer(async () => void order.push('second'))

  await lab[Symbol.asyncDispose]()

  expect(order).toEqual(['second', 'first, of 0 queues'])
})

test('proxies, processes, databases and the vhost are gone', async () => {
  const lab = await openTestLab({ 'a.ts': idle, 'b.ts': idle })
  const [one, two] = [await lab.start('a.ts'), await lab.start('b.ts', 'consumer')]
  two.freeze()
  const database = (await lab.world()).openDatabase('ledger')
  onTestFinished(() => void database.close())
  const proxies = [await lab.proxy(), await lab.proxy('consumer')]

  await lab[Symbol.asyncDispose]()

  expect([isAlive(one.pid), isAlive(two.pid)]).toEqual([false, false])
  expect(existsSync(database.name)).toBe(false)
  for (const { address } of proxies) {
    const [error] = await once(createConnection(address), 'error')
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  }
})

describe('a scenario that goes on after its lab was closed', () => {
  test('can neither kill the broker of the next lab nor start anything', async () => {
    const lab = await openTestLab({ 'a.ts': idle })
    await lab.proxy()
    await lab[Symbol.asyncDispose]()
    const closed = 'the lab is closed already'

    await expect(lab.killBroker()).rejects.toThrow(closed)
    await expect(lab.restartBroker()).rejects.toThrow(closed)
    await expect(lab.inspect()).rejects.toThrow(closed)
    await expect(lab.world('consumer')).rejects.toThrow(closed)
    await expect(lab.start('a.ts')).rejects.toThrow(closed)
    await expect(lab.client()).rejects.toThrow('ECONNREFUSED')
    await expect(lab.observer.channel()).rejects.toThrow('the observer is closed')
  })

  test('finds out at its next look', async () => {
    const lab = await openTestLab()
    const waiting = lab.until(text('x', 'x'), () => false)
    waiting.catch(() => {})

    await lab[Symbol.asyncDispose]()

    await expect(waiting).rejects.toThrow('the lab is closed already')
  })

  test('leaves no process behind that was just starting', async () => {
    const pidFile = join(layOutTask({ pid: '' }), 'pid')
    const noted = `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(pidFile)}, String(process.pid))\n`
    const lab = await openTestLab({ 'a.ts': `${noted}export const start = () => new Promise(() => {})\n` })
    const starting = lab.start('a.ts')
    starting.catch(() => {})
    await until(() => readFileSync(pidFile, 'utf8') !== '')

    await lab[Symbol.asyncDispose]()

    await expect(starting).rejects.toThrow('the lab is closed already')
    expect(isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false)
  })
})

test('the broker ends with the engine, and a second end is none', async () => {
  const run = new RunContext()
  const engine = (await startRabbitMQ(run)) as unknown as { pid: number }
  const { pid } = engine
  expect(isAlive(pid)).toBe(true)

  await stopEngines()
  await stopEngines()

  expect(isAlive(pid)).toBe(false)
})

test('a broker that ended by itself is no trouble at the end, and leaves no data behind', async () => {
  const temporary = layOutTask({ '.keep': '' })
  vi.stubEnv('TMPDIR', temporary)
  onTestFinished(() => void vi.unstubAllEnvs())
  const engine = (await startRabbitMQ(new RunContext())) as unknown as { pid: number }
  process.kill(engine.pid, 'SIGKILL')
  await until(() => !isAlive(engine.pid))
  expect(readdirSync(temporary)).toHaveLength(2)

  await stopEngines()

  expect(readdirSync(temporary)).toEqual(['.keep'])
  const lab = await openTestLab()
  expect((await lab.inspect()).queues).toEqual([])
})
