/** The scenarios of consistency-04: a shop with four services and a card gateway, whose sagas are killed, refused, frozen and repeated. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from '#lab/actors'
import type { Act, Lab } from '#lab/kit'
import { takeIds } from '#lab/kit/queues'
import { withProcesses } from '#lab/kit/stage'
import { traceStep } from '#lab/kit/trace'
import type { TraceStep } from '#lab/verdict'
import { shortId, text } from '#lab/verdict/language'
import { type CardGateway, startCardGateway } from '#payments/card-gateway'
import type { Payment } from '#payments/events'
import { seededSource, somePayments } from '#payments/fixtures'
import { Ledger } from '#payments/ledger'
import { money } from '#payments/money'
import type { SagaState } from '#payments/saga'
import { tellCardGateway } from '#payments/saga-card'
import { type HoldState, Holds } from '#payments/saga-holds'
import { Mailbox } from '#payments/saga-mailbox'
import { openSagaMessage, sealSagaMessage } from '#payments/saga-message'
import { sagaDeadQueue, sagaExchange } from '#payments/saga-service'

export const serviceNames = ['payments', 'wallet', 'card', 'notifications'] as const
export type ServiceName = (typeof serviceNames)[number]
/** Each service is one. */
const processes = serviceNames.length
export const fileOf = (name: ServiceName): string => `${name}.ts`

/** How long a saga may take to come to its end, kills and new starts included. */
const endMsMax = 15_000
/** How long an answer of the gateway that is lost on purpose may be missed by whoever is frozen. */
const givenUpMsMax = 3_000
/** The customer's patience where somebody is frozen. */
const impatienceMs = 200
const lookAgainMs = 5

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

async function send(lab: Lab, name: string, body: Buffer): Promise<void> {
  const message = { exchange: lab.name(sagaExchange), routingKey: name, body }
  await lab.observer.publish({ ...message, messageId: openSagaMessage(body).id })
}

export function paymentsOf(lab: Lab, howMany: number): readonly Payment[] {
  return somePayments(howMany, seededSource(lab.run.seed))
}

/** A merchant whose account is closed when the money shall be booked: the last thing that can go wrong for good. */
export const withClosedAccount = (payment: Payment): Payment => ({ ...payment, merchant_id: 'closed-shop' })
const withoutAddress = (payment: Payment): Payment => ({ ...payment, merchant_id: 'mute-shop' })
const aboveTheLimit = (payment: Payment): Payment => ({ ...payment, amount: money(50_000_001n, 'VND') })

export interface ResumedSeen {
  readonly payment: Reckoned
  readonly kills: number
  readonly audit: readonly string[]
  readonly trace: readonly TraceStep[]
}

const resumedKills = 3

/** One payment, asked for twice; the payment service is killed before each of its acknowledgements, so that everything comes twice. */
export const resumed = withProcesses(processes, async (lab): Promise<ResumedSeen> => {
  const shop = await Shop.open(lab)
  const [payment] = paymentsOf(lab, 1) as [Payment]
  for (let kills = 0; kills < resumedKills; kills += 1) {
    const subject = await shop.alive('payments')
    const kill = await lab.place({
      name: 'kill before the ack',
      text: text(
        'the payment service is killed before its ack (SIGKILL)',
        'service payments bị kill trước khi ack (SIGKILL)',
      ),
      // From the second kill on, what comes first is what came before the kill.
      when: { direction: 'to-broker', method: 'basic.ack', nth: kills === 0 ? 1 : 2 },
      what: { kind: 'kill-subject', subject },
    })
    if (kills === 0) {
      await request(lab, payment)
      await request(lab, payment)
    } else await shop.alive('payments')
    lab.say(
      `Kill number ${kills + 1}, before an ack of the payment service.`,
      `Lần kill thứ ${kills + 1}, trước một ack của service payments.`,
    )
    await lab.fired(
      kill,
      kills === 0
        ? text(
            'a payment was asked for, and the payment service never acknowledged the request',
            'một thanh toán được yêu cầu mà service payments không hề ack yêu cầu đó',
          )
        : text(
            `killed ${kills} times and started again, the payment service never came to another answer: nothing goes on with its saga`,
            `bị kill ${kills} lần rồi khởi động lại, service payments không nhận thêm trả lời nào: saga của nó không ai chạy tiếp`,
          ),
      { file: fileOf('payments'), near: ['openDatabase(', 'handle'] },
    )
    await shop.alive('payments')
  }
  await shop.ended([payment], text('killed and started again: ', 'bị kill rồi khởi động lại: '))
  await shop.quiet()
  return {
    payment: await shop.reckon(payment),
    kills: resumedKills,
    audit: shop.ledger.audit(),
    trace: await shop.trace(),
  }
})

export interface SettledSeen {
  readonly payments: readonly Reckoned[]
  readonly audit: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Three payments at a time, and nothing happens to them. */
export const settled = withProcesses(processes, async (lab): Promise<SettledSeen> => {
  const shop = await Shop.open(lab)
  const payments = paymentsOf(lab, 3)
  for (const payment of payments) await request(lab, payment)
  await shop.ended(payments)
  await shop.quiet()
  return {
    payments: await Promise.all(payments.map((payment) => shop.reckon(payment))),
    audit: shop.ledger.audit(),
    trace: await shop.trace(),
  }
})

/** What a payment should come to. */
export interface Case {
  readonly name: 'limit' | 'declined' | 'closed' | 'mute'
  readonly status: SagaState['status']
  readonly completed: readonly string[]
  readonly payment: Reckoned
}

export interface RefusedSeen {
  readonly cases: readonly Case[]
  readonly audit: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Four payments, one after the other; of each another step fails for good. */
export const refused = withProcesses(processes, async (lab): Promise<RefusedSeen> => {
  const shop = await Shop.open(lab)
  const [first, second, third, fourth] = paymentsOf(lab, 4) as [Payment, Payment, Payment, Payment]
  const asked: readonly (Omit<Case, 'payment'> & { readonly of: Payment })[] = [
    { name: 'limit', of: aboveTheLimit(first), status: 'cancelled', completed: [] },
    { name: 'declined', of: second, status: 'cancelled', completed: ['validate'] },
    { name: 'closed', of: withClosedAccount(third), status: 'cancelled', completed: ['validate', 'charge'] },
    {
      name: 'mute',
      of: withoutAddress(fourth),
      status: 'settled',
      completed: ['validate', 'charge', 'update-balance'],
    },
  ]
  for (const { name, of } of asked) {
    lab.say(`A step that fails for good: ${name}.`, `Một bước hỏng hẳn: ${name}.`)
    if (name === 'declined') shop.gateway.script({ does: 'decline' })
    await request(lab, of)
    await shop.ended([of])
  }
  await shop.quiet()
  const cases = asked.map(async ({ of, ...rest }) => ({ ...rest, payment: await shop.reckon(of) }))
  return { cases: await Promise.all(cases), audit: shop.ledger.audit(), trace: await shop.trace() }
})

export interface UndoneSeen {
  /** One that was undone and one that settled, as they stood when both were over. */
  readonly payments: readonly Reckoned[]
  /** How the hold stood when the gateway was asked for the refund. */
  readonly holdAtRefund: HoldState | undefined
  /** The same payments after everything was told again. */
  readonly afterwards: readonly Reckoned[]
  readonly repeated: number
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** A payment that is undone while the card service dies, and one that settles; then every message comes again, in another order. */
export const undone = withProcesses(processes, async (lab): Promise<UndoneSeen> => {
  const holdsAtRefund: (HoldState | undefined)[] = []
  const shop: Shop = await Shop.open(lab, (paymentId) => {
    holdsAtRefund.push(shop.holds.stateOf(paymentId))
  })
  const [one, good] = paymentsOf(lab, 2) as [Payment, Payment]
  const payments = [withClosedAccount(one), good] as const
  const card = await shop.alive('card')
  // Its second commit: whichever it is, the gateway or the payment service has to be asked, or told, again.
  const kill = await lab.place({
    name: 'kill the card service',
    text: text(
      'the card service is killed in its second commit (SIGKILL)',
      'service card bị kill ở commit thứ hai (SIGKILL)',
    ),
    when: { point: 'commit', side: 'before', nth: 2, fields: { database: 'card' } },
    what: { kind: 'kill-subject', subject: card },
  })
  await request(lab, payments[0])
  await lab.fired(
    kill,
    text('the card service never committed twice', 'service card không hề commit hai lần'),
    {
      file: fileOf('card'),
      near: ['handle', 'commit('],
    },
  )
  await shop.ended([payments[0]])
  await request(lab, payments[1])
  await shop.ended(payments)
  await shop.quiet()
  const before = await Promise.all(payments.map((payment) => shop.reckon(payment)))
  const messages = await shop.told()
  lab.say('Everything is told again, in another order.', 'Mọi message được gửi lại, theo thứ tự khác.')
  for (const { name, body } of shuffled(lab, messages)) await send(lab, name, body)
  await shop.quiet()
  return {
    payments: before,
    holdAtRefund: holdsAtRefund[0],
    afterwards: await Promise.all(payments.map((payment) => shop.reckon(payment))),
    repeated: messages.length,
    kills: 1,
    trace: await shop.trace(),
  }
})

function shuffled<Item>(lab: Lab, items: readonly Item[]): Item[] {
  const rest = [...items]
  return items.map(() => rest.splice(lab.random.integer(0, rest.length - 1), 1)[0] as Item)
}

export interface BooksSeen {
  readonly payments: readonly Reckoned[]
  /** What happened to each. */
  readonly faults: readonly string[]
  readonly dead: readonly string[]
  readonly audit: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Payments under fire: an answer is lost, services die beside their commits, and one is frozen until the customer has given up. */
export const underFire = withProcesses(processes, async (lab): Promise<BooksSeen> => {
  const shop = await Shop.open(lab)
  const [one, two, three, four] = paymentsOf(lab, 4) as [Payment, Payment, Payment, Payment]
  const faults: string[] = []
  const payments: Payment[] = []

  lab.say('The gateway charges, and its answer is lost.', 'Gateway đã trừ tiền mà trả lời bị mất.')
  shop.gateway.script({ does: 'lose-answer' })
  faults.push('the answer to the charge was lost')
  payments.push(withClosedAccount(one))
  await request(lab, withClosedAccount(one))
  await shop.ended(payments)

  for (const [payment, database, nth] of [
    [withClosedAccount(two), 'wallet', 2],
    [three, 'card', 2],
  ] as const) {
    lab.say(
      `The ${database} service dies in the middle of its work.`,
      `Service ${database} chết giữa lúc đang làm.`,
    )
    const kill = await lab.place({
      name: `kill ${database}`,
      text: text(
        `the ${database} service is killed beside a commit (SIGKILL)`,
        `service ${database} bị kill cạnh một commit (SIGKILL)`,
      ),
      when: { point: 'commit', side: 'before', nth, fields: { database } },
      what: { kind: 'kill-subject', subject: await shop.alive(database) },
    })
    payments.push(payment)
    await request(lab, payment)
    await lab.fired(
      kill,
      text(
        `the ${database} service never committed ${nth} times`,
        `service ${database} không commit đủ ${nth} lần`,
      ),
      { file: fileOf(database), near: ['handle', 'commit('] },
    )
    faults.push(`the ${database} service was killed`)
    await shop.ended(payments)
  }

  if (process.platform !== 'win32') {
    lab.say(
      'The card service freezes, and the customer gives up.',
      'Service card đứng hình, khách hết kiên nhẫn.',
    )
    const card = await shop.alive('card')
    lab.freezeSubject(card)
    payments.push(four)
    await request(lab, four, { patienceMs: impatienceMs })
    const deadline = performance.now() + givenUpMsMax
    const isGivenUp = async () => (await shop.stateOf(four.payment_id))?.status === 'compensating'
    // Nobody has to give up: who has no timeouts waits, and must be right all the same.
    while (!(await isGivenUp()) && performance.now() < deadline) await sleep(lookAgainMs)
    lab.thawSubject(card)
    faults.push('the card service was frozen, and answered late')
    await shop.ended(payments)
  }
  await shop.quiet()
  return {
    payments: await Promise.all(payments.map((payment) => shop.reckon(payment))),
    faults,
    dead: await takeIds(lab, sagaDeadQueue),
    audit: shop.ledger.audit(),
    trace: await shop.trace(),
  }
})

/** Played by `npm run exercise consistency-04 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'A payment goes its way, and nothing happens to it.',
      'Một thanh toán đi hết đường, không có sự cố.',
    ),
    scenario: settled,
  },
  {
    title: text(
      'The payment service dies before each of its acks.',
      'Service payments chết trước mỗi lần ack.',
    ),
    scenario: resumed,
  },
  {
    title: text('The account is closed: everything is undone.', 'Tài khoản đã đóng: mọi thứ được bù trừ.'),
    scenario: undone,
  },
]
