/** The embedded engine keeps the contract of engine.ts. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'amqplib'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { discardSpares } from '../amqp/rabbitmq.ts'
import { eventually } from '../eventually.ts'
import { type EmbeddedRabbitMQ, embeddedRabbitMQ } from './embedded.ts'
import type { RabbitMQIsolation } from './engine.ts'

let engine: EmbeddedRabbitMQ
beforeAll(async () => {
  engine = await embeddedRabbitMQ({ hasSpare: true })
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
  await discardSpares()
})

async function open({ vhost, username, password }: RabbitMQIsolation) {
  const { host: hostname, port } = engine.address
  const connection = await connect({ hostname, port, username, password, vhost }, { noDelay: true })
  connection.on('error', () => {})
  return connection
}

test('says what it is and what it can', () => {
  expect(engine.engine).toBe('embedded')
  expect(engine.server).toBe('RabbitMQ 4.2.0')
  expect([...engine.capabilities]).toEqual(expect.arrayContaining(['kill', 'inspect', 'virtual-time']))
})

test('isolates: two checks with the same names never meet', async () => {
  await using one = await engine.isolate('check')
  await using two = await engine.isolate('check')
  const connection = await open(one)
  const channel = await connection.createConfirmChannel()
  await channel.assertQueue('orders')
  channel.sendToQueue('orders', Buffer.from('m'))
  await channel.waitForConfirms()
  expect((await engine.inspect(one.vhost)).queues).toMatchObject([{ name: 'orders', ready: 1 }])
  expect((await engine.inspect(two.vhost)).queues).toEqual([])
  await connection.close()
})

test('removes the vhost with all in it, also when the broker was down meanwhile', async () => {
  const isolation = await engine.isolate('gone')
  const connection = await open(isolation)
  await (await connection.createChannel()).assertQueue('q')
  await engine.kill()
  await isolation[Symbol.asyncDispose]()
  await engine.restart()
  await expect(engine.inspect(isolation.vhost)).rejects.toThrow('there is no vhost')
})

test('kills and restarts at the same address with the same data', async () => {
  await using isolation = await engine.isolate('kill')
  const { port } = engine.address
  const channel = await (await open(isolation)).createConfirmChannel()
  channel.on('error', () => {})
  await channel.assertQueue('q')
  channel.sendToQueue('q', Buffer.from('m'), { persistent: true })
  await channel.waitForConfirms()
  await engine.kill()
  await engine.restart()
  expect(engine.address.port).toBe(port)
  expect((await engine.inspect(isolation.vhost)).queues).toMatchObject([{ name: 'q', ready: 1 }])
})

test.runIf(process.platform !== 'win32')('freezes and thaws', async () => {
  await using isolation = await engine.isolate('freeze')
  const connection = await open(isolation)
  await engine.freeze()
  let isAnswered = false
  const answer = connection.createChannel().then(() => {
    isAnswered = true
  })
  // Nothing must happen, and nothing can be awaited: a wrong one would answer well within this time.
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(isAnswered).toBe(false)
  await engine.thaw()
  await answer
  await connection.close()
})

test('moves time', async () => {
  await using isolation = await engine.isolate('time')
  const connection = await open(isolation)
  const channel = await connection.createConfirmChannel()
  await channel.assertQueue('q', { expires: 3_600_000 })
  await engine.elapse(3_600_000)
  expect((await engine.inspect(isolation.vhost)).queues).toEqual([])
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
