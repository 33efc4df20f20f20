/** Plays an event-driven design on RabbitMQ: every service becomes consumers that do what its rows say, and every message is delivered twice. */
import type { Lab } from '../kit/lab.ts'
import {
  type DesignData,
  type HandlingData,
  type MessageData,
  messagesOf,
  type ServiceData,
} from '../lint/design.ts'

/** Which messages of a design are the ones that every wallet has. */
export interface Roles {
  /** The command by which a transaction is asked for. */
  readonly request: string
  readonly accepted: string
  readonly booked: string
  readonly rejected: string
  readonly balanceChanged: string
}

type PlayedDesign = DesignData & { readonly roles: Roles }

export interface Played {
  readonly requests: number
  /** Requests that were answered by their handler while no other service ran. */
  readonly acceptedAlone: number
  /** Transactions by what became of them, where it is not what should have. */
  readonly wrong: readonly {
    readonly transaction: string
    readonly covered: boolean
    readonly booked: number
    readonly rejected: number
    readonly balances: number
  }[]
  readonly deliveries: number
  /** Work that was done more or less often than there was something to do. */
  readonly miscounted: readonly {
    readonly service: string
    readonly on: string
    readonly messages: number
    readonly done: number
    readonly remembers: readonly string[]
  }[]
  /** Whether it was stopped, since it would not have come to an end. */
  readonly isEndless: boolean
}

interface Sent {
  readonly message: string
  /** Which of all messages this is; its second delivery has the same. */
  readonly original: number
  readonly transaction: number
  readonly fields: Readonly<Record<string, unknown>>
}

const requests = 16
const wallets = 4
/** More messages than any sound design of this size causes. */
const messagesMax = 3000
const exchange = 'messages'

/** Every second transaction is covered by the balance. */
const isCovered = (transaction: number): boolean => transaction % 2 === 0
/** A queue for each row: a service may do two things on one message. */
const queueOf = (service: ServiceData, work: HandlingData): string =>
  `${service.name}.${work.on}.${service.handles.indexOf(work)}`

/** Requests come while nobody but their handler runs; then the others are started. */
export async function play(lab: Lab, design: PlayedDesign): Promise<Played> {
  const stage = new Stage(lab, design)
  await stage.declare()
  const { request } = design.roles
  const first = design.services.flatMap((service) =>
    service.handles.filter(({ on }) => on === request).map((work) => queueOf(service, work)),
  )
  for (const service of design.services) await stage.start(service, [request])
  for (let transaction = 0; transaction < requests; transaction += 1) await stage.send(request, transaction)
  await lab.settled({ queues: first })
  const acceptedAlone = stage.transactionsWith(design.roles.accepted).size
  lab.say(
    `${acceptedAlone} of ${requests} requests are accepted while nobody else runs; now the others start.`,
    `${acceptedAlone} trong ${requests} yêu cầu đã được nhận khi chưa ai khác chạy; giờ các service kia khởi động.`,
  )
  for (const service of design.services) await stage.start(service)
  await lab.settled()
  return { requests, acceptedAlone, ...stage.seen() }
}

interface Row {
  readonly service: string
  readonly queue: string
  readonly work: HandlingData
}

/** What is published when this message is worked on. */
function follows({ publishes }: HandlingData, { transaction }: Sent): string[] {
  const other = isCovered(transaction) ? 'not covered' : 'covered'
  return publishes.filter(({ when }) => when !== other).map(({ message }) => message)
}

class Stage {
  readonly #lab: Lab
  readonly #design: PlayedDesign
  readonly #sent: Sent[] = []
  readonly #done = new Map<string, number>()
  readonly #versions = new Map<string, number>()
  readonly #started = new Set<string>()
  #deliveries = 0

  constructor(lab: Lab, design: PlayedDesign) {
    this.#lab = lab
    this.#design = design
  }

  async declare(): Promise<void> {
    const channel = await this.#lab.observer.channel()
    await channel.assertExchange(this.#lab.name(exchange), 'direct', { durable: true })
    for (const service of this.#design.services) {
      for (const work of service.handles) {
        const { queue } = await channel.assertQueue(this.#lab.name(queueOf(service, work)), { durable: true })
        await channel.bindQueue(queue, this.#lab.name(exchange), work.on)
      }
    }
    await channel.close()
  }

  /** Sends a message, twice: that is what at-least-once means on a bad day. */
  async send(name: string, transaction: number): Promise<void> {
    const message = messagesOf(this.#design).find((each) => each.name === name)
    if (message === undefined || this.#sent.length >= messagesMax) return
    const original = this.#sent.length
    const sent: Sent = {
      message: name,
      original,
      transaction,
      fields: this.#fieldsOf(message, original, transaction),
    }
    this.#sent.push(sent)
    for (let copy = 0; copy < 2; copy += 1) {
      await this.#lab.observer.publish({
        exchange: this.#lab.name(exchange),
        routingKey: name,
        body: JSON.stringify(sent),
        messageId: `${name}-${original}`,
      })
    }
  }

  /** Starts the consumers of a service, or some of them; what runs already is left alone. */
  async start(service: ServiceData, only?: readonly string[]): Promise<void> {
    for (const work of service.handles) {
      const queue = queueOf(service, work)
      if (this.#started.has(queue) || only?.includes(work.on) === false) continue
      this.#started.add(queue)
      const channel = await this.#lab.observer.channel()
      const remembered = new Set<string>()
      let last: Promise<unknown> = Promise.resolve()
      await channel.consume(this.#lab.name(queue), (message) => {
        if (message === null) return
        const sent = JSON.parse(message.content.toString()) as Sent
        // One after another: a consumer with a prefetch of 1.
        last = last
          .then(() => this.#work({ service: service.name, queue, work }, sent, remembered))
          .then(() => channel.ack(message))
      })
    }
  }

  async #work({ service, queue, work }: Row, sent: Sent, remembered: Set<string>): Promise<void> {
    this.#deliveries += 1
    // By what the design says it remembers, and by nothing else.
    const key = JSON.stringify(work.remembers.map((field) => sent.fields[field]))
    const isKnown = work.remembers.length > 0 && remembered.has(key)
    this.#tell(service, work, sent, isKnown)
    if (isKnown) return
    remembered.add(key)
    this.#done.set(queue, (this.#done.get(queue) ?? 0) + 1)
    for (const message of follows(work, sent)) await this.send(message, sent.transaction)
  }

  /** What becomes of the first two transactions, one covered and one not. */
  #tell(service: string, work: HandlingData, sent: Sent, isKnown: boolean): void {
    if (sent.transaction > 1) return
    const [what, by] = [`${work.on} (transaction-${sent.transaction})`, work.remembers.join(' + ')]
    const then = follows(work, sent).join(', ')
    if (isKnown) {
      this.#lab.say(
        `${service} gets ${what} again and knows it by ${by}`,
        `${service} lại nhận ${what}, nhận ra nhờ ${by}`,
      )
    } else if (then === '') this.#lab.say(`${service} works on ${what}`, `${service} xử lý ${what}`)
    else
      this.#lab.say(
        `${service} works on ${what} and publishes ${then}`,
        `${service} xử lý ${what} rồi gửi ${then}`,
      )
  }

  /** Values by what a field is. Many transactions look alike: one wallet, one amount, one millisecond. */
  #fieldsOf({ name, carries }: MessageData, original: number, transaction: number): Record<string, unknown> {
    const wallet = `wallet-${transaction % wallets}`
    const valueFor = (kind: string): unknown => {
      if (kind === 'event id') return `event-${original}`
      if (kind === 'transaction id') return `transaction-${transaction}`
      if (kind === 'wallet id') return wallet
      if (kind === 'money') return { minor: '50000', currency: 'VND' }
      if (kind === 'time') return '2026-07-19T05:00:00.000Z'
      if (kind !== 'version') return 'as usual'
      const version = (this.#versions.get(`${name} ${wallet}`) ?? 0) + 1
      this.#versions.set(`${name} ${wallet}`, version)
      return version
    }
    return Object.fromEntries(Object.entries(carries).map(([field, kind]) => [field, valueFor(kind)]))
  }

  transactionsWith(message: string): Map<number, number> {
    const found = new Map<number, number>()
    for (const sent of this.#sent)
      if (sent.message === message) found.set(sent.transaction, (found.get(sent.transaction) ?? 0) + 1)
    return found
  }

  seen(): Omit<Played, 'requests' | 'acceptedAlone'> {
    const { roles, services } = this.#design
    const [booked, rejected, balances] = [roles.booked, roles.rejected, roles.balanceChanged].map((name) =>
      this.transactionsWith(name),
    )
    const fates = Array.from({ length: requests }, (_, transaction) => ({
      transaction: `transaction-${transaction}`,
      covered: isCovered(transaction),
      booked: booked?.get(transaction) ?? 0,
      rejected: rejected?.get(transaction) ?? 0,
      balances: balances?.get(transaction) ?? 0,
    }))
    const work = services.flatMap((service) => service.handles.map((each) => ({ service, each })))
    return {
      wrong: fates.filter(({ covered, ...is }) => {
        const [wanted, unwanted] = covered ? [is.booked, is.rejected] : [is.rejected, is.booked]
        return wanted !== 1 || unwanted !== 0 || is.balances !== (covered ? 1 : 0)
      }),
      deliveries: this.#deliveries,
      miscounted: work
        .map(({ service, each }) => ({
          service: service.name,
          on: each.on,
          messages: this.#sent.filter(({ message }) => message === each.on).length,
          done: this.#done.get(queueOf(service, each)) ?? 0,
          remembers: each.remembers,
        }))
        .filter(({ messages, done }) => messages !== done),
      isEndless: this.#sent.length >= messagesMax,
    }
  }
}
