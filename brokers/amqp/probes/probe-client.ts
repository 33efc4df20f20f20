/** The client that probes are written with: sends single methods and notes down what comes, as lines. */
import { setTimeout as pause } from 'node:timers/promises'
import { type RawClient, rawConnect } from '../raw-client.ts'
import type { FieldTable } from '../wire/field-table.ts'
import type { BasicProperties, MethodFields, MethodFrame, MethodName } from '../wire/wire.ts'
import { type Arrival, printArrival } from './print.ts'
import type { ConnectOptions } from './probe.ts'

/** A real broker may be busy; a reply that is not there by then never comes. */
const WAIT_MS_MAX = 5_000
const STEP_MS = 10
/** No probe uses it. */
const BARRIER_CHANNEL = 999

const unasked: ReadonlySet<string> = new Set([
  'basic.deliver',
  'basic.return',
  'basic.ack',
  'basic.nack',
  'basic.cancel',
  'connection.blocked',
  'connection.unblocked',
])
const withContent: ReadonlySet<string> = new Set(['basic.deliver', 'basic.return', 'basic.get-ok'])

export interface ProbeLog {
  readonly lines: string[]
  /** What has to be deleted when the probe is over. */
  readonly declared: Set<`${'queue' | 'exchange'} ${string}`>
  readonly silenceMs: number
}

/** Reads one connection and hands its frames to the channels. */
export class ProbeConnection {
  readonly raw: RawClient
  readonly log: ProbeLog
  readonly label: string
  readonly #channels = new Map<number, ProbeChannel>()
  #wake: (() => void)[] = []
  isOver = false

  constructor(raw: RawClient, log: ProbeLog, label: string) {
    this.raw = raw
    this.log = log
    this.label = label
    this.#read().catch(() => this.#end())
  }

  channel(number: number): ProbeChannel {
    const current = this.#channels.get(number)
    if (current !== undefined) return current
    const channel = new ProbeChannel(number, this)
    this.#channels.set(number, channel)
    return channel
  }

  /** Resolves when something has come, or after the time. */
  async change(ms: number): Promise<void> {
    await Promise.race([new Promise<void>((resolve) => this.#wake.push(resolve)), pause(ms)])
  }

  /** Says goodbye, so that everything that ends with the connection has ended. */
  async close(): Promise<void> {
    if (!this.isOver) {
      this.raw.send(0, 'connection.close', { replyCode: 200 })
      for (const deadline = Date.now() + WAIT_MS_MAX; !this.isOver && Date.now() < deadline; )
        await this.change(STEP_MS)
    }
    this.raw.cut()
  }

  async #read(): Promise<void> {
    let open: { number: number; method: MethodFrame; properties?: BasicProperties; body: string } | undefined
    let missing = 0
    for (;;) {
      const frame = await this.raw.next()
      if (frame === undefined) return this.#end()
      if (frame.kind === 'method') {
        if (withContent.has(frame.method)) open = { number: frame.channel, method: frame, body: '' }
        else this.#take(frame.channel, { method: frame })
      } else if (frame.kind === 'header' && open !== undefined) {
        open.properties = frame.properties
        missing = frame.bodySize
      } else if (frame.kind === 'body' && open !== undefined) {
        open.body += frame.payload.toString()
        missing -= frame.payload.length
      }
      if (open?.properties !== undefined && missing === 0) {
        this.#take(open.number, { method: open.method, properties: open.properties, body: open.body })
        open = undefined
      }
    }
  }

  #take(number: number, arrival: Arrival): void {
    const { method } = arrival.method
    if (method === 'channel.close') this.raw.send(number, 'channel.close-ok')
    if (method === 'connection.close') this.raw.send(0, 'connection.close-ok')
    if (method === 'connection.close-ok') this.#end()
    else if (number === 0) for (const channel of this.#channels.values()) channel.take(arrival)
    else this.channel(number).take(arrival)
    this.#stir()
  }

  #end(): void {
    this.isOver = true
    this.#stir()
  }

  #stir(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}

export class ProbeChannel {
  readonly number: number
  readonly connection: ProbeConnection
  readonly #answers: Arrival[] = []
  readonly #unasked: Arrival[] = []
  /** Whether the server has closed it since it was opened. */
  wasClosed = false

  constructor(number: number, connection: ProbeConnection) {
    this.number = number
    this.connection = connection
  }

  /** Another channel of the connection; open it first. */
  on(number: number): ProbeChannel {
    return this.connection.channel(number)
  }

  open(): Promise<Arrival | undefined> {
    return this.call('channel.open')
  }

  take(arrival: Arrival): void {
    if (arrival.method.method === 'channel.close') this.wasClosed = true
    if (arrival.method.method === 'channel.open-ok') this.wasClosed = false
    const list = unasked.has(arrival.method.method) ? this.#unasked : this.#answers
    list.push(arrival)
  }

  /** Sends without waiting. */
  send<N extends MethodName>(name: N, fields: Partial<MethodFields<N>> = {}): void {
    this.connection.raw.send(this.number, name, fields)
  }

  /** Sends, and notes the answer, or the close that comes instead. */
  async call<N extends MethodName>(
    name: N,
    fields: Partial<MethodFields<N>> = {},
  ): Promise<Arrival | undefined> {
    this.#remember(name, fields)
    this.send(name, fields)
    const answer = await this.#next(this.#answers)
    if (answer?.method.method === 'queue.declare-ok') this.#declared('queue', answer.method.fields.queue)
    this.#note(answer === undefined ? this.#nothing(`no answer to ${name}`) : printArrival(answer))
    return answer
  }

  queue(name: string, args: FieldTable = {}, fields: Partial<MethodFields<'queue.declare'>> = {}) {
    return this.call('queue.declare', { queue: name, durable: true, arguments: args, ...fields })
  }

  exchange(name: string, type: string, fields: Partial<MethodFields<'exchange.declare'>> = {}) {
    return this.call('exchange.declare', { exchange: name, type, durable: true, ...fields })
  }

  bind(queue: string, exchange: string, routingKey = '', args: FieldTable = {}) {
    return this.call('queue.bind', { queue, exchange, routingKey, arguments: args })
  }

  consume(queue: string, fields: Partial<MethodFields<'basic.consume'>> = {}) {
    return this.call('basic.consume', { queue, consumerTag: 't', ...fields })
  }

  qos(prefetchCount: number, global = false) {
    return this.call('basic.qos', { prefetchCount, global })
  }

  publish(
    routingKey: string,
    body = 'm',
    properties: BasicProperties = {},
    fields: Partial<MethodFields<'basic.publish'>> = {},
  ): void {
    this.connection.raw.publish(this.number, { routingKey, ...fields }, properties, body)
  }

  ack(deliveryTag: number, multiple = false): void {
    this.send('basic.ack', { deliveryTag, multiple })
  }

  nack(deliveryTag: number, requeue: boolean, multiple = false): void {
    this.send('basic.nack', { deliveryTag, requeue, multiple })
  }

  reject(deliveryTag: number, requeue: boolean): void {
    this.send('basic.reject', { deliveryTag, requeue })
  }

  get(queue: string, noAck = true) {
    return this.call('basic.get', { queue, noAck })
  }

  /** Gets messages as they come in; a message that never comes is noted. */
  async fetch(queue: string, count = 1, noAck = true): Promise<void> {
    for (let at = 0; at < count; at++) {
      const answer = await this.#poll(
        () => this.#ask('basic.get', { queue, noAck }),
        (got) => got?.method.method !== 'basic.get-empty',
      )
      this.#note(answer === undefined ? this.#nothing(`no answer to basic.get`) : printArrival(answer))
      if (answer?.method.method !== 'basic.get-ok') return
    }
  }

  /** Looks until the queue has that many ready messages; notes how many it has. */
  async count(queue: string, expected: number): Promise<void> {
    const answer = await this.#poll(
      () => this.#ask('queue.declare', { queue, passive: true }),
      (got) => got?.method.method !== 'queue.declare-ok' || got.method.fields.messageCount === expected,
    )
    this.#note(answer === undefined ? this.#nothing('no answer') : printArrival(answer))
  }

  /** Notes how many ready messages a queue has once nothing more can be under way; for a queue that drops behind the publish. */
  async settled(queue: string): Promise<void> {
    await pause(this.connection.log.silenceMs)
    await this.call('queue.declare', { queue, passive: true })
  }

  /** Looks until the queue is gone; notes the close that says so. */
  async gone(queue: string): Promise<void> {
    const answer = await this.#poll(
      () => this.#ask('queue.declare', { queue, passive: true }),
      (got) => got?.method.method !== 'queue.declare-ok',
    )
    this.#note(answer === undefined ? this.#nothing('no answer') : printArrival(answer))
  }

  /** Notes the next so many frames that nobody asked for, in order of arrival. */
  async arrivals(count: number): Promise<Arrival[]> {
    const taken: Arrival[] = []
    while (taken.length < count) {
      const arrival = await this.#next(this.#unasked, () => this.#answers.length > 0)
      if (arrival === undefined) {
        const close = this.#answers.shift()
        this.#note(close === undefined ? this.#nothing('nothing more came') : printArrival(close))
        return taken
      }
      taken.push(arrival)
      this.#note(printArrival(arrival))
    }
    return taken
  }

  /** Waits until the publishes from one tag up to another are confirmed; notes which were refused. How acks are grouped is chance. */
  async confirmed(upTo: number, from = 1): Promise<void> {
    const open = new Set(Array.from({ length: upTo - from + 1 }, (_, at) => from + at))
    const refused: number[] = []
    while (open.size > 0) {
      const arrival = await this.#next(this.#unasked, () => this.#answers.length > 0)
      if (arrival === undefined) break
      const { method, fields } = arrival.method
      if (method !== 'basic.ack' && method !== 'basic.nack') {
        this.#note(printArrival(arrival))
        continue
      }
      for (const tag of [...open]) {
        if (fields.multiple ? tag > fields.deliveryTag : tag !== fields.deliveryTag) continue
        open.delete(tag)
        if (method === 'basic.nack') refused.push(tag)
      }
    }
    const rest = open.size > 0 ? `, never told of ${[...open].join(' ')}` : ''
    this.#note(`confirmed up to ${upTo}, refused: ${refused.join(' ') || 'none'}${rest}`)
  }

  /** Notes the close that comes without being an answer. */
  async closed(): Promise<void> {
    const close = await this.#next(this.#answers)
    this.#note(close === undefined ? this.#nothing('no close came') : printArrival(close))
  }

  /** Waits, without a note, until the server has read all that was sent: it answers on another channel, behind it. */
  async handled(): Promise<void> {
    const other = this.on(BARRIER_CHANNEL)
    other.send('channel.open')
    await other.#next(other.#answers)
  }

  /** Notes that nothing comes, or what comes; waits several times as long for what takes its time. */
  async silence(times = 1): Promise<void> {
    await pause(times * this.connection.log.silenceMs)
    const all = [...this.#unasked.splice(0), ...this.#answers.splice(0)]
    this.#note(all.length === 0 ? this.#nothing('silence') : all.map(printArrival).join(' | '))
  }

  /** Sends a method and gives the answer without a note. */
  #ask<N extends MethodName>(name: N, fields: Partial<MethodFields<N>>): Promise<Arrival | undefined> {
    this.send(name, fields)
    return this.#next(this.#answers)
  }

  async #poll(
    ask: () => Promise<Arrival | undefined>,
    isGood: (answer: Arrival | undefined) => boolean,
  ): Promise<Arrival | undefined> {
    for (const deadline = Date.now() + WAIT_MS_MAX; ; await pause(STEP_MS)) {
      const answer = await ask()
      if (answer === undefined || isGood(answer) || Date.now() > deadline) return answer
    }
  }

  async #next(list: Arrival[], isOver = () => false): Promise<Arrival | undefined> {
    for (const deadline = Date.now() + WAIT_MS_MAX; list.length === 0; ) {
      const left = deadline - Date.now()
      if (left <= 0 || this.connection.isOver || isOver()) return undefined
      await this.connection.change(left)
    }
    return list.shift()
  }

  #remember(name: MethodName, fields: object): void {
    if (name === 'queue.declare' && 'queue' in fields) this.#declared('queue', String(fields.queue))
    if (name === 'exchange.declare' && 'exchange' in fields)
      this.#declared('exchange', String(fields.exchange))
  }

  #declared(kind: 'queue' | 'exchange', name: string): void {
    this.connection.log.declared.add(`${kind} ${name}`)
  }

  #nothing(words: string): string {
    return this.connection.isOver ? 'the socket is closed' : words
  }

  #note(line: string): void {
    const { label, log } = this.connection
    const channel = this.number === 1 ? '' : `channel ${this.number}: `
    log.lines.push(`${label === '' ? '' : `${label}: `}${channel}${line}`)
  }
}

/** Connects, as guest if nobody else is named; the channel with number 1 is open, or has got the close that came instead. */
export async function connectProbe(
  address: { host: string; port: number },
  log: ProbeLog,
  label: string,
  options: ConnectOptions = {},
): Promise<ProbeChannel> {
  const { client, answer } = await rawConnect(address, {
    capabilities: {
      authentication_failure_close: true,
      consumer_cancel_notify: true,
      'connection.blocked': true,
    },
    ...options,
  })
  const isOpen = answer.method === 'connection.open-ok'
  if (isOpen) await client.call(1, 'channel.open')
  else client.send(0, 'connection.close-ok')
  const connection = new ProbeConnection(client, log, label)
  const channel = connection.channel(1)
  if (!isOpen) channel.take({ method: answer })
  return channel
}
