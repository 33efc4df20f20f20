/** Exponential backoff on a broker: when is the sixth attempt? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'
import { declareLevels, putAside } from './retries/levels.ts'

interface Seen {
  /** Seconds of the broker's clock at which each attempt began. */
  readonly attemptsAt: readonly number[]
}

const attempts = 6
const capMs = 10_000
const delaysMs = Array.from({ length: attempts - 1 }, (_, at) => Math.min(capMs, 1000 * 2 ** at))

export const experiment: Experiment<Seen> = {
  name: 'doubling',
  place: 2,
  needs: ['virtual-time'],
  shows: text(
    'delays of 1, 2, 4, 8 and 10 seconds put the sixth attempt at second 25',
    'các khoảng chờ 1, 2, 4, 8 và 10 giây đặt lần thử thứ sáu ở giây 25',
  ),
  question: {
    kind: 'choice',
    id: 'doubling',
    item: 'study-11.2',
    ask: text(
      'Base 1 second, factor 2, cap 10 seconds, no jitter. The first attempt is at second 0. When is the sixth?',
      'Giá trị đầu 1 giây, hệ số 2, trần 10 giây, không jitter. Lần thử đầu ở giây 0. Lần thứ sáu ở giây nào?',
    ),
    options: [
      {
        id: 'at-25',
        text: text('Second 25', 'Giây 25'),
        why: text(
          'Five delays lie between six attempts: 1 + 2 + 4 + 8 + 10. The cap holds for one delay, not for the sum.',
          'Giữa sáu lần thử có năm khoảng chờ: 1 + 2 + 4 + 8 + 10. Trần áp cho từng khoảng chờ, không phải cho tổng.',
        ),
      },
      {
        id: 'at-31',
        text: text('Second 31', 'Giây 31'),
        why: text('1 + 2 + 4 + 8 + 16: that forgets the cap.', '1 + 2 + 4 + 8 + 16: còn quên mức trần.'),
      },
      {
        id: 'at-10',
        text: text('Second 10: that is the cap', 'Giây 10: đó là trần'),
        why: text(
          'The cap says how long one delay gets at most. What limits the sum is a deadline, and there is none here.',
          'Trần nói một khoảng chờ dài nhất là bao nhiêu. Thứ giới hạn tổng là deadline, mà ở đây không có.',
        ),
      },
      {
        id: 'at-35',
        text: text('Second 35', 'Giây 35'),
        why: text(
          'That counts six delays. The first attempt waits for nothing.',
          'Đó là đếm sáu khoảng chờ. Lần thử đầu không phải chờ.',
        ),
      },
    ],
    answer: 'at-25',
  },
  async scenario(lab: Lab) {
    await declareLevels(lab, delaysMs)
    const [event] = paymentEvents(lab, 1)
    if (event === undefined) throw new Error('no payment was made up')
    await (await openProducer(lab)).publish({ exchange: '', routingKey: 'work', event })
    const worker = await openConsumer(lab, { queue: 'work' })
    const attemptsAt: number[] = []
    let nowMs = 0
    for (let attempt = 0; attempt < attempts; attempt++) {
      await worker.has(attempt + 1)
      attemptsAt.push(nowMs / 1000)
      const delayMs = delaysMs[attempt]
      if (delayMs !== undefined) await putAside(lab, event, delayMs)
      worker.ack(worker.deliveries[attempt])
      await worker.told()
      // Second by second, so that the broker says when it comes, and not the schedule.
      while (delayMs !== undefined && worker.deliveries.length === attempt + 1) {
        await lab.elapse(1000)
        nowMs += 1000
        await worker.told()
      }
    }
    return { attemptsAt }
  },
  came({ attemptsAt }) {
    const last = attemptsAt.at(-1)
    const said = text(
      `attempts at seconds ${attemptsAt.join(', ')}`,
      `các lần thử ở giây ${attemptsAt.join(', ')}`,
    )
    const option =
      last === undefined ? undefined : { 25: 'at-25', 31: 'at-31', 10: 'at-10', 35: 'at-35' }[last]
    return { option, said, witnesses: [witness('attempts', attemptsAt.length)] }
  },
}
