/** Where in the subject an error happened, read from its stack. */
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Place } from '#lab/verdict'
import { shownPath } from '../root.ts'
import type { ReportedError } from './report.ts'

/**
 * The first place of the stack that lies in the subject's folder. A syntax error names its file and line above the
 * sentence, `file:///…/producer.ts:2`, and an error of the subject in its frames.
 */
export function placeIn(folder: string, { stack }: ReportedError): Place | undefined {
  for (const [, url, line] of stack.matchAll(/((?:file:\/\/)?\/[^\s:()?]+)(?:\?[^\s:()]*)?:(\d+)/g)) {
    const file = filePath(url ?? '')
    if (file === undefined || !file.startsWith(folder + sep) || file.endsWith('.test.ts')) continue
    return { file: shownPath(file), line: Number(line) }
  }
  return undefined
}

function filePath(url: string): string | undefined {
  if (!url.startsWith('file://')) return url
  try {
    return fileURLToPath(url)
  } catch {
    return undefined
  }
}
