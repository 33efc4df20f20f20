/** Instances are members of groups: they join and leave, share partitions and work on them side by side. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import { comesTrue, Gate } from '#lab/kit/coming'
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import {
  consumerFile,
  type Delivery,
  lane,
  leaveMs,
  listenerFile,
  listening,
  startedHere,
  startedWork,
  worked,
} from './listening.ts'
import { joinsIn, leavesIn, traceOf } from './requests.ts'
import { declare, type Place, paymentEvents, placeOf, produce } from './topic.ts'

/** A group and how many members it had, as the broker said. */
export interface GroupSeen {
  readonly id: string
  readonly members: number
}

export interface GroupsSeen {
  readonly together: readonly GroupSeen[]
  /** Whether the one that stopped had left before anybody could miss it. */
  readonly hasLeft: boolean
  readonly afterRestart: readonly GroupSeen[]
  /** Groups whose name did not go through world.name. */
  readonly unnamed: readonly string[]
  readonly instances: number
}

/** Two instances of the consumer, one of them a process of its own; that one is stopped and started again. */
export const restarted = onKafka({ nodes: 1 }, async (lab): Promise<GroupsSeen> => {
  await declare(lab, 3)
  // One after another: while one in a process of its own opens the wallet, it waits for the check's event loop.
  const first = await lab.start(consumerFile, lane)
  await startedHere(lab)
  const together = await groupsWith(lab, 2)
  lab.say('One of the two is stopped, and started again.', 'Một trong hai bị dừng, rồi chạy lại.')
  await first.stop()
  const requests = await lab.requests(lane)
  // Both: on a busy computer a member that says nothing may be missed while we wait.
  const hasLeft = await comesTrue(
    lab,
    leaveMs,
    async () => leavesIn(requests) > 0 && membersIn(await groupsNow(lab)) === 1,
  )
  if (!hasLeft) return { together, hasLeft, afterRestart: together, unnamed: [], instances: 2 }
  await lab.start(consumerFile, lane)
  const afterRestart = await groupsWith(lab, 2)
  const unnamed = afterRestart.filter(({ id }) => lab.shown(id) === id).map(({ id }) => id)
  const shown = (groups: readonly GroupSeen[]) =>
    groups.map(({ id, members }) => ({ id: lab.shown(id), members }))
  return { together: shown(together), hasLeft, afterRestart: shown(afterRestart), unnamed, instances: 2 }
})

export interface ParallelSeen {
  readonly partitions: number
  /** Partitions on which one listener worked at the same time. */
  readonly atOnce: number
  /** The most records of one partition that were in work at the same time, both listeners together. */
  readonly inOnePartition: number
  readonly produced: number
  readonly done: number
  /** What each of the two was handed once both were members. */
  readonly shares: readonly number[]
  readonly trace: readonly TraceStep[]
}

/** Four partitions and one listener that may work on all of them; then a second one joins while the first is at work. */
export const inParallel = onKafka({ nodes: 1 }, async (lab): Promise<ParallelSeen> => {
  const partitions = 4
  const { group } = await declare(lab, partitions)
  const events = paymentEvents(lab, 20)
  await produce(lab, events.slice(0, 12), (at) => at % partitions)
  const gate = new Gate()
  const inWork = new Map<number, number>()
  const done = new Set<Place>()
  const shares = [0, 0]
  let inOnePartition = 0
  let atOnce = 0
  const handle = (which: number) => async (_: unknown, delivery: Delivery) => {
    const { partition } = delivery
    inWork.set(partition, (inWork.get(partition) ?? 0) + 1)
    inOnePartition = Math.max(inOnePartition, inWork.get(partition) ?? 0)
    atOnce = Math.max(atOnce, inWork.size)
    await gate.opened
    // A turn, so that another record of the partition could slip in.
    await turn()
    inWork.set(partition, (inWork.get(partition) ?? 1) - 1)
    if (inWork.get(partition) === 0) inWork.delete(partition)
    done.add(placeOf(delivery))
    shares[which] = (shares[which] ?? 0) + 1
  }
  await listening(lab, { concurrency: partitions, handle: handle(0) })
  await startedWork(lab, () => inWork.size > 0)
  await comesTrue(lab, leaveMs, () => atOnce >= partitions)
  lab.say(
    'A second listener joins, while the first is at work.',
    'Listener thứ hai tham gia khi cái đầu đang làm.',
  )
  const atOnceAlone = atOnce
  const joining = listening(lab, { concurrency: partitions, handle: handle(1) })
  joining.catch(() => undefined)
  await lab.until(
    text('the second listener never asked to join the group', 'listener thứ hai không hề xin vào group'),
    async () => joinsIn(await lab.requests(lane), group) > 2,
    { at: { file: listenerFile, near: ['.run('] } },
  )
  gate.open()
  await joining
  await lab.kafka.untilStable(group, 2)
  shares.fill(0)
  await produce(lab, events.slice(12), (at) => at % partitions)
  await worked(lab, () => done.size >= events.length)
  return {
    partitions,
    atOnce: atOnceAlone,
    inOnePartition,
    produced: events.length,
    done: done.size,
    shares,
    trace: await traceOf(lab),
  }
})

export interface SharesSeen {
  readonly produced: readonly Place[]
  /** What the two members of the group wallet were handed. */
  readonly wallet: readonly (readonly Place[])[]
  /** What the only member of the group reports was handed. */
  readonly reports: readonly Place[]
  readonly trace: readonly TraceStep[]
}

/** Two members of one group and one of another; then twelve records on three partitions. */
export const sharedOut = onKafka({ nodes: 1 }, async (lab): Promise<SharesSeen> => {
  const { group } = await declare(lab, 3)
  const reports = lab.name('reports')
  const got: Place[][] = [[], [], []]
  const taking = (which: number, groupId: string) =>
    listening(lab, { groupId, handle: async (_, delivery) => void got[which]?.push(placeOf(delivery)) })
  await Promise.all([taking(0, group), taking(1, group), taking(2, reports)])
  await lab.until(
    text(
      'three listeners were started, two for the group wallet and one for reports, and the broker does not see these two groups',
      'ba listener đã chạy, hai cho group wallet và một cho reports, mà broker không thấy hai group đó',
    ),
    async () => {
      const { groups } = await lab.kafka.inspect()
      const has = (name: string, members: number) =>
        groups.some((each) => each.id === name && each.state === 'Stable' && each.members.length === members)
      return has(group, 2) && has(reports, 1)
    },
    { withinMs: 4000, everyMs: 20, at: { file: listenerFile, near: ['groupId', '.consumer('] } },
  )
  const produced = await produce(lab, paymentEvents(lab, 12), (at) => at % 3)
  const [one = [], two = [], other = []] = got
  await worked(lab, () => one.length + two.length >= produced.length && other.length >= produced.length)
  return { produced, wallet: [one, two], reports: other, trace: await traceOf(lab) }
})

async function groupsNow(lab: Lab): Promise<GroupSeen[]> {
  const { groups } = await lab.kafka.inspect()
  return groups.map(({ id, members }) => ({ id, members: members.length }))
}

/** All groups once they have so many members together, and each has its share. */
async function groupsWith(lab: Lab, members: number): Promise<GroupSeen[]> {
  await lab.until(
    text(
      `${members} instances run, and the broker does not see ${members} members`,
      `${members} instance đang chạy mà broker không thấy đủ ${members} member`,
    ),
    async () => {
      const { groups } = await lab.kafka.inspect()
      const isCalm = groups.every(({ state }) => state === 'Stable' || state === 'Empty')
      return isCalm && membersIn(await groupsNow(lab)) === members
    },
    { everyMs: 20, at: { file: consumerFile, near: ['groupId', 'listen('] } },
  )
  return (await groupsNow(lab)).filter((group) => group.members > 0)
}

const membersIn = (groups: readonly GroupSeen[]) => groups.reduce((sum, { members }) => sum + members, 0)
