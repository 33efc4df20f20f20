/** What the system says on a terminal, in both languages. */
import type { Language, Text } from '#lab/verdict'
import { formatNumber, text } from '#lab/verdict/language'
import type { Asked } from './customers.ts'
import type { FaultKind } from './nemesis.ts'
import type { Status } from './payment-system.ts'
import type { Finding, Verdict } from './verdict.ts'

export const faultTexts: Readonly<Record<FaultKind, Text>> = {
  'service-killed': text('services killed (SIGKILL)', 'service bị kill (SIGKILL)'),
  'service-frozen': text('services frozen (SIGSTOP)', 'service bị treo (SIGSTOP)'),
  'connections-cut': text('all connections cut', 'cắt mọi kết nối'),
  'rabbitmq-killed': text('RabbitMQ killed', 'kill RabbitMQ'),
  'kafka-killed': text('Kafka killed', 'kill Kafka'),
  'gateway-lost-answers': text('gateway loses answers', 'gateway làm mất trả lời'),
  'gateway-slow': text('gateway slow', 'gateway chậm'),
  'cards-declined': text('cards declined', 'thẻ bị từ chối'),
}

export const systemTexts = {
  starting: (engine: string): Text =>
    text(
      `starting the payment system on ${engine} brokers …`,
      `đang khởi động hệ thống thanh toán trên broker ${engine} …`,
    ),
  ready: (url: string, ms: string, server: string): Text =>
    text(`ready in ${ms}: ${url}, ${server}`, `sẵn sàng sau ${ms}: ${url}, ${server}`),
  pay: text('Pay:', 'Thanh toán:'),
  look: text('Look at it, with the payment_id of the answer:', 'Xem lại, với payment_id trong trả lời:'),
  stop: text('Ctrl-C stops it.', 'Ctrl-C để dừng.'),
  stopping: text(
    'stopping: services end their work, then the brokers …',
    'đang dừng: service làm nốt việc, rồi tới broker …',
  ),
  stopped: text('stopped', 'đã dừng'),
  storm: (seconds: string, rate: number, seed: number): Text =>
    text(
      `a storm of ${seconds} begins: ${rate} payments a second, seed ${seed}`,
      `cơn bão ${seconds} bắt đầu: ${rate} thanh toán mỗi giây, seed ${seed}`,
    ),
  calm: text(
    'the storm is over; waiting until nobody has anything to do …',
    'bão đã tan; chờ tới khi không ai còn việc …',
  ),
  restless: (seconds: number): Text =>
    text(
      `not at rest: for ${seconds} s nothing of what is left to do became less`,
      `vẫn chưa yên: suốt ${seconds} giây việc còn lại không giảm chút nào`,
    ),
  interrupted: text('interrupted: no verdict', 'bị ngắt: không có kết luận'),
  portTaken: (port: number): Text =>
    text(
      `Port ${port} is taken. Choose another: npm run system port=${port + 1}`,
      `Cổng ${port} đã có chương trình khác dùng. Chọn cổng khác: npm run system port=${port + 1}`,
    ),
  trouble: (why: string): Text =>
    text(`The system did not start: ${why}`, `Hệ thống không khởi động được: ${why}`),
  brokenOff: (why: string): Text =>
    text(
      `Broken off, and so there is no verdict: ${why}`,
      `Phải dừng giữa chừng nên không có kết luận: ${why}`,
    ),
  again: (command: string): Text => text(`Again: ${command}`, `Chạy lại: ${command}`),
} as const

/** How the system stands, a line for each thing. */
export function statusLines(status: Status, last: string | undefined, lang: Language): string[] {
  const { running, compensating, settled, cancelled } = status.sagas
  const states = { running: '●', frozen: '❄', down: '✕' } as const
  const n = (value: number): string => formatNumber(value, lang)
  const { payments, unsent } = status
  return [
    status.services.map(({ name, state, starts }) => `${states[state]} ${name} ×${starts}`).join('  '),
    lang === 'vi'
      ? `thanh toán ${n(payments)} · message chưa gửi ${n(unsent)}`
      : `payments ${n(payments)} · messages not sent yet ${n(unsent)}`,
    lang === 'vi'
      ? `saga: chạy ${n(running)} · bù trừ ${n(compensating)} · settled ${n(settled)} · cancelled ${n(cancelled)}`
      : `sagas: running ${n(running)} · compensating ${n(compensating)} · settled ${n(settled)} · cancelled ${n(cancelled)}`,
    ...(last === undefined ? [] : [`⚡ ${last}`]),
  ]
}

/** What was measured besides the verdict. */
export interface Measured {
  readonly seconds: number
  readonly peakMb: number | undefined
  readonly fired: ReadonlyMap<FaultKind, number>
  readonly asked: Asked
}

const abouts: Readonly<Record<Finding['about'], Text>> = {
  money: text('money', 'tiền'),
  messages: text('messages', 'message'),
  sagas: text('sagas', 'saga'),
}
const findingsMax = 5

/** The verdict, money first. */
export function verdictLines({ findings, counts }: Verdict, measured: Measured, lang: Language): string[] {
  const { asked, seconds, peakMb, fired } = measured
  const n = (value: number): string => formatNumber(value, lang)
  const right: Readonly<Record<Finding['about'], Text>> = {
    money: text(
      `Σ ledger = 0 over ${n(counts.entries)} entries; ${n(counts.charges)} charges − ${n(counts.refunds)} refunds = ${n(counts.settled)} settled payments`,
      `Σ sổ cái = 0 trên ${n(counts.entries)} bút toán; ${n(counts.charges)} lần trừ − ${n(counts.refunds)} lần hoàn = ${n(counts.settled)} thanh toán settled`,
    ),
    messages: text(
      `${n(counts.messages)} ids, each in exactly one of processed, dead-lettered (${n(counts.deadLettered)}), pending (0)`,
      `${n(counts.messages)} id, cái nào cũng nằm đúng một nơi: đã xử lý, dead-letter (${n(counts.deadLettered)}), đang chờ (0)`,
    ),
    sagas: text(
      `${n(counts.payments)} of ${n(counts.payments)} came to an end: ${n(counts.settled)} settled, ${n(counts.cancelled)} cancelled; none that was accepted is missing`,
      `${n(counts.payments)} trên ${n(counts.payments)} đã tới điểm cuối: ${n(counts.settled)} settled, ${n(counts.cancelled)} cancelled; không thiếu cái nào đã nhận`,
    ),
  }
  const judged = (Object.keys(right) as Finding['about'][]).flatMap((about) => {
    const wrong = findings.filter((finding) => finding.about === about)
    const label = abouts[about][lang].padEnd(9)
    if (wrong.length === 0) return [`✓ ${label} ${right[about][lang]}`]
    const left = wrong.length - findingsMax
    return [
      ...wrong.slice(0, findingsMax).map(({ said }) => `✗ ${label} ${said[lang]}`),
      ...(left > 0 ? [`  ${' '.repeat(9)} … +${n(left)}`] : []),
    ]
  })
  const faults = [...fired].map(([kind, times]) => `${faultTexts[kind][lang]} ${n(times)}`).join(' · ')
  const rate = n(Math.round((counts.payments / seconds) * 10) / 10)
  return [
    ...judged,
    '',
    lang === 'vi' ? `sự cố     ${faults || 'không có'}` : `faults    ${faults || 'none'}`,
    lang === 'vi'
      ? `khách     ${n(asked.attempts)} lần hỏi · ${n(asked.unreached)} lần không ai nghe · ${n(asked.unknown)} lần chưa rõ kết quả, đã hỏi lại cùng key · ${n(asked.givenUp)} bỏ cuộc · ${n(asked.refused)} bị từ chối`
      : `customers ${n(asked.attempts)} attempts · ${n(asked.unreached)} reached nobody · ${n(asked.unknown)} with an unknown outcome, repeated under their key · ${n(asked.givenUp)} gave up · ${n(asked.refused)} refused`,
    lang === 'vi'
      ? `tốc độ    ${rate} thanh toán mỗi giây trong ${n(Math.round(seconds))} giây · bộ nhớ cao nhất ${peakMb === undefined ? 'không đo được' : `${n(peakMb)} MB, mọi process`}`
      : `pace      ${rate} payments a second over ${n(Math.round(seconds))} s · peak memory ${peakMb === undefined ? 'not measured' : `${n(peakMb)} MB, all processes`}`,
  ]
}
