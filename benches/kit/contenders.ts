/**
 * Who takes part in a bench of brokers: the embedded one in both durabilities, a null server, and the real RabbitMQs that
 * can be had on this computer. All of them are started here and end with the bench, also on Ctrl-C.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RabbitMQ, type RabbitMQOptions, startRabbitMQ } from '#brokers/amqp'
import { type RabbitMQNode, startRabbitMQNode } from '#brokers/engines/local/node'
import { bringRabbitMQ, type DebianRabbitMQ, debianRabbitMQs } from '#brokers/engines/local/tree'
import { words } from './figures.ts'

export type QueueType = 'classic' | 'quorum'
export type Durability = 'fsync' | 'os'

export interface Contender {
  readonly name: string
  readonly url: string
  /** What its queues are declared as; `undefined` where the type means nothing. */
  readonly type: QueueType | undefined
}

export interface Field {
  readonly contenders: readonly Contender[]
  [Symbol.asyncDispose](): Promise<void>
}

const nullServer = new URL('./null-server.ts', import.meta.url)
export const CEILING = 'null server'

/**
 * Starts them. A real RabbitMQ's classic queue confirms like our `os` and its quorum queue like our `fsync`, so these
 * follow each other.
 */
export async function startField(options: {
  readonly durabilities: readonly Durability[]
  readonly types: readonly QueueType[]
  readonly real: readonly DebianRabbitMQ[]
}): Promise<Field> {
  endOnSignals()
  const { types, durabilities } = options
  const ends = new AsyncDisposableStack()
  const ceiling = await startNullServer()
  ends.defer(() => void ceiling.child.kill('SIGKILL'))
  const brokers: { name: string; url: string }[] = []
  for (const durability of durabilities) {
    const broker = ends.use(await startEmbedded({ durability }))
    brokers.push({ name: `embedded ${durability}`, url: broker.url })
  }
  for (const node of await startReals(options.real))
    brokers.push({ name: node.server, url: urlOf(ends.use(node)) })
  const contenders = types.flatMap((type) =>
    brokers.map(({ name, url }) => ({ name: `${name} ${type}`, url, type })),
  )
  return {
    contenders: [{ name: CEILING, url: ceiling.url, type: undefined }, ...contenders],
    [Symbol.asyncDispose]: () => ends.disposeAsync(),
  }
}

/** What `real=3.10,4.0` asks for; `real=none` measures the embedded broker alone. */
export function realWord(
  otherwise: readonly (DebianRabbitMQ | 'none')[] = debianRabbitMQs,
): DebianRabbitMQ[] {
  return words('real', [...debianRabbitMQs, 'none'], otherwise).filter((one) => one !== 'none')
}

/** The embedded one as a child with data of its own, which go with it. */
export async function startEmbedded(options: RabbitMQOptions): Promise<RabbitMQ> {
  const dataDir = await mkdtemp(join(tmpdir(), 'broker-bench-'))
  return startRabbitMQ({ runsIn: 'child', ...options, dataDir, isTemporary: true })
}

/** The real ones that can be had; says which can't, and why. */
export async function startReals(versions: readonly DebianRabbitMQ[]): Promise<RabbitMQNode[]> {
  const nodes: RabbitMQNode[] = []
  for (const version of versions) {
    try {
      nodes.push(await startRabbitMQNode({ home: await bringRabbitMQ(version, console.log) }))
    } catch (error) {
      console.log(`RabbitMQ ${version} is not measured: ${(error as Error).message}`)
    }
  }
  if (nodes.length === 0) console.log('Only the embedded broker is measured, no real RabbitMQ.')
  return nodes
}

export function urlOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `amqp://guest:guest@${host}:${port}`
}

/** Our children end with us, however we end; what they leave is cleared away only if we end in good order. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))
}

async function startNullServer(): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(fileURLToPath(nullServer), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [port] = (await once(child, 'message')) as [number]
  return { child, url: urlOf({ host: '127.0.0.1', port }) }
}
