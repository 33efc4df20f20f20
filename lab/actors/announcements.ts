/** The parent's end of a subject's announcements: hears each point and lets the subject go on. */
import type { ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import type { Point } from '../faults/points.ts'
import { announcementsFd } from './messages.ts'

/** Calls `onPoint` for each point; the subject stands still until that resolves. */
export function hearAnnouncements(child: ChildProcess, onPoint: (point: Point) => Promise<void>): void {
  const pipe = child.stdio[announcementsFd] as Duplex | null | undefined
  if (pipe == null) return
  let rest = ''
  pipe.setEncoding('utf8')
  pipe.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) void answer(line)
  })
  // The subject was killed while it stood there.
  pipe.on('error', () => undefined)

  async function answer(line: string): Promise<void> {
    try {
      await onPoint(JSON.parse(line) as Point)
    } finally {
      if (pipe?.writable === true) pipe.write('.')
    }
  }
}
