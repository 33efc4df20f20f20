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
  temporary: {
    en: 'its data go when it stops',
    vi: 'dữ liệu mất khi dừng',
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
    en: '"brokers" needs to know what to do: up rabbitmq, up kafka, down, status, or install',
    vi: '"brokers" cần biết phải làm gì: up rabbitmq, up kafka, down, status, hoặc install',
  },
  notByUrl: {
    en: 'engine=url takes brokers that run already; nothing is started. Start one with engine=embedded, local or docker.',
    vi: 'engine=url dùng broker đang chạy sẵn; không khởi động gì cả. Hãy khởi động bằng engine=embedded, local hoặc docker.',
  },
  nothingToInstall: (engine: string): Text => ({
    en: `engine=${engine} needs nothing installed. Real brokers: npm run brokers install, or with engine=docker.`,
    vi: `engine=${engine} không cần cài gì. Broker thật: npm run brokers install, hoặc thêm engine=docker.`,
  }),
  runs: (
    server: string,
    engine: string,
    addresses: string,
    management: string | undefined,
    since: string,
  ): Text => ({
    en: `${server} (${engine}) on ${addresses}${management === undefined ? '' : `, management on ${management}`}, since ${since}`,
    vi: `${server} (${engine}) tại ${addresses}${management === undefined ? '' : `, management tại ${management}`}, từ ${since}`,
  }),
  noneRuns: {
    en: 'No broker of "brokers up" runs.',
    vi: 'Không có broker nào do "brokers up" khởi động đang chạy.',
  },
  stale: (count: number): Text => ({
    en: `${count} that had been started ${count === 1 ? 'is' : 'are'} gone without a word (kill -9, perhaps); the note was removed.`,
    vi: `${count} broker từng được khởi động đã biến mất không báo (có thể do kill -9); ghi chú đã được xóa.`,
  }),
  downed: (server: string): Text => ({ en: `Stopped: ${server}`, vi: `Đã dừng: ${server}` }),
  doesNotStop: (server: string): Text => ({
    en: `${server} was asked to stop and still runs after a minute: end its process (Ctrl-C where it runs).`,
    vi: `Đã yêu cầu ${server} dừng nhưng sau một phút vẫn chạy: hãy kết thúc process của nó (Ctrl-C ở nơi nó đang chạy).`,
  }),
  notFor: (option: string, broker: string): Text => ({
    en: `"${option}" means nothing for ${broker}. What it takes: npm run help brokers`,
    vi: `"${option}" không có nghĩa với ${broker}. Các tùy chọn: npm run help brokers`,
  }),
} as const

/** What `npm run brokers up kafka` says besides. */
export const kafkaTexts = {
  ready: (server: string, addresses: string, nodes: number, data: Text): Text => ({
    en: `${server} is ready on ${addresses}${nodes > 1 ? ` (${nodes} nodes)` : ''}, ${data.en}. Ctrl-C stops it.`,
    vi: `${server} đã sẵn sàng tại ${addresses}${nodes > 1 ? ` (${nodes} node)` : ''}, ${data.vi}. Ctrl-C để dừng.`,
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
