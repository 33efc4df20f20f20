/** The words of the crash explorer. */
import type { Text } from '#lab/verdict'

const crashes = {
  subject: { en: 'the process of the subject killed', vi: 'kill process của subject' },
  broker: { en: 'the broker killed', vi: 'kill broker' },
  connection: { en: 'the connection cut', vi: 'cắt kết nối' },
} as const satisfies Record<string, Text>

export const exploreTexts = {
  start: (id: string, subject: string, crash: keyof typeof crashes): Text => ({
    en: `exploring ${id} (${subject}): ${crashes[crash].en} around every message …`,
    vi: `đang dò ${id} (${subject}): ${crashes[crash].vi} quanh từng message …`,
  }),
  mine: { en: 'your code', vi: 'code của bạn' },
  summary: (found: {
    schedules: number
    moments: number
    held: number
    unreached: number
    inconclusive: number
    perSecond: string
    seed: number
  }): Text => {
    const { schedules, moments, held, unreached, inconclusive, perSecond, seed } = found
    const rest = { en: [] as string[], vi: [] as string[] }
    if (unreached > 0) {
      rest.en.push(`${unreached} never came to the moment of the crash`)
      rest.vi.push(`${unreached} lịch không chạy tới thời điểm sập`)
    }
    if (inconclusive > 0) {
      rest.en.push(`${inconclusive} could not be judged`)
      rest.vi.push(`${inconclusive} lịch không đánh giá được`)
    }
    return {
      en: [
        `${schedules} schedules over ${moments} moments, held in ${held}`,
        ...rest.en,
        `${perSecond} a second, seed ${seed}`,
      ].join(' · '),
      vi: [
        `${schedules} lịch sập trên ${moments} thời điểm, giữ được ${held}`,
        ...rest.vi,
        `${perSecond} lịch mỗi giây, seed ${seed}`,
      ].join(' · '),
    }
  },
  recording: {
    en: 'the run without a crash …',
    vi: 'chạy một lần không crash …',
  },
  progress: (ended: number, of: number, held: number, perSecond: string, leftSeconds: number): Text => ({
    en: `${ended} of ${of} schedules · held in ${held} · ${perSecond} a second · ${leftSeconds} s to go`,
    vi: `${ended}/${of} lịch sập · giữ được ${held} · ${perSecond} lịch mỗi giây · còn khoảng ${leftSeconds} giây`,
  }),
  shrinking: {
    en: 'a crash broke the promise: looking for the shortest run that does …',
    vi: 'một lần sập đã làm hỏng lời hứa: đang tìm lần chạy ngắn nhất cũng hỏng như vậy …',
  },
  withoutCrash: {
    en: 'This breaks without any crash: make the check pass first.',
    vi: 'Lỗi này xảy ra ngay cả khi không có gì sập: hãy làm cho check qua trước.',
  },
  unknownSubject: (name: string, known: readonly string[]): Text => ({
    en: `There is no subject "${name}"; there are: ${known.join(', ')}.`,
    vi: `Không có subject "${name}"; hiện có: ${known.join(', ')}.`,
  }),
  notThere: (id: string): Text => ({
    en: `${id} has no scenario for the explorer yet.`,
    vi: `${id} chưa có kịch bản cho explorer.`,
  }),
  neverExplored: (ids: readonly string[]): Text => ({
    en: `Nothing was crashed yet in ${ids.join(' ')}.`,
    vi: `Chưa thử crash gì trong ${ids.join(' ')}.`,
  }),
  filled: (file: string, rows: number): Text => ({
    en: `${rows} ${rows === 1 ? 'row stands' : 'rows stand'} in ${file} now; the last column is yours.`,
    vi: `Đã đưa ${rows} dòng vào ${file}; cột cuối là của bạn.`,
  }),
  noPage: (file: string): Text => ({
    en: `There is no ${file} to fill: npm run reset review-04 brings it back.`,
    vi: `Không có ${file} để điền: npm run reset review-04 sẽ đưa file về.`,
  }),
  notFilled: (file: string, why: string): Text => ({
    en: `${file} could not be written (${why}); it is as it was.`,
    vi: `Không ghi được ${file} (${why}); file vẫn như cũ.`,
  }),
  trouble: (reason: string): Text => ({
    en: `The explorer could not run, and nothing was judged: ${reason}`,
    vi: `Explorer không chạy được, chưa đánh giá gì: ${reason}`,
  }),
} as const
