/** Clients that are no Node at all: rabbitmq-c's amqp-tools and Python's pika, as Debian packs them. Skipped where they are not installed. */
import { type ExecFileException, execFile, execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RabbitMQ, startRabbitMQ } from '../rabbitmq.ts'

let broker: RabbitMQ
beforeAll(async () => {
  broker = await startRabbitMQ()
})
afterAll(() => broker.stop())

function answers(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, [...args], { stdio: 'ignore', timeout: 10_000 })
    return true
  } catch {
    return false
  }
}

/** Runs a program to its end, with the text as its input. */
function run(program: string, args: readonly string[], input = '') {
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      program,
      [...args],
      { timeout: 15_000 },
      (error: ExecFileException | null, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
      },
    )
    child.stdin?.end(input)
  })
}

describe('amqp-tools (rabbitmq-c)', () => {
  const isThere = answers('amqp-publish', ['--help'])
  const why = 'amqp-tools is not installed: apt-get install amqp-tools'
  const tool = (name: string, ...args: readonly string[]) =>
    run(`amqp-${name}`, ['--url', broker.url, ...args])

  test('declares, publishes, gets and deletes', async ({ skip }) => {
    skip(!isThere, why)
    expect(await tool('declare-queue', '-d', '-q', 'tools')).toMatchObject({ exitCode: 0, stdout: 'tools\n' })
    expect(await tool('publish', '-p', '-r', 'tools', '-b', 'xin chào')).toMatchObject({
      exitCode: 0,
      stderr: '',
    })
    expect(await broker.inspect('/')).toMatchObject({ queues: [{ name: 'tools', durable: true, ready: 1 }] })
    expect(await tool('get', '-q', 'tools')).toMatchObject({ exitCode: 0, stdout: 'xin chào' })
    // An empty queue is told by the exit code.
    expect((await tool('get', '-q', 'tools')).exitCode).toBe(2)
    expect(await tool('delete-queue', '-q', 'tools')).toMatchObject({ exitCode: 0, stdout: '0\n' })
  })

  test('consumes as many as it was told', async ({ skip }) => {
    skip(!isThere, why)
    await tool('declare-queue', '-q', 'lines')
    await run('amqp-publish', ['--url', broker.url, '-r', 'lines', '-l'], 'one\ntwo\nthree\n')
    const consumed = await tool('consume', '-q', 'lines', '-c', '3', '-p', '1', 'cat')
    expect(consumed.stdout.trim().split('\n')).toEqual(['one', 'two', 'three'])
    expect(await broker.inspect('/')).toMatchObject({ queues: [{ name: 'lines', ready: 0, unacked: 0 }] })
  })

  test("is told in RabbitMQ's words what is wrong", async ({ skip }) => {
    skip(!isThere, why)
    const missing = await tool('get', '-q', 'nowhere')
    expect(missing.exitCode).not.toBe(0)
    expect(missing.stderr).toContain("NOT_FOUND - no queue 'nowhere' in vhost '/'")
    const login = await run('amqp-get', [
      '--url',
      broker.url.replace('guest:guest', 'guest:wrong'),
      '-q',
      'x',
    ])
    expect(login.stderr).toMatch(/ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN/)
  })
})

describe('pika (Python)', () => {
  // Debian's own Python has it; the first on the PATH may be another.
  const python = ['/usr/bin/python3', 'python3'].find((one) => answers(one, ['-c', 'import pika']))
  const why = 'no Python with pika: apt-get install python3-pika'

  const program = `
import json, sys, pika
connection = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
channel = connection.channel()
channel.confirm_delivery()
channel.exchange_declare('px', exchange_type='topic', durable=True)
channel.queue_declare('pq', durable=True, arguments={'x-queue-type': 'quorum', 'x-delivery-limit': 1})
channel.queue_bind('pq', 'px', 'a.#')
channel.basic_qos(prefetch_count=5)
properties = pika.BasicProperties(delivery_mode=2, headers={'text': 'xin chào', 'n': 2**40, 'list': [1, 'a', None, True]}, timestamp=1700000000)
for n in range(20):
    channel.basic_publish('px', 'a.b', b'%d' % n, properties, mandatory=True)
said = {'bodies': [], 'seen': 0}
for method, got, body in channel.consume('pq', inactivity_timeout=5):
    if method is None: break
    said['seen'] += 1
    if said['seen'] == 1:
        said['headers'] = got.headers
        channel.basic_nack(method.delivery_tag, requeue=True)
        continue
    said['bodies'].append(int(body))
    channel.basic_ack(method.delivery_tag)
    if len(said['bodies']) == 20: break
channel.cancel()
try:
    channel.basic_publish('px', 'nowhere', b'', mandatory=True)
except pika.exceptions.UnroutableError as error:
    said['unroutable'] = error.messages[0].method.reply_text
try:
    channel.queue_declare('pq', durable=True, passive=False)
except pika.exceptions.ChannelClosedByBroker as error:
    said['closed'] = [error.reply_code, error.reply_text]
connection.close()
print(json.dumps(said))
`

  test('publishes with confirms, consumes, is returned and refused as with RabbitMQ', async ({ skip }) => {
    skip(python === undefined, why)
    const { stdout, stderr } = await run(python ?? '', ['-c', program, broker.url])
    expect(stderr).toBe('')
    const said = JSON.parse(stdout) as { bodies: number[] }
    expect(said.bodies.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n))
    expect(said).toMatchObject({
      seen: 21,
      headers: { text: 'xin chào', n: 2 ** 40, list: [1, 'a', null, true] },
      unroutable: 'NO_ROUTE',
      closed: [
        406,
        "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'pq' in vhost '/': received 'classic' but current is 'quorum'",
      ],
    })
  })
})
