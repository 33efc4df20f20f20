/**
 * Which brokers `brokers up` runs: a note for each below `.workbook/brokers/`, and in each a way to ask it to stop. The way is a
 * loopback port and a token, since the id of a process may belong to another one by the time it is used.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { workbookPath } from '../root.ts'

const noteSchema = z.object({
  product: z.enum(['rabbitmq', 'kafka']),
  engine: z.enum(['embedded', 'local', 'docker']),
  /** Product and version, as the server says. */
  server: z.string(),
  /** What clients connect to. */
  addresses: z.array(z.string()),
  management: z.string().optional(),
  /** When it was ready. */
  since: z.iso.datetime(),
  control: z.object({ port: z.number(), token: z.string() }),
})
export type BrokerNote = z.infer<typeof noteSchema>

export interface RunningBroker extends BrokerNote {
  /** Of the note. */
  readonly path: string
}

const folder = () => workbookPath('brokers')
const ANSWER_MS_MAX = 1_000
/** A real Kafka that shuts down in good order takes a few seconds. */
const STOP_MS_MAX = 60_000

/** Listens for whoever may ask to stop, and leaves a note. Disposing takes both back. */
export async function announceBroker(
  about: Omit<BrokerNote, 'since' | 'control'>,
  onStop: () => void,
): Promise<AsyncDisposable> {
  const token = randomBytes(16).toString('hex')
  const server = createServer((socket) => {
    socket.on('error', () => {})
    createInterface({ input: socket }).on('line', (line) => {
      const [given, word] = line.split(' ')
      if (given !== token) socket.destroy()
      else if (word === 'stop') onStop()
      else socket.write('here\n')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const note: BrokerNote = { ...about, since: new Date().toISOString(), control: { port, token } }
  const path = join(folder(), `${about.product}-${process.pid}.json`)
  mkdirSync(folder(), { recursive: true })
  // The token is nobody else's business.
  writeFileSync(path, `${JSON.stringify(note, undefined, 2)}\n`, { mode: 0o600 })
  return {
    async [Symbol.asyncDispose]() {
      rmSync(path, { force: true })
      server.close()
    },
  }
}

/** Those that answer. Notes of brokers that are gone, by kill -9 perhaps, are removed; `stale` says how many. */
export async function findRunningBrokers(): Promise<{ running: RunningBroker[]; stale: number }> {
  const notes = notePaths().flatMap(readNote)
  const answers = await Promise.all(notes.map(isThere))
  const gone = notes.filter((_, at) => answers[at] !== true)
  for (const { path } of gone) rmSync(path, { force: true })
  return { running: notes.filter((_, at) => answers[at] === true), stale: gone.length }
}

/** Asks it to stop and waits until it has. Whether it did in time. */
export async function stopRunningBroker({ control }: RunningBroker): Promise<boolean> {
  const socket = connect(control.port, '127.0.0.1')
  socket.on('error', () => {})
  const gone = once(socket, 'close')
  socket.write(`${control.token} stop\n`)
  // It goes on reading, or the end would not be noticed.
  socket.resume()
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => resolve('late'), STOP_MS_MAX)
  const outcome = await Promise.race([gone, late])
  clearTimeout(timer)
  socket.destroy()
  return outcome !== 'late'
}

function notePaths(): string[] {
  try {
    return readdirSync(folder())
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(folder(), name))
  } catch {
    return []
  }
}

/** A note that can't be read is of no use, and goes. */
function readNote(path: string): RunningBroker[] {
  try {
    return [{ ...noteSchema.parse(JSON.parse(readFileSync(path, 'utf8'))), path }]
  } catch {
    rmSync(path, { force: true })
    return []
  }
}

function isThere({ control }: RunningBroker): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(control.port, '127.0.0.1')
    const conclude = (answer: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => conclude(false), ANSWER_MS_MAX)
    socket.on('error', () => conclude(false))
    socket.on('close', () => conclude(false))
    socket.once('data', () => conclude(true))
    socket.write(`${control.token} here\n`)
  })
}
