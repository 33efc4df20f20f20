/** The engine that runs a real Kafka of one or three nodes in containers, from the image of docker-compose.yml. */
import { setTimeout as pause } from 'node:timers/promises'
import { EngineError, type Sentence } from '../engine-error.ts'
import { KafkaAdmin } from '../kafka-admin.ts'
import { how } from '../last-words.ts'
import { claimPorts } from '../local/free-port.ts'
import { clusterSettings, newClusterId, tidyingSettings } from '../local/kafka-settings.ts'
import { type RealKafka, type RunningNode, runningKafka } from '../real-kafka.ts'
import { Containers, type RunningContainer } from './containers.ts'
import { imagesOfCompose } from './images.ts'

export interface DockerKafkaOptions {
  readonly nodes?: 1 | 3
  /** Of this computer, one for each node; 0, the default, picks a free one. */
  readonly ports?: readonly number[]
  /** Settings of every node, by Kafka's own names. */
  readonly settings?: Readonly<Record<string, string>>
}

const HOST = '127.0.0.1'
const [HOST_PORT, INSIDE_PORT, CONTROLLER_PORT] = [9092, 19_092, 9093]
const READY_MS_MAX = 120_000
const STEP_MS = 100

/** Starts one; dispose it when done. @throws EngineError */
export async function dockerKafka({
  nodes: count = 1,
  ports: wanted = Array<number>(count).fill(0),
  settings = {},
}: DockerKafkaOptions = {}): Promise<RealKafka> {
  const containers = await Containers.open()
  try {
    const image = imagesOfCompose().kafka
    const network = await containers.openNetwork()
    const ports = await claimPorts(wanted)
    const voters = ports.map((_, id) => `${id}@${nameOf(id)}:${CONTROLLER_PORT}`)
    const clusterId = newClusterId()
    const nodes = await Promise.all(
      ports.map(async (port, id) => {
        const container = await containers.start({
          image,
          who: { en: `node ${id} of ${image}`, vi: `node ${id} của ${image}` },
          hostname: nameOf(id),
          network,
          ports: new Map([[HOST_PORT, port]]),
          environment: {
            CLUSTER_ID: clusterId,
            KAFKA_HEAP_OPTS: '-Xms128m -Xmx512m',
            ...variablesOf({
              ...clusterSettings({ id, voters, count }),
              listeners: `HOST://:${HOST_PORT},INSIDE://:${INSIDE_PORT},CONTROLLER://:${CONTROLLER_PORT}`,
              'advertised.listeners': `HOST://${HOST}:${port},INSIDE://${nameOf(id)}:${INSIDE_PORT}`,
              'listener.security.protocol.map': 'HOST:PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
              'inter.broker.listener.name': 'INSIDE',
              'log.dirs': '/var/lib/kafka/data',
              ...tidyingSettings,
              ...settings,
            }),
          },
        })
        return new Node({ id, port, container })
      }),
    )
    await Promise.all(nodes.map((node) => node.ready(nodes.map(({ id }) => id))))
    return runningKafka('docker', {
      server: `Kafka ${await versionIn(nodes)}`,
      nodes,
      [Symbol.asyncDispose]: () => containers[Symbol.asyncDispose](),
    })
  } catch (error) {
    await containers[Symbol.asyncDispose]()
    throw error
  }
}

const nameOf = (id: number) => `kafka-${id}`

/** As the image reads them: a dot becomes an underscore. */
function variablesOf(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
      String(value),
    ]),
  )
}

/** As the server's jar is named: the protocol has no field for it, and an image's tag says what somebody called it. */
async function versionIn([node]: readonly Node[]): Promise<string> {
  const listed = (await node?.container.run('ls', '/opt/kafka/libs')) ?? ''
  return /kafka_2\.13-(\d+\.\d+\.\d+)\.jar/.exec(listed)?.[1] ?? 'of an unknown version'
}

class Node implements RunningNode {
  readonly id: number
  readonly host = HOST
  readonly port: number
  readonly container: RunningContainer
  readonly crashed: Promise<Sentence>
  readonly #admin: KafkaAdmin

  constructor(of: { id: number; port: number; container: RunningContainer }) {
    this.id = of.id
    this.port = of.port
    this.container = of.container
    this.crashed = of.container.crashed
    this.#admin = new KafkaAdmin(() => [this])
  }

  async ready(nodeIds: readonly number[]): Promise<void> {
    for (const deadline = Date.now() + READY_MS_MAX; ; await pause(STEP_MS)) {
      const known = await this.#admin.nodes().catch(() => [])
      if (nodeIds.every((id) => known.some((node) => node.id === id))) return
      if (!this.container.hasEnded && Date.now() < deadline) continue
      const what = this.container.hasEnded ? how.endedWhileStarting : how.wasNotReadyIn(READY_MS_MAX / 1000)
      throw new EngineError(await this.container.lastWords(what))
    }
  }

  start(): Promise<void> {
    return this.container.start()
  }

  stop(msMax?: number): Promise<void> {
    return this.container.stop(msMax)
  }

  kill(): Promise<void> {
    return this.container.kill()
  }

  freeze(): Promise<void> {
    return this.container.freeze()
  }

  thaw(): Promise<void> {
    return this.container.thaw()
  }
}
