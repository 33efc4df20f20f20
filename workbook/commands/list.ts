/** `npm run list`: every task in the order of the path, and where it stands. */
import stringWidth from 'fast-string-width'
import type { Language } from '#lab/verdict'
import type { Context } from '../command.ts'
import { loadCourse } from '../course.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import type { Fold } from '../progress/fold.ts'
import { foldNow, isVerified, nextTask } from '../proof.ts'
import type { Task } from '../registry/registry.ts'
import { suggest } from '../suggest.ts'
import { paint, print, printJson } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { listTexts } from '../texts/list.ts'

type Status = 'planned' | 'verified' | 'checked' | 'started' | 'stale' | 'open'

interface Row {
  readonly task: Task
  readonly status: Status
  readonly verified: number
}

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const course = await loadCourse()
  const fold = foldNow(course)
  const words = options.rest.map((word) => word.toLowerCase())
  const rows = course.path
    .map((task) => rowOf(task, fold))
    .filter((row) => words.every((word) => matches(row, word)))
  if (options.words.has('json')) {
    printJson(
      rows.map(({ task: { id, part, folder, title, path, items }, status, verified }) => {
        return { id, part, path, folder, title, status, verified, items: items.length }
      }),
    )
    return exitCodes.done
  }
  if (rows.length === 0) {
    const near = suggest(
      words[0] ?? '',
      course.tasks.flatMap(({ id, part }) => [id, part]),
    )
    print(inLanguage(listTexts.nothing(options.rest.join(' '), near), lang))
  }
  print(...rowLines(rows, lang))
  const next = nextTask(course)
  print(
    '',
    inLanguage(cliTexts.next(next === undefined ? 'npm run progress' : `npm run exercise ${next.id}`), lang),
  )
  return exitCodes.done
}

function rowOf(task: Task, fold: Fold): Row {
  const states = task.items.map(({ id }) => fold.items.get(id)?.state ?? 'open')
  const verified = states.filter((state) => state === 'verified').length
  return { task, verified, status: statusOf(task, states, fold) }
}

function statusOf(task: Task, states: readonly string[], fold: Fold): Status {
  if (task.state === 'planned') return 'planned'
  if (states.includes('stale')) return 'stale'
  if (states.every((state) => state === 'verified')) return 'verified'
  if (isVerified(fold, task)) return 'checked'
  return states.some((state) => state !== 'open') ? 'started' : 'open'
}

function matches({ task, status }: Row, word: string): boolean {
  const title = `${task.title.en} ${task.title.vi}`.normalize('NFC').toLowerCase()
  return (
    task.id.startsWith(word) || task.part === word || status === word || title.includes(word.normalize('NFC'))
  )
}

function rowLines(rows: readonly Row[], lang: Language): string[] {
  const idWidth = Math.max(0, ...rows.map(({ task }) => task.id.length))
  const titleWidth = Math.max(0, ...rows.map(({ task }) => stringWidth(inLanguage(task.title, lang))))
  return rows.map(({ task, status, verified }) => {
    const title = inLanguage(task.title, lang)
    const padded = title + ' '.repeat(titleWidth - stringWidth(title))
    const place = String(task.path).padStart(2)
    const id = task.id.padEnd(idWidth)
    if (status === 'planned')
      return paint(
        'gray',
        `  ${place}  ${id}  ${padded}        ${inLanguage(listTexts.statuses.planned, lang)}`,
      )
    const count = `${verified}/${task.items.length}`
    return `${marks[status]} ${place}  ${paint('bold', id)}  ${padded}  ${count.padStart(5)} ${inLanguage(listTexts.statuses[status], lang)}`.trimEnd()
  })
}

const marks = {
  verified: paint('green', '✓'),
  checked: paint('green', '✓'),
  stale: paint('yellow', '~'),
  started: paint('cyan', '·'),
  open: ' ',
} as const
