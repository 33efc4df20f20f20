/** Two hundred clients lose the broker at the same moment and come back by the same rule, with jitter and without. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly clients: number
  /** The most attempts in any tenth of a second. */
  readonly peakWithout: number
  readonly peakWith: number
}

const clients = 200
const baseMs = 1000
const attempts = 4
const windowMs = 100

/** When a client tries, in milliseconds after the loss: exponential delays, whole or drawn anew from zero on (full jitter). */
function attemptsOf(delay: (expMs: number) => number): number[] {
  let atMs = 0
  return Array.from({ length: attempts }, (_, attempt) => {
    atMs += delay(baseMs * 2 ** attempt)
    return atMs
  })
}

function peakOf(all: readonly number[]): number {
  const sorted = all.toSorted((a, b) => a - b)
  return sorted.reduce((peak, from, at) => {
    const end = sorted.findIndex((each, index) => index > at && each >= from + windowMs)
    return Math.max(peak, (end < 0 ? sorted.length : end) - at)
  }, 0)
}

export const experiment: Experiment<Seen> = {
  name: 'herd',
  place: 4,
  shows: text(
    'without jitter all clients come in the same tenth of a second, with full jitter a small part of them',
    'không jitter thì mọi client cùng tới trong một phần mười giây, với full jitter chỉ một phần nhỏ',
  ),
  question: {
    kind: 'choice',
    id: 'herd',
    item: 'study-11.5',
    ask: text(
      '200 clients lose their broker at the same moment and try again after 1, 2, 4 and 8 seconds. Then the same with full jitter: each delay is drawn between 0 and that value. How many attempts fall into the busiest tenth of a second?',
      '200 client mất broker cùng một lúc và thử lại sau 1, 2, 4, 8 giây. Rồi cũng vậy nhưng với full jitter: mỗi khoảng chờ được bốc ngẫu nhiên từ 0 tới giá trị đó. Trong một phần mười giây đông nhất có bao nhiêu lần thử?',
    ),
    options: [
      {
        id: 'halved',
        text: text(
          '200 without, about 100 with jitter: it halves the load',
          'Không jitter 200, có jitter khoảng 100: giảm một nửa',
        ),
        why: text(
          'Half is what jitter saves in waiting time on average. The peak falls by much more, since one tenth of a second becomes a whole second and longer.',
          'Một nửa là phần thời gian chờ trung bình mà jitter tiết kiệm. Đỉnh thì giảm nhiều hơn hẳn, vì một phần mười giây trải ra thành cả giây và hơn.',
        ),
      },
      {
        id: 'spread',
        text: text('200 without, about 40 with jitter', 'Không jitter 200, có jitter khoảng 40'),
        why: text(
          'The first delays spread over a second, that is over ten windows, and each further round spreads wider. A broker that takes a hundred connections in a tenth of a second survives one and not the other.',
          'Khoảng chờ đầu trải đều trong một giây, tức mười cửa sổ, và mỗi vòng sau lại trải rộng hơn. Broker nhận được trăm kết nối trong một phần mười giây thì qua được cảnh này, không qua được cảnh kia.',
        ),
      },
      {
        id: 'backoff-spreads',
        text: text(
          'About 40 both times: exponential backoff spreads them',
          'Cả hai đều khoảng 40: exponential backoff đã trải chúng ra',
        ),
        why: text(
          'It spreads the attempts of one client. Two clients that lost the same broker wait for exactly as long, each time: the herd only comes less often.',
          'Nó trải các lần thử của một client. Hai client cùng mất một broker thì lần nào cũng chờ bằng nhau: cả đàn vẫn tới cùng lúc, chỉ thưa hơn.',
        ),
      },
    ],
    answer: 'spread',
  },
  async scenario(lab: Lab) {
    lab.say(
      'Computed, not played: the times at which each client would try.',
      'Tính ra chứ không chạy thật: thời điểm từng client sẽ thử.',
    )
    const all = (delay: (expMs: number) => number) =>
      Array.from({ length: clients }, () => attemptsOf(delay)).flat()
    return {
      clients,
      peakWithout: peakOf(all((expMs) => expMs)),
      peakWith: peakOf(all((expMs) => lab.random.next() * expMs)),
    }
  },
  came({ clients: count, peakWithout, peakWith }) {
    const said = text(
      `the busiest tenth of a second: ${peakWithout} attempts without jitter, ${peakWith} with full jitter`,
      `một phần mười giây đông nhất: ${peakWithout} lần thử khi không jitter, ${peakWith} với full jitter`,
    )
    const witnesses = [witness('clients', count)]
    if (peakWithout < 70) return { option: 'backoff-spreads', said, witnesses }
    if (peakWithout !== count) return { option: undefined, said, witnesses }
    return { option: peakWith < 70 ? 'spread' : 'halved', said, witnesses }
  },
}
