/** Sentences about files of ours that were set aside: collected where they arise, said once by the command line. */
import type { Text } from '#lab/verdict'

const notices: Text[] = []

export function say(notice: Text): void {
  if (!notices.some(({ en }) => en === notice.en)) notices.push(notice)
}

/** Takes what has not been said yet. */
export function takeNotices(): Text[] {
  return notices.splice(0)
}
