/** failure-02 measured: duplicates that were missed, and look-alikes that were wrongly dropped, without an inbox and with it. */
import { zeroOf } from '#lab/checkers/zero-of'
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import type { Meter } from '#lab/measure/meter'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { countsOf, entriesOf } from './scenarios/books.ts'
import { Consumer, consumerFile, drained, unprotectedFile } from './scenarios/consumers.ts'
import { declare, eventsOf, put } from './scenarios/events.ts'

/** Of each kind: payments whose copy comes right behind them, after a restart, and to two consumers at once. */
const perKind = 40
/** Payments that come once; each looks like one that comes twice. */
const once = 3 * perKind

interface Accuracy {
  readonly duplicates: number
  /** Duplicates that were booked as well. */
  readonly missed: number
  readonly originals: number
  /** Originals that were not booked at all. */
  readonly dropped: number
}

export const measurement: Measurement = {
  libraries: ['amqplib'],
  async measure(lab: Lab, meter: Meter) {
    await declare(lab)
    const events = eventsOf(lab, 2 * (once + 3 * perKind))
    const half = events.length / 2
    const without = await accuracyOf(lab, unprotectedFile, events.slice(0, half))
    const withInbox = await accuracyOf(lab, consumerFile, events.slice(half))
    for (const [name, said, accuracy] of [
      ['unprotected', text('without an inbox', 'không có inbox'), without],
      ['inbox', text('with the inbox', 'có inbox'), withInbox],
    ] as const) {
      const method = text(
        `${accuracy.originals} payments, every second one a look-alike; ${accuracy.duplicates} of them come twice: a third at once, a third after a SIGKILL, a third to two consumers together; entries are counted by message id`,
        `${accuracy.originals} thanh toán, cứ hai cái thì có một cái trông giống; ${accuracy.duplicates} cái tới hai lần: một phần ba tới ngay, một phần ba sau SIGKILL, một phần ba tới hai consumer cùng lúc; đếm bút toán theo message id`,
      )
      const figures = [
        [
          'missed',
          text(`${said.en}: duplicates missed`, `${said.vi}: bỏ sót bản trùng`),
          accuracy.missed,
          accuracy.duplicates,
        ],
        [
          'dropped',
          text(`${said.en}: originals dropped`, `${said.vi}: loại nhầm bản gốc`),
          accuracy.dropped,
          accuracy.originals,
        ],
      ] as const
      for (const [what, words, count, n] of figures) {
        const bound = count === 0 ? zeroOf(n) : text('', '')
        meter.share(
          {
            name: `${name}-${what}`,
            item: 'failure-02.5',
            said: text(`${words.en} ${bound.en}`.trim(), `${words.vi} ${bound.vi}`.trim()),
            method,
          },
          { count, n },
        )
      }
    }
  },
}

async function accuracyOf(lab: Lab, file: string, events: readonly Envelope[]): Promise<Accuracy> {
  // The first of each pair comes twice, its look-alike once.
  const twice = events.filter((_, at) => at % 2 === 0)
  const lookAlikes = events.filter((_, at) => at % 2 === 1)
  const [atOnce, afterRestart, together] = [0, 1, 2].map((kind) =>
    twice.slice(kind * perKind, (kind + 1) * perKind),
  ) as [Envelope[], Envelope[], Envelope[]]
  const first = await Consumer.start(lab, file)
  for (const event of atOnce) {
    await put(lab, event)
    await put(lab, event)
  }
  for (const event of [...afterRestart, ...lookAlikes]) await put(lab, event)
  await drained(lab, first)
  await lab.killSubject(first.actor)
  await first.alive()
  for (const event of afterRestart) await put(lab, event)
  await drained(lab, first)
  const second = await Consumer.start(lab, file)
  for (const event of together) {
    await put(lab, event)
    await put(lab, event)
  }
  await drained(lab, first, second)
  await first.actor.stop()
  await second.actor.stop()
  const counts = countsOf(entriesOf(lab).map(({ message_id }) => message_id))
  return {
    duplicates: twice.length,
    missed: twice.filter(({ id }) => (counts[id] ?? 0) > 1).length,
    originals: events.length,
    dropped: events.filter(({ id }) => counts[id] === undefined).length,
  }
}
