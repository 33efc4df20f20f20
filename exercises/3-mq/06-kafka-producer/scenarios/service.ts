/** Sends that nothing disturbs, and the end of a producer. */
import { isDeepStrictEqual } from 'node:util'
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { comeBackMs, onThreeNodes, type Sent, send, started } from './producer.ts'
import { producerIdsIn } from './requests.ts'
import { declare, idOf, json, requested, turns } from './topic.ts'

export interface ServiceSeen {
  readonly sent: readonly Sent[]
  readonly connections: number
  readonly producerIds: number
  /** What became of the payments that were not answered yet when stop() was called. */
  readonly outstanding: readonly Sent[]
  readonly stopped: 'resolved' | 'rejected' | 'pending'
  readonly openConnections: number
  readonly stored: number
  readonly trace: readonly TraceStep[]
}

/** Twenty payments one after another and together, then stop() while an answer is out and others wait behind it. */
export const stoppedInTime = onKafka(onThreeNodes, async (lab): Promise<ServiceSeen> => {
  const topic = await declare(lab)
  const proxy = await lab.kafkaProxy()
  const producer = await started(lab)
  const events = requested(lab, 23)
  const others = events.slice(0, 20)
  const sent: Sent[] = []
  for (const event of others.slice(0, 5)) sent.push(await send(lab, producer, { topic, event }))
  sent.push(...(await Promise.all(others.slice(5).map((event) => send(lab, producer, { topic, event })))))

  lab.say(
    'An answer is held back, two more payments wait, and stop() is called.',
    'Một câu trả lời bị giữ lại, hai thanh toán nữa đang chờ, rồi gọi stop().',
  )
  const held = await lab.place({
    name: 'late answer',
    text: text('the answer is held back', 'câu trả lời bị giữ lại'),
    when: { direction: 'to-client', method: 'Produce' },
    what: { kind: 'hold' },
  })
  const outstanding = events.slice(20).map((event) => send(lab, producer, { topic, event }))
  await lab.settles(() => held.state === 'fired')
  const stopping = lab.outcomeOf(producer.stop(), comeBackMs)
  await turns(20)
  held.release()
  const { state: stopped } = await stopping
  await lab.settles(() => proxy.openConnections === 0)
  const { requests } = proxy
  return {
    sent,
    connections: new Set(requests.map(({ connection }) => connection)).size,
    producerIds: producerIdsIn(requests),
    outstanding: await Promise.all(outstanding),
    stopped,
    openConnections: proxy.openConnections,
    stored: (await lab.kafka.observer.read(topic)).length,
    trace: (await lab.requestSteps()).slice(-8),
  }
})

export interface PlacesSeen {
  readonly sent: readonly Sent[]
  /** Where each lies, as partition/offset; undefined: nowhere. */
  readonly found: readonly (string | undefined)[]
  /** Records whose key or value is not what was given. */
  readonly keysLost: number
  readonly changed: number
  readonly partitions: number
  readonly trace: readonly TraceStep[]
}

/** Twenty payments at once, of twenty keys. */
export const placed = onKafka(onThreeNodes, async (lab): Promise<PlacesSeen> => {
  const topic = await declare(lab)
  const producer = await started(lab)
  const events = requested(lab, 20)
  const sent = await Promise.all(events.map((event) => send(lab, producer, { topic, event })))
  const log = await lab.kafka.observer.read(topic)
  const records = events.map(({ id }) => log.find((record) => idOf(record) === id))
  return {
    sent,
    found: records.map((record) => record && `${record.partition}/${record.offset}`),
    keysLost: records.filter((record, at) => record !== undefined && record.key !== events[at]?.subject)
      .length,
    changed: records.filter(
      (record, at) => record !== undefined && !isDeepStrictEqual(json(record), events[at]),
    ).length,
    partitions: new Set(log.map(({ partition }) => partition)).size,
    trace: (await lab.requestSteps()).slice(-6),
  }
})
