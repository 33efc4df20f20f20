/** Starts what the learner wrote, and waits for what it does. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Channel } from 'amqplib'
import type { Lab } from '#lab/kit'
import { countIn } from '#lab/kit/queues'
import type { Running, World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import type { Wallet } from '#payments/wallet'
import { attemptsMax, delaysMs, total } from './queues.ts'

/** What topology.ts exports. */
interface TopologyModule {
  declareTopology(world: World, channel: Channel): Promise<void>
}

/** What consumer.ts and dead-letters.ts export. */
interface ServiceModule {
  start(world: World): Promise<Running>
}

export const topologyFile = 'topology.ts'
export const consumerFile = 'consumer.ts'
export const handlerFile = 'dead-letters.ts'
export const lane = 'consumer'

export async function declared(lab: Lab): Promise<void> {
  const { declareTopology } = await lab.subject.load<TopologyModule>(topologyFile, ['declareTopology'])
  const connection = await lab.client(lane)
  const channel = await connection.createChannel()
  const errors: Error[] = []
  channel.on('error', (error: Error) => errors.push(error))
  await lab.finished(
    declareTopology(await lab.world(lane), channel),
    text('declareTopology()', 'declareTopology()'),
    { file: topologyFile, near: ['function declareTopology'] },
  )
  if (errors.length === 0) await channel.close()
}

export async function started(lab: Lab, file: string): Promise<Running> {
  const { start } = await lab.subject.load<ServiceModule>(file, ['start'])
  const answered = await lab.finished(
    start(await lab.world(lane)),
    text(`start() in ${file}`, `start() trong ${file}`),
    {
      file,
      near: ['start'],
    },
  )
  const running = lab.subject.guard<Running>(answered, ['stop'], file)
  lab.defer(() => running.stop())
  return running
}

/** Waits until a payment was tried this often. */
export async function tried(lab: Lab, wallet: Wallet, payment: Payment, times: number): Promise<void> {
  await lab.until(
    text(
      `a failing payment was tried ${times - 1} times, and never a ${ordinal(times)} time: 3 retries are ${attemptsMax} attempts`,
      `một thanh toán lỗi được thử ${times - 1} lần và không có lần thứ ${times}: 3 lần retry là ${attemptsMax} lần xử lý`,
    ),
    () => wallet.attempts(payment.payment_id) >= times,
    { at: { file: consumerFile, near: ['.publish(', '.sendToQueue(', '.consume('] } },
  )
}

/** Waits until the consumer has let go of everything, and so many messages rest elsewhere: then the clock may be moved. */
export async function parked(lab: Lab, howMany = 1): Promise<void> {
  await becomes(lab, async () => {
    if ((await countIn(lab, 'payments.work')) > 0) return false
    const { queues: found } = await lab.inspect()
    return found.reduce((sum, { ready }) => sum + ready, 0) >= howMany
  })
}

/** Moves the clock on until so many messages are dead, or none is left anywhere, or it takes too long. */
export async function untilDead(lab: Lab, howMany = 1): Promise<void> {
  let deadline = lab.run.now() + lab.allowed(deadMsMax)
  const last = lab.run.now() + waitedMsMax
  while (lab.run.now() < Math.min(deadline, last)) {
    if ((await countIn(lab, 'payments.dlq')) >= howMany) return
    const before = lab.run.now()
    await lab.elapse(delaysMs[2])
    // Where time passes only by waiting for it, that is no time of the subject's.
    deadline += lab.run.now() - before
    for (let each = 0; each < 10; each += 1) await turn()
    // Not sooner: the numbers of a real broker are some time behind what was just published.
    if ((await total(lab)) === 0) return
  }
}

const deadMsMax = 6000
/** All in all, where time can't be moved: the delays together take seven seconds. */
const waitedMsMax = 30_000

/**
 * Gives something that may never come a moment to happen; answers whether it did. The broker is asked between two looks, and
 * a number of looks is granted too: on a busy computer that is a longer moment.
 */
export async function becomes(lab: Lab, fact: () => boolean | Promise<boolean>): Promise<boolean> {
  const began = lab.run.now()
  for (let looks = 1; !(await fact()); looks += 1) {
    const ms = lab.run.now() - began
    if (ms > momentMs && (looks >= looksMin || ms > momentMsMax)) return false
    await lab.inspect()
  }
  return true
}

const looksMin = 100
const momentMs = 400
/** Where a look itself takes long, as it does at a real broker. */
const momentMsMax = 2000

export async function killedAt(
  lab: Lab,
  when: { direction: 'to-broker' | 'to-client'; method: string },
  moment: string,
): Promise<void> {
  const vi =
    when.direction === 'to-client' ? 'trước khi nhận message đầu tiên' : 'khi ack đầu tiên đang trên đường'
  // Placed before it starts: what is in the queue is delivered with the first breath.
  let kill: () => Promise<void> = async () => {}
  const isUp = Promise.withResolvers<void>()
  const fault = await lab.place({
    name: 'kill handler',
    lane,
    text: text(`the handler is killed here (SIGKILL), ${moment}`, `handler bị kill tại đây (SIGKILL), ${vi}`),
    when,
    what: {
      kind: 'do',
      action: async () => {
        await isUp.promise
        await kill()
      },
    },
  })
  const actor = await lab.start(handlerFile, lane)
  kill = () => lab.killSubject(actor)
  isUp.resolve()
  const isAutomatic = (await lab.frames(lane)).some(
    ({ method, fields }) => method === 'basic.consume' && fields.noAck === true,
  )
  // There will be no ack to wait for.
  if (isAutomatic && when.method === 'basic.ack') return lab.killSubject(actor)
  await lab.fired(
    fault,
    when.direction === 'to-client'
      ? text('nobody consumes from payments.dlq', 'không ai nhận message từ payments.dlq')
      : text(
          'a dead message was delivered, and never acknowledged',
          'một message chết đã được giao mà không bao giờ được ack',
        ),
    { file: handlerFile, near: ['.ack(', '.consume('] },
  )
}

const ordinal = (count: number): string => ['', 'first', 'second', 'third', 'fourth'][count] ?? `${count}th`
