/** The scenarios of consistency-01: a wallet writes, copies follow, and somebody reads; each answers what was shown when. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Act, Lab, PlacedFault } from '#lab/kit'
import { countIn } from '#lab/kit/queues'
import { unhurried } from '#lab/kit/stage'
import type { Running, World } from '#lab/subject'
import type { Lane } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { readBalanceChanged } from '#payments/balance-changed'

/** What the subject's files export. */
interface Written {
  readonly wallet_id: string
  readonly version: number
  readonly committed_at: number
}
interface Wallet extends Running {
  pay(walletId: string, amountMinor: number): Promise<Written>
}
interface Balance {
  readonly balance_minor: number | undefined
  readonly version: number
  readonly as_of: number
  readonly is_behind: boolean
}
interface Session {
  read(walletId: string, asked?: { atLeast: number; withinMs: number }): Promise<Balance>
}
interface Balances extends Running {
  session(): Session
}
interface WalletModule {
  start(world: World): Promise<Wallet>
}
interface ProjectionModule {
  start(world: World, replica: Replica): Promise<Running>
}
interface BalancesModule {
  start(world: World): Promise<Balances>
}

export const walletFile = 'wallet.ts'
export const projectionFile = 'projection.ts'
export const balancesFile = 'balances.ts'
type Replica = 'a' | 'b'
export const replicas: readonly Replica[] = ['a', 'b']
/** Each replica's own line to the broker, so that one can be held and the other not. */
const laneOf = { a: 'consumer', b: 'database' } as const satisfies Record<Replica, Lane>
/** How long anything may take that has to happen. */
const msMax = 12_000
/** Only what never comes is waited for so long. */
const shownMsMax = 3000
const lookAgainMs = 5
const patience = { withinMs: msMax } as const
/** So long a version is waited for that never comes. */
export const deadlineMs = 300
/** What a clock may be off by, and a timer early. */
const timerSlackMs = 10

/** A change as the wallet reported it, with the balance that it comes to. */
export interface Change extends Written {
  readonly balance_minor: number
}

/** What a reader was shown. */
export interface Shown {
  readonly balance_minor: unknown
  readonly version: unknown
  readonly as_of: unknown
  readonly is_behind: unknown
}

export interface FollowedSeen {
  readonly changes: readonly Change[]
  /** What the events in the queue say, in their order. */
  readonly events: readonly {
    readonly wallet_id: string
    readonly version: number
    readonly balance_minor: number
  }[]
  readonly unread: number
  readonly kills: number
  readonly shown: readonly { readonly wallet_id: string; readonly shown: Shown }[]
}

/** Payments on two wallets; the projection is killed before one commit and after another, and started again. */
export const followed = unhurried(async (lab: Lab): Promise<FollowedSeen> => {
  await declare(lab)
  const wallet = await walletOf(lab)
  const balances = await balancesOf(lab)
  const changes: Change[] = []
  const pay = async (walletId: string, amount: number) =>
    void changes.push(await payment(lab, wallet, changes, walletId, amount))
  // Nothing follows the second one on its wallet: a later event brings the whole balance, and would hide the loss.
  const kinds = ['after', 'before'] as const
  let projection = await lab.start(projectionFile, laneOf.a)
  const session = balances.session()
  await pay('wallet-1', 500_000)
  await published(lab, changes.length)
  await followedBy(lab, session, changes)
  for (const side of kinds) {
    lab.say(
      `The projection is killed just ${side} its next commit.`,
      `Projection bị kill ngay ${side === 'before' ? 'trước' : 'sau'} lần commit kế tiếp.`,
    )
    const kill = await lab.place({
      name: `kill ${side} commit`,
      text: text(
        `the projection is killed just ${side} a commit (SIGKILL)`,
        `projection bị kill ngay ${side === 'before' ? 'trước' : 'sau'} một lần commit (SIGKILL)`,
      ),
      when: { point: 'commit', side, fields: { database: 'balances-a' } },
      what: { kind: 'kill-subject', subject: projection },
    })
    await pay('wallet-1', side === 'before' ? -120_000 : 40_000)
    await lab.fired(
      kill,
      text(
        'an event came, and nothing was committed in the database balances-a',
        'event đã tới mà database balances-a không có commit nào',
      ),
      { file: projectionFile, near: ['.consume(', '.run('] },
    )
    projection = await lab.start(projectionFile, laneOf.a)
    await quiet(lab, 'a')
    await followedBy(lab, session, changes)
  }
  await pay('wallet-2', 75_000)
  await pay('wallet-2', -20_000)
  await published(lab, changes.length)
  await quiet(lab, 'a')
  const shown: { wallet_id: string; shown: Shown }[] = []
  for (const wallet_id of ['wallet-1', 'wallet-2']) {
    const newest = changes.findLast((change) => change.wallet_id === wallet_id)?.version ?? 0
    const reading = session.read(wallet_id, { atLeast: newest, withinMs: shownMsMax })
    shown.push({
      wallet_id,
      shown: await lab.finished(reading, text('read()', 'read()'), { file: balancesFile }, msMax),
    })
  }
  const found = await lab.observer.takeAll(lab.name('kept'))
  const events = found.flatMap(({ body }) => {
    try {
      const { wallet_id, version, balance_minor } = readBalanceChanged(body)
      return [{ wallet_id, version, balance_minor }]
    } catch {
      return []
    }
  })
  return { changes, events, unread: found.length - events.length, kills: kinds.length, shown }
})

export interface PausedSeen {
  readonly changes: readonly Change[]
  /** Read before the second payment, and right after it. */
  readonly before: Shown
  readonly after: Shown
  readonly held: number
}

/** Both projections stand still: their events wait on the wire. A payment is made, and somebody reads. */
export const paused = unhurried(async (lab: Lab): Promise<PausedSeen> => {
  const { wallet, balances } = await running(lab)
  const changes = [await payment(lab, wallet, [], 'wallet-1', 500_000)]
  await caughtUpWith(lab)
  const session = balances.session()
  const before = await read(lab, session, 'wallet-1')
  const holds = await hold(lab, replicas)
  changes.push(await payment(lab, wallet, changes, 'wallet-1', -120_000))
  await held(lab, holds)
  lab.say(
    'The payment is committed, its event waits on the wire. Somebody reads.',
    'Thanh toán đã commit, event còn chờ trên đường. Có người đọc.',
  )
  const after = await read(lab, session, 'wallet-1')
  for (const each of holds) each.release()
  return { changes, before, after, held: holds.length }
})

export interface CaughtUpSeen {
  readonly changes: readonly Change[]
  /** One session, while replica b lagged behind replica a. */
  readonly meanwhile: readonly Shown[]
  /** The same session, and a new one, once both have caught up. */
  readonly afterwards: readonly Shown[]
  readonly fresh: readonly Shown[]
  /** The same, once an old event had come again. */
  readonly afterRepeat: readonly Shown[]
}

const readsEach = 8

/** One replica lags; then both have everything; then an old event is delivered once more. */
export const caughtUp = unhurried(async (lab: Lab): Promise<CaughtUpSeen> => {
  const { wallet, balances } = await running(lab)
  const changes = [await payment(lab, wallet, [], 'wallet-1', 500_000)]
  await caughtUpWith(lab)
  const first = await oldestEvent(lab)
  const session = balances.session()
  const holds = await hold(lab, ['b'])
  changes.push(await payment(lab, wallet, changes, 'wallet-1', -120_000))
  await held(lab, holds)
  await quiet(lab, 'a')
  lab.say(
    'Replica a has the payment, replica b has not. One session reads.',
    'Bản sao a đã có thanh toán, bản sao b thì chưa. Một phiên đọc.',
  )
  const meanwhile = await reads(lab, session, 'wallet-1')
  for (const each of holds) each.release()
  await caughtUpWith(lab)
  const afterwards = await reads(lab, session, 'wallet-1')
  const fresh = await reads(lab, balances.session(), 'wallet-1')
  lab.say('The first event is delivered once more.', 'Event đầu tiên được giao thêm một lần nữa.')
  await lab.observer.publish({
    exchange: lab.name('wallets'),
    routingKey: 'wallet.balance-changed',
    ...first,
  })
  await caughtUpWith(lab)
  const afterRepeat = [
    ...(await reads(lab, session, 'wallet-1')),
    ...(await reads(lab, balances.session(), 'wallet-1')),
  ]
  return { changes, meanwhile, afterwards, fresh, afterRepeat }
})

export interface AskedSeen {
  readonly changes: readonly Change[]
  /** Asked for the second change while its event waited: whether it was answered before the event had come. */
  readonly early: Shown | undefined
  /** What it was answered in the end. */
  readonly waited: Shown
  /** Asked for the third change, whose event does not come before the deadline. */
  readonly late: Shown | undefined
  readonly lateMs: number
  /** A wallet that nobody has ever paid to. */
  readonly nobody: Shown
}

/** Somebody has paid, and asks for a balance that contains it: first it comes, then it does not come in time. */
export const asked = unhurried(async (lab: Lab): Promise<AskedSeen> => {
  const { wallet, balances } = await running(lab)
  const at = { file: balancesFile, near: ['async read(', 'read(', 'atLeast'] }
  const changes = [await payment(lab, wallet, [], 'wallet-1', 500_000)]
  await caughtUpWith(lab)
  const session = balances.session()
  const nobody = await read(lab, session, 'wallet-nobody')
  let holds = await hold(lab, replicas)
  const second = await payment(lab, wallet, changes, 'wallet-1', -120_000)
  changes.push(second)
  await held(lab, holds)
  const reading = session.read('wallet-1', { atLeast: second.version, withinMs: 2 * msMax })
  const atOnce = await lab.outcomeOf(reading, 100)
  for (const each of holds) each.release()
  const waited = await lab.finished(
    reading,
    text(
      'a version was asked for, its event was applied by both copies, and read()',
      'đã đòi một version, cả hai bản sao đã áp dụng event của nó, mà read()',
    ),
    at,
    msMax,
  )
  await caughtUpWith(lab)
  holds = await hold(lab, replicas)
  const third = await payment(lab, wallet, changes, 'wallet-1', -5_000)
  changes.push(third)
  await held(lab, holds)
  const began = performance.now()
  const outcome = await lab.outcomeOf(
    session.read('wallet-1', { atLeast: third.version, withinMs: deadlineMs }),
    msMax / 2,
  )
  const lateMs = Math.round(performance.now() - began) + timerSlackMs
  for (const each of holds) each.release()
  if (outcome.state === 'rejected') throw outcome.error
  return {
    changes,
    early: atOnce.state === 'resolved' ? atOnce.value : undefined,
    waited,
    late: outcome.state === 'resolved' ? outcome.value : undefined,
    lateMs,
    nobody,
  }
})

/** Played by `npm run exercise consistency-01 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'A payment, and a copy that has not heard of it.',
      'Một thanh toán, và một bản sao chưa nghe tin.',
    ),
    scenario: paused,
  },
  { title: text('Two replicas, one of them behind.', 'Hai bản sao, một bản đi sau.'), scenario: caughtUp },
  {
    title: text('Somebody asks for their own write.', 'Có người đòi xem chính lần ghi của mình.'),
    scenario: asked,
  },
]

/** The topology is the lab's: an exchange of changes, and a queue for each replica. */
export async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('wallets'), 'topic', { durable: true })
  for (const replica of replicas) {
    const queue = lab.name(`balances-${replica}`)
    await channel.assertQueue(queue, { durable: true })
    await channel.bindQueue(queue, lab.name('wallets'), 'wallet.#')
  }
  // Nobody consumes this one: there lies what was published.
  await channel.assertQueue(lab.name('kept'), { durable: true })
  await channel.bindQueue(lab.name('kept'), lab.name('wallets'), 'wallet.#')
  await channel.close()
}

export async function walletOf(lab: Lab): Promise<Wallet> {
  const { start } = await lab.subject.load<WalletModule>(walletFile, ['start'])
  const started = await lab.finished(
    start(await lab.world('producer')),
    text('start()', 'start()'),
    { file: walletFile },
    msMax,
  )
  const wallet = lab.subject.guard<Wallet>(started, ['stop', 'pay'], walletFile)
  lab.defer(() => wallet.stop())
  return wallet
}

export async function balancesOf(lab: Lab): Promise<Balances> {
  const { start } = await lab.subject.load<BalancesModule>(balancesFile, ['start'])
  // It commits nothing but its tables, and that is no moment at which anybody could die.
  const openDatabase = (name: string) => lab.openDatabase(name)
  const world = { ...(await lab.world('lab')), openDatabase }
  const started = await lab.finished(start(world), text('start()', 'start()'), { file: balancesFile }, msMax)
  const balances = lab.subject.guard<Balances>(started, ['stop', 'session'], balancesFile)
  lab.defer(() => balances.stop())
  const session = (): Session => lab.subject.guard<Session>(balances.session(), ['read'], balancesFile)
  return { session, stop: balances.stop }
}

async function projectionOf(lab: Lab, replica: Replica): Promise<void> {
  const { start } = await lab.subject.load<ProjectionModule>(projectionFile, ['start'])
  const starting = start(await lab.world(laneOf[replica]), replica)
  const started = await lab.finished(starting, text('start()', 'start()'), { file: projectionFile }, msMax)
  const projection = lab.subject.guard<Running>(started, ['stop'], projectionFile)
  lab.defer(() => projection.stop())
}

/** All three of them, in this process. */
async function running(lab: Lab): Promise<{ wallet: Wallet; balances: Balances }> {
  await declare(lab)
  for (const replica of replicas) await projectionOf(lab, replica)
  return { balances: await balancesOf(lab), wallet: await walletOf(lab) }
}

/** A payment, later by the clock than the ones before, with the balance that it comes to. */
async function payment(
  lab: Lab,
  wallet: Wallet,
  before: readonly Change[],
  walletId: string,
  amount: number,
): Promise<Change> {
  const last = before.at(-1)?.committed_at ?? 0
  await lab.until(text('the clock stands still', 'đồng hồ đứng yên'), () => Date.now() > last, {
    whose: 'lab',
  })
  const written = await lab.finished(
    wallet.pay(walletId, amount),
    text(
      'the payment is to be done when it is committed, whoever has heard of it by then; pay()',
      'thanh toán xong khi đã commit, bất kể lúc đó ai đã nghe tin; pay()',
    ),
    { file: walletFile, near: ['async pay(', 'pay('] },
    msMax / 2,
  )
  const balance = before.findLast(({ wallet_id }) => wallet_id === walletId)?.balance_minor ?? 0
  const { version, committed_at } = written
  return { wallet_id: walletId, version, committed_at, balance_minor: balance + amount }
}

async function read(lab: Lab, session: Session, walletId: string): Promise<Shown> {
  return await lab.finished(
    session.read(walletId),
    text('a read that asks for no version', 'lần đọc không đòi version nào'),
    { file: balancesFile, near: ['async read(', 'read('] },
    msMax / 2,
  )
}

async function reads(lab: Lab, session: Session, walletId: string): Promise<readonly Shown[]> {
  const shown: Shown[] = []
  for (let nth = 0; nth < readsEach; nth += 1) shown.push(await read(lab, session, walletId))
  return shown
}

/** The next event for each of these replicas stops on the wire, and all behind it. */
export async function hold(lab: Lab, which: readonly Replica[]): Promise<readonly PlacedFault[]> {
  return await Promise.all(
    which.map((replica) =>
      lab.place({
        name: `hold ${replica}`,
        text: text(`replica ${replica} gets no event`, `bản sao ${replica} không nhận được event nào`),
        lane: laneOf[replica],
        when: { direction: 'to-client', method: 'basic.deliver' },
        what: { kind: 'hold' },
      }),
    ),
  )
}

async function held(lab: Lab, holds: readonly PlacedFault[]): Promise<void> {
  await lab.until(
    text(
      'a payment was committed, and its event was never delivered to the projections: nothing was published to the exchange wallets',
      'thanh toán đã commit mà event của nó không hề được giao cho các projection: không có gì được publish vào exchange wallets',
    ),
    () => holds.every(({ state }) => state === 'fired'),
    { ...patience, at: { file: walletFile, near: ['.publish(', '.relay('] } },
  )
}

/** Gives the copy the time to show the newest change: whoever acknowledges before it commits is not done when the queue is empty. */
async function followedBy(lab: Lab, session: Session, changes: readonly Change[]): Promise<void> {
  const newest = changes.at(-1)
  const deadline = performance.now() + shownMsMax
  while (newest !== undefined && performance.now() < deadline) {
    const { version } = await read(lab, session, newest.wallet_id)
    if (Number(version) >= newest.version) return
    await pause(lookAgainMs)
  }
}

/** Waits until a replica has taken, and acknowledged, everything. */
async function quiet(lab: Lab, replica: Replica): Promise<void> {
  await lab.until(
    text(
      `events stay in balances-${replica}, or are never acknowledged`,
      `event nằm lại trong balances-${replica}, hoặc không bao giờ được ack`,
    ),
    async () => (await countIn(lab, `balances-${replica}`)) === 0,
    { ...patience, everyMs: 15, at: { file: projectionFile, near: ['.ack(', '.consume('] } },
  )
}

/** Waits until the wallet has published so many events since they were last taken away. */
async function published(lab: Lab, events: number): Promise<void> {
  await lab.until(
    text(
      'a payment was committed, and its event never came to a queue: it was not published to the exchange wallets',
      'thanh toán đã commit mà event của nó không tới queue nào: nó không được publish vào exchange wallets',
    ),
    async () => (await countIn(lab, 'kept')) >= events,
    { ...patience, everyMs: 15, at: { file: walletFile, near: ['.publish(', '.relay('] } },
  )
}

/** Waits until an event is published, and both copies have all there is. */
async function caughtUpWith(lab: Lab): Promise<void> {
  await published(lab, 1)
  for (const replica of replicas) await quiet(lab, replica)
}

/** The first event that was published, as it was. */
async function oldestEvent(lab: Lab): Promise<{ body: Buffer; messageId?: string }> {
  const [found] = await lab.observer.takeAll(lab.name('kept'))
  if (found === undefined)
    throw lab.breaks(text('no event was published', 'không có event nào được publish'), { file: walletFile })
  const { body, messageId } = found
  return messageId === undefined ? { body } : { body, messageId }
}
