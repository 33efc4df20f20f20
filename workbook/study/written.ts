/** Answers in sentences: which questions a task asks, what the learner's two versions cover, and where a typed answer goes. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AnswerRead,
  readAnswerTo,
  type Versions,
  versionOf,
  type WrittenQuestion,
  type WrittenTask,
  writtenTaskSchema,
} from '#lab/study/written'
import { taskFolder } from '../course.ts'
import type { Task } from '../registry/registry.ts'
import { programRoot, root } from '../root.ts'

/** Tasks whose rubric is that of answers in two versions. */
const writtenTasks: ReadonlySet<string> = new Set(['review-06', 'review-08'])

export function isWritten({ id }: Pick<Task, 'id'>): boolean {
  return writtenTasks.has(id)
}

/** Reads what a task asks. @throws Error when it can't be told */
export function readWritten(task: Pick<Task, 'folder'>): WrittenTask {
  const program = join(programRoot, 'lab', 'study', 'tell-written.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, task.folder], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) {
    const [reason = `ended with ${status}`] = stderr.split('\n').filter((line) => /Error|Cannot/.test(line))
    throw new Error(`the questions of ${task.folder} can't be read: ${reason}`)
  }
  return writtenTaskSchema.parse(JSON.parse(stdout)) as WrittenTask
}

/** One question with what both versions say to it. */
export interface Standing {
  readonly question: WrittenQuestion
  readonly version: 'first' | 'second'
  /** Of the version that counts. */
  readonly read: AnswerRead
  readonly first: AnswerRead
}

/** What the learner's files say, question by question. A file that is gone says nothing. */
export function standings(task: Task, written: WrittenTask): Standing[] {
  const versions = readVersions(task, written)
  return written.questions.map((question) => {
    const version = versionOf(question, versions)
    const read = readAnswerTo(question, versions[version])
    return { question, version, read, first: readAnswerTo(question, versions.first) }
  })
}

export function answerPath(task: Task, written: WrittenTask, version: 'first' | 'second'): string {
  return join(taskFolder(task), written[version])
}

function readVersions(task: Task, written: WrittenTask): Versions {
  const textOf = (version: 'first' | 'second'): string => {
    const path = answerPath(task, written, version)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }
  return { first: textOf('first'), second: textOf('second') }
}

/**
 * Puts a typed answer at the end of its section; a section that is not there yet is added at the end of the page. Whatever else the page
 * says stays as it is.
 */
export function placeAnswer(markdown: string, heading: { en: string; vi: string }, answer: string): string {
  const lines = markdown.replace(/\r\n?/g, '\n').trimEnd().split('\n')
  const plain = (title: string): string =>
    title
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
  const titles = [plain(heading.en), plain(heading.vi)]
  const at = lines.findIndex((line) => line.startsWith('## ') && titles.includes(plain(line.slice(3))))
  if (at < 0) return `${[...lines, '', `## ${heading.en}`, '', answer.trim()].join('\n').trimStart()}\n`
  const after = lines.findIndex((line, index) => index > at && line.startsWith('## '))
  const end = after < 0 ? lines.length : after
  const before = lines.slice(0, end).join('\n').trimEnd()
  const rest = lines.slice(end)
  return `${[before, '', answer.trim(), ...(rest.length > 0 ? ['', ...rest] : [])].join('\n')}\n`
}
