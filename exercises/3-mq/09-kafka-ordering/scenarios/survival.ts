/** Retries, a crash and a rebalance, and what they leave of the order. */
import type { Lab, SeenRequest } from '#lab/kit'
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import type { OpenedEvent } from '#payments/events'
import {
  type Disorder,
  disorders,
  isSame,
  nameOf,
  type Step,
  stepOf,
  stepOfEnvelope,
  walletEvents,
} from './events.ts'
import {
  bookFile,
  consuming,
  group,
  joined,
  reaches,
  rowsIn,
  startedBook,
  stopMs,
  Watched,
} from './services.ts'
import { createEvents, createTopic, eventsTopic, journalTopic, onOneNode, put } from './topics.ts'

export const isProduce = ({ direction, method }: SeenRequest): boolean =>
  direction === 'to-broker' && method === 'Produce'

export interface SurvivedSeen {
  /** The part in which one event fails twice. */
  readonly failing: {
    readonly step: Step
    readonly attempts: number
    readonly done: number
    readonly sent: number
  }
  readonly disorderedByRetry: readonly Disorder[]
  /** The part in which the service is killed, started again, and joined by a second instance. */
  readonly sent: number
  readonly rows: readonly Step[]
  readonly missing: readonly Step[]
  readonly twice: readonly Step[]
  readonly disordered: readonly Disorder[]
  readonly kills: number
  readonly members: number
  readonly trace: readonly TraceStep[]
}

/** An event that fails twice; meanwhile a crash in the middle, and two instances that take over while more comes. */
export const survived = onKafka(onOneNode, async (lab): Promise<SurvivedSeen> => {
  const retried = await failingTwice(lab)
  const nothing = {
    sent: 0,
    rows: [],
    missing: [],
    twice: [],
    disordered: [],
    kills: 0,
    members: 0,
    trace: [],
  }
  // Whoever has lost the order by now needs no crash to lose it.
  if (!isInOrder(retried)) return { ...nothing, ...retried }

  await createEvents(lab)
  const events = walletEvents(lab, { wallets: 6, versions: 4 })
  const half = events.length / 2
  await put(lab, eventsTopic, events.slice(0, half))

  const first = await lab.start(bookFile, 'consumer')
  const kill = await lab.place({
    name: 'crash after an entry',
    text: text(
      'the service is killed here: entered, not committed',
      'service bị kill tại đây: đã ghi, chưa commit offset',
    ),
    when: { point: 'commit', side: 'after', nth: 5, fields: { database: 'wallets' } },
    what: { kind: 'kill-subject', subject: first },
  })
  await lab.fired(
    kill,
    text(
      'fewer than four events were written into the database "wallets"',
      'chưa ghi tới bốn event vào database "wallets"',
    ),
    { file: bookFile, near: ['.run(', 'INSERT'] },
  )
  lab.say(
    'Two instances are started, and more events come while they share the partitions out.',
    'Hai instance được khởi động, và event tiếp tục tới trong lúc chúng chia nhau partition.',
  )
  await lab.kafka.expireSessions()
  // Nobody kills these two, so they need no process of their own.
  await Promise.all([startedBook(lab), startedBook(lab)])
  await put(lab, eventsTopic, events.slice(half))
  const database = lab.openDatabase('wallets')
  const rows = () => rowsIn(database)
  await joined(lab, 2, bookFile)
  await reaches(lab, () => rows().length >= events.length, { topic: eventsTopic, group })
  const members = (await lab.kafka.group(lab.name(group)))?.members.length ?? 0
  const sent = events.map(stepOfEnvelope)
  const applied = rows()
  return {
    ...retried,
    sent: sent.length,
    rows: applied,
    missing: sent.filter((step) => !applied.some(isSame(step))),
    twice: sent.filter((step) => applied.filter(isSame(step)).length > 1),
    disordered: disorders(applied, sent),
    kills: kill.state === 'fired' ? 1 : 0,
    members,
    trace: (await lab.requestSteps('consumer')).slice(-8),
  }
})

type Retried = Pick<SurvivedSeen, 'failing' | 'disorderedByRetry'>

const isInOrder = ({ failing, disorderedByRetry }: Retried): boolean =>
  disorderedByRetry.length === 0 && failing.attempts >= 3 && failing.done >= failing.sent

/** One event of one wallet fails twice, while its wallet and others have more to do. On a topic of its own. */
async function failingTwice(lab: Lab): Promise<Retried> {
  await createTopic(lab, journalTopic, 1)
  const events = walletEvents(lab, { wallets: 3, versions: 3 })
  const bad = stepOfEnvelope(events[3] as Envelope)
  const watched = new Watched()
  let attempts = 0
  const handle = (event: OpenedEvent) =>
    watched.during(stepOf(event), async () => {
      if (!isSame(bad)(stepOf(event))) return
      attempts += 1
      if (attempts <= 2) throw new Error('the ledger is not available just now')
    })
  await put(lab, journalTopic, events)
  const running = await consuming(lab, journalTopic, handle, 'purses')
  await reaches(lab, () => watched.done.length >= events.length, { topic: journalTopic, group: 'purses' })
  await lab.outcomeOf(running.stop(), stopMs)
  const sent = events.map(stepOfEnvelope)
  const failing = { step: bad, attempts, done: new Set(watched.done.map(nameOf)).size, sent: sent.length }
  return { failing, disorderedByRetry: disorders(watched.done, sent) }
}
