/** The line between a run and its watcher, over real sockets: what arrives, what is ignored, who may vanish. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectRun, openRunServer, type RunClient, type RunServer, stdioRun } from './channel.ts'
import type { RunCommand, RunEvent } from './events.ts'
import { text } from './language.ts'

let server: RunServer
let events: RunEvent[]
let clients: RunClient[]
beforeEach(async () => {
  server = await openRunServer()
  events = []
  clients = []
  server.onEvent((event) => events.push(event))
})
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()))
  await server.close()
})

const say = (atMs: number, said = 'now'): RunEvent => ({ kind: 'say', atMs, text: text(said, said) })

function connected(address = server.address): RunClient {
  const client = connectRun(address)
  clients.push(client)
  return client
}

/** Waits for a fact; the test's own limit bounds it. */
async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await new Promise((resolve) => setImmediate(resolve))
}

async function rawClient(): Promise<Socket> {
  const [host, port] = server.address.split(':')
  const socket = createConnection(Number(port), host)
  await once(socket, 'connect')
  return socket
}

test('many events arrive, whole and in order, and close() leaves none behind', async () => {
  const client = connected()
  const filling = 'x'.repeat(500)

  for (let index = 0; index < 3000; index += 1) client.send(say(index, filling))
  await client.close()
  await until(() => events.length === 3000)

  expect(events.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 3000 }, (_, index) => index))
})

test('what is no event is ignored, and the lines around it are not', async () => {
  const socket = await rawClient()

  socket.write(
    `${JSON.stringify(say(1))}\nnot json\n\n{"kind":"say","atMs":-1}\n{"kind":"applause","atMs":2}\n`,
  )
  socket.end(`${JSON.stringify(say(2))}\r\n${JSON.stringify(say(3))}`)
  await until(() => events.length === 3)

  expect(events).toEqual([say(1), say(2), say(3)])
})

test('a text may hold what some call a line break, and a character may arrive in halves', async () => {
  const socket = await rawClient()
  const event = say(1, 'cà phê ☕\u2028sữa đá')
  const bytes = Buffer.from(`${JSON.stringify(event)}\n`)
  const half = bytes.indexOf(Buffer.from('☕')) + 1

  socket.write(bytes.subarray(0, half))
  await new Promise((resolve) => setImmediate(resolve))
  socket.end(bytes.subarray(half))
  await until(() => events.length === 1)

  expect(events).toEqual([event])
})

test('commands come down to every run that is connected; what is none is ignored', async () => {
  const heard: RunCommand[][] = [[], []]
  const runs = [connected(), connected()]
  for (const [index, run] of runs.entries()) {
    run.onCommand((command) => heard[index]?.push(command))
    run.send(say(index))
  }
  await until(() => events.length === 2)

  server.send({ command: 'earthquake' } as never)
  server.send({ command: 'pause' })
  server.send({ command: 'fault', fault: 'cut' })
  await until(() => heard.every((commands) => commands.length === 2))

  const expected = [{ command: 'pause' }, { command: 'fault', fault: 'cut' }]
  expect(heard).toEqual([expected, expected])
})

test('a watcher that was never there, or vanishes, is no trouble for the run', async () => {
  const nobody = connected('127.0.0.1:1')
  const left = connected()
  left.send(say(1))
  await until(() => events.length === 1)
  await server.close()

  for (let index = 0; index < 200; index += 1) {
    nobody.send(say(index, 'x'.repeat(1000)))
    left.send(say(index, 'x'.repeat(1000)))
    await new Promise((resolve) => setImmediate(resolve))
  }

  await Promise.all([nobody.close(), left.close(), left.close()])
  expect(events).toHaveLength(1)
})

test('close() is bounded when the watcher no longer reads', async () => {
  const deaf = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  const sockets: Socket[] = []
  deaf.on('connection', (socket) => sockets.push(socket))
  await once(deaf, 'listening')
  const address = deaf.address()
  const client = connected(`127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)

  for (let index = 0; index < 200; index += 1) client.send(say(index, 'x'.repeat(100_000)))
  await client.close()

  for (const socket of sockets) socket.destroy()
  deaf.close()
  expect(sockets).toHaveLength(1)
})

test('close() sends what is left although nothing else keeps the process alive', async () => {
  const script = `
    import { connectRun } from ${JSON.stringify(new URL('./channel.ts', import.meta.url).href)}
    const run = connectRun(process.argv[1])
    for (let index = 0; index < 500; index += 1) run.send({ kind: 'say', atMs: index, text: { en: 'x'.repeat(2000), vi: 'x' } })
    await run.close()
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, server.address], {
    stdio: 'inherit',
  })

  const [code] = await once(child, 'exit')
  await until(() => events.length === 500)

  expect(code).toBe(0)
})

test('over stdin and stdout: one line per event, commands from the input, and the input may end', async () => {
  const input = new PassThrough()
  const lines: string[] = []
  const run = stdioRun(input, (line) => lines.push(line))
  const heard: RunCommand[] = []
  run.onCommand((command) => heard.push(command))

  run.send(say(1))
  input.write('{"command":"step"}\nhello\n{"comm')
  input.end('and":"stop"}')
  await until(() => heard.length === 2)
  await run.close()

  expect(lines).toEqual([`${JSON.stringify(say(1))}\n`])
  expect(heard).toEqual([{ command: 'step' }, { command: 'stop' }])
})
