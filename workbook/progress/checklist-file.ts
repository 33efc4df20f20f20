/** Keeps CHECKLIST.md up to date without ever losing a tick, or a word, that the learner put there. */
import { basename, join } from 'node:path'
import type { Language, Text } from '#lab/verdict'
import type { TaskOutline } from '../registry/lookup.ts'
import { stamp } from '../state/json-file.ts'
import { printChecklist, printedLines } from './checklist.ts'
import type { Evidence } from './evidence.ts'
import type { FileStates } from './files.ts'
import { type Fold, type FoldInput, foldProgress } from './fold.ts'
import { checklistTexts } from './texts.ts'
import { readTicks, type Ticks } from './ticks.ts'
import { codeOf, freeName, moveAside, readWhole, withLock, writeWhole } from './whole-file.ts'

/** Attempts when the learner saves the page at the very moment it is printed. */
const attemptsMax = 5

/** A tick that the learner sets or takes away elsewhere than in the page. */
export interface Tick {
  readonly item: string
  readonly isTicked: boolean
}

export interface ChecklistInput {
  readonly tasks: readonly TaskOutline[]
  readonly evidence: Pick<Evidence, 'tasks'>
  readonly files: FileStates
  /** The language to print in; without it the page keeps the one it has. */
  readonly lang?: Language
  readonly tick?: Tick
  readonly now?: Date
  readonly lookedUp?: FoldInput['lookedUp']
}

export interface UpdatedChecklist {
  readonly fold: Fold
  readonly ticks: Ticks
  /** What could not be read or written, each in one sentence. */
  readonly notices: readonly Text[]
}

/** Reads the page's ticks and changes nothing. A page that can't be read has none. */
export function readChecklist(root: string, tasks: readonly TaskOutline[]): Ticks {
  try {
    return readPage(readWhole(checklistPath(root)), tasks)
  } catch {
    return readPage(undefined, tasks)
  }
}

/**
 * Reads the ticks, folds them with everything else, and prints the page again. Whatever can't be carried over is kept
 * aside first and named in `notices`; when that is impossible the page stays as it is.
 */
export function updateChecklist(root: string, input: ChecklistInput): UpdatedChecklist {
  const notices: Text[] = []
  try {
    // The lock stands below .workbook, where nobody sees it.
    return withLock(join(root, '.workbook', 'CHECKLIST.md'), () => {
      for (let attempt = 0; attempt < attemptsMax; attempt++) {
        const updated = tryUpdate(root, input, notices)
        if (updated !== undefined) return { ...updated, notices }
      }
      throw Object.assign(new Error('CHECKLIST.md keeps changing'), { code: 'EBUSY' })
    })
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    const ticks = readChecklist(root, input.tasks)
    return {
      ticks,
      fold: foldProgress({ ...input, ticks: ticks.ticks }),
      notices: [...notices, checklistTexts.notWritable(code)],
    }
  }
}

/** Answers nothing, and has written nothing, when the learner saved the page meanwhile. */
function tryUpdate(
  root: string,
  input: ChecklistInput,
  notices: Text[],
): Omit<UpdatedChecklist, 'notices'> | undefined {
  const path = checklistPath(root)
  const now = input.now ?? new Date()
  const before = readOrMoveAside(path, now, notices)
  const ticks = withTick(readPage(before, input.tasks), input.tick)
  const fold = foldProgress({ ...input, ticks: ticks.ticks })
  const page = printChecklist(fold, input.lang ?? ticks.lang ?? 'en')
  const after = Buffer.from(usesCrlf(before) ? page.replaceAll('\n', '\r\n') : page)
  if (before?.equals(after)) return { fold, ticks }

  if (!isSame(readWhole(path), before)) return undefined
  if (before !== undefined) notices.push(...keepAside(root, before, ticks, now))
  writeWhole(path, after)
  return { fold, ticks }
}

function withTick(read: Ticks, tick: Tick | undefined): Ticks {
  if (tick === undefined) return read
  const ticks = new Set(read.ticks)
  if (tick.isTicked) ticks.add(tick.item)
  else ticks.delete(tick.item)
  return { ...read, ticks }
}

function readOrMoveAside(path: string, now: Date, notices: Text[]): Buffer | undefined {
  try {
    return readWhole(path)
  } catch (error) {
    const aside = moveAside(path, now)
    if (aside === undefined) throw error
    notices.push(checklistTexts.unreadable(codeOf(error) ?? String(error), aside))
    return undefined
  }
}

/** Keeps a copy of a page that holds more than ticks, since printing it again drops the rest. */
function keepAside(root: string, page: Buffer, { unknown, foreign }: Ticks, now: Date): Text[] {
  if (unknown.length === 0 && foreign.length === 0) return []
  const kept = freeName(join(root, '.workbook', 'kept', `CHECKLIST-${stamp(now)}.md`))
  writeWhole(kept, page)
  const shown = `.workbook/kept/${basename(kept)}`
  return [
    ...(unknown.length > 0 ? [checklistTexts.unknownIds(unknown, shown)] : []),
    ...(foreign.length > 0 ? [checklistTexts.foreignLines(foreign.length, shown)] : []),
  ]
}

function readPage(bytes: Buffer | undefined, tasks: readonly TaskOutline[]): Ticks {
  return readTicks(bytes === undefined ? '' : decode(bytes), tasks, printedLines(tasks))
}

/** Some editors on Windows save UTF-16, and say so in the first two bytes. */
function decode(bytes: Buffer): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder('utf-8').decode(bytes)
}

function usesCrlf(bytes: Buffer | undefined): boolean {
  return bytes?.includes('\r\n') ?? false
}

function isSame(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b)
}

function checklistPath(root: string): string {
  return join(root, 'CHECKLIST.md')
}
