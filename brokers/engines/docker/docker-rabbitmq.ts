/** The engine that runs a real RabbitMQ in a container, from the image of docker-compose.yml. */
import { setTimeout as pause } from 'node:timers/promises'
import { EngineError, type Sentence } from '../engine-error.ts'
import { how } from '../last-words.ts'
import { claimPorts } from '../local/free-port.ts'
import { askVersion } from '../rabbitmq-version.ts'
import { type RealRabbitMQ, type RunningRabbitMQ, runningRabbitMQ } from '../real-rabbitmq.ts'
import { Containers, type RunningContainer } from './containers.ts'
import { imagesOfCompose, mounted } from './images.ts'

const HOST = '127.0.0.1'
const [AMQP, MANAGEMENT] = [5672, 15_672]
const READY_MS_MAX = 120_000
const STEP_MS = 50

export interface DockerRabbitMQOptions {
  /** Of this computer; 0, the default, picks a free one. */
  readonly port?: number
  readonly managementPort?: number
}

/** Starts one; dispose it when done. @throws EngineError */
export async function dockerRabbitMQ(options: DockerRabbitMQOptions = {}): Promise<RealRabbitMQ> {
  const containers = await Containers.open()
  try {
    const image = imagesOfCompose().rabbitmq
    const wanted = [options.port ?? 0, options.managementPort ?? 0]
    const [port = 0, managementPort = 0] = await claimPorts(wanted)
    const container = await containers.start({
      image,
      who: { en: `the RabbitMQ of ${image}`, vi: `RabbitMQ từ ${image}` },
      hostname: 'rabbitmq',
      ports: new Map([
        [AMQP, port],
        [MANAGEMENT, managementPort],
      ]),
      files: new Map([
        ['/etc/rabbitmq/conf.d/20-workbook.conf', mounted('rabbitmq/20-workbook.conf')],
        ['/etc/rabbitmq/advanced.config', mounted('rabbitmq/advanced.config')],
      ]),
    })
    const broker = new Broker({ containers, container, port, managementPort })
    await broker.ready()
    return runningRabbitMQ('docker', broker)
  } catch (error) {
    await containers[Symbol.asyncDispose]()
    throw error
  }
}

class Broker implements RunningRabbitMQ {
  readonly host = HOST
  readonly port: number
  readonly managementUrl: string
  readonly crashed: Promise<Sentence>
  server = ''
  readonly #containers: Containers
  readonly #container: RunningContainer

  constructor(of: {
    containers: Containers
    container: RunningContainer
    port: number
    managementPort: number
  }) {
    this.port = of.port
    this.managementUrl = `http://${HOST}:${of.managementPort}`
    this.#containers = of.containers
    this.#container = of.container
    this.crashed = of.container.crashed
  }

  /** Resolves when AMQP and management answer. @throws EngineError with the end of its log */
  async ready(): Promise<void> {
    for (const deadline = Date.now() + READY_MS_MAX; ; await pause(STEP_MS)) {
      const version = await askVersion(this)
      if (version !== undefined && (await this.#hasManagement())) {
        this.server = `RabbitMQ ${version}`
        return
      }
      if (!this.#container.hasEnded && Date.now() < deadline) continue
      const what = this.#container.hasEnded ? how.endedWhileStarting : how.wasNotReadyIn(READY_MS_MAX / 1000)
      throw new EngineError(await this.#container.lastWords(what))
    }
  }

  stop(): Promise<void> {
    return this.#container.stop()
  }

  kill(): Promise<void> {
    return this.#container.kill()
  }

  async restart(): Promise<void> {
    await this.#container.start()
    await this.ready()
  }

  freeze(): Promise<void> {
    return this.#container.freeze()
  }

  thaw(): Promise<void> {
    return this.#container.thaw()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#containers[Symbol.asyncDispose]()
  }

  #hasManagement(): Promise<boolean> {
    return fetch(this.managementUrl).then(
      () => true,
      () => false,
    )
  }
}
