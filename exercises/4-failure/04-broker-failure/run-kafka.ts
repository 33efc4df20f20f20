/** The scenario of failure-04 on three Kafka nodes: the leader dies alone with what it was told. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import { onKafka } from '#lab/kit/stage'
import type { World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { eventsOf, idIn } from './scenarios/payments.ts'

interface Producer {
  send(event: Envelope): Promise<void>
  stop(): Promise<void>
}

/** What on-kafka.ts exports. */
interface KafkaModule {
  startProducer(world: World, topic: string): Promise<Producer>
}

const file = 'on-kafka.ts'
const onThreeNodes = { nodes: 3 } as const
/** How long the producer may take to be there. */
const startMsMax = 8000
/** How long a send may take that finds its leader dead. */
const sentMsMax = 8000
/** How long somebody has who takes the leader's word for everybody's. */
const momentMs = 300

export interface LeaderLostSeen {
  /** Sent while only the leader could have them. */
  readonly sent: number
  /** Of these, how many were called sent before another node could have them. */
  readonly early: readonly string[]
  /** Called sent in the end, and not in the log under the new leader. */
  readonly lost: readonly string[]
  readonly unsent: number
  readonly why: string
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** Both followers stop copying; payments are sent; the leader dies, and a follower takes over. */
export const leaderLost = onKafka(onThreeNodes, async (lab): Promise<LeaderLostSeen> => {
  lab.kafka.needs(['nodes'])
  const topic = await declare(lab)
  const producer = await startedProducer(lab, topic)
  const [first, ...late] = eventsOf(lab, 5) as [Envelope, ...Envelope[]]
  await lab.outcomeOf(producer.send(first), sentMsMax)
  const requests = await lab.requests()
  const before = produceRequests(requests)
  const leader = await lab.kafka.leaderOf(topic)
  const followers = await lab.kafka.freezeFollowers(topic)
  lab.say(
    `Both followers stop copying, and ${late.length} payments are sent.`,
    `Cả hai follower ngừng chép, và ${late.length} thanh toán được gửi.`,
  )
  const called: string[] = []
  const sending = late.map(async (event) => {
    const outcome = await lab.outcomeOf(producer.send(event), sentMsMax)
    if (outcome.state === 'resolved') called.push(event.id)
    return outcome
  })
  await lab.settles(() => produceRequests(requests) > before)
  // Nobody else can have it; whoever takes the leader's word, or none, says "sent" now.
  await sleep(momentMs)
  const early = [...called]
  lab.say('The leader is killed. A follower takes over.', 'Leader bị kill. Một follower lên thay.')
  await lab.kafka.killNode(leader)
  for (const node of followers) await lab.kafka.thawNode(node)
  const outcomes = await Promise.all(sending)
  await lab.kafka.startNode(leader)
  const ids = new Set((await lab.kafka.observer.read(topic)).map(({ value }) => idIn(value ?? undefined)))
  const rejected = outcomes.find(({ state }) => state === 'rejected')
  return {
    sent: late.length,
    early,
    lost: called.filter((id) => !ids.has(id)),
    unsent: outcomes.filter(({ state }) => state !== 'resolved').length,
    why: rejected?.state === 'rejected' ? rejected.message : 'no answer',
    kills: 1,
    trace: (await lab.requestSteps()).slice(-10),
  }
})

async function declare(lab: Lab): Promise<string> {
  const topic = lab.name('payments')
  await lab.kafka.observer.createTopic(topic, {
    partitions: 1,
    replicas: 3,
    config: { 'min.insync.replicas': '2' },
  })
  return topic
}

async function startedProducer(lab: Lab, topic: string): Promise<Producer> {
  const { startProducer } = await lab.subject.load<KafkaModule>(file, ['startProducer'])
  const what = text('startProducer()', 'startProducer()')
  const at = { file, near: ['function startProducer'] }
  const answered = await lab.finished(startProducer(await lab.world('producer'), topic), what, at, startMsMax)
  const producer = lab.subject.guard<Producer>(answered, ['send', 'stop'], file)
  lab.defer(async () => void (await lab.outcomeOf(producer.stop(), momentMs)))
  return producer
}

function produceRequests(requests: Awaited<ReturnType<Lab['requests']>>): number {
  return requests.filter(({ method, direction }) => method === 'Produce' && direction === 'to-broker').length
}
