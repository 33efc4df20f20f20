/** mq-10 for the explorer: a wallet gets one command after another, and its service dies at every moment of its work. */
import { reordered } from '#lab/checkers/reordered'
import { stuck } from '#lab/checkers/stuck'
import type { Convictions, Exploration, NotByCrash, Stage, Supervised } from '#lab/explore'
import type { Operation } from '#lab/history'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { peekIds, whileBrokerReturns } from '#lab/kit/queues'
import { shortId, text } from '#lab/verdict/language'
import {
  type Command,
  declare,
  type EventRow,
  eventsOf,
  lane,
  publishedQueue,
  serviceFile,
  someId,
} from './scenarios/subject.ts'

const publishing = [{ file: serviceFile, near: ['.publish(', 'markSent('] }]
const appending = [{ file: 'event-store.ts', near: ['.transaction(', 'INSERT'] }]
/** How often the caller asks for the same thing. */
const attemptsMax = 6

interface CrashedSeen {
  readonly operations: readonly Operation[]
  readonly stored: readonly EventRow[]
  readonly published: readonly string[]
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'mq-10.2',
  text: text(
    'wherever the service dies, each command has its event once, and each event is published, in the order of its wallet',
    'service chết ở đâu cũng vậy: mỗi command có event của nó đúng một lần, và event nào cũng được publish, đúng thứ tự trong ví',
  ),
  judge({ operations, stored, published }) {
    const anomaly = stuck(operations)
    if (anomaly !== undefined) return broken(anomaly.said, { at: appending, messages: anomaly.messages })
    const done = new Set(operations.flatMap(({ ending, message }) => (ending === 'ok' ? [message] : [])))
    const refused = operations.find(({ message }) => !done.has(message))
    if (refused !== undefined) {
      return broken(
        text(
          `a command was not done in ${attemptsMax} attempts: ${refused.reason ?? 'no answer'}`,
          `có một command thử ${attemptsMax} lần vẫn không xong: ${refused.reason ?? 'không trả lời'}`,
        ),
        { at: appending, messages: [refused.message] },
      )
    }
    const ids = stored.map(({ event_id }) => event_id)
    const phantom = published.find((id) => !ids.includes(id))
    if (phantom !== undefined) {
      return broken(
        text(
          'an event was published and is in no stream: others act on what never happened here',
          'một event đã được publish mà không có trong stream nào: bên khác hành động theo điều chưa từng xảy ra ở đây',
        ),
        { at: publishing, messages: [phantom] },
      )
    }
    const forgotten = ids.find((id) => !published.includes(id))
    if (forgotten !== undefined) {
      return broken(
        text(
          'an event is in its stream and was never published: whoever listens does not know of it',
          'một event nằm trong stream mà không bao giờ được publish: bên nghe không biết là có nó',
        ),
        { at: publishing, messages: [forgotten] },
      )
    }
    if (stored.length !== done.size) {
      return broken(
        text(
          `${done.size} commands left ${stored.length} events, though each was told to happen once`,
          `${done.size} command để lại ${stored.length} event, dù mỗi cái chỉ được yêu cầu xảy ra một lần`,
        ),
        { at: appending },
      )
    }
    const keyed = stored.map(({ event_id, stream_id }) => ({ message: event_id, key: shortId(stream_id) }))
    const disorder = reordered(keyed, published)
    if (disorder !== undefined) return broken(disorder.said, { at: publishing, messages: disorder.messages })
    return held(
      witness(
        'published',
        ids.length,
        text(`${ids.length} events stored and published`, `${ids.length} event đã lưu và đã publish`),
      ),
    )
  },
}

export const exploration: Exploration<CrashedSeen> = {
  promise: survivesCrashes,
  messages: 2,
  async play(stage) {
    const { lab, history, messages } = stage
    await declare(lab)
    const wallet = someId(lab, 1)
    const service = await stage.supervise(serviceFile, lane)
    for (let nth = 0; nth < messages; nth += 1) {
      const reference = someId(lab, nth + 2)
      if (!(await doUntilDone(stage, service, { wallet, reference, command: commandFor(nth, reference) })))
        break
      if (!(await stage.comesTrue(() => allPublished(lab)))) break
    }
    await service.stop()
    return {
      operations: history.operations,
      stored: eventsOf(lab, wallet),
      published: await whileBrokerReturns(() => peekIds(lab, publishedQueue)),
    }
  },
}

/** Each happens once, however often it is asked for: that is what its reference is for. */
function commandFor(nth: number, reference: string): Command {
  if (nth === 0) return { kind: 'open', owner: 'lien', currency: 'VND' }
  return { kind: 'deposit', reference, amount: { minor: 10_000, currency: 'VND' } }
}

async function doUntilDone(
  { history }: Stage,
  service: Supervised,
  asked: { wallet: string; reference: string; command: Command },
): Promise<boolean> {
  const { wallet, reference, command } = asked
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const handling = history.invoke({ by: 'caller', what: command.kind, message: reference })
    const answer = await service.call('handle', wallet, command)
    if (answer.state === 'ok') {
      handling.ok()
      return true
    }
    if (answer.state === 'pending') return false
    if (answer.state === 'fail') handling.fail(answer.reason)
    else handling.unknown(answer.reason)
  }
  return false
}

async function allPublished(lab: Stage['lab']): Promise<boolean> {
  const published = await whileBrokerReturns(() => peekIds(lab, publishedQueue))
  return eventsOf(lab).every(({ event_id }) => published.includes(event_id))
}

/** The wrong solutions that a crash convicts, by what crashes. */
export const convictions: Convictions = {
  subject: ['stores-then-publishes', 'publishes-then-stores', 'two-transactions', 'marks-before-the-confirm'],
  broker: ['stores-then-publishes', 'marks-before-the-confirm'],
  connection: ['stores-then-publishes', 'marks-before-the-confirm'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: 'one service writes, one command after another: no two of them want the same version',
    wrong: ['any-error-will-do', 'checks-then-inserts', 'skips-ahead', 'takes-the-next-version'],
  },
  { because: 'each command here has one event, so none is half appended', wrong: ['half-an-append'] },
  { because: 'an event that is published again was published', wrong: ['publishes-all-at-start'] },
  {
    because: 'two events make no snapshot, or one that says the same as they do',
    wrong: [
      'never-a-snapshot',
      'snapshot-after-each',
      'snapshot-is-the-truth',
      'one-version-too-far',
      'applies-it-twice',
      'reads-it-all-the-same',
      'trusts-an-old-shape',
    ],
  },
  {
    because: 'there are no events of an older version',
    wrong: ['migrates-in-place', 'upcasts-from-the-last-version'],
  },
  {
    because: 'an opening and a deposit are folded right by all of them',
    wrong: [
      'capture-leaves-the-money',
      'changes-the-state',
      'looks-at-the-clock',
      'refuses-what-happened',
      'orders-by-time',
    ],
  },
]
