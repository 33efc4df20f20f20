/** `measure` as it is typed: a reference's figures are taken and kept, and what can't be measured is said. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readResults } from '#lab/measure/results'
import { programRoot } from '../root.ts'

async function node(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, args, { cwd: programRoot, env: { ...process.env, ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { exitCode, stdout, stderr }
}
const main = join('workbook', 'main.js')

test('takes the figures of a reference and keeps them with all that they rest on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'measured-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'mq-02.json')
  const program = join('lab', 'measure', 'main.ts')

  const { exitCode, stderr } = await node([program, 'exercises/3-mq/02-rabbitmq-producer', 'mq-02', path], {
    MQ_SUBJECT: 'solutions',
    MQ_SEED: '7',
  })

  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
  const figures = readResults(path)?.figures ?? []
  expect(figures.map(({ name, unit, n }) => [name, unit, n])).toEqual([
    ['burst-throughput', 'messages/s', 5000],
    ['send-latency', 'ms', 500],
  ])
  expect(figures.every(({ value }) => value > 0)).toBe(true)
  expect(figures[1]).toMatchObject({ seed: 7, engine: 'embedded', server: 'RabbitMQ 4.2.0' })
  expect(figures[1]?.versions).toHaveProperty('amqplib', '2.3.1')
  expect(readFileSync(join(folder, 'mq-02.svg'), 'utf8')).toContain('</svg>')
})

test('says what keeps it from measuring', async () => {
  const unfinished = await node([main, 'measure', 'mq-02', 'lang=en'])
  expect(unfinished.exitCode).toBe(3)
  expect(unfinished.stderr).toContain('Nothing was measured: sendMessage() in producer.ts is still a TODO')

  const none = await node([main, 'measure', 'mq-01', 'lang=en'])
  expect(none).toMatchObject({ exitCode: 2 })
  expect(none.stdout).toContain('mq-01 has nothing to measure.')

  const nowhere = await node([main, 'measure', 'mq-02', 'reference', 'engine=docker', 'lang=en'], {
    DOCKER_HOST: 'tcp://127.0.0.1:1',
  })
  expect(nowhere).toMatchObject({ exitCode: 3 })
  expect(nowhere.stderr).toContain(
    'Nothing was measured: Docker does not answer on this computer: start it, or',
  )

  const brokerless = await node([main, 'measure', 'design-03', 'reference', 'engine=local', 'lang=en'])
  expect(brokerless).toMatchObject({ exitCode: 2, stdout: 'Next: npm run measure design-03\n' })
  expect(brokerless.stderr).toContain('design-03 is measured without any broker')
})
