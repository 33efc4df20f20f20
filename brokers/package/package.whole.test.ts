/** The tarball as somebody gets it who has nothing of this repository: installed with npm into an empty project. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packBrokers } from './pack.ts'

const root = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)
/** What npm says when the registry is not there, and the cache has not everything. */
const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|network/i

let project: string
let missing: string | undefined

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'brokers-package-'))
  const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  await writeFile(join(project, 'package.json'), '{ "type": "module", "private": true }\n')
  const tarball = packBrokers(project)
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=0']
  try {
    await run('npm', ['install', ...flags, tarball, `amqplib@${dependencies.amqplib}`], { cwd: project })
  } catch (error) {
    const { stderr } = error as { stderr: string }
    if (!unreachable.test(stderr)) throw error
    missing = `npm can't reach the registry and has not everything in its cache: ${stderr.split('\n')[0]}`
  }
}, 120_000)
afterAll(() => rm(project, { recursive: true, force: true }))

const script = `
import { mkdtempSync } from 'node:fs'
import { connect } from 'amqplib'
import { startRabbitMQ } from 'mq-workbook-brokers/rabbitmq'
import { embeddedRabbitMQ } from 'mq-workbook-brokers/engines/embedded'
import { embeddedKafka } from 'mq-workbook-brokers/engines/embedded-kafka'
import { startKafka } from 'mq-workbook-brokers/kafka'

const kept = {}
for (const runsIn of ['worker', 'child']) {
  const broker = await startRabbitMQ({ runsIn, dataDir: mkdtempSync('data-'), management: 0 })
  const connection = await connect(broker.url)
  connection.on('error', () => {})
  const channel = await connection.createConfirmChannel()
  channel.on('error', () => {})
  await channel.assertQueue('q')
  for (const body of ['1', '2']) channel.sendToQueue('q', Buffer.from(body), { persistent: true })
  await channel.waitForConfirms()
  if (runsIn === 'child') await broker.kill()
  else await broker.stop()
  await broker.restart()
  const answer = await fetch(broker.managementUrl + '/api/queues/%2F/q', {
    headers: { authorization: 'Basic ' + btoa('guest:guest') },
  })
  kept[runsIn] = (await answer.json()).messages
  await broker.stop()
}
await using engine = await embeddedRabbitMQ()
await using cluster = await startKafka({ nodes: 3 })
const { nodes } = await cluster.inspect()
await using kafka = await embeddedKafka()
await kafka.kill()
await kafka.restart()
console.log(
  JSON.stringify({ kept, engine: engine.engine, server: engine.server, nodes: nodes.length, kafka: kafka.server }),
)
`

test('publishes, is killed and comes back, in a worker and in a child', async ({ skip }) => {
  skip(missing !== undefined, missing)
  await writeFile(join(project, 'use.js'), script)
  const { stdout, stderr } = await run(process.execPath, ['use.js'], {
    cwd: project,
    env: { PATH: process.env.PATH },
  })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({
    kept: { worker: 2, child: 2 },
    engine: 'embedded',
    server: 'RabbitMQ 4.2.0',
    nodes: 3,
    kafka: 'Kafka 4.3.1',
  })
})

test('has types that a strict project accepts', async ({ skip }) => {
  skip(missing !== undefined, missing)
  const use = `import { type RabbitMQ, type RabbitMQOptions, startRabbitMQ } from 'mq-workbook-brokers/rabbitmq'
import type { RabbitMQSnapshot } from 'mq-workbook-brokers/engines'
const options: RabbitMQOptions = { profile: '4.0' }
const broker: RabbitMQ = await startRabbitMQ(options)
const snapshot: RabbitMQSnapshot = await broker.inspect('/')
// @ts-expect-error there is no such profile
await startRabbitMQ({ profile: '2.0' })
export { snapshot }
`
  await writeFile(join(project, 'use.ts'), use)
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
    strict: true,
    noEmit: true,
  }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }))
  const tsc = join(root, 'node_modules', 'typescript7', 'bin', 'tsc')
  const checked = await run(process.execPath, [tsc, '--project', project]).catch(
    (error: { stdout: string }) => error,
  )
  expect(checked.stdout).toBe('')
})

test('carries its licence, its README, what is supported, and no test', async () => {
  const { stdout } = await run('tar', ['tzf', join(project, 'mq-workbook-brokers-0.1.0.tgz')])
  const files = stdout.trim().split('\n')
  for (const name of ['LICENSE', 'README.md', 'SUPPORTED.md', 'SUPPORTED-KAFKA.md', 'package.json']) {
    expect(files).toContain(`package/${name}`)
  }
  expect(files.filter((name) => /test|\.ts$/.test(name) && !name.endsWith('.d.ts'))).toEqual([])
})
