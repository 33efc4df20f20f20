/** The findings of the doctor, and what to do about them. */
import type { Text } from '#lab/verdict'
import { formatNumber } from '#lab/verdict/language'

export const doctorTexts = {
  nodeBrought: (version: string): Text => ({
    en: `Node ${version}, the one that npm ci brought along`,
    vi: `Node ${version}, bản do npm ci mang về`,
  }),
  nodeOfHost: (version: string, path: string): Text => ({
    en: `Node ${version}, found at ${path}`,
    vi: `Node ${version}, tìm thấy ở ${path}`,
  }),
  nodeOld: (version: string): Text => ({
    en: `Node ${version} is too old; 24 is needed`,
    vi: `Node ${version} quá cũ; cần bản 24`,
  }),
  npmCi: { en: 'npm ci', vi: 'npm ci' },
  npm: (version: string): Text => ({ en: `npm ${version}`, vi: `npm ${version}` }),
  npmMissing: { en: 'npm was not found on the path', vi: 'không tìm thấy npm trong PATH' },
  writable: { en: 'the checkout can be written', vi: 'ghi được vào thư mục repository' },
  notWritable: (folder: string): Text => ({
    en: `${folder} can't be written, so nothing can be recorded`,
    vi: `không ghi được vào ${folder}, nên không ghi lại được kết quả`,
  }),
  makeWritable: {
    en: 'make the checkout yours, for example: sudo chown -R $(id -un) .',
    vi: 'đổi chủ thư mục về user của bạn, ví dụ: sudo chown -R $(id -un) .',
  },
  port: { en: 'programs can talk over 127.0.0.1', vi: 'các chương trình nói chuyện được qua 127.0.0.1' },
  noPort: (why: string): Text => ({
    en: `no port can be opened on 127.0.0.1 (${why})`,
    vi: `không mở được port trên 127.0.0.1 (${why})`,
  }),
  allowPort: {
    en: 'allow Node to listen on 127.0.0.1 in your firewall or sandbox',
    vi: 'cho phép Node mở port trên 127.0.0.1 trong firewall hoặc sandbox',
  },
  sqlite: (version: string): Text => ({ en: `SQLite ${version} loads`, vi: `nạp được SQLite ${version}` }),
  noSqlite: (why: string): Text => ({
    en: `SQLite does not load (${why})`,
    vi: `không nạp được SQLite (${why})`,
  }),
  rebuildSqlite: {
    en: 'npm ci with the Node of this repository; on a rare platform: npm rebuild better-sqlite3',
    vi: 'chạy npm ci bằng Node của repository này; trên nền tảng hiếm: npm rebuild better-sqlite3',
  },
  compiler: (version: string): Text => ({ en: `TypeScript ${version}`, vi: `TypeScript ${version}` }),
  noCompiler: { en: 'the TypeScript compiler is missing', vi: 'thiếu trình biên dịch TypeScript' },
  disk: (megabytes: number): Text => ({
    en: `${formatNumber(megabytes / 1000, 'en')} GB free on this disk`,
    vi: `ổ đĩa còn trống ${formatNumber(megabytes / 1000, 'vi')} GB`,
  }),
  makeSpace: { en: 'free some space on this disk', vi: 'giải phóng bớt dung lượng ổ đĩa' },
  git: {
    found: (version: string): Text => ({ en: version, vi: version }),
    missing: {
      en: 'git was not found; only verify and contributors need it',
      vi: 'không tìm thấy git; chỉ verify và người đóng góp mới cần',
    },
  },
  docker: {
    found: (version: string): Text => ({
      en: `Docker ${version} answers`,
      vi: `Docker ${version} đang chạy`,
    }),
    missing: {
      en: 'Docker does not answer; the embedded brokers do without',
      vi: 'Docker không trả lời; broker embedded không cần đến nó',
    },
  },
  rabbitmq: {
    found: (path: string): Text => ({
      en: `a RabbitMQ server at ${path}`,
      vi: `có RabbitMQ server ở ${path}`,
    }),
    missing: {
      en: 'no RabbitMQ server on this computer; the embedded one needs none',
      vi: 'máy này không có RabbitMQ server; broker embedded không cần đến nó',
    },
  },
  probeFailed: (why: string): Text => ({
    en: `could not be looked at (${why})`,
    vi: `không kiểm tra được (${why})`,
  }),
  healthy: {
    en: 'Everything the embedded brokers need is here.',
    vi: 'Đã có đủ mọi thứ mà broker embedded cần.',
  },
  problems: (count: number): Text => ({
    en: `${count} problem${count === 1 ? '' : 's'} to solve first.`,
    vi: `Cần xử lý ${count} vấn đề trước.`,
  }),
  shortTitle: { en: 'What this computer says:', vi: 'Tình trạng máy này:' },
} as const
