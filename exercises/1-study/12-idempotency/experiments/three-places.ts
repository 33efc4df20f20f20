/** The note "already processed" is written before, after, or together with the effect; each time the consumer is cut off in between. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'
import { type Books, openBooks } from './wallet/books.ts'

interface Seen {
  readonly cuts: number
  readonly before: number
  readonly after: number
  readonly together: number
}

/** What a handler does first, and what it does then. It may be cut off between the two. */
type Handler = readonly [
  first: (books: Books, id: string) => void,
  second: (books: Books, id: string) => void,
]

const handlers: Readonly<Record<'before' | 'after' | 'together', Handler>> = {
  before: [(books, id) => void books.note(id), (books, id) => books.book(id)],
  after: [(books, id) => books.book(id), (books, id) => void books.note(id)],
  // The cut comes behind the transaction: inside it there is nothing that could have been left half done.
  together: [
    (books, id) =>
      books.together(() => {
        if (books.note(id)) books.book(id)
      }),
    () => {},
  ],
}

export const experiment: Experiment<Seen> = {
  name: 'three-places',
  place: 3,
  shows: text(
    'a note before the effect loses it, a note after the effect doubles it, a note in the same transaction does neither',
    'ghi nhớ trước tác dụng thì mất, ghi nhớ sau thì trùng, ghi nhớ trong cùng transaction thì không bị gì',
  ),
  question: {
    kind: 'choice',
    id: 'three-places',
    item: 'study-12.3',
    ask: text(
      'Three wallets get one payment each. A commits the note "processed" and then books; B books and then commits the note; C does both in one transaction. Each loses its connection right after its first step, and the payment is delivered again. How often has each booked it in the end?',
      'Ba ví, mỗi ví nhận một thanh toán. A commit dấu "đã xử lý" rồi mới ghi sổ; B ghi sổ rồi mới commit dấu; C làm cả hai trong một transaction. Mỗi ví mất kết nối ngay sau bước đầu, và thanh toán được giao lại. Cuối cùng mỗi ví ghi sổ mấy lần?',
    ),
    options: [
      {
        id: 'one-one-one',
        text: text(
          'Once each: the redelivery repairs whatever was missing',
          'Mỗi ví một lần: lần giao lại bù phần còn thiếu',
        ),
        why: text(
          'A redelivery repairs only what the consumer does not believe it has done. A believes its own note.',
          'Giao lại chỉ bù được thứ mà consumer không cho là đã làm. A thì tin vào dấu của chính nó.',
        ),
      },
      {
        id: 'zero-two-one',
        text: text('A never, B twice, C once', 'A không lần nào, B hai lần, C một lần'),
        why: text(
          'A finds its note, skips and acks: lost for good, and nothing looks wrong. B finds no note and books again. Only C can’t be caught between the two.',
          'A thấy dấu, bỏ qua và ack: mất hẳn mà trông chẳng có gì sai. B không thấy dấu nên ghi sổ lần nữa. Chỉ C không có khoảng hở nào ở giữa.',
        ),
      },
      {
        id: 'one-two-one',
        text: text('A once, B twice, C once', 'A một lần, B hai lần, C một lần'),
        why: text(
          'For A that would need the redelivery to tell that the booking is missing. All it can see is the note, which says that all is done.',
          'Với A, muốn vậy thì lần giao lại phải biết là chưa ghi sổ. Nó chỉ thấy dấu, mà dấu nói đã xong.',
        ),
      },
      {
        id: 'zero-one-one',
        text: text('A never, B once, C once', 'A không lần nào, B một lần, C một lần'),
        why: text(
          'B’s first booking was committed before it was cut off. Nothing in its database keeps the second delivery from booking again.',
          'Lần ghi sổ đầu của B đã commit trước khi mất kết nối. Không có gì trong database ngăn lần giao thứ hai ghi thêm.',
        ),
      },
    ],
    answer: 'zero-two-one',
  },
  async scenario(lab: Lab) {
    const [event] = paymentEvents(lab, 1)
    if (event === undefined) throw new Error('no payment was made up')
    const booked = { before: 0, after: 0, together: 0 }
    for (const [name, handler] of Object.entries(handlers) as [keyof typeof handlers, Handler][]) {
      await declare(lab, { queues: { [name]: {} } })
      await (await openProducer(lab)).publish({ exchange: '', routingKey: name, event })
      const books = openBooks(lab.openDatabase(name))
      const first = await openConsumer(lab, { queue: name })
      await first.has(1)
      handler[0](books, event.id)
      lab.say(
        `${name}: cut off after the first step, nothing acknowledged.`,
        `${name}: mất kết nối sau bước đầu, chưa ack gì.`,
      )
      await first.close()
      const second = await openConsumer(lab, { queue: name })
      await second.has(1)
      if (!books.isNoted(event.id)) for (const step of handler) step(books, event.id)
      second.ack(second.deliveries[0])
      await second.told()
      booked[name] = books.timesBooked(event.id)
    }
    return { cuts: Object.keys(handlers).length, ...booked }
  },
  came({ cuts, before, after, together }) {
    const said = text(
      `note before: booked ${before} times; note after: ${after} times; in one transaction: ${together}`,
      `ghi nhớ trước: ghi sổ ${before} lần; ghi nhớ sau: ${after} lần; trong một transaction: ${together}`,
    )
    const options: Readonly<Record<string, string>> = {
      '1,1,1': 'one-one-one',
      '0,2,1': 'zero-two-one',
      '1,2,1': 'one-two-one',
      '0,1,1': 'zero-one-one',
    }
    return { option: options[[before, after, together].join()], said, witnesses: [witness('cuts', cuts)] }
  },
}
