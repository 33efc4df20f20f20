/** What a retry can promise; each is held against the moments at which attempts were made on a virtual clock. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import { type BoundedSeen, exactMs, type JitteredSeen, type RetriedSeen, type TimedSeen } from './run.ts'

const trying = [{ file: 'retry.ts', near: ['await work(', 'function retry'] }]
const classifying = [{ file: 'retry.ts', near: ['mayPass(', 'catch'] }]
const waiting = [{ file: 'backoff.ts', near: ['multiplier **', 'function delayMs'] }]
const capping = [{ file: 'backoff.ts', near: ['maxDelayMs', 'function delayMs'] }]
const drawing = [{ file: 'backoff.ts', near: ['random.next(', 'Math.random', 'function delayMs'] }]
const ending = [{ file: 'retry.ts', near: ['deadlineMs', '.sleep('] }]
/** Of two thousand draws, the mean is so near to the expected one, and so many are different. */
const meanShareMax = 0.06
const differentShareMin = 0.4
/** In the fullest slot of a herd with jitter there is at most this share of it. */
const peakShareMax = 0.25
/** What a budget may be off by: whether the last tenth counts. */
const budgetSlack = 1

const ms = (value: number): string => String(Math.round(value * 10) / 10)
const list = (values: readonly number[]): string => values.map(ms).join(', ')

export const growsAndGivesUp: Promised<RetriedSeen> = {
  item: 'failure-07.1',
  text: text(
    'the wait before each retry grows exponentially, and permanent errors are not retried',
    'thời gian chờ trước mỗi lần retry tăng theo cấp số nhân, và lỗi vĩnh viễn thì không retry',
  ),
  judge({ backoff, passing, waits, wanted, failing, attemptsMax, permanent }) {
    if (permanent.attempts.length !== 1) {
      return broken(
        text(
          `a call whose error can't pass ("the card was stolen") was made ${permanent.attempts.length} times: mayPass(error) says which errors deserve another attempt`,
          `lời gọi có lỗi không thể qua đi ("the card was stolen") bị gọi ${permanent.attempts.length} lần: mayPass(error) cho biết lỗi nào đáng thử lại`,
        ),
        { at: classifying },
      )
    }
    if (permanent.ended !== 'threw the last error' || failing.ended !== 'threw the last error') {
      return broken(
        text(
          'the caller does not get the error of the last attempt, and so can not know what went wrong',
          'nơi gọi không nhận được lỗi của lần thử cuối, nên không thể biết chuyện gì đã hỏng',
        ),
        { at: trying },
      )
    }
    if (failing.attempts.length !== attemptsMax) {
      return broken(
        text(
          `attemptsMax is ${attemptsMax}, the first attempt included, and a call that always fails was made ${failing.attempts.length} times`,
          `attemptsMax là ${attemptsMax}, tính cả lần đầu, mà một lời gọi luôn hỏng được gọi ${failing.attempts.length} lần`,
        ),
        { at: trying },
      )
    }
    if (passing.ended !== 'answered' || passing.answer !== 'booked') {
      return broken(
        text(
          `a call that passes at its sixth attempt was made ${passing.attempts.length} times, and its answer did not come back`,
          `một lời gọi tới lần thứ sáu thì được, đã gọi ${passing.attempts.length} lần mà câu trả lời không quay về`,
        ),
        { at: trying },
      )
    }
    if (waits.some((wait, at) => Math.abs(wait - (wanted[at] ?? 0)) > exactMs)) {
      return broken(
        text(
          `initial delay ${backoff.initialDelayMs} ms, multiplier ${backoff.multiplier}, no jitter: the waits were ${list(waits)} ms, and ${list(wanted)} ms are right`,
          `mức chờ đầu ${backoff.initialDelayMs} ms, hệ số nhân ${backoff.multiplier}, không jitter: đã chờ ${list(waits)} ms, đúng ra là ${list(wanted)} ms`,
        ),
        { at: waiting },
      )
    }
    return held(
      witness(
        'waits',
        waits.length,
        text(
          `waits of ${list(waits)} ms, 1 attempt at what can't pass`,
          `chờ ${list(waits)} ms, 1 lần thử với lỗi không thể qua đi`,
        ),
      ),
      witness('attempts', failing.attempts.length),
    )
  },
}

export const neverTooLong: Promised<BoundedSeen> = {
  item: 'failure-07.2',
  text: text(
    'initial delay, maximum delay and multiplier are settings, and no wait exceeds the maximum',
    'mức chờ đầu, mức chờ tối đa và hệ số nhân là cấu hình; không lần chờ nào vượt mức tối đa',
  ),
  judge({ settings, waits }) {
    for (const { backoff, wrong, first, wanted } of settings) {
      const { initialDelayMs, maxDelayMs, multiplier, jitter } = backoff
      const named = `${initialDelayMs} ms × ${multiplier}, ${maxDelayMs} ms, ${jitter}`
      if (first.some((wait, at) => Math.abs(wait - (wanted[at] ?? 0)) > exactMs)) {
        return broken(
          text(
            `with ${named} the first waits are ${list(first)} ms, and ${list(wanted)} ms are right`,
            `với ${named}, các lần chờ đầu là ${list(first)} ms, đúng ra là ${list(wanted)} ms`,
          ),
          { at: waiting },
        )
      }
      if (wrong !== undefined) {
        return broken(
          text(
            `with ${named} the wait before retry ${wrong.retry} is ${wrong.waitMs} ms; it has to lie between 0 and ${maxDelayMs}`,
            `với ${named}, lần chờ trước retry thứ ${wrong.retry} là ${wrong.waitMs} ms; phải nằm giữa 0 và ${maxDelayMs}`,
          ),
          { at: capping },
        )
      }
    }
    return held(
      witness(
        'waits',
        waits,
        text(
          `${waits} waits under ${settings.length} settings, up to retry 5,000, none too long`,
          `${waits} lần chờ với ${settings.length} cấu hình, tới tận retry thứ 5.000, không lần nào quá dài`,
        ),
      ),
      witness('settings', settings.length),
    )
  },
}

export const spreadsTheHerd: Promised<JitteredSeen> = {
  item: 'failure-07.3',
  text: text(
    'jitter spreads clients that failed together, stays within the bounds, and repeats for the same seed',
    'jitter dàn các client cùng hỏng ra nhiều thời điểm, không vượt giới hạn, cùng seed thì lặp lại y hệt',
  ),
  judge({ draws, jitters, clients, peaks }) {
    for (const one of jitters) {
      const { jitter, retry, lowest, highest, low, high, mean, meanWanted } = one
      const which = text(
        `${jitter} jitter before retry ${retry}`,
        `jitter ${jitter} trước retry thứ ${retry}`,
      )
      if (!one.repeats) {
        return broken(
          text(
            `${which.en}: the same seed gave other waits the second time. A failure found with them can't be played again; random.next() is the only source of chance`,
            `${which.vi}: cùng seed mà lần hai ra các mức chờ khác. Lỗi tìm được với chúng không chạy lại được; random.next() là nguồn ngẫu nhiên duy nhất`,
          ),
          { at: drawing },
        )
      }
      if (lowest < low - exactMs || highest > high + exactMs) {
        return broken(
          text(
            `${which.en}: ${draws} waits lie between ${ms(lowest)} and ${ms(highest)} ms, and ${ms(low)} to ${ms(high)} ms is right`,
            `${which.vi}: ${draws} lần chờ nằm giữa ${ms(lowest)} và ${ms(highest)} ms, đúng ra là từ ${ms(low)} tới ${ms(high)} ms`,
          ),
          { at: drawing },
        )
      }
      if (one.different < draws * one.openShare * differentShareMin) {
        return broken(
          text(
            `${which.en}: ${draws} waits, and only ${one.different} different ones: who failed together comes back together`,
            `${which.vi}: ${draws} lần chờ mà chỉ có ${one.different} mức khác nhau: cùng hỏng thì lại cùng quay lại`,
          ),
          { at: drawing },
        )
      }
      if (Math.abs(mean - meanWanted) > meanWanted * meanShareMax) {
        return broken(
          text(
            `${which.en}: the mean of ${draws} waits is ${ms(mean)} ms, and ${ms(meanWanted)} ms is right: they don't spread over all of ${ms(low)} to ${ms(high)} ms`,
            `${which.vi}: trung bình của ${draws} lần chờ là ${ms(mean)} ms, đúng ra là ${ms(meanWanted)} ms: chúng không trải đều từ ${ms(low)} tới ${ms(high)} ms`,
          ),
          { at: drawing },
        )
      }
      if (!one.dependsOnSeed) {
        return broken(
          text(
            `${which.en}: another seed gives the very same waits`,
            `${which.vi}: seed khác mà các mức chờ vẫn y như cũ`,
          ),
          { at: drawing },
        )
      }
    }
    const crowded = (['full', 'equal', 'decorrelated'] as const).find(
      (jitter) => peaks[jitter] > clients * peakShareMax,
    )
    if (crowded !== undefined) {
      return broken(
        text(
          `${clients} clients failed together, and with ${crowded} jitter ${peaks[crowded]} of them come back within the same 10 ms`,
          `${clients} client cùng hỏng, và với jitter ${crowded} thì ${peaks[crowded]} client quay lại trong cùng 10 ms`,
        ),
        { at: drawing },
      )
    }
    return held(
      witness(
        'draws',
        draws * jitters.length,
        text(
          `fullest 10 ms of ${clients} clients: none ${peaks.none}, equal ${peaks.equal}, full ${peaks.full}, decorrelated ${peaks.decorrelated}`,
          `10 ms đông nhất trong ${clients} client: none ${peaks.none}, equal ${peaks.equal}, full ${peaks.full}, decorrelated ${peaks.decorrelated}`,
        ),
      ),
      witness('clients', clients),
    )
  },
}

export const comesWhenDue: Promised<TimedSeen> = {
  item: 'failure-07.4',
  text: text(
    'on an injected clock every attempt comes when it is due, and none after the deadline',
    'với đồng hồ đưa từ ngoài vào, lần thử nào cũng đúng hẹn và không lần nào sau hạn chót',
  ),
  judge(seen) {
    const { failing, deadlineMs, slow, slowMs, lastPossibleMs } = seen
    const late = [...failing.attempts, ...slow.attempts].find((at) => at > deadlineMs)
    if (late !== undefined) {
      return broken(
        text(
          `the deadline was ${deadlineMs} ms, and an attempt began at ${ms(late)} ms: nobody waits for its answer any more`,
          `hạn chót là ${deadlineMs} ms mà có lần thử bắt đầu lúc ${ms(late)} ms: không còn ai chờ câu trả lời của nó`,
        ),
        { at: ending },
      )
    }
    const wanted = [0, 100, 300, 700, 1500]
    if (
      failing.attempts.length !== wanted.length ||
      wanted.some((at, nth) => Math.abs((failing.attempts[nth] ?? 0) - at) > exactMs)
    ) {
      return broken(
        text(
          `100 ms × 2, deadline ${deadlineMs} ms: attempts came at ${list(failing.attempts)} ms, and ${list(wanted)} ms are right, by world.clock`,
          `100 ms × 2, hạn chót ${deadlineMs} ms: các lần thử tới lúc ${list(failing.attempts)} ms, đúng ra là ${list(wanted)} ms, theo world.clock`,
        ),
        { at: [{ file: 'retry.ts', near: ['.sleep(', 'setTimeout', 'function retry'] }] },
      )
    }
    if (failing.endMs > lastPossibleMs + exactMs) {
      return broken(
        text(
          `the last attempt was made at ${lastPossibleMs} ms, the next one would have come after the deadline, and the caller was told only at ${ms(failing.endMs)} ms: it waited for an attempt that was never made`,
          `lần thử cuối là lúc ${lastPossibleMs} ms, lần kế tiếp sẽ quá hạn chót, mà tới ${ms(failing.endMs)} ms nơi gọi mới được báo: nó đã chờ một lần thử không bao giờ có`,
        ),
        { at: ending },
      )
    }
    if (slow.attempts.length !== 2) {
      return broken(
        text(
          `each attempt takes ${slowMs} ms, the deadline is ${deadlineMs} ms after the first began: ${slow.attempts.length} attempts were made (at ${list(slow.attempts)} ms), and 2 are right`,
          `mỗi lần thử mất ${slowMs} ms, hạn chót là ${deadlineMs} ms kể từ khi lần đầu bắt đầu: đã có ${slow.attempts.length} lần thử (lúc ${list(slow.attempts)} ms), đúng ra là 2`,
        ),
        { at: ending },
      )
    }
    return judgeOthers(seen)
  },
}

function judgeOthers(seen: TimedSeen): Judgement {
  const { retryAfterMs, afterAsked, budget, hurried, failing, deadlineMs } = seen
  if (afterAsked < retryAfterMs - exactMs) {
    return broken(
      text(
        `the other side said "come again in ${retryAfterMs} ms" (retryAfterMs of the error), and the next attempt came after ${ms(afterAsked)} ms`,
        `phía bên kia nói "${retryAfterMs} ms nữa hãy quay lại" (retryAfterMs của lỗi) mà lần thử kế tiếp tới sau ${ms(afterAsked)} ms`,
      ),
      { at: [{ file: 'retry.ts', near: ['retryAfterMs', '.sleep('] }] },
    )
  }
  if (budget.retries > budget.paid + budgetSlack) {
    return broken(
      text(
        `${budget.calls} calls failed at once and made ${budget.retries} retries; their budget pays for ${budget.paid}. A service that is down is called five times as often as one that is up`,
        `${budget.calls} lời gọi cùng hỏng và retry ${budget.retries} lần; ngân sách chung chỉ đủ cho ${budget.paid}. Service đang chết lại bị gọi gấp năm lần lúc còn sống`,
      ),
      { at: [{ file: 'retry.ts', near: ['budget', 'withdraw('] }] },
    )
  }
  if (budget.retries < budget.paid - budgetSlack) {
    return broken(
      text(
        `${budget.calls} calls failed at once and made ${budget.retries} retries, though their budget begins with ${budget.paid}`,
        `${budget.calls} lời gọi cùng hỏng và chỉ retry ${budget.retries} lần, dù ngân sách ban đầu đủ cho ${budget.paid}`,
      ),
      { at: [{ file: 'retry.ts', near: ['tokensMax', 'withdraw('] }] },
    )
  }
  if (hurried.retriesOfOthers < hurried.calls) {
    return broken(
      text(
        `${hurried.calls} calls had no time left for a retry, and took tokens for it all the same: ${hurried.calls} others that share the budget made only ${hurried.retriesOfOthers} retries`,
        `${hurried.calls} lời gọi không còn thời gian để retry mà vẫn lấy token: ${hurried.calls} lời gọi khác chung ngân sách chỉ còn retry được ${hurried.retriesOfOthers} lần`,
      ),
      { at: [{ file: 'retry.ts', near: ['withdraw()', 'withdraw('] }] },
    )
  }
  return held(
    witness(
      'attempts',
      failing.attempts.length,
      text(
        `attempts at ${list(failing.attempts)} ms, none after ${deadlineMs} ms; ${budget.retries} retries for ${budget.calls} failing calls`,
        `thử lúc ${list(failing.attempts)} ms, không lần nào sau ${deadlineMs} ms; ${budget.retries} lần retry cho ${budget.calls} lời gọi hỏng`,
      ),
    ),
    witness('calls', budget.calls),
  )
}

export const comparisonIsWritten = {
  item: 'failure-07.6',
  text: text(
    'a comparison sets different retry strategies side by side, with and without jitter, each with figures',
    'bảng so sánh đặt các chiến lược retry cạnh nhau, có và không có jitter, cái nào cũng có số liệu',
  ),
}

export const notesAreWritten = {
  item: 'failure-07.7',
  text: text(
    'NOTES.md says which strategy you use, how long it waits in total, and when it gives up',
    'NOTES.md ghi bạn dùng chiến lược nào, tổng cộng chờ bao lâu và lúc nào thì bỏ cuộc',
  ),
}
