/** What `npm run brokers` says. */
import type { Text } from '#lab/verdict'

export const brokersTexts = {
  ready: (server: string, addresses: string, management: string, data: Text): Text => ({
    en: `${server} is ready on ${addresses}, management on ${management} (guest/guest), ${data.en}. Ctrl-C stops it.`,
    vi: `${server} đã sẵn sàng tại ${addresses}, management tại ${management} (guest/guest), ${data.vi}. Ctrl-C để dừng.`,
  }),
  inMemory: {
    en: 'everything in memory, gone when it stops (data=DIR keeps it)',
    vi: 'mọi thứ trong bộ nhớ, mất khi dừng (data=DIR để giữ lại)',
  },
  kept: (folder: string, durability: string): Text => ({
    en: `data in ${folder} (${durability})`,
    vi: `dữ liệu trong ${folder} (${durability})`,
  }),
  stopped: { en: 'Stopped: clients were told (320).', vi: 'Đã dừng: các client đã được báo (320).' },
  addressInUse: (address: string, step: string): Text => ({
    en: `${address} is in use by another program. Stop that one, or take another port: ${step}`,
    vi: `${address} đang bị một chương trình khác dùng. Dừng chương trình đó, hoặc chọn cổng khác: ${step}`,
  }),
  addressUnusable: (address: string, step: string): Text => ({
    en: `${address} can't be listened on: it is no address of this computer, or no port that you may open. Loopback works: ${step}`,
    vi: `Không lắng nghe được tại ${address}: máy không có địa chỉ này, hoặc bạn không được mở cổng này. Loopback thì được: ${step}`,
  }),
  dataInUse: (folder: string, step: string): Text => ({
    en: `Another broker has ${folder} open. Stop that one, or take another folder: ${step}`,
    vi: `Một broker khác đang mở ${folder}. Dừng broker đó, hoặc chọn thư mục khác: ${step}`,
  }),
  dataUnwritable: (folder: string, step: string): Text => ({
    en: `${folder} can't be written. Take a folder that you may write to: ${step}`,
    vi: `Không ghi được vào ${folder}. Chọn một thư mục mà bạn được ghi: ${step}`,
  }),
  crashed: (reason: string): Text => ({
    en: `The broker has ended by itself: ${reason}`,
    vi: `Broker đã tự kết thúc: ${reason}`,
  }),
  whatToDo: {
    en: '"brokers" needs to know what to do: npm run brokers up rabbitmq, or up kafka',
    vi: '"brokers" cần biết phải làm gì: npm run brokers up rabbitmq, hoặc up kafka',
  },
  notFor: (option: string, broker: string): Text => ({
    en: `"${option}" means nothing for ${broker}. What it takes: npm run help brokers`,
    vi: `"${option}" không có nghĩa với ${broker}. Các tùy chọn: npm run help brokers`,
  }),
  planned: (what: string): Text => ({
    en: `"brokers ${what}" is planned and does not exist yet. Next: npm run brokers up rabbitmq`,
    vi: `"brokers ${what}" đang được lên kế hoạch và chưa có. Tiếp theo: npm run brokers up rabbitmq`,
  }),
} as const

/** What `npm run brokers up kafka` says besides. */
export const kafkaTexts = {
  ready: (addresses: string, nodes: number, data: Text): Text => ({
    en: `Kafka is ready on ${addresses}${nodes > 1 ? ` (${nodes} nodes)` : ''}, ${data.en}. Ctrl-C stops it.`,
    vi: `Kafka đã sẵn sàng tại ${addresses}${nodes > 1 ? ` (${nodes} node)` : ''}, ${data.vi}. Ctrl-C để dừng.`,
  }),
  stopped: { en: 'Stopped.', vi: 'Đã dừng.' },
  oneHost: {
    en: 'Kafka tells its clients one address: give one host, such as host=localhost.',
    vi: 'Kafka báo cho client đúng một địa chỉ: chỉ dùng một host, ví dụ host=localhost.',
  },
  oneOrThree: (count: number): Text => ({
    en: `${count} ports: give one for one node, or three for three, such as ports=9092,9095,9098.`,
    vi: `Có ${count} cổng: cho một cổng nếu một node, hoặc ba cổng nếu ba node, ví dụ ports=9092,9095,9098.`,
  }),
  badSetting: (why: string): Text => ({
    en: `A setting that Kafka does not take. ${why.replace(/^options of startKafka: config: /, '')}`,
    vi: `Kafka không nhận thiết lập này. ${why.replace(/^options of startKafka: config: /, '')}`,
  }),
} as const
