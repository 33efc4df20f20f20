/** mq-02 for the explorer: a caller sends payments one after another and repeats each until it hears that it was sent. */
import { lost } from '#lab/checkers/lost'
import { stuck } from '#lab/checkers/stuck'
import type { Convictions, Exploration, NotByCrash, Stage, Supervised } from '#lab/explore'
import type { Operation } from '#lab/history'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { declare, eventOf, paymentEvents } from './run.ts'

const file = 'producer.ts'
const publishing = [{ file, near: ['.publish('] }]
/** How often the caller asks for the same payment to be sent. */
const attemptsMax = 6
/** The pause before the second attempt; it doubles with each. */
const pauseMs = 50

interface CrashedSeen {
  readonly operations: readonly Operation[]
  /** What is in the queue in the end: the event in the body, and the id that the message carries. */
  readonly found: readonly { readonly event: string; readonly messageId: string }[]
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'mq-02.3',
  text: text(
    'whatever crashes, every payment reported as sent is in the queue, and its copies carry one id',
    'dù cái gì sập, mọi thanh toán đã báo là gửi xong đều có trong queue, và các bản của nó mang cùng một id',
  ),
  judge({ operations, found }) {
    const anomaly =
      stuck(operations) ?? lost(operations, { what: 'send', found: found.map(({ event }) => event) })
    if (anomaly !== undefined) return broken(anomaly.said, { at: publishing, messages: anomaly.messages })
    const renamed = found.find(({ event, messageId }) => event !== messageId)
    if (renamed !== undefined) {
      return broken(
        text(
          'a payment stands in the queue under an id that is not its own: no consumer can tell its copies apart from other payments',
          'một thanh toán nằm trong queue dưới một id không phải của nó: không consumer nào phân biệt được bản sao với thanh toán khác',
        ),
        { at: [{ file, near: ['messageId'] }], messages: [renamed.event] },
      )
    }
    const sent = new Set(operations.flatMap(({ ending, message }) => (ending === 'ok' ? [message] : [])))
    const given = operations.find(({ message }) => !sent.has(message))
    if (given !== undefined) {
      return broken(
        text(
          `a payment could not be sent in ${attemptsMax} attempts: ${given.reason ?? 'no answer'}`,
          `có một thanh toán gửi ${attemptsMax} lần vẫn không được: ${given.reason ?? 'không trả lời'}`,
        ),
        { at: [{ file, near: ["'close'", 'connect('] }], messages: [given.message] },
      )
    }
    return held(
      witness(
        'sent',
        sent.size,
        text(`${sent.size} payments sent and kept`, `${sent.size} thanh toán đã gửi và còn đủ`),
      ),
    )
  },
}

export const exploration: Exploration<CrashedSeen> = {
  promise: survivesCrashes,
  // The first finds everything new, the second nothing; a third would go the second one's way.
  messages: 2,
  async play(stage) {
    const { lab, history } = stage
    // A classic queue: a quorum queue keeps transient messages too, and would hide the missing delivery mode.
    await declare(lab)
    const producer = await stage.supervise(file)
    for (const event of paymentEvents(lab, stage.messages)) {
      // A producer that could not send this one will not send the next.
      if (!(await sendUntilSent(stage, producer, event))) break
    }
    await producer.stop()
    const found = await lab.observer.takeAll(lab.name('payments.work'))
    return {
      operations: history.operations,
      found: found.map((message) => ({
        event: eventOf(message)?.id ?? '',
        messageId: message.messageId ?? '',
      })),
    }
  },
}

async function sendUntilSent(
  { lab, history }: Stage,
  producer: Supervised,
  event: Envelope,
): Promise<boolean> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const sending = history.invoke({ by: 'caller', what: 'send', message: event.id })
    const answer = await producer.call('sendMessage', lab.name('payments'), 'payment.requested', event)
    switch (answer.state) {
      case 'ok':
        sending.ok()
        return true
      case 'fail':
        sending.fail(answer.reason)
        // A caller backs off: there is no fact to wait for but the broker's return, and it can't see the broker.
        if (attempt < attemptsMax)
          await new Promise((resolve) => setTimeout(resolve, pauseMs * 2 ** (attempt - 1)))
        break
      case 'unknown':
        sending.unknown(answer.reason)
        break
      case 'pending':
        return false
      default:
        answer satisfies never
    }
  }
  return false
}

/**
 * The wrong solutions that a crash convicts, by what crashes. Who closes a channel behind each message waits for one more answer, which a lost
 * connection never gives (`channel-for-each-message`).
 */
export const convictions: Convictions = {
  subject: ['publish-returned-true'],
  broker: [
    'publish-returned-true',
    'not-persistent',
    'never-comes-back',
    'a-new-event-for-each-attempt',
    'channel-for-each-message',
  ],
  connection: [
    'publish-returned-true',
    'never-comes-back',
    'a-new-event-for-each-attempt',
    'channel-for-each-message',
  ],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: 'breaks without a crash: it stands in the queue under an id that is not its own',
    wrong: ['new-id-for-each-attempt'],
  },
  {
    because: 'nothing here is refused, unroutable, or more than fits',
    wrong: ['nack-is-an-answer-too', 'not-mandatory', 'no-bound'],
  },
  { because: 'nothing is out when it stops', wrong: ['stop-abandons'] },
  { because: 'a stamp survives, whatever it says', wrong: ['timestamp-in-milliseconds'] },
]
