/** The embedded engine keeps the contract of engine.ts, and has something of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'amqplib'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { discardSpares } from '../amqp/rabbitmq.ts'
import { eventually } from '../eventually.ts'
import { type EmbeddedRabbitMQ, embeddedRabbitMQ } from './embedded.ts'
import { keepsRabbitMQContract } from './rabbitmq-engine.contract.ts'

let folder = ''
const ownTmpdir = process.env['TMPDIR']
beforeAll(async () => {
  // A folder of our own for temporary ones, so that what is left over can be seen.
  folder = await mkdtemp(join(tmpdir(), 'engines-'))
  process.env['TMPDIR'] = folder
})
afterAll(async () => {
  await discardSpares()
  if (ownTmpdir === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = ownTmpdir
  await rm(folder, { recursive: true, force: true })
})

describe('in a child process', () => {
  const before = new Set<string>()
  keepsRabbitMQContract({
    async start() {
      for (const name of await readdir(folder)) before.add(name)
      return embeddedRabbitMQ({ hasSpare: true })
    },
    server: /^RabbitMQ 4\.2\.0$/,
    leftOver(engine) {
      const { pid } = engine as EmbeddedRabbitMQ
      return async () => {
        const folders = (await readdir(folder)).filter((name) => !before.has(name))
        return isAlive(pid) ? [...folders, `process ${pid}`] : folders
      }
    },
  })
})

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}

test('moves time instead of waiting for it', async () => {
  await using engine = await embeddedRabbitMQ({ runsIn: 'worker' })
  expect(engine.capabilities.has('virtual-time')).toBe(true)
  await using isolation = await engine.isolate('time')
  const { vhost, username, password } = isolation
  const { host: hostname, port } = engine.address
  const connection = await connect({ hostname, port, username, password, vhost }, { noDelay: true })
  const channel = await connection.createConfirmChannel()
  await channel.assertQueue('q', { expires: 3_600_000 })
  await engine.elapse(3_600_000)
  expect((await engine.inspect(vhost)).queues).toEqual([])
  await connection.close()
})

test('a worker can neither be killed nor frozen, and says so', async () => {
  await using worker = await embeddedRabbitMQ({ runsIn: 'worker' })
  expect(worker.capabilities.has('kill')).toBe(false)
  await expect(worker.kill()).rejects.toThrow("runsIn: 'child'")
  await expect(worker.freeze()).rejects.toThrow("runsIn: 'child'")
})

test.each([
  ['killed', undefined],
  ['killed while the child is told to end', 'SIGTERM'],
] as const)("a child's temporary folder goes with it when its owner is %s", async (_, signal) => {
  const folder = await mkdtemp(join(tmpdir(), 'owner-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const module = new URL('./embedded.ts', import.meta.url).href
  const script = `const { embeddedRabbitMQ } = await import('${module}'); console.log((await embeddedRabbitMQ()).pid)`
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [pid] = await once(owner.stdout, 'data')
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^mq-workbook-rabbitmq-/)])

  if (signal !== undefined) process.kill(Number(pid), signal)
  owner.kill('SIGKILL')

  await eventually('the folder is gone', async () => (await readdir(folder)).length === 0)
})

test('disposing twice is safe, and a given folder stays', async () => {
  const other = await embeddedRabbitMQ({ runsIn: 'worker' })
  await other[Symbol.asyncDispose]()
  await other[Symbol.asyncDispose]()
  expect(existsSync('brokers')).toBe(true)
})
