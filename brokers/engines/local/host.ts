/**
 * Keeps real brokers running for processes that come one after another: a broker takes seconds to start, and a run over all tasks
 * would start dozens. Who comes next finds them up, whatever the one before did to them; a cluster that was hurt is a new one then.
 * Calls come as JSON over HTTP on loopback, under a path that only those know who were told.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { EngineError } from '../engine-error.ts'
import { askVersion } from '../rabbitmq-version.ts'
import type { RunningKafka } from '../real-kafka.ts'
import type { RunningRabbitMQ } from '../real-rabbitmq.ts'

/** What one call may ask for. */
export const callSchema = z.strictObject({
  broker: z.enum(['rabbitmq', 'kafka-1', 'kafka-3']),
  /** Of a Kafka; left out for calls to all of it. */
  node: z.number().int().optional(),
  call: z.enum(['attach', 'start', 'ready', 'stop', 'kill', 'restart', 'freeze', 'thaw']),
  /** Of `ready`. */
  nodeIds: z.array(z.number().int()).optional(),
  /** Of `stop`. */
  msMax: z.number().optional(),
})
export type Call = z.infer<typeof callSchema>

const address = { host: z.string(), port: z.number() }
/** What `attach` answers of a RabbitMQ and of a Kafka. */
export const attachedRabbitMQSchema = z.object({
  ...address,
  server: z.string(),
  managementUrl: z.string().optional(),
})
export const attachedKafkaSchema = z.object({
  server: z.string(),
  nodes: z.array(z.object({ ...address, id: z.number() })),
})

export interface BrokerHost extends AsyncDisposable {
  /** The value of MQ_BROKER_HOST for those who shall take these brokers instead of starting some. */
  readonly url: string
}

/** How its brokers are started, each when it is asked for first. */
export interface HostOptions {
  rabbitmq(): Promise<RunningRabbitMQ>
  kafka(nodes: 1 | 3): Promise<RunningKafka>
}

/** Opens one on a free port; dispose it with all that it started. */
export async function openBrokerHost({ rabbitmq, kafka }: HostOptions): Promise<BrokerHost> {
  const guests = {
    rabbitmq: new HostedRabbitMQ(rabbitmq),
    'kafka-1': new HostedKafka(() => kafka(1)),
    'kafka-3': new HostedKafka(() => kafka(3)),
  } as const
  const path = `/${randomBytes(16).toString('hex')}`
  const server = createServer(async (request, response) => {
    const say = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (request.url !== path || request.method !== 'POST') return say(404, {})
    try {
      const call = callSchema.parse(JSON.parse(await bodyOf(request)))
      // Orders answer nothing, for which JSON has null.
      say(200, { value: (await guests[call.broker].answer(call)) ?? null })
    } catch (error) {
      const en = error instanceof Error ? error.message : String(error)
      say(500, { said: error instanceof EngineError ? error.said : { en, vi: en } })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      for (const guest of Object.values(guests)) await guest.end()
    },
  }
}

type State = 'up' | 'frozen' | 'down'

/** One kind of broker: started when somebody attaches, and anew when it has ended without being told to. */
abstract class Hosted<Broker extends AsyncDisposable> {
  readonly #start: () => Promise<Broker>
  #started: Promise<Broker> | undefined

  constructor(start: () => Promise<Broker>) {
    this.#start = start
  }

  async answer(call: Call): Promise<unknown> {
    if (call.call === 'attach') return await this.#attach()
    if (this.#started === undefined) throw new Error(`nobody has started ${call.broker} yet`)
    return await this.obey(await this.#started, call)
  }

  async end(): Promise<void> {
    const broker = await this.#started?.catch(() => undefined)
    this.#started = undefined
    await broker?.[Symbol.asyncDispose]()
  }

  /** Does what is asked of one that runs. */
  protected abstract obey(broker: Broker, call: Call): Promise<unknown>
  /** Sees to it that it can be used, and tells where it is. @throws Error when it can't be had that way */
  protected abstract standUp(broker: Broker): Promise<object>

  async #attach(): Promise<object> {
    if (this.#started !== undefined) {
      try {
        return await this.standUp(await this.#started)
      } catch {
        // It did not start, or is gone: killed with the process that used it, for one.
        await this.end()
      }
    }
    this.#started = this.#start()
    return await this.standUp(await this.#started)
  }
}

class HostedRabbitMQ extends Hosted<RunningRabbitMQ> {
  #state: State = 'up'

  protected async obey(broker: RunningRabbitMQ, { call }: Call): Promise<undefined> {
    switch (call) {
      case 'stop':
      case 'kill':
        this.#state = 'down'
        await broker[call]()
        return
      case 'restart':
        await broker.restart()
        this.#state = 'up'
        return
      case 'freeze':
      case 'thaw':
        await broker[call]()
        this.#state = call === 'freeze' ? 'frozen' : 'up'
        return
      default:
        throw new Error(`a RabbitMQ has no ${call}`)
    }
  }

  protected async standUp(broker: RunningRabbitMQ): Promise<object> {
    await broker.thaw()
    if (this.#state === 'down' || (await askVersion(broker)) === undefined) await broker.restart()
    this.#state = 'up'
    const { host, port, server, managementUrl } = broker
    return { host, port, server, managementUrl }
  }
}

class HostedKafka extends Hosted<RunningKafka> {
  readonly #states = new Map<number, State>()
  /** Whether a node was killed, stopped or frozen: the others have had to do without it. */
  #wasHurt = false

  protected async obey(
    { nodes }: RunningKafka,
    { call, node: id, nodeIds = [], msMax }: Call,
  ): Promise<undefined> {
    const node = nodes.find((each) => each.id === id)
    if (node === undefined) throw new Error(`there is no node ${id}`)
    this.#wasHurt ||= call === 'kill' || call === 'stop' || call === 'freeze'
    switch (call) {
      case 'start':
        await node.start()
        this.#states.set(node.id, 'up')
        return
      case 'ready':
        await node.ready(nodeIds)
        return
      case 'stop':
        this.#states.set(node.id, 'down')
        await node.stop(msMax)
        return
      case 'kill':
        this.#states.set(node.id, 'down')
        await node.kill()
        return
      case 'freeze':
      case 'thaw':
        await node[call]()
        this.#states.set(node.id, call === 'freeze' ? 'frozen' : 'up')
        return
      default:
        throw new Error(`a Kafka has no ${call}`)
    }
  }

  protected async standUp({ server, nodes }: RunningKafka): Promise<object> {
    // Controllers of 4.3.1 that have lost and found each other now and then take a node back no more. Who comes next begins anew.
    if (this.#wasHurt && nodes.length > 1) throw new Error('this cluster has been through enough')
    for (const node of nodes) {
      const state = this.#states.get(node.id)
      if (state === 'frozen') await node.thaw()
      if (state === 'down') await node.start()
      this.#states.set(node.id, 'up')
    }
    const ids = nodes.map(({ id }) => id)
    await Promise.all(nodes.map((node) => node.ready(ids)))
    return { server, nodes: nodes.map(({ id, host, port }) => ({ id, host, port })) }
  }

  override async end(): Promise<void> {
    this.#states.clear()
    this.#wasHurt = false
    await super.end()
  }
}

/** Longer than any call of ours. */
const bodyCharsMax = 10_000

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) {
    body += String(chunk)
    if (body.length > bodyCharsMax) throw new Error('this call is too long')
  }
  return body
}
