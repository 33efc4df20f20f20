/** What can be promised about a copy that follows: what it shows, when, and what it says of itself. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import {
  type AskedSeen,
  type CaughtUpSeen,
  type Change,
  deadlineMs,
  type FollowedSeen,
  type PausedSeen,
  type Shown,
} from './run.ts'

const committing = [{ file: 'wallet.ts', near: ['.transaction(', 'outbox.add(', 'pay('] }]
const projecting = [{ file: 'projection.ts', near: ['.ack(', '.run(', '.consume('] }]
const guarding = [{ file: 'projection.ts', near: ['version', '.run('] }]
const reading = [{ file: 'balances.ts', near: ['.get(', 'read('] }]
const choosing = [{ file: 'balances.ts', near: ['turn', 'seen', 'read('] }]
const waiting = [{ file: 'balances.ts', near: ['atLeast', 'sleep(', 'read('] }]
const dating = [{ file: 'balances.ts', near: ['as_of', 'read('] }]

export const followsTheWallet: Promised<FollowedSeen> = {
  item: 'consistency-01.1',
  text: text(
    'a payment is published once it is committed, and the copy ends at the same balance however often the projection dies',
    'thanh toán commit xong thì được publish, và bản sao ra đúng số dư đó dù projection chết bao nhiêu lần',
  ),
  judge({ changes, events, unread, kills, shown }) {
    const older = changes.find((change, at) =>
      changes
        .slice(0, at)
        .some(({ wallet_id, version }) => wallet_id === change.wallet_id && version >= change.version),
    )
    if (older !== undefined) {
      return broken(
        text(
          `a later payment on ${older.wallet_id} got version ${older.version}, and an earlier one had that or a higher one: no reader can ask for it`,
          `thanh toán sau trên ${older.wallet_id} có version ${older.version}, mà thanh toán trước đó đã có version bằng hoặc cao hơn: bên đọc không thể đòi nó`,
        ),
        { at: committing },
      )
    }
    if (unread > 0) {
      return broken(
        text(
          `${unread} published messages are no balance-changed events`,
          `${unread} message được publish không phải event balance-changed`,
        ),
        { at: committing },
      )
    }
    const untold = changes.filter(
      (change) =>
        !events.some((event) => event.wallet_id === change.wallet_id && event.version === change.version),
    )
    const [first] = untold
    if (first !== undefined) {
      return broken(
        text(
          `${untold.length} of ${changes.length} committed payments were never published, first version ${first.version} of ${first.wallet_id}`,
          `${untold.length} trên ${changes.length} thanh toán đã commit không hề được publish, đầu tiên là version ${first.version} của ${first.wallet_id}`,
        ),
        { at: committing },
      )
    }
    const wrong = events.find(
      (event) =>
        changes.find(({ wallet_id, version }) => wallet_id === event.wallet_id && version === event.version)
          ?.balance_minor !== event.balance_minor,
    )
    if (wrong !== undefined) {
      return broken(
        text(
          `the event of version ${wrong.version} of ${wrong.wallet_id} says a balance of ${wrong.balance_minor}; the payments come to another one`,
          `event của version ${wrong.version} của ${wrong.wallet_id} ghi số dư ${wrong.balance_minor}; các thanh toán cộng lại ra số khác`,
        ),
        { at: committing },
      )
    }
    for (const { wallet_id, shown: one } of shown) {
      const newest = newestOf(changes, wallet_id)
      if (newest === undefined || isShown(one, newest)) continue
      return broken(
        text(
          `the projection was killed after one commit and before another; everything is acknowledged, and the copy of ${wallet_id} says ${told(one)} instead of ${newest.balance_minor} at version ${newest.version}`,
          `projection bị kill sau một lần commit và trước một lần khác; mọi event đã ack, mà bản sao của ${wallet_id} ghi ${toldVi(one)} thay vì ${newest.balance_minor} ở version ${newest.version}`,
        ),
        { at: projecting },
      )
    }
    return held(
      witness(
        'payments',
        changes.length,
        text(
          `${changes.length} payments followed over ${kills} SIGKILLs`,
          `bản sao theo kịp ${changes.length} thanh toán qua ${kills} lần SIGKILL`,
        ),
      ),
      witness('kills', kills),
    )
  },
}

export const showsTheOldBalance: Promised<PausedSeen> = {
  item: 'consistency-01.3',
  text: text(
    'with the projection paused a read right after the payment shows the old balance, at once and dated as what it is',
    'tạm dừng projection rồi đọc ngay sau thanh toán thì thấy số dư cũ, có ngay và ghi đúng thời điểm của nó',
  ),
  judge({ changes, before, after, held: holds }) {
    const [first, second] = changes as [Change, Change]
    if (!isShown(before, first)) {
      return broken(
        text(
          `both copies had applied the first payment, and the read says ${told(before)} instead of ${first.balance_minor} at version ${first.version}`,
          `cả hai bản sao đã áp dụng thanh toán đầu, mà lần đọc ghi ${toldVi(before)} thay vì ${first.balance_minor} ở version ${first.version}`,
        ),
        { at: reading },
      )
    }
    if (isShown(after, second)) {
      return broken(
        text(
          `the event of the second payment had reached no copy, and the read shows it all the same: it asks the wallet's own database, which is what the copies are there to spare`,
          `event của thanh toán thứ hai chưa tới bản sao nào mà lần đọc vẫn thấy nó: nó hỏi thẳng database của ví, chính là thứ mà các bản sao sinh ra để khỏi phải hỏi`,
        ),
        { at: reading },
      )
    }
    if (!isShown(after, first)) {
      return broken(
        text(
          `the copies stand at version ${first.version} with ${first.balance_minor}, and the read says ${told(after)}`,
          `các bản sao đang ở version ${first.version} với ${first.balance_minor}, mà lần đọc ghi ${toldVi(after)}`,
        ),
        { at: reading },
      )
    }
    if (after.is_behind !== false) {
      return broken(
        text(
          'nobody had asked for a version, and the answer is called behind',
          'không ai đòi version nào mà câu trả lời lại bị gọi là đi sau',
        ),
        { at: waiting },
      )
    }
    return (
      misdated(after, changes) ??
      held(
        witness(
          'paused',
          holds,
          text(
            `${holds} replicas paused, version ${first.version} shown after version ${second.version} was committed`,
            `${holds} bản sao bị dừng, version ${second.version} đã commit mà vẫn thấy version ${first.version}`,
          ),
        ),
      )
    )
  },
}

export const neverGoesBack: Promised<CaughtUpSeen> = {
  item: 'consistency-01.4',
  text: text(
    'once a session has seen the new balance no read takes it back, and when the copies have caught up every read shows it',
    'phiên đã thấy số dư mới thì không lần đọc nào quay lại số cũ, và khi các bản sao đuổi kịp thì lần đọc nào cũng thấy nó',
  ),
  judge({ changes, meanwhile, afterwards, fresh, afterRepeat }) {
    const second = changes[1] as Change
    const back = meanwhile.findIndex(
      ({ version }, at) => at > 0 && Number(version) < Number(meanwhile[at - 1]?.version),
    )
    if (back > 0) {
      return broken(
        text(
          `one session reads ${meanwhile.map(({ version }) => `version ${version}`).join(', ')}: the money it has seen is gone, and back, with every reload`,
          `cùng một phiên đọc được ${meanwhile.map(({ version }) => `version ${version}`).join(', ')}: mỗi lần tải lại trang, số tiền vừa thấy lại biến mất rồi lại hiện ra`,
        ),
        { at: choosing },
      )
    }
    const old = [...afterwards, ...fresh].find((shown) => !isShown(shown, second))
    if (old !== undefined) {
      return broken(
        text(
          `both copies have applied every event, and a read says ${told(old)} instead of ${second.balance_minor} at version ${second.version}`,
          `cả hai bản sao đã áp dụng mọi event, mà có lần đọc ghi ${toldVi(old)} thay vì ${second.balance_minor} ở version ${second.version}`,
        ),
        { at: [...reading, ...projecting] },
      )
    }
    const undone = afterRepeat.find((shown) => !isShown(shown, second))
    if (undone !== undefined) {
      return broken(
        text(
          `the event of version ${changes[0]?.version} was delivered once more, behind version ${second.version}, and a read says ${told(undone)} instead of ${second.balance_minor}: the old event won because it came last`,
          `event của version ${changes[0]?.version} được giao thêm lần nữa, sau version ${second.version}, và có lần đọc ghi ${toldVi(undone)} thay vì ${second.balance_minor}: event cũ thắng chỉ vì nó tới sau`,
        ),
        { at: guarding },
      )
    }
    const all = meanwhile.length + afterwards.length + fresh.length + afterRepeat.length
    return held(
      witness(
        'reads',
        all,
        text(`${all} reads, none went back`, `${all} lần đọc, không lần nào quay lại số cũ`),
      ),
    )
  },
}

export const waitsForAVersion: Promised<AskedSeen> = {
  item: 'consistency-01.6',
  text: text(
    'a reader who asks for a version gets it as soon as it is there, or is told at the deadline that this one is older',
    'bên đọc đòi một version thì có nó ngay khi nó tới, hoặc đến hạn được báo rằng đây là bản cũ hơn',
  ),
  judge({ changes, early, waited, late, lateMs, nobody }) {
    const [, second, third] = changes as [Change, Change, Change]
    if (nobody.balance_minor !== undefined || nobody.version !== 0) {
      return broken(
        text(
          `of a wallet that the copy has never heard of it says ${told(nobody)}: the customer sees an empty wallet where the truth is that nobody knows yet`,
          `với ví mà bản sao chưa từng nghe tới, nó ghi ${toldVi(nobody)}: khách thấy ví trống trong khi sự thật là chưa ai biết`,
        ),
        { at: reading },
      )
    }
    if (early !== undefined) {
      return broken(
        text(
          `version ${second.version} was asked for, its event had reached no copy, and the answer came at once: ${told(early)}`,
          `đòi version ${second.version}, event của nó chưa tới bản sao nào, mà đã trả lời ngay: ${toldVi(early)}`,
        ),
        { at: waiting },
      )
    }
    if (!isShown(waited, second) || waited.is_behind !== false) {
      return broken(
        text(
          `version ${second.version} was asked for and came in time; the answer is ${told(waited)}, ${waited.is_behind === true ? 'called behind' : 'not called behind'}`,
          `đòi version ${second.version} và nó tới kịp; câu trả lời là ${toldVi(waited)}, ${waited.is_behind === true ? 'bị gọi là đi sau' : 'không bị gọi là đi sau'}`,
        ),
        { at: waiting },
      )
    }
    if (late === undefined) {
      return broken(
        text(
          `version ${third.version} was asked for within ${deadlineMs} ms, its event did not come, and the read had no answer after ${lateMs} ms: a screen that waits for ever`,
          `đòi version ${third.version} trong ${deadlineMs} ms, event không tới, và sau ${lateMs} ms vẫn chưa có câu trả lời: màn hình chờ mãi`,
        ),
        { at: waiting },
      )
    }
    if (late.is_behind !== true) {
      return broken(
        text(
          `version ${third.version} was asked for and did not come; the answer is ${told(late)} and is not called behind: the caller takes it for what was asked for`,
          `đòi version ${third.version} mà nó không tới; câu trả lời là ${toldVi(late)} và không được gọi là đi sau: bên gọi tưởng đó là thứ mình đòi`,
        ),
        { at: waiting },
      )
    }
    if (lateMs < deadlineMs) {
      return broken(
        text(
          `it was given ${deadlineMs} ms and gave up after ${lateMs} ms`,
          `được cho ${deadlineMs} ms mà mới ${lateMs} ms đã bỏ cuộc`,
        ),
        { at: waiting },
      )
    }
    if (!isShown(late, second)) {
      return broken(
        text(
          `the copies stand at version ${second.version}, and the late answer says ${told(late)}`,
          `các bản sao đang ở version ${second.version}, mà câu trả lời muộn ghi ${toldVi(late)}`,
        ),
        { at: reading },
      )
    }
    return (
      misdated(late, changes) ??
      held(
        witness(
          'asked',
          2,
          text(
            `version ${second.version} waited for, version ${third.version} given up after ${lateMs} ms with an honest date`,
            `chờ được version ${second.version}, bỏ cuộc với version ${third.version} sau ${lateMs} ms và ghi đúng thời điểm`,
          ),
        ),
      )
    )
  },
}

export const notesAreWritten = {
  item: 'consistency-01.7',
  text: text(
    'NOTES.md says where your system is only eventually consistent, for how long, and what users see meanwhile',
    'NOTES.md ghi chỗ nào trong hệ thống của bạn phải chờ mới nhất quán, chờ bao lâu, lúc đó người dùng thấy gì',
  ),
}

function newestOf(changes: readonly Change[], walletId: string): Change | undefined {
  return changes.findLast(({ wallet_id }) => wallet_id === walletId)
}

function isShown(shown: Shown, { balance_minor, version }: Change): boolean {
  return shown.balance_minor === balance_minor && shown.version === version
}

/** A date that says more than the answer knows, or nothing. */
function misdated(shown: Shown, changes: readonly Change[]): Judgement | undefined {
  const asOf = shown.as_of
  const contained = changes.find(({ version }) => version === shown.version)
  const missing = changes.find(({ version }) => version > Number(shown.version))
  if (typeof asOf !== 'number' || contained === undefined || asOf < contained.committed_at) {
    return broken(
      text(
        `the answer contains version ${shown.version} and says as of ${asOf}, which is no time at or after its commit (${contained?.committed_at}): nobody can tell how old it is`,
        `câu trả lời chứa version ${shown.version} mà ghi thời điểm ${asOf}, không phải lúc nó commit hay sau đó (${contained?.committed_at}): không ai biết nó cũ bao lâu`,
      ),
      { at: dating },
    )
  }
  if (missing === undefined || asOf < missing.committed_at) return undefined
  return broken(
    text(
      `the answer says "as of ${asOf}", and lacks version ${missing.version}, which was committed ${asOf - missing.committed_at} ms before that: the time of the read is not the time of what it shows`,
      `câu trả lời ghi "tính đến ${asOf}" mà thiếu version ${missing.version}, đã commit trước đó ${asOf - missing.committed_at} ms: lúc đọc không phải là lúc của thứ được hiển thị`,
    ),
    { at: dating },
  )
}

function told({ balance_minor, version }: Shown): string {
  return balance_minor === undefined
    ? `nothing (version ${version})`
    : `${balance_minor} (version ${version})`
}

function toldVi({ balance_minor, version }: Shown): string {
  return balance_minor === undefined
    ? `không có gì (version ${version})`
    : `${balance_minor} (version ${version})`
}
