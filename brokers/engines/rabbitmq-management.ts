/** What a RabbitMQ tells and does over its management API, as far as an engine needs it. */
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { RabbitMQSnapshot } from './engine.ts'

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
const serving = z.array(z.object({ messages_ready: z.number().optional() }))
const overview = z.object({ rabbitmq_version: z.string() })

export interface ManagementLogin {
  readonly username: string
  readonly password: string
}

/** The user that belongs to one vhost is named like it. */
export const ISOLATED_PASSWORD = 'isolated'
const ANSWER_MS_MAX = 5_000
/** A queue whose data are damaged never serves: then others are kept waiting no longer. */
const SERVE_MS_MAX = 30_000
const SERVE_STEP_MS = 100

export class RabbitMQManagement {
  readonly #url: string
  readonly #authorization: string

  /** @param url such as `http://127.0.0.1:15672` */
  constructor(url: string, { username, password }: ManagementLogin) {
    this.#url = url.replace(/\/$/, '')
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  }

  /** As the server says. @throws Error if it does not answer, or not as RabbitMQ does */
  async version(): Promise<string> {
    return (await this.#get('overview', overview)).rabbitmq_version
  }

  /** Makes a vhost and a user with all rights in it. */
  async addVhost(vhost: string): Promise<void> {
    const at = encodeURIComponent(vhost)
    await this.#put(`vhosts/${at}`, {})
    await this.#put(`users/${at}`, { password: ISOLATED_PASSWORD, tags: '' })
    await this.#put(`permissions/${at}/${at}`, { configure: '.*', write: '.*', read: '.*' })
  }

  /** Removes the vhost and its user. */
  async removeVhost(vhost: string): Promise<void> {
    const at = encodeURIComponent(vhost)
    await this.#ask('DELETE', `vhosts/${at}`)
    await this.#ask('DELETE', `users/${at}`)
  }

  /**
   * Resolves when every queue tells its numbers. After a start a quorum queue has no leader for a moment, and what a client asks
   * of it then may never be answered.
   */
  async untilQueuesServe(): Promise<void> {
    const totals = 'disable_stats=true&enable_queue_totals=true'
    for (const deadline = Date.now() + SERVE_MS_MAX; Date.now() < deadline; await pause(SERVE_STEP_MS)) {
      // While it starts on a busy computer it may not even answer in time.
      const all = await this.#get(`queues?${totals}`, serving).catch(() => undefined)
      if (all?.every(({ messages_ready: ready }) => ready !== undefined)) return
    }
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

  async #put(path: string, body: object): Promise<void> {
    const response = await this.#ask('PUT', path, JSON.stringify(body))
    if (!response.ok) throw new Error(`RabbitMQ refused ${path}: ${response.status} ${await response.text()}`)
  }

  async #get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const response = await this.#ask('GET', path)
    if (!response.ok) throw new Error(`RabbitMQ did not tell of ${path}: ${response.status}`)
    return schema.parse(await response.json())
  }

  #ask(method: string, path: string, body?: string): Promise<Response> {
    return fetch(`${this.#url}/api/${path}`, {
      method,
      headers: { authorization: this.#authorization, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
      ...(body === undefined ? {} : { body }),
    })
  }
}
