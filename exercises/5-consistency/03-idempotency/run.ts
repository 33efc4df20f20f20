/** The scenarios of consistency-03: events and requests come several times; each answers what was charged and booked. */
import type { Act, Lab, PlacedFault } from '#lab/kit'
import { countIn, countsOf, takeIds } from '#lab/kit/queues'
import { unhurried } from '#lab/kit/stage'
import type { Running, World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import { type CardAnswer, type CardCall, type CardGateway, startCardGateway } from '#payments/card-gateway'
import type { Envelope } from '#payments/envelope'
import { openEvent, type Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { auditLedger, Ledger } from '#payments/ledger'
import { toWire } from '#payments/money'

/** What the subject's files export. */
export interface Delivery {
  readonly message_id: string
  readonly redelivered: boolean
  readonly headers: Readonly<Record<string, unknown>>
}
export interface Books {
  readonly entries: readonly { readonly position: number; readonly payment_id: string }[]
  readonly charges: readonly {
    readonly key: string
    readonly payment_id: string
    readonly outcome: 'approved' | 'declined'
  }[]
}
export interface Extra {
  readonly payment_id: string
  readonly entries: readonly number[]
  readonly charges: readonly string[]
}
interface FindingsModule {
  causeOf(delivery: Delivery, before: readonly Delivery[]): unknown
  extras(books: Books): unknown
}
interface Api extends Running {
  port(): number
}
interface ApiModule {
  start(world: World): Promise<Api>
}

export const chargerFile = 'charger.ts'
const apiFile = 'api.ts'
const findingsFile = 'findings.ts'
const unprotectedFile = 'unprotected.ts'
const queue = 'payments.charge'
const deadQueue = 'payments.dead'
const key = 'payment.requested'
const msMax = 12_000
const inspectEveryMs = 15

export type Cause = 'first' | 'redelivered' | 'resent' | 'sent back'

export interface ArrivalsSeen {
  readonly arrivals: readonly {
    readonly delivery: Delivery
    readonly expected: Cause
    readonly answered: unknown
    readonly isPlayed: boolean
  }[]
}

/** Five payments reach the unprotected service: once, handed out again, resent, and sent back from the dead letters. */
export const arrived = unhurried(async (lab: Lab): Promise<ArrivalsSeen> => {
  const { causeOf } = await lab.subject.load<FindingsModule>(findingsFile, ['causeOf'])
  const { deliveries, causes } = await misfortunes(lab)
  const played = deliveries.map((delivery, at) => ({
    delivery,
    expected: causes[at] ?? 'first',
    answered: causeOf(delivery, deliveries.slice(0, at)),
    isPlayed: true,
  }))
  // Its first receiver died before anybody had written it down.
  const orphan: Delivery = { message_id: 'never-seen-before', redelivered: true, headers: {} }
  const made = {
    delivery: orphan,
    expected: 'redelivered',
    answered: causeOf(orphan, []),
    isPlayed: false,
  } as const
  return { arrivals: [...played, made] }
})

export interface ExtrasSeen {
  readonly books: Books
  readonly expected: readonly Extra[]
  readonly answered: readonly Extra[]
}

/** The same five payments; what the unprotected service has booked and charged too much is to be named. */
export const namedExtras = unhurried(async (lab: Lab): Promise<ExtrasSeen> => {
  const { extras } = await lab.subject.load<FindingsModule>(findingsFile, ['extras'])
  const { books } = await misfortunes(lab)
  return { books, expected: extrasIn(books), answered: extrasOf(lab, extras(books)) }
})

interface Misfortunes {
  readonly deliveries: readonly Delivery[]
  /** Why each of them came; the lab has seen to it. */
  readonly causes: readonly Cause[]
  readonly books: Books
}

async function misfortunes(lab: Lab): Promise<Misfortunes> {
  await declare(lab)
  const gateway = await gatewayOf(lab)
  const [plain, handedOutAgain, resent, failed, unanswered] = eventsOf(lab, 5) as [
    Envelope,
    Envelope,
    Envelope,
    Envelope,
    Envelope,
  ]
  let service = await lab.start(unprotectedFile, 'consumer')
  const came = async (event: Envelope): Promise<void> => {
    await put(lab, event)
    await drained(lab, unprotectedFile)
  }
  await came(plain)
  lab.say('The service dies before it can acknowledge …', 'Service chết trước khi kịp ack …')
  const kill = await lab.place({
    name: 'kill before the ack',
    text: text('the service is killed before its ack (SIGKILL)', 'service bị kill trước khi ack (SIGKILL)'),
    lane: 'consumer',
    when: { direction: 'to-broker', method: 'basic.ack' },
    what: { kind: 'kill-subject', subject: service },
  })
  await put(lab, handedOutAgain)
  await lab.fired(
    kill,
    text('the unprotected service acknowledged nothing', 'service chưa bảo vệ không ack gì'),
  )
  service = await lab.start(unprotectedFile, 'consumer')
  await drained(lab, unprotectedFile)
  lab.say('… a producer sends twice …', '… producer gửi hai lần …')
  await came(resent)
  await came(resent)
  lab.say('… and two dead letters are sent back.', '… và hai dead letter được gửi trả lại.')
  for (const [event, does] of [
    [failed, 'fail'],
    [unanswered, 'lose-answer'],
  ] as const) {
    gateway.script({ does })
    await came(event)
    await lab.until(
      text(
        'a payment that could not be charged did not come to payments.dead',
        'thanh toán không trừ được tiền đã không tới payments.dead',
      ),
      async () => (await countIn(lab, deadQueue)) > 0,
      { withinMs: msMax, everyMs: inspectEveryMs },
    )
    await takeIds(lab, deadQueue)
    await put(lab, event, { 'x-redrives': 1 })
    await drained(lab, unprotectedFile)
  }
  await service.stop()
  const database = lab.openDatabase('unprotected')
  const deliveries = database
    .prepare('SELECT message_id, redelivered, headers FROM delivery ORDER BY position')
    .all()
    .map((row) => {
      const { message_id, redelivered, headers } = row as {
        message_id: string
        redelivered: number
        headers: string
      }
      return {
        message_id,
        redelivered: redelivered === 1,
        headers: JSON.parse(headers) as Record<string, unknown>,
      }
    })
  const entries = database
    .prepare('SELECT position, payment_id FROM entry ORDER BY position')
    .all() as Books['entries']
  return {
    deliveries,
    causes: ['first', 'first', 'redelivered', 'first', 'resent', 'first', 'sent back', 'first', 'sent back'],
    books: { entries, charges: chargesOf(gateway) },
  }
}

function extrasIn({ entries, charges }: Books): readonly Extra[] {
  const taken = charges.filter(({ outcome }) => outcome === 'approved')
  const ids = new Set([...entries, ...taken].map(({ payment_id }) => payment_id))
  return [...ids]
    .map((id) => ({
      payment_id: id,
      entries: entries
        .filter(({ payment_id }) => payment_id === id)
        .slice(1)
        .map(({ position }) => position),
      charges: taken
        .filter(({ payment_id }) => payment_id === id)
        .slice(1)
        .map((charge) => charge.key),
    }))
    .filter((extra) => extra.entries.length + extra.charges.length > 0)
}

/** Validated, since a learner's code made it. */
function extrasOf(lab: Lab, answered: unknown): readonly Extra[] {
  const isExtra = (one: unknown): boolean => {
    const { payment_id, entries, charges } = (one ?? {}) as Record<string, unknown>
    return typeof payment_id === 'string' && Array.isArray(entries) && Array.isArray(charges)
  }
  if (Array.isArray(answered) && answered.every(isExtra)) return answered as Extra[]
  throw lab.breaks(
    text(
      'extras() does not answer a list of { payment_id, entries, charges }',
      'extras() không trả về danh sách { payment_id, entries, charges }',
    ),
    { file: findingsFile, near: ['function extras'] },
  )
}

/** What became of one payment. */
export interface Fate {
  readonly payment: Payment
  /** Keys under which the gateway was called for it, each once. */
  readonly keys: readonly string[]
  /** How often the gateway has taken its money, and how often it refused. */
  readonly approved: number
  readonly declined: number
  readonly captures: number
}

/** An answer of the API. */
export interface Answered {
  readonly what:
    | 'first'
    | 'again'
    | 'at once'
    | 'other body'
    | 'other merchant'
    | 'after a restart'
    | 'no key'
    | 'no amount'
  readonly status: number
  readonly payment_id: unknown
}

export interface EndToEndSeen {
  readonly answers: readonly Answered[]
  /** Ids of the messages that the API has sent. */
  readonly events: readonly string[]
  readonly fates: readonly Fate[]
  readonly dead: number
}

const atOnce = 5

/** A merchant asks, gets no answer and asks again; the payment's event goes to the charger, and the gateway's first answer is lost. */
export const endToEnd = unhurried(async (lab: Lab): Promise<EndToEndSeen> => {
  await declare(lab)
  const gateway = await gatewayOf(lab)
  gateway.script({ does: 'lose-answer' })
  const [payment, other] = somePayments(2, seededSource(lab.run.seed)) as [Payment, Payment]
  const answers: Answered[] = []
  let api = await apiOf(lab)
  const wanted = { merchant_id: 'pho-lien', amount: payment.amount }
  const ask = async (
    what: Answered['what'],
    body: object,
    idempotencyKey: string | undefined,
  ): Promise<void> => {
    answers.push({ what, ...(await post(lab, api.port(), body, idempotencyKey)) })
  }
  const body = { ...wanted, amount: toWire(wanted.amount) }
  await ask('first', body, 'order-1')
  await ask('again', body, 'order-1')
  await Promise.all(Array.from({ length: atOnce }, () => ask('at once', body, 'order-2')))
  await ask('other body', { ...body, amount: toWire(other.amount) }, 'order-1')
  await ask('other merchant', { ...body, merchant_id: 'lotus-books' }, 'order-1')
  await ask('no key', body, undefined)
  await ask('no amount', { merchant_id: 'pho-lien' }, 'order-3')
  const accepted = new Set(
    answers.flatMap(({ payment_id }) => (typeof payment_id === 'string' ? [payment_id] : [])),
  )
  await lab.until(
    text(
      `${accepted.size} payments were accepted, and not so many events came to payments.charge`,
      `đã nhận ${accepted.size} thanh toán mà số event tới payments.charge không đủ`,
    ),
    async () => (await countIn(lab, 'kept')) >= accepted.size,
    {
      withinMs: msMax,
      everyMs: inspectEveryMs,
      at: { file: apiFile, near: ['.wake(', 'startRelay(', '.post('] },
    },
  )
  lab.say(
    'The API is started again, and the merchant asks once more.',
    'API khởi động lại, và cửa hàng hỏi thêm lần nữa.',
  )
  await lab.finished(api.stop(), text('stop()', 'stop()'), { file: apiFile, near: ['stop()'] }, msMax)
  api = await apiOf(lab)
  await ask('after a restart', body, 'order-1')
  const charger = await lab.start(chargerFile, 'consumer')
  await drained(lab, chargerFile)
  await charger.stop()
  const events = await takeIds(lab, 'kept')
  const payments = [...accepted].map((payment_id) => ({ ...wanted, payment_id }))
  return { answers, events, fates: fatesOf(lab, gateway, payments), dead: await countIn(lab, deadQueue) }
})

export interface TogetherSeen {
  readonly copies: number
  readonly workers: number
  /** Copies that were out at the same time, while the gateway had the first call in hand. */
  readonly outTogether: number
  readonly fate: Fate
  readonly dead: number
  readonly audit: readonly string[]
}

/** Two workers hold the two copies of one event while the gateway takes its time. */
export const together = unhurried(async (lab: Lab): Promise<TogetherSeen> => {
  await declare(lab)
  let isCalled = false
  const gateway = await gatewayOf(lab, () => {
    isCalled = true
  })
  gateway.script({ does: 'approve', delayMs: 400 })
  const [event] = eventsOf(lab, 1) as [Envelope]
  const workers = [await lab.start(chargerFile, 'consumer'), await lab.start(chargerFile, 'consumer')]
  lab.say(
    'Two workers get a copy each; the gateway takes its time.',
    'Hai worker mỗi bên nhận một bản; cổng thẻ thì làm chậm.',
  )
  await put(lab, event)
  await put(lab, event)
  await lab.until(
    text(
      'an event came, and the card gateway was never called',
      'event đã tới mà cổng thẻ không hề được gọi',
    ),
    () => isCalled,
    { withinMs: msMax, at: { file: chargerFile, near: ['.charge(', '.consume('] } },
  )
  const { unacked } = await countsOf(lab, queue)
  await drained(lab, chargerFile)
  for (const worker of workers) await worker.stop()
  const [fate] = fatesOf(lab, gateway, [paymentIn(event)]) as [Fate]
  return {
    copies: 2,
    workers: workers.length,
    outTogether: unacked,
    fate,
    dead: await countIn(lab, deadQueue),
    audit: auditOf(lab),
  }
})

/** What befell a payment on its way. */
export const fortunes = [
  'approved',
  'declined',
  'answer lost',
  'request lost',
  'gateway away',
  'killed at the call',
  'killed before the ack',
] as const
export type Fortune = (typeof fortunes)[number]

export interface InvariantsSeen {
  readonly fates: readonly (Fate & { readonly fortune: Fortune })[]
  readonly kills: number
  readonly copies: number
  /** Of the messages in payments.dead: valid payments, and the one that came with another payload under a known id. */
  readonly deadPayments: readonly string[]
  readonly hasConflict: boolean
  /** What was charged or booked of the conflicting message's own payment. */
  readonly conflict: Fate
  readonly audit: readonly string[]
}

/** Seven payments, pairs of which look alike, each with a fortune of its own; then every event once more, and one that is forged. */
export const invariantsHold = unhurried(async (lab: Lab): Promise<InvariantsSeen> => {
  await declare(lab)
  let onCall = (_call: CardCall): void => {}
  const gateway = await gatewayOf(lab, (call) => onCall(call))
  const events = eventsOf(lab, fortunes.length + 1)
  let charger = await lab.start(chargerFile, 'consumer')
  const scripts: Partial<Record<Fortune, readonly CardAnswer[]>> = {
    declined: [{ does: 'decline' }],
    'answer lost': [{ does: 'lose-answer' }],
    'request lost': [{ does: 'lose-request' }],
    'gateway away': [{ does: 'fail' }, { does: 'fail' }],
    'killed at the call': [{ does: 'approve', delayMs: 150 }],
  }
  const again = async (dead: Promise<void>): Promise<void> => {
    await dead
    charger = await lab.start(chargerFile, 'consumer')
  }
  for (const [at, fortune] of fortunes.entries()) {
    const event = events[at] as Envelope
    lab.say(`A payment: ${fortune}.`, `Một thanh toán: ${fortuneVi[fortune]}.`)
    gateway.script(...(scripts[fortune] ?? []))
    if (fortune === 'killed at the call') {
      let isCalled = false
      onCall = () => {
        isCalled = true
      }
      await put(lab, event)
      await lab.until(
        text(
          'an event came, and the card gateway was never called',
          'event đã tới mà cổng thẻ không hề được gọi',
        ),
        () => isCalled,
        { withinMs: msMax, at: { file: chargerFile, near: ['.charge(', '.consume('] } },
      )
      onCall = () => {}
      await again(lab.killSubject(charger))
    } else if (fortune === 'killed before the ack') {
      const kill: PlacedFault = await lab.place({
        name: 'kill before the ack',
        text: text(
          'the charger is killed before its ack (SIGKILL)',
          'charger bị kill trước khi ack (SIGKILL)',
        ),
        lane: 'consumer',
        when: { direction: 'to-broker', method: 'basic.ack' },
        what: { kind: 'kill-subject', subject: charger },
      })
      await put(lab, event)
      await lab.fired(
        kill,
        text('an event came, and was never acknowledged', 'event đã tới mà không bao giờ được ack'),
        { file: chargerFile, near: ['.ack(', '.consume('] },
      )
      await again(Promise.resolve())
    } else await put(lab, event)
    await drained(lab, chargerFile)
  }
  lab.say(
    'Every event comes once more, and one with another payload.',
    'Mọi event tới thêm lần nữa, và một event mang payload khác.',
  )
  const sent = events.slice(0, fortunes.length)
  for (const event of sent) await put(lab, event)
  const known = sent[0] as Envelope
  const forged = { ...(events[fortunes.length] as Envelope), id: known.id }
  await put(lab, forged)
  await drained(lab, chargerFile)
  await charger.stop()
  const dead = await lab.observer.takeAll(lab.name(deadQueue))
  const isForged = (body: Buffer): boolean => body.equals(Buffer.from(JSON.stringify(forged)))
  const payments = sent.map(paymentIn)
  const fates = fatesOf(lab, gateway, payments)
  const [conflict] = fatesOf(lab, gateway, [paymentIn(forged)]) as [Fate]
  return {
    fates: fates.map((fate, at) => ({ ...fate, fortune: fortunes[at] as Fortune })),
    kills: 2,
    copies: sent.length,
    deadPayments: dead.filter(({ body }) => !isForged(body)).map(({ messageId = '' }) => messageId),
    hasConflict: dead.some(({ body }) => isForged(body)),
    conflict,
    audit: auditOf(lab),
  }
})

export const fortuneVi: Readonly<Record<Fortune, string>> = {
  approved: 'được duyệt',
  declined: 'bị từ chối',
  'answer lost': 'mất câu trả lời',
  'request lost': 'mất request',
  'gateway away': 'cổng thẻ vắng mặt',
  'killed at the call': 'bị kill lúc đang gọi',
  'killed before the ack': 'bị kill trước khi ack',
}

/** Played by `npm run exercise consistency-03 live`. */
export const live: readonly Act[] = [
  {
    title: text('Unprotected: the card is charged twice.', 'Chưa bảo vệ: thẻ bị trừ hai lần.'),
    scenario: namedExtras,
  },
  {
    title: text('From the request to the card, with one key each.', 'Từ request tới thẻ, mỗi chặng một key.'),
    scenario: endToEnd,
  },
  { title: text('Two workers, one event.', 'Hai worker, một event.'), scenario: together },
]

/** The topology is the lab's. What payments.charge refuses goes to payments.dead; `kept` has a copy of everything. */
export async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(lab.name(deadQueue), { durable: true })
  await channel.assertQueue(lab.name('kept'), { durable: true })
  await channel.assertQueue(lab.name(queue), {
    durable: true,
    deadLetterExchange: '',
    deadLetterRoutingKey: lab.name(deadQueue),
  })
  for (const name of [queue, 'kept']) await channel.bindQueue(lab.name(name), lab.name('payments'), key)
  await channel.close()
}

/** A card gateway that the subject finds, for the length of the lab. */
export async function gatewayOf(lab: Lab, onCall: (call: CardCall) => void = () => {}): Promise<CardGateway> {
  const gateway = await startCardGateway({ onCall })
  lab.defer(() => gateway.stop())
  const database = lab.openDatabase('card-gateway')
  database.exec('CREATE TABLE IF NOT EXISTS address (url TEXT NOT NULL) STRICT')
  database.prepare('INSERT INTO address VALUES (?)').run(gateway.url)
  return gateway
}

export function eventsOf(lab: Lab, howMany: number): readonly Envelope[] {
  return somePayments(howMany, seededSource(lab.run.seed), { lookAlikes: true }).map((payment) =>
    requestedEvent(payment, lab.run.seed),
  )
}

/** Called twice for one event it is what a producer does that has missed a confirm. */
export async function put(lab: Lab, event: Envelope, headers: Record<string, unknown> = {}): Promise<void> {
  const body = JSON.stringify(event)
  await lab.observer.publish({
    exchange: lab.name('payments'),
    routingKey: key,
    messageId: event.id,
    body,
    headers,
  })
}

/** Waits until payments.charge is empty and nothing of it is out. */
export async function drained(lab: Lab, file: string): Promise<void> {
  await lab.until(
    text(
      'payments.charge was never done: a message stayed in it, or unacknowledged',
      'payments.charge mãi không xong: còn message nằm lại, hoặc chưa được ack',
    ),
    async () => (await countIn(lab, queue)) === 0,
    { withinMs: msMax, everyMs: inspectEveryMs, at: { file, near: ['.ack(', '.consume('] } },
  )
}

async function apiOf(lab: Lab): Promise<Api> {
  const { start } = await lab.subject.load<ApiModule>(apiFile, ['start'])
  const started = await lab.finished(
    start(await lab.world('producer')),
    text('start()', 'start()'),
    { file: apiFile },
    msMax,
  )
  const api = lab.subject.guard<Api>(started, ['stop', 'port'], apiFile)
  lab.defer(() => api.stop())
  return api
}

async function post(
  lab: Lab,
  port: number,
  body: object,
  idempotencyKey: string | undefined,
): Promise<{ status: number; payment_id: unknown }> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/payments`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(msMax / 2),
    })
    const answer = (await response.json().catch(() => ({}))) as { payment_id?: unknown }
    return { status: response.status, payment_id: answer.payment_id }
  } catch (error) {
    throw lab.breaks(
      text(
        `POST /payments on port ${port} had no answer: ${String(error)}`,
        `POST /payments ở cổng ${port} không có câu trả lời: ${String(error)}`,
      ),
      { file: apiFile, near: ['.post(', '.listen('] },
    )
  }
}

export function paymentIn(event: Envelope): Payment {
  const { payment_id, merchant_id, amount } = openEvent(JSON.stringify(event)).data
  return { payment_id, merchant_id, amount }
}

const chargesOf = (gateway: CardGateway): Books['charges'] =>
  gateway.operations
    .filter(({ kind }) => kind === 'charge')
    .map((operation) => ({ key: operation.key, payment_id: operation.paymentId, outcome: operation.outcome }))

/** What the gateway and the ledger say of each payment, when all is quiet. */
export function fatesOf(lab: Lab, gateway: CardGateway, payments: readonly Payment[]): readonly Fate[] {
  const ledger = new Ledger(lab.openDatabase('charger'), seededSource(lab.run.seed))
  return payments.map((payment) => {
    const { payment_id } = payment
    const operations = chargesOf(gateway).filter((charge) => charge.payment_id === payment_id)
    return {
      payment,
      keys: [...new Set(gateway.calls.flatMap((call) => (call.paymentId === payment_id ? [call.key] : [])))],
      approved: operations.filter(({ outcome }) => outcome === 'approved').length,
      declined: operations.filter(({ outcome }) => outcome === 'declined').length,
      captures: ledger.count(payment_id, 'capture'),
    }
  })
}

export function auditOf(lab: Lab): readonly string[] {
  return auditLedger(lab.openDatabase('charger'))
}
