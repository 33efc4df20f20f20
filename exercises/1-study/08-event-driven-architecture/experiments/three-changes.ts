/** A producer changes its event in three ways; a consumer that nobody touched goes on reading. */
import { z } from 'zod'
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

/** What the old consumer asks for. Further fields it lets pass. */
const oldSchema = z.looseObject({ id: z.string(), amount: z.number().int(), currency: z.string() })

/** 42 dollars in cents, as the old producer wrote it and two of the new ones do. */
const right = 4200
const events = {
  added: { id: 'added', amount: right, currency: 'USD', channel: 'app' },
  renamed: { id: 'renamed', total: right, currency: 'USD' },
  rescaled: { id: 'rescaled', amount: 42, currency: 'USD' },
}
type Change = keyof typeof events
type Fate = 'right' | 'refused' | 'wrong'

interface Seen {
  readonly published: number
  readonly fates: Readonly<Record<Change, Fate>>
}

export const experiment: Experiment<Seen> = {
  name: 'three-changes',
  place: 5,
  needs: ['inspect'],
  shows: text(
    'an added field harms nobody, a renamed one is refused, a changed unit is booked wrongly without an error',
    'thêm field thì không hại ai, đổi tên field thì bị từ chối, đổi đơn vị thì ghi sổ sai mà không báo lỗi',
  ),
  question: {
    kind: 'choice',
    id: 'three-changes',
    item: 'study-08.7',
    ask: text(
      'A consumer validates what it needs and lets other fields pass: id, amount (an integer, in cents), currency. The producer changes, without a new version: A adds a field, B renames amount to total, C writes amount in whole dollars. Which of them does the most harm?',
      'Consumer kiểm tra những gì nó cần và bỏ qua field khác: id, amount (số nguyên, tính bằng cent), currency. Producer thay đổi mà không ra phiên bản mới: A thêm một field, B đổi tên amount thành total, C ghi amount bằng đô la chẵn. Thay đổi nào gây hại nhiều nhất?',
    ),
    options: [
      {
        id: 'added',
        text: text('A: unknown fields break old consumers', 'A: field lạ làm hỏng consumer cũ'),
        why: text(
          'Those that forbid unknown fields, yes. Consumers read tolerantly, so that producers may add; only producers are strict.',
          'Consumer nào cấm field lạ thì đúng. Bên đọc nên đọc rộng để bên gửi còn thêm được; chỉ bên gửi mới phải chặt.',
        ),
      },
      {
        id: 'renamed',
        text: text('B: the amount is missing', 'B: mất amount'),
        why: text(
          'It breaks, and it breaks loudly: the message is refused and lies in the dead letter queue, from where it can be sent again once the consumer knows the new name.',
          'Nó hỏng, nhưng hỏng ầm ĩ: message bị từ chối và nằm trong dead letter queue, khi consumer biết tên mới thì gửi lại được.',
        ),
      },
      {
        id: 'rescaled',
        text: text('C: the unit', 'C: đơn vị'),
        why: text(
          'Name, type and schema are as before, so nobody refuses anything: 42 cents are booked for 42 dollars. A change of meaning is a new event, whatever the schema says.',
          'Tên, kiểu, schema vẫn như cũ nên không ai từ chối: 42 đô la được ghi thành 42 cent. Đổi ý nghĩa là thành event khác, dù schema nói gì.',
        ),
      },
    ],
    answer: 'rescaled',
  },
  async scenario(lab: Lab) {
    await declare(lab, {
      queues: {
        ledger: {
          arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': lab.name('dead') },
        },
        dead: {},
      },
    })
    const producer = await openProducer(lab)
    for (const event of Object.values(events))
      await producer.publish({ exchange: '', routingKey: 'ledger', event })
    const consumer = await openConsumer(lab, { queue: 'ledger' })
    await consumer.has(Object.keys(events).length)
    const booked = new Map<string, number>()
    for (const delivery of consumer.deliveries) {
      const read = oldSchema.safeParse(JSON.parse(delivery.message.content.toString()))
      if (read.success) {
        booked.set(read.data.id, read.data.amount)
        consumer.ack(delivery)
      } else consumer.channel.reject(delivery.message, false)
    }
    await consumer.told()
    await lab.settled({ whose: 'lab', queues: ['ledger'] })
    const dead = await lab.observer.takeAll(lab.name('dead'))
    const fateOf = (change: Change): Fate => {
      if (dead.some(({ messageId }) => messageId === change)) return 'refused'
      return booked.get(change) === right ? 'right' : 'wrong'
    }
    return {
      published: Object.keys(events).length,
      fates: { added: fateOf('added'), renamed: fateOf('renamed'), rescaled: fateOf('rescaled') },
    }
  },
  came({ published, fates }) {
    const vi: Readonly<Record<Fate, string>> = { right: 'đúng', refused: 'bị từ chối', wrong: 'sai' }
    const all = Object.entries(fates)
    const said = text(
      all.map(([change, fate]) => `${change}: ${fate}`).join(', '),
      all.map(([change, fate]) => `${change}: ${vi[fate]}`).join(', '),
    )
    // A wrong booking that nobody was told of is the most harm; then a refusal.
    const worst = all.find(([, fate]) => fate === 'wrong') ?? all.find(([, fate]) => fate === 'refused')
    return { option: worst?.[0], said, witnesses: [witness('published', published)] }
  },
}
