/**
 * The line between a run and whoever watches it: RunEvents go up, RunCommands come down, one JSON object a line.
 * The watcher opens a loopback listener and hands its address to the run in `MQ_RUN`; what was sent before a
 * SIGKILL of the run has arrived all the same.
 */
import { createConnection, createServer, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { type RunCommand, type RunEvent, runCommandSchema, runEventSchema } from './events.ts'

/** The watcher's end. */
export interface RunServer {
  /** The value for `MQ_RUN`. */
  readonly address: string
  onEvent(listener: (event: RunEvent) => void): void
  /** Sends to every run that is connected. */
  send(command: RunCommand): void
  close(): Promise<void>
}

/** How long the last lines may take to leave when the watcher no longer reads. */
const flushMsMax = 1000
/** A line that goes on for longer is no event of ours. */
const lineCharsMax = 4_000_000

/** Opens the watcher's end on loopback, on a port the system picks. */
export async function openRunServer(): Promise<RunServer> {
  const listeners: ((event: RunEvent) => void)[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    readLines(socket, runEventSchema, (event) => {
      for (const listener of listeners) listener(event)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  server.unref()
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the run channel got no port')
  return {
    address: `127.0.0.1:${address.port}`,
    onEvent: (listener) => void listeners.push(listener),
    send(command) {
      for (const socket of sockets) socket.write(`${JSON.stringify(command)}\n`)
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** The run's end. */
export interface RunClient {
  send(event: RunEvent): void
  onCommand(listener: (command: RunCommand) => void): void
  /** Resolves when everything sent so far has been handed to the operating system, or can't be. */
  close(): Promise<void>
}

/** Connects to the watcher at `address` (the value of `MQ_RUN`). A watcher that went away is no reason to fail. */
export function connectRun(address: string): RunClient {
  const [host, port] = address.split(':')
  const socket = createConnection({ host: host ?? '127.0.0.1', port: Number(port), noDelay: true })
  socket.unref()
  const listeners: ((command: RunCommand) => void)[] = []
  readLines(socket, runCommandSchema, (command) => {
    for (const listener of listeners) listener(command)
  })
  return {
    send(event) {
      if (socket.writable) socket.write(`${JSON.stringify(event)}\n`)
    },
    onCommand: (listener) => void listeners.push(listener),
    close: () => flushAndEnd(socket),
  }
}

/** The run's end over its own stdin and stdout, for a run that is a process of its own. */
export function stdioRun(input: Readable, write: (line: string) => void): RunClient {
  const listeners: ((command: RunCommand) => void)[] = []
  readLines(input, runCommandSchema, (command) => {
    for (const listener of listeners) listener(command)
  })
  return {
    send: (event) => write(`${JSON.stringify(event)}\n`),
    onCommand: (listener) => void listeners.push(listener),
    close: async () => {},
  }
}

function flushAndEnd(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve()
    // It also keeps the process alive until then, which the socket does not.
    const timer = setTimeout(() => socket.destroy(), flushMsMax)
    const done = (): void => {
      clearTimeout(timer)
      resolve()
    }
    socket.once('close', done)
    socket.end(done)
  })
}

/**
 * Calls `use` with each line that is valid; anything else on the line is ignored, since a peer may be newer.
 * Not node:readline: that also breaks lines at U+2028, which JSON leaves as it is inside a text.
 */
function readLines<Message>(
  input: Readable,
  schema: { safeParse(value: unknown): { success: true; data: Message } | { success: false } },
  use: (message: Message) => void,
): void {
  const take = (line: string): void => {
    const parsed = schema.safeParse(parseJson(line))
    if (parsed.success) use(parsed.data)
  }
  let rest = ''
  input.setEncoding('utf8')
  input.on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > lineCharsMax) rest = ''
    for (const line of lines) take(line)
  })
  input.on('end', () => take(rest))
  // The other side is gone: there is nothing more to read, and nobody to tell.
  input.on('error', () => input.destroy())
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
