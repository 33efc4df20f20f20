/**
 * mq-08 measured: the four numbers of a rebalance, for a member that is killed and for one that leaves. Taken from the wire,
 * on one clock: what the remaining member asked and what it was answered.
 */
import type { Actor } from '#lab/actors'
import type { Lab, SeenRequest } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { Distribution } from '#lab/measure/distribution'
import type { Meter } from '#lab/measure/meter'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { asked, assignmentOf, declare, groupOf, isAssignment, startMembers, topicOf } from './run.ts'

const partitions = 6
const lane = 'consumer'
const samples = { crash: 5, leave: 10 } as const
/** Between two payments; the gap is known to no more than this, round all partitions. */
const everyMs = 5
const waitMsMax = 30_000

const numbers = {
  detection: text('until the other member asks to join again', 'cho tới khi member còn lại xin vào lại'),
  rejoin: text('from there until it is given all partitions', 'từ đó tới khi nó được giao mọi partition'),
  'first-record': text(
    'from there until the first record of an orphaned partition is committed',
    'từ đó tới khi record đầu tiên của một partition mồ côi được commit',
  ),
  gap: text(
    'of the orphaned partition that waited longest: from its last commit before to its first one after',
    'partition mồ côi chờ lâu nhất: từ commit cuối cùng trước đó tới commit đầu tiên sau đó',
  ),
} as const satisfies Record<string, Text>
type Numbers = Readonly<Record<keyof typeof numbers, number>>

const ways = {
  crash: text('a crash (SIGKILL)', 'crash (SIGKILL)'),
  leave: text('a clean leave', 'rời đi đúng cách'),
} as const
type Way = keyof typeof ways

export const measurement: Measurement = {
  libraries: ['kafkajs'],
  brokers: { kafka: 1 },
  async measure(lab: Lab, meter: Meter) {
    await declare(lab, partitions)
    const [survivor] = await startMembers(lab, 1)
    if (survivor === undefined) throw new Error('no member started')
    const stream = streaming(lab)
    try {
      for (const way of ['leave', 'crash'] as const) {
        const taken: Numbers[] = []
        for (let nth = 0; nth < samples[way]; nth += 1) taken.push(await oneRebalance(lab, way, survivor))
        for (const name of Object.keys(numbers) as (keyof Numbers)[]) {
          const distribution = new Distribution()
          for (const each of taken) distribution.add(each[name])
          const method = numbers[name]
          const said = text(`${ways[way].en}: ${name}`, `${ways[way].vi}: ${name}`)
          meter.distribution({ name: `${way}-${name}`, said, method, item: 'mq-08.5' }, distribution)
        }
      }
    } finally {
      await stream.stop()
    }
  },
}

/** A second member joins, is at work, and goes. */
async function oneRebalance(lab: Lab, way: Way, survivor: Actor): Promise<Numbers> {
  const [victim] = await startMembers(lab, 1)
  if (victim === undefined) throw new Error('no member started')
  await lab.kafka.untilStable(groupOf(lab), 2, { withinMs: waitMsMax })
  const orphaned = await untilOwner(lab, victim)
  const requests = await lab.requests(lane)
  // What the other one committed before does not show that this one is at work.
  const since = lab.run.now()
  await within(lab, 'each partition is worked on by the new member', () =>
    orphaned.every((partition) => commitOf(requests, partition, { after: since }) !== undefined),
  )
  const from = lab.run.now()
  const gone = way === 'crash' ? lab.killSubject(victim) : victim.stop()
  const joined = await within(lab, 'the other member asks to join again', () =>
    requests.find(
      ({ method, direction, atMs, fields }) =>
        method === 'JoinGroup' && direction === 'to-broker' && atMs > from && fields.groupId === groupOf(lab),
    ),
  )
  const given = await within(lab, 'the other member is given all partitions', () =>
    requests.find(
      (seen) => isAssignment(seen) && seen.atMs > joined.atMs && assignmentOf(seen).length === partitions,
    ),
  )
  const first = await within(lab, 'orphaned partitions are worked on again', () => {
    const commits = orphaned.map((partition) => commitOf(requests, partition, { after: given.atMs }))
    return commits.every((each) => each !== undefined)
      ? commits.toSorted((a, b) => a.atMs - b.atMs)[0]
      : undefined
  })
  await gone
  const gaps = orphaned.map((partition) => {
    const before = commitOf(requests, partition, { before: from })?.atMs ?? from
    return (commitOf(requests, partition, { after: given.atMs })?.atMs ?? before) - before
  })
  await within(
    lab,
    'the other member says that it owns all',
    async () => (await asked(survivor).owned()).length === partitions,
  )
  return {
    detection: joined.atMs - from,
    rejoin: given.atMs - joined.atMs,
    'first-record': first.atMs - given.atMs,
    gap: Math.max(...gaps),
  }
}

async function untilOwner(lab: Lab, member: Actor): Promise<readonly number[]> {
  return await within(lab, 'the new member owns something', async () => {
    const owned = await asked(member).owned()
    return owned.length > 0 ? owned : undefined
  })
}

/** A commit of a partition: the last one before a moment, or the first one behind another. */
function commitOf(
  requests: readonly SeenRequest[],
  partition: number,
  { before, after }: { readonly before?: number; readonly after?: number },
): SeenRequest | undefined {
  const isCommit = ({ method, direction, about, atMs }: SeenRequest): boolean =>
    method === 'OffsetCommit' &&
    direction === 'to-broker' &&
    about.some((each) => each.partition === partition) &&
    (before === undefined || atMs <= before) &&
    (after === undefined || atMs > after)
  return after === undefined ? requests.findLast(isCommit) : requests.find(isCommit)
}

async function within<Fact>(lab: Lab, what: string, fact: () => Fact | Promise<Fact>) {
  const never = text(`it never came about that ${what}`, `mãi không tới lúc: ${what}`)
  return await lab.until(never, fact, {
    withinMs: waitMsMax,
  })
}

/** Payments round the partitions, one after another, until it is stopped. */
function streaming(lab: Lab): { stop(): Promise<void> } {
  let isOver = false
  const payments = somePayments(1000, seededSource(lab.run.seed))
  const running = (async () => {
    for (let nth = 0; !isOver; nth += 1) {
      const payment = payments[nth % payments.length]
      if (payment === undefined) return
      const value = JSON.stringify(requestedEvent(payment, lab.run.seed))
      const key = payment.payment_id
      await lab.kafka.observer.produce(topicOf(lab), [{ key, value, partition: nth % partitions }])
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  })()
  running.catch(() => undefined)
  return {
    async stop() {
      isOver = true
      await running
    },
  }
}
