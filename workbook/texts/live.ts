/** The words of a live run: keys and endings. */
import type { Text } from '#lab/verdict'

type KeyWord = readonly [key: string, word: Text]

const quit: KeyWord = ['q', { en: 'quit', vi: 'thoát' }]
const step: KeyWord = ['→', { en: 'step', vi: 'từng bước' }]
const faults: KeyWord = ['f', { en: 'faults', vi: 'gây lỗi' }]

export const liveTexts = {
  yours: { en: 'your code', vi: 'code của bạn' },
  reference: { en: 'the reference', vi: 'lời giải mẫu' },
  notPlayed: (reason: string): Text => ({
    en: `The scenario could not be played.${reason === '' ? '' : ` ${reason}`}`,
    vi: `Không chạy được kịch bản.${reason === '' ? '' : ` ${reason}`}`,
  }),
  keys: {
    playing: [['space', { en: 'pause', vi: 'tạm dừng' }], step, faults, quit],
    paused: [['space', { en: 'go on', vi: 'chạy tiếp' }], step, faults, quit],
    faults: [
      ['c', { en: 'cut the connection', vi: 'cắt kết nối' }],
      ['h', { en: 'hold the frames', vi: 'giữ các frame lại' }],
      ['r', { en: 'release them', vi: 'thả ra' }],
      ['k', { en: 'kill the broker', vi: 'kill broker' }],
      ['s', { en: 'start it again', vi: 'khởi động lại broker' }],
      ['esc', { en: 'back', vi: 'quay lại' }],
    ],
  } as const satisfies Record<string, readonly KeyWord[]>,
} as const
