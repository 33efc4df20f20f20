/** What is planted in the sample architecture, what may be marked or not, and what only looks like a fault. */
import type { LetPass, Planted, ReviewKey } from '#lab/study/marks'
import { text } from '#lab/verdict/language'

export const kinds = ['schema', 'flow', 'failure', 'consistency'] as const
export type Kind = (typeof kinds)[number]

const at = (...elements: readonly string[]) => elements.map((where) => ({ where }))

const planted: readonly Planted[] = [
  {
    id: 'decimal-money',
    kind: 'schema',
    places: at('event ride.paid'),
    asks: text(
      'ride.paid: three rides of 0.1, in whose sum?',
      'ride.paid: ba chuyến 0.1, cộng lại là bao nhiêu?',
    ),
    why: text('an amount is no decimal', 'tiền không phải số thập phân'),
  },
  {
    id: 'renamed-field',
    kind: 'schema',
    places: at('event driver.registered'),
    asks: text(
      'driver.registered: what does a reader of version 1 find under the name that it knows?',
      'driver.registered: bên đọc version 1 thấy gì dưới cái tên nó biết?',
    ),
    why: text(
      'a renamed field is a dropped one to every reader',
      'đổi tên trường thì với bên đọc là mất trường',
    ),
  },
  {
    id: 'cancelled-goes-nowhere',
    kind: 'flow',
    places: at('event ride.cancelled'),
    asks: text('ride.cancelled: who does anything when it comes?', 'ride.cancelled: nó tới thì ai làm gì?'),
    why: text(
      'nobody but an unread queue gets it: a cancelled ride is dispatched and paid',
      'chỉ có queue không ai đọc nhận nó: chuyến đã huỷ vẫn được điều xe và trả tiền',
    ),
  },
  {
    id: 'audit-unread',
    kind: 'flow',
    places: at('queue audit'),
    asks: text('queue audit: how large is it in a year?', 'queue audit: một năm sau nó lớn cỡ nào?'),
    why: text(
      'it gets everything and nobody reads it: the disk fills, and the broker stops all publishers',
      'nó nhận mọi thứ mà không ai đọc: đầy đĩa thì broker chặn mọi producer',
    ),
  },
  {
    id: 'endless-payouts',
    kind: 'failure',
    places: at('consumer payouts', 'queue payouts', 'queue payouts.retry'),
    asks: text(
      'payouts: an account is closed for good; what happens with its message in a month?',
      'payouts: một tài khoản đóng hẳn; một tháng sau message của nó ra sao?',
    ),
    why: text(
      'a permanent error goes round every 30 s for ever, and no person sees it',
      'lỗi vĩnh viễn cứ 30 giây quay một vòng mãi, và không người nào thấy',
    ),
  },
  {
    id: 'notifications-dropped',
    kind: 'failure',
    places: at('queue notifications'),
    asks: text(
      'queue notifications: the mailer is down over a weekend; what becomes of the first message, and of a refused one?',
      'queue notifications: mailer ngừng cả cuối tuần; message đầu tiên ra sao, message bị từ chối ra sao?',
    ),
    why: text(
      'beyond its length the oldest are dropped, and what is refused is gone',
      'quá độ dài thì bỏ cái cũ nhất, còn cái bị từ chối là mất',
    ),
  },
  {
    id: 'check-then-insert',
    kind: 'failure',
    places: at('consumer registry'),
    asks: text(
      'consumer registry: two copies come at the same moment; who decides?',
      'consumer registry: hai bản tới cùng lúc; ai phân xử?',
    ),
    why: text(
      'without a unique key both find nothing and both insert',
      'không có unique key thì cả hai cùng không thấy và cùng chèn',
    ),
  },
  {
    id: 'payout-by-a-stale-view',
    kind: 'consistency',
    places: at('view driver-balance'),
    asks: text(
      'view driver-balance: two payouts in one minute; which balance does the second see?',
      'view driver-balance: hai lần chi trong một phút; lần thứ hai thấy số dư nào?',
    ),
    why: text(
      'money is transferred by a view that may be a minute old',
      'chuyển tiền theo một view có thể cũ cả phút',
    ),
  },
  {
    id: 'map-without-a-bound',
    kind: 'consistency',
    places: at('view fleet-map'),
    asks: text(
      'view fleet-map: from which age on would somebody be alerted?',
      'view fleet-map: cũ tới mức nào thì có người được báo?',
    ),
    why: text(
      'eventual without a bound or a repair: a view that stands still looks the same as one that is a second old',
      'eventual mà không có giới hạn và cách sửa: view đứng yên trông y như view trễ một giây',
    ),
  },
]

const letPass: readonly LetPass[] = [
  {
    place: { where: 'event ride.rated' },
    why: text(
      'a new field that is optional breaks no reader',
      'trường mới mà tuỳ chọn thì không làm hỏng ai',
    ),
  },
  {
    place: { where: 'consumer mailer' },
    why: text(
      'a mail can only be at least once or at most once, and the choice is written down',
      'email chỉ có thể at-least-once hoặc at-most-once, và lựa chọn đã được ghi lại',
    ),
  },
  {
    place: { where: 'queue parking' },
    why: text(
      'dead letters that a person is alerted about are where they belong',
      'dead letter có cảnh báo tới người thì đúng chỗ',
    ),
  },
  {
    place: { where: 'queue ledger' },
    why: text('a quorum queue with dead letters is sound', 'quorum queue có dead letter là ổn'),
  },
  { place: { where: 'queue dispatch' } },
  {
    place: { where: 'view ride-history' },
    why: text(
      'what is only shown may be a minute old, and it is repaired',
      'chỉ để hiển thị thì cũ một phút cũng được, và có sửa lại',
    ),
  },
  {
    place: { where: 'view account-of-driver' },
    why: text('one table with one writer is as strong as it says', 'một bảng một bên ghi thì đúng là strong'),
  },
  {
    place: { where: 'consumer dispatcher' },
    why: text(
      'attempts that end, jitter and an inbox are what one wants',
      'số lần thử có hạn, jitter và inbox là điều cần có',
    ),
  },
  {
    place: { where: 'consumer ledger' },
    why: text(
      'attempts that end, jitter and an inbox are what one wants',
      'số lần thử có hạn, jitter và inbox là điều cần có',
    ),
  },
]

export const reviewKey: ReviewKey = { planted, letPass }
