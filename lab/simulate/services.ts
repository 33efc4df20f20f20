/**
 * Plays an event-driven design on RabbitMQ and Kafka: every service becomes readers that do what its rows say, every message travels by the
 * broker that the design names for it, and every one is delivered twice.
 */
import type { Lab } from '../kit/lab.ts'
import {
  type Carrier,
  causedBy,
  type DesignData,
  type HandlingData,
  type MessageData,
  messagesOf,
  type ServiceData,
} from '../lint/design.ts'
import { text } from '../verdict/language.ts'
import { type Carriage, carriagesOf } from './carriage.ts'

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
  /** Messages on the way to a decision whose topic has some wallet's transactions in more than one partition. */
  readonly scattered: readonly { readonly message: string; readonly wallets: number }[]
  readonly deliveries: number
  /** Of these, how many came by each broker. */
  readonly by: Readonly<Record<Carrier, number>>
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
  readonly copy: number
  readonly transaction: number
  readonly fields: Readonly<Record<string, unknown>>
}

/** Of each wallet, in the order in which its owner asks: a payment too early, a top-up, a payment that it covers, one that nothing is left for. */
const plan = [
  { isTopUp: false, isCovered: false },
  { isTopUp: true, isCovered: true },
  { isTopUp: false, isCovered: true },
  { isTopUp: false, isCovered: false },
] as const
const wallets = 4
const requests = wallets * plan.length
/** At least once, on a bad day. */
const copies = 2
/** More messages than any sound design of this size causes. */
const messagesMax = 3000
/** A minute is for what hangs, and not for a slow computer. */
const quietMsMax = 40_000

const walletOf = (transaction: number): number => transaction % wallets
const planOf = (transaction: number) => plan[Math.floor(transaction / wallets)]
/** Whether the balance covers it, if a wallet's transactions are decided in the order in which they were asked for. */
const shouldBeCovered = (transaction: number): boolean => planOf(transaction)?.isCovered ?? false
/** A reader for each row: a service may do two things on one message. */
const readerOf = (service: ServiceData, work: HandlingData): string =>
  `${service.name}.${work.on}.${service.handles.indexOf(work)}`

/** Requests come while nobody but their handler runs; then the others are started. */
export async function play(lab: Lab, design: PlayedDesign): Promise<Played> {
  const stage = new Stage(lab, design)
  await stage.declare()
  const { request } = design.roles
  await stage.start(({ on }) => on === request)
  for (let transaction = 0; transaction < requests; transaction += 1) await stage.send(request, transaction)
  await stage.untilQuiet()
  const acceptedAlone = stage.transactionsWith(design.roles.accepted).size
  lab.say(
    `${acceptedAlone} of ${requests} requests are accepted while nobody else runs; now the others start.`,
    `${acceptedAlone} trong ${requests} yêu cầu đã được nhận khi chưa ai khác chạy; giờ các service kia khởi động.`,
  )
  await stage.start()
  await stage.untilQuiet()
  await stage.stop()
  return { requests, acceptedAlone, ...stage.seen() }
}

/** Messages by which, sooner or later, somebody decides whether a transaction is covered. */
function decisive(design: DesignData): string[] {
  const decided = design.services.flatMap(({ handles }) =>
    handles.filter((work) => work.publishes.some(({ when }) => when !== 'always')).map(({ on }) => on),
  )
  const leads = (message: string): boolean =>
    decided.includes(message) || causedBy(design, message).some((next) => leads(next))
  return messagesOf(design)
    .map(({ name }) => name)
    .filter((name) => leads(name))
}

interface Row {
  readonly service: string
  readonly reader: string
  readonly work: HandlingData
}

class Stage {
  readonly #lab: Lab
  readonly #design: PlayedDesign
  readonly #carriages: Readonly<Record<Carrier, Carriage>>
  readonly #sent: Sent[] = []
  readonly #done = new Map<string, number>()
  readonly #versions = new Map<string, number>()
  /** What each reader that runs has come through, by message and copy. */
  readonly #ended = new Map<string, Set<string>>()
  readonly #stops: (() => Promise<void>)[] = []
  /** How often each wallet was topped up and not yet spent, as whoever decides sees it. */
  readonly #covering = new Map<number, number>()
  readonly #decided = new Map<number, boolean>()
  /** By message and wallet, the partitions in which something of the wallet lies. */
  readonly #places = new Map<string, Map<number, Set<number>>>()
  readonly #by = { rabbitmq: 0, kafka: 0 }

  constructor(lab: Lab, design: PlayedDesign) {
    this.#lab = lab
    this.#design = design
    this.#carriages = carriagesOf(lab)
  }

  get #rows(): Row[] {
    return this.#design.services.flatMap((service) =>
      service.handles.map((work) => ({ service: service.name, reader: readerOf(service, work), work })),
    )
  }

  async declare(): Promise<void> {
    for (const { name, carrier } of messagesOf(this.#design)) {
      const readers = this.#rows.filter(({ work }) => work.on === name).map(({ reader }) => reader)
      await this.#carriages[carrier].declare(name, readers)
    }
  }

  /** Sends a message, twice: that is what at-least-once means on a bad day. */
  async send(name: string, transaction: number): Promise<void> {
    const message = messagesOf(this.#design).find((each) => each.name === name)
    if (message === undefined || this.#sent.length >= messagesMax) return
    const original = this.#sent.length
    const fields = this.#fieldsOf(message, original, transaction)
    const sent = { message: name, original, transaction, fields }
    this.#sent.push({ ...sent, copy: 0 })
    const key = message.key === undefined ? undefined : keyOf(fields[message.key])
    for (let copy = 0; copy < copies; copy += 1) {
      const partition = await this.#carriages[message.carrier].send(
        name,
        JSON.stringify({ ...sent, copy }),
        key,
      )
      if (partition !== undefined) this.#note(name, walletOf(transaction), partition)
    }
  }

  #note(message: string, wallet: number, partition: number): void {
    const ofMessage = this.#places.get(message) ?? new Map<number, Set<number>>()
    ofMessage.set(wallet, (ofMessage.get(wallet) ?? new Set()).add(partition))
    this.#places.set(message, ofMessage)
  }

  /** Starts the readers that are wanted and don't run yet. */
  async start(isWanted: (work: HandlingData) => boolean = () => true): Promise<void> {
    const rows = this.#rows.filter(({ reader, work }) => !this.#ended.has(reader) && isWanted(work))
    await Promise.all(
      rows.map(async (row) => {
        this.#ended.set(row.reader, new Set())
        const remembered = new Set<string>()
        const carriage = this.#carriages[this.#carrierOf(row.work.on)]
        const stop = await carriage.read(row.work.on, row.reader, (body) =>
          this.#work(row, JSON.parse(body) as Sent, remembered),
        )
        this.#stops.push(stop)
      }),
    )
  }

  async stop(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()))
  }

  /** Waits until everybody who runs has come through everything there is for them. */
  async untilQuiet(): Promise<void> {
    const what = text(
      'a message did not reach its reader in the lab',
      'có message không tới được bên đọc trong lab',
    )
    const isQuiet = () =>
      this.#rows.every(({ reader, work }) => {
        const ended = this.#ended.get(reader)
        return ended === undefined || ended.size === copies * this.#countOf(work.on)
      })
    await this.#lab.until(what, isQuiet, { whose: 'lab', withinMs: quietMsMax })
  }

  #carrierOf(message: string): Carrier {
    return messagesOf(this.#design).find(({ name }) => name === message)?.carrier ?? 'rabbitmq'
  }

  #countOf(message: string): number {
    return this.#sent.filter((sent) => sent.message === message).length
  }

  async #work({ service, reader, work }: Row, sent: Sent, remembered: Set<string>): Promise<void> {
    this.#by[this.#carrierOf(work.on)] += 1
    // By what the design says it remembers, and by nothing else.
    const key = JSON.stringify(work.remembers.map((field) => sent.fields[field]))
    const isKnown = work.remembers.length > 0 && remembered.has(key)
    const then = isKnown ? [] : this.#follows(work, sent)
    this.#tell(service, work, sent, isKnown ? undefined : then)
    if (!isKnown) {
      remembered.add(key)
      this.#done.set(reader, (this.#done.get(reader) ?? 0) + 1)
      for (const message of then) await this.send(message, sent.transaction)
    }
    this.#ended.get(reader)?.add(`${sent.original}.${sent.copy}`)
  }

  /** What is published when this message is worked on. */
  #follows({ publishes }: HandlingData, { transaction }: Sent): string[] {
    return publishes
      .filter(({ when }) => when === 'always' || (when === 'covered') === this.#isCovered(transaction))
      .map(({ message }) => message)
  }

  /** By what the wallet has when somebody first has to decide; a decision stands. */
  #isCovered(transaction: number): boolean {
    const known = this.#decided.get(transaction)
    if (known !== undefined) return known
    const wallet = walletOf(transaction)
    const left = (this.#covering.get(wallet) ?? 0) + (planOf(transaction)?.isTopUp ? 1 : -1)
    if (left >= 0) this.#covering.set(wallet, left)
    this.#decided.set(transaction, left >= 0)
    return left >= 0
  }

  /** What becomes of the first wallet's payment too early, and of its top-up. `then` is undefined for what is known already. */
  #tell(service: string, work: HandlingData, sent: Sent, then: readonly string[] | undefined): void {
    if (walletOf(sent.transaction) !== 0 || sent.transaction > wallets) return
    const [what, by] = [`${work.on} (transaction-${sent.transaction})`, work.remembers.join(' + ')]
    if (then === undefined) {
      this.#lab.say(
        `${service} gets ${what} again and knows it by ${by}`,
        `${service} lại nhận ${what}, nhận ra nhờ ${by}`,
      )
    } else if (then.length === 0) this.#lab.say(`${service} works on ${what}`, `${service} xử lý ${what}`)
    else
      this.#lab.say(
        `${service} works on ${what} and publishes ${then.join(', ')}`,
        `${service} xử lý ${what} rồi gửi ${then.join(', ')}`,
      )
  }

  /** Values by what a field is. Many transactions look alike: one wallet, one amount, one millisecond. */
  #fieldsOf({ name, carries }: MessageData, original: number, transaction: number): Record<string, unknown> {
    const wallet = `wallet-${walletOf(transaction)}`
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
    const { roles } = this.#design
    const [booked, rejected, balances] = [roles.booked, roles.rejected, roles.balanceChanged].map((name) =>
      this.transactionsWith(name),
    )
    const fates = Array.from({ length: requests }, (_, transaction) => ({
      transaction: `transaction-${transaction}`,
      covered: shouldBeCovered(transaction),
      booked: booked?.get(transaction) ?? 0,
      rejected: rejected?.get(transaction) ?? 0,
      balances: balances?.get(transaction) ?? 0,
    }))
    const deciding = decisive(this.#design)
    const { rabbitmq, kafka } = this.#by
    return {
      wrong: fates.filter(({ covered, ...is }) => {
        const [wanted, unwanted] = covered ? [is.booked, is.rejected] : [is.rejected, is.booked]
        return wanted !== 1 || unwanted !== 0 || is.balances !== (covered ? 1 : 0)
      }),
      scattered: [...this.#places]
        .filter(([message]) => deciding.includes(message))
        .map(([message, places]) => ({
          message,
          wallets: [...places.values()].filter(({ size }) => size > 1).length,
        }))
        .filter((each) => each.wallets > 0),
      deliveries: rabbitmq + kafka,
      by: { rabbitmq, kafka },
      miscounted: this.#rows
        .map(({ service, reader, work }) => ({
          service,
          on: work.on,
          messages: this.#countOf(work.on),
          done: this.#done.get(reader) ?? 0,
          remembers: work.remembers,
        }))
        .filter(({ messages, done }) => messages !== done),
      isEndless: this.#sent.length >= messagesMax,
    }
  }
}

/** A key is bytes; whatever stands in a field has some text. A field that is not there makes none. */
const keyOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : (JSON.stringify(value) as string | undefined)
