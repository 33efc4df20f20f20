/** The scenarios of mq-08: members of one group come, die and go, and the wallet's payments must not notice. */
import type { Actor } from '#lab/actors'
import type { Act, Lab, SeenRequest } from '#lab/kit'
import { comesTrue } from '#lab/kit/coming'
import { onKafka } from '#lab/kit/stage'
import type { Running, World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { Ledger } from '#payments/ledger'

interface Member extends Running {
  owned(): readonly number[] | Promise<readonly number[]>
}

/** What member.ts exports. */
interface MemberModule {
  start(world: World): Promise<Member>
}

/** Whoever can be asked what it owns: a member in the check's own process, or one in a process of its own. */
type Asked = Pick<Member, 'owned'>

const memberFile = 'member.ts'
const lane = 'consumer'
/** How long a start may take that waits for a rebalance. */
const joinMs = 12_000
/** How long a clean leave may take: far less than any session timeout. */
const leaveMs = 3000
/** How long a member may be silent before its partitions go to somebody else. */
export const sessionMsMax = 10_000

export interface JoinedSeen {
  readonly instances: number
  readonly groups: readonly { readonly id: string; readonly members: number }[]
  readonly hasRightName: boolean
  /** Whether one that was stopped had left before anybody could miss it. */
  readonly hasLeft: boolean
  readonly payments: readonly Payment[]
  readonly captures: readonly number[]
}

/** Twelve payments wait; three members start, then one of them stops. */
export const joined = onKafka({ nodes: 1 }, async (lab): Promise<JoinedSeen> => {
  await declare(lab, 6)
  const payments = await pay(lab, { from: 0, count: 12 })
  await lab.kafka.gathers(groupOf(lab), 3)
  const [first] = await startHere(lab, 3)
  await lab.until(
    text(
      'three members were started, and the broker does not list three',
      'ba member đã chạy mà broker không liệt kê đủ ba',
    ),
    async () => (await calmMembers(lab)) === 3,
    { everyMs: 20, at: { file: memberFile, near: ['groupId', '.run('] } },
  )
  const groups = (await lab.kafka.inspect()).groups.map(({ id, members: all }) => ({
    id: lab.shown(id),
    members: all.length,
  }))
  const hasRightName = (await lab.kafka.group(groupOf(lab))) !== undefined
  const { ledger } = walletOf(lab)
  const captures = () => payments.map(({ payment_id }) => ledger.count(payment_id, 'capture'))
  await comesTrue(lab, leaveMs, () => captures().every((times) => times > 0))
  const stopping = first?.stop() ?? Promise.resolve()
  await lab.finished(stopping, text('stop()', 'stop()'), { file: memberFile, near: ['stop('] })
  const hasLeft = await comesTrue(lab, leaveMs, async () => (await membersNow(lab)) === 2)
  return { instances: 3, groups, hasRightName, hasLeft, payments, captures: captures() }
})

export interface AssignedSeen {
  readonly partitions: number
  /** What each member says it owns. */
  readonly owned: readonly (readonly number[])[]
  /** What the members were given in the last generation, as the wire showed. */
  readonly given: readonly (readonly number[])[]
  readonly trace: readonly TraceStep[]
}

/** Four members and three partitions. */
export const assigned = onKafka({ nodes: 1 }, async (lab): Promise<AssignedSeen> => {
  const partitions = 3
  await declare(lab, partitions)
  await lab.kafka.gathers(groupOf(lab), 4)
  const members = await startHere(lab, 4)
  await lab.kafka.untilStable(groupOf(lab), 4, {
    at: { file: memberFile, near: ['.run(', 'heartbeatInterval'] },
  })
  return {
    partitions,
    owned: await ownedBy(lab, members, partitions),
    given: await givenNow(lab),
    trace: await groupSteps(lab),
  }
})

export interface CrashedSeen {
  readonly partitions: number
  /** What the dead member had owned. */
  readonly orphaned: readonly number[]
  readonly sessionMs: number
  readonly owned: readonly (readonly number[])[]
  readonly payments: readonly Payment[]
  readonly captures: readonly number[]
  readonly lag: number
  readonly trace: readonly TraceStep[]
}

/** Three members at work; one is killed when it has booked a payment and its commit has not arrived. */
export const crashed = onKafka({ nodes: 1 }, async (lab): Promise<CrashedSeen> => {
  const partitions = 6
  await declare(lab, partitions)
  // All of them processes: a commit of the one that can be killed waits for the check's event loop, which a booking of a member
  // in the check's own process would block.
  await lab.kafka.gathers(groupOf(lab), 3)
  const processes = await startMembers(lab, 3)
  const [victim] = processes
  const [first, ...others] = processes.map(asked)
  await lab.kafka.untilStable(groupOf(lab), 3, {
    at: { file: memberFile, near: ['.run(', 'heartbeatInterval'] },
  })
  const [orphaned = []] = await ownedBy(lab, first === undefined ? [] : [first, ...others], partitions)
  const [partition] = orphaned
  if (victim === undefined || partition === undefined) throw ownsNothing(lab)
  const crash = await lab.place({
    name: 'kill a member',
    lane,
    text: text(
      'one of three members is killed here (SIGKILL): it has booked, and its commit never arrives',
      'một trong ba member bị kill tại đây (SIGKILL): đã ghi sổ mà commit không bao giờ tới nơi',
    ),
    when: { direction: 'to-broker', method: 'OffsetCommit', fields: { topic: topicOf(lab), partition } },
    what: { kind: 'do', action: () => lab.killSubject(victim) },
  })
  const payments = [...(await pay(lab, { from: 0, count: 12 }))]
  await lab.fired(
    crash,
    text(
      'a member owned a partition and never committed an offset of it',
      'một member giữ partition mà không hề commit offset của nó',
    ),
    { file: memberFile, near: ['.commitOffsets(', 'autoCommit', '.run('] },
  )
  const sessionMs = sessionTimeoutIn(await lab.requests(lane))
  lab.say('Nobody has heard of it for its session timeout.', 'Hết session timeout mà không ai nghe thấy nó.')
  await lab.kafka.expireSessions()
  await lab.kafka.untilStable(groupOf(lab), 2, {
    at: { file: memberFile, near: ['heartbeatInterval', '.run('] },
  })
  payments.push(...(await pay(lab, { from: 12, count: 12 })))
  await comesTrue(lab, leaveMs, async () => (await lab.kafka.lag(groupOf(lab), topicOf(lab))) === 0)
  const { ledger } = walletOf(lab)
  return {
    partitions,
    orphaned,
    sessionMs,
    owned: await ownedBy(lab, others, partitions),
    payments,
    captures: payments.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    lag: await lab.kafka.lag(groupOf(lab), topicOf(lab)),
    trace: await groupSteps(lab),
  }
})

export interface GrownSeen {
  readonly partitions: number
  readonly before: readonly (readonly number[])[]
  readonly after: readonly (readonly number[])[]
  readonly given: readonly (readonly number[])[]
  readonly payments: readonly Payment[]
  readonly captures: readonly number[]
  readonly lag: number
  readonly trace: readonly TraceStep[]
}

/** Two members at work, and payments go on coming while a third one joins. */
export const grown = onKafka({ nodes: 1 }, async (lab): Promise<GrownSeen> => {
  const partitions = 6
  await declare(lab, partitions)
  await lab.kafka.gathers(groupOf(lab), 2)
  const members = await startHere(lab, 2)
  await lab.kafka.untilStable(groupOf(lab), 2, {
    at: { file: memberFile, near: ['.run(', 'heartbeatInterval'] },
  })
  const before = await ownedBy(lab, members, partitions)
  lab.say(
    'A third member joins, while payments go on coming.',
    'Member thứ ba tham gia trong khi thanh toán vẫn tới.',
  )
  const joining = startHere(lab, 1)
  joining.catch(() => undefined)
  const payments = [...(await pay(lab, { from: 0, count: 12 }))]
  members.push(...(await joining))
  await lab.kafka.untilStable(groupOf(lab), 3, {
    at: { file: memberFile, near: ['heartbeatInterval', '.run('] },
  })
  payments.push(...(await pay(lab, { from: 12, count: 12 })))
  await comesTrue(lab, leaveMs, async () => (await lab.kafka.lag(groupOf(lab), topicOf(lab))) === 0)
  const { ledger } = walletOf(lab)
  return {
    partitions,
    before,
    after: await ownedBy(lab, members, partitions),
    given: await givenNow(lab),
    payments,
    captures: payments.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    lag: await lab.kafka.lag(groupOf(lab), topicOf(lab)),
    trace: await groupSteps(lab),
  }
})

export const live: readonly Act[] = [
  {
    title: text('Four members and three partitions.', 'Bốn member, ba partition.'),
    scenario: assigned,
  },
  { title: text('One of three members is killed.', 'Một trong ba member bị kill.'), scenario: crashed },
  {
    title: text('A third member joins two others.', 'Member thứ ba vào cùng hai member khác.'),
    scenario: grown,
  },
]

export const topicOf = (lab: Lab): string => lab.name('payments')
export const groupOf = (lab: Lab): string => lab.name('wallet')

export async function declare(lab: Lab, partitions: number): Promise<void> {
  await lab.kafka.observer.createTopic(topicOf(lab), { partitions })
}

/** Members in this very process, which costs least; all at the same time: fewer rebalances than one after another. */
async function startHere(lab: Lab, count: number): Promise<Member[]> {
  const { start } = await lab.subject.load<MemberModule>(memberFile, ['start'])
  const starting = Array.from({ length: count }, async () => {
    const what = text('start()', 'start()')
    const answered = await lab.finished(start(await lab.world(lane)), what, { file: memberFile }, joinMs)
    const member = lab.subject.guard<Member>(answered, ['owned', 'stop'], memberFile)
    lab.defer(() => member.stop())
    return member
  })
  return await Promise.all(starting)
}

/** Members as processes, which can be killed. */
export function startMembers(lab: Lab, count: number): Promise<Actor[]> {
  return Promise.all(Array.from({ length: count }, () => lab.start(memberFile, lane)))
}

export const asked = (member: Actor): Asked => ({
  owned: async () => {
    const answer = await member.call('owned')
    return Array.isArray(answer) ? answer.map(Number) : []
  },
})

/** Payments of one endless list, round the partitions in turn. */
async function pay(lab: Lab, { from, count }: { from: number; count: number }): Promise<readonly Payment[]> {
  const payments = somePayments(from + count, seededSource(lab.run.seed)).slice(from)
  const partitions = await partitionsNow(lab)
  await lab.kafka.observer.produce(
    topicOf(lab),
    payments.map((payment, at) => ({
      key: payment.payment_id,
      value: JSON.stringify(requestedEvent(payment, lab.run.seed)),
      partition: (from + at) % partitions,
    })),
  )
  return payments
}

async function partitionsNow(lab: Lab): Promise<number> {
  const { topics } = await lab.kafka.inspect()
  return topics.find(({ name }) => name === topicOf(lab))?.partitions.length ?? 1
}

/** Members of all groups, those included that have not heard yet that somebody left. */
async function membersNow(lab: Lab): Promise<number> {
  const { groups } = await lab.kafka.inspect()
  return groups.reduce((sum, { members }) => sum + members.length, 0)
}

/** The same once no group is being rebalanced; until then nobody knows. */
async function calmMembers(lab: Lab): Promise<number | undefined> {
  const { groups } = await lab.kafka.inspect()
  const isCalm = groups.every(({ state }) => state === 'Stable' || state === 'Empty')
  return isCalm ? groups.reduce((sum, { members }) => sum + members.length, 0) : undefined
}

/** What members say they own, once together they own every partition; else what they say after a while. */
async function ownedBy(
  lab: Lab,
  members: readonly Asked[],
  partitions: number,
): Promise<(readonly number[])[]> {
  let said: (readonly number[])[] = []
  await comesTrue(lab, leaveMs, async () => {
    said = await Promise.all(members.map(async (member) => await member.owned()))
    return new Set(said.flat()).size === partitions
  })
  return said
}

/** What the members of the group were given last, each by its own SyncGroup answer. */
async function givenNow(lab: Lab): Promise<number[][]> {
  const members = (await lab.kafka.group(groupOf(lab)))?.members ?? []
  const requests = await lab.requests(lane)
  return members.map(({ memberId }) => {
    const last = requests.findLast((seen) => isAssignment(seen) && seen.fields.memberId === memberId)
    return assignmentOf(last)
  })
}

export const isAssignment = ({ method, direction, fields }: SeenRequest): boolean =>
  method === 'SyncGroup' && direction === 'to-client' && fields.errorCode === 0

export function assignmentOf(seen: SeenRequest | undefined): number[] {
  const given = seen?.fields.assignment
  return Array.isArray(given)
    ? given.map((each) => (each as { partition: number }).partition).sort((a, b) => a - b)
    : []
}

function sessionTimeoutIn(requests: readonly SeenRequest[]): number {
  const join = requests.find(({ method, direction }) => method === 'JoinGroup' && direction === 'to-broker')
  return Number(join?.fields.sessionTimeoutMs ?? 0)
}

function ownsNothing(lab: Lab): Error {
  return lab.breaks(
    text(
      'three members and six partitions, and one of them says that it owns nothing',
      'ba member, sáu partition, mà có member nói rằng nó không giữ gì',
    ),
    { file: memberFile, near: ['owned', 'GROUP_JOIN'] },
  )
}

/** The subject's wallet, as the lab reads it. */
function walletOf(lab: Lab): { ledger: Ledger } {
  return { ledger: new Ledger(lab.openDatabase('wallet'), seededSource(lab.run.seed)) }
}

/** What the members asked of the coordinator, and what they were given. */
async function groupSteps(lab: Lab): Promise<TraceStep[]> {
  const steps = await lab.requestSteps(lane)
  return steps.filter(({ what }) => /^(?:JoinGroup|SyncGroup|LeaveGroup)/.test(what)).slice(-14)
}
