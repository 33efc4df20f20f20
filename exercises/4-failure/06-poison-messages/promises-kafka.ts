/** What can be promised about poison on Kafka: held against the ledger, the attempts, the commits and payments.dead. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { shortId, text } from '#lab/verdict/language'
import type { KafkaMixedSeen, PoisonKind } from './run-kafka.ts'
import { attemptsMax } from './scenarios/operator.ts'

const file = 'on-kafka.ts'
const counting = [{ file, near: ['attempts', '.book(', 'eachMessage', 'eachBatch', 'throw'] }]
const burying = [{ file, near: ['.send(', 'payments.dead', 'throw'] }]
const committing = [{ file, near: ['.commitOffsets(', 'autoCommit', 'eachMessage', 'throw'] }]
const kinds: Readonly<Record<PoisonKind, ReturnType<typeof text>>> = {
  unreadable: text("the record that can't be read", 'record không đọc được'),
  frozen: text('the payment whose account is frozen', 'thanh toán có tài khoản bị khoá'),
  deadly: text('the payment that kills its consumer', 'thanh toán giết consumer'),
}

export const poisonStandsAside: Promised<KafkaMixedSeen> = {
  item: 'failure-06.4',
  text: text(
    'on Kafka poison is tried three times and stands aside in payments.dead, and what is behind it in its partition is booked',
    'trên Kafka poison được thử ba lần rồi sang payments.dead, còn những gì đứng sau nó trong partition vẫn được ghi sổ',
  ),
  judge(seen) {
    const { poison, good, unbooked, lag, trace } = seen
    const endless = poison.find(({ attempts = 0 }) => attempts > attemptsMax)
    if (endless !== undefined) {
      const what = kinds[endless.kind]
      return broken(
        text(
          `${what.en} was tried ${endless.attempts} times, and ${attemptsMax} are allowed; ${unbooked.length} of ${good.length} payments were still to be booked then`,
          `${what.vi} bị thử ${endless.attempts} lần, trong khi chỉ được ${attemptsMax}; lúc đó ${unbooked.length} trên ${good.length} thanh toán còn chưa được ghi sổ`,
        ),
        { at: counting, trace },
      )
    }
    if (lag > 0) {
      return broken(
        text(
          `${lag} records are not committed, and ${unbooked.length} of ${good.length} payments are not booked: a record that nobody puts aside holds up its partition`,
          `${lag} record chưa được commit, và ${unbooked.length} trên ${good.length} thanh toán chưa ghi sổ: record không ai gạt sang bên thì chặn cả partition`,
        ),
        { at: committing, trace },
      )
    }
    const [fault] = seen.audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: counting })
    const [lost] = unbooked
    if (lost !== undefined) {
      return broken(
        text(
          `${unbooked.length} good payments were committed and never booked, ${shortId(lost)} first`,
          `${unbooked.length} thanh toán tốt đã được commit mà không bao giờ được ghi sổ, đầu tiên là ${shortId(lost)}`,
        ),
        { at: committing, trace },
      )
    }
    const gone = poison.find(({ copies }) => copies === 0)
    if (gone !== undefined) {
      const what = kinds[gone.kind]
      return broken(
        text(
          `${what.en} was committed and lies in no topic that anybody looks at: it is gone`,
          `${what.vi} đã được commit mà không nằm trong topic nào có người xem: coi như mất`,
        ),
        { at: burying, trace },
      )
    }
    if (seen.buriedAlive > 0) {
      return broken(
        text(
          `${seen.buriedAlive} good payments lie in payments.dead`,
          `${seen.buriedAlive} thanh toán tốt nằm trong payments.dead`,
        ),
        { at: burying, trace },
      )
    }
    const untried = poison.find(({ attempts }) => attempts === 0)
    if (untried !== undefined) {
      const what = kinds[untried.kind]
      return broken(
        text(
          `${what.en} was put aside without being tried`,
          `${what.vi} bị gạt sang bên mà chưa được thử lần nào`,
        ),
        { at: counting, trace },
      )
    }
    const early = poison.find(({ kind, attempts }) => kind === 'frozen' && (attempts ?? 0) < attemptsMax)
    if (early !== undefined) {
      return broken(
        text(
          `${kinds.frozen.en} was given up after ${early.attempts} attempts: it may pass, and ${attemptsMax} are allowed`,
          `${kinds.frozen.vi} bị bỏ sau ${early.attempts} lần thử: nó có thể qua được, và được phép thử ${attemptsMax} lần`,
        ),
        { at: counting, trace },
      )
    }
    const silent = poison.find(
      ({ reason, origin, offset }) => (reason ?? '') === '' || origin?.endsWith(`/0/${offset}`) !== true,
    )
    if (silent !== undefined) {
      const what = kinds[silent.kind]
      return broken(
        text(
          `${what.en} is in payments.dead without ${silent.reason === undefined ? 'x-reason' : `the x-origin of its place ("${silent.origin ?? ''}")`}: whoever finds it knows nothing`,
          `${what.vi} nằm trong payments.dead mà thiếu ${silent.reason === undefined ? 'x-reason' : `x-origin đúng chỗ của nó ("${silent.origin ?? ''}")`}: người tìm thấy nó không biết gì`,
        ),
        { at: burying, trace },
      )
    }
    return held(
      witness(
        'booked',
        good.length,
        text(`${good.length} payments booked`, `${good.length} thanh toán đã ghi sổ`),
      ),
      witness(
        'poison',
        poison.length,
        text(`${poison.length} poison records put aside`, `${poison.length} record poison đã gạt sang bên`),
      ),
    )
  },
}
