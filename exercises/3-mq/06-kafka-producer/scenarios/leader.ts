/** The leader is killed: under each acks, and in the middle of a stream. */
import type { Lab } from '#lab/kit'
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { partitionOf } from './partitions.ts'
import { type Acks, comeBackMs, file, finish, onThreeNodes, type Sent, send, started } from './producer.ts'
import { requestsAbout } from './requests.ts'
import { declare, idsIn, reaches, requested, turns } from './topic.ts'

/** What one choice of acks came to. */
export interface AcksSeen {
  readonly acks: Acks
  /** As the Produce requests said. */
  readonly onTheWire: readonly number[]
  /** Sent while only the leader could have them, and how many of these were reported as sent before it died. */
  readonly sent: number
  readonly reportedBefore: number
  readonly reported: readonly string[]
  /** Reported as sent and not in the log when another node leads. */
  readonly lost: readonly string[]
  readonly twice: readonly string[]
  readonly why: string
  readonly trace: readonly TraceStep[]
}

export interface LeaderKilledSeen {
  readonly runs: readonly AcksSeen[]
  readonly kills: number
}

/** For each acks: both followers stop copying, payments are sent, the leader is killed, and a follower takes over. */
export const leaderKilled = onKafka(onThreeNodes, async (lab): Promise<LeaderKilledSeen> => {
  lab.kafka.needs(['nodes'])
  const runs: AcksSeen[] = []
  for (const acks of [0, 1, -1] as const) runs.push(await leaderKilledWith(lab, acks))
  return { runs, kills: runs.length }
})

async function leaderKilledWith(lab: Lab, acks: Acks): Promise<AcksSeen> {
  const topic = await declare(lab, { name: `payments.acks${acks === -1 ? 'all' : acks}`, partitions: 1 })
  const producer = await started(lab, { acks })
  const requests = await lab.requests()
  const events = requested(lab, 7)
  const early = events.slice(0, 2)
  const late = events.slice(2)
  for (const event of early) await send(lab, producer, { topic, event })
  await reaches(lab, async () => (await lab.kafka.observer.read(topic)).length >= early.length)
  lab.say(
    `acks=${acks === -1 ? 'all' : acks}: both followers stop copying, and ${late.length} payments are sent.`,
    `acks=${acks === -1 ? 'all' : acks}: cả hai follower ngừng chép, rồi ${late.length} thanh toán được gửi.`,
  )
  const leader = await lab.kafka.leaderOf(topic)
  const followers = await lab.kafka.freezeFollowers(topic)
  const reported: string[] = []
  const sending = late.map(async (event) => {
    const outcome = await send(lab, producer, { topic, event, withinMs: comeBackMs })
    if (outcome.state === 'resolved') reported.push(event.id)
    return outcome
  })
  // With acks 0 and 1 they are all reported; with acks all none is, and the first is at the leader.
  if (acks === -1) await lab.settles(() => requestsAbout(requests, 'Produce', topic).length > early.length)
  else await Promise.all(sending)
  await turns(20)
  const reportedBefore = reported.length
  await lab.kafka.killNode(leader)
  for (const node of followers) await lab.kafka.thawNode(node)
  lab.say('The leader is killed. A follower takes over.', 'Leader bị kill. Một follower lên thay.')
  const outcomes = await Promise.all(sending)
  await finish(lab, producer)
  await lab.kafka.startNode(leader)
  const ids = await idsIn(lab, topic)
  const lost = reported.filter((id) => !ids.includes(id))
  lab.say(
    `acks=${acks === -1 ? 'all' : acks}: ${reported.length} were reported as sent, ${lost.length} of them are gone.`,
    `acks=${acks === -1 ? 'all' : acks}: ${reported.length} thanh toán được báo đã gửi, ${lost.length} trong số đó đã mất.`,
  )
  const produces = requestsAbout(requests, 'Produce', topic)
  return {
    acks,
    onTheWire: [...new Set(produces.map(({ fields }) => Number(fields.acks)))],
    sent: late.length,
    reportedBefore,
    reported,
    lost,
    twice: late.map(({ id }) => id).filter((id) => ids.filter((each) => each === id).length > 1),
    why: outcomes.find(({ state }) => state === 'rejected')?.message ?? '',
    trace: (await lab.requestSteps()).slice(-6),
  }
}

export interface KilledSeen {
  readonly sent: readonly Sent[]
  /** Reported as sent and not in the log, or there more than once. */
  readonly lost: readonly string[]
  readonly twice: readonly string[]
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** Forty payments in waves; the node that leads one of the partitions is killed in the middle. */
export const killedMidStream = onKafka(onThreeNodes, async (lab): Promise<KilledSeen> => {
  lab.kafka.needs(['nodes'])
  const topic = await declare(lab)
  const producer = await started(lab)
  const events = requested(lab, 40)
  const wave = (from: number): Promise<Sent>[] =>
    events
      .slice(from, from + waveSize)
      .map((event) => send(lab, producer, { topic, event, withinMs: comeBackMs }))
  const sending = wave(0)
  await Promise.all(sending)
  // The node to which a payment of the second half goes dies while that request is under way to it.
  const partition = partitionOf(events[events.length / 2]?.subject ?? '', 6)
  const leader = await lab.kafka.leaderOf(topic, partition)
  const kill = await lab.place({
    name: 'broker killed',
    text: text('a broker is killed here', 'một broker bị kill tại đây'),
    when: { direction: 'to-broker', method: 'Produce', fields: { topic, partition } },
    what: { kind: 'do', fate: 'pass', action: () => lab.kafka.killNode(leader) },
  })
  for (let from = waveSize; from < events.length; from += waveSize) {
    const next = wave(from)
    sending.push(...next)
    // Whoever bundles what waits shall not bundle everything into one request.
    await Promise.race(next)
  }
  await lab.fired(
    kill,
    text('nothing was sent to one of six partitions', 'không có gì được gửi vào một trong sáu partition'),
    { file },
  )
  const sent = await Promise.all(sending)
  await finish(lab, producer)
  await lab.kafka.startNode(leader)
  const ids = await idsIn(lab, topic)
  const reported = sent.filter(({ state }) => state === 'resolved').map(({ id }) => id)
  const count = (id: string) => ids.filter((each) => each === id).length
  return {
    sent,
    lost: reported.filter((id) => count(id) === 0),
    twice: reported.filter((id) => count(id) > 1),
    kills: 1,
    trace: (await lab.requestSteps()).slice(-8),
  }
})

const waveSize = 10
