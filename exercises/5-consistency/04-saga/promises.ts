/** What the sagas of a shop can promise; each is held against the card gateway, the ledger, the holds and the mail. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import type { Text, TraceStep } from '#lab/verdict'
import { shortId, text } from '#lab/verdict/language'
import type { BooksSeen } from './scenarios/fire.ts'
import type { Case, RefusedSeen, UndoneSeen } from './scenarios/refused.ts'
import type { ResumedSeen, SettledSeen } from './scenarios/settled.ts'
import { fileOf, type Reckoned } from './scenarios/shop.ts'

const saga = [{ file: fileOf('payments'), near: ['handle', 'commit('] }]
const charging = [{ file: fileOf('card'), near: ['.charge(', 'handle'] }]
const refunding = [{ file: fileOf('card'), near: ['.refund(', 'handle'] }]
const booking = [{ file: fileOf('wallet'), near: ['.post(', 'handle'] }]
const holding = [{ file: fileOf('wallet'), near: ['.hold(', '.release(', 'handle'] }]
const telling = [{ file: fileOf('notifications'), near: ['.send(', 'handle'] }]
const undoing = [{ file: fileOf('payments'), near: ['compensation', 'undo', 'handle'] }]

interface Wrong {
  readonly said: Text
  readonly at: typeof saga
}

const steps = ['validate', 'charge', 'update-balance', 'notify']

const times = (count: number): Text => text(count === 1 ? 'once' : `${count} times`, `${count} lần`)

/** What is wrong with a payment that has come to an end, by the end that it came to. */
function wrongWith(payment: Reckoned): Wrong | undefined {
  const { state, charges, refunds, captures, hold, mails } = payment
  const id = shortId(payment.payment_id)
  if (state === undefined)
    return { said: text(`nobody knows a saga of ${id}`, `không ai biết saga nào của ${id}`), at: saga }
  if (charges > 1) {
    return {
      said: text(
        `the card of ${id} was charged ${times(charges).en}: each key is an operation of its own, and one step has one key`,
        `thẻ của ${id} bị trừ ${times(charges).vi}: mỗi key là một lần trừ riêng, và một bước chỉ có một key`,
      ),
      at: charging,
    }
  }
  if (refunds > charges) {
    return {
      said: text(
        `the card of ${id} was charged ${times(charges).en} and refunded ${times(refunds).en}: the shop pays for it`,
        `thẻ của ${id} bị trừ ${times(charges).vi} mà được hoàn ${times(refunds).vi}: cửa hàng chịu`,
      ),
      at: refunding,
    }
  }
  if (mails > 1) {
    return {
      said: text(
        `the customer was told of ${id} ${times(mails).en}`,
        `khách nhận thông báo về ${id} ${times(mails).vi}`,
      ),
      at: telling,
    }
  }
  return state.status === 'settled' ? wrongWhenSettled(payment, id) : wrongWhenCancelled(payment, id, hold)
}

function wrongWhenSettled({ charges, refunds, captures, hold }: Reckoned, id: string): Wrong | undefined {
  if (refunds > 0) {
    return {
      said: text(
        `the saga of ${id} ended settled, and the card was refunded: the merchant has money that nobody paid`,
        `saga của ${id} kết thúc thành công mà thẻ đã được hoàn tiền: merchant có tiền không ai trả`,
      ),
      at: undoing,
    }
  }
  if (charges !== 1 || captures !== 1) {
    return {
      said: text(
        `the saga of ${id} ended settled, with the card charged ${times(charges).en} and the ledger booked ${times(captures).en}`,
        `saga của ${id} kết thúc thành công, thẻ bị trừ ${times(charges).vi} và sổ cái ghi ${times(captures).vi}`,
      ),
      at: captures === 1 ? charging : booking,
    }
  }
  if (hold !== 'used') {
    return {
      said: text(
        `the saga of ${id} ended settled, and its hold is ${hold ?? 'not there'}: the customer's limit stays cut`,
        `saga của ${id} kết thúc thành công mà khoản giữ là ${hold ?? 'không có'}: hạn mức của khách vẫn bị trừ`,
      ),
      at: holding,
    }
  }
  return undefined
}

function wrongWhenCancelled(
  { state, charges, refunds, captures, mails }: Reckoned,
  id: string,
  hold: Reckoned['hold'],
): Wrong | undefined {
  const status = state?.status ?? 'unknown'
  if (captures > 0) {
    return {
      said: text(
        `the saga of ${id} ended ${status}, and the merchant's account was credited all the same`,
        `saga của ${id} kết thúc ${status} mà tài khoản merchant vẫn được cộng tiền`,
      ),
      at: booking,
    }
  }
  if (refunds < charges) {
    return {
      said: text(
        `the saga of ${id} ended ${status}, and the card was charged and not refunded: the customer has paid for nothing`,
        `saga của ${id} kết thúc ${status} mà thẻ bị trừ tiền không được hoàn: khách trả tiền cho không`,
      ),
      at: undoing,
    }
  }
  if (hold === 'held' || hold === 'used') {
    return {
      said: text(
        `the saga of ${id} ended ${status}, and its amount is still ${hold}: the customer's limit stays cut`,
        `saga của ${id} kết thúc ${status} mà số tiền vẫn ${hold === 'held' ? 'bị giữ' : 'bị tính là đã dùng'}: hạn mức của khách vẫn bị trừ`,
      ),
      at: undoing,
    }
  }
  if (mails > 0) {
    return {
      said: text(
        `the saga of ${id} ended ${status}, and the customer was told that it is paid`,
        `saga của ${id} kết thúc ${status} mà khách được báo là đã trả`,
      ),
      at: telling,
    }
  }
  return undefined
}

/** What is wrong with several, the books first. */
export function wrongWithAll(payments: readonly Reckoned[], audit: readonly string[]): Wrong | undefined {
  const [fault] = audit
  const wrong = payments.map(wrongWith).find((each) => each !== undefined)
  if (wrong !== undefined || fault === undefined) return wrong
  return { said: text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), at: booking }
}

const refuse = ({ said, at }: Wrong, trace: readonly TraceStep[]): Judgement => broken(said, { at, trace })

/** A saga that should have settled, step by step. */
function wrongUnlessSettled(payment: Reckoned): Wrong | undefined {
  const id = shortId(payment.payment_id)
  const { status, completed = [] } = payment.state ?? {}
  if (status !== 'settled') {
    return {
      said: text(
        `the saga of ${id} ended ${status}, and nothing was wrong with the payment`,
        `saga của ${id} kết thúc ${status} mà thanh toán không có gì sai`,
      ),
      at: saga,
    }
  }
  if (completed.join() !== steps.join()) {
    return {
      said: text(
        `the saga of ${id} says that it has done ${completed.join(', ') || 'nothing'}, and not ${steps.join(', ')}, in that order and once each`,
        `saga của ${id} nói đã xong ${completed.join(', ') || 'không gì cả'}, chứ không phải ${steps.join(', ')}, đúng thứ tự và mỗi bước một lần`,
      ),
      at: saga,
    }
  }
  if (payment.mails !== 1) {
    return {
      said: text(`the customer was never told of ${id}`, `khách không hề được báo về ${id}`),
      at: telling,
    }
  }
  return undefined
}

export const resumesFromDisk: Promised<ResumedSeen> = {
  item: 'consistency-04.1',
  text: text(
    'a saga with its state on disk validates, charges, updates the balance and notifies',
    'saga lưu trạng thái xuống đĩa chạy lần lượt: kiểm tra, trừ tiền, cập nhật số dư, thông báo',
  ),
  judge({ payment, kills, audit, trace }) {
    const wrong = wrongWithAll([payment], audit) ?? wrongUnlessSettled(payment)
    if (wrong !== undefined) return refuse(wrong, trace)
    return held(
      witness(
        'kills',
        kills,
        text(
          `resumed after ${kills} SIGKILLs of the payment service`,
          `chạy tiếp sau ${kills} lần SIGKILL service payments`,
        ),
      ),
    )
  },
}

export const settlesOnce: Promised<SettledSeen> = {
  item: 'consistency-04.2',
  text: text(
    'a saga that meets no fault completes each step once and ends settled',
    'saga không gặp sự cố hoàn tất mỗi bước đúng một lần và kết thúc thành công',
  ),
  judge({ payments, audit, trace }) {
    const wrong =
      wrongWithAll(payments, audit) ?? payments.map(wrongUnlessSettled).find((each) => each !== undefined)
    if (wrong !== undefined) return refuse(wrong, trace)
    return held(
      witness(
        'settled',
        payments.length,
        text(
          `${payments.length} payments settled at the same time`,
          `${payments.length} thanh toán hoàn tất cùng lúc`,
        ),
      ),
    )
  },
}

const failing: Readonly<Record<Case['name'], Text>> = {
  limit: text('validation refused it', 'bước kiểm tra đã từ chối'),
  declined: text('its card was declined', 'thẻ bị từ chối'),
  closed: text("the merchant's account is closed", 'tài khoản merchant đã đóng'),
  mute: text('its customer has no address', 'khách không có địa chỉ'),
}

/** What a case should have come to, and did not. */
function wrongCase({ name, status, completed, payment }: Case): Wrong | undefined {
  const id = shortId(payment.payment_id)
  const why = failing[name]
  const state = payment.state
  if (state?.status !== status) {
    const hint =
      name === 'mute'
        ? text(': whoever has paid has paid, told or not', ': trả rồi là trả rồi, dù có báo được hay không')
        : text('', '')
    return {
      said: text(
        `${why.en}, and the saga of ${id} ended ${state?.status}${hint.en}`,
        `${why.vi} mà saga của ${id} kết thúc ${state?.status}${hint.vi}`,
      ),
      at: undoing,
    }
  }
  if (state.completed.join() !== completed.join()) {
    return {
      said: text(
        `${why.en}, and the saga of ${id} counts as completed: ${state.completed.join(', ') || 'nothing'} (it was: ${completed.join(', ') || 'nothing'})`,
        `${why.vi} mà saga của ${id} coi là đã xong: ${state.completed.join(', ') || 'không gì cả'} (thật ra: ${completed.join(', ') || 'không gì cả'})`,
      ),
      at: saga,
    }
  }
  const undone = completed.includes('update-balance') ? [] : [...completed].reverse()
  if (state.compensated.join() !== undone.join()) {
    return {
      said: text(
        `${why.en}, and the saga of ${id} has undone: ${state.compensated.join(', ') || 'nothing'} (there was to undo: ${undone.join(', ') || 'nothing'})`,
        `${why.vi} mà saga của ${id} đã bù trừ: ${state.compensated.join(', ') || 'không gì cả'} (cần bù trừ: ${undone.join(', ') || 'không gì cả'})`,
      ),
      at: undoing,
    }
  }
  const isCharged = completed.includes('charge')
  if (payment.charges !== (isCharged ? 1 : 0)) {
    return {
      said: text(
        `${why.en}, and the card of ${id} was charged ${times(payment.charges).en}`,
        `${why.vi} mà thẻ của ${id} bị trừ ${times(payment.charges).vi}`,
      ),
      at: charging,
    }
  }
  return undefined
}

export const stopsAtTheFailure: Promised<RefusedSeen> = {
  item: 'consistency-04.3',
  text: text(
    'when one step fails for good, the saga starts no further step and knows which ones were completed',
    'một bước hỏng hẳn thì saga không chạy thêm bước nào và biết rõ những bước nào đã xong',
  ),
  judge({ cases, audit, trace }) {
    const wrong =
      cases.map(wrongCase).find((each) => each !== undefined) ??
      wrongWithAll(
        cases.map(({ payment }) => payment),
        audit,
      )
    if (wrong !== undefined) return refuse(wrong, trace)
    return held(
      witness(
        'failures',
        cases.length,
        text(`${cases.length} steps failed for good`, `${cases.length} bước hỏng hẳn`),
      ),
    )
  },
}

export const undoesInReverse: Promised<UndoneSeen> = {
  item: 'consistency-04.4',
  text: text(
    'completed steps are compensated in reverse, each once, however often the command arrives',
    'các bước đã xong được bù trừ theo thứ tự ngược lại, mỗi bước một lần, dù lệnh tới bao nhiêu lần',
  ),
  judge({ payments, holdAtRefund, afterwards, repeated, kills, trace }) {
    const wrong = wrongWithAll(payments, [])
    if (wrong !== undefined) return refuse(wrong, trace)
    const [payment] = payments
    const id = shortId(payment?.payment_id ?? '')
    const { status, compensated = [] } = payment?.state ?? {}
    if (status !== 'cancelled' || payment?.refunds !== 1) {
      return broken(
        text(
          `the account is closed, and the saga of ${id} ended ${status} with ${payment?.refunds} refunds`,
          `tài khoản đã đóng mà saga của ${id} kết thúc ${status}, hoàn ${payment?.refunds} lần`,
        ),
        { at: undoing, trace },
      )
    }
    if (holdAtRefund !== 'held') {
      return broken(
        text(
          `when the refund of ${id} was asked for, its hold was ${holdAtRefund}: the first step was undone before the second`,
          `lúc yêu cầu hoàn tiền cho ${id} thì khoản giữ đã là ${holdAtRefund}: bước đầu bị bù trừ trước bước thứ hai`,
        ),
        { at: undoing, trace },
      )
    }
    if (compensated.join() !== 'charge,validate') {
      return broken(
        text(
          `the saga of ${id} says that it has undone ${compensated.join(', ') || 'nothing'}, and not charge, then validate`,
          `saga của ${id} nói đã bù trừ ${compensated.join(', ') || 'không gì cả'}, chứ không phải charge rồi validate`,
        ),
        { at: undoing, trace },
      )
    }
    const later = wrongAgain(payments, afterwards)
    if (later !== undefined) {
      const said = text(
        `after all ${repeated} messages had come again, ${later.said.en}`,
        `sau khi cả ${repeated} message tới lại, ${later.said.vi}`,
      )
      return refuse({ ...later, said }, trace)
    }
    return held(
      witness(
        'repeated',
        repeated,
        text(
          `${repeated} messages came again and changed nothing`,
          `${repeated} message tới lại mà không đổi gì`,
        ),
      ),
      witness('kills', kills),
    )
  },
}

/** What a message that came again has changed. */
function wrongAgain(before: readonly Reckoned[], after: readonly Reckoned[]): Wrong | undefined {
  const wrong = wrongWithAll(after, [])
  if (wrong !== undefined) return wrong
  const changed = after.find(({ state }, at) => JSON.stringify(state) !== JSON.stringify(before[at]?.state))
  if (changed === undefined) return undefined
  const id = shortId(changed.payment_id)
  const status = changed.state?.status
  return {
    said: text(
      `the saga of ${id}, which was over, stands otherwise: ${status}`,
      `saga của ${id} vốn đã xong nay lại khác: ${status}`,
    ),
    at: saga,
  }
}

export const booksAreRight: Promised<BooksSeen> = {
  item: 'consistency-04.5',
  text: text(
    'after compensation no money is missing: the refund equals the charge, and the ledger sums to zero',
    'bù trừ xong, tiền không thiếu không thừa: hoàn đúng số đã trừ, tổng sổ cái bằng không',
  ),
  judge({ payments, faults, dead, audit, trace }) {
    const wrong = wrongWithAll(payments, audit)
    if (wrong !== undefined) {
      const at = payments.findIndex((payment) => wrongWith(payment) !== undefined)
      const fault = faults[at]
      const after = fault === undefined ? '' : ` (${fault})`
      return refuse({ ...wrong, said: text(`${wrong.said.en}${after}`, `${wrong.said.vi}${after}`) }, trace)
    }
    const [lost] = dead
    if (lost !== undefined) {
      return broken(
        text(
          `message ${shortId(lost)} was refused as unreadable`,
          `message ${shortId(lost)} bị từ chối như thể không đọc được`,
        ),
        { at: saga, trace },
      )
    }
    return held(
      witness(
        'faults',
        faults.length,
        text(
          `${faults.length} faults, and every cent accounted for`,
          `${faults.length} sự cố, không lệch một xu`,
        ),
      ),
      witness('compensated', payments.filter(({ state }) => state?.status === 'cancelled').length),
    )
  },
}

export const notesAreWritten: { readonly item: string; readonly text: Text } = {
  item: 'consistency-04.7',
  text: text(
    'NOTES.md says for each step how it is undone, how long it may take, and what a crash there leaves',
    'NOTES.md ghi với từng bước: bù trừ thế nào, timeout bao lâu, crash ở đó thì để lại gì',
  ),
}
