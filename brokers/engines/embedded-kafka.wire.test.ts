/** The embedded engine keeps the contract of engine.ts, and what it can do beyond it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../eventually.ts'
import { discardSpares } from '../kafka/kafka.ts'
import { rawConnect } from '../kafka/raw-client.ts'
import { metadata } from '../kafka/wire/messages/03-metadata.ts'
import { embeddedKafka } from './embedded-kafka.ts'
import { kafkaEngineContract } from './kafka-engine.contract.ts'

afterAll(discardSpares)

kafkaEngineContract('one node in a child', () => embeddedKafka({ hasSpare: true }), {
  capabilities: ['kill', 'inspect', 'virtual-time', 'tidies'],
  keepsData: true,
})
kafkaEngineContract('three nodes in a worker', () => embeddedKafka({ runsIn: 'worker', nodes: 3 }), {
  capabilities: ['nodes', 'inspect', 'virtual-time', 'tidies'],
  keepsData: true,
})

test.runIf(process.platform !== 'win32')('freezes and thaws', async () => {
  await using engine = await embeddedKafka()
  const [address] = engine.addresses
  const client = await rawConnect(address as (typeof engine.addresses)[number])
  await engine.freeze()
  let isAnswered = false
  const answer = client.call(metadata, 1, { topics: null }).then(() => {
    isAnswered = true
  })
  // Nothing must happen, and nothing can be awaited: a wrong one would answer well within this time.
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(isAnswered).toBe(false)
  await engine.thaw()
  await answer
  client.cut()
})

test.each([
  ['killed', undefined],
  ['killed while the child is told to end', 'SIGTERM'],
] as const)("a child's temporary folder goes with it when its owner is %s", async (_, signal) => {
  const folder = await newFolder()
  const module = new URL('./embedded-kafka.ts', import.meta.url).href
  const script = `const { embeddedKafka } = await import('${module}'); console.log((await embeddedKafka()).pid)`
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [pid] = await once(owner.stdout, 'data')
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^mq-workbook-kafka-/)])

  if (signal !== undefined) process.kill(Number(pid), signal)
  owner.kill('SIGKILL')

  await eventually('the folder is gone', async () => (await readdir(folder)).length === 0)
})

test('its temporary folder goes when it is disposed, in memory it has none, and one that was given stays', async () => {
  const folder = await newFolder()
  const ownTmpdir = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  onTestFinished(() => {
    if (ownTmpdir === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = ownTmpdir
  })
  const own = await embeddedKafka({ runsIn: 'worker' })
  expect(await readdir(folder)).toHaveLength(1)
  await own[Symbol.asyncDispose]()
  expect(await readdir(folder)).toEqual([])

  const inMemory = await embeddedKafka({ runsIn: 'worker', keepsData: false })
  expect(await readdir(folder)).toEqual([])
  await inMemory[Symbol.asyncDispose]()

  const given = await embeddedKafka({ runsIn: 'worker', dataDir: join(folder, 'given') })
  await given[Symbol.asyncDispose]()
  expect(await readdir(folder)).toEqual(['given'])
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kafka-engine-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('a worker can neither be killed nor frozen, and says so', async () => {
  await using worker = await embeddedKafka({ runsIn: 'worker' })
  expect(worker.capabilities.has('kill')).toBe(false)
  await expect(worker.kill()).rejects.toThrow("runsIn: 'child'")
  await expect(worker.freeze()).rejects.toThrow("runsIn: 'child'")
})
