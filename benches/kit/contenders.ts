/** Who takes part in a bench of brokers: the embedded one in both durabilities, a null server, and a real RabbitMQ. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connect } from 'amqplib'
import { startRabbitMQ } from '#brokers/amqp'

export interface Contender {
  readonly name: string
  readonly url: string
  /** What its queues are declared as; `undefined` where the type means nothing. */
  readonly type: 'classic' | 'quorum' | undefined
  /** Of its process, where that is ours. */
  readonly pid: number | undefined
}

export interface Field {
  readonly contenders: readonly Contender[]
  [Symbol.asyncDispose](): Promise<void>
}

const nullServer = new URL('./null-server.ts', import.meta.url)

/**
 * Starts them. A real RabbitMQ takes part if AMQP_URL names one; both its queue types then stand beside ours: its classic
 * queue confirms like our `os`, its quorum queue like our `fsync`.
 */
export async function startField(options: {
  readonly durabilities: readonly ('fsync' | 'os')[]
  readonly types: readonly ('classic' | 'quorum')[]
  readonly memoryBytesMax?: number
}): Promise<Field> {
  const ends: (() => Promise<unknown>)[] = []
  const contenders: Contender[] = []
  const { types, durabilities, ...rest } = options
  const ceiling = await startNullServer()
  ends.push(async () => ceiling.child.kill('SIGKILL'))
  contenders.push({ name: 'null server', url: ceiling.url, type: undefined, pid: ceiling.child.pid })
  for (const durability of durabilities) {
    const dataDir = await mkdtemp(join(tmpdir(), 'broker-bench-'))
    const broker = await startRabbitMQ({ runsIn: 'child', dataDir, durability, ...rest })
    ends.push(() => broker.stop().then(() => rm(dataDir, { recursive: true, force: true })))
    for (const type of types) {
      contenders.push({ name: `embedded ${durability} ${type}`, url: broker.url, type, pid: broker.pid })
    }
  }
  const realUrl = process.env['AMQP_URL']
  if (realUrl !== undefined) {
    const server = await serverOf(realUrl)
    for (const type of types)
      contenders.push({ name: `${server} ${type}`, url: realUrl, type, pid: undefined })
  }
  return {
    contenders,
    async [Symbol.asyncDispose]() {
      for (const end of ends) await end()
    },
  }
}

/** Without a broker that says its version: the AMQP clients agree on where it stands. */
async function serverOf(url: string): Promise<string> {
  const connection = await connect(url)
  const { product, version } = connection.connection.serverProperties
  await connection.close()
  return `${product} ${version}`
}

async function startNullServer(): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(fileURLToPath(nullServer), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [port] = (await once(child, 'message')) as [number]
  return { child, url: `amqp://guest:guest@127.0.0.1:${port}` }
}

/** What every figure stands beside. */
export function printMachine(samples: string): void {
  const sqlite = 'better-sqlite3 for definitions, a segment log for messages'
  console.log(`Node ${process.version}, amqplib 2.3.1, ${sqlite}`)
  console.log(
    `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), client and broker share them; ${samples}\n`,
  )
}

/** Resident memory of a process in megabytes. */
export function residentMegabytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024
}

/** `name=value` of the command line. */
export function word(name: string): string | undefined {
  return process.argv.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]]
  return sorted.length % 2 === 1 ? high : (low + high) / 2
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

export const thousands = (perSecond: number) => `${(perSecond / 1000).toFixed(1)} k`
