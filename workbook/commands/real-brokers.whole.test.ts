/**
 * What stands in the way of real brokers, as a learner meets it: one sentence with the next step, exit code 3, and nothing left
 * behind. The servers here are scripts, which end, hang, or serve by an embedded broker as a RabbitMQ and a Java may.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Checkout, finished } from '../fixture/checkout.ts'
import { programRoot } from '../root.ts'

const unix = process.platform !== 'win32'

/** Puts a script in the place of a RabbitMQ and of the Java of a Kafka; gives the environment in which they are found. */
function withServers(checkout: Checkout, script: string): Readonly<Record<string, string>> {
  const programs = { 'rabbitmq/sbin/rabbitmq-server': script, 'java/bin/java': `${java}\n${script}` }
  for (const [file, body] of Object.entries(programs)) {
    checkout.write(file, `#!/bin/sh\n${body}\n`)
    chmodSync(join(checkout.root, file), 0o755)
  }
  checkout.write('rabbitmq/plugins/rabbit-4.1.3/none', '')
  checkout.write('kafka/libs/kafka_2.13-4.3.1.jar', '')
  mkdirSync(join(checkout.root, 'temporary'))
  return {
    RABBITMQ_HOME: join(checkout.root, 'rabbitmq'),
    KAFKA_HOME: join(checkout.root, 'kafka'),
    JAVA_HOME: join(checkout.root, 'java'),
    // A folder of our own for temporary ones, so that what is left over can be seen.
    TMPDIR: join(checkout.root, 'temporary'),
  }
}

/** Tells its version and formats a folder as it should. */
const java = `case "$*" in
  -version) echo 'openjdk version "17.0.13"' >&2; exit 0;;
  *StorageTool*) exit 0;;
esac`

const products = ['rabbitmq', 'kafka'] as const
const starting = { rabbitmq: 'brokers up rabbitmq', kafka: 'brokers up kafka' } as const
const anyPort = { rabbitmq: 'port=0 management=0', kafka: 'ports=0' } as const

describe.runIf(unix).each(products)('a real %s', (product) => {
  test('that ends while it starts is told with the end of its log, and leaves nothing behind', async () => {
    using checkout = new Checkout()
    const env = withServers(checkout, `echo 'the disk is full' >&2\nexit 1`)

    const command = `${starting[product]} engine=local ${anyPort[product]}`
    const { exitCode, stdout, stderr } = await checkout.run(`${command} lang=en`, { env })

    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/ended while it started; the end of its log:[\s\S]*the disk is full/)
    expect(stdout).toBe(`Next: npm run ${starting[product]}\n`)
    expect(checkout.names('temporary')).toEqual([])
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'that hangs while it starts goes with %s, its folder too',
    async (signal) => {
      using checkout = new Checkout()
      const pidFile = join(checkout.root, 'pid')
      const env = withServers(checkout, `echo $$ > ${pidFile}\nexec sleep 3600`)
      const child = checkout.start(
        [...starting[product].split(' '), 'engine=local', ...anyPort[product].split(' ')],
        { env },
      )
      const end = finished(child)
      await expect.poll(() => textOf(pidFile), patience).toMatch(/\d\n/)
      const pid = Number(readFileSync(pidFile, 'utf8'))
      // Nothing ends it but what comes.
      await sleep(settledMs)
      expect(isAlive(pid)).toBe(true)

      child.kill(signal)

      expect((await end).exitCode).toBe(130)
      // A process of its own clears away, and may take a moment longer than the command.
      await expect.poll(() => isAlive(pid), patience).toBe(false)
      await expect.poll(() => checkout.names('temporary'), patience).toEqual([])
    },
  )

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'that serves and is ended from outside by %s is told with the end of its log; nothing is left of it',
    async (signal) => {
      using checkout = new Checkout()
      const { pid, end } = await serving(checkout, product)

      process.kill(pid, signal)

      const { exitCode, stdout, stderr } = await end
      expect(stderr).toMatch(
        /ended without being told to \(.+\); the end of its log:[\s\S]*the disk is nearly full/,
      )
      expect(stdout).toContain(`Next: npm run ${starting[product]} engine=local\n`)
      expect(exitCode).toBe(3)
      await expect.poll(() => brokerFolders(checkout), patience).toEqual([])
      // Nor a note by which it would be taken for running.
      expect(checkout.names('.workbook/brokers')).toEqual([])
    },
  )

  test('whose port is taken is said, with what to do, before anything is started', async () => {
    using checkout = new Checkout()
    const env = withServers(checkout, `echo 'must not start' >&2\nexit 1`)
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }

    const ports = product === 'kafka' ? `ports=${port}` : `port=${port} management=0`
    const { exitCode, stderr } = await checkout.run(`${starting[product]} engine=local ${ports} lang=en`, {
      env,
    })
    other.close()

    expect(exitCode).toBe(3)
    expect(stderr).toContain(`127.0.0.1:${port} is in use by another program`)
    expect(stderr).toContain('or take another port')
    expect(stderr).not.toContain('must not start')
    expect(checkout.names('temporary')).toEqual([])
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'that serves goes with %s in good order: it is asked to stop, and its folder goes',
    async (signal) => {
      using checkout = new Checkout()
      const { child, pid, end } = await serving(checkout, product)
      child.kill(signal)
      const { exitCode, stdout, stderr } = await end
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      expect(stdout).toContain('Stopped')
      await expect.poll(() => isAlive(pid), patience).toBe(false)
      await expect.poll(() => brokerFolders(checkout), patience).toEqual([])
    },
  )
})

/** A server that serves, behind `brokers up`. */
async function serving(checkout: Checkout, product: (typeof products)[number]) {
  const pidFile = join(checkout.root, 'pid')
  const serve = join(programRoot, 'brokers', 'engines', 'local', 'serve-embedded.ts')
  const script = [
    `echo $$ > ${pidFile}`,
    `echo 'the disk is nearly full' >&2`,
    `exec ${process.execPath} ${serve} ${product} "$@"`,
  ]
  const env = withServers(checkout, script.join('\n'))
  const words = [...starting[product].split(' '), 'engine=local', ...anyPort[product].split(' '), 'lang=en']
  const child = checkout.start(words, { env })
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const end = finished(child)
  const [ready] = (await once(lines, 'line')) as [string]
  expect(ready).toContain('is ready on')
  return { child, end, pid: Number(readFileSync(pidFile, 'utf8')) }
}

describe.runIf(unix)('a download', () => {
  test.each(['SIGINT', 'SIGKILL'] as const)(
    'that is interrupted by %s leaves nothing half done behind',
    async (signal) => {
      using checkout = new Checkout()
      const { KAFKA_HOME: _, ...env } = withServers(checkout, 'exit 1')
      // Begins each jar, and goes no further.
      const asked = Promise.withResolvers<void>()
      const maven = createHttpServer((_request, response) => {
        response.write('the beginning of a jar')
        asked.resolve()
      }).listen(0, '127.0.0.1')
      await once(maven, 'listening')
      const { port } = maven.address() as { port: number }
      const cache = { XDG_CACHE_HOME: join(checkout.root, 'cache') }
      const child = checkout.start(['brokers', 'install', 'kafka'], {
        env: { ...env, ...cache, MAVEN_REPOSITORY_URL: `http://127.0.0.1:${port}` },
      })
      const end = finished(child)
      await asked.promise
      expect(checkout.names('cache/mq-workbook')).toEqual([expect.stringMatching(/^kafka-.*\.part-\d+$/)])

      child.kill(signal)

      expect((await end).exitCode).toBe(signal === 'SIGINT' ? 130 : null)
      await expect.poll(() => checkout.names('cache/mq-workbook'), patience).toEqual([])
      maven.closeAllConnections()
      maven.close()
    },
  )
})

/** In the repository itself: the fixture's tasks play on no broker. References prove nothing, so nothing is kept. */
describe('a check on brokers that can not be had is inconclusive (3), and says what to do', () => {
  /** lang= would be remembered for whoever works here. */
  function check(checkout: Checkout, args: string, own: Readonly<Record<string, string>>) {
    const env = { PATH: process.env.PATH, HOME: checkout.root, MQ_LANG: 'en', NO_COLOR: '1', ...own }
    const words = [join(programRoot, 'workbook', 'main.js'), 'check', ...args.split(' '), 'reference']
    return spawn(process.execPath, words, { cwd: programRoot, env })
  }
  const run = (...args: Parameters<typeof check>) => finished(check(...args))

  test('without Docker', async () => {
    using checkout = new Checkout()
    const { exitCode, stdout } = await run(checkout, 'mq-01.4 engine=docker', {
      DOCKER_HOST: 'tcp://127.0.0.1:1',
    })
    expect(stdout).toContain('Docker does not answer on this computer: start it, or take the embedded')
    expect(exitCode).toBe(3)
  })

  const kafkaAt = (url: string) => ({ KAFKA_BROKERS: url })
  test.each([
    ['nobody listens', kafkaAt('127.0.0.1:1'), /127\.0\.0\.1:1 .*look at KAFKA_BROKERS/],
    ['it makes no sense', kafkaAt('kafka://127.0.0.1:9092'), /KAFKA_BROKERS=.* makes no sense/],
    ['it is not said', {}, /engine=url needs KAFKA_BROKERS/],
  ])('by brokers of Kafka where %s', async (_, env, said) => {
    using checkout = new Checkout()
    const { exitCode, stdout } = await run(checkout, 'mq-07.1 engine=url', env)
    expect(stdout).toMatch(said)
    expect(exitCode).toBe(3)
  })

  test.each([
    ['nobody listens', { AMQP_URL: 'amqp://guest:secret@127.0.0.1:1' }, /127\.0\.0\.1:1/],
    ['it is no URL', { AMQP_URL: 'rabbit' }, /AMQP_URL/],
  ])('by a URL where %s, and shows no password', async (_, env, said) => {
    using checkout = new Checkout()
    const { exitCode, stdout, stderr } = await run(checkout, 'mq-01.4 engine=url', env)
    expect(stdout).toMatch(said)
    expect(stdout + stderr).not.toContain('secret')
    expect(exitCode).toBe(3)
  })

  test.runIf(unix)('with a RabbitMQ that does not start, of which nothing is left', async () => {
    using checkout = new Checkout()
    const env = withServers(checkout, `echo 'the disk is full' >&2\nexit 1`)
    const { exitCode, stdout } = await run(checkout, 'mq-01.4 engine=local', env)
    expect(stdout).toContain('the disk is full')
    expect(exitCode).toBe(3)
    await expect.poll(() => brokerFolders(checkout), patience).toEqual([])
  })

  test.runIf(unix)('and Ctrl-C in the middle of its start leaves no process and no folder', async () => {
    using checkout = new Checkout()
    const pidFile = join(checkout.root, 'pid')
    const env = withServers(checkout, `echo $$ > ${pidFile}\nexec sleep 3600`)
    const child = check(checkout, 'mq-01.4 engine=local', env)
    const end = finished(child)
    await expect.poll(() => textOf(pidFile), patience).toMatch(/\d\n/)
    const pid = Number(readFileSync(pidFile, 'utf8'))
    await sleep(settledMs)
    expect(isAlive(pid)).toBe(true)
    child.kill('SIGINT')
    expect((await end).exitCode).toBe(130)
    await expect.poll(() => isAlive(pid), patience).toBe(false)
    await expect.poll(() => brokerFolders(checkout), patience).toEqual([])
  })
})

/** So long whatever would end the server by itself has time to. */
const settledMs = 500
const patience = { timeout: 60_000, interval: 50 } as const

/** vitest has folders of its own there. */
function brokerFolders(checkout: Checkout): string[] {
  return checkout.names('temporary').filter((name) => name.startsWith('mq-workbook-'))
}

/** Nothing while there is no such file. */
function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
