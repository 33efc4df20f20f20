/** What is planted in the three pull requests, what may be marked or not, and what only looks like a fault. */
import type { LetPass, Planted, ReviewKey } from '#lab/study/marks'
import { text } from '#lab/verdict/language'

export const kinds = ['errors', 'retry', 'idempotency', 'ack', 'event-sourcing'] as const
export type Kind = (typeof kinds)[number]

/** Where a mark stands: the pull request's number and the file. */
export function whereOf(pull: number, file: string): string {
  return `${pull} ${file}`
}

const at = (pull: number, file: string, from: number, to = from) => ({ where: whereOf(pull, file), from, to })

const planted: readonly Planted[] = [
  {
    id: 'ack-before-the-work',
    kind: 'ack',
    places: [at(1, 'listener.ts', 28)],
    asks: text(
      'pull 1, listener.ts: the process is killed during handle(); who still has the message?',
      'pull 1, listener.ts: process bị kill giữa handle(); ai còn giữ message?',
    ),
    why: text('a crash during handle() loses the payment', 'crash giữa handle() là mất thanh toán'),
  },
  {
    id: 'acks-all-up-to',
    kind: 'ack',
    places: [at(1, 'shutdown.ts', 11, 12)],
    asks: text(
      'pull 1, shutdown.ts: one of the messages in work has failed; what becomes of it?',
      'pull 1, shutdown.ts: một message đang xử lý vừa hỏng; nó sẽ ra sao?',
    ),
    why: text(
      'multiple=true acknowledges failed ones and acknowledges others a second time, which closes the channel',
      'multiple=true ack luôn cái đã hỏng, và ack lần hai cái đã ack, khiến channel bị đóng',
    ),
  },
  {
    id: 'commit-before-the-batch',
    kind: 'ack',
    places: [at(2, 'wallet.ts', 28, 30)],
    asks: text(
      'pull 2, wallet.ts: the instance dies in the middle of a batch; where does the next owner begin?',
      'pull 2, wallet.ts: instance chết giữa batch; chủ mới bắt đầu từ đâu?',
    ),
    why: text(
      'the batch is committed before any of it is booked: what was not done yet is skipped',
      'batch được commit trước khi ghi sổ: phần chưa làm bị bỏ qua',
    ),
  },
  {
    id: 'unsent-retry',
    kind: 'errors',
    places: [at(1, 'retry.ts', 12)],
    asks: text(
      'pull 1, retry.ts: the broker nacks the retry message; who hears of it?',
      'pull 1, retry.ts: broker nack message retry; ai biết?',
    ),
    why: text(
      'a nacked or unconfirmed retry is swallowed, and the message is nowhere',
      'retry bị nack hay không có confirm thì bị nuốt, message không còn ở đâu',
    ),
  },
  {
    id: 'skipped-record',
    kind: 'errors',
    places: [at(2, 'wallet.ts', 35, 39)],
    asks: text(
      'pull 2, wallet.ts: a record fails for good; where will a person find it?',
      'pull 2, wallet.ts: một record hỏng hẳn; người ta tìm nó ở đâu?',
    ),
    why: text(
      'a failed record is logged and passed over: no dead letter, no way back',
      'record hỏng chỉ được log rồi bỏ qua: không dead letter, không đường quay lại',
    ),
  },
  {
    id: 'conflict-is-success',
    kind: 'errors',
    places: [at(3, 'transfer.ts', 15, 20)],
    asks: text(
      'pull 3, transfer.ts: two transfers meet; what does the second caller believe?',
      'pull 3, transfer.ts: hai lệnh chuyển gặp nhau; bên gọi thứ hai tin điều gì?',
    ),
    why: text(
      'a conflict returns as if the transfer had been stored',
      'xung đột mà trả về như thể đã lưu lệnh chuyển',
    ),
  },
  {
    id: 'retries-without-end',
    kind: 'retry',
    places: [at(1, 'listener.ts', 31, 34), at(1, 'retry.ts', 2, 11)],
    asks: text(
      'pull 1: a body that is no JSON comes; what happens at attempt 10,000?',
      'pull 1: tới một body không phải JSON; tới lần thử thứ 10.000 thì sao?',
    ),
    why: text(
      'no limit, permanent errors are repeated too, and all of them after the same 5 s',
      'không giới hạn, lỗi vĩnh viễn cũng lặp lại, và tất cả đều sau đúng 5 giây',
    ),
  },
  {
    id: 'sleeps-past-the-session',
    kind: 'retry',
    places: [at(2, 'with-retries.ts', 1, 13), at(2, 'wallet.ts', 34)],
    asks: text(
      'pull 2, with-retries.ts: how long can one record hold up its partition, and who is waiting meanwhile?',
      'pull 2, with-retries.ts: một record giữ chân partition được bao lâu, và trong lúc đó ai đang chờ?',
    ),
    why: text(
      'minutes without a heartbeat: the group takes the member for dead, and a permanent error is tried five times',
      'nhiều phút không heartbeat: group coi member đã chết, và lỗi vĩnh viễn cũng thử năm lần',
    ),
  },
  {
    id: 'spins',
    kind: 'retry',
    places: [at(3, 'relay.ts', 4, 7)],
    asks: text(
      'pull 3, relay.ts: the broker is down for a minute; what does this loop do?',
      'pull 3, relay.ts: broker ngừng một phút; vòng lặp này làm gì?',
    ),
    why: text(
      'no pause, no limit: it burns a core and floods the broker when it comes back',
      'không nghỉ, không giới hạn: đốt CPU và dội vào broker khi nó trở lại',
    ),
  },
  {
    id: 'key-from-the-content',
    kind: 'idempotency',
    places: [at(2, 'inbox.ts', 4, 7)],
    asks: text(
      'pull 2, inbox.ts: a customer buys the same coffee twice; how many are booked?',
      'pull 2, inbox.ts: một khách mua cùng ly cà phê hai lần; ghi sổ mấy lần?',
    ),
    why: text(
      'two honest payments of one customer and one amount have one key',
      'hai thanh toán thật của một khách với cùng số tiền lại có chung một key',
    ),
  },
  {
    id: 'no-transaction',
    kind: 'idempotency',
    places: [at(2, 'inbox.ts', 9, 13)],
    asks: text(
      'pull 2, inbox.ts: a crash between which two lines books twice?',
      'pull 2, inbox.ts: crash giữa hai dòng nào thì ghi sổ hai lần?',
    ),
    why: text(
      'booking and note are two commits: a crash between them books again',
      'ghi sổ và ghi dấu là hai lần commit: crash ở giữa thì ghi sổ lần nữa',
    ),
  },
  {
    id: 'new-id-for-each-attempt',
    kind: 'idempotency',
    places: [at(3, 'relay.ts', 5, 6)],
    asks: text(
      'pull 3, relay.ts: the confirm is lost and the event is sent again; can a reader know it?',
      'pull 3, relay.ts: mất confirm và event được gửi lại; bên đọc có nhận ra không?',
    ),
    why: text(
      'each attempt has an id of its own, so no reader can tell a repetition',
      'mỗi lần thử một id mới, nên bên đọc không nhận ra bản lặp',
    ),
  },
  {
    id: 'event-applied-twice',
    kind: 'event-sourcing',
    places: [at(3, 'event-store.ts', 31, 33)],
    asks: text(
      'pull 3, event-store.ts: a snapshot stands at version 100; which events are applied on top?',
      'pull 3, event-store.ts: snapshot ở version 100; những event nào được áp lên trên?',
    ),
    why: text(
      'the event of the snapshot’s own version is applied once more',
      'event ở đúng version của snapshot bị áp thêm lần nữa',
    ),
  },
  {
    id: 'published-before-stored',
    kind: 'event-sourcing',
    places: [at(3, 'event-store.ts', 38, 40)],
    asks: text(
      'pull 3, event-store.ts: the insert fails; what have the others been told?',
      'pull 3, event-store.ts: lệnh insert hỏng; các bên khác đã được báo gì?',
    ),
    why: text('others hear of events that were never stored', 'bên khác nghe về event chưa từng được lưu'),
  },
  {
    id: 'no-expected-version',
    kind: 'event-sourcing',
    places: [at(3, 'event-store.ts', 41, 42)],
    asks: text(
      'pull 3, event-store.ts: why are the version conflicts gone?',
      'pull 3, event-store.ts: vì sao không còn xung đột version?',
    ),
    why: text(
      'the version that the caller read is not looked at any more: two decisions on one state are both stored',
      'version mà bên gọi đã đọc không còn được xét: hai quyết định trên cùng trạng thái đều được lưu',
    ),
  },
]

const letPass: readonly LetPass[] = [
  {
    place: at(1, 'listener.ts', 18),
    why: text('noDelay only sends small frames at once', 'noDelay chỉ khiến frame nhỏ được gửi ngay'),
  },
  { place: at(1, 'listener.ts', 19, 20) },
  {
    place: at(1, 'listener.ts', 21, 22),
    why: text(
      'a confirm channel and a named prefetch change nothing for the consumer',
      'confirm channel và prefetch có tên không đổi gì cho consumer',
    ),
  },
  { place: at(1, 'listener.ts', 25) },
  { place: at(1, 'listener.ts', 26) },
  { place: at(1, 'retry.ts', 5, 10) },
  {
    place: at(2, 'wallet.ts', 22),
    why: text(
      'it counts only for a group that has committed nothing; with false such a group would skip what is there',
      'chỉ có nghĩa với group chưa commit gì; để false thì group đó bỏ qua những gì đang có',
    ),
  },
  {
    place: at(2, 'wallet.ts', 24, 26),
    why: text(
      'three partitions side by side keep the order in each of them; committing by hand is what a batch needs',
      'ba partition song song vẫn giữ thứ tự trong từng partition; tự commit là điều batch cần',
    ),
  },
  {
    place: at(2, 'wallet.ts', 32),
    why: text('it leaves a batch that was taken away, which is right', 'nó rời batch đã bị lấy đi, đúng vậy'),
  },
  { place: at(2, 'wallet.ts', 40) },
  { place: at(3, 'event-store.ts', 30) },
  { place: at(3, 'event-store.ts', 34, 37) },
  { place: at(3, 'event-store.ts', 44) },
  { place: at(3, 'relay.ts', 8) },
  {
    place: at(3, 'schema.sql', 4, 5),
    why: text(
      'the keys make the database refuse what must not be there twice',
      'các khoá khiến database từ chối thứ không được có hai lần',
    ),
  },
]

export const reviewKey: ReviewKey = { planted, letPass }
