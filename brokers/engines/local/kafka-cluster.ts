/**
 * A real Kafka of one or three nodes on free loopback ports, in KRaft mode, with folders of its own. Nothing of it stays: its
 * processes and folders also go when ours is killed.
 */
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { claimPorts } from './free-port.ts'
import type { KafkaHome } from './kafka-home.ts'
import { type KafkaLogin, securedSettings } from './kafka-login.ts'
import { HOST, KafkaNode } from './kafka-node.ts'
import { clusterSettings, newClusterId } from './kafka-settings.ts'
import { Watch } from './watch.ts'

export interface RealKafkaOptions {
  readonly home: KafkaHome
  readonly nodes?: 1 | 3
  /** One for each node; 0, the default, picks a free one. */
  readonly ports?: readonly number[]
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
  ports: wanted = Array<number>(count).fill(0),
  settings: own = {},
  isForSpeed = false,
  login,
}: RealKafkaOptions): Promise<RealKafka> {
  const ports = await claimPorts([...wanted, ...Array<number>(count).fill(0)])
  const folder = join(tmpdir(), `mq-workbook-kafka-${randomUUID()}`)
  const watch = await Watch.over(folder)
  try {
    await mkdir(folder, { mode: 0o700 })
    const settings = login === undefined ? own : { ...own, ...securedSettings(login) }
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
    ...clusterSettings({ id, voters, count }),
    listeners: `PLAINTEXT://${HOST}:${port},CONTROLLER://${controller}`,
    'advertised.listeners': `PLAINTEXT://${HOST}:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    ...settings,
  }
  return Object.entries(all).map(([name, value]) => `${name}=${value}`)
}
