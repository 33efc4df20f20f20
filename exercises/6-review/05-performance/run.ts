/** The scenarios of review-05: a slow consumer with each stage made free in turn, and the optimized one beside it, in one run. */
import { randomUUID } from 'node:crypto'
import { type ConsumeMessage, connect } from 'amqplib'
import type { Act, Lab } from '#lab/kit'
import { countIn } from '#lab/kit/queues'
import { unhurried } from '#lab/kit/stage'
import type { Running, World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import { openEvent, type Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'

export const file = 'consumer.ts'
export const work = 'payments.work'
/** What the directory takes to answer: a question over a network, during which nobody computes anything. */
export const findMs = 20
const merchants = 12

export const stageNames = ['read', 'find', 'book'] as const
export type StageName = (typeof stageNames)[number]

export interface Stages {
  read(content: Buffer): Payment
  find(merchantId: string): Promise<{ readonly account: string }>
  book(payment: Payment, account: string): void
}

interface ConsumerModule {
  start(world: World, stages: Stages): Promise<Running>
}

/** One consumer over one load: what it booked, in which order, when. */
export interface Played {
  readonly ms: number
  readonly booked: readonly string[]
  /** When each was booked, by id, on the run's clock. */
  readonly bookedAt: ReadonlyMap<string, number>
  /** When its reading began, by id. */
  readonly readAt: ReadonlyMap<string, number>
}

export interface Load {
  readonly payments: readonly Payment[]
  readonly bodies: readonly { readonly id: string; readonly body: string }[]
}

export function loadOf(lab: Lab, count: number): Load {
  const payments = somePayments(count, seededSource(lab.run.seed)).map((payment, at) => ({
    ...payment,
    merchant_id: `merchant-${(at * 7) % merchants}`,
  }))
  const bodies = payments.map((payment) => {
    const event = requestedEvent(payment, lab.run.seed)
    return { id: event.id, body: JSON.stringify(event) }
  })
  return { payments, bodies }
}

/** The stages as the lab brings them, and what they saw. `free` costs nothing. */
export class Bench {
  readonly booked: string[] = []
  readonly bookedAt = new Map<string, number>()
  readonly readAt = new Map<string, number>()
  readonly stages: Stages

  constructor(lab: Lab, free?: StageName) {
    const database = lab.openDatabase(`books-${randomUUID()}`)
    database.exec('CREATE TABLE entry (id TEXT, account TEXT)')
    const enter = database.prepare('INSERT INTO entry VALUES (?, ?)')
    const known = new Map<string, Payment>()
    this.stages = {
      read: (content) => {
        const key = content.toString('latin1')
        const before = free === 'read' ? known.get(key) : undefined
        const payment = before ?? openEvent(content).data
        known.set(key, payment)
        if (!this.readAt.has(payment.payment_id)) this.readAt.set(payment.payment_id, performance.now())
        return payment
      },
      find: async (merchantId) => {
        if (free !== 'find') await new Promise((resolve) => setTimeout(resolve, findMs))
        return { account: `account of ${merchantId}` }
      },
      book: ({ payment_id, merchant_id }, account) => {
        if (account !== `account of ${merchant_id}`)
          throw new Error(`${account} is not the account of ${merchant_id}`)
        if (free !== 'book') enter.run(payment_id, account)
        this.booked.push(payment_id)
        this.bookedAt.set(payment_id, performance.now())
      },
    }
  }
}

/** The consumer as it was: one message at a time, through all stages. */
export async function startSlow(world: World, { read, find, book }: Stages): Promise<Running> {
  const connection = await connect(world.amqpUrl, { noDelay: true })
  connection.on('error', () => {})
  const channel = await connection.createChannel()
  await channel.prefetch(1)
  let working: Promise<void> = Promise.resolve()
  const one = async (message: ConsumeMessage): Promise<void> => {
    const payment = read(message.content)
    const { account } = await find(payment.merchant_id)
    book(payment, account)
    channel.ack(message)
  }
  await channel.consume(world.name(work), (message) => {
    if (message !== null) working = one(message)
  })
  return {
    async stop() {
      await working
      // The channel first: close() of the connection would overtake the last ack.
      await channel.close()
      await connection.close()
    },
  }
}

export async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertQueue(lab.name(work), { durable: true })
  await channel.close()
}

/** A second or two, on a computer that does nothing else. */
const workedMsMax = 30_000

/** Puts a load into the queue, lets a consumer work it off, and times that. */
export async function play(
  lab: Lab,
  load: Load,
  bench: Bench,
  start: ConsumerModule['start'],
  lane: 'consumer' | 'lab',
  withinMs = workedMsMax,
): Promise<Played> {
  await Promise.all(
    load.bodies.map(({ id, body }) =>
      lab.observer.publish({ exchange: '', routingKey: lab.name(work), messageId: id, body }),
    ),
  )
  const world = await lab.world(lane)
  const began = performance.now()
  const running = await lab.finished(start(world, bench.stages), text('start()', 'start()'), { file })
  await lab.until(
    text(
      `of ${load.payments.length} payments not all were booked`,
      `chưa ghi sổ đủ ${load.payments.length} thanh toán`,
    ),
    () => bench.booked.length >= load.payments.length,
    { at: { file, near: ['book('] }, withinMs },
  )
  const ms = performance.now() - began
  await lab.finished(running.stop(), text('stop()', 'stop()'), { file, near: ['stop()'] })
  return { ms, booked: bench.booked, bookedAt: bench.bookedAt, readAt: bench.readAt }
}

export async function subjectStart(lab: Lab): Promise<ConsumerModule['start']> {
  const { start } = await lab.subject.load<ConsumerModule>(file, ['start'])
  return async (world, stages) => lab.subject.guard<Running>(await start(world, stages), ['stop'], file)
}

export interface BottleneckSeen {
  readonly named: string
  readonly why: string
  /** Milliseconds for the same load: as it is, and with one stage free. */
  readonly asItIs: number
  readonly without: Readonly<Record<StageName, number>>
}

const bottleneckLoad = 12
const roundsMax = 8
/** No further round begins after so long. */
const roundsMsMax = 30_000
/** Without the stage that sets the pace it takes so much less than without any other. */
const outstanding = 0.25

function standsOut(without: BottleneckSeen['without']): boolean {
  const [first = 0, next = 0] = stageNames.map((stage) => without[stage]).toSorted((a, b) => a - b)
  return Number.isFinite(next) && first <= next * outstanding
}

/** The slow consumer as it is, then with each stage made free: the one that sets the pace shows. */
export const bottlenecks = unhurried(async (lab: Lab): Promise<BottleneckSeen> => {
  const { bottleneck } = await lab.subject.loadData<{ bottleneck: { stage?: unknown; why?: unknown } }>(
    'bottleneck.ts',
    ['bottleneck'],
  )
  await declare(lab)
  const load = loadOf(lab, bottleneckLoad)
  const timed = async (free?: StageName): Promise<number> =>
    (await play(lab, load, new Bench(lab, free), startSlow, 'lab')).ms
  let asItIs = Number.POSITIVE_INFINITY
  const without = { read: asItIs, find: asItIs, book: asItIs }
  const began = performance.now()
  // The quickest of the rounds, in turns, until one stage stands out: what a busy computer adds to a run says nothing of a stage.
  for (let round = 0; round < roundsMax && !standsOut(without); round += 1) {
    if (round > 0 && performance.now() - began > roundsMsMax) break
    asItIs = Math.min(asItIs, await timed())
    for (const stage of stageNames) {
      lab.say(`The same load, and ${stage} costs nothing.`, `Cùng tải đó, còn ${stage} thì không tốn gì.`)
      without[stage] = Math.min(without[stage], await timed(stage))
    }
  }
  return { named: String(bottleneck?.stage ?? ''), why: String(bottleneck?.why ?? ''), asItIs, without }
})

export interface OptimizedSeen {
  readonly slowMs: readonly number[]
  readonly ownMs: readonly number[]
  readonly payments: number
  /** Payments that were not booked, or twice, in the optimized run. */
  readonly missing: number
  readonly doubled: number
  /** A merchant whose payments were booked in another order than they came. */
  readonly disordered: string | undefined
  /** The first ack and the fifth, if there were so many: what had been settled with it, and how many payments were booked. */
  readonly acks: readonly { readonly nth: number; readonly settled: number; readonly booked: number }[]
  readonly unackedMax: number
  readonly left: number
}

const optimizedLoad = 45
/** A busy computer may take a round from either of them; who is twice as fast is so in one of these. */
const turnsMax = 3
const clearRatio = 2
/** An ack may settle many, and so there may be few. */
const acksLookedAt = [1, 5]

/** The slow consumer and the learner's take turns over the same load. */
export const optimized = unhurried(async (lab: Lab): Promise<OptimizedSeen> => {
  lab.needs('inspect')
  const start = await subjectStart(lab)
  await declare(lab)
  const load = loadOf(lab, optimizedLoad)
  const [slowMs, ownMs]: [number[], number[]] = [[], []]
  let first: Bench | undefined
  const bookedAtAck = new Map<number, number>()
  const isClear = (): boolean => Math.min(...slowMs) >= clearRatio * Math.min(...ownMs)
  for (let turn = 0; turn < turnsMax && (turn === 0 || !isClear()); turn += 1) {
    slowMs.push((await play(lab, load, new Bench(lab), startSlow, 'lab')).ms)
    const bench = new Bench(lab)
    if (first === undefined) {
      first = bench
      for (const nth of acksLookedAt) {
        await lab.place({
          name: `ack ${nth} comes by`,
          text: text(`ack ${nth}`, `lần ack thứ ${nth}`),
          lane: 'consumer',
          when: { direction: 'to-broker', method: 'basic.ack', nth },
          what: {
            kind: 'do',
            // It is looked at, and goes on.
            fate: 'pass',
            action: async () => {
              bookedAtAck.set(nth, bench.booked.length)
            },
          },
        })
      }
    }
    ownMs.push((await play(lab, load, bench, start, 'consumer')).ms)
  }
  const booked = first?.booked ?? []
  const byMerchant = Map.groupBy(load.payments, ({ merchant_id }) => merchant_id)
  const disordered = [...byMerchant].find(([, own]) => {
    const came = own.map(({ payment_id }) => payment_id)
    return booked.filter((id) => came.includes(id)).join() !== came.join()
  })
  const { frames } = await lab.proxy('consumer')
  return {
    slowMs,
    ownMs,
    payments: load.payments.length,
    missing: load.payments.filter(({ payment_id }) => !booked.includes(payment_id)).length,
    doubled: booked.length - new Set(booked).size,
    disordered: disordered?.[0],
    acks: [...bookedAtAck].map(([nth, booked]) => ({ nth, booked, settled: settledBy(nth, frames) })),
    unackedMax: mostUnacked(frames),
    left: await leftIn(lab),
  }
})

/** So long the last acks may be on their way. */
const ackMsMax = 10_000

/** What is in the queue once the last acks have had a moment to arrive. */
async function leftIn(lab: Lab): Promise<number> {
  const deadline = performance.now() + ackMsMax
  for (;;) {
    const left = await countIn(lab, work)
    if (left === 0 || performance.now() > deadline) return left
  }
}

type Frames = readonly { readonly method: string; readonly fields: Readonly<Record<string, unknown>> }[]

/** How many deliveries the first consumer had settled with its nth ack. */
function settledBy(nth: number, frames: Frames): number {
  const settled = new Set<number>()
  const delivered: number[] = []
  let acks = 0
  for (const { method, fields } of frames) {
    const tag = Number(fields['deliveryTag'])
    if (method === 'basic.deliver') delivered.push(tag)
    if (method !== 'basic.ack') continue
    for (const each of delivered)
      if (each === tag || (fields['multiple'] === true && each <= tag)) settled.add(each)
    acks += 1
    if (acks === nth) break
  }
  return settled.size
}

/** Deliveries that were out at a time, as the frames tell it. */
function mostUnacked(frames: Frames): number {
  let [out, most] = [new Set<string>(), 0]
  for (const { method, fields } of frames) {
    const tag = String(fields['deliveryTag'] ?? '')
    // A new consumer has a channel of its own, whose tags begin anew.
    if (method === 'basic.consume') out = new Set()
    else if (method === 'basic.deliver') most = Math.max(most, out.add(tag).size)
    else if (method === 'basic.ack' || method === 'basic.nack' || method === 'basic.reject') {
      if (fields['multiple'] === true)
        for (const each of [...out]) if (Number(each) <= Number(tag)) out.delete(each)
      out.delete(tag)
    }
  }
  return most
}

export const live: readonly Act[] = [
  { title: text('Which stage sets the pace?', 'Khâu nào quyết định tốc độ?'), scenario: bottlenecks },
  {
    title: text('The slow consumer and yours, in turns.', 'Consumer chậm và của bạn, thay phiên.'),
    scenario: optimized,
  },
]
