/** The same message through four kinds of exchange: which of three queues get it? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

const kinds = ['direct', 'topic', 'fanout', 'headers'] as const
const queues = ['a', 'b', 'c'] as const

interface Seen {
  /** Of each kind, the queues that got the message: `ab`. */
  readonly reached: Readonly<Record<(typeof kinds)[number], string>>
}

export const experiment: Experiment<Seen> = {
  name: 'four-exchanges',
  place: 1,
  needs: ['inspect'],
  shows: text(
    'direct compares the whole key, topic its words, fanout nothing, headers the headers',
    'direct so nguyên key, topic so từng từ, fanout không so gì, headers so các header',
  ),
  question: {
    kind: 'choice',
    id: 'four-exchanges',
    item: 'study-03.2',
    ask: text(
      'Queue a is bound with payment.requested, b with payment.*, c with refund.*; to a headers exchange a is bound with all of {currency: VND, method: card}, b with any of them, c with all of {currency: USD}. A message has the key payment.requested and the headers {currency: VND, method: wallet}. Which queues get it from direct, topic, fanout, headers?',
      'Queue a bind bằng payment.requested, b bằng payment.*, c bằng refund.*; với headers exchange thì a bind bằng all {currency: VND, method: card}, b bằng any, c bằng all {currency: USD}. Message có key payment.requested và header {currency: VND, method: wallet}. Từ direct, topic, fanout, headers thì queue nào nhận được?',
    ),
    options: [
      {
        id: 'patterns-everywhere',
        text: text(
          'direct: a b · topic: a b · fanout: a b c · headers: b',
          'direct: a b · topic: a b · fanout: a b c · headers: b',
        ),
        why: text(
          'A direct exchange knows no wildcards: payment.* is a key like any other there, and only a message with exactly this key, star included, would reach b.',
          'Direct exchange không biết wildcard: ở đó payment.* chỉ là một key như mọi key, và chỉ message có đúng key này, kể cả dấu sao, mới tới b.',
        ),
      },
      {
        id: 'as-documented',
        text: text(
          'direct: a · topic: a b · fanout: a b c · headers: b',
          'direct: a · topic: a b · fanout: a b c · headers: b',
        ),
        why: text(
          'direct compares the key as a whole, topic word by word with * and #, fanout looks at no key at all, headers at the headers only: "any" wants one pair to match, "all" every one.',
          'direct so nguyên key, topic so từng từ với * và #, fanout không nhìn key, headers chỉ nhìn header: "any" cần một cặp khớp, "all" cần tất cả.',
        ),
      },
      {
        id: 'fanout-with-key',
        text: text(
          'direct: a · topic: a b · fanout: a b · headers: a b',
          'direct: a · topic: a b · fanout: a b · headers: a b',
        ),
        why: text(
          'A fanout exchange ignores the routing key of the message and of the binding alike, so c gets it too; and a asks for method card, which this message does not have.',
          'Fanout exchange bỏ qua routing key của cả message lẫn binding, nên c cũng nhận; còn a đòi method là card, thứ mà message này không có.',
        ),
      },
    ],
    answer: 'as-documented',
  },
  async scenario(lab: Lab) {
    const producer = await openProducer(lab)
    const reached: Record<string, string> = {}
    const [event] = paymentEvents(lab, 1)
    for (const kind of kinds) {
      const bindings = {
        a: [kind, 'payment.requested', { 'x-match': 'all', currency: 'VND', method: 'card' }],
        b: [kind, 'payment.*', { 'x-match': 'any', currency: 'VND', method: 'card' }],
        c: [kind, 'refund.*', { 'x-match': 'all', currency: 'USD' }],
      } as const
      await declare(lab, {
        exchanges: { [kind]: kind },
        queues: Object.fromEntries(
          queues.map((queue) => [`${kind}.${queue}`, { bindings: [bindings[queue]] }]),
        ),
      })
      if (event === undefined) continue
      const headers = { currency: 'VND', method: 'wallet' }
      await producer.publish({ exchange: kind, routingKey: 'payment.requested', event, headers })
      const counts = await Promise.all(queues.map((queue) => countsIn(lab, `${kind}.${queue}`)))
      reached[kind] = queues.filter((_, index) => (counts[index]?.ready ?? 0) > 0).join('')
    }
    return { reached: reached as Seen['reached'] }
  },
  came({ reached }) {
    const all = kinds.map((kind) => `${kind}: ${reached[kind].split('').join(' ') || '-'}`).join(' · ')
    const options: Readonly<Record<string, string>> = {
      'ab ab abc b': 'patterns-everywhere',
      'a ab abc b': 'as-documented',
      'a ab ab ab': 'fanout-with-key',
    }
    return {
      option: options[kinds.map((kind) => reached[kind]).join(' ')],
      said: text(all, all),
      witnesses: [
        witness(
          'copies',
          kinds.reduce((sum, kind) => sum + reached[kind].length, 0),
        ),
      ],
    }
  },
}
