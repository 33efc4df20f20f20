/** Nothing can be written for a while, and replies are lost. */
import type { PlacedFault, SeenRequest } from '#lab/kit'
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { comeBackMs, finish, onThreeNodes, type Sent, send, started } from './producer.ts'
import { requestsAbout } from './requests.ts'
import { declare, idsIn, requested } from './topic.ts'

/** So many connections a client with three nodes has good reasons for; one more for each record it has not. */
export const connectionsMax = 8
/** While writing is impossible, attempts are watched until the waits between them have grown, or there are so many. */
const attemptsMany = 12
/** How long the producer may take to try that often. */
const attemptsMs = 6000
/** How much longer the last waits are than the first, at least: doubling comes to 3 within three of them. */
const growthMin = 1.8
/** How many replies of a payment are lost, one after another. */
const repliesLost = 8
/** What a topic takes that refuses large records. */
const recordBytesMax = 2000

export interface OutageSeen {
  /** A payment that was sent while writing was impossible. */
  readonly outlasted: Sent
  readonly outlastedInLog: number
  /** Milliseconds between its attempts, while writing was impossible. */
  readonly waits: readonly number[]
  /** Whether they have grown; undefined where there were too few of them to tell. */
  readonly hasGrown: boolean | undefined
  /** A payment all of whose replies were lost. */
  readonly unknown: Sent
  readonly unknownInLog: number
  /** The payment after it, whose reply arrived. */
  readonly next: Sent
  readonly nextInLog: number
  /** A payment larger than the topic takes. */
  readonly refused: Sent
  readonly refusedAttempts: number
  readonly trace: readonly TraceStep[]
}

/** Writing is impossible for a while; then replies are lost until the producer gives up; then a record is refused. */
export const outage = onKafka(onThreeNodes, async (lab): Promise<OutageSeen> => {
  lab.kafka.needs(['nodes'])
  const topic = await declare(lab, { partitions: 1 })
  const [first, second, third, fourth, fifth] = requested(lab, 5) as [
    Envelope,
    Envelope,
    Envelope,
    Envelope,
    Envelope,
  ]
  const producer = await started(lab)
  await send(lab, producer, { topic, event: first })
  const leader = await lab.kafka.leaderOf(topic)
  const followers = [0, 1, 2].filter((node) => node !== leader)
  lab.say(
    'Two of three nodes are killed. One replica in sync is less than min.insync.replicas: nobody can write.',
    'Hai trong ba node bị kill. Chỉ còn một replica in sync, ít hơn min.insync.replicas: không ai ghi được.',
  )
  for (const node of followers) await lab.kafka.killNode(node)
  const requests = await lab.requests()
  const from = requests.length
  const sending = send(lab, producer, { topic, event: second, withinMs: attemptsMs + comeBackMs })
  let isOver = false
  void sending.then(() => {
    isOver = true
  })
  const attempts = () => requestsAbout(requests.slice(from), 'Produce', topic)
  const began = lab.run.now()
  const waits = () => waitsBetween(attempts())
  const enough = () => isOver || attempts().length >= attemptsMany || hasGrown(waits()) === true
  while (!enough() && lab.run.now() - began < lab.allowed(attemptsMs)) await lab.settles(enough)
  const waited = waits()
  for (const node of followers) await lab.kafka.startNode(node)
  const outlasted = await sending
  await finish(lab, producer)

  lab.say(
    'Now the replies to a payment are lost, each of them, until the producer gives up.',
    'Bây giờ mọi phản hồi cho một thanh toán đều bị mất, cho tới khi producer bỏ cuộc.',
  )
  const patient = await started(lab, { retries: 2 })
  const losses: PlacedFault[] = []
  for (let nth = 1; nth <= repliesLost; nth += 1) {
    const lost = await lab.place({
      name: `lost reply ${nth}`,
      text: text('the reply is lost', 'phản hồi bị mất'),
      when: { direction: 'to-broker', method: 'Produce', nth },
      what: { kind: 'drop-reply' },
    })
    losses.push(lost)
  }
  const unknown = await send(lab, patient, { topic, event: third, withinMs: comeBackMs })
  for (const lost of losses) lost.lift()
  const next = await send(lab, patient, { topic, event: fourth, withinMs: comeBackMs })
  const trace = (await lab.requestSteps()).slice(-8)
  const ids = await idsIn(lab, topic)

  const small = await declare(lab, {
    name: 'payments.small',
    partitions: 1,
    config: { 'max.message.bytes': String(recordBytesMax) },
  })
  const large = { ...fifth, dataschema: `${fifth.dataschema}?${'x'.repeat(recordBytesMax)}` }
  const refused = await send(lab, patient, { topic: small, event: large, withinMs: comeBackMs })
  await finish(lab, patient)
  const count = (id: string) => ids.filter((each) => each === id).length
  return {
    outlasted,
    outlastedInLog: count(second.id),
    waits: waited,
    hasGrown: hasGrown(waited),
    unknown,
    unknownInLog: count(third.id),
    next,
    nextInLog: count(fourth.id),
    refused,
    refusedAttempts: requestsAbout(requests, 'Produce', small).length,
    trace,
  }
})

function waitsBetween(attempts: readonly SeenRequest[]): number[] {
  return attempts.slice(1).map(({ atMs }, index) => Math.round(atMs - (attempts[index]?.atMs ?? atMs)))
}

/** By the mean of two at each end: what else the computer does makes single waits longer. */
function hasGrown(waits: readonly number[]): boolean | undefined {
  if (waits.length < 3) return undefined
  const sum = (some: readonly number[]) => some.reduce((total, ms) => total + ms, 0)
  return sum(waits.slice(-2)) >= growthMin * sum(waits.slice(0, 2))
}
