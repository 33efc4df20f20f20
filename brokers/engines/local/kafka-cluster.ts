/**
 * A real Kafka of one or three nodes on free loopback ports, in KRaft mode, with folders of its own. Nothing of it stays: its
 * processes and folders also go when ours is killed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from './free-port.ts'
import type { KafkaHome } from './kafka-home.ts'
import { type KafkaLogin, securedSettings } from './kafka-login.ts'
import { HOST, KafkaNode } from './kafka-node.ts'

export interface RealKafkaOptions {
  readonly home: KafkaHome
  readonly nodes?: 1 | 3
  /** Settings of every node on top of ours, by Kafka's own names. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  /** Runs on the Java options of Kafka's own scripts: slower to start, faster to serve. */
  readonly isForSpeed?: boolean
  /** Clients log in then, and may do only what access rules allow. */
  readonly login?: KafkaLogin | undefined
}

export interface RealKafka extends AsyncDisposable {
  /** Such as `Kafka 4.3.1`, as the jar is named: the protocol has no field for it. */
  readonly server: string
  /** With the ids 0, 1, 2. */
  readonly nodes: readonly KafkaNode[]
  /** What a client takes as its bootstrap servers. */
  readonly brokers: readonly string[]
}

/** Starts one and waits until every node knows all of them. @throws Error with the end of the log of one that fails. */
export async function startRealKafka({
  home,
  nodes: count = 1,
  settings: own = {},
  isForSpeed = false,
  login,
}: RealKafkaOptions): Promise<RealKafka> {
  const folder = await mkdtemp(join(tmpdir(), 'mq-workbook-kafka-'))
  const watch = new Watch(folder)
  try {
    const settings = login === undefined ? own : { ...own, ...securedSettings(login) }
    const ports = await freePorts(2 * count)
    const clients = ports.slice(0, count)
    const voters = ports.slice(count).map((port, id) => `${id}@${HOST}:${port}`)
    const nodes = await Promise.all(
      clients.map(async (port, id) => {
        const path = join(folder, `node-${id}`)
        await mkdir(path)
        const properties = propertiesOf({ id, port, voters, count, settings })
        return new KafkaNode({
          home,
          id,
          port,
          folder: path,
          properties,
          watch,
          isForSpeed,
          login: login?.admin,
        })
      }),
    )
    const clusterId = newClusterId()
    await Promise.all(nodes.map((node) => node.format(clusterId)))
    for (const node of nodes) node.start()
    await Promise.all(nodes.map((node) => node.ready(nodes.map(({ id }) => id))))
    return {
      server: `Kafka ${home.version}`,
      nodes,
      brokers: nodes.map(({ port }) => `${HOST}:${port}`),
      async [Symbol.asyncDispose]() {
        await Promise.all(nodes.map((node) => node.kill()))
        await watch.end()
      },
    }
  } catch (error) {
    await watch.end()
    throw error
  }
}

function propertiesOf(of: {
  id: number
  port: number
  voters: readonly string[]
  count: number
  settings: NonNullable<RealKafkaOptions['settings']>
}): string[] {
  const { id, port, voters, count, settings } = of
  const controller = voters[id]?.split('@')[1]
  const all = {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': voters.join(),
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://${HOST}:${port},CONTROLLER://${controller}`,
    'advertised.listeners': `PLAINTEXT://${HOST}:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'offsets.topic.replication.factor': count,
    'transaction.state.log.replication.factor': count,
    'transaction.state.log.min.isr': 1,
    // Kafka's own 9000 and 2000: a node that was killed or stopped would be missed, or taken back, only after so long.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 200,
    // Fewer than Kafka's 50: each costs files, and a test needs few.
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    // Kafka's own default is 3000, which every first member of a group would wait.
    'group.initial.rebalance.delay.ms': 0,
    ...settings,
  }
  return Object.entries(all).map(([name, value]) => `${name}=${value}`)
}

/** Sees to it that processes and folder go with us. */
class Watch {
  readonly #process: ChildProcess

  constructor(folder: string) {
    const program = fileURLToPath(new URL('./clean-up.ts', import.meta.url))
    // In a process group of its own, so that Ctrl-C leaves it to its work.
    this.#process = spawn(process.execPath, [program, folder], {
      stdio: ['pipe', 'ignore', 'inherit'],
      detached: true,
    })
  }

  started(pid: number): void {
    this.#process.stdin?.write(`+${pid}\n`)
  }

  ended(pid: number): void {
    this.#process.stdin?.write(`-${pid}\n`)
  }

  /** Ends what still runs and removes the folder. */
  async end(): Promise<void> {
    const gone = once(this.#process, 'exit')
    this.#process.stdin?.end()
    await gone
  }
}

/** Never begins with '-', as Kafka's own ids don't: its tools would take such an id for an option. */
function newClusterId(): string {
  const bytes = randomBytes(16)
  bytes[0] = bytes.readUInt8(0) & 0x7f
  return bytes.toString('base64url')
}
