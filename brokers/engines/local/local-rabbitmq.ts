/** The engine that runs a real RabbitMQ of this computer: it starts one, on loopback and with folders of its own. */
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Address, Capability, RabbitMQEngine, RabbitMQIsolation, RabbitMQSnapshot } from '../engine.ts'
import { findRabbitMQ, type RabbitMQHome } from './rabbitmq-home.ts'
import { type RabbitMQNode, startRabbitMQNode } from './rabbitmq-node.ts'

export interface LocalRabbitMQOptions {
  /** Which one; left out: the one that RABBITMQ_HOME names, or that is installed. */
  readonly home?: RabbitMQHome
}

/** What else it can do, beyond the contract. */
export interface LocalRabbitMQ extends RabbitMQEngine {
  /** Stops the broker's process without ending it (SIGSTOP). */
  freeze(): Promise<void>
  /** Lets a frozen broker go on. */
  thaw(): Promise<void>
}

/** Told twice a second instead of every five seconds. */
const config = ['collect_statistics_interval = 500']
const advanced = '[{rabbit, [{quorum_tick_interval, 500}]}]'

const PASSWORD = 'isolated'
const ADMINISTRATOR = `Basic ${Buffer.from('guest:guest').toString('base64')}`

/** Starts one; dispose it when done. @throws Error in one sentence if there is none, or with the end of its log. */
export async function localRabbitMQ(options: LocalRabbitMQOptions = {}): Promise<LocalRabbitMQ> {
  const home = options.home ?? findRabbitMQ()
  return new Local(await startRabbitMQNode({ home, config, advanced, hasManagement: true }))
}

const args = z.record(z.string(), z.unknown())
const exchanges = z.array(
  z.object({
    name: z.string(),
    type: z.string(),
    durable: z.boolean(),
    auto_delete: z.boolean(),
    internal: z.boolean(),
    arguments: args,
  }),
)
/** Of a queue that is just coming or going the numbers are left out. */
const count = z.number().default(0)
const queues = z.array(
  z.object({
    name: z.string(),
    type: z.string(),
    durable: z.boolean(),
    // Quorum queues, which can't be, say nothing.
    exclusive: z.boolean().nullish(),
    auto_delete: z.boolean(),
    arguments: args,
    messages_ready: count,
    messages_unacknowledged: count,
  }),
)
const bindings = z.array(
  z.object({
    source: z.string(),
    destination: z.string(),
    destination_type: z.enum(['queue', 'exchange']),
    routing_key: z.string(),
    arguments: args,
  }),
)
const consumers = z.array(z.object({ queue: z.object({ name: z.string() }) }))
const connections = z.array(
  z.object({
    user_provided_name: z.string().optional(),
    user: z.string(),
    vhost: z.string(),
    timeout: count,
    client_properties: args,
    channels: count,
  }),
)

class Local implements LocalRabbitMQ {
  readonly engine = 'local'
  readonly capabilities: ReadonlySet<Capability> = new Set(['kill', 'freeze', 'inspect'])
  readonly #node: RabbitMQNode
  #isolations = 0
  #isFrozen = false
  readonly #leftOver = new Set<string>()

  constructor(node: RabbitMQNode) {
    this.#node = node
  }

  get server(): string {
    return this.#node.server
  }

  get address(): Address {
    return { host: this.#node.host, port: this.#node.port }
  }

  async isolate(label: string): Promise<RabbitMQIsolation> {
    const vhost = `${label}-${++this.#isolations}`
    const username = vhost
    const [at, user] = [encodeURIComponent(vhost), encodeURIComponent(username)]
    await this.#put(`vhosts/${at}`, {})
    await this.#put(`users/${user}`, { password: PASSWORD, tags: '' })
    await this.#put(`permissions/${at}/${user}`, { configure: '.*', write: '.*', read: '.*' })
    return { vhost, username, password: PASSWORD, [Symbol.asyncDispose]: () => this.#remove(vhost) }
  }

  async inspect(vhost: string): Promise<RabbitMQSnapshot> {
    const at = encodeURIComponent(vhost)
    const response = await this.#ask('GET', `vhosts/${at}`)
    if (response.status === 404) throw new Error(`there is no vhost '${vhost}'`)
    // These totals are true at that moment; others are some time behind.
    const totals = 'disable_stats=true&enable_queue_totals=true'
    const consumed = await this.#get(`consumers/${at}`, consumers)
    const allQueues = await this.#get(`queues/${at}?${totals}`, queues)
    const allExchanges = await this.#get(`exchanges/${at}`, exchanges)
    const allBindings = await this.#get(`bindings/${at}`, bindings)
    const allConnections = await this.#get(`vhosts/${at}/connections`, connections)
    return {
      exchanges: allExchanges.map(({ auto_delete: autoDelete, ...rest }) => ({ ...rest, autoDelete })),
      queues: allQueues.map((queue) => ({
        name: queue.name,
        type: queue.type,
        durable: queue.durable,
        exclusive: queue.exclusive === true,
        autoDelete: queue.auto_delete,
        arguments: queue.arguments,
        ready: queue.messages_ready,
        unacked: queue.messages_unacknowledged,
        consumers: consumed.filter((one) => one.queue.name === queue.name).length,
      })),
      bindings: allBindings
        .filter(({ source }) => source !== '')
        .map(({ destination_type: destinationType, routing_key: routingKey, ...rest }) => ({
          ...rest,
          destinationType,
          routingKey,
        })),
      connections: allConnections.map((one) => ({
        name: one.user_provided_name,
        user: one.user,
        vhost: one.vhost,
        heartbeatSeconds: one.timeout,
        clientProperties: one.client_properties,
        channels: one.channels,
      })),
    }
  }

  async elapse(ms: number): Promise<void> {
    await pause(ms)
  }

  async stop(): Promise<void> {
    await this.thaw()
    await this.#node.stop()
  }

  async kill(): Promise<void> {
    this.#isFrozen = false
    await this.#node.kill()
  }

  async restart(): Promise<void> {
    await this.thaw()
    await this.#node.restart()
    for (const vhost of this.#leftOver) await this.#remove(vhost)
  }

  async freeze(): Promise<void> {
    this.#signal('SIGSTOP')
    this.#isFrozen = true
  }

  async thaw(): Promise<void> {
    if (this.#isFrozen) this.#signal('SIGCONT')
    this.#isFrozen = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    await this.#node[Symbol.asyncDispose]()
  }

  /** A broker that is down just now removes it when it comes back. */
  async #remove(vhost: string): Promise<void> {
    if (this.#node.pid === undefined) {
      this.#leftOver.add(vhost)
      return
    }
    await this.#ask('DELETE', `vhosts/${encodeURIComponent(vhost)}`)
    await this.#ask('DELETE', `users/${encodeURIComponent(vhost)}`)
    this.#leftOver.delete(vhost)
  }

  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#node.pid !== undefined) process.kill(this.#node.pid, signal)
  }

  async #put(path: string, body: object): Promise<void> {
    const response = await this.#ask('PUT', path, JSON.stringify(body))
    if (!response.ok)
      throw new Error(`${this.server} refused ${path}: ${response.status} ${await response.text()}`)
  }

  async #get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const response = await this.#ask('GET', path)
    if (!response.ok) throw new Error(`${this.server} did not tell of ${path}: ${response.status}`)
    return schema.parse(await response.json())
  }

  #ask(method: string, path: string, body?: string): Promise<Response> {
    const headers = { authorization: ADMINISTRATOR, 'content-type': 'application/json' }
    return fetch(`${this.#node.managementUrl}/api/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    })
  }
}
