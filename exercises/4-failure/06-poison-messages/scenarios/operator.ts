/** Starts the learner's consumer as an operator does, again and again, and waits until everything is at rest. */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type { Channel } from 'amqplib'
import { Supervisor } from '#lab/explore/supervisor'
import type { Lab } from '#lab/kit'
import type { Running, World } from '#lab/subject'
import { text } from '#lab/verdict/language'

export interface NaiveModule {
  start(world: World): Promise<Running & { deliveries(): Readonly<Record<string, number>> }>
}

interface TopologyModule {
  declareTopology(world: World, channel: Channel): Promise<void>
}

export const consumerFile = 'consumer.ts'
export const lane = 'consumer'
export const key = 'payment.requested'
/** What the task sets: see attemptsMax in topology.ts. */
export const attemptsMax = 3
/** Whoever tries a payment so often tries it for ever. */
export const attemptsHopeless = 3 * attemptsMax
/** How long it may take until every message rests somewhere; deaths and new starts of the consumer included. */
const restMsMax = 6000
/** How long a wait of the subject's own may last: the broker's clock is moved on by this much when nothing else happens. */
export const waitMsStep = 4000

/** A classic queue: a quorum queue of RabbitMQ 4 would end an endless loop by itself, after 20 returns. */
export async function declareForNaive(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(lab.name('payments.work'), { durable: true })
  await channel.bindQueue(lab.name('payments.work'), lab.name('payments'), key)
  await channel.close()
}

export async function declared(lab: Lab): Promise<void> {
  const { declareTopology } = await lab.subject.load<TopologyModule>('topology.ts', ['declareTopology'])
  const connection = await lab.client(lane)
  const channel = await connection.createChannel()
  const errors: Error[] = []
  channel.on('error', (error: Error) => errors.push(error))
  await lab.finished(
    declareTopology(await lab.world(lane), channel),
    text('declareTopology()', 'declareTopology()'),
    { file: 'topology.ts', near: ['function declareTopology'] },
  )
  if (errors.length === 0) await channel.close()
}

/** The consumer as a process that is started again whenever it has ended. Its first start may only fail if the deadly one was tried. */
export async function operated(lab: Lab, isTried: () => boolean): Promise<Supervisor> {
  let isUp = false
  const operator = new Supervisor({ lab, file: consumerFile, lane, hasCrashed: () => isUp || isTried() })
  lab.defer(() => operator.stop())
  const begun = operator.begun().then(() => {
    isUp = true
  })
  // Where the deadly one is first in the queue, it may never be up for long.
  while (!isUp && !isTried()) await Promise.race([begun, pause(lookAgainMs)])
  return operator
}

/**
 * Waits until nothing is in work or waits for another attempt, or it is clear that this will never be. Where messages wait by a
 * time to live, the broker's clock is moved on.
 */
export async function untilAtRest(lab: Lab, operator: Supervisor, isHopeless: () => boolean): Promise<void> {
  const deadline = lab.run.now() + lab.allowed(restMsMax)
  while (!isHopeless() && lab.run.now() < deadline) {
    // Throws when it never started again.
    await Promise.race([operator.begun(), turn()])
    const { work, waiting } = await whereabouts(lab)
    if (work + waiting === 0) return
    if (work === 0) await lab.elapse(waitMsStep)
    await pause(lookAgainMs)
  }
}

export async function restingOutsideDlq(lab: Lab): Promise<number> {
  const { work, waiting } = await whereabouts(lab)
  return work + waiting
}

/** How many messages are in work, and how many wait for another attempt in a queue of the subject's own. */
export async function whereabouts(lab: Lab): Promise<{ work: number; waiting: number }> {
  const { queues } = await lab.inspect()
  const count = (those: typeof queues) => those.reduce((sum, { ready, unacked }) => sum + ready + unacked, 0)
  return {
    work: count(queues.filter(({ name }) => name === lab.name('payments.work'))),
    waiting: count(
      queues.filter(({ name }) => ![lab.name('payments.work'), lab.name('payments.dlq')].includes(name)),
    ),
  }
}

/** The broker's own state is the fact that is waited for, and nobody announces it; asking without a pause would keep it from its work. */
const lookAgainMs = 10
