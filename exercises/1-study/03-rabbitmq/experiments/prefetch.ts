/** Consumers that acknowledge nothing: how many messages does each get with a prefetch of 1, of 10 and of 0? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openConsumer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

const waiting = 24
const prefetches = [1, 10, 0] as const

interface Seen {
  /** Unacknowledged messages in the hands of each consumer, as the broker counts them. */
  readonly unacked: readonly number[]
}

export const experiment: Experiment<Seen> = {
  name: 'prefetch',
  place: 4,
  needs: ['inspect'],
  shows: text(
    'a consumer holds at most its prefetch of unacknowledged messages, and everything with a prefetch of 0',
    'consumer giữ tối đa bằng prefetch message chưa ack, còn prefetch 0 thì giữ tất cả',
  ),
  question: {
    kind: 'choice',
    id: 'prefetch',
    item: 'study-03.8',
    ask: text(
      'Three queues hold 24 payments each. One consumer each, with prefetch 1, 10 and 0; none acknowledges anything. How many does each hold?',
      'Ba queue, mỗi queue 24 thanh toán. Mỗi queue một consumer, prefetch lần lượt 1, 10 và 0; không bên nào ack. Mỗi bên đang giữ bao nhiêu?',
    ),
    options: [
      {
        id: 'zero-is-none',
        text: text('1, 10 and 0', '1, 10 và 0'),
        why: text(
          '0 does not mean none, it means no limit.',
          '0 không phải là không nhận gì, mà là không giới hạn.',
        ),
      },
      {
        id: 'zero-is-all',
        text: text('1, 10 and 24', '1, 10 và 24'),
        why: text(
          'The prefetch caps what is unacknowledged; 0 takes the cap off, and the whole queue moves into one process’s memory. A second consumer would find nothing to do.',
          'Prefetch chặn số message chưa ack; 0 là bỏ giới hạn, và cả queue dồn vào bộ nhớ của một process. Consumer thứ hai tới sẽ không có việc.',
        ),
      },
      {
        id: 'one-each',
        text: text(
          '1 each: without an ack no second one comes',
          'Mỗi bên 1: chưa ack thì chưa có cái thứ hai',
        ),
        why: text(
          'That is a prefetch of 1. With 10, the broker sends ahead up to ten before the first ack.',
          'Đó là prefetch 1. Với 10 thì broker gửi trước tới mười cái rồi mới chờ ack.',
        ),
      },
      {
        id: 'all',
        text: text(
          '24 each: the limit counts per second, not in hand',
          'Mỗi bên 24: giới hạn tính theo giây, không theo số đang giữ',
        ),
        why: text(
          'The prefetch is no rate. It bounds how many messages are delivered and not yet settled at a time.',
          'Prefetch không phải tốc độ. Nó giới hạn số message đã giao mà chưa được trả lời tại một thời điểm.',
        ),
      },
    ],
    answer: 'zero-is-all',
  },
  async scenario(lab: Lab) {
    const names = prefetches.map((prefetch) => `prefetch-${prefetch}`)
    await declare(lab, { queues: Object.fromEntries(names.map((name) => [name, {}])) })
    for (const name of names) {
      for (const { id } of paymentEvents(lab, waiting)) {
        await lab.observer.publish({ exchange: '', routingKey: lab.name(name), messageId: id, body: '{}' })
      }
    }
    for (const prefetch of prefetches) {
      const consumer = await openConsumer(lab, { queue: `prefetch-${prefetch}`, prefetch })
      await consumer.has(prefetch === 0 ? waiting : prefetch)
      // Whatever was sent before this answer has arrived with it.
      await consumer.told()
    }
    const counts = await Promise.all(names.map((name) => countsIn(lab, name)))
    return { unacked: counts.map((count) => count?.unacked ?? 0) }
  },
  came({ unacked }) {
    const said = text(`unacknowledged: ${unacked.join(', ')}`, `chưa ack: ${unacked.join(', ')}`)
    const options: Readonly<Record<string, string>> = {
      '1,10,0': 'zero-is-none',
      [`1,10,${waiting}`]: 'zero-is-all',
      '1,1,1': 'one-each',
      [`${waiting},${waiting},${waiting}`]: 'all',
    }
    return {
      option: options[unacked.join()],
      said,
      witnesses: unacked.map((count) => witness('unacked', count)),
    }
  },
}
