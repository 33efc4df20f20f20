/** mq-06 for the explorer: a caller sends payments one after another, on three nodes, and repeats what did not work. */
import { lost } from '#lab/checkers/lost'
import { stuck } from '#lab/checkers/stuck'
import type { Convictions, Exploration, NotByCrash, Stage, Supervised } from '#lab/explore'
import type { Operation } from '#lab/history'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { declare, placesOf, requested } from './scenarios/topic.ts'

const file = 'producer.ts'
const sending = [{ file, near: ['.send(', 'sendMessage'] }]
const telling = [{ file, near: ['OutcomeUnknown', 'catch'] }]
/** How often the caller asks for the same payment to be sent. */
const attemptsMax = 5

/** One payment in the end. */
interface Told {
  readonly id: string
  /** Where its sender was told that it lies, as partition/offset. */
  readonly place: string | undefined
  /** Attempts whose outcome nobody knew: the process died, or said so. Each may have left a copy. */
  readonly unknown: number
  /** The last thing that was told instead of a place. */
  readonly reason: string
  /** Where it lies. */
  readonly found: readonly string[]
}

interface CrashedSeen {
  readonly operations: readonly Operation[]
  readonly payments: readonly Told[]
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'mq-06.7',
  text: text(
    'whatever crashes, every payment lies where its sender was told, and more than once only where nobody could know',
    'dù cái gì sập, thanh toán nào cũng nằm đúng chỗ đã báo, và chỉ có bản thứ hai khi không ai có thể biết kết quả',
  ),
  judge({ operations, payments }) {
    const found = payments.flatMap((payment) => (payment.found.length > 0 ? [payment.id] : []))
    const anomaly = stuck(operations) ?? lost(operations, { what: 'send', found })
    if (anomaly !== undefined) return broken(anomaly.said, { at: sending, messages: anomaly.messages })
    const given = payments.find(({ place }) => place === undefined)
    if (given !== undefined) {
      return broken(
        text(
          `a payment could not be sent in ${attemptsMax} attempts: ${given.reason}`,
          `có một thanh toán gửi ${attemptsMax} lần vẫn không được: ${given.reason}`,
        ),
        { at: sending, messages: [given.id] },
      )
    }
    const astray = payments.find((payment) => !payment.found.includes(payment.place ?? ''))
    if (astray !== undefined) {
      return broken(
        text(
          'a payment does not lie where its sender was told',
          'có thanh toán không nằm ở chỗ đã báo cho bên gửi',
        ),
        { at: sending, messages: [astray.id] },
      )
    }
    const copied = payments.find((payment) => payment.found.length > 1 + payment.unknown)
    if (copied !== undefined) {
      return broken(
        text(
          'a payment lies in the log more often than its sender can know: one of the sends that were told as failed, or as one, was written too',
          'một thanh toán nằm trong log nhiều lần hơn bên gửi có thể biết: một lần gửi bị báo là hỏng, hoặc được báo là một lần, cũng đã được ghi',
        ),
        { at: telling, messages: [copied.id] },
      )
    }
    return held(
      witness(
        'sent',
        payments.length,
        text(
          `${payments.length} payments where they were said to be`,
          `${payments.length} thanh toán nằm đúng chỗ đã báo`,
        ),
      ),
    )
  },
}

export const exploration: Exploration<CrashedSeen> = {
  brokers: { kafka: 3 },
  promise: survivesCrashes,
  messages: 2,
  async play(stage) {
    const { lab, history, messages } = stage
    const topic = await declare(lab, { partitions: 1 })
    const producer = await stage.supervise(file)
    const told: Omit<Told, 'found'>[] = []
    for (const event of requested(lab, messages)) {
      told.push(await sendUntilSent(stage, producer, { topic, event }))
      // A producer that could not send this one will not send the next.
      if (told.at(-1)?.place === undefined) break
    }
    await producer.stop()
    const places = await placesOf(lab, topic)
    return {
      operations: history.operations,
      payments: told.map((each) => ({ ...each, found: places.get(each.id) ?? [] })),
    }
  },
}

async function sendUntilSent(
  { history }: Stage,
  producer: Supervised,
  { topic, event }: { topic: string; event: Envelope },
): Promise<Omit<Told, 'found'>> {
  let [unknown, reason] = [0, 'no answer']
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const asked = history.invoke({ by: 'caller', what: 'send', message: event.id })
    const answer = await producer.call('sendMessage', topic, event.subject ?? '', event)
    if (answer.state === 'ok') {
      asked.ok()
      return { id: event.id, place: placeIn(answer.value), unknown, reason: 'it answered no place' }
    }
    if (answer.state === 'pending') break
    reason = answer.reason
    // By its name: what a producer says of it is up to the producer.
    if (answer.state === 'unknown' || answer.error === 'OutcomeUnknown') {
      unknown += 1
      asked.unknown(reason)
    } else asked.fail(reason)
  }
  return { id: event.id, place: undefined, unknown, reason }
}

function placeIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { partition, offset } = value as { partition?: unknown; offset?: unknown }
  return `${partition}/${offset}`
}

/**
 * The wrong solutions that a crash convicts, by what crashes. A producer that dies convicts none: its caller sends again, and knows that
 * the first may be there too.
 */
export const convictions: Convictions = {
  broker: ['acks-one-for-all', 'not-idempotent'],
  connection: ['acks-one-for-all', 'not-idempotent'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: 'one retry, which kafkajs makes under the same sequence number, outlasts one crash',
    wrong: ['gives-up-at-once', 'sends-it-again-itself'],
  },
  {
    because: 'keys and partitions say nothing where there is one partition',
    wrong: [
      'a-hash-of-its-own',
      'the-partitioner-of-before',
      'keyless',
      'key-is-the-event',
      'key-is-the-merchant',
      'key-is-the-time',
      'key-is-the-type',
    ],
  },
  {
    because: 'one payment is out at a time',
    wrong: ['all-at-once', 'bundles-over-brokers', 'offset-of-the-batch', 'stop-abandons'],
  },
  { because: 'what an event contains is not asked', wrong: ['data-without-its-envelope'] },
  {
    because: 'one crash is over before the retries are: no send is given up',
    wrong: ['failed-means-not-written', 'keeps-the-producer', 'knocks-without-pause'],
  },
  { because: 'connections are not counted', wrong: ['producer-for-each-message'] },
]
