/** What `npm run dlq` says. */
import type { Text } from '#lab/verdict'
import type { Refusal } from '../dlq/selection.ts'

export const dlqTexts = {
  title: (queue: string, server: string, address: string): Text => ({
    en: `${queue} on ${server}, ${address}`,
    vi: `${queue} trên ${server}, ${address}`,
  }),
  empty: { en: 'It is empty.', vi: 'Queue trống.' },
  found: (messages: number, oldest: string | undefined): Text => ({
    en: `${messages} ${messages === 1 ? 'message' : 'messages'}${oldest === undefined ? '' : `, the oldest died ${oldest} ago`}`,
    vi: `${messages} message${oldest === undefined ? '' : `, cái cũ nhất chết cách đây ${oldest}`}`,
  }),
  more: (shown: number, all: number): Text => ({
    en: `The first ${shown} of ${all} are looked at.`,
    vi: `Chỉ xem ${shown} message đầu trên tổng số ${all}.`,
  }),
  notShown: (count: number): Text => ({
    en: `… and ${count} more (limit=N shows more, json all of them)`,
    vi: `… và ${count} cái nữa (limit=N để xem thêm, json để xem hết)`,
  }),
  nothingMeant: {
    en: 'No message in it is meant by that.',
    vi: 'Không message nào trong queue khớp với yêu cầu đó.',
  },
  heads: {
    en: ['id', 'died', 'attempts', 'sent back', 'origin', 'reason'],
    vi: ['id', 'chết', 'số lần thử', 'gửi lại', 'nơi xuất phát', 'lý do'],
  },
  byReason: { en: ['reason', 'messages', 'oldest'], vi: ['lý do', 'số message', 'cũ nhất'] },
  ago: (span: string): Text => ({ en: `${span} ago`, vi: `${span} trước` }),
  unknown: { en: 'unknown', vi: 'không rõ' },
  noId: { en: 'no id', vi: 'không có id' },
  lookedAtOften: (returns: number): Text => ({
    en: `A message has come back to this queue ${returns} times. A quorum queue of RabbitMQ 4 drops it at its delivery limit, 20 unless set: a dead letter queue needs a far higher x-delivery-limit, or to be a classic queue.`,
    vi: `Có message đã quay lại queue này ${returns} lần. Quorum queue của RabbitMQ 4 bỏ message khi chạm delivery limit, mặc định 20: dead letter queue cần x-delivery-limit cao hơn nhiều, hoặc là classic queue.`,
  }),
  dryRun: (count: number, all: number): Text => ({
    en: `Dry run: ${count} of ${all} would go back to work. Nothing was sent; "apply" sends them.`,
    vi: `Chạy thử: ${count} trên ${all} message sẽ được gửi lại. Chưa gửi gì cả; thêm "apply" để gửi.`,
  }),
  sent: (count: number, all: number): Text => ({
    en: `${count} of ${all} went back to work.`,
    vi: `Đã gửi lại ${count} trên ${all} message.`,
  }),
  dryDrop: (count: number, all: number): Text => ({
    en: `Dry run: ${count} of ${all} would be removed for good. Nothing was; "apply" does it, and keeps a copy in a file.`,
    vi: `Chạy thử: ${count} trên ${all} message sẽ bị xóa hẳn. Chưa xóa gì cả; thêm "apply" để xóa, bản sao được giữ trong một file.`,
  }),
  dropped: (count: number, all: number, file: string): Text => ({
    en: `${count} of ${all} were removed. A copy of each, body and headers, is in ${file}`,
    vi: `Đã xóa ${count} trên ${all} message. Bản sao của từng cái, cả nội dung lẫn header, nằm trong ${file}`,
  }),
  to: (exchange: string, routingKey: string): Text => ({
    en: `to ${exchange === '' ? 'the default exchange' : exchange} / ${routingKey}`,
    vi: `tới ${exchange === '' ? 'default exchange' : exchange} / ${routingKey}`,
  }),
  failed: (why: string): Text => ({
    en: `stays: ${why}`,
    vi: `ở lại: ${why}`,
  }),
  refusals: (redrives: number): Readonly<Record<Refusal, Text>> => ({
    'redriven-too-often': {
      en: `stays: sent back ${redrives} times already, and dead again each time (redrives=N allows more)`,
      vi: `ở lại: đã gửi lại ${redrives} lần, lần nào cũng chết lại (redrives=N để cho phép thêm)`,
    },
    'no-origin': {
      en: 'stays: neither x-origin-exchange nor x-death says where it came from',
      vi: 'ở lại: không có x-origin-exchange hay x-death nào cho biết nó từ đâu tới',
    },
    'leads-back-here': {
      en: 'stays: it was published straight to this queue, and would come straight back',
      vi: 'ở lại: nó được publish thẳng vào queue này, gửi lại là quay về ngay đây',
    },
  }),
  whatToDo: {
    en: '"dlq" takes one of list, show, redrive and drop: npm run dlq list',
    vi: '"dlq" nhận một trong list, show, redrive và drop: npm run dlq list',
  },
  dropNeedsChoice: {
    en: 'drop needs id=, reason= or older=: it never empties a queue by accident. To see what is there: npm run dlq list',
    vi: 'drop cần id=, reason= hoặc older=: không bao giờ vô tình làm trống cả queue. Xem có gì: npm run dlq list',
  },
  showNeedsId: {
    en: 'show needs the id of a message, or the end of it: npm run dlq show id=…',
    vi: 'show cần id của một message, hoặc phần cuối của id: npm run dlq show id=…',
  },
  ambiguous: (id: string, count: number): Text => ({
    en: `${count} messages have ids that end with "${id}": give more of it.`,
    vi: `Có ${count} message có id kết thúc bằng "${id}": hãy gõ thêm.`,
  }),
  unreachable: (address: string, reason: string): Text => ({
    en: `No RabbitMQ answers at ${address} (${reason}). Another one: url=amqp://…, or the variable AMQP_URL; one on this computer: npm run brokers up rabbitmq`,
    vi: `Không có RabbitMQ nào trả lời tại ${address} (${reason}). Broker khác: url=amqp://…, hoặc biến AMQP_URL; broker trên máy này: npm run brokers up rabbitmq`,
  }),
  refused: (address: string, reason: string): Text => ({
    en: `RabbitMQ at ${address} does not let this user in: ${reason}`,
    vi: `RabbitMQ tại ${address} không cho user này vào: ${reason}`,
  }),
  missing: (queue: string, address: string): Text => ({
    en: `There is no queue "${queue}" at ${address}. Another one: queue=NAME`,
    vi: `Không có queue "${queue}" tại ${address}. Queue khác: queue=TÊN`,
  }),
  badUrl: (url: string): Text => ({
    en: `"${url}" is no address of a RabbitMQ: amqp://user:password@host:port/vhost. Dead letters of Kafka are a topic: read them with a consumer.`,
    vi: `"${url}" không phải địa chỉ RabbitMQ: amqp://user:password@host:port/vhost. Dead letter của Kafka là một topic: đọc bằng consumer.`,
  }),
} as const
