/** The four services of the learner, the broker between them, and the books in which their deeds end. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from '#lab/actors'
import type { Lab } from '#lab/kit'
import { traceStep } from '#lab/kit/trace'
import type { TraceStep } from '#lab/verdict'
import { shortId, text } from '#lab/verdict/language'
import { type CardGateway, startCardGateway } from '#payments/card-gateway'
import type { Payment } from '#payments/events'
import { seededSource } from '#payments/fixtures'
import { Ledger } from '#payments/ledger'
import type { SagaState } from '#payments/saga'
import { tellCardGateway } from '#payments/saga-card'
import { type HoldState, Holds } from '#payments/saga-holds'
import { Mailbox } from '#payments/saga-mailbox'
import { openSagaMessage, sealSagaMessage } from '#payments/saga-message'
import { sagaDeadQueue, sagaExchange } from '#payments/saga-service'

export const serviceNames = ['payments', 'wallet', 'card', 'notifications'] as const
type ServiceName = (typeof serviceNames)[number]
/** Each service is one. */
export const processes = serviceNames.length
export const fileOf = (name: ServiceName): string => `${name}.ts`

/** How long a saga may take to come to its end, kills and new starts included. */
const endMsMax = 15_000
/** How long an answer of the gateway that is lost on purpose may be missed by whoever is frozen. */
export const givenUpMsMax = 3_000
/** The customer's patience where somebody is frozen. */
export const impatienceMs = 200
export const lookAgainMs = 5

/** What became of one payment, in the words of all who had to do with it. */
export interface Reckoned {
  readonly payment_id: string
  /** Nothing when the payment service has never heard of it. */
  readonly state: SagaState | undefined
  readonly charges: number
  readonly refunds: number
  readonly captures: number
  readonly hold: HoldState | undefined
  readonly mails: number
}

/** The four services of one lab, each a process that is started again when it has ended, and what they work with. */
export class Shop {
  readonly lab: Lab
  readonly gateway: CardGateway
  readonly ledger: Ledger
  readonly holds: Holds
  readonly mailbox: Mailbox
  starts = 0
  readonly #actors = new Map<ServiceName, Actor>()

  private constructor(lab: Lab, gateway: CardGateway) {
    this.lab = lab
    this.gateway = gateway
    const ids = seededSource(lab.run.seed)
    const wallet = lab.openDatabase('wallet')
    this.ledger = new Ledger(wallet, ids)
    this.holds = new Holds(wallet)
    this.mailbox = new Mailbox(lab.openDatabase('notifications'))
  }

  /** The gateway and the databases, without anybody who works. `onRefund` is told of each refund before it is done. */
  static async furnish(lab: Lab, onRefund: (paymentId: string) => void = () => {}): Promise<Shop> {
    const gateway = await startCardGateway({
      onCall: ({ kind, paymentId }) => {
        if (kind === 'refund') onRefund(paymentId)
      },
    })
    lab.defer(() => gateway.stop())
    tellCardGateway(lab.openDatabase('addresses'), gateway.url)
    await declare(lab)
    return new Shop(lab, gateway)
  }

  /** Everything, and everybody at work: what they listen to is bound before the first payment comes. */
  static async open(lab: Lab, onRefund?: (paymentId: string) => void): Promise<Shop> {
    const shop = await Shop.furnish(lab, onRefund)
    // The payment service first: a TODO in it is what a learner has to hear of.
    await shop.alive('payments')
    await Promise.all(serviceNames.map((name) => shop.alive(name)))
    return shop
  }

  /** The process of a service; started when there is none. */
  async alive(name: ServiceName): Promise<Actor> {
    const found = this.#actors.get(name)
    if (found?.state === 'running') return found
    const actor = await this.lab.start(fileOf(name), name === 'payments' ? 'producer' : 'consumer')
    this.#actors.set(name, actor)
    this.starts += 1
    return actor
  }

  /** Starts again whoever has ended. */
  async keepAlive(): Promise<void> {
    for (const name of serviceNames) await this.alive(name)
  }

  /** Nothing where its process has just died, or has never heard of the payment. */
  async stateOf(paymentId: string): Promise<SagaState | undefined> {
    const actor = await this.alive('payments')
    try {
      return ((await actor.call('state', paymentId)) ?? undefined) as SagaState | undefined
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (!/^TODO\b/.test(reason) && actor.state !== 'running') return undefined
      const doing = text('state() in payments.ts', 'state() trong payments.ts')
      throw this.lab.subject.brokenBy(error, { file: fileOf('payments'), doing })
    }
  }

  /** Waits until the sagas of these payments have come to their ends. */
  async ended(payments: readonly Payment[], after = text('', '')): Promise<void> {
    let open: Payment | undefined
    let state: SagaState | undefined
    const isOver = async (): Promise<boolean> => {
      await this.keepAlive()
      for (const payment of payments) {
        state = await this.stateOf(payment.payment_id)
        open = payment
        if (state?.status !== 'settled' && state?.status !== 'cancelled') return false
      }
      return true
    }
    const deadline = performance.now() + endMsMax
    while (!(await isOver())) {
      if (performance.now() > deadline) throw this.#neverEnded(open, state, after)
      await sleep(lookAgainMs)
    }
  }

  #neverEnded(
    payment: Payment | undefined,
    state: SagaState | undefined,
    after: { en: string; vi: string },
  ): Error {
    const id = shortId(payment?.payment_id ?? '')
    const done = state?.completed.join(', ') || '–'
    const said =
      state === undefined
        ? text(
            `${after.en}payment ${id} was asked for, and the payment service has no saga of it`,
            `${after.vi}thanh toán ${id} đã được yêu cầu mà service payments không có saga nào của nó`,
          )
        : text(
            `${after.en}the saga of payment ${id} never came to its end: it is still ${state.status}, done so far: ${done}`,
            `${after.vi}saga của thanh toán ${id} không tới được điểm cuối: vẫn là ${state.status}, mới xong: ${done}`,
          )
    return this.lab.breaks(said, { file: fileOf('payments'), near: ['handle', 'commit('] })
  }

  /** Waits until nobody has anything to do. What comes later than a saga's end comes then. */
  async quiet(): Promise<void> {
    await this.lab.until(
      text(
        'the sagas are over, and a message still lies in a queue, or is never acknowledged',
        'saga đã xong mà còn message nằm trong queue, hoặc không bao giờ được ack',
      ),
      async () => {
        await this.keepAlive()
        const { queues } = await this.lab.inspect()
        return queues.every(
          ({ name, ready, unacked }) => this.lab.shown(name) === sagaDeadQueue || ready + unacked === 0,
        )
      },
      { withinMs: endMsMax, everyMs: 15, at: { file: fileOf('payments'), near: ['handle'] } },
    )
  }

  async reckon(payment: Payment): Promise<Reckoned> {
    return { ...this.reckonBooks(payment), state: await this.stateOf(payment.payment_id) }
  }

  /** All but what the payment service says of it. */
  reckonBooks({ payment_id }: Payment): Omit<Reckoned, 'state'> {
    const done = this.gateway.operations.filter(
      (operation) => operation.paymentId === payment_id && operation.outcome === 'approved',
    )
    return {
      payment_id,
      charges: done.filter(({ kind }) => kind === 'charge').length,
      refunds: done.filter(({ kind }) => kind === 'refund').length,
      captures: this.ledger.count(payment_id, 'capture'),
      hold: this.holds.stateOf(payment_id),
      mails: this.mailbox.countOf(payment_id),
    }
  }

  /** Everything that the services have told each other, oldest first. */
  async told(): Promise<{ readonly name: string; readonly body: Buffer }[]> {
    const frames = [...(await this.lab.frames()), ...(await this.lab.frames('consumer'))]
    return frames
      .filter(({ method, direction }) => method === 'basic.publish' && direction === 'to-broker')
      .sort((a, b) => a.atMs - b.atMs)
      .flatMap(({ body }) => (body === undefined ? [] : [{ name: openSagaMessage(body).name, body }]))
  }

  async trace(): Promise<TraceStep[]> {
    const lanes = ['producer', 'consumer'] as const
    const frames = await Promise.all(
      lanes.map(async (lane) => (await this.lab.frames(lane)).map((frame) => ({ frame, lane }))),
    )
    return frames
      .flat()
      .filter(({ frame }) => /^basic\.(?:publish|deliver|return|nack)$/.test(frame.method))
      .sort((a, b) => a.frame.atMs - b.frame.atMs)
      .slice(-16)
      .map(({ frame, lane }) => traceStep(frame, lane))
  }
}

/** The exchange, so that a request can be published before anybody has started. */
async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name(sagaExchange), 'direct', { durable: true })
  await channel.close()
}

/** Asks for a payment, as the API in front of the payment service does. */
export async function request(lab: Lab, payment: Payment, more: { patienceMs?: number } = {}): Promise<void> {
  const ids = seededSource(lab.run.seed ^ Number.parseInt(payment.payment_id.slice(-8), 16))
  const envelope = sealSagaMessage('payment-requested', payment, ids, { source: '/api', ...more })
  await send(lab, 'payment-requested', Buffer.from(JSON.stringify(envelope)))
}

export async function send(lab: Lab, name: string, body: Buffer): Promise<void> {
  const message = { exchange: lab.name(sagaExchange), routingKey: name, body }
  await lab.observer.publish({ ...message, messageId: openSagaMessage(body).id })
}
