/** A wallet's events are done one after another, in their order, also where one of them is held back. */
import type { CallOutcome } from '#lab/kit'
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import type { OpenedEvent } from '#payments/events'
import {
  type Disorder,
  disorders,
  isSame,
  partitionOf,
  stepIn,
  stepOf,
  stepOfEnvelope,
  walletEvents,
  walletOf,
} from './events.ts'
import {
  consumerFile,
  consuming,
  group,
  handledMs,
  joined,
  publisherFile,
  reaches,
  startedPublisher,
  turns,
  Watched,
} from './services.ts'
import { isProduce } from './survival.ts'
import { createEvents, eventsTopic, onOneNode, put } from './topics.ts'

export interface OrderSeen {
  readonly sent: number
  /** Wallets whose events lie in the log in another order than they were given to publish(). */
  readonly disorderedInLog: readonly Disorder[]
  readonly missingInLog: number
  readonly handled: number
  /** Wallets whose events were finished in another order than they lie in the log. */
  readonly disordered: readonly Disorder[]
  /** How often the handler of an event began while that of an earlier one of its wallet was still at work. */
  readonly overlaps: number
  readonly cuts: number
  readonly trace: readonly TraceStep[]
}

/**
 * Eight wallets, whose events are published without waiting; the second request is torn away, and earlier events take longer to work on.
 * They come in three waves, so that there is a second request, and something behind it, for whoever sends in one request what waits.
 */
export const inOrder = onKafka(onOneNode, async (lab): Promise<OrderSeen> => {
  await createEvents(lab)
  const events = walletEvents(lab, { wallets: 8, versions: 6 })
  const waves = [events.slice(0, 24), events.slice(24, 40), events.slice(40)]
  const publisher = await startedPublisher(lab)
  const proxy = await lab.kafkaProxy()
  const cut = await lab.place({
    name: 'lost request',
    text: text('the request is lost, and sent again', 'request bị mất rồi được gửi lại'),
    when: { direction: 'to-broker', method: 'Produce', nth: 2 },
    what: { kind: 'cut' },
  })
  lab.say(
    'Forty-eight events are published without waiting, and one request is lost on its way.',
    'Bốn mươi tám event được publish liền nhau không chờ, và một request bị mất trên đường.',
  )
  const sending: Promise<CallOutcome<void>>[] = []
  let answered = 0
  const comesNext = [() => proxy.requests.some(isProduce), () => cut.state === 'fired']
  for (const [at, wave] of waves.entries()) {
    for (const event of wave) {
      const ending = lab.outcomeOf(publisher.publish(eventsTopic, event), handledMs)
      void ending.then(() => {
        answered += 1
      })
      sending.push(ending)
    }
    const isReady = comesNext[at]
    if (isReady !== undefined) await reaches(lab, () => isReady() || answered === sending.length)
  }
  const failed = (await Promise.all(sending)).find(({ state }) => state !== 'resolved')
  if (failed?.state === 'rejected') throw failed.error
  if (failed !== undefined) {
    throw lab.breaks(
      text(
        'publish() never answered, though the cluster was well and only one request had been lost',
        'publish() không bao giờ trả lời, dù cluster bình thường và chỉ mất một request',
      ),
      { file: publisherFile, near: ['.send('] },
    )
  }
  const log = await lab.kafka.observer.read(lab.name(eventsTopic))
  // Now that all of them are there, a fetch brings many at once.
  const watched = new Watched()
  await consuming(lab, eventsTopic, (event) =>
    watched.during(stepOf(event), () => turns((7 - stepOf(event).version) * 6)),
  )
  await reaches(lab, () => watched.done.length >= events.length)
  const sent = events.map(stepOfEnvelope)
  const logged = log.map(stepIn)
  return {
    sent: events.length,
    missingInLog: sent.filter((step) => !logged.some(isSame(step))).length,
    disorderedInLog: disorders(logged, sent),
    handled: watched.done.length,
    disordered: disorders(watched.done, sent),
    overlaps: watched.overlaps,
    cuts: cut.state === 'fired' ? 1 : 0,
    trace: (await lab.requestSteps()).slice(-8),
  }
})

export interface HeldBackSeen {
  readonly sent: number
  readonly handled: number
  readonly members: number
  /** Events that were sent after the first held one, and finished before it. */
  readonly overtook: number
  readonly disordered: readonly Disorder[]
  readonly heldPartition: number
}

/** Two consumers; the handlers of one partition are held back until the others have gone on. */
export const heldBack = onKafka(onOneNode, async (lab): Promise<HeldBackSeen> => {
  await createEvents(lab)
  const gate = Promise.withResolvers<void>()
  const watched = new Watched()
  const events = walletEvents(lab, { wallets: 12, versions: 3 })
  const heldWallets = new Set<string>()
  const handle = (event: OpenedEvent) =>
    watched.during(stepOf(event), async () => {
      if (heldWallets.has(stepOf(event).wallet)) await gate.promise
    })
  lab.defer(async () => gate.resolve())
  await lab.kafka.gathers(lab.name(group), 2)
  await Promise.all([consuming(lab, eventsTopic, handle), consuming(lab, eventsTopic, handle)])
  await joined(lab, 2, consumerFile)
  // Before anything is sent it must be known whose partition is held: where a key goes does not change.
  const [first] = events as [Envelope, ...Envelope[]]
  const places = events.map((event) => partitionOf(walletOf(event)))
  const heldPartition = places[0] ?? 0
  for (const [at, event] of events.entries())
    if (places[at] === heldPartition) heldWallets.add(walletOf(event))
  lab.say(
    `Whoever works on partition ${heldPartition} is held up.`,
    `Ai đang xử lý partition ${heldPartition} thì bị giữ lại.`,
  )
  await put(lab, eventsTopic, events)
  const goOn = () => watched.done.length > 0
  await reaches(lab, goOn)
  // How far the others get is nobody's promise: that they go on at all is. Whoever does not own that partition can go on to the end.
  const members = (await lab.kafka.group(lab.name(group)))?.members ?? []
  const owned = members.map(({ partitions }) => partitions.map(({ partition }) => partition))
  const held = owned.find((partitions) => partitions.includes(heldPartition))
  const free = places.filter((place) => held?.includes(place) === false)
  await lab.settles(() => held !== undefined && watched.done.length >= free.length)
  const overtook = watched.done.length
  gate.resolve()
  await reaches(lab, () => watched.done.length >= events.length)
  return {
    sent: events.length,
    handled: watched.done.length,
    members: members.length,
    overtook: watched.done.slice(0, overtook).filter((step) => !isSame(stepOfEnvelope(first))(step)).length,
    disordered: disorders(watched.done, events.map(stepOfEnvelope)),
    heldPartition,
  }
})
